//! How XML of any quality becomes a feed: one pass, a small stack, no tree and no recursion.
//!
//! Elements are known by [`field`]. While one that holds text is read, everything up to its end is that
//! text, markup and all, so that markup in it neither nests nor stays open. What is broken is mended on
//! the way and told, one sentence each. Entities that a document declares are expanded only when they
//! are plain characters, so that they cannot grow.

use super::{
    Draft, NoFeed,
    fields::{Field, Rank, Space, field, space_of_address, space_of_prefix},
    markup::{Attributes, Tag, Token, Tokens},
    said::{Person, Said},
    words::{Form, Words},
};
use crate::{
    date,
    plain::{collapse, plain, shortened},
};
use std::{borrow::Cow, rc::Rc};
use url::Url;

/// More entries than this are not even looked at.
const MAX_ITEMS: usize = 20_000;
/// No feed nests deeper outside its texts.
const MAX_DEPTH: usize = 64;
/// No feed has more namespaces at one place.
const MAX_SPACES: usize = 200;
/// Elements inside others that we do not know count as their fields only when nothing better is there.
const DEEP: Rank = 10;

/// Reads a feed; the reason when it is no feed at all. Relative addresses start from `base`.
pub(super) fn read(text: &str, base: Option<Url>) -> Result<Draft, NoFeed> {
    let mut reader = Reader { base: base.map(Rc::new), ..Reader::default() };
    let mut tokens = Tokens::of(text);
    while !reader.is_done {
        let Some(token) = tokens.next() else { break };
        match token {
            Token::Text(text) => reader.text(text, false),
            Token::Literal(text) => reader.text(text, true),
            Token::Start(tag) => reader.start(tag)?,
            Token::End(name, whole) => reader.end(name, whole),
            Token::Declaration(text) => reader.declaration(text),
            Token::Cut => reader.is_cut = true,
        }
    }
    reader.finished()
}

#[derive(Default)]
struct Reader<'t> {
    base: Option<Rc<Url>>,
    is_atom: bool,
    /// Whether the root has been seen.
    has_begun: bool,
    /// Nothing after this is read.
    is_done: bool,
    is_cut: bool,
    open: Vec<Open<'t>>,
    capture: Option<Capture<'t>>,
    spaces: Vec<(&'t str, Space)>,
    feed: Said,
    entry: Option<Said>,
    draft: Draft,
    /// The first element when it is no feed's.
    stranger: Option<&'t str>,
    is_page: bool,
    words: Words<'t>,
    told: Told,
    unread: Vec<String>,
}

/// An element that is open.
struct Open<'t> {
    /// Without prefix, as written.
    name: &'t str,
    role: Role,
    base: Option<Rc<Url>>,
    /// How many namespaces were declared before it.
    spaces: usize,
}

enum Role {
    /// Root or channel.
    Feed,
    Item,
    /// Nothing in it is the feed's own.
    Aside,
    Somebody(Field, Rank, Person),
    Unknown,
}

/// An element whose text is being read.
struct Capture<'t> {
    field: Field,
    rank: Rank,
    /// Without prefix, as written.
    name: &'t str,
    form: Form,
    text: Cow<'t, str>,
    /// Elements of the same name that are open in it.
    nested: usize,
    has_markup: bool,
    attributes: &'t str,
    base: Option<Rc<Url>>,
    spaces: usize,
}

/// What was mended, counted.
#[derive(Default)]
struct Told {
    junk: bool,
    unclosed: usize,
    too_many: bool,
    too_deep: bool,
    no_end: bool,
}

impl<'t> Reader<'t> {
    fn declaration(&mut self, text: &'t str) {
        if starts(text, "<!doctype html") {
            self.is_page = true;
        } else if !self.has_begun {
            self.words.declare(text);
        }
    }

    /// Text between tags, or what stands for itself.
    fn text(&mut self, text: &'t str, is_literal: bool) {
        if let Some(capture) = &mut self.capture {
            let piece = self.words.piece(text, is_literal, capture.form);
            append(&mut capture.text, piece);
        } else if let Some(Open { role: Role::Somebody(_, _, person), .. }) = self.open.last_mut() {
            person.text.push_str(&self.words.piece(text, is_literal, Form::Html));
        } else if !self.has_begun {
            self.told.junk |= !text.trim_matches(['\u{feff}', '\0']).trim().is_empty();
        }
    }

