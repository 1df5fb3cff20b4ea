//! What each element of a feed means: one table over names and namespaces.
//!
//! Namespaces are recognised by address, or by the prefix that everybody uses when the address is
//! missing or misspelt. An unknown namespace without a prefix is a feed's own.

/// Families of elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Space {
    /// A feed's own: RSS of all versions, Atom, CDF, and everything unknown without a prefix.
    Feed,
    Content,
    Dublin,
    DublinTerms,
    Itunes,
    Media,
    Xhtml,
    Prism,
    Foaf,
    Admin,
    FullItem,
    /// Somebody else's.
    Other,
}

/// Beginnings of namespace addresses, in lower case and without `http://` and `https://`.
const ADDRESSES: &[(&str, Space)] = &[
    ("www.w3.org/2005/atom", Space::Feed),
    ("purl.org/atom", Space::Feed),
    ("purl.org/rss/1.0/modules/content", Space::Content),
    ("purl.org/rss/1.0/modules", Space::Other),
    ("purl.org/rss", Space::Feed),
    ("purl.org/net/rss1.1/payload", Space::Content),
    ("purl.org/net/rss1.1", Space::Feed),
    ("my.netscape.com/rdf/simple", Space::Feed),
    ("channel.netscape.com/rdf/simple", Space::Feed),
    ("my.netscape.com/publish/formats/rss", Space::Feed),
    ("backend.userland.com/rss", Space::Feed),
    ("blogs.law.harvard.edu/tech/rss", Space::Feed),
    ("cyber.law.harvard.edu/rss", Space::Feed),
    ("www.rssboard.org/rss-specification", Space::Feed),
    ("purl.org/dc/elements", Space::Dublin),
    ("purl.org/dc/terms", Space::DublinTerms),
    ("www.itunes.com/dtds/podcast", Space::Itunes),
    ("www.google.com/schemas/play-podcasts", Space::Itunes),
    ("search.yahoo.com/mrss", Space::Media),
    ("tools.search.yahoo.com/mrss", Space::Media),
    ("video.search.yahoo.com/mrss", Space::Media),
    ("www.rssboard.org/media-rss", Space::Media),
    ("www.w3.org/1999/xhtml", Space::Xhtml),
    ("www.w3.org/1999/02/22-rdf-syntax-ns", Space::Other),
    ("prismstandard.org/namespaces", Space::Prism),
    ("xmlns.com/foaf", Space::Foaf),
    ("webns.net/mvcb", Space::Admin),
];

/// The prefixes that everybody uses.
const PREFIXES: &[(&str, Space)] = &[
    ("atom", Space::Feed),
    ("a10", Space::Feed),
    ("rss", Space::Feed),
    ("content", Space::Content),
    ("dc", Space::Dublin),
    ("dcterms", Space::DublinTerms),
    ("itunes", Space::Itunes),
    ("googleplay", Space::Itunes),
    ("media", Space::Media),
    ("xhtml", Space::Xhtml),
    ("prism", Space::Prism),
    ("foaf", Space::Foaf),
    ("admin", Space::Admin),
    ("l", Space::FullItem),
];

/// The family of a namespace that is declared; `None` for one that nobody knows.
pub(super) fn space_of_address(address: &str) -> Option<Space> {
    let address = address.trim().to_ascii_lowercase();
    let bare = address.strip_prefix("http://").or_else(|| address.strip_prefix("https://"));
    let bare = bare.unwrap_or(&address);
    ADDRESSES.iter().find(|(start, _)| bare.starts_with(start)).map(|(_, space)| *space)
}

/// The family that a prefix usually means.
pub(super) fn space_of_prefix(prefix: &str) -> Option<Space> {
    PREFIXES.iter().find(|(known, _)| known.eq_ignore_ascii_case(prefix)).map(|(_, space)| *space)
}

/// What an element says of a feed or of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    /// `rss`, `RDF`, `feed`.
    Root,
    Channel,
    Item,
    Title,
    Link,
    /// `<a href>` of CDF.
    Anchor,
    Guid,
    /// `description` and its like: a summary of an entry, a subtitle of a feed.
    Description,
    Summary,
    Subtitle,
    Content,
    Encoded,
    Body,
    Published,
    /// When it was made, whether or not it was published then.
    Created,
    Updated,
    /// A date that does not say of what.
    Date,
    Author,
    Contributor,
    /// Somebody who is no author.
    Stranger,
    Name,
    Email,
    Address,
    Rights,
    Generator,
    GeneratorAgent,
    Category,
    Keywords,
    Language,
    Enclosure,
    MediaContent,
    /// Holds names and links that are not the feed's own.
    Aside,
}

/// How far a field is believed when several say the same: the lower, the more.
pub(super) type Rank = u8;

