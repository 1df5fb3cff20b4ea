//! A web on loopback, and the program as people start it.

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io::{BufRead, BufReader, Write as _},
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, channel},
    },
    thread,
};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use utkik_sources::{Catalogue, Frameworks, Source, source_to_toml};

/// What stands at an address.
#[derive(Clone, Debug)]
pub(crate) enum Page {
    Feed(String),
    Html(String),
    /// Never answers.
    Silence,
    /// Answers with this status; whatever is posted there is remembered.
    Status(u16),
}

type Pages = Arc<Mutex<BTreeMap<String, Page>>>;

/// Hosts on loopback; each page is called `HOST/PATH`.
pub(crate) struct Web {
    pub(crate) address: SocketAddr,
    pages: Pages,
    asked: Asked,
    posted: Posts,
    _runtime: Runtime,
}

type Asked = Arc<Mutex<Vec<String>>>;

/// What was posted somewhere.
#[derive(Clone, Debug)]
pub(crate) struct Posted {
    pub(crate) name: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

type Posts = Arc<Mutex<Vec<Posted>>>;

impl Web {
    pub(crate) fn start() -> Web {
        let (pages, asked, posted) = (Pages::default(), Asked::default(), Posts::default());
        let state = (pages.clone(), asked.clone(), posted.clone());
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let listener =
            runtime.block_on(tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(async move {
            axum::serve(listener, Router::new().fallback(answer).with_state(state)).await.unwrap();
        });
        Web { address, pages, asked, posted, _runtime: runtime }
    }

    pub(crate) fn put(&self, name: &str, page: Page) {
        self.pages.lock().unwrap().insert(name.to_owned(), page);
    }

    /// What was asked for so far.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    /// What was posted so far.
    pub(crate) fn posted(&self) -> Vec<Posted> {
        self.posted.lock().unwrap().clone()
    }

    /// Lines of configuration that map `hosts` to this web and ask for no pause.
    pub(crate) fn config(&self, hosts: &[String]) -> String {
        mapped(hosts, self.address)
    }
}

/// Lines of configuration that map `hosts` to `address` and ask for no pause.
pub(crate) fn mapped(hosts: &[String], address: SocketAddr) -> String {
    let mut lines = String::from("pause = \"0s\"\n\n[hosts]\n");
    for host in hosts {
        writeln!(lines, "\"{host}\" = \"{address}\"").unwrap();
    }
    lines
}

async fn answer(
    State((pages, asked, posted)): State<(Pages, Asked, Posts)>,
    request: Request,
) -> Response {
    let host =
        request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = format!("{}{}", host.split(':').next().unwrap(), request.uri().path());
    asked.lock().unwrap().push(name.clone());
    let page = pages.lock().unwrap().get(&name).cloned();
    match page {
        Some(Page::Feed(body)) => validated(request.headers(), "application/rss+xml", body),
        Some(Page::Html(body)) => validated(request.headers(), "text/html; charset=utf-8", body),
        Some(Page::Silence) => std::future::pending().await,
        Some(Page::Status(status)) => {
            let headers = request.headers().clone();
            let body = axum::body::to_bytes(request.into_body(), 1_000_000).await.unwrap();
            let body = String::from_utf8(body.to_vec()).unwrap();
            posted.lock().unwrap().push(Posted { name, headers, body });
            StatusCode::from_u16(status).unwrap().into_response()
        }
        None => (StatusCode::NOT_FOUND, "no such page\n").into_response(),
    }
}

fn validated(headers: &HeaderMap, media_type: &'static str, body: String) -> Response {
    let mut hasher = DefaultHasher::new();
    body.hash(&mut hasher);
    let tag = format!("\"{:016x}\"", hasher.finish());
    if headers.get(header::IF_NONE_MATCH).is_some_and(|shown| shown.as_bytes() == tag.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response();
    }
    ([(header::ETAG, tag), (header::CONTENT_TYPE, media_type.to_owned())], body).into_response()
}

/// An entry of a feed.
#[derive(Clone, Debug)]
pub(crate) struct Post {
    pub(crate) guid: String,
    pub(crate) title: String,
    pub(crate) link: Option<String>,
    /// As RFC 2822 writes it; empty for none.
    pub(crate) published: String,
}

/// RSS 2.0 (rssboard.org/rss-specification).
pub(crate) fn rss(posts: &[Post]) -> Page {
    let mut items = String::new();
    for Post { guid, title, link, published } in posts {
        let element = |name: &str, text: &str| {
            if text.is_empty() { String::new() } else { format!("<{name}>{text}</{name}>") }
        };
        let (link, dated) =
            (element("link", link.as_deref().unwrap_or_default()), element("pubDate", published));
        writeln!(items, "<item><title>{title}</title>{link}<guid isPermaLink=\"false\">{guid}</guid>{dated}</item>").unwrap();
    }
    Page::Feed(format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Feed</title>{items}</channel></rss>"
    ))
}

/// A page with so much text that it is taken for an article.
pub(crate) fn article(title: &str, text: &str) -> Page {
    let paragraph = format!(
        "<p>{text}. The agency says that the work goes on until the spring, together with regions and \
         municipalities, and that a report follows.</p>"
    );
    Page::Html(format!(
        "<!doctype html><html><head><title>{title}</title></head><body><nav><a href='/'>Home</a></nav>\
         <main><article><h1>{title}</h1>{}</article></main><footer>Contact</footer></body></html>",
        paragraph.repeat(3)
    ))
}

/// A source of the catalogue whose feed is at `http://HOST/rss.xml`.
pub(crate) fn feed_source(id: &str, host: &str) -> String {
    format!(
        "[[source]]\nid = \"{id}\"\nname = \"{id}\"\norganisation = \"Agency {id}\"\nlevel = \"national\"\n\
         country = \"SE\"\nlanguage = \"en\"\nkind = \"feed\"\naddress = \"http://{host}/rss.xml\"\n\
         homepage = \"http://{host}/\"\ncategory = \"agency\"\nevery = \"1h\"\n\n"
    )
}

/// The program with a data folder of its own.
pub(crate) struct Program {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

impl Program {
    pub(crate) fn new() -> Program {
        Program { folder: tempfile::tempdir().unwrap(), variables: Vec::new() }
    }

