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

#[cfg(test)]
mod tests {
    use super::*;

    fn written(link: &str) -> String {
        normalised(link).map(String::from).unwrap_or_default()
    }

    #[test]
    fn what_does_not_change_the_publication_is_dropped() {
        let plain = "https://example.se/a?id=7";
        for link in [
            "https://example.se/a?id=7#section-2",
            "http://example.se/a?id=7",
            "https://EXAMPLE.se:443/a?id=7",
            "http://example.se:80/a?id=7",
            "https://user:secret@example.se/a?id=7",
            "https://example.se/a?utm_source=news&id=7&utm_medium=rss&fbclid=x",
            "https://example.se/a?id=7&UTM_Campaign=x",
            "  https://example.se/a?id=7\n",
        ] {
            assert_eq!(written(link), plain, "{link}");
        }
        assert_eq!(written("https://example.se/a?utm_source=news"), "https://example.se/a");
    }

    #[test]
    fn what_may_change_the_publication_survives() {
        for link in [
            "https://skr.se/4.e6f1/12.e6f1.portlet?state=rss&sv.contenttype=text/xml;charset=UTF-8",
            "https://example.se/a;jsessionid=1/b;v=2",
            "https://example.se/a?b=2&a=1",
            "https://example.se/a?b=1&b=2",
            "https://example.se/a/",
            "https://example.se:8443/a",
            "https://example.se/A?Id=7",
            "https://example.se/h%C3%B8ringer?type=h%C3%B8ring",
            "https://www.example.se/a",
        ] {
            assert_eq!(written(link), link);
        }
    }

    #[test]
    fn only_web_addresses_name_a_publication() {
        for link in ["mailto:a@example.se", "ftp://example.se/a", "/a", "", "https://", "urn:a:b"] {
            assert_eq!(normalised(link), None, "{link}");
        }
    }

    #[test]
    fn normalising_twice_is_normalising_once() {
        for link in
            ["HTTP://Example.se/%7Ea/?a=1&&utm_x=2#b", "https://example.se/?&&", "http://xn--a.se"]
        {
            let once = written(link);
            assert!(once.is_empty() || written(&once) == once, "{link}");
        }
    }
}
