//! Where a link of a newsletter leads, without following it: most lead through a counter that knows who clicked.

use super::mail::Receiver;
use mail_parser::decoders::base64::base64_decode;
use url::{Url, form_urlencoded};

/// Where a link leads.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Target {
    /// To a page that anybody can read.
    Page(String),
    /// To a page that only the counter knows; asking would tell it that this receiver clicked.
    Hidden,
}

/// Services that count who clicks, by the end of their host's name.
const COUNTERS: &[&str] = &[
    "list-manage.com",
    "sendgrid.net",
    "hubspotlinks.com",
    "mandrillapp.com",
    "mailgun.org",
    "awstrack.me",
    "exacttarget.com",
    "sparkpostmail.com",
    "createsend.com",
    "cmail19.com",
    "cmail20.com",
    "anpdm.com",
    "getanewsletter.com",
    "mlsend.com",
    "rs6.net",
    "lnks.gd",
    "govdelivery.com",
    "sendibt2.com",
    "sendibt3.com",
    "rule.io",
    "paloma.se",
    "ungapped.com",
];
/// How names of hosts that count begin.
const COUNTING_HOSTS: &[&str] =
    &["click", "clicks", "link", "links", "lnk", "track", "tracking", "trk", "email", "news-link"];
/// Parts of paths that count.
const COUNTING_PATHS: &[&str] =
    &["/track/", "/click", "/ls/click", "/wf/click", "/e3t/", "/ctc/", "/redirect/", "/r/?"];
/// Places to be followed at, which are no publications.
const SOCIAL: &[&str] = &[
    "facebook.com",
    "twitter.com",
    "x.com",
    "linkedin.com",
    "instagram.com",
    "bsky.app",
    "threads.net",
    "tiktok.com",
    "whatsapp.com",
    "pinterest.com",
];
/// Parameters that say who clicked, or in which mail.
const PERSONAL: &[&str] = &[
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "_hsenc",
    "_hsmi",
    "vero_id",
    "ss_email_id",
    "email",
    "e-mail",
    "recipient",
    "subscriber",
    "subscriber_id",
    "elqtrackid",
    "elqtrack",
    "spmailingid",
    "spuserid",
    "trk_contact",
    "ecid",
    "_ke",
    "_cldee",
    "ib_mid",
    "wt_mc",
];
/// Words in addresses where a subscription is looked after.
const HOUSEKEEPING: &[&str] = &[
    "unsub",
    "optout",
    "opt-out",
    "opt_out",
    "preference",
    "manage-subscription",
    "viewinbrowser",
    "view-in-browser",
    "webversion",
    "avregistrera",
    "avprenumerera",
    "avanmal",
    "forward-to",
    "update-profile",
    "subscription-center",
    "/profile?",
];
const MOST_WRAPPINGS: usize = 4;

/// Where `address` leads; `None` for what is no publication.
pub(super) fn target(address: &str, receiver: &Receiver) -> Option<Target> {
    let mut url = Url::parse(address.trim()).ok().filter(is_web)?;
    for _ in 0..MOST_WRAPPINGS {
        if is_at(&url, SOCIAL) || is_housekeeping(&url) {
            return None;
        }
        match unwrapped(&url) {
            Some(inner) => url = inner,
            None => break,
        }
    }
    let is_front_door = url.path() == "/" && url.query().is_none();
    if is_at(&url, SOCIAL) || is_housekeeping(&url) || is_front_door {
        return None;
    }
    if is_counter(&url) || receiver.is_named_in(&decoded(url.path())) {
        return Some(Target::Hidden);
    }
    Some(Target::Page(impersonal(url, receiver).into()))
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.host_str().is_some()
}

fn is_at(url: &Url, hosts: &[&str]) -> bool {
    let host = url.host_str().unwrap_or_default();
    hosts.iter().any(|name| {
        host.strip_suffix(name).is_some_and(|start| start.is_empty() || start.ends_with('.'))
    })
}