    fn start(&mut self, tag: Tag<'t>) -> Result<(), NoFeed> {
        if !self.has_begun {
            return self.root(tag);
        }
        let spaces = self.spaces.len();
        if self.capture.is_some() {
            let (space, local) = self.resolved(tag.name);
            if !self.ends_capture(space, local) {
                self.markup(tag, local);
                return Ok(());
            }
            self.told.unclosed += 1;
            self.end_capture();
        }
        self.declare_spaces(tag.attributes);
        let (space, local) = self.resolved(tag.name);
        let found = field(space, local);
        if matches!(found, Some((Field::Item, _))) {
            self.begin_item(tag, local, spaces);
            return Ok(());
        }
        if let Some(entry) = &mut self.entry {
            entry.spoke = true;
        }
        match found {
            _ if self.is_aside() => self.push(tag, local, Role::Unknown, spaces),
            Some((Field::Channel | Field::Root, _)) => {
                self.about_channel(tag.attributes);
                self.push(tag, local, Role::Feed, spaces);
            }
            Some((field, rank)) => self.field(field, rank, space, tag, local, spaces),
            None => self.push(tag, local, Role::Unknown, spaces),
        }
        if tag.is_empty {
            self.spaces.truncate(spaces);
        }
        Ok(())
    }

    /// The first element of a feed, or one that shows that this is none.
    fn root(&mut self, tag: Tag<'t>) -> Result<(), NoFeed> {
        let (prefix, local) = split(tag.name);
        let is = |names: &[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(local));
        if is(&["html", "head", "body"]) && self.stranger.is_none() {
            return Err(web_page());
        }
        let is_item = is(&["item", "entry"]) && self.stranger.is_none();
        if !is_item && !is(&["rss", "rdf", "feed", "channel"]) {
            self.stranger.get_or_insert(tag.name);
            return Ok(());
        }
        self.told.junk |= self.stranger.is_some();
        self.has_begun = true;
        self.is_atom = is(&["feed", "entry"]);
        self.declare_spaces(tag.attributes);
        // Whatever namespace the root calls its own is a feed's.
        self.spaces.push((prefix, Space::Feed));
        if is_item {
            let spaces = self.spaces.len();
            self.begin_item(tag, local, spaces);
        } else {
            self.about_channel(tag.attributes);
            self.push(tag, local, Role::Feed, 0);
        }
        Ok(())
    }

    /// Channels of CDF say in attributes what others say in elements.
    fn about_channel(&mut self, attributes: &'t str) {
        let is_item = self.entry.is_some();
        let base = self.base_of(attributes);
        for (name, value) in Attributes(attributes) {
            let value = self.words.decoded(value);
            let said = self.entry.as_mut().unwrap_or(&mut self.feed);
            let local = split(name).1;
            match name {
                "xml:lang" => drop(said.language.offer(2, value.into_owned())),
                "rdf:about" => {
                    said.lead(3, &value, base.as_ref());
                    if is_item {
                        said.guid.offer(3, value.trim().to_owned());
                    }
                }
                _ if local.eq_ignore_ascii_case("href") => said.lead(1, &value, base.as_ref()),
                _ if local.eq_ignore_ascii_case("lastmod") => {
                    self.moment(Field::Updated, 3, &value)
                }
                _ => {}
            }
        }
    }

    fn begin_item(&mut self, tag: Tag<'t>, local: &'t str, spaces: usize) {
        self.end_item_left_open();
        if self.draft.entries.len() >= MAX_ITEMS {
            (self.told.too_many, self.is_done) = (true, true);
            return;
        }
        // Left open before it, such as an image.
        let keep = |open: &Open| matches!(open.role, Role::Feed);
        let from = self.open.iter().rposition(keep).map_or(0, |at| at + 1);
        if self.open[from..].iter().any(|open| matches!(open.role, Role::Somebody(..))) {
            self.told.unclosed += 1;
        }
        self.open.truncate(from);
        self.entry = Some(Said::default());
        self.about_channel(tag.attributes);
        self.push(tag, local, Role::Item, spaces);
        if tag.is_empty {
            self.keep_entry();
        }
    }

