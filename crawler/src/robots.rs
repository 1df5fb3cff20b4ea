//! What a host lets us fetch: robots.txt by RFC 9309.

use serde::Serialize;
use url::Url;

/// More than this of a robots.txt is not read (RFC 9309, 2.5).
pub(crate) const MAX_BYTES: usize = 500 * 1024;

/// Whether an agent may fetch an address, and what says so.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RobotsVerdict {
    /// Whether it may.
    pub allowed: bool,
    /// The rule that decided, as the file writes it; `None` when no rule matched.
    pub rule: Option<String>,
    /// Seconds between two requests that the file asks for.
    pub crawl_delay: Option<f64>,
}

/// Whether `agent` may fetch `url` according to the robots.txt in `file`.
///
/// `agent` is a product token or a whole User-Agent line; `url` an address or only its path.
pub fn robots(file: &[u8], agent: &str, url: &str) -> RobotsVerdict {
    Robots::read(file, agent).verdict_on(&path_and_query(url), &as_written(url))
}

/// The rules of a robots.txt that are meant for one agent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Robots {
    rules: Vec<Rule>,
    pub(crate) crawl_delay: Option<f64>,
}

#[derive(Clone, Debug)]
struct Rule {
    allow: bool,
    /// As written, for people.
    line: String,
    /// As RFC 9309, 2.2.2, reads it.
    pattern: Vec<u8>,
    /// Octet by octet.
    octets: Vec<u8>,
}

impl Robots {
    /// Reads the groups for `agent`, merged; those for `*` when none names it (RFC 9309, 2.2.1).
    pub(crate) fn read(file: &[u8], agent: &str) -> Robots {
        let file = without_mark(file);
        let file = String::from_utf8_lossy(&file[..file.len().min(MAX_BYTES)]);
        let agent = product_token(agent);
        let (mut ours, mut everyones) = (Robots::default(), Robots::default());
        let (mut for_us, mut for_everyone, mut named) = (false, false, false);
        // A group may open with several user-agent lines; the first rule ends that opening.
        let mut opening = false;
        for line in file.split(['\n', '\r']) {
            let Some((key, value)) = key_and_value(line) else { continue };
            let mut groups = [(for_us, &mut ours), (for_everyone, &mut everyones)];
            let groups = groups.iter_mut().filter(|(meant, _)| *meant).map(|(_, group)| group);
            match key {
                Key::Agent => {
                    if !opening {
                        (for_us, for_everyone) = (false, false);
                    }
                    opening = true;
                    let token = product_token(value);
                    for_everyone |= is_star(value);
                    if !agent.is_empty() && token.eq_ignore_ascii_case(agent) {
                        (for_us, named) = (true, true);
                    }
                }
                Key::Rule { allow } => {
                    opening = false;
                    // An empty path matches nothing: `Disallow:` alone lets everything through.
                    if !value.is_empty() {
                        groups.for_each(|group| group.rules.push(Rule::new(allow, value)));
                    }
                }
                // Other records do not end the opening (RFC 9309, 2.2.4).
                Key::Delay => groups.for_each(|group| {
                    let seconds = value.parse().ok().filter(|s: &f64| s.is_finite() && *s >= 0.0);
                    group.crawl_delay = group.crawl_delay.or(seconds);
                }),
            }
        }
        if named { ours } else { everyones }
    }

    /// Everything may be fetched, as when there is no robots.txt (RFC 9309, 2.3.1.3).
    pub(crate) fn open() -> Robots {
        Robots::default()
    }

    /// May `path` (with its query, percent-encoded) be fetched?
    pub(crate) fn verdict(&self, path: &str) -> RobotsVerdict {
        self.verdict_on(path, path)
    }

