//! When does a source want to be visited again? From its headers and from what its feed says of itself.

use crate::{Transport, date, entity};
use jiff::Timestamp;
use url::Url;
use utkik_sources::Asks;

/// How much of a feed, before its first entry and after its last, is looked through.
const MAX_LOOKED: usize = 64 * 1024;
const MAX_HUBS: usize = 5;
const MAX_ADDRESS: usize = 2_000;

/// What the headers say (RFC 9111, 4.2.1 and 5.3; WebSub, 4).
pub(crate) fn in_headers(transport: &Transport, now: Timestamp) -> Asks {
    let mut asks = Asks { fresh_for: fresh_for(transport, now), ..Asks::default() };
    let links = transport.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("link"));
    for link in links.flat_map(|(_, value)| links_of(value)) {
        note_link(&mut asks, &link.1, &link.0, transport.base().as_ref());
    }
    asks
}

fn fresh_for(transport: &Transport, now: Timestamp) -> Option<u64> {
    let control = transport.header("cache-control").unwrap_or_default().to_ascii_lowercase();
    let mut words = control.split(',').map(str::trim);
    if words.clone().any(|word| matches!(word, "no-cache" | "no-store" | "must-understand")) {
        return None;
    }
    let age = transport.header("age").and_then(|age| age.trim().parse().ok()).unwrap_or(0);
    let stated = words.find_map(|word| word.strip_prefix("max-age="));
    let fresh: Option<u64> = match stated {
        Some(seconds) => seconds.trim_matches(['"', ' ']).parse().ok(),
        None => {
            let until = date::read(transport.header("expires")?)?;
            let from = transport.header("date").and_then(date::read).unwrap_or(now);
            u64::try_from(until.as_second() - from.as_second()).ok()
        }
    };
    fresh.map(|seconds| seconds.saturating_sub(age)).filter(|seconds| *seconds > 0)
}

/// Addresses and relations in a Link field (RFC 8288, 3).
fn links_of(field: &str) -> Vec<(String, String)> {
    let mut links = Vec::new();
    for part in field.split('<').skip(1) {
        let Some((address, rest)) = part.split_once('>') else { continue };
        for parameter in rest.split([';', ',']) {
            if let Some((name, value)) = parameter.split_once('=')
                && name.trim().eq_ignore_ascii_case("rel")
            {
                links.push((address.trim().to_owned(), value.trim_matches(['"', ' ']).to_owned()));
            }
        }
    }
    links
}

fn note_link(asks: &mut Asks, relations: &str, address: &str, base: Option<&Url>) {
    let parsed = match base {
        Some(base) => base.join(address.trim()),
        None => Url::parse(address.trim()),
    };
    let Some(url) = parsed.ok().filter(|url| matches!(url.scheme(), "http" | "https")) else {
        return;
    };
    if url.as_str().len() > MAX_ADDRESS {
        return;
    }
    for relation in relations.to_ascii_lowercase().split_whitespace() {
        match relation {
            "hub" if asks.hubs.len() < MAX_HUBS => asks.hubs.push(url.to_string()),
            "self" => asks.topic = asks.topic.take().or_else(|| Some(url.to_string())),
            _ => {}
        }
    }
}

/// What a feed says of itself, outside its entries.
pub(crate) fn in_feed(text: &str, base: Option<&Url>) -> Asks {
    let mut said = Said::default();
    if text.starts_with('{') {
        return in_json(text, base);
    }
    let (head, tail) = around_entries(text);
    for part in [head, tail] {
        said.look(part, base);
    }
    said.into_asks()
}

/// JSON Feed 1.1 names its hubs.
fn in_json(text: &str, base: Option<&Url>) -> Asks {
    #[derive(serde::Deserialize)]
    struct Hub {
        url: String,
    }
    #[derive(serde::Deserialize)]
    struct Feed {
        feed_url: Option<String>,
        #[serde(default)]
        hubs: Vec<Hub>,
    }
    let mut asks = Asks::default();
    if text.contains("\"hubs\"")
        && let Ok(feed) = serde_json::from_str::<Feed>(text)
    {
        feed.hubs.iter().for_each(|hub| note_link(&mut asks, "hub", &hub.url, base));
        note_link(&mut asks, "self", feed.feed_url.as_deref().unwrap_or_default(), base);
    }
    asks
}

