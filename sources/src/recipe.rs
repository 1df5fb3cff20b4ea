//! How the answers of a source are read, where its kind alone does not say it.
//!
//! In the catalogue these are keys of a `[[source]]` that begin with `recipe.`, so that a source can be mended
//! without a programmer. What a path or a selector means is said by the crawler, kind by kind.

use crate::{Kind, reading::Record};

/// Where the entries stand in an answer, what stands where in an entry, and how to ask for more.
///
/// A field of HTML is a CSS selector, perhaps with an attribute after it (`time @datetime`); of JSON and XML a path of
/// names (`basic.title`, `|` between alternatives, `@name` for an attribute). With `{path}` in it, it is a
/// template that is filled from the entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recipe {
    /// Where the entries stand; `.` when the whole answer is the list.
    pub entries: Option<String>,
    /// The title.
    pub title: Option<String>,
    /// The address where a person reads it.
    pub link: Option<String>,
    /// The source's own name for it.
    pub guid: Option<String>,
    /// When it was published.
    pub published: Option<String>,
    /// When it last changed.
    pub updated: Option<String>,
    /// What it is about, in short.
    pub summary: Option<String>,
    /// The whole text, when the answer holds it.
    pub text: Option<String>,
    /// Who wrote it.
    pub authors: Option<String>,
    /// In which language it is.
    pub language: Option<String>,
    /// What relative links start from, when that is not the address.
    pub base: Option<String>,
    /// A link must hold one of these, when there are any.
    pub include: Vec<String>,
    /// A link must hold none of these.
    pub exclude: Vec<String>,
    /// What is posted; without it the address is got. JSON when it begins with `{` or `[`, else a form.
    pub body: Option<String>,
    /// How the next part of a long answer is asked for.
    pub paging: Option<Paging>,
    /// The most parts that one visit asks for.
    pub pages: Option<usize>,
    /// Whether the answer says all there is, so that nothing is read behind the links.
    pub complete: bool,
    /// Who we say that we are where a password is asked for (Basic, RFC 7617).
    pub user: Option<String>,
    /// The variable of the environment that holds the password; begins with `UTKIK_PASSWORD_`.
    pub password_env: Option<String>,
    /// The file whose first line is the password.
    pub password_file: Option<String>,
    /// The List-Id of a newsletter's mails (RFC 2919), or a part of it; of mails without one, the address or domain
    /// of sender or receiver.
    pub list_id: Option<String>,
}

/// How the next part of a long answer is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Paging {
    /// By a number in the address, or in a posted body.
    Counted {
        /// What the number is called.
        parameter: String,
        /// The number of the first part.
        first: usize,
        /// How much it grows from part to part.
        step: usize,
    },
    /// By the address that each part gives of the next.
    Linked {
        /// Where that address stands.
        next: String,
    },
    /// By a word that each part gives for the next.
    Cursor {
        /// What the word is called in the question.
        parameter: String,
        /// Where it stands in the answer.
        next: String,
    },
}

const FIELDS: &[&str] =
    &["title", "link", "guid", "published", "updated", "summary", "text", "authors", "language"];

impl Recipe {
    /// A field by its key in the catalogue.
    pub fn field(&self, key: &str) -> Option<&str> {
        match key {
            "title" => self.title.as_deref(),
            "link" => self.link.as_deref(),
            "guid" => self.guid.as_deref(),
            "published" => self.published.as_deref(),
            "updated" => self.updated.as_deref(),
            "summary" => self.summary.as_deref(),
            "text" => self.text.as_deref(),
            "authors" => self.authors.as_deref(),
            "language" => self.language.as_deref(),
            _ => None,
        }
    }

    /// Whether a link is one that the source is watched for.
    pub fn wants(&self, link: &str) -> bool {
        let has = |part: &String| link.contains(part.as_str());
        (self.include.is_empty() || self.include.iter().any(has)) && !self.exclude.iter().any(has)
    }
}

/// The recipe of a source; faults are told, and what is faulty is left out.
pub(crate) fn read(source: &mut Record<'_>, kind: Option<Kind>) -> Recipe {
    let line = source.line;
    let is_paused = source.has("paused");
    let Some(mut record) = source.maybe_record("recipe") else {
        missing(&Recipe::default(), kind.filter(|_| !is_paused), |what| source.fault(line, what));
        return Recipe::default();
    };
    let mut text = |key| record.maybe_text(key).map(|told| told.value);
    let mut recipe = Recipe {
        entries: text("entries"),
        title: text("title"),
        link: text("link"),
        guid: text("guid"),
        published: text("published"),
        updated: text("updated"),
        summary: text("summary"),
        text: text("text"),
        authors: text("authors"),
        language: text("language"),
        base: text("base"),
        body: text("body"),
        list_id: text("list-id"),
        user: text("user"),
        password_env: text("password-env"),
        password_file: text("password-file"),
        ..Recipe::default()
    };
    recipe.include = record.texts("include").into_iter().map(|told| told.value).collect();
    recipe.exclude = record.texts("exclude").into_iter().map(|told| told.value).collect();
    recipe.complete = record.flag("complete");
    recipe.pages = record.maybe_count("pages");
    recipe.paging = paging(&mut record);
    let at = record.line;
    for fault in login_faults(&recipe) {
        record.fault(at, fault);
    }
    if let Some(kind) = kind {
        for key in useless(&recipe, kind) {
            record.fault(at, format!("`recipe.{key}` says nothing to a source of kind {kind}"));
        }
    }
    missing(&recipe, kind.filter(|_| !is_paused), |what| record.fault(at, what));
    record.end();
    recipe
}

