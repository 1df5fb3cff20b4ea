//! An XML document as a tree that paths can be followed in, however large or faulty.
//!
//! Element names lose their prefix. An element with text only is a text; any other is an object with its attributes
//! under `@name`, its text under an empty name, and its children in lists.

use crate::{entity, feed::NoFeed};
use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};
use serde_json::{Map, Value};

const MAX_DEPTH: usize = 64;
/// Texts longer than this are not repeated in the element around them.
const MAX_INLINE: usize = 5_000;

#[derive(Default)]
struct Open {
    name: String,
    fields: Map<String, Value>,
    text: String,
}

/// The tree, under the name of its root.
pub(crate) fn tree(text: &str) -> Result<Value, NoFeed> {
    let mut reader =
        Reader::from_str(text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}'));
    let config = reader.config_mut();
    (config.check_end_names, config.allow_unmatched_ends, config.allow_dangling_amp) =
        (false, true, true);
    let mut open = vec![Open::default()];
    loop {
        let event = reader.read_event();
        match event.map_err(|error| NoFeed::new(format!("cannot be read as XML: {error}")))? {
            Event::Start(start) => {
                if open.len() > MAX_DEPTH {
                    return Err(NoFeed::new(format!("is nested more than {MAX_DEPTH} deep")));
                }
                open.push(opened(&start));
            }
            Event::Empty(start) => {
                open.push(opened(&start));
                close(&mut open);
            }
            Event::End(_) => close(&mut open),
            Event::Text(text) => push(&mut open, &text),
            Event::CData(text) => push(&mut open, &text),
            Event::GeneralRef(name) => {
                let name = name.to_string();
                match entity::character(&name) {
                    Some(character) => push(&mut open, character.encode_utf8(&mut [0; 4])),
                    None => push(&mut open, &format!("&{name};")),
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    while open.len() > 1 {
        close(&mut open);
    }
    let root = open.pop().unwrap_or_default().fields;
    if root.is_empty() {
        return Err(NoFeed::new("is no XML"));
    }
    Ok(Value::Object(root))
}

fn opened(start: &BytesStart) -> Open {
    let local = |name: &str| name.rsplit_once(':').map_or(name, |(_, local)| local).to_owned();
    let attributes = start.attributes().flatten();
    let fields = attributes.map(|attribute| {
        let value = entity::decoded(&attribute.value);
        (format!("@{}", local(attribute.key.as_ref())), Value::String(value))
    });
    Open { name: local(start.name().as_ref()), fields: fields.collect(), text: String::new() }
}

fn push(open: &mut [Open], text: &str) {
    if let Some(inner) = open.last_mut() {
        inner.text.push_str(text);
    }
}

/// Puts the innermost element into the one around it.
fn close(open: &mut Vec<Open>) {
    if open.len() < 2 {
        return;
    }
    let Open { name, mut fields, text } = open.pop().unwrap_or_default();
    let has_text = !text.trim().is_empty();
    // What stands in the middle of a sentence belongs to it: "H<sub>2</sub>O".
    if has_text && text.len() <= MAX_INLINE {
        push(open, &format!(" {text}"));
    }
    let value = if fields.is_empty() {
        Value::String(text)
    } else {
        if has_text {
            fields.insert(String::new(), Value::String(text));
        }
        Value::Object(fields)
    };
    let Some(outer) = open.last_mut() else { return };
    match outer.fields.get_mut(&name) {
        None => {
            outer.fields.insert(name, value);
        }
        Some(Value::Array(several)) => several.push(value),
        Some(one) => {
            let first = one.take();
            *one = Value::Array(vec![first, value]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapping::{all, first};

    #[test]
    fn elements_attributes_and_texts_are_found_by_their_paths() {
        let xml = "<?xml version='1.0'?><!-- x --><a:list xmlns:a='u'><a:row id='1'><t>R&D &#229; <![CDATA[<b>]]></t></a:row>\
                   <a:row id='2'><t>Water H<sub>2</sub>O</t></a:row></a:list>";
        let tree = tree(xml).unwrap_or_default();
        assert_eq!(all(&tree, "list.row.@id"), ["1", "2"]);
        assert_eq!(first(&tree, "list.row.t").as_deref(), Some("R&D \u{e5}"));
        assert_eq!(all(&tree, "list.row.t")[1], "Water H 2O");
    }

    #[test]
    fn faults_end_in_words_and_a_cut_off_document_gives_what_there_is() {
        assert!(tree("no xml").is_err());
        assert!(tree(&"<a>".repeat(100)).is_err());
        assert_eq!(
            first(&tree("<a><b>x</b><b>y").unwrap_or_default(), "a.b").as_deref(),
            Some("x")
        );
    }
}
