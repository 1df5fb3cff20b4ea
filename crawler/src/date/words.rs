//! The words and numbers of a date: months in the languages of our sources, and zones.

/// Names of the months and how they are shortened, without accents and in lower case: English, Swedish,
/// Norwegian, Danish, Icelandic, German, French, Dutch, Hungarian, Greek. Finnish is told by its endings.
#[rustfmt::skip]
const MONTHS: [&str; 12] = [
    "jan january januari januar janvier janv janner jaenner janr jansi \u{3b9}\u{3b1}\u{3bd} \u{3b9}\u{3b1}\u{3bd}\u{3bf}\u{3c5}\u{3b1}\u{3c1}\u{3b9}\u{3bf}\u{3c5}",
    "feb febr february februari februar fevrier fevr fev feber \u{3c6}\u{3b5}\u{3b2} \u{3c6}\u{3b5}\u{3b2}\u{3c1}\u{3bf}\u{3c5}\u{3b1}\u{3c1}\u{3b9}\u{3bf}\u{3c5}",
    "mar mars march marts marz maerz mrz maart marc marcius \u{3bc}\u{3b1}\u{3c1} \u{3bc}\u{3b1}\u{3c1}\u{3c4} \u{3bc}\u{3b1}\u{3c1}\u{3c4}\u{3b9}\u{3bf}\u{3c5}",
    "apr april avril avr apri aprilis \u{3b1}\u{3c0}\u{3c1} \u{3b1}\u{3c0}\u{3c1}\u{3b9}\u{3bb}\u{3b9}\u{3bf}\u{3c5}",
    "may maj mai mei majus maujus \u{3bc}\u{3b1}\u{3b9} \u{3bc}\u{3b1}\u{3b9}\u{3bf}\u{3c5}",
    "jun june juni juin junius \u{3b9}\u{3bf}\u{3c5}\u{3bd} \u{3b9}\u{3bf}\u{3c5}\u{3bd}\u{3b9}\u{3bf}\u{3c5}",
    "jul july juli juillet juil julius \u{3b9}\u{3bf}\u{3c5}\u{3bb} \u{3b9}\u{3bf}\u{3c5}\u{3bb}\u{3b9}\u{3bf}\u{3c5}",
    "aug august augusti agust agu aout augustus augusztus \u{3b1}\u{3c5}\u{3b3} \u{3b1}\u{3c5}\u{3b3}\u{3bf}\u{3c5}\u{3c3}\u{3c4}\u{3bf}\u{3c5}",
    "sep sept september septembre septemb szept szeptember \u{3c3}\u{3b5}\u{3c0} \u{3c3}\u{3b5}\u{3c0}\u{3c4} \u{3c3}\u{3b5}\u{3c0}\u{3c4}\u{3b5}\u{3bc}\u{3b2}\u{3c1}\u{3b9}\u{3bf}\u{3c5}",
    "okt oct october oktober octobre \u{3bf}\u{3ba}\u{3c4} \u{3bf}\u{3ba}\u{3c4}\u{3c9}\u{3b2}\u{3c1}\u{3b9}\u{3bf}\u{3c5}",
    "nov november novembre \u{3bd}\u{3bf}\u{3b5} \u{3bd}\u{3bf}\u{3b5}\u{3bc}\u{3b2}\u{3c1}\u{3b9}\u{3bf}\u{3c5}",
    "dec december desember dezember des dez decembre \u{3b4}\u{3b5}\u{3ba} \u{3b4}\u{3b5}\u{3ba}\u{3b5}\u{3bc}\u{3b2}\u{3c1}\u{3b9}\u{3bf}\u{3c5}",
];

/// Finnish months, which take many endings after these.
const FINNISH: [&str; 12] = [
    "tammi", "helmi", "maalis", "huhti", "touko", "kesa", "heina", "elo", "syys", "loka", "marras",
    "joulu",
];