/// What stands before the first entry and after the last.
fn around_entries(text: &str) -> (&str, &str) {
    let first = ["<item", "<entry"].iter().filter_map(|tag| text.find(tag)).min();
    let last = ["</item>", "</entry>"].iter().filter_map(|tag| text.rfind(tag)).max();
    let head = &text[..first.unwrap_or(text.len())];
    let tail = last.filter(|last| first.is_some_and(|first| first < *last));
    let tail = tail.map_or("", |last| &text[last..]);
    let (head_end, tail_end) =
        (head.floor_char_boundary(MAX_LOOKED), tail.floor_char_boundary(MAX_LOOKED));
    (&head[..head_end], &tail[..tail_end])
}

#[derive(Default)]
struct Said {
    asks: Asks,
    ttl: Option<u64>,
    period: Option<u64>,
    frequency: Option<u64>,
}

impl Said {
    /// Looks at one tag after the other; what is ill-formed is passed over.
    fn look(&mut self, part: &str, base: Option<&Url>) {
        let mut pieces = part.split('<');
        pieces.next();
        for piece in pieces {
            let Some((tag, text)) = piece.split_once('>') else { continue };
            let name = tag.split([' ', '\t', '\r', '\n', '/']).next().unwrap_or_default();
            let local = name.rsplit(':').next().unwrap_or_default();
            if local.len() > 16 || local.is_empty() {
                continue;
            }
            self.note(&local.to_ascii_lowercase(), tag, text.trim(), base);
        }
    }

    fn note(&mut self, local: &str, tag: &str, text: &str, base: Option<&Url>) {
        match local {
            "link" => {
                let relations = attribute(tag, "rel");
                let address = entity::decoded(attribute(tag, "href"));
                note_link(&mut self.asks, relations, &address, base);
            }
            "ttl" => self.ttl = text.parse::<u64>().ok().map(|minutes| minutes.saturating_mul(60)),
            // Some number the hours from 1 to 24.
            "hour" => {
                if let Ok(hour) = text.parse::<u32>()
                    && hour <= 24
                {
                    self.asks.skip_hours |= 1 << (hour % 24);
                }
            }
            "day" => {
                const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
                let text = text.to_ascii_lowercase();
                if let Some(day) = DAYS.iter().position(|day| text.starts_with(day)) {
                    self.asks.skip_days |= 1 << day;
                }
            }
            "updateperiod" => self.period = period(text),
            "updatefrequency" => self.frequency = text.parse().ok().filter(|times| *times > 0),
            "updatebase" => {
                self.asks.counted_from = date::read(text).map(|base| base.as_second());
            }
            _ => {}
        }
    }

    fn into_asks(self) -> Asks {
        let mut asks = self.asks;
        let stated = self.period.or(self.frequency.and(period("daily")));
        let between = stated.map(|period| period / self.frequency.unwrap_or(1));
        if between.is_none() || self.ttl > between {
            asks.counted_from = None;
        }
        asks.pause = self.ttl.max(between).filter(|seconds| *seconds > 0);
        asks
    }
}

/// RSS 1.0's syndication module (web.resource.org/rss/1.0/modules/syndication).
fn period(word: &str) -> Option<u64> {
    const HOUR: u64 = 3_600;
    Some(match word.to_ascii_lowercase().as_str() {
        "hourly" => HOUR,
        "daily" => 24 * HOUR,
        "weekly" => 7 * 24 * HOUR,
        "monthly" => 30 * 24 * HOUR,
        "yearly" => 365 * 24 * HOUR,
        _ => return None,
    })
}