    fn end_item_left_open(&mut self) {
        let at = self.open.iter().position(|open| matches!(open.role, Role::Item));
        if let Some(at) = at {
            self.told.unclosed += 1;
            while self.open.len() > at {
                self.close_last();
            }
        }
    }

    /// An element that we know, other than the ones that hold all others.
    fn field(
        &mut self,
        field: Field,
        rank: Rank,
        space: Space,
        tag: Tag<'t>,
        local: &'t str,
        spaces: usize,
    ) {
        let is_deep = !matches!(self.open.last(), Some(Open { role: Role::Feed | Role::Item, .. }));
        let rank = if is_deep { rank + DEEP } else { rank };
        match field {
            Field::Aside => self.push(tag, local, Role::Aside, spaces),
            Field::Author | Field::Contributor | Field::Stranger => {
                let role = Role::Somebody(field, rank, Person::default());
                self.push(tag, local, role, spaces);
            }
            Field::Link | Field::Anchor if self.link(tag.attributes, rank) => {
                self.push(tag, local, Role::Unknown, spaces);
            }
            Field::Anchor => self.push(tag, local, Role::Unknown, spaces),
            Field::Enclosure | Field::MediaContent | Field::GeneratorAgent => {
                self.named_file(field, rank, tag.attributes);
                self.push(tag, local, Role::Unknown, spaces);
            }
            Field::Category if self.category(tag) => {
                self.push(tag, local, Role::Unknown, spaces);
            }
            Field::Content if attribute(tag.attributes, "type").starts_with("multipart") => {
                self.push(tag, local, Role::Unknown, spaces);
            }
            _ if tag.is_empty => {}
            _ => {
                let form = self.form(field, space, tag.attributes);
                let base = self.base_of(tag.attributes);
                self.capture = Some(Capture {
                    field,
                    rank,
                    name: local,
                    form,
                    text: Cow::Borrowed(""),
                    nested: 0,
                    has_markup: false,
                    attributes: tag.attributes,
                    base,
                    spaces,
                });
            }
        }
    }

    /// Takes a link that stands in attributes; whether it does.
    fn link(&mut self, attributes: &'t str, rank: Rank) -> bool {
        let (mut address, mut rel, mut kind) = (None, Cow::Borrowed(""), "");
        for (name, value) in Attributes(attributes) {
            match name.to_ascii_lowercase().as_str() {
                "href" | "url" | "uri" | "rdf:resource" => {
                    address = Some(self.words.decoded(value))
                }
                "rel" => rel = Cow::Owned(value.trim().to_ascii_lowercase()),
                "type" => kind = value,
                _ => {}
            }
        }
        let Some(address) = address else { return false };
        let base = self.base_of(attributes);
        let is_html = kind.is_empty() || kind.contains("html");
        let is_atom = self.is_atom;
        let said = self.said();
        match rel.rsplit('/').next().unwrap_or_default() {
            "" | "alternate" => {
                let doubt = if !is_html { 2 } else { u8::from(!is_atom) };
                said.lead(rank + doubt, &address, base.as_ref());
            }
            "enclosure" => said.attach(&address, base.as_ref()),
            _ => {}
        }
        true
    }

    fn named_file(&mut self, field: Field, rank: Rank, attributes: &'t str) {
        let wanted: &[&str] = match field {
            Field::GeneratorAgent => &["resource"],
            _ => &["url", "href", "uri"],
        };
        let is_wanted =
            |name: &str| wanted.iter().any(|one| split(name).1.eq_ignore_ascii_case(one));
        let value =
            Attributes(attributes).find(|(name, _)| is_wanted(name)).map(|(_, value)| value);
        let Some(value) = value.map(|value| self.words.decoded(value)) else { return };
        let base = self.base_of(attributes);
        match field {
            Field::GeneratorAgent => {
                self.said().generator.offer(rank, collapse(&value));
            }
            Field::Enclosure => self.said().attach(&value, base.as_ref()),
            _ => self.said().show(&value, base.as_ref()),
        }
    }

