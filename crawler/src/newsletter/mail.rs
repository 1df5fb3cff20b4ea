//! One mail taken apart: who sent it to whom, when, and its words.

use super::short_hash;
use crate::plain::{collapse, shortened};
use mail_parser::{Address, HeaderName, HeaderValue, Message, MessageParser};

const MAX_SUBJECT: usize = 300;
/// Header fields that name whom a mail was brought to.
const BROUGHT_TO: &[&str] = &["Delivered-To", "X-Original-To", "Envelope-To", "X-Forwarded-To"];

/// What we read of a mail. Attachments are not looked at.
#[derive(Debug)]
pub(super) struct Mail {
    /// Made of the Message-ID, which may tell who received it and is therefore not kept.
    pub(super) guid: String,
    pub(super) subject: Option<String>,
    /// Seconds since 1970.
    pub(super) sent_at: Option<i64>,
    pub(super) html: Option<String>,
    pub(super) text: Option<String>,
    pub(super) receiver: Receiver,
    /// The List-Id, in lower case (RFC 2919).
    list_id: Option<String>,
    senders: Vec<String>,
}

/// Who received a mail: nothing of this is kept.
#[derive(Debug, Default)]
pub(super) struct Receiver {
    /// In lower case.
    pub(super) addresses: Vec<String>,
    /// Parts of names, in lower case.
    pub(super) names: Vec<String>,
}

impl Receiver {
    /// Whether words are about who received them rather than about what is announced.
    pub(super) fn is_named_in(&self, words: &str) -> bool {
        let words = words.to_lowercase();
        let is_short = words.split_whitespace().count() <= 6;
        self.addresses.iter().any(|address| words.contains(address.as_str()))
            || (is_short
                && words
                    .split(|letter: char| !letter.is_alphanumeric())
                    .any(|word| self.names.iter().any(|name| name == word)))
    }
}

impl Mail {
    /// The whole of it.
    pub(super) fn read(bytes: &[u8]) -> Option<Mail> {
        let message = MessageParser::default().parse(bytes)?;
        Some(Mail::of(&message, bytes))
    }

    /// Its header fields only.
    pub(super) fn read_head(bytes: &[u8]) -> Option<Mail> {
        let message = MessageParser::default().parse_headers(bytes)?;
        (!message.headers().is_empty()).then(|| Mail::of(&message, bytes))
    }

    fn of(message: &Message, bytes: &[u8]) -> Mail {
        let id = message.message_id().map(str::as_bytes).unwrap_or_else(|| head_of(bytes));
        let mut receiver = Receiver::default();
        for address in [message.to(), message.cc()].into_iter().flatten() {
            receiver.add(address);
        }
        for name in BROUGHT_TO {
            let value = message.header_raw(HeaderName::Other((*name).into())).unwrap_or_default();
            receiver.addresses.extend(addresses_in(value));
        }
        let subject = message.subject().map(collapse).filter(|subject| !subject.is_empty());
        let list_id = message.header_raw(HeaderName::ListId).map(|id| collapse(id).to_lowercase());
        let is_html = message.html_part(0).is_some_and(mail_parser::MessagePart::is_text_html);
        let mut senders: Vec<String> = Vec::new();
        for address in [message.from(), message.sender()].into_iter().flatten() {
            senders.extend(address.iter().filter_map(|one| one.address()).map(str::to_lowercase));
        }
        Mail {
            guid: format!("mail:{}", short_hash(id)),
            subject: subject.map(|subject| shortened(subject, MAX_SUBJECT)),
            sent_at: match message.header(HeaderName::Date) {
                Some(HeaderValue::DateTime(at)) if at.is_valid() => Some(at.to_timestamp()),
                _ => None,
            },
            html: message.body_html(0).filter(|_| is_html).map(|html| html.into_owned()),
            text: message.body_text(0).map(|text| text.into_owned()),
            receiver,
            list_id,
            senders,
        }
    }

    /// Whether it comes from a list: by its List-Id, or, without one, by who sent or received it.
    pub(super) fn is_from(&self, list: &str) -> bool {
        let list = list.to_lowercase();
        if let Some(id) = &self.list_id {
            return id.contains(&list);
        }
        let is_it = |address: &String| {
            let domain = address.rsplit('@').next().unwrap_or_default();
            *address == list
                || domain == list
                || domain.strip_suffix(&list).is_some_and(|start| start.ends_with('.'))
        };
        self.senders.iter().chain(&self.receiver.addresses).any(is_it)
    }
}

impl Receiver {
    fn add(&mut self, address: &Address) {
        for one in address.iter() {
            self.addresses.extend(one.address().map(str::to_lowercase));
            let name = one.name().unwrap_or_default().to_lowercase();
            let parts = name.split(|letter: char| !letter.is_alphabetic());
            self.names.extend(parts.filter(|part| part.chars().count() > 2).map(str::to_owned));
        }
        self.addresses.retain(|address| address.contains('@'));
    }
}

fn addresses_in(value: &str) -> Vec<String> {
    let is_apart = |letter: char| letter.is_whitespace() || "<>,;\"".contains(letter);
    let words = value.split(is_apart).filter(|word| word.contains('@'));
    words.map(str::to_lowercase).collect()
}

/// The header fields, which are the same whether or not the whole mail was read.
fn head_of(bytes: &[u8]) -> &[u8] {
    let end = |mark: &[u8]| bytes.windows(mark.len()).position(|part| part == mark);
    let end = [end(b"\n\n"), end(b"\r\n\r\n")].into_iter().flatten().min();
    &bytes[..end.unwrap_or(bytes.len())]
}
