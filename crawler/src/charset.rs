//! Which characters the bytes stand for: whatever the labels say, the bytes have the last word.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Turns a document into text. `http` is the Content-Type header; the document's own label (XML
/// declaration or `<meta>`) is looked for in its first bytes. A doubt is told in words.
pub(crate) fn decode(bytes: &[u8], http: Option<&str>) -> (String, Option<String>) {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return (lossy(encoding, &bytes[mark..]), None);
    }
    if let Some(encoding) = wide(bytes) {
        return (lossy(encoding, bytes), None);
    }
    let stated = http.and_then(http_label).or_else(|| own_label(bytes));
    let encoding = stated.as_deref().and_then(|label| Encoding::for_label(label.as_bytes()));
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

fn lossy(encoding: &'static Encoding, bytes: &[u8]) -> String {
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

/// UTF-16 without a mark shows itself by every other byte being zero.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [0, b'<', 0, _, ..] | [0, b'{', 0, _, ..] => Some(UTF_16BE),
        [b'<', 0, _, 0, ..] | [b'{', 0, _, 0, ..] => Some(UTF_16LE),
        _ => None,
    }
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