    /// Takes a subject word that stands in attributes; whether it does. A term that is an address or a
    /// number is for machines, and has its label for people.
    fn category(&mut self, tag: Tag<'t>) -> bool {
        let (mut term, mut label) = (String::new(), String::new());
        for (name, value) in Attributes(tag.attributes) {
            match name.to_ascii_lowercase().as_str() {
                "term" | "text" => term = plain(&self.words.decoded(value)),
                "label" => label = plain(&self.words.decoded(value)),
                _ => {}
            }
        }
        let for_machines = term.contains("://")
            || !term.is_empty() && term.bytes().all(|byte| byte.is_ascii_digit())
            || term.is_empty() && tag.is_empty;
        let word = if for_machines && !label.is_empty() { label } else { term };
        let is_stated = !word.is_empty() || tag.is_empty;
        if !word.is_empty() {
            self.said().tags.push(word);
        }
        is_stated
    }

    /// Atom says what its texts are (RFC 4287, 3.1.1; version 0.3 in `mode`); RSS never does: it is HTML.
    fn form(&self, field: Field, space: Space, attributes: &str) -> Form {
        let texts = [Field::Title, Field::Summary, Field::Subtitle, Field::Content, Field::Rights];
        let stated = attribute(attributes, "type").to_ascii_lowercase();
        let mode = attribute(attributes, "mode").to_ascii_lowercase();
        let is_atom = self.is_atom && space == Space::Feed && texts.contains(&field);
        let is_content = field == Field::Content;
        match (mode.trim(), stated.trim()) {
            ("base64", _) => Form::Base64,
            ("escaped", stated) if stated.contains("html") => Form::Html,
            ("xml", stated) if stated.contains("html") || stated.contains("xml") => Form::Markup,
            (_, "xhtml" | "application/xhtml+xml") => Form::Markup,
            (_, stated) if stated.contains("html") => Form::Html,
            (_, stated) if is_content && (stated.ends_with("+xml") || stated.ends_with("/xml")) => {
                Form::Markup
            }
            (_, "" | "text" | "text/plain") if is_atom => Form::Plain,
            (_, "text" | "text/plain") if space == Space::Feed && texts.contains(&field) => {
                Form::Html
            }
            (_, stated) if is_content && stated.contains('/') && !stated.starts_with("text/") => {
                Form::Base64
            }
            _ if is_atom => Form::Plain,
            _ => Form::Html,
        }
    }

    /// What cannot stand in a text: where one of these starts, an unclosed text has ended.
    fn ends_capture(&self, space: Space, local: &str) -> bool {
        let Some(capture) = &self.capture else { return false };
        let Some((found, _)) = field(space, local) else { return false };
        let is_long = matches!(
            capture.field,
            Field::Description
                | Field::Summary
                | Field::Content
                | Field::Encoded
                | Field::Body
                | Field::Subtitle
                | Field::Rights
        );
        match found {
            Field::Item => true,
            _ if capture.form == Form::Markup || capture.name.eq_ignore_ascii_case(local) => false,
            Field::Published | Field::Updated | Field::Guid => true,
            Field::Anchor | Field::Body | Field::Address | Field::Aside => false,
            _ => !is_long,
        }
    }

    /// A tag inside a text.
    fn markup(&mut self, tag: Tag<'t>, local: &str) {
        let Some(capture) = &mut self.capture else { return };
        if capture.name.eq_ignore_ascii_case(local) && !tag.is_empty {
            capture.nested += 1;
        }
        capture.has_markup = true;
        append(&mut capture.text, Cow::Borrowed(tag.whole));
    }

    fn end(&mut self, name: &'t str, whole: &'t str) {
        let local = split(name).1;
        if let Some(capture) = &mut self.capture {
            let is_own = capture.name.eq_ignore_ascii_case(local);
            if is_own && capture.nested == 0 {
                self.end_capture();
                return;
            }
            if is_own || !self.open.iter().any(|open| open.name.eq_ignore_ascii_case(local)) {
                capture.nested -= usize::from(is_own);
                append(&mut capture.text, Cow::Borrowed(whole));
                return;
            }
            self.told.unclosed += 1;
            self.end_capture();
        }
        // An end without a beginning says nothing.
        let is_it = |open: &Open| open.name.eq_ignore_ascii_case(local);
        let Some(at) = self.open.iter().rposition(is_it) else { return };
        self.told.unclosed += self.open.len() - at - 1;
        while self.open.len() > at {
            self.close_last();
        }
        self.is_done = self.open.is_empty();
    }

