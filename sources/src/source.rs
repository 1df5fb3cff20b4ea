//! Where we look.

use crate::{AreaId, Language, Recipe};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr, time::Duration};

/// One place we keep an eye on.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// Short and stable; appears in addresses and in every item found there.
    pub id: SourceId,
    /// What the portal calls it.
    pub name: String,
    /// Who publishes there.
    pub organisation: String,
    /// How wide the publisher's mandate is.
    pub level: Level,
    /// ISO 3166-1 alpha-2 in upper case, or `EU`, or `XX` for nobody's.
    pub country: String,
    /// What it usually writes in.
    pub language: Language,
    /// How its publications are announced.
    pub kind: Kind,
    /// Where to fetch it; absolute.
    pub address: String,
    /// How its answers are read, as far as its kind does not say.
    pub recipe: Recipe,
    /// Where a person would start reading.
    pub homepage: Option<String>,
    /// What sort of publisher, in one of the catalogue's words (`government`, `agency`, …).
    pub category: String,
    /// The usual time between two visits; how often it publishes makes it shorter or longer.
    pub every: Duration,
    /// Areas that it was chosen for; a hint to people, never a tag.
    pub areas: Vec<AreaId>,
    /// Whether it writes about everything, so that its items must pass the domain gate to be tagged.
    pub gate: bool,
    /// Why it is watched.
    pub why: Option<String>,
    /// Why it is not visited, when it is not.
    pub paused: Option<String>,
}

/// Names a [`Source`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SourceId(pub String);

impl fmt::Display for SourceId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// How a source announces what it publishes; a kind may be known before it can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// RSS, Atom or JSON Feed.
    Feed,
    /// A web page with links to publications.
    HtmlListing,
    /// A sitemap (sitemaps.org, version 0.9).
    Sitemap,
    /// A service that answers with JSON.
    JsonApi,
    /// A service that answers with XML.
    XmlApi,
    /// OData, as Folketinget speaks it.
    Odata,
    /// The open data of the Swedish parliament.
    Riksdagen,
    /// SPARQL over the Publications Office's CELLAR.
    EurlexSparql,
    /// PubMed's E-utilities.
    Pubmed,
    /// A repository that answers OAI-PMH, such as DiVA.
    OaiPmh,
    /// A mailbox folder that newsletters arrive in.
    Newsletter,
    /// One page or PDF watched for change.
    Page,
    /// One address given by hand.
    Manual,
    /// Items that someone else collected, handed over as a file.
    Import,
}

/// How wide a publisher's mandate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// One region or municipality.
    Local,
    /// Sweden as a whole.
    National,
    /// Another Nordic country, or the Nordic cooperation.
    Nordic,
    /// The European Union.
    Eu,
    /// The rest of the world.
    International,
}

/// Who stands behind an item: what filters and facets ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The publisher; empty when nobody said.
    pub organisation: String,
    /// Its level, when the publisher is in the catalogue.
    pub level: Option<Level>,
    /// Its country, when the publisher is in the catalogue.
    pub country: Option<String>,
}

/// Both enums are written the same way in catalogue, commands and addresses: kebab-case.
macro_rules! words {
    ($name:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The word that stands in catalogue, commands and addresses.
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }
        }

        impl FromStr for $name {
            type Err = String;

            fn from_str(word: &str) -> Result<$name, String> {
                $name::ALL.iter().copied().find(|value| value.word() == word).ok_or_else(|| {
                    let known: Vec<_> = $name::ALL.iter().map(|value| value.word()).collect();
                    format!("`{word}` is none of {}", known.join(", "))
                })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(self.word())
            }
        }
    };
}

words!(Kind {
    Feed = "feed",
    HtmlListing = "html-listing",
    Sitemap = "sitemap",
    JsonApi = "json-api",
    XmlApi = "xml-api",
    Odata = "odata",
    Riksdagen = "riksdagen",
    EurlexSparql = "eurlex-sparql",
    Pubmed = "pubmed",
    OaiPmh = "oai-pmh",
    Newsletter = "newsletter",
    Page = "page",
    Manual = "manual",
    Import = "import",
});

words!(Level {
    Local = "local",
    National = "national",
    Nordic = "nordic",
    Eu = "eu",
    International = "international",
});