/// A password is named, never written, and it has one place.
fn login_faults(recipe: &Recipe) -> Vec<&'static str> {
    let given = [&recipe.password_env, &recipe.password_file].into_iter().flatten().count();
    let is_named = |name: &String| name.starts_with("UTKIK_PASSWORD_");
    let mut faults = Vec::new();
    if recipe.user.is_some() != (given > 0) {
        faults.push("`recipe.user` and one of `recipe.password-env` and `recipe.password-file` belong together");
    }
    if given > 1 {
        faults.push("`recipe.password-env` and `recipe.password-file` exclude each other");
    }
    if !recipe.password_env.as_ref().is_none_or(is_named) {
        faults.push("`recipe.password-env` names a variable that begins with UTKIK_PASSWORD_");
    }
    faults
}

fn paging(record: &mut Record<'_>) -> Option<Paging> {
    let parameter = record.maybe_text("page");
    let next = record.maybe_text("next").map(|told| told.value);
    let (first, step) = (record.maybe_count("first"), record.maybe_count("step"));
    let line = record.line;
    if (first.is_some() || step.is_some()) && (parameter.is_none() || next.is_some()) {
        record.fault(
            line,
            "`recipe.first` and `recipe.step` belong to a `recipe.page` that is counted",
        );
    }
    match (parameter.map(|told| told.value), next) {
        (Some(parameter), Some(next)) => Some(Paging::Cursor { parameter, next }),
        (Some(parameter), None) => {
            let (first, step) = (first.unwrap_or(1), step.unwrap_or(1).max(1));
            Some(Paging::Counted { parameter, first, step })
        }
        (None, Some(next)) => Some(Paging::Linked { next }),
        (None, None) => None,
    }
}

/// Keys that a kind has no use for.
fn useless(recipe: &Recipe, kind: Kind) -> Vec<&'static str> {
    let maps = matches!(
        kind,
        Kind::HtmlListing | Kind::JsonApi | Kind::XmlApi | Kind::Odata | Kind::EurlexSparql
    );
    let mut useless: Vec<&str> =
        FIELDS.iter().copied().filter(|key| !maps && recipe.field(key).is_some()).collect();
    let mut unless = |good: bool, key, is_there: bool| {
        if is_there && !good {
            useless.push(key);
        }
    };
    let posts = matches!(kind, Kind::JsonApi | Kind::XmlApi | Kind::EurlexSparql);
    unless(maps, "entries", recipe.entries.is_some());
    unless(posts, "body", recipe.body.is_some());
    unless(kind == Kind::Newsletter, "list-id", recipe.list_id.is_some());
    unless(maps && kind != Kind::EurlexSparql, "page", recipe.paging.is_some());
    useless
}

/// What a kind cannot be read without.
fn missing(recipe: &Recipe, kind: Option<Kind>, mut tell: impl FnMut(String)) {
    let mut need = |key: &str, is_there: bool| {
        if let Some(kind) = kind.filter(|_| !is_there) {
            tell(format!("`recipe.{key}` is missing: a source of kind {kind} needs it"));
        }
    };
    match kind {
        Some(Kind::JsonApi | Kind::XmlApi) => {
            need("entries", recipe.entries.is_some());
            need("title", recipe.title.is_some() || recipe.link.is_some());
        }
        Some(Kind::Odata) => need("title", recipe.title.is_some()),
        Some(Kind::EurlexSparql) => need("body", recipe.body.is_some()),
        _ => {}
    }
}

