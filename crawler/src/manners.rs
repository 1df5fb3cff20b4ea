//! How we behave towards those we visit, and how much we put up with.

use crate::PdfReader;
use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    path::PathBuf,
    time::Duration,
};
use url::Url;
use utkik_sources::Source;

/// A name and a password for one source, given to its own origin only.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// The address of the source in the catalogue: its origin is who may learn the password.
    pub address: String,
    /// Who we say that we are.
    pub user: String,
    /// Never told to anybody else.
    pub password: String,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Login {{ {} at {} }}", self.user, self.address)
    }
}

/// Our manners and our caps; the default suits a real network.
#[derive(Clone, Debug)]
pub struct Manners {
    /// Our product token, as robots.txt files may name it (RFC 9309, 2.2.1).
    pub agent: String,
    /// Where those we visit can reach us: a web or mail address, sent with every request.
    pub contact: String,
    /// The shortest time between the end of one request and the start of the next at the same host.
    pub pause: Duration,
    /// Other pauses, by host.
    pub pauses: BTreeMap<String, Duration>,
    /// The longest pause that a robots.txt can make us keep.
    pub max_crawl_delay: Duration,
    /// Names mapped by the configuration, which are thereby also allowed to be private. The port
    /// counts when the address names none.
    pub hosts: BTreeMap<String, SocketAddr>,
    /// Hosts that may be private without being mapped: a name or an IP literal, perhaps with `:port`.
    pub allowed: BTreeSet<String>,
    /// The most requests under way at once, all hosts together.
    pub at_once: usize,
    /// The most bytes of a feed, after decompression.
    pub max_bytes: usize,
    /// The most bytes of a page, after decompression.
    pub max_page_bytes: usize,
    /// The most hops from one address to the next.
    pub max_redirects: usize,
    /// The longest that one request may take in all.
    pub max_time: Duration,
    /// The longest that we wait for an answer to begin.
    pub max_wait: Duration,
    /// The most entries kept of one answer: the newest.
    pub max_entries: usize,
    /// The most texts read in one visit; the rest waits for the next.
    pub texts_per_visit: usize,
    /// The longest that one visit goes on reading texts; the rest waits for the next.
    pub max_reading: Duration,
    /// Passwords by the id of their source, or why there is none although the catalogue wants one.
    pub logins: BTreeMap<String, Result<Login, String>>,
    /// How PDFs are read; without it they are told as not read.
    pub pdf_reader: Option<PdfReader>,
    /// The most bytes of a PDF.
    pub max_pdf_bytes: usize,
    /// The folder that addresses of newsletters start from.
    pub mail_dir: Option<PathBuf>,
}

impl Default for Manners {
    fn default() -> Manners {
        Manners {
            agent: "utkik".into(),
            contact: String::new(),
            pause: Duration::from_millis(1500),
            pauses: BTreeMap::new(),
            max_crawl_delay: Duration::from_secs(30),
            hosts: BTreeMap::new(),
            allowed: BTreeSet::new(),
            at_once: 8,
            max_bytes: 10_000_000,
            max_page_bytes: 5_000_000,
            max_redirects: 8,
            max_time: Duration::from_secs(30),
            max_wait: Duration::from_secs(20),
            max_entries: 5_000,
            texts_per_visit: 500,
            max_reading: Duration::from_secs(20 * 60),
            logins: BTreeMap::new(),
            pdf_reader: None,
            max_pdf_bytes: 40_000_000,
            mail_dir: None,
        }
    }
}

impl Login {
    /// Whether `url` is of the origin that may learn the password.
    pub(crate) fn is_for(&self, url: &Url) -> bool {
        Url::parse(&self.address).is_ok_and(|own| own.origin() == url.origin())
    }
}

impl Manners {
    /// The login of a source, if it wants one; why it cannot be visited, when the password is missing or would go unprotected.
    pub(crate) fn login(&self, source: &Source) -> Result<Option<Login>, String> {
        if source.recipe.user.is_none() {
            return Ok(None);
        }
        let login = self.logins.get(&source.id.0).cloned();
        let login = login.unwrap_or_else(|| Err("wants a password that nobody gave".to_owned()))?;
        let url = Url::parse(&login.address).map_err(|error| error.to_string())?;
        let host = url.host_str().unwrap_or_default();
        let is_ours = self.hosts.contains_key(host)
            || self.allowed.iter().any(|own| own.split(':').next() == Some(host));
        if url.scheme() != "https" && !is_ours {
            return Err("wants a password, which is sent over https only".to_owned());
        }
        Ok(Some(login))
    }

    /// What we call ourselves to those we visit (RFC 9110, 10.1.5).
    pub(crate) fn user_agent(&self) -> String {
        let version = env!("CARGO_PKG_VERSION");
        match self.contact.as_str() {
            "" => format!("{}/{version}", self.agent),
            contact => format!("{}/{version} (+{contact})", self.agent),
        }
    }

    /// How long to leave `host` in peace between two requests, when its robots.txt asks for `crawl_delay`.
    pub(crate) fn pause_at(&self, host: &str, crawl_delay: Option<f64>) -> Duration {
        let ours = self.pauses.get(host).copied().unwrap_or(self.pause);
        let theirs = crawl_delay
            .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
            .unwrap_or_default();
        ours.max(theirs.min(self.max_crawl_delay))
    }
}

/// When the next request to a host may start: says when; the caller waits. `I` is any clock's moment.
pub(crate) fn next_allowed<I>(last_end: Option<I>, pause: Duration, now: I) -> I
where
    I: Copy + Ord + std::ops::Add<Duration, Output = I>,
{
    last_end.map_or(now, |last| now.max(last + pause))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn the_next_request_waits_for_the_pause_and_no_longer() {
        let second = Duration::from_secs;
        assert_eq!(next_allowed(None, second(2), second(10)), second(10));
        assert_eq!(next_allowed(Some(second(9)), second(2), second(10)), second(11));
        assert_eq!(next_allowed(Some(second(1)), second(2), second(10)), second(10));
    }

    #[test]
    fn a_crawl_delay_lengthens_the_pause_up_to_our_cap_and_never_shortens_it() {
        let manners = Manners::default();
        assert_eq!(manners.pause_at("a.se", Some(5.0)), Duration::from_secs(5));
        assert_eq!(manners.pause_at("a.se", Some(86_400.0)), manners.max_crawl_delay);
        assert_eq!(manners.pause_at("a.se", Some(0.1)), manners.pause);
        assert_eq!(manners.pause_at("a.se", Some(f64::NAN)), manners.pause);
    }

    #[test]
    fn we_say_who_we_are_and_how_to_reach_us() {
        let manners = Manners { contact: "https://utkik.example".into(), ..Manners::default() };
        let ours = manners.user_agent();
        assert!(
            ours.starts_with("utkik/") && ours.ends_with(" (+https://utkik.example)"),
            "{ours}"
        );
    }
}