fn is_housekeeping(url: &Url) -> bool {
    let rest = url[url::Position::BeforePath..].to_ascii_lowercase();
    HOUSEKEEPING.iter().any(|word| rest.contains(word))
}

/// The address that stands within another: in its path, its query, or packed in base64.
fn unwrapped(url: &Url) -> Option<Url> {
    let host = url.host_str().unwrap_or_default();
    let other = |text: &str| {
        let inner = Url::parse(text.trim()).ok().filter(is_web)?;
        (inner.host_str() != Some(host)).then_some(inner)
    };
    if is_at(url, &["web.archive.org"]) {
        return None;
    }
    if is_at(url, &["urldefense.com", "urldefense.proofpoint.com"]) {
        let whole = url.as_str();
        if let Some((_, rest)) = whole.split_once("/v3/__") {
            return other(rest.split("__;").next().unwrap_or(rest));
        }
        let packed = url.query_pairs().find(|(name, _)| name == "u")?.1;
        return other(&decoded(&packed.replace('-', "%").replace('_', "/")));
    }
    let values: Vec<String> = url.query_pairs().map(|(_, value)| value.into_owned()).collect();
    let segments: Vec<&str> = url.path_segments().map(Iterator::collect).unwrap_or_default();
    let in_query = values.iter().find_map(|value| {
        let inner = value.starts_with("http://") || value.starts_with("https://");
        inner.then(|| other(value)).flatten()
    });
    let in_path = || segments.iter().find_map(|segment| other(&decoded(segment)));
    // Only who counts hides an address in base64.
    let packed = || {
        let words = values.iter().map(String::as_str).chain(segments.iter().copied());
        words.flat_map(|word| word.split('.')).find_map(|word| other(&unpacked(word)?))
    };
    in_query.or_else(in_path).or_else(packed)
}

/// The first address in what `word` says in base64, as it stands or within JSON.
fn unpacked(word: &str) -> Option<String> {
    let is_packed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_+/=".contains(&byte);
    if word.len() < 16 || !word.bytes().all(is_packed) {
        return None;
    }
    let mut standard = word.trim_end_matches('=').replace('-', "+").replace('_', "/");
    while !standard.len().is_multiple_of(4) {
        standard.push('=');
    }
    let text = String::from_utf8(base64_decode(standard.as_bytes())?).ok()?.replace('\\', "");
    let start = text.find("http://").or_else(|| text.find("https://"))?;
    let is_end =
        |letter: char| letter.is_whitespace() || letter.is_control() || "\"'<>".contains(letter);
    text[start..].split(is_end).next().map(str::to_owned)
}

fn is_counter(url: &Url) -> bool {
    if is_at(url, COUNTERS) {
        return true;
    }
    let host = url.host_str().unwrap_or_default();
    let path = url.path().to_ascii_lowercase();
    let counts = COUNTING_HOSTS.contains(&host.split('.').next().unwrap_or_default())
        || COUNTING_PATHS.iter().any(|part| path.contains(part));
    let most = if counts { 12 } else { 40 };
    let rest = &url[url::Position::BeforePath..];
    rest.split(['/', '?', '&', '=', '.']).any(|word| is_token(word, most))
}

/// A long word of letters and digits in disorder, which names somebody rather than something.
fn is_token(word: &str, least: usize) -> bool {
    let count = |is: fn(&u8) -> bool| word.bytes().filter(is).count();
    let digits = count(u8::is_ascii_digit);
    let words = word.split(['-', '_', '+']).filter(|part| part.len() > 2).count();
    word.len() >= least
        && digits > 1
        && digits < word.len()
        && (words <= 2 || count(u8::is_ascii_uppercase) > 4)
        && !word.contains('%')
}

