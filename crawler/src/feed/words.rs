//! What the text of an element says: references, control characters, and the forms in which texts stand.

use crate::{
    charset, entity,
    plain::{collapse, plain},
};
use std::{borrow::Cow, collections::BTreeMap};

/// Entities with longer values are not expanded.
const MAX_DECLARED: usize = 500;
/// All that declared entities may add to a document, in bytes.
const MAX_EXPANDED: usize = 1_000_000;

/// How a text stands in its element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Characters and nothing else.
    Plain,
    /// HTML, escaped or not.
    Html,
    /// Markup of its own, not escaped.
    Markup,
    /// Bytes of text or HTML in base64.
    Base64,
}

/// Turns pieces of a document into words, and counts what it mends.
#[derive(Default)]
pub(super) struct Words<'t> {
    declared: BTreeMap<&'t str, String>,
    expanded: usize,
    ampersands: usize,
    named: usize,
    controls: usize,
    not_expanded: bool,
}

impl<'t> Words<'t> {
    /// Takes the entities that a document type declares, as far as they are plain characters.
    pub(super) fn declare(&mut self, doctype: &'t str) {
        for declaration in doctype.split("<!ENTITY").skip(1) {
            let Some((name, rest)) = declaration.trim_start().split_once(char::is_whitespace)
            else {
                continue;
            };
            let rest = rest.trim_start();
            let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
            let value = quote.and_then(|quote| rest[1..].split_once(quote)).map(|(value, _)| value);
            let characters = value.filter(|value| value.len() <= MAX_DECLARED).map(entity::decoded);
            match characters.filter(|text| !text.contains('&') || value == Some("&#38;")) {
                Some(text) => drop(self.declared.insert(name, text)),
                None => self.not_expanded = true,
            }
        }
    }

    /// A piece of a text in the form in which it is collected.
    pub(super) fn piece(&mut self, text: &'t str, is_literal: bool, form: Form) -> Cow<'t, str> {
        match (form, is_literal) {
            (Form::Markup, false) => self.clean(text),
            (Form::Markup, true) => {
                Cow::Owned(self.clean(text).replace('&', "&amp;").replace('<', "&lt;"))
            }
            (_, true) => self.clean(text),
            (_, false) => self.decoded(text),
        }
    }

    /// `text` with its references replaced: those of HTML too, and those that the document declares.
    pub(super) fn decoded(&mut self, text: &'t str) -> Cow<'t, str> {
        let text = self.clean(text);
        if !text.contains('&') {
            return text;
        }
        let mut decoded = String::with_capacity(text.len());
        let mut rest = text.as_ref();
        while let Some(at) = rest.find('&') {
            decoded.push_str(&rest[..at]);
            rest = &rest[at..];
            rest = &rest[self.reference(rest, &mut decoded)..];
        }
        decoded.push_str(rest);
        Cow::Owned(decoded)
    }

    /// Writes what the reference at the start of `rest` stands for; says how long it is.
    fn reference(&mut self, rest: &str, decoded: &mut String) -> usize {
        if let Some((name, length)) = entity::reference(rest) {
            if let Some(text) = self.declared.get(name).filter(|_| self.expanded < MAX_EXPANDED) {
                self.expanded += text.len();
                decoded.push_str(text);
                return length;
            }
            if let Some(character) = entity::character(name) {
                let is_xml =
                    name.starts_with('#') || matches!(name, "amp" | "lt" | "gt" | "quot" | "apos");
                self.named += usize::from(!is_xml);
                if !is_control(character) {
                    decoded.push(character);
                }
                return length;
            }
        }
        self.ampersands += 1;
        decoded.push('&');
        1
    }

    fn clean(&mut self, text: &'t str) -> Cow<'t, str> {
        let is_bad = |byte: u8| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r');
        // By stretches, which the processor looks through at once.
        let is_any = |bytes: &[u8]| bytes.iter().fold(false, |any, byte| any | is_bad(*byte));
        if !text.as_bytes().chunks(128).any(is_any) {
            return Cow::Borrowed(text);
        }
        self.controls += 1;
        Cow::Owned(text.chars().filter(|c| !is_control(*c)).collect())
    }

    /// The words of a text that has been collected.
    pub(super) fn settled(&self, text: Cow<'t, str>, form: Form, has_markup: bool) -> String {
        let text = match form {
            Form::Base64 => from_base64(&text).map_or(text, Cow::Owned),
            _ => text,
        };
        let text = charset::undoubled(&text).map_or(text, Cow::Owned);
        match form {
            Form::Plain if !has_markup => collapse(&entity::decoded(&text)),
            _ => plain(&text),
        }
    }

    /// Tells what was mended, one sentence each.
    pub(super) fn tell(&self, troubles: &mut Vec<String>) {
        let counted = |count: usize, what: &str| (count > 0).then(|| format!("{count} {what}"));
        troubles.extend(counted(self.ampersands, "bare ampersands were repaired"));
        troubles.extend(counted(self.named, "characters were named without declaring them"));
        let controls = "texts held control characters, which were dropped";
        troubles.extend(counted(self.controls, controls));
        if self.not_expanded {
            troubles.push("declares entities of its own, which are not expanded".into());
        }
    }
}

/// XML 1.0, production 2.
fn is_control(c: char) -> bool {
    !matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

/// The text that stands in base64 (RFC 4648); `None` when there is none.
fn from_base64(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0_u32, 0);
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => continue,
            _ => return None,
        };
        (bits, held) = (bits << 6 | u32::from(value), held + 6);
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).ok()?);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declared_entities_cannot_grow() {
        let mut words = Words::default();
        words.declare(
            "<!DOCTYPE x [<!ENTITY me \"Anna\"><!ENTITY a '&#229;'><!ENTITY b '&a;&a;'>]>",
        );
        assert_eq!(words.decoded("&me; &a; &b; &aring;"), "Anna \u{e5} &b; \u{e5}");
        let mut troubles = Vec::new();
        words.tell(&mut troubles);
        assert!(troubles.last().unwrap().contains("not expanded"), "{troubles:?}");
    }

    #[test]
    fn base64_is_read_when_it_is_text() {
        assert_eq!(from_base64("PGI+\nSGVq PC9iPg==").as_deref(), Some("<b>Hej</b>"));
        assert_eq!(from_base64("not base64!"), None);
        assert_eq!(from_base64("/////w=="), None);
    }
}