    fn close_last(&mut self) {
        let Some(open) = self.open.pop() else { return };
        self.spaces.truncate(open.spaces);
        match open.role {
            Role::Item => self.keep_entry(),
            Role::Somebody(field, rank, person) if field != Field::Stranger => {
                self.said().credit(rank, &person);
            }
            _ => {}
        }
    }

    fn keep_entry(&mut self) {
        if let Some(said) = self.entry.take() {
            self.draft.entries.push(said.into_entry());
        }
    }

    fn end_capture(&mut self) {
        let Some(capture) = self.capture.take() else { return };
        self.spaces.truncate(capture.spaces);
        let in_person = matches!(self.open.last(), Some(Open { role: Role::Somebody(..), .. }));
        if in_person {
            self.describe_person(capture);
            return;
        }
        match capture.field {
            Field::Published | Field::Created | Field::Updated | Field::Date => {
                self.moment(capture.field, capture.rank, &capture.text);
            }
            Field::Guid => self.name_entry(&capture),
            Field::Link => {
                let address = collapse(&capture.text);
                self.said().lead(capture.rank, &address, capture.base.as_ref());
            }
            Field::Name | Field::Email | Field::Address => {}
            _ => self.said_in_words(capture),
        }
    }

    fn said_in_words(&mut self, capture: Capture<'t>) {
        let language = attribute(capture.attributes, "xml:lang");
        let (field, rank) = (capture.field, capture.rank);
        let text = self.words.settled(capture.text, capture.form, capture.has_markup);
        if text.is_empty() {
            return;
        }
        let is_entry = self.entry.is_some();
        let said = self.said();
        if is_entry && !language.is_empty() {
            said.language.offer(5, language.to_owned());
        }
        match field {
            Field::Title => drop(said.title.offer(rank, text)),
            Field::Description | Field::Summary | Field::Subtitle => said.summarise(rank, text),
            Field::Content | Field::Encoded | Field::Body => drop(said.content.offer(rank, text)),
            Field::Rights => drop(said.rights.offer(rank, text)),
            Field::Generator => drop(said.generator.offer(rank, text)),
            Field::Language => drop(said.language.offer(rank, text)),
            Field::Category => said.tags.push(text),
            Field::Keywords => {
                let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
                said.tags.extend(words.map(str::to_owned));
            }
            _ => {}
        }
    }

    /// What a source calls an entry; the address of its page too, unless it says that it is not.
    fn name_entry(&mut self, capture: &Capture<'t>) {
        let guid = collapse(&capture.text);
        if guid.is_empty() {
            return;
        }
        let stated = attribute(capture.attributes, "ispermalink").to_ascii_lowercase();
        let is_page = match stated.as_str() {
            "false" => false,
            "true" => guid.contains(['/', '.']),
            _ => starts(&guid, "http") || guid.starts_with('/'),
        };
        let said = self.said();
        if is_page {
            said.lead(4, &guid, capture.base.as_ref());
        }
        said.guid.offer(capture.rank, guid);
    }

    fn describe_person(&mut self, capture: Capture<'t>) {
        let text = self.words.settled(capture.text, capture.form, capture.has_markup);
        let Some(Open { role: Role::Somebody(_, _, person), .. }) = self.open.last_mut() else {
            return;
        };
        match capture.field {
            _ if text.is_empty() => {}
            Field::Name | Field::Title => person.name = person.name.take().or(Some(text)),
            Field::Email => person.email = person.email.take().or(Some(text)),
            _ => {}
        }
    }