/// The address without parameters that say who clicked.
fn impersonal(mut url: Url, receiver: &Receiver) -> Url {
    let Some(query) = url.query() else { return url };
    let is_kept = |part: &&str| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let name = name.to_ascii_lowercase();
        let value = decoded(value);
        !name.starts_with("utm_")
            && !PERSONAL.contains(&name.as_str())
            && !value.contains('@')
            && !receiver.is_named_in(&value)
    };
    let kept: Vec<&str> = query.split('&').filter(is_kept).collect();
    let kept = kept.join("&");
    url.set_query(Some(kept.as_str()).filter(|query| !query.is_empty()));
    url
}

fn decoded(text: &str) -> String {
    // As a form value, with the plus signs of addresses kept.
    let pair = format!("v={}", text.replace('+', "%2B").replace('&', "%26"));
    form_urlencoded::parse(pair.as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leads(address: &str) -> String {
        let addresses = vec!["anna.karlsson@region.example".to_owned()];
        let receiver = Receiver { addresses, names: vec!["anna".into()] };
        match target(address, &receiver) {
            Some(Target::Page(page)) => page,
            Some(Target::Hidden) => "hidden".into(),
            None => "nothing".into(),
        }
    }

    #[test]
    fn counters_that_name_the_page_are_passed_by() {
        let page = "https://agency.example/nyheter/ny-rapport";
        for wrapped in [
            "https://eur02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fagency.example%2Fnyheter%2Fny-rapport&data=05%7Canna%40region.example&reserved=0",
            "https://abc123.r.eu-north-1.awstrack.me/L0/https:%2F%2Fagency.example%2Fnyheter%2Fny-rapport/1/0107018f-aa/sig=375",
            "https://urldefense.proofpoint.com/v2/url?u=https-3A__agency.example_nyheter_ny-2Drapport&d=DwMF&c=x",
            "https://urldefense.com/v3/__https://agency.example/nyheter/ny-rapport__;!!Abc!xyz$",
            "https://www.google.com/url?q=https://agency.example/nyheter/ny-rapport&sa=D",
            "https://links.example/redirect/2/eyJlIjoiaHR0cHM6Ly9hZ2VuY3kuZXhhbXBsZS9ueWhldGVyL255LXJhcHBvcnQifQ.sig",
            "https://lnks.gd/l/x?url=https%3A%2F%2Fagency.example%2Fnyheter%2Fny-rapport%3Futm_source%3Dmail",
        ] {
            assert_eq!(leads(wrapped), page, "{wrapped}");
        }
    }

    #[test]
    fn counters_that_hide_the_page_are_not_asked() {
        for hidden in [
            "https://agency.us1.list-manage.com/track/click?u=1a2b3c&id=4d5e6f&e=7a8b9c",
            "https://click.agency.example/u/Ab3dE5gH7jK9mN1p",
            "https://u1234.ct.sendgrid.net/ls/click?upn=Abc123Def456",
            "https://agency.example/go/Ab3dE5gH7jK9mN1pAb3dE5gH7jK9mN1pAb3dE5gH7jK9mN1p",
            "https://agency.example/for/anna.karlsson@region.example",
        ] {
            assert_eq!(leads(hidden), "hidden", "{hidden}");
        }
    }

    #[test]
    fn what_says_who_clicked_is_taken_off_and_the_rest_stays() {
        assert_eq!(
            leads(
                "https://agency.example/a?id=7&utm_source=x&mc_eid=ff&to=anna.karlsson%40region.example"
            ),
            "https://agency.example/a?id=7"
        );
        let long = "https://agency.example/nyheter/2026/ny-rapport-om-digitala-remisser-i-varden-2026-03-03";
        assert_eq!(leads(long), long);
    }

    #[test]
    fn places_to_unsubscribe_or_to_follow_are_no_publications() {
        for nothing in [
            "https://agency.example/unsubscribe?id=7",
            "https://www.facebook.com/sharer.php?u=https%3A%2F%2Fagency.example%2Fa",
            "https://agency.example/",
            "mailto:info@agency.example",
            "javascript:alert(1)",
            "not an address",
        ] {
            assert_eq!(leads(nothing), "nothing", "{nothing}");
        }
    }
}