/// What an element means, and how far it is believed; `None` for what we do not read.
pub(super) fn field(space: Space, name: &str) -> Option<(Field, Rank)> {
    let mut buffer = [0; 20];
    let lower = buffer.get_mut(..name.len())?;
    lower.copy_from_slice(name.as_bytes());
    lower.make_ascii_lowercase();
    let name = std::str::from_utf8(lower).ok()?;
    match space {
        Space::Feed => own(name),
        Space::Content if matches!(name, "encoded" | "value" | "payload") => {
            Some((Field::Encoded, 1))
        }
        Space::Dublin | Space::DublinTerms => dublin(name),
        Space::Itunes => itunes(name),
        Space::Media => media(name),
        Space::Xhtml if matches!(name, "body" | "div") => Some((Field::Body, 3)),
        Space::Prism => match name {
            "publicationdate" => Some((Field::Published, 4)),
            "modificationdate" => Some((Field::Updated, 4)),
            _ => None,
        },
        Space::Foaf => match name {
            "name" => Some((Field::Name, 1)),
            "mbox" => Some((Field::Email, 1)),
            _ => None,
        },
        Space::Admin if name == "generatoragent" => Some((Field::GeneratorAgent, 1)),
        Space::FullItem | Space::Other if name == "fullitem" => Some((Field::Encoded, 2)),
        _ => None,
    }
}

fn own(name: &str) -> Option<(Field, Rank)> {
    Some(match name {
        "rss" | "rdf" | "feed" => (Field::Root, 0),
        "channel" => (Field::Channel, 0),
        "item" | "entry" => (Field::Item, 0),
        "title" => (Field::Title, 0),
        "link" => (Field::Link, 0),
        "a" => (Field::Anchor, 1),
        "guid" | "id" => (Field::Guid, 0),
        "description" => (Field::Description, 0),
        "abstract" => (Field::Description, 1),
        "summary" => (Field::Summary, 0),
        "subtitle" | "tagline" => (Field::Subtitle, 0),
        "content" => (Field::Content, 0),
        "fullitem" => (Field::Encoded, 2),
        "encoded" => (Field::Encoded, 1),
        "body" => (Field::Body, 3),
        "pubdate" | "published" => (Field::Published, 0),
        "issued" => (Field::Published, 1),
        "created" => (Field::Created, 2),
        "updated" | "modified" | "lastbuilddate" => (Field::Updated, 0),
        "date" => (Field::Date, 3),
        "author" => (Field::Author, 0),
        "managingeditor" => (Field::Author, 1),
        "creator" => (Field::Author, 2),
        "contributor" => (Field::Contributor, 3),
        "webmaster" | "publisher" => (Field::Stranger, 0),
        "name" => (Field::Name, 0),
        "email" => (Field::Email, 0),
        "uri" | "url" | "homepage" => (Field::Address, 0),
        "rights" | "copyright" => (Field::Rights, 0),
        "generator" => (Field::Generator, 0),
        "category" => (Field::Category, 0),
        "keywords" => (Field::Keywords, 0),
        "language" => (Field::Language, 0),
        "enclosure" => (Field::Enclosure, 0),
        "image" | "textinput" | "source" | "items" | "cloud" | "skiphours" | "skipdays"
        | "schedule" | "logo" => (Field::Aside, 0),
        _ => return None,
    })
}

fn dublin(name: &str) -> Option<(Field, Rank)> {
    Some(match name {
        "title" => (Field::Title, 1),
        "creator" | "author" => (Field::Author, 2),
        "contributor" => (Field::Contributor, 3),
        "publisher" => (Field::Stranger, 0),
        "date" => (Field::Date, 3),
        "issued" | "available" => (Field::Published, 2),
        "created" | "datesubmitted" => (Field::Created, 3),
        "modified" => (Field::Updated, 1),
        "description" | "abstract" => (Field::Description, 2),
        "rights" => (Field::Rights, 1),
        "subject" => (Field::Category, 1),
        "language" => (Field::Language, 1),
        "source" => (Field::Aside, 0),
        _ => return None,
    })
}

fn itunes(name: &str) -> Option<(Field, Rank)> {
    Some(match name {
        "title" => (Field::Title, 2),
        "author" => (Field::Author, 3),
        "owner" => (Field::Contributor, 5),
        "name" => (Field::Name, 0),
        "email" => (Field::Email, 0),
        "summary" | "description" => (Field::Description, 3),
        "subtitle" => (Field::Subtitle, 4),
        "category" => (Field::Category, 1),
        "keywords" => (Field::Keywords, 1),
        _ => return None,
    })
}

fn media(name: &str) -> Option<(Field, Rank)> {
    Some(match name {
        "title" => (Field::Title, 3),
        "description" => (Field::Description, 5),
        "text" => (Field::Description, 6),
        "category" => (Field::Category, 2),
        "keywords" => (Field::Keywords, 2),
        "copyright" => (Field::Rights, 2),
        "content" => (Field::MediaContent, 0),
        "comments" | "community" => (Field::Aside, 0),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn namespaces_are_known_by_address_whatever_the_version() {
        assert_eq!(space_of_address("http://purl.org/atom/ns#"), Some(Space::Feed));
        assert_eq!(
            space_of_address("HTTP://PURL.ORG/RSS/1.0/modules/content/"),
            Some(Space::Content)
        );
        assert_eq!(space_of_address("https://example.org/own"), None);
        assert_eq!(space_of_prefix("DC"), Some(Space::Dublin));
    }

    #[test]
    fn names_are_known_in_any_case() {
        assert_eq!(field(Space::Feed, "PubDate"), Some((Field::Published, 0)));
        assert_eq!(field(Space::Feed, "ITEM"), Some((Field::Item, 0)));
        assert_eq!(field(Space::Other, "title"), None);
        assert_eq!(field(Space::Feed, "a-name-that-is-longer-than-any-of-ours"), None);
    }
}
