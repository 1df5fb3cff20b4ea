//! One request at a time: how bytes come home, through every guard and within every cap.

use crate::{
    Login, Manners, asks,
    guard::Guard,
    manners::next_allowed,
    paging,
    robots::{self, Robots},
};
use futures::StreamExt;
use jiff::{SignedDuration, Timestamp};
use reqwest::{
    StatusCode,
    header::{self, HeaderMap},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{Mutex as Turn, Semaphore},
    time::{Instant, sleep_until, timeout, timeout_at},
};
use url::Url;
use utkik_sources::{Asks, Failure, Validators};

const ACCEPT: &str = "application/atom+xml, application/rss+xml, application/feed+json, \
                      application/xml;q=0.9, text/html;q=0.8, */*;q=0.5";
const DAY: i64 = 86_400;
const MAX_ROBOTS_REDIRECTS: usize = 5;
/// However long they ask us to wait, we look again after a month.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(30 * DAY as u64);

/// What came with the bytes, or stands in for it when a file is read.
#[derive(Clone, Debug, Default)]
pub struct Transport {
    /// The address that answered, after all redirects.
    pub address: Option<String>,
    /// Header fields, names in any case.
    pub headers: Vec<(String, String)>,
}

impl Transport {
    /// The first header field of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut fields = self.headers.iter();
        fields.find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// What the body calls itself, in lower case and without parameters.
    pub(crate) fn media_type(&self) -> String {
        let stated = self.header("content-type").unwrap_or_default();
        stated.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// The address that relative links start from.
    pub(crate) fn base(&self) -> Option<Url> {
        let stated = self.header("content-location").zip(self.address.as_deref());
        let own = self.address.as_deref().and_then(|address| Url::parse(address).ok());
        stated.and_then(|(at, from)| Url::parse(from).ok()?.join(at).ok()).or(own)
    }
}

/// What to ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) address: String,
    /// What is posted; without it the address is got.
    pub(crate) body: Option<String>,
    /// What we would like to have.
    pub(crate) accept: &'static str,
    /// Shown to its own origin only, whatever redirects say.
    pub(crate) login: Option<Login>,
}

impl Request {
    /// The address, in whatever form it comes.
    pub(crate) fn get(address: &str) -> Request {
        Request { address: address.to_owned(), body: None, accept: ACCEPT, login: None }
    }
}

/// An answer that we can use.
#[derive(Debug)]
pub(crate) enum Answer {
    Page(Page),
    Unchanged { moved_to: Option<String>, asks: Asks },
}

/// A body with what came with it; it never leaves the crawler.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) body: Vec<u8>,
    pub(crate) transport: Transport,
    pub(crate) validators: Validators,
    /// The final address, when every hop to it was permanent.
    pub(crate) moved_to: Option<String>,
}

/// Why there is no such answer.
#[derive(Clone, Debug)]
pub(crate) enum Missed {
    /// robots.txt says no.
    Forbidden(String),
    Refused {
        why: String,
        retry_after: Option<Duration>,
    },
    Gone {
        why: String,
        for_good: bool,
    },
    Failed(Failure),
}

impl Missed {
    fn no_answer(why: impl Into<String>) -> Missed {
        Missed::Failed(Failure::NoAnswer(why.into()))
    }

    /// The reason in words.
    pub(crate) fn words(&self) -> String {
        match self {
            Missed::Forbidden(why) | Missed::Refused { why, .. } | Missed::Gone { why, .. } => {
                why.clone()
            }
            Missed::Failed(failure) => failure.to_string(),
        }
    }
}

/// Sends our requests; shared by all visits.
pub(crate) struct Fetcher {
    client: reqwest::Client,
    guard: Guard,
    pub(crate) manners: Manners,
    slots: Semaphore,
    hosts: Mutex<BTreeMap<String, Arc<Host>>>,
    rules: Mutex<BTreeMap<String, Arc<Rules>>>,
}