    /// The longest match decides; allow wins ties (2.2.2). Percent-encoding is read in two ways out there: as the RFC
    /// says, and octet by octet. We stay out when either says so, since nobody knows which one the author tried.
    fn verdict_on(&self, path: &str, written: &str) -> RobotsVerdict {
        let crawl_delay = self.crawl_delay;
        if path == "/robots.txt" {
            return RobotsVerdict { allowed: true, rule: None, crawl_delay };
        }
        let by_rfc = self.decisive(&normal(path, false), |rule| &rule.pattern);
        let by_octets = self.decisive(&octets(written), |rule| &rule.octets);
        let is_closed = |rule: &&Rule| !rule.allow;
        let decisive = by_octets.filter(is_closed).filter(|_| by_rfc.is_none_or(|rule| rule.allow));
        let decisive = decisive.or(by_rfc).or(by_octets);
        RobotsVerdict {
            allowed: decisive.is_none_or(|rule| rule.allow),
            rule: decisive.map(|rule| rule.line.clone()),
            crawl_delay,
        }
    }

    fn decisive(&self, path: &[u8], pattern: impl Fn(&Rule) -> &Vec<u8>) -> Option<&Rule> {
        let matching = self.rules.iter().filter(|rule| matches(pattern(rule), path));
        matching.max_by_key(|rule| (pattern(rule).len(), rule.allow))
    }
}

impl Rule {
    fn new(allow: bool, path: &str) -> Rule {
        let word = if allow { "Allow" } else { "Disallow" };
        let line = format!("{word}: {path}");
        Rule { allow, line, pattern: normal(path, true), octets: octets(path) }
    }
}

/// The path and query of an address, as robots.txt rules see them.
pub(crate) fn path_and_query(url: &str) -> String {
    match Url::parse(url) {
        Ok(url) => {
            let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
            let path = if url.path().is_empty() { "/" } else { url.path() };
            format!("{path}{query}")
        }
        Err(_) => {
            let path = url.split('#').next().unwrap_or_default();
            if path.starts_with('/') { path.to_owned() } else { format!("/{path}") }
        }
    }
}

/// Whether a path meets a pattern with `*` and `$`, octet by octet; other protocols borrow these signs.
pub(crate) fn meets(pattern: &str, path: &str) -> bool {
    matches(&octets(pattern), &octets(path))
}

/// Path and query as the address was written, encoded or not.
fn as_written(url: &str) -> String {
    let url = url.split('#').next().unwrap_or_default();
    let rest = match url.split_once("://") {
        Some((scheme, rest)) if !scheme.contains(['/', '?']) => {
            &rest[rest.find(['/', '?']).unwrap_or(rest.len())..]
        }
        _ => url,
    };
    if rest.starts_with('/') { rest.to_owned() } else { format!("/{rest}") }
}

/// Without the byte order mark that some editors write, also when it was cut short.
fn without_mark(file: &[u8]) -> &[u8] {
    let mark = b"\xef\xbb\xbf";
    let length = file.iter().zip(mark).take_while(|(byte, mark)| byte == mark).count();
    &file[length..]
}

enum Key {
    Agent,
    Rule { allow: bool },
    Delay,
}

fn key_and_value(line: &str) -> Option<(Key, &str)> {
    let line = line.split('#').next().unwrap_or_default().trim();
    // Some write a space for the colon; it is understood when nothing else can be meant.
    let (key, value) = line.split_once(':').or_else(|| {
        let (key, value) = line.split_once([' ', '\t'])?;
        (!value.trim().contains([' ', '\t'])).then_some((key, value))
    })?;
    let key = match key.trim().to_ascii_lowercase().as_str() {
        "user-agent" | "useragent" | "user agent" => Key::Agent,
        "allow" => Key::Rule { allow: true },
        "disallow" | "dissallow" | "dissalow" | "disalow" | "diasllow" | "disallaw" => {
            Key::Rule { allow: false }
        }
        "crawl-delay" => Key::Delay,
        _ => return None,
    };
    Some((key, value.trim()))
}

/// `*` alone, or with something after white space: what follows is not part of the name.
fn is_star(value: &str) -> bool {
    value.strip_prefix('*').is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
}

