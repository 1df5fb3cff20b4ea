//! A server that sends whatever bytes it is told to, as slowly as it is told to.

use super::Script;
use std::{collections::BTreeMap, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// More than this is never sent, however endless.
const ENOUGH: usize = 30_000_000;

#[derive(Clone)]
pub(super) enum Wire {
    /// These bytes, and the end.
    Bytes(Arc<Vec<u8>>),
    /// These bytes, and then nothing until the other side hangs up.
    Open(Arc<Vec<u8>>),
    /// These bytes, and then the same few again and again, slowly.
    Drip(Arc<Vec<u8>>, &'static [u8]),
    /// These bytes, and then the same few without end.
    Endless(Arc<Vec<u8>>, &'static str),
}

impl Wire {
    pub(super) fn raw(bytes: impl AsRef<[u8]>) -> Wire {
        Wire::Bytes(Arc::new(bytes.as_ref().to_vec()))
    }

    /// A whole answer; `fields` are lines of headers.
    pub(super) fn http(status: &str, fields: &str, body: impl AsRef<[u8]>) -> Wire {
        let body = body.as_ref();
        let head = format!(
            "HTTP/1.1 {status}\r\n{fields}Content-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        Wire::raw([head.as_bytes(), body].concat())
    }

    pub(super) fn ok(media_type: &str, body: impl AsRef<[u8]>) -> Wire {
        Wire::http("200 OK", &format!("Content-Type: {media_type}\r\n"), body)
    }

    pub(super) fn xml(body: &str) -> Wire {
        Wire::ok("text/xml; charset=utf-8", body)
    }

    pub(super) fn status(status: u16) -> Wire {
        Wire::http(&format!("{status} X"), "", "")
    }

    pub(super) fn to(status: u16, location: &str) -> Wire {
        Wire::http(&format!("{status} X"), &format!("Location: {location}\r\n"), "")
    }
}

pub(super) fn rss(items: &str) -> String {
    format!(
        "<?xml version='1.0'?><rss version='2.0'><channel><title>News</title>{items}</channel></rss>"
    )
}

pub(super) fn item(title: &str) -> String {
    format!("<item><title>{title}</title><guid>{title}</guid></item>")
}

pub(super) struct Server {
    address: SocketAddr,
    names: Vec<String>,
}

impl Server {
    pub(super) async fn start(scripts: BTreeMap<String, Script>) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let names = scripts.keys().cloned().collect();
        let scripts = Arc::new(scripts);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, Arc::clone(&scripts)));
            }
        });
        Server { address, names }
    }

    pub(super) fn hosts(&self) -> BTreeMap<String, SocketAddr> {
        self.names.iter().map(|name| (name.clone(), self.address)).collect()
    }
}

async fn answer(mut stream: TcpStream, scripts: Arc<BTreeMap<String, Script>>) -> Option<()> {
    let first = stream.read_u8().await.ok()?;
    if first == 0x16 {
        return greeted(stream, &scripts).await;
    }
    let mut head = vec![first];
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).ok()?;
    let path = head.split(' ').nth(1)?;
    let host = head.lines().find_map(|line| line.strip_prefix("host: "))?;
    send(stream, scripts.get(host)?(path)).await
}

/// Whoever speaks TLS names the host in the first words, and gets anything but TLS.
async fn greeted(mut stream: TcpStream, scripts: &BTreeMap<String, Script>) -> Option<()> {
    let mut hello = vec![0; 4_096];
    let length = stream.read(&mut hello).await.ok()?;
    let hello = String::from_utf8_lossy(&hello[..length]).into_owned();
    // The longest, since `bad1.example` stands in `bad11.example` too.
    let named = scripts.keys().filter(|name| hello.contains(name.as_str()));
    let name = named.max_by_key(|name| name.len())?;
    send(stream, scripts[name]("/feed")).await
}

async fn send(mut stream: TcpStream, wire: Wire) -> Option<()> {
    match wire {
        Wire::Bytes(bytes) => stream.write_all(&bytes).await.ok()?,
        Wire::Open(bytes) => {
            stream.write_all(&bytes).await.ok()?;
            let _ = stream.read_u8().await;
        }
        Wire::Drip(bytes, piece) => {
            stream.write_all(&bytes).await.ok()?;
            let mut tick = tokio::time::interval(Duration::from_millis(200));
            while stream.write_all(piece).await.is_ok() {
                tick.tick().await;
            }
        }
        Wire::Endless(bytes, piece) => {
            stream.write_all(&bytes).await.ok()?;
            let chunk = piece.repeat(50_000 / piece.len() + 1);
            for _ in 0..ENOUGH / chunk.len() {
                stream.write_all(chunk.as_bytes()).await.ok()?;
            }
        }
    }
    stream.shutdown().await.ok()
}
