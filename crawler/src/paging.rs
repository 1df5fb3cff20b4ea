//! How a long answer is asked for part by part, as the catalogue says.

use crate::{fetch::Request, kind::Look, session};
use serde_json::Value;
use utkik_sources::Paging;

/// The first question, with what is computed from the day filled in.
pub(crate) fn first(look: &Look) -> Request {
    let address = session::filled(&look.source.address, look.now);
    let body = look.source.recipe.body.as_ref().map(|body| session::filled(body, look.now));
    let plain = Request { body, ..Request::get(&address) };
    match &look.source.recipe.paging {
        Some(Paging::Counted { parameter, first, .. }) => {
            with(plain, parameter, &first.to_string())
        }
        _ => plain,
    }
}

/// The question for the next part where parts are counted.
pub(crate) fn counted(look: &Look) -> Option<Request> {
    let Some(Paging::Counted { parameter, first: from, step }) = &look.source.recipe.paging else {
        return None;
    };
    let number = from + step * (look.part + 1);
    Some(with(first(look), parameter, &number.to_string()))
}

/// The question with one parameter set: in the body when it is JSON or a form, else in the address.
pub(crate) fn with(mut request: Request, name: &str, value: &str) -> Request {
    match &request.body {
        Some(body) if is_json(body) => {
            if let Ok(mut json) = serde_json::from_str::<Value>(body) {
                set(&mut json, name, value);
                request.body = Some(json.to_string());
            }
        }
        Some(body) => request.body = Some(set_pair(body, name, value)),
        None => {
            let (start, query) = request.address.split_once('?').unwrap_or((&request.address, ""));
            request.address = format!("{start}?{}", set_pair(query, name, value));
        }
    }
    request
}

pub(crate) fn is_json(body: &str) -> bool {
    body.trim_start().starts_with(['{', '['])
}

/// Numbers stay numbers where they were, or where nothing was.
fn set(json: &mut Value, path: &str, value: &str) {
    let mut at = json;
    for name in path.split('.') {
        if !at.is_object() {
            *at = Value::Object(serde_json::Map::new());
        }
        at = &mut at[name];
    }
    *at = match serde_json::from_str::<Value>(value) {
        Ok(known) if !at.is_string() => known,
        _ => Value::String(value.to_owned()),
    };
}

/// Order and writing of the other parameters stay, since some services depend on them.
fn set_pair(query: &str, name: &str, value: &str) -> String {
    let encoded: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
    let pair = format!("{name}={encoded}");
    let mut pairs: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty()).collect();
    let is_it = |pair: &&str| pair.split('=').next() == Some(name);
    match pairs.iter().position(is_it) {
        Some(at) => pairs[at] = &pair,
        None => pairs.push(&pair),
    }
    pairs.join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_set_where_the_question_holds_them() {
        let address = |address: &str| with(Request::get(address), "p", "2").address;
        assert_eq!(address("https://a.se/x"), "https://a.se/x?p=2");
        assert_eq!(address("https://a.se/x?b=%20&p=1&a"), "https://a.se/x?b=%20&p=2&a");
        let body = |body: &str, name, value| {
            with(Request { body: Some(body.into()), ..Request::get("https://a.se/") }, name, value)
                .body
                .unwrap()
        };
        assert_eq!(body(r#"{"a":1}"#, "page.number", "2"), r#"{"a":1,"page":{"number":2}}"#);
        assert_eq!(body("a=b", "c", "d e"), "a=b&c=d+e");
    }
}