/// What an agent is called: up to the first character that cannot be in a product token (2.2.1).
fn product_token(agent: &str) -> &str {
    let end = agent.find(|c: char| !(c.is_ascii_alphabetic() || c == '-' || c == '_'));
    &agent[..end.unwrap_or(agent.len())]
}

/// One spelling for both sides (2.2.2): what is not ASCII is percent-encoded, hexadecimal digits are
/// upper case, and unreserved characters stand for themselves. Where `*` and `$` are no signs of a
/// pattern, they are encoded too, so that a pattern can mean them by `%2A` and `%24` (2.2.3).
fn normal(path: &str, is_pattern: bool) -> Vec<u8> {
    let bytes = path.as_bytes();
    let mut normal = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        match escaped(&bytes[at..]) {
            Some(escaped) => {
                push_byte(&mut normal, escaped);
                at += 3;
            }
            None => {
                let last = at + 1 == bytes.len();
                let sign = is_pattern && (byte == b'*' || (byte == b'$' && last));
                if sign || (byte.is_ascii() && byte != b'*' && byte != b'$') {
                    normal.push(byte);
                } else {
                    push_byte(&mut normal, byte);
                }
                at += 1;
            }
        }
    }
    normal
}

/// What is not ASCII percent-encoded and hexadecimal digits in upper case; all else as it stands.
fn octets(path: &str) -> Vec<u8> {
    let bytes = path.as_bytes();
    let mut octets = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match escaped(&bytes[at..]) {
            Some(byte) => {
                octets.extend(format!("%{byte:02X}").bytes());
                at += 3;
            }
            None if bytes[at].is_ascii() => {
                octets.push(bytes[at]);
                at += 1;
            }
            None => {
                octets.extend(format!("%{:02X}", bytes[at]).bytes());
                at += 1;
            }
        }
    }
    octets
}

fn escaped(bytes: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = bytes else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(*high)? * 16 + digit(*low)?)
}

fn push_byte(normal: &mut Vec<u8>, byte: u8) {
    if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
        normal.push(byte);
    } else {
        normal.extend(format!("%{byte:02X}").bytes());
    }
}