/// The value of an attribute as written; empty when there is none.
fn attribute<'t>(tag: &'t str, wanted: &str) -> &'t str {
    let mut rest = tag;
    while let Some(at) = rest.find(wanted) {
        let before = rest[..at].chars().next_back();
        rest = &rest[at + wanted.len()..];
        let Some(value) = rest.trim_start().strip_prefix('=') else { continue };
        if before.is_some_and(char::is_whitespace) {
            let value = value.trim_start();
            let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''));
            return match quote {
                Some(quote) => value[1..].split(quote).next().unwrap_or_default(),
                None => value.split([' ', '/']).next().unwrap_or_default(),
            };
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(fields: &[(&str, &str)]) -> Asks {
        let fields = fields.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        let address = Some("https://a.se/feed/x".into());
        let transport = Transport { address, headers: fields.collect() };
        in_headers(&transport, "2026-11-25T10:00:00Z".parse().unwrap())
    }

    #[test]
    fn headers_say_how_long_an_answer_stays_good() {
        let fresh = |fields: &[(&str, &str)]| headers(fields).fresh_for;
        assert_eq!(fresh(&[("Cache-Control", "public, max-age=600"), ("age", "100")]), Some(500));
        assert_eq!(fresh(&[("cache-control", "no-cache, max-age=600")]), None);
        assert_eq!(fresh(&[("cache-control", "max-age=0"), ("age", "3")]), None);
        assert_eq!(fresh(&[("expires", "Wed, 25 Nov 2026 11:00:00 GMT")]), Some(3_600));
        let dated = [
            ("expires", "Wed, 25 Nov 2026 11:00:00 GMT"),
            ("date", "Wed, 25 Nov 2026 10:30:00 GMT"),
        ];
        assert_eq!(fresh(&dated), Some(1_800));
        assert_eq!(fresh(&[("expires", "0")]), None);
        assert_eq!(fresh(&[("expires", "Wed, 25 Nov 2020 11:00:00 GMT")]), None);
    }

    #[test]
    fn a_feed_says_when_it_wants_to_be_left_alone() {
        let feed = "<rss xmlns:sy='x'><channel><ttl>60</ttl><skipHours><hour>0</hour><hour>23</hour></skipHours>\
                    <skipDays><day>Saturday</day><day>Sunday</day></skipDays><item><ttl>9</ttl></item></channel></rss>";
        let asks = in_feed(feed, None);
        assert_eq!(asks.pause, Some(3_600));
        assert_eq!((asks.skip_hours, asks.skip_days), (1 << 23 | 1, 0b110_0000));
        let feed = "<rdf><sy:updatePeriod> daily </sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>\
                    <sy:updateBase>2000-01-01T12:00+00:00</sy:updateBase>";
        let asks = in_feed(feed, None);
        assert_eq!((asks.pause, asks.counted_from), (Some(43_200), Some(946_728_000)));
        let late = "<rss><channel><item><title>x</title></item><ttl>5</ttl></channel></rss>";
        assert_eq!(in_feed(late, None).pause, Some(300));
        for odd in ["<ttl>", "<hour>99</hour><day>x</day><ttl>-1</ttl>", "<<<>>>", "<link rel"] {
            assert_eq!(in_feed(odd, None), Asks::default(), "{odd}");
        }
    }

    #[test]
    fn hubs_are_found_in_feed_and_headers() {
        let feed = "<feed><link rel=\"self\" href=\"/atom\"/><link href='https://hub.example/?a=1&amp;b=2' rel='hub'/>\
                    <link rel='hub' href='javascript:x'/><entry><link rel='self' href='/1'/></entry></feed>";
        let asks = in_feed(feed, Url::parse("https://a.se/x").ok().as_ref());
        assert_eq!(asks.hubs, ["https://hub.example/?a=1&b=2"]);
        assert_eq!(asks.topic.as_deref(), Some("https://a.se/atom"));
        let asks = headers(&[(
            "Link",
            "<https://hub.example/>; rel=\"hub\", </feed/self>; title=\"x\"; rel=self",
        )]);
        assert_eq!((asks.hubs.len(), asks.topic.as_deref()), (1, Some("https://a.se/feed/self")));
        let json = "{\"version\":\"https://jsonfeed.org/version/1.1\",\"feed_url\":\"https://a.se/j\",\
                    \"hubs\":[{\"type\":\"WebSub\",\"url\":\"https://hub.example/\"}],\"items\":[]}";
        assert_eq!(in_feed(json, None).hubs.len(), 1);
    }
}
