//! Which characters the bytes stand for: whatever the labels say, the bytes have the last word.

use encoding_rs::{Encoding, ISO_2022_JP, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Turns a document into text. `http` is the Content-Type header; the document's own label (XML
/// declaration or `<meta>`) is looked for in its first bytes. A doubt is told in words.
pub(crate) fn decode(bytes: &[u8], http: Option<&str>) -> (String, Option<String>) {
    if let Some(text) = utf_32(bytes).or_else(|| ebcdic(bytes)) {
        return (text, None);
    }
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return (lossy(encoding, &bytes[mark..]), None);
    }
    if let Some(encoding) = wide(bytes) {
        return (lossy(encoding, bytes), None);
    }
    let stated = http.and_then(http_label).or_else(|| own_label(bytes));
    let encoding = stated.as_deref().and_then(named);
    // What browsers refuse to read for their safety becomes one sign that nobody can read.
    let encoding = encoding.filter(|encoding| *encoding != REPLACEMENT);
    if encoding == Some(ISO_2022_JP) && bytes.contains(&0x1b) {
        return (lossy(ISO_2022_JP, bytes), None);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        // Long texts in other encodings are practically never valid UTF-8 by accident.
        let wrong = encoding.is_some_and(|encoding| encoding != UTF_8) && !text.is_ascii();
        let told =
            stated.filter(|_| wrong).map(|label| format!("calls itself {label}, but is utf-8"));
        return (text.to_owned(), told);
    }
    let narrow = encoding.filter(|encoding| encoding.is_ascii_compatible());
    match narrow {
        Some(encoding) if encoding != UTF_8 => (lossy(encoding, bytes), None),
        _ if mostly_utf8(bytes) => {
            (lossy(UTF_8, bytes), Some("has bytes that are not utf-8; they were replaced".into()))
        }
        _ => {
            let label = stated.unwrap_or_else(|| "nothing".into());
            let told = format!("calls itself {label}, but is not utf-8; read as windows-1252");
            (lossy(WINDOWS_1252, bytes), Some(told))
        }
    }
}

/// An encoding by its label on the web, or by what programming languages call it.
fn named(label: &str) -> Option<&'static Encoding> {
    let other = match label.replace('_', "-").as_str() {
        "mac-roman" | "macroman" => "macintosh",
        "mac-cyrillic" | "maccyrillic" => "x-mac-cyrillic",
        "latin-1" | "iso8859-1" | "8859-1" | "ansi" => "windows-1252",
        "cp932" | "ms932" => "shift_jis",
        "cp936" | "ms936" => "gbk",
        "cp949" | "ms949" => "euc-kr",
        "cp950" | "ms950" => "big5",
        "cp874" => "windows-874",
        "eucjp" | "ujis" => "euc-jp",
        "cp65001" | "utf8mb4" => "utf-8",
        same => {
            return Encoding::for_label(label.as_bytes())
                .or_else(|| Encoding::for_label(same.as_bytes()));
        }
    };
    Encoding::for_label(other.as_bytes())
}

fn lossy(encoding: &'static Encoding, bytes: &[u8]) -> String {
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

/// UTF-16 without a mark shows itself by every other byte being zero.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = bytes.chunks_exact(2).take(4);
    let is = |zero: usize| {
        let other = 1 - zero;
        bytes.len() >= 4 && start.clone().all(|pair| pair[zero] == 0 && pair[other] != 0)
    };
    match (is(0), is(1)) {
        (true, _) => Some(UTF_16BE),
        (_, true) => Some(UTF_16LE),
        _ => None,
    }
}

/// UTF-32 by its mark, or by three of four bytes being zero.
fn utf_32(bytes: &[u8]) -> Option<String> {
    let (is_big, rest) = match bytes {
        [0, 0, 0xfe, 0xff, rest @ ..] => (true, rest),
        [0xff, 0xfe, 0, 0, rest @ ..] if rest.len() % 4 == 0 => (false, rest),
        [0, 0, 0, 1..=255, 0, 0, 0, 1..=255, ..] => (true, bytes),
        [1..=255, 0, 0, 0, 1..=255, 0, 0, 0, ..] => (false, bytes),
        _ => return None,
    };
    let number = |four: &[u8]| {
        let four: [u8; 4] = four.try_into().unwrap_or_default();
        if is_big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) }
    };
    let character = |four| char::from_u32(number(four)).unwrap_or('\u{fffd}');
    Some(rest.chunks_exact(4).map(character).collect())
}