/// A host's turn: whoever holds it may send the one request that the host sees from us.
#[derive(Default)]
struct Host {
    last_end: Turn<Option<Instant>>,
    crawl_delay: Mutex<Option<f64>>,
    /// Until when it asked to be left alone.
    closed_until: Mutex<Option<Timestamp>>,
}

/// The robots.txt of one origin, and when it was fetched.
#[derive(Default)]
struct Rules {
    known: Turn<Option<(Timestamp, Asked)>>,
}

type Asked = Result<Arc<Robots>, Missed>;

/// What to do with more bytes than this.
#[derive(Clone, Copy)]
enum Cap {
    Cut(usize),
    Refuse(usize),
}

/// One raw answer, before anyone asks what its status means.
struct Raw {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Host {
    /// Whoever has asked us to wait is not asked again before, whichever source or text it is about.
    fn admits(&self, name: &str, now: Timestamp) -> Result<(), Missed> {
        let until = (*lock(&self.closed_until)).filter(|until| *until > now);
        until.map_or(Ok(()), |until| {
            let left = u64::try_from(until.as_second() - now.as_second()).unwrap_or(0);
            let retry_after = Some(Duration::from_secs(left));
            let why = format!("{name} asked us to wait until {until}");
            Err(Missed::Refused { why, retry_after })
        })
    }

    fn heed(&self, raw: &Raw, now: Timestamp) {
        if matches!(raw.status.as_u16(), 429 | 503)
            && let Some(wait) = retry_after(&raw.headers, now)
        {
            let wait = SignedDuration::try_from(wait).unwrap_or_default();
            *lock(&self.closed_until) = now.checked_add(wait).ok();
        }
    }
}

impl Manners {
    /// PDFs may be larger than pages, where they are read at all.
    fn cap_of(&self, cap: Cap, headers: &HeaderMap) -> Cap {
        let stated = headers.get(header::CONTENT_TYPE).map(header::HeaderValue::as_bytes);
        let is_pdf = stated.is_some_and(|kind| kind.starts_with(b"application/pdf"));
        match cap {
            Cap::Refuse(most) if is_pdf && self.pdf_reader.is_some() => {
                Cap::Refuse(most.max(self.max_pdf_bytes))
            }
            cap => cap,
        }
    }
}

impl Fetcher {
    pub(crate) fn new(manners: Manners) -> Fetcher {
        let guard = Guard::new(&manners);
        Fetcher {
            client: client(&manners, &guard),
            slots: Semaphore::new(manners.at_once.max(1)),
            guard,
            manners,
            hosts: Mutex::default(),
            rules: Mutex::default(),
        }
    }

    /// Gets `address`; see [`Fetcher::ask`].
    pub(crate) async fn get(
        &self,
        address: &str,
        shown: &Validators,
        max_bytes: usize,
        now: Timestamp,
    ) -> Result<Answer, Missed> {
        self.ask(Request::get(address), shown, max_bytes, now).await
    }

    /// Asks, following redirects; every hop passes the guard and the robots.txt of its host.
    pub(crate) async fn ask(
        &self,
        mut request: Request,
        shown: &Validators,
        max_bytes: usize,
        now: Timestamp,
    ) -> Result<Answer, Missed> {
        let mut url = parse(&request.address)?;
        let mut seen = BTreeSet::new();
        let mut permanent = true;
        loop {
            if !seen.insert(url.to_string()) {
                let hops = seen.len();
                return Err(Missed::no_answer(format!(
                    "redirects go in a circle of {hops} at `{url}`"
                )));
            }
            if seen.len() > self.manners.max_redirects + 1 {
                let most = self.manners.max_redirects;
                return Err(Missed::no_answer(format!(
                    "more than {most} redirects, the last to `{url}`"
                )));
            }
            self.guard.admit(&url).map_err(Missed::no_answer)?;
            self.ask_robots(&url, now).await?;
            let raw = self.send(&url, &request, shown, Cap::Refuse(max_bytes), now).await?;
            match redirect(&url, &raw)? {
                Some(next) => {
                    // What was posted goes along only when the answer says so (RFC 9110, 15.4.8 and 15.4.9).
                    if !matches!(raw.status.as_u16(), 307 | 308) {
                        request.body = None;
                    }
                    permanent &= is_permanent(raw.status);
                    url = next;
                }
                None => {
                    let moved_to = (permanent && seen.len() > 1).then(|| url.to_string());
                    return judge(&url, raw, moved_to, now);
                }
            }
        }
    }