    fn moment(&mut self, field: Field, rank: Rank, text: &str) {
        let Some(seen) = date::seen(text) else {
            if !text.trim().is_empty() {
                self.unread.push(shortened(collapse(text), 60));
            }
            return;
        };
        let is_entry = self.entry.is_some();
        let said = self.said();
        let (published, updated) = match field {
            Field::Updated => (false, true),
            Field::Date => (true, true),
            // Of a feed only the last change is told.
            _ => (true, !is_entry),
        };
        if published {
            said.published.offer(rank, seen);
        }
        if updated {
            let rank = if field == Field::Published { rank + 5 } else { rank };
            said.updated.offer(rank, seen);
        }
    }

    fn said(&mut self) -> &mut Said {
        self.entry.as_mut().unwrap_or(&mut self.feed)
    }

    fn is_aside(&self) -> bool {
        self.open.iter().any(|open| matches!(open.role, Role::Aside))
    }

    fn push(&mut self, tag: Tag<'t>, local: &'t str, role: Role, spaces: usize) {
        if tag.is_empty {
            return;
        }
        if self.open.len() >= MAX_DEPTH {
            self.told.too_deep = true;
            self.spaces.truncate(spaces);
            return;
        }
        let base = self.base_of(tag.attributes);
        self.open.push(Open { name: local, role, base, spaces });
    }

    fn base_of(&self, attributes: &'t str) -> Option<Rc<Url>> {
        let outer = self.open.last().map_or(&self.base, |open| &open.base);
        if !attributes.contains("base") && !attributes.contains("BASE") {
            return outer.clone();
        }
        let is_base = |name: &str| split(name).1.eq_ignore_ascii_case("base");
        let stated = Attributes(attributes).find(|(name, _)| is_base(name));
        let joined = stated.and_then(|(_, value)| {
            let value = crate::entity::decoded(value.trim());
            match outer {
                Some(outer) => outer.join(&value).ok(),
                None => Url::parse(&value).ok(),
            }
        });
        let usable = joined.filter(|url| !url.cannot_be_a_base());
        usable.map(Rc::new).or_else(|| outer.clone())
    }

    fn declare_spaces(&mut self, attributes: &'t str) {
        if !attributes.contains("xmlns") {
            return;
        }
        for (name, address) in Attributes(attributes) {
            let prefix = match name.split_once(':') {
                Some(("xmlns", prefix)) => prefix,
                None if name == "xmlns" => "",
                _ => continue,
            };
            if self.spaces.len() >= MAX_SPACES {
                return;
            }
            let unknown = if prefix.is_empty() { Space::Feed } else { Space::Other };
            let known = space_of_address(address).or_else(|| space_of_prefix(prefix));
            self.spaces.push((prefix, known.unwrap_or(unknown)));
        }
    }

    fn resolved(&self, name: &'t str) -> (Space, &'t str) {
        let (prefix, local) = split(name);
        let declared = self.spaces.iter().rev().find(|(known, _)| *known == prefix);
        let space = match declared {
            Some((_, space)) => *space,
            None if prefix.is_empty() => Space::Feed,
            None => space_of_prefix(prefix).unwrap_or(Space::Other),
        };
        (space, local)
    }

    fn finished(mut self) -> Result<Draft, NoFeed> {
        if !self.has_begun {
            return Err(match self.stranger {
                _ if self.is_page => web_page(),
                Some(name) => NoFeed::new(format!("is XML, but no feed: it begins with <{name}>")),
                None => NoFeed::new("is neither XML nor JSON"),
            });
        }
        self.told.no_end = !(self.is_done || self.told.too_many);
        self.is_cut |= self.capture.is_some();
        if self.entry.is_none() {
            self.end_capture();
        }
        self.capture = None;
        // What is cut off before it has a name would be another entry at the next visit.
        let is_named =
            |said: &Said| said.title.is_known() && (said.guid.is_known() || said.link.is_known());
        if self.is_cut {
            self.entry = self.entry.take().filter(is_named);
        }
        while !self.open.is_empty() {
            self.close_last();
        }
        let mut draft = self.draft;
        draft.troubles = self.told.words(draft.entries.len());
        self.words.tell(&mut draft.troubles);
        draft.troubles.extend(date::unread(&self.unread));
        draft.authors = self.feed.authors();
        let said = self.feed;
        draft.title = said.title.get();
        draft.subtitle = said.summary.get();
        draft.link = said.link.get();
        draft.language = said.language.get();
        draft.updated = said.updated.get();
        draft.rights = said.rights.get();
        draft.generator = said.generator.get();
        draft.tags = super::unique(said.tags.into_iter());
        Ok(draft)
    }
}

