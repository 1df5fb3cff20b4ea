//! When two addresses name the same publication.

use url::Url;

/// Query parameters that say where a reader came from, not what is read.
const TRACKING: &[&str] = &[
    "fbclid",
    "gclid",
    "dclid",
    "gbraid",
    "wbraid",
    "msclkid",
    "yclid",
    "igshid",
    "mc_cid",
    "mc_eid",
    "_hsenc",
    "_hsmi",
    "mkt_tok",
    "pk_campaign",
    "pk_kwd",
    "pk_source",
    "pk_medium",
    "piwik_campaign",
    "piwik_kwd",
    "wt_mc",
    "at_medium",
    "at_campaign",
];

/// The one way we write an http(s) address, for telling publications apart; `None` for anything else.
///
/// Always `https` (a publication is the same over http and https), lower-case host, no default port, no fragment, no user, no tracking parameters.
/// Meaningful query strings keep their order, and `;`-parameters survive.
pub fn normalised(link: &str) -> Option<Url> {
    let mut url = Url::parse(link.trim()).ok()?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return None;
    }
    if url.scheme() == "http" {
        url.set_scheme("https").ok()?;
    }
    url.set_fragment(None);
    let _ = url.set_username("");
    let _ = url.set_password(None);
    if let Some(query) = url.query() {
        let kept: Vec<&str> =
            query.split('&').filter(|part| !part.is_empty() && !tracks(part)).collect();
        let kept = kept.join("&");
        url.set_query(Some(kept.as_str()).filter(|query| !query.is_empty()));
    }
    Some(url)
}

fn tracks(parameter: &str) -> bool {
    let name = parameter.split('=').next().unwrap_or_default().to_ascii_lowercase();
    name.starts_with("utm_") || TRACKING.contains(&name.as_str())
}