    /// Whether the robots.txt of the address's origin lets us; fetches it when it is a day old.
    async fn ask_robots(&self, url: &Url, now: Timestamp) -> Result<(), Missed> {
        let origin = url.origin().ascii_serialization();
        let rules = Arc::clone(lock(&self.rules).entry(origin).or_default());
        let mut known = rules.known.lock().await;
        let fresh = |(at, known): &(Timestamp, Result<_, _>)| {
            let age = now.as_second() - at.as_second();
            // What could not be had is asked for again in the next round.
            if known.is_ok() { (0..DAY).contains(&age) } else { age == 0 }
        };
        if !known.as_ref().is_some_and(fresh) {
            *known = Some((now, self.fetch_robots(url, now).await));
        }
        let (_, answer) = known.as_ref().expect("it was set above");
        match answer {
            Err(missed) => Err(missed.clone()),
            Ok(robots) => {
                let verdict = robots.verdict(&robots::path_and_query(url.as_str()));
                if verdict.allowed {
                    return Ok(());
                }
                let rule = verdict.rule.unwrap_or_default();
                let why = format!(
                    "robots.txt of {} does not let us fetch `{}` ({rule})",
                    host(url),
                    url.path()
                );
                Err(Missed::Forbidden(why))
            }
        }
    }

    /// A robots.txt that cannot be had means: keep out (RFC 9309, 2.3.1.4).
    async fn fetch_robots(&self, url: &Url, now: Timestamp) -> Asked {
        let (mut at, origin_host) = (url.clone(), host(url));
        let plain = Request::get(url.as_str());
        at.set_path("/robots.txt");
        at.set_query(None);
        at.set_fragment(None);
        for _ in 0..=MAX_ROBOTS_REDIRECTS {
            self.guard.admit(&at).map_err(Missed::no_answer)?;
            let (none, cap) = (Validators::default(), Cap::Cut(robots::MAX_BYTES));
            let raw = self.send(&at, &plain, &none, cap, now).await?;
            let status = raw.status;
            match redirect(&at, &raw)? {
                Some(next) => at = next,
                None if status.is_success() => {
                    let robots = Arc::new(Robots::read(&raw.body, &self.manners.agent));
                    *lock(&self.host(&origin_host).crawl_delay) = robots.crawl_delay;
                    return Ok(robots);
                }
                None if status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS => {
                    break;
                }
                None => {
                    let why = answered(status);
                    let why =
                        format!("robots.txt of {origin_host} cannot be had, so we keep out: {why}");
                    let retry_after = retry_after(&raw.headers, now);
                    return Err(Missed::Refused { why, retry_after });
                }
            }
        }
        // No robots.txt, or one hidden behind too many redirects, is no rule (RFC 9309, 2.3.1.2 and 2.3.1.3).
        Ok(Arc::new(Robots::open()))
    }

    /// Sends one request when the host's turn has come, and reads the whole answer within the caps.
    async fn send(
        &self,
        url: &Url,
        asked: &Request,
        shown: &Validators,
        cap: Cap,
        now: Timestamp,
    ) -> Result<Raw, Missed> {
        let name = host(url);
        let host = self.host(&name);
        let mut last_end = host.last_end.lock().await;
        host.admits(&name, now)?;
        let crawl_delay = *lock(&host.crawl_delay);
        let pause = self.manners.pause_at(&name, crawl_delay);
        sleep_until(next_allowed(*last_end, pause, Instant::now())).await;
        let slot = self.slots.acquire().await.expect("the semaphore is never closed");
        let most = self.manners.max_time;
        let answer = timeout(most, self.exchange(url, asked, shown, cap)).await;
        drop(slot);
        *last_end = Some(Instant::now());
        if let Ok(Ok(raw)) = &answer {
            host.heed(raw, now);
        }
        answer.unwrap_or_else(|_| {
            let why = format!("`{url}` took longer than {} in all", words(most));
            Err(Missed::Failed(Failure::TooMuch(why)))
        })
    }

