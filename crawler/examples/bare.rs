//! How long does it take just to fetch? A bare reqwest loop over the addresses on standard input, so many at once, for
//! `benches/feeds` to measure us beside. Each line is an address, or an address, a tab and an ETag to ask with.

use futures::StreamExt;
use reqwest::header;
use std::io::Read;

fn main() {
    let at_once = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(8);
    let mut lines = String::new();
    std::io::stdin().read_to_string(&mut lines).expect("addresses are on standard input");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.expect("a runtime can be made");
    // Nothing is encrypted here, but a client wants to know how it would be.
    let provider = rustls::crypto::ring::default_provider();
    provider.install_default().expect("nobody has before");
    let client = reqwest::Client::builder().no_proxy().build().expect("a client can be made");
    let fetched = runtime.block_on(async {
        futures::stream::iter(lines.lines())
            .map(|line| {
                let (address, tag) = line.split_once('\t').unwrap_or((line, ""));
                let mut request = client.get(address);
                if !tag.is_empty() {
                    request = request.header(header::IF_NONE_MATCH, tag);
                }
                async move {
                    let answer = request.send().await.expect("the server answers");
                    let tag = answer.headers().get(header::ETAG).cloned();
                    let tag = tag.and_then(|tag| tag.to_str().ok().map(str::to_owned));
                    let bytes = answer.bytes().await.expect("the server answers whole").len();
                    (format!("{address}\t{}", tag.unwrap_or_default()), bytes)
                }
            })
            .buffer_unordered(at_once)
            .collect::<Vec<_>>()
            .await
    });
    for (line, _) in &fetched {
        println!("{line}");
    }
    eprintln!(
        "{} answers, {} bytes",
        fetched.len(),
        fetched.iter().map(|(_, bytes)| bytes).sum::<usize>()
    );
}