/// Zone names met in feeds, in hours east of Greenwich.
const ZONES: &[(&str, i32)] = &[
    ("z", 0),
    ("ut", 0),
    ("utc", 0),
    ("gmt", 0),
    ("wet", 0),
    ("bst", 1),
    ("ist", 1),
    ("west", 1),
    ("cet", 1),
    ("met", 1),
    ("mez", 1),
    ("cest", 2),
    ("mest", 2),
    ("mesz", 2),
    ("eet", 2),
    ("eest", 3),
    ("msk", 3),
    ("jst", 9),
    ("kst", 9),
    ("ast", -4),
    ("at", -4),
    ("adt", -3),
    ("est", -5),
    ("et", -5),
    ("edt", -4),
    ("cst", -6),
    ("ct", -6),
    ("cdt", -5),
    ("mst", -7),
    ("mt", -7),
    ("mdt", -6),
    ("pst", -8),
    ("pt", -8),
    ("pdt", -7),
    // The letters of RFC 822, 5.1.
    ("a", -1),
    ("m", -12),
    ("n", 1),
    ("y", 12),
];

/// A piece of a date.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Word<'t> {
    /// Letters; or digits with the signs between them; or a sign with the digits after it.
    pub(super) text: &'t str,
    /// Whether it follows the one before without a space.
    pub(super) is_attached: bool,
    /// Whether it is a year without its century, by its apostrophe.
    pub(super) is_short_year: bool,
    /// Whether it is the end of a stretch: nothing but a dash stands before it.
    pub(super) is_end: bool,
}

impl Word<'_> {
    pub(super) fn is_number(&self) -> bool {
        self.text.starts_with(|c: char| c.is_ascii_digit())
    }

    pub(super) fn is_digits(&self) -> bool {
        self.text.bytes().all(|byte| byte.is_ascii_digit())
    }

    pub(super) fn is_offset(&self) -> bool {
        self.text.starts_with(['+', '-'])
    }
}

pub(super) fn month(word: &str) -> Option<i8> {
    let named = MONTHS.iter().position(|names| names.split(' ').any(|name| name == word));
    let finnish = |stem: &str| {
        word.strip_prefix(stem).is_some_and(|end| end.is_empty() || end.starts_with("kuu"))
    };
    let found = named.or_else(|| FINNISH.iter().position(|stem| finnish(stem)));
    found.and_then(|at| i8::try_from(at + 1).ok())
}

/// A zone by its name, in seconds east of Greenwich.
pub(super) fn zone(word: &str) -> Option<i32> {
    ZONES.iter().find(|(name, _)| *name == word).map(|(_, hours)| hours * 3_600)
}

/// Lower case, letters without their marks, and the signs of East Asian dates as those of ISO 8601.
pub(super) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut is_eastern = false;
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            '\u{300}'..='\u{36f}' => {}
            '\u{5e74}' | '\u{b144}' | '\u{6708}' | '\u{c6d4}' => {
                is_eastern = true;
                folded.push('-');
            }
            '\u{65e5}' | '\u{c77c}' => folded.push(' '),
            // The halves of the day in Korean and Chinese.
            '\u{c624}' | '\u{5348}' => {}
            '\u{c804}' | '\u{4e0a}' => folded.push_str(" am "),
            '\u{d6c4}' | '\u{4e0b}' => folded.push_str(" pm "),
            other => folded.push(unmarked(other)),
        }
    }
    if is_eastern {
        folded = folded.replace("- ", "-");
    }
    if folded.contains(".m.") {
        folded = folded.replace("a.m.", "am").replace("p.m.", "pm");
    }
    folded
}