impl Told {
    fn words(&self, items: usize) -> Vec<String> {
        let said = |is: bool, what: &str| is.then(|| what.to_owned());
        let too_many = format!("lists more than {MAX_ITEMS} entries; the rest was not looked at");
        [
            said(self.junk, "had something before its beginning"),
            (self.unclosed > 0).then(|| format!("{} elements were not closed", self.unclosed)),
            self.no_end.then(|| format!("is cut off; {items} entries are complete")),
            said(self.too_many, &too_many),
            said(self.too_deep, "nests deeper than any feed; what lies deeper was skipped"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

fn web_page() -> NoFeed {
    NoFeed { why: "is a web page, not a feed".into(), html: true }
}

fn append<'t>(text: &mut Cow<'t, str>, piece: Cow<'t, str>) {
    if text.is_empty() {
        *text = piece;
    } else {
        text.to_mut().push_str(&piece);
    }
}

/// The value of an attribute as written; empty when there is none.
fn attribute<'t>(attributes: &'t str, wanted: &str) -> &'t str {
    let found = Attributes(attributes).find(|(name, _)| name.eq_ignore_ascii_case(wanted));
    found.map_or("", |(_, value)| value)
}

/// Prefix and local name.
fn split(name: &str) -> (&str, &str) {
    name.rsplit_once(':').unwrap_or(("", name))
}

fn starts(text: &str, with: &str) -> bool {
    text.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Draft {
        super::read(text, None).unwrap_or_else(|no_feed| panic!("{}", no_feed.why))
    }

    #[test]
    fn what_was_mended_is_told() {
        let feed = "Warning: oops\n<rss><channel><title>R&D &aring;\u{1}</title><item><title>x</item>\
                    <item><title>y</title><link>http://a.se";
        assert_eq!(
            read(feed).troubles,
            [
                "had something before its beginning",
                "1 elements were not closed",
                "is cut off; 1 entries are complete",
                "1 bare ampersands were repaired",
                "1 characters were named without declaring them",
                "1 texts held control characters, which were dropped",
            ]
        );
    }

    #[test]
    fn an_item_starts_where_the_last_one_was_forgotten() {
        let items = |text: &str| read(text).entries.len();
        assert_eq!(items("<rss><channel><item><title>a<item><title>b</channel></rss>"), 2);
        assert_eq!(items("<rss><channel><image><item><title>a</title></rss>"), 1);
        assert_eq!(items(&format!("<rss><channel>{}", "<item>".repeat(100_000))), MAX_ITEMS);
    }

    #[test]
    fn hostile_documents_take_no_more_than_a_look_at_each_byte() {
        for piece in [
            "<b>",
            "<a>",
            "<!x[>",
            "<!--",
            "<![CDATA[",
            "</x <",
            "<a b='",
            "<a xmlns:x='y'>",
            "&amp",
            "<?",
            "<title>",
            "<author>",
            "<item><a>",
            "<link",
            "]]>",
        ] {
            let feed = format!(
                "<rss><channel><item><guid>1</guid><title>x</title>{}",
                piece.repeat(200_000)
            );
            assert!(!read(&feed).entries.is_empty(), "{piece}");
        }
    }

    #[test]
    fn what_is_no_feed_says_what_it_is() {
        let why = |text: &str| super::read(text, None).err().map(|no_feed| no_feed.why);
        let web_page = Some("is a web page, not a feed".to_owned());
        assert_eq!(why("<!DOCTYPE html><html></html>"), web_page);
        assert_eq!(why("<!doctype html>"), web_page);
        assert_eq!(why("<html><body><feed></body>"), web_page);
        let sitemap = "is XML, but no feed: it begins with <sitemap>";
        assert_eq!(why("<sitemap><url/></sitemap>").as_deref(), Some(sitemap));
        assert_eq!(why("not today").as_deref(), Some("is neither XML nor JSON"));
        assert_eq!(why("<rss></rss>"), None);
    }
}