    /// As [`Program::new`], with these sources and this configuration.
    pub(crate) fn with(sources: &str, config: &str) -> Program {
        let program = Program::new();
        program.write("utkik-data/catalogue/test.toml", sources);
        program.write("utkik.toml", config);
        program
    }

    /// As [`Program::with`], for rounds over all that is not paused: the catalogue's own sources are.
    pub(crate) fn alone_with(sources: &str, config: &str) -> Program {
        let program = Program::with(sources, config);
        let (catalogue, _) = Catalogue::read_for(None, &Frameworks::built_in());
        let paused = |source: &Source| {
            source_to_toml(&Source { paused: Some("not in tests".into()), ..source.clone() })
        };
        let all: Vec<String> = catalogue.sources().iter().map(paused).collect();
        program.write("utkik-data/catalogue/others.toml", all.join("\n"));
        program
    }

    /// Sets a variable of the environment for all calls to come.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    /// The folder where it is started.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn data_dir(&self) -> PathBuf {
        self.folder().join("utkik-data")
    }

    /// Writes a file below the folder where it is started.
    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_utkik"));
        command.args(arguments).current_dir(self.folder()).env_clear().stdin(Stdio::null());
        command.envs(self.variables.iter().cloned());
        command
    }

    pub(crate) fn call(&self, arguments: &[&str]) -> Told {
        Told::of(self.command(arguments).output().unwrap())
    }

    /// As [`Program::call`], with this on standard input.
    pub(crate) fn call_with(&self, arguments: &[&str], input: &str) -> Told {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        Told::of(child.wait_with_output().unwrap())
    }

    /// Starts it and goes on; what it says on standard error comes line by line.
    pub(crate) fn start(&self, arguments: &[&str]) -> Running {
        let mut command = self.command(arguments);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let (sender, lines) = channel();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Running { child, lines }
    }
}

/// A program that was started.
pub(crate) struct Running {
    pub(crate) child: Child,
    pub(crate) lines: Receiver<String>,
}

impl Running {
    /// The next line that holds `words`; fails with all that was said when there is none.
    pub(crate) fn says(&self, words: &str) -> String {
        let mut said = String::new();
        for line in self.lines.iter() {
            if line.contains(words) {
                return line;
            }
            said += &line;
            said.push('\n');
        }
        panic!("`{words}` was not said:\n{said}");
    }

    /// Sends a signal, by its name.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // One that has ended already is no trouble.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the program answered.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Told {
    fn of(output: Output) -> Told {
        Told {
            status: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The one object that it printed, having ended well.
    pub(crate) fn json(&self) -> Value {
        let mut lines = self.lines();
        assert_eq!(lines.len(), 1, "{self:?}");
        lines.remove(0)
    }

    /// The objects that it printed, one a line.
    pub(crate) fn lines(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    pub(crate) fn ended(self, status: i32) -> Told {
        assert_eq!(self.status, status, "{self:?}");
        self
    }
}