/// The recipe as lines of a catalogue file.
pub(crate) fn lines(recipe: &Recipe) -> Vec<(String, String)> {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let mut lines = Vec::new();
    let mut put = |key: &str, value: String| lines.push((format!("recipe.{key}"), value));
    let mut put_text = |key: &str, value: Option<&str>| {
        if let Some(value) = value {
            put(key, quoted(value));
        }
    };
    put_text("entries", recipe.entries.as_deref());
    for key in FIELDS {
        put_text(key, recipe.field(key));
    }
    put_text("base", recipe.base.as_deref());
    put_text("body", recipe.body.as_deref());
    put_text("list-id", recipe.list_id.as_deref());
    put_text("user", recipe.user.as_deref());
    put_text("password-env", recipe.password_env.as_deref());
    put_text("password-file", recipe.password_file.as_deref());
    for (key, words) in [("include", &recipe.include), ("exclude", &recipe.exclude)] {
        if !words.is_empty() {
            let words: Vec<_> = words.iter().map(|word| quoted(word)).collect();
            put(key, format!("[{}]", words.join(", ")));
        }
    }
    match &recipe.paging {
        Some(Paging::Counted { parameter, first, step }) => {
            put("page", quoted(parameter));
            put("first", first.to_string());
            put("step", step.to_string());
        }
        Some(Paging::Linked { next }) => put("next", quoted(next)),
        Some(Paging::Cursor { parameter, next }) => {
            put("page", quoted(parameter));
            put("next", quoted(next));
        }
        None => {}
    }
    if let Some(pages) = recipe.pages {
        put("pages", pages.to_string());
    }
    if recipe.complete {
        put("complete", "true".into());
    }
    lines
}

#[cfg(test)]
mod tests {
    use crate::{Catalogue, Paging, source_to_toml};

    fn source(kind: &str, recipe: &str) -> String {
        format!(
            "[[source]]\nid = \"a\"\nname = \"A\"\norganisation = \"A\"\nlevel = \"national\"\ncountry = \"SE\"\n\
             language = \"sv\"\nkind = \"{kind}\"\naddress = \"https://a.example/\"\ncategory = \"agency\"\n\
             every = \"1d\"\n{recipe}"
        )
    }

    fn faults(text: &str) -> Vec<String> {
        let (_, faults) = Catalogue::from_toml(&[("a.toml", text)]);
        faults.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_recipe_is_read_as_written_and_written_as_read() {
        let text = source(
            "json-api",
            "recipe.entries = \"list\"\nrecipe.title = \"name\"\nrecipe.link = \"https://a.example/{id}\"\n\
             recipe.include = [\"/a/\"]\nrecipe.page = \"page\"\nrecipe.first = 0\nrecipe.pages = 2\nrecipe.complete = true\n",
        );
        let (catalogue, faults) = Catalogue::from_toml(&[("a.toml", &text)]);
        assert_eq!(faults, []);
        let read = &catalogue.sources()[0];
        let counted = Paging::Counted { parameter: "page".into(), first: 0, step: 1 };
        assert_eq!(read.recipe.paging, Some(counted));
        assert_eq!((read.recipe.pages, read.recipe.complete), (Some(2), true));
        assert!(read.recipe.wants("/a/b") && !read.recipe.wants("/b"));
        let (again, faults) = Catalogue::from_toml(&[("b.toml", &source_to_toml(read))]);
        assert_eq!(faults, []);
        assert_eq!(again.sources(), catalogue.sources());
    }

    #[test]
    fn faults_of_a_recipe_are_told_with_their_lines() {
        let text = source("json-api", "recipe.entries = \"list\"\nrecipe.titel = \"name\"\n");
        assert_eq!(
            faults(&text),
            [
                "a.toml:12: `recipe.title` is missing: a source of kind json-api needs it",
                "a.toml:13: `titel` is no key here",
            ]
        );
        let told = faults(&source(
            "feed",
            "recipe.body = \"x\"\nrecipe.first = 1\nrecipe.pages = \"two\"\n",
        ));
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(
            told[0].contains("`recipe.body` says nothing to a source of kind feed"),
            "{told:?}"
        );
        assert!(told[2].contains("a.toml:14: `pages` must be a whole number"), "{told:?}");
    }

    #[test]
    fn a_password_is_named_and_never_written() {
        let told = |recipe: &str| faults(&source("feed", recipe)).join("; ");
        assert_eq!(told("recipe.user = \"u\"\nrecipe.password-env = \"UTKIK_PASSWORD_A\"\n"), "");
        assert_eq!(told("recipe.user = \"u\"\nrecipe.password-file = \"/run/a\"\n"), "");
        assert!(told("recipe.user = \"u\"\n").contains("belong together"));
        assert!(told("recipe.password-file = \"/run/a\"\n").contains("belong together"));
        assert!(
            told("recipe.user = \"u\"\nrecipe.password = \"p\"\n").contains("`password` is no key")
        );
        let other = "recipe.user = \"u\"\nrecipe.password-env = \"HOME\"\n";
        assert!(told(other).contains("begins with UTKIK_PASSWORD_"));
        let both = "recipe.user = \"u\"\nrecipe.password-env = \"UTKIK_PASSWORD_A\"\nrecipe.password-file = \"/a\"\n";
        assert!(told(both).contains("exclude each other"));
    }

    #[test]
    fn a_paused_source_needs_no_recipe() {
        assert_eq!(faults(&source("json-api", "paused = \"No key.\"\n")), Vec::<String>::new());
        assert_eq!(faults(&source("json-api", "")).len(), 2);
    }
}