    async fn exchange(
        &self,
        url: &Url,
        asked: &Request,
        shown: &Validators,
        cap: Cap,
    ) -> Result<Raw, Missed> {
        let request = match &asked.body {
            None => self.client.get(url.clone()),
            Some(body) => {
                let form = "application/x-www-form-urlencoded";
                let media_type = if paging::is_json(body) { "application/json" } else { form };
                let post = self.client.post(url.clone()).body(body.clone());
                post.header(header::CONTENT_TYPE, media_type)
            }
        };
        let mut request = request.header(header::ACCEPT, asked.accept);
        if let Some(login) = asked.login.as_ref().filter(|login| login.is_for(url)) {
            request = request.basic_auth(&login.user, Some(&login.password));
        }
        if let Some(etag) = &shown.etag {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        if let Some(since) = &shown.last_modified {
            request = request.header(header::IF_MODIFIED_SINCE, since);
        }
        let wait = self.manners.max_wait;
        let answer = timeout_at(Instant::now() + wait, request.send()).await.map_err(|_| {
            Missed::no_answer(format!("`{url}` did not begin to answer within {}", words(wait)))
        })?;
        let answer = answer.map_err(|error| Missed::no_answer(told(url, &error)))?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let cap = self.manners.cap_of(cap, &headers);
        let mut body = Vec::new();
        let mut chunks = answer.bytes_stream();
        // The body of a redirect or an error says nothing that we need.
        while let Some(chunk) = if status.is_success() { chunks.next().await } else { None } {
            let chunk = chunk.map_err(|error| Missed::no_answer(told(url, &error)))?;
            body.extend_from_slice(&chunk);
            match cap {
                Cap::Cut(most) if body.len() >= most => {
                    body.truncate(most);
                    break;
                }
                Cap::Refuse(most) if body.len() > most => {
                    let why = format!("`{url}` is larger than {} MB", most as f64 / 1e6);
                    return Err(Missed::Failed(Failure::TooMuch(why)));
                }
                _ => {}
            }
        }
        Ok(Raw { status, headers, body })
    }

    /// Posts to somebody who has asked to be told; returns the status of the answer.
    pub(crate) async fn post(
        &self,
        url: &Url,
        headers: &[(&str, String)],
        body: String,
    ) -> Result<u16, String> {
        self.guard.admit(url)?;
        let mut request = self.client.post(url.clone()).body(body).timeout(self.manners.max_wait);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let answer = request.send().await.map_err(|error| told(url, &error))?;
        Ok(answer.status().as_u16())
    }

    fn host(&self, name: &str) -> Arc<Host> {
        Arc::clone(lock(&self.hosts).entry(name.to_owned()).or_default())
    }
}

fn client(manners: &Manners, guard: &Guard) -> reqwest::Client {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    // Mozilla's roots rather than the machine's, so that a bare container can verify too.
    let roots = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect::<rustls::RootCertStore>();
    let mut tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring speaks the default TLS versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .user_agent(manners.user_agent())
        // A proxy from the environment would resolve names behind the guard's back.
        .no_proxy()
        .dns_resolver(guard.clone())
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(manners.max_wait.min(Duration::from_secs(15)))
        .pool_max_idle_per_host(1)
        .pool_idle_timeout(Duration::from_secs(20))
        .build()
        .expect("these settings are known to build, tested")
}

fn parse(address: &str) -> Result<Url, Missed> {
    let mut url = Url::parse(address.trim())
        .map_err(|error| Missed::no_answer(format!("`{address}` is no address: {error}")))?;
    url.set_fragment(None);
    Ok(url)
}

/// Where the answer sends us, if it does.
fn redirect(from: &Url, raw: &Raw) -> Result<Option<Url>, Missed> {
    if !matches!(raw.status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let location =
        raw.headers.get(header::LOCATION).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let nowhere = || Missed::no_answer(format!("{} without saying where to", answered(raw.status)));
    let mut next = from.join(location.as_deref().ok_or_else(nowhere)?).map_err(|_| nowhere())?;
    next.set_fragment(None);
    Ok(Some(next))
}

fn is_permanent(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 308)
}

/// What a final status means (RFC 9110, section 15).
fn judge(url: &Url, raw: Raw, moved_to: Option<String>, now: Timestamp) -> Result<Answer, Missed> {
    let why = answered(raw.status);
    let wait = retry_after(&raw.headers, now);
    match raw.status.as_u16() {
        304 => {
            let asks = asks::in_headers(&transport(url, &raw), now);
            Ok(Answer::Unchanged { moved_to, asks })
        }
        200..=299 => Ok(Answer::Page(page(url, raw, moved_to))),
        401 | 403 | 429 | 451 => Err(Missed::Refused { why, retry_after: wait }),
        503 if wait.is_some() => Err(Missed::Refused { why, retry_after: wait }),
        status @ (404 | 410) => Err(Missed::Gone { why, for_good: status == 410 }),
        _ => Err(Missed::no_answer(why)),
    }
}

fn page(url: &Url, raw: Raw, moved_to: Option<String>) -> Page {
    let field = |name| {
        raw.headers
            .get(name)
            .and_then(|value: &header::HeaderValue| value.to_str().ok())
            .map(str::to_owned)
    };
    let validators =
        Validators { etag: field(header::ETAG), last_modified: field(header::LAST_MODIFIED) };
    let transport = transport(url, &raw);
    Page { body: raw.body, transport, validators, moved_to }
}

fn transport(url: &Url, raw: &Raw) -> Transport {
    let headers = raw.headers.iter().map(|(name, value)| {
        (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    });
    Transport { address: Some(url.to_string()), headers: headers.collect() }
}

/// How long it asks us to wait: seconds or an HTTP date (RFC 9110, 10.2.3).
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let stated = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    let seconds = if stated.bytes().all(|byte| byte.is_ascii_digit()) && !stated.is_empty() {
        stated.parse().unwrap_or(u64::MAX)
    } else {
        let until = crate::date::read(stated)?;
        u64::try_from(until.as_second() - now.as_second()).unwrap_or(0)
    };
    Some(Duration::from_secs(seconds).min(MAX_RETRY_AFTER))
}

fn answered(status: StatusCode) -> String {
    match status.canonical_reason() {
        Some(reason) => format!("answered {} {reason}", status.as_u16()),
        None => format!("answered {}", status.as_u16()),
    }
}

/// The innermost causes of a failed exchange; the outer ones only repeat the address.
fn told(url: &Url, error: &reqwest::Error) -> String {
    let mut causes: Vec<String> = Vec::new();
    let mut cause: Option<&dyn Error> = error.source();
    while let Some(inner) = cause {
        let words = inner.to_string();
        if !causes.iter().any(|told| told.contains(&words)) {
            causes.push(words);
        }
        cause = inner.source();
    }
    let told = causes.split_off(causes.len().saturating_sub(2)).join(": ");
    if told.is_empty() { format!("`{url}`: {error}") } else { format!("`{url}`: {told}") }
}

fn host(url: &Url) -> String {
    url.host_str().unwrap_or_default().trim_end_matches('.').to_ascii_lowercase()
}

fn words(time: Duration) -> String {
    format!("{} s", time.as_secs_f64())
}

/// A panic elsewhere leaves these maps whole, so a poisoned lock is still good.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