fn unmarked(c: char) -> char {
    match c {
        '\u{e0}'..='\u{e5}' => 'a',
        '\u{e8}'..='\u{eb}' => 'e',
        '\u{ec}'..='\u{ef}' => 'i',
        '\u{f2}'..='\u{f6}' | '\u{f8}' | '\u{151}' => 'o',
        '\u{f9}'..='\u{fc}' | '\u{171}' => 'u',
        '\u{e7}' => 'c',
        '\u{3ac}' => '\u{3b1}',
        '\u{3ad}' => '\u{3b5}',
        '\u{3ae}' => '\u{3b7}',
        '\u{3af}' | '\u{3ca}' | '\u{390}' => '\u{3b9}',
        '\u{3cc}' => '\u{3bf}',
        '\u{3cd}' | '\u{3cb}' => '\u{3c5}',
        '\u{3ce}' => '\u{3c9}',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{a0}' | '\u{202f}' | '\u{2009}' => ' ',
        other => other,
    }
}

/// The words of a text that has been [`folded`].
pub(super) fn words(text: &str) -> Vec<Word<'_>> {
    let bytes = text.as_bytes();
    let mut words: Vec<Word> = Vec::new();
    let (mut at, mut end_of_last) = (0, 0);
    while at < bytes.len() {
        let start = at;
        let before = words.last().map_or("", |word| word.text);
        match bytes[at] {
            b'+' | b'-' if is_offset(text, at, before) => at = end_of_offset(bytes, at),
            b'0'..=b'9' => at = end_of_number(bytes, at),
            byte if byte.is_ascii_alphabetic() || byte > 127 => {
                let letters = |c: char| !c.is_alphabetic();
                at = text[at..].find(letters).map_or(bytes.len(), |end| at + end).max(at);
            }
            _ => {}
        }
        if at == start {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
            continue;
        }
        let is_short_year = matches!(text[..start].chars().next_back(), Some('\'' | '\u{2019}'));
        let is_attached = start > 0 && start == end_of_last;
        let is_end = text[end_of_last..start].trim_matches([' ', '.']) == "-";
        words.push(Word { text: &text[start..at], is_attached, is_short_year, is_end });
        end_of_last = at;
    }
    words
}

/// A sign with digits after it, where no date goes on: after a time, or after the name of a zone.
fn is_offset(text: &str, at: usize, before: &str) -> bool {
    let bytes = text.as_bytes();
    let has_digit = bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
    // "3.3.2026 -14.05" is a time, and "14/8-2025" a year.
    let is_time = bytes.get(end_of_offset(bytes, at)) == Some(&b'.');
    let is_clock =
        matches!(before.len(), 4 | 6) && before.bytes().all(|byte| byte.is_ascii_digit());
    let follows = before.contains([':', '.']) || zone(before).is_some() || is_clock;
    has_digit && !is_time && (follows || text.as_bytes()[at] == b'+') && month(before).is_none()
}

fn end_of_offset(bytes: &[u8], at: usize) -> usize {
    let is_part = |byte: &u8| byte.is_ascii_digit() || *byte == b':';
    at + 1 + bytes[at + 1..].iter().take_while(|byte| is_part(byte)).count()
}

/// Digits, and the signs that go on with more digits: of a time, or of a date in three parts.
fn end_of_number(bytes: &[u8], start: usize) -> usize {
    let digits = |at: usize| bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut at = start + digits(start);
    let mut last = b' ';
    while let Some(sign) = bytes.get(at).copied() {
        let more = bytes.get(at + 1..).map_or(0, |_| digits(at + 1));
        let goes_on = match sign {
            b':' => more > 0 && matches!(last, b' ' | b':'),
            b'.' | b',' if last == b':' => more > 0,
            b'.' | b'/' => more > 0 && (last == b' ' || last == sign),
            // Not of a range, "3-5 mars": a date goes on with a third part.
            b'-' => {
                let third = bytes.get(at + 1 + more) == Some(&b'-') && digits(at + 2 + more) > 0;
                more > 0 && (last == b'-' || last == b' ' && third)
            }
            _ => false,
        };
        if !goes_on {
            break;
        }
        at += 1 + more;
        last = if last == b':' && sign != b':' { b'f' } else { sign };
    }
    at
}