/// EBCDIC, as far as all its code pages agree (IBM character set 640): it begins with `<?xm`.
fn ebcdic(bytes: &[u8]) -> Option<String> {
    const AGREED: &[(u8, &str)] = &[
        (0x40, " "),
        (0x4b, ".<(+"),
        (0x50, "&"),
        (0x5c, "*);"),
        (0x60, "-/"),
        (0x6b, ",%_>?"),
        (0x7a, ":#@'=\""),
        (0x81, "abcdefghi"),
        (0x91, "jklmnopqr"),
        (0xa2, "stuvwxyz"),
        (0xc1, "ABCDEFGHI"),
        (0xd1, "JKLMNOPQR"),
        (0xe2, "STUVWXYZ"),
        (0xf0, "0123456789"),
    ];
    if !bytes.starts_with(&[0x4c, 0x6f, 0xa7, 0x94]) {
        return None;
    }
    let character = |byte: &u8| {
        let run = AGREED.iter().rfind(|(first, _)| first <= byte);
        let found = run.and_then(|(first, run)| run.chars().nth(usize::from(byte - first)));
        match (*byte, found) {
            (_, Some(character)) => character,
            (0x5a, _) => '!',
            (0x05, _) => '\t',
            (0x0d | 0x15 | 0x25, _) => '\n',
            _ => '\u{fffd}',
        }
    };
    Some(bytes.iter().map(character).collect())
}

/// A text that was made UTF-8 twice, as it was before the second time; `None` for all others.
pub(crate) fn undoubled(text: &str) -> Option<String> {
    // The first byte of a character in UTF-8 is U+00C2 to U+00F4 when read as one, and what follows it
    // is beyond ASCII too.
    let is_doubled = |three: &[u8]| {
        three[0] == 0xc3
            && matches!(three[1], 0x82..=0xb4)
            && matches!(three[2], 0xc2 | 0xc5 | 0xc6 | 0xcb | 0xe2)
    };
    if !text.as_bytes().contains(&0xc3) || !text.as_bytes().windows(3).any(is_doubled) {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars() {
        match u8::try_from(u32::from(c)) {
            Ok(byte) => bytes.push(byte),
            Err(_) => {
                let mut buffer = [0; 4];
                let (narrow, _, is_foreign) = WINDOWS_1252.encode(c.encode_utf8(&mut buffer));
                if is_foreign {
                    return None;
                }
                bytes.extend_from_slice(&narrow);
            }
        }
    }
    String::from_utf8(bytes).ok()
}

fn http_label(content_type: &str) -> Option<String> {
    label_after(content_type, "charset")
}

/// `encoding="…"` of an XML declaration, or `charset=…` of a `<meta>`.
fn own_label(bytes: &[u8]) -> Option<String> {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]).into_owned();
    let declaration =
        start.trim_start().strip_prefix("<?xml").and_then(|rest| rest.split("?>").next());
    declaration
        .and_then(|rest| label_after(rest, "encoding"))
        .or_else(|| label_after(&start, "charset"))
}

fn label_after(text: &str, word: &str) -> Option<String> {
    let at = text.to_ascii_lowercase().find(word)?;
    let rest = text[at + word.len()..].trim_start().strip_prefix('=')?.trim_start();
    let rest = rest.trim_start_matches(['"', '\'']);
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.:".contains(c)));
    let label = &rest[..end.unwrap_or(rest.len())];
    (!label.is_empty()).then(|| label.to_ascii_lowercase())
}

/// Whether broken sequences are the exception among those beyond ASCII.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > 4 * bad
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "\u{e5}\u{e4}\u{f6} v\u{e5}rd";

    fn decoded(bytes: &[u8], http: Option<&str>) -> String {
        decode(bytes, http).0
    }

    #[test]
    fn labels_are_believed_when_the_bytes_agree() {
        let latin: Vec<u8> = NAME.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        assert_eq!(decoded(&latin, Some("text/xml; charset=ISO-8859-1")), NAME);
        let own = [b"<?xml version='1.0' encoding='iso-8859-1'?>".as_slice(), &latin].concat();
        assert!(decoded(&own, Some("text/xml")).ends_with(NAME));
    }

    #[test]
    fn a_wrong_label_does_not_spoil_the_text() {
        let (text, told) = decode(NAME.as_bytes(), Some("text/xml; charset=iso-8859-1"));
        assert_eq!(text, NAME);
        assert_eq!(told.as_deref(), Some("calls itself iso-8859-1, but is utf-8"));
        let (text, told) = decode(b"<a>v\xe5rd</a>", Some("text/xml; charset=utf-8"));
        assert_eq!(text, "<a>v\u{e5}rd</a>");
        assert!(told.unwrap().ends_with("read as windows-1252"));
        let (text, _) = decode(b"<?xml version='1.0' encoding='utf-16'?><a>x</a>", None);
        assert!(text.ends_with("<a>x</a>"));
    }

    #[test]
    fn utf_16_is_read_with_and_without_a_mark() {
        let big: Vec<u8> = "<a>\u{e5}</a>".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decoded(&big, None), "<a>\u{e5}</a>");
        let little: Vec<u8> =
            "\u{feff}<a>\u{e5}</a>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decoded(&little, Some("text/xml; charset=utf-8")), "<a>\u{e5}</a>");
    }

    #[test]
    fn one_broken_character_does_not_make_it_another_encoding() {
        let bytes = [NAME.as_bytes(), NAME.as_bytes(), b"\xe5 ", NAME.as_bytes()].concat();
        let (text, told) = decode(&bytes, None);
        assert!(text.contains(NAME) && text.contains('\u{fffd}'));
        assert!(told.is_some());
    }
}