/// Whether `pattern` matches from the start of `path`; `*` is any run of characters, a final `$`
/// the end (2.2.3). Keeps the set of reachable positions, so that no pattern takes exponential time.
fn matches(pattern: &[u8], path: &[u8]) -> bool {
    let (pattern, to_the_end) = match pattern {
        [start @ .., b'$'] => (start, true),
        _ => (pattern, false),
    };
    let mut parts = pattern.split(|byte| *byte == b'*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = path.strip_prefix(first) else { return false };
    let parts: Vec<&[u8]> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return !to_the_end || rest.is_empty() };
    for part in middle {
        match find(rest, part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    if to_the_end { rest.ends_with(last) } else { find(rest, last).is_some() }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    if needle.is_empty() {
        return Some(0);
    }
    haystack.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(file: &str, agent: &str, url: &str) -> bool {
        robots(file.as_bytes(), agent, url).allowed
    }

    #[test]
    fn the_longest_match_decides_and_allow_wins_ties() {
        let file = "user-agent: utkik\ndisallow: /x/page.html\nallow: /x/\n";
        assert!(!allowed(file, "utkik", "http://a.se/x/page.html"));
        assert!(allowed(file, "utkik", "http://a.se/x/"));
        assert!(allowed("user-agent: *\ndisallow: /a\nallow: /a\n", "utkik", "/a"));
        assert!(allowed("user-agent: *\ndisallow:\n", "utkik", "/a"));
        assert!(allowed("", "utkik", "/a"));
    }

    #[test]
    fn groups_for_the_same_agent_are_one_and_the_star_is_for_those_not_named() {
        let file = "User-agent: foo\nDisallow: /a\n\nuser-agent: *\nDisallow: /\n\nUser-Agent: FOO\nDisallow: /b\n";
        assert!(!allowed(file, "Foo", "/a"));
        assert!(!allowed(file, "foo/2.1 (+http://foo.se)", "/b"));
        assert!(allowed(file, "foo", "/c"));
        assert!(!allowed(file, "bar", "/c"));
    }

    #[test]
    fn an_agent_is_named_by_its_token_alone() {
        assert!(!allowed("User-agent: Foo Bar\nDisallow: /\n", "foo", "/a"));
        assert!(!allowed("User-agent: foo/1.2\nDisallow: /\n", "foo", "/a"));
        assert!(allowed("User-agent: foobar\nDisallow: /\n", "foo", "/a"));
        assert!(!allowed("User-agent: * \nDisallow: /\n", "foo", "/a"));
    }

    #[test]
    fn foreign_lines_do_not_close_a_group() {
        let file = "User-agent: foo\nSitemap: http://a.se/s.xml\nCrawl-delay: 2.5\nUser-agent: bar\nDisallow: /\n";
        assert!(!allowed(file, "foo", "/a"));
        assert!(!allowed(file, "bar", "/a"));
        assert_eq!(robots(file.as_bytes(), "foo", "/").crawl_delay, Some(2.5));
    }

    #[test]
    fn stars_and_the_end_sign_are_understood() {
        let file =
            "user-agent: *\ndisallow: /*.php$\ndisallow: /foo/*/bar\nallow: /foo/x/bar/open\n";
        assert!(!allowed(file, "a", "/x/index.php"));
        assert!(allowed(file, "a", "/x/index.php?y"));
        assert!(!allowed(file, "a", "/foo/1/2/bar/3"));
        assert!(allowed(file, "a", "/foo/x/bar/open"));
        let slow = format!("user-agent: *\ndisallow: /{}x$\n", "*a".repeat(2_000));
        assert!(allowed(&slow, "a", &format!("/{}", "a".repeat(4_000))));
    }

    #[test]
    fn spellings_of_the_same_path_are_equal() {
        let file = "user-agent: *\ndisallow: /foo/%e3%83%84\ndisallow: /%62%61%7A\n";
        assert!(!allowed(file, "a", "/foo/\u{30c4}"));
        assert!(!allowed(file, "a", "/foo/%E3%83%84"));
        assert!(!allowed(file, "a", "http://a.se/baz"));
        assert!(!allowed("user-agent: *\ndisallow: /foo/\u{30c4}\n", "a", "/foo/%E3%83%84/x"));
        assert!(allowed("user-agent: *\ndisallow: /a%2Fb\n", "a", "/a/b"));
        assert!(!allowed("user-agent: *\ndisallow: /a%2A\n", "a", "/a*b"));
        assert!(allowed("user-agent: *\ndisallow: /a%2A\n", "a", "/ab"));
    }

    #[test]
    fn where_percent_encoding_can_be_read_in_two_ways_we_stay_out_when_either_says_so() {
        let open = "user-agent: *\ndisallow: /\nallow: /%62%61%7A\n";
        assert!(allowed(open, "a", "http://a.se/%62%61%7A"));
        assert!(!allowed(open, "a", "http://a.se/baz"), "octet by octet, it is closed");
        let closed = "user-agent: *\ndisallow: /%62%61%7A\n";
        assert!(!allowed(closed, "a", "http://a.se/baz"), "by the RFC, it is closed");
        assert!(!allowed(closed, "a", "/%62%61%7a/x"));
        let verdict = robots(open.as_bytes(), "a", "http://a.se/baz");
        assert_eq!(verdict.rule.as_deref(), Some("Disallow: /"));
        let same = "user-agent: *\ndisallow: /\nallow: /v%c3%a5rd\n";
        assert!(allowed(same, "a", "http://a.se/v\u{e5}rd".replace('\u{e5}', "%C3%A5").as_str()));
        assert!(allowed(same, "a", "http://a.se/v%c3%a5rd"));
    }

    #[test]
    fn words_before_the_first_agent_and_unknown_words_are_no_rules() {
        assert!(allowed("disallow: /\nuser-agent: b\ndisallow: /b\n", "a", "/a"));
        assert!(allowed("disallow: /\nuser-agent: a\ndisallow: /b\n", "a", "/a"));
        assert!(allowed("agent: a\nforbid: /\n", "a", "/a"));
        assert!(!allowed("USER-AGENT:a\nDISALLOW:/\n", "A", "/a"));
        assert!(!allowed("user-agent a\ndisallow /\n", "a", "/a"), "a space for the colon");
    }

    #[test]
    fn a_group_of_our_own_stands_alone_even_when_it_is_empty() {
        assert!(allowed("user-agent: *\ndisallow: /\nuser-agent: a\n", "a", "/x"));
        assert!(allowed("user-agent: a\nallow: /\nuser-agent: *\ndisallow: /\n", "a", "/x"));
        assert!(!allowed("user-agent: a\nallow: /\nuser-agent: *\ndisallow: /\n", "b", "/x"));
        let between = "user-agent: a\n\n# words\nunknown: x\n\nuser-agent: b\ndisallow: /\n";
        assert!(!allowed(between, "a", "/x") && !allowed(between, "b", "/x"));
        let after = "user-agent: a\ndisallow: /1\nuser-agent: b\ndisallow: /2\n";
        assert!(!allowed(after, "a", "/1") && allowed(after, "a", "/2"), "a rule ends the opening");
    }

    #[test]
    fn paths_are_told_apart_by_case_and_signs_in_them_are_only_signs_where_they_can_be() {
        assert!(allowed("user-agent: a\ndisallow: /X/\n", "a", "/x/y"));
        assert!(!allowed("user-agent: a\ndisallow: /x$y\n", "a", "/x$y"));
        assert!(allowed("user-agent: a\ndisallow: /x$\n", "a", "/xy"));
        assert!(allowed("user-agent: a\ndisallow: /x%24\n", "a", "/x"));
        assert!(!allowed("user-agent: a\ndisallow: /x%24\n", "a", "/x$y"));
        assert!(!allowed("user-agent: a\ndisallow: *\n", "a", "/"));
        assert!(!allowed("user-agent: a\ndisallow: /x?y=*\n", "a", "http://a.se/x?y=1#z"));
        assert!(!allowed("user-agent: a\ndisallow: /\nallow: /$\n", "a", "http://a.se/index.html"));
        assert!(allowed("user-agent: a\ndisallow: /\nallow: /$\n", "a", "http://a.se"));
        assert!(allowed("user-agent: a\ndisallow: # nothing\n", "a", "/x"));
    }

    #[test]
    fn a_mark_that_was_cut_short_spoils_no_line() {
        for mark in [&b"\xef\xbb\xbf"[..], b"\xef\xbb", b"\xef"] {
            let file = [mark, b"user-agent: a\ndisallow: /\n"].concat();
            assert!(!robots(&file, "a", "/x").allowed, "{mark:?}");
        }
        assert!(robots(b"\xef\x11\xbfuser-agent: a\ndisallow: /\n", "a", "/x").allowed);
    }

    #[test]
    fn any_line_ending_a_mark_at_the_start_and_rubbish_are_survived() {
        let file = "\u{feff}User-Agent: foo\rDisallow: /a\r\nDisallow: /b # why\n";
        assert!(!allowed(file, "foo", "/a"));
        assert!(!allowed(file, "foo", "/b"));
        assert!(allowed(file, "foo", "/robots.txt"));
        assert!(robots(b"\xff\xfe\x00:::%%%%\n*$$$", "foo", "/%").allowed);
        assert!(!robots(b"user-agent: *\ndisallow: /", "", "http://a.se").allowed);
    }

    #[test]
    fn the_verdict_names_the_rule() {
        let verdict =
            robots(b"user-agent: *\ndisallow: /closed/\n", "utkik", "https://a.se/closed/x");
        assert_eq!(verdict.rule.as_deref(), Some("Disallow: /closed/"));
    }
}
