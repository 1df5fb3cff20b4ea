//! What has the user set, and where? The only file that reads the environment.
//!
//! A flag beats the environment (`UTKIK_…`), which beats the file, which beats the default.

use jiff::SignedDuration;
use std::{
    collections::{BTreeMap, BTreeSet},
    env, fmt, fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};
use toml::de::{DeTable, DeValue};
use utkik_index::Night;
use utkik_sources::Fault;

/// Every setting with its value.
#[derive(Clone, Debug)]
pub struct Config {
    /// The folder of archive, finder and digests.
    pub data_dir: PathBuf,
    /// `sqlite:FILE` or `postgres://…`.
    pub archive: String,
    /// The folder of the finder.
    pub finder: PathBuf,
    /// Where sources can reach the people who run this; part of the User-Agent.
    pub contact: String,
    /// Where the portal answers.
    pub listen: SocketAddr,
    /// Between two requests to one host.
    pub pause: Duration,
    /// How many hosts are visited at once.
    pub at_once: usize,
    /// How many texts one visit reads at most.
    pub texts_per_visit: usize,
    /// How long one request may take in all.
    pub max_time: Duration,
    /// The folder that addresses of newsletters start from.
    pub mail_dir: PathBuf,
    /// The language of the weekly digest: `sv` or `en`.
    pub digest_language: String,
    /// Names that stand for addresses of our own choosing.
    pub hosts: BTreeMap<String, SocketAddr>,
    /// Hosts with a pause of their own.
    pub pauses: BTreeMap<String, Duration>,
    /// Hosts that may be visited although their addresses are private.
    pub private_hosts: BTreeSet<String>,
    /// When sources are left in peace.
    pub night: Night,
    /// Where alarms are sent.
    pub webhook: Option<String>,
    /// What they are sealed with.
    pub webhook_secret: Option<String>,
    /// Where hubs can reach the portal.
    pub callback: Option<String>,
    /// Each setting as given, with where it came from.
    pub told: Vec<Told>,
}

/// One setting, as given.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Told {
    /// Its name.
    pub name: &'static str,
    /// As written; passwords are struck out.
    pub value: String,
    /// Who gave it.
    pub from: String,
    /// What it is.
    pub what: &'static str,
}

/// What a setting looks like.
#[derive(Clone, Copy, PartialEq)]
enum Shape {
    Text,
    Pairs,
    Words,
}

struct Setting {
    name: &'static str,
    shape: Shape,
    default: &'static str,
    what: &'static str,
}

const fn text(name: &'static str, default: &'static str, what: &'static str) -> Setting {
    Setting { name, shape: Shape::Text, default, what }
}

/// Every setting there is; `UTKIK_` and the name in capitals is its variable.
const SETTINGS: &[Setting] = &[
    text("data_dir", "utkik-data", "folder of archive, finder and digests"),
    text("archive", "", "sqlite:FILE or postgres://…; empty: utkik.db in the data folder"),
    text("finder", "", "tantivy:FOLDER; empty: finder in the data folder"),
    text("contact", "", "address or page where sources can reach you; part of the User-Agent"),
    text("listen", "127.0.0.1:8080", "where the portal answers"),
    text("pause", "2s", "between two requests to one host"),
    text("at_once", "8", "hosts visited at once"),
    text("texts_per_visit", "500", "linked texts that one visit reads at most"),
    text("max_time", "30s", "the longest that one request may take"),
    text(
        "mail_dir",
        "",
        "folder that newsletters' addresses start from; empty: mail in the data folder",
    ),
    text("digest_language", "sv", "language of the weekly digest: sv or en"),
    text("night", "", "hours in Stockholm when no source is visited, such as 22-6; empty: none"),
    text("webhook", "", "address that is told, by a POST of JSON, when a source is in trouble"),
    text(
        "webhook_secret_file",
        "",
        "file with the secret that seals what the webhook is told; or UTKIK_WEBHOOK_SECRET",
    ),
    text("callback", "", "address at which hubs reach the portal from outside, for WebSub"),
    Setting {
        name: "hosts",
        shape: Shape::Pairs,
        default: "",
        what: "names mapped to addresses, which may be private: name = \"127.0.0.1:8000\"",
    },
    Setting {
        name: "pauses",
        shape: Shape::Pairs,
        default: "",
        what: "pause of single hosts: name = \"10s\"",
    },
    Setting {
        name: "private_hosts",
        shape: Shape::Words,
        default: "",
        what: "hosts that may be visited although their addresses are private",
    },
];

/// Where a value came from.
#[derive(Clone, Debug, PartialEq)]
enum From {
    Default,
    File(String, usize),
    Environment(String),
    Flag(&'static str),
}

impl fmt::Display for From {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            From::Default => out.write_str("default"),
            From::File(file, line) => write!(out, "{file}:{line}"),
            From::Environment(name) => write!(out, "environment {name}"),
            From::Flag(name) => write!(out, "flag {name}"),
        }
    }
}

#[derive(Clone)]
enum Given {
    Text(String),
    Pairs(BTreeMap<String, String>),
    Words(Vec<String>),
}

impl Given {
    /// Reads what stands in a variable: text, `name=value,…` or `word,…`.
    fn read(shape: Shape, text: &str) -> Given {
        let parts = || text.split(',').map(str::trim).filter(|part| !part.is_empty());
        match shape {
            Shape::Text => Given::Text(text.to_owned()),
            Shape::Words => Given::Words(parts().map(str::to_owned).collect()),
            Shape::Pairs => Given::Pairs(
                parts()
                    .map(|part| part.split_once('=').unwrap_or((part, "")))
                    .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
                    .collect(),
            ),
        }
    }
}

impl fmt::Display for Given {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Given::Text(text) => out.write_str(text),
            Given::Words(words) => out.write_str(&words.join(",")),
            Given::Pairs(pairs) => {
                let pairs: Vec<_> =
                    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
                out.write_str(&pairs.join(","))
            }
        }
    }
}

/// What was given on the command line.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// `--config`.
    pub config: Option<PathBuf>,
    /// `--data-dir`.
    pub data_dir: Option<PathBuf>,
    /// `--listen` or `--port` of a command.
    pub listen: Option<SocketAddr>,
}

impl Config {
    /// Reads the configuration: the file named by the flag or `UTKIK_CONFIG`, else `utkik.toml`
    /// where the program runs, if there is one. Reports every fault at once.
    pub fn read(flags: &Flags) -> Result<Config, Vec<Fault>> {
        let named = flags.config.clone().or_else(|| variable("UTKIK_CONFIG").map(PathBuf::from));
        let mut given = defaults();
        let mut faults = Vec::new();
        let file = named.clone().unwrap_or_else(|| PathBuf::from("utkik.toml"));
        if named.is_some() || file.exists() {
            read_file(&file, &mut given, &mut faults);
        }
        read_environment(&mut given);
        read_flags(flags, &mut given);
        let config = Config::from_given(&given, &mut faults);
        if faults.is_empty() { Ok(config) } else { Err(faults) }
    }

    fn from_given(given: &Layers, faults: &mut Vec<Fault>) -> Config {
        let mut read = Reader { given, faults };
        let data_dir = PathBuf::from(read.text("data_dir"));
        let archive = match read.text("archive") {
            empty if empty.is_empty() => format!("sqlite:{}", data_dir.join("utkik.db").display()),
            address => address,
        };
        let finder = match read.text("finder") {
            empty if empty.is_empty() => data_dir.join("finder"),
            address => PathBuf::from(address.strip_prefix("tantivy:").unwrap_or(&address)),
        };
        let (night, webhook_secret) = (read.night(), read.webhook_secret());
        let (webhook, callback) = (read.address("webhook"), read.address("callback"));
        let mail_dir = match read.text("mail_dir") {
            empty if empty.is_empty() => data_dir.join("mail"),
            folder => PathBuf::from(folder),
        };
        let digest_language = read.text("digest_language");
        if !matches!(digest_language.as_str(), "sv" | "en") {
            read.fault("digest_language", format!("`{digest_language}` is neither sv nor en"));
        }
        if !["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| archive.starts_with(scheme))
        {
            read.fault("archive", "the address begins with neither sqlite: nor postgres://".into());
        }
        if matches!(archive.as_str(), "sqlite:" | "sqlite://") {
            read.fault("archive", "`sqlite:` names no file".into());
        }
        Config {
            data_dir,
            archive,
            finder,
            contact: read.text("contact"),
            listen: read.parsed("listen", SocketAddr::from(([127, 0, 0, 1], 8080))),
            pause: read.parsed("pause", Pause::default()).0,
            at_once: read.parsed("at_once", Count::default()).0,
            texts_per_visit: read.parsed("texts_per_visit", Count::default()).0,
            max_time: read.parsed("max_time", Pause::default()).0,
            mail_dir,
            digest_language,
            hosts: read.pairs("hosts"),
            pauses: read
                .pairs::<Pause>("pauses")
                .into_iter()
                .map(|(host, pause)| (host, pause.0))
                .collect(),
            private_hosts: match &given["private_hosts"].0 {
                Given::Words(words) => words.iter().map(|word| word.to_lowercase()).collect(),
                _ => BTreeSet::new(),
            },
            night,
            webhook,
            webhook_secret,
            callback,
            told: told(given),
        }
    }
}

type Layers = BTreeMap<&'static str, (Given, From)>;

fn defaults() -> Layers {
    let default = |setting: &Setting| {
        (setting.name, (Given::read(setting.shape, setting.default), From::Default))
    };
    SETTINGS.iter().map(default).collect()
}

fn read_file(path: &Path, given: &mut Layers, faults: &mut Vec<Fault>) {
    let file = path.display().to_string();
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => {
            faults.push(Fault { file, line: 0, what: format!("could not read it: {error}") });
            return;
        }
    };
    let line_of = |offset: usize| text[..offset.min(text.len())].matches('\n').count() + 1;
    let table = match DeTable::parse(&text) {
        Ok(table) => table,
        Err(error) => {
            let line = error.span().map_or(1, |span| line_of(span.start));
            faults.push(Fault { file, line, what: error.message().to_owned() });
            return;
        }
    };
    for (key, value) in table.get_ref() {
        let line = line_of(key.span().start);
        let name = key.get_ref().as_ref();
        let mut fault = |what: String| faults.push(Fault { file: file.clone(), line, what });
        let Some(setting) = SETTINGS.iter().find(|setting| setting.name == name) else {
            fault(format!("there is no setting `{name}`"));
            continue;
        };
        match as_given(setting.shape, value.get_ref()) {
            Some(value) => {
                given.insert(setting.name, (value, From::File(file.clone(), line)));
            }
            None => fault(format!("`{name}` wants {}", wanted(setting.shape))),
        }
    }
}

fn as_given(shape: Shape, value: &DeValue<'_>) -> Option<Given> {
    let word = |value: &DeValue<'_>| match value {
        DeValue::Integer(number) => Some(number.as_str().to_owned()),
        other => other.as_str().map(str::to_owned),
    };
    match shape {
        Shape::Text => word(value).map(Given::Text),
        Shape::Words => {
            let words = value.as_array()?.iter().map(|value| word(value.get_ref()));
            words.collect::<Option<_>>().map(Given::Words)
        }
        Shape::Pairs => {
            let pairs = value
                .as_table()?
                .iter()
                .map(|(name, value)| Some((name.get_ref().to_string(), word(value.get_ref())?)));
            pairs.collect::<Option<_>>().map(Given::Pairs)
        }
    }
}

fn wanted(shape: Shape) -> &'static str {
    match shape {
        Shape::Text => "a text in quotes or a number",
        Shape::Words => "a list of texts: [\"…\", \"…\"]",
        Shape::Pairs => "a table of texts: name = \"…\"",
    }
}

fn read_environment(given: &mut Layers) {
    for setting in SETTINGS {
        let name = format!("UTKIK_{}", setting.name.to_uppercase());
        if let Some(value) = variable(&name) {
            given.insert(
                setting.name,
                (Given::read(setting.shape, &value), From::Environment(name)),
            );
        }
    }
}

fn read_flags(flags: &Flags, given: &mut Layers) {
    if let Some(folder) = &flags.data_dir {
        let value = Given::Text(folder.display().to_string());
        given.insert("data_dir", (value, From::Flag("--data-dir")));
    }
    if let Some(listen) = flags.listen {
        given.insert("listen", (Given::Text(listen.to_string()), From::Flag("--port")));
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// The password in a variable of the environment, for a source whose record names it.
pub(crate) fn password(name: &str) -> Option<String> {
    variable(name)
}

/// Whether the program runs where a missing component is a failure (`CI=true`).
pub fn in_ci() -> bool {
    variable("CI").is_some_and(|value| value == "true")
}

struct Reader<'a> {
    given: &'a Layers,
    faults: &'a mut Vec<Fault>,
}

impl Reader<'_> {
    fn text(&self, name: &str) -> String {
        self.given[name].0.to_string()
    }

    fn fault(&mut self, name: &str, what: String) {
        let from = &self.given[name].1;
        let (file, line) = match from {
            From::File(file, line) => (file.clone(), *line),
            other => (other.to_string(), 0),
        };
        self.faults.push(Fault { file, line, what: format!("{name}: {what}") });
    }

    /// An address of the web, or none.
    fn address(&mut self, name: &str) -> Option<String> {
        let address = Some(self.text(name)).filter(|address| !address.is_empty())?;
        let url = url::Url::parse(&address).ok();
        if url.is_none_or(|url| !matches!(url.scheme(), "http" | "https")) {
            self.fault(name, "an address that begins with https:// is wanted".into());
        }
        Some(address)
    }

    /// `22-6`: from ten in the evening until six in the morning.
    fn night(&mut self) -> Night {
        let text = self.text("night");
        if text.is_empty() {
            return Night::default();
        }
        let hour = |text: &str| text.trim().parse().ok().filter(|hour: &u8| *hour < 24);
        let hours =
            text.split_once('-').and_then(|(from, until)| Some((hour(from)?, hour(until)?)));
        hours.map(|(from, until)| Night { from, until }).unwrap_or_else(|| {
            self.fault("night", format!("`{text}` is no pair of hours such as 22-6"));
            Night::default()
        })
    }

    /// Never a setting itself, so that nothing prints it.
    fn webhook_secret(&mut self) -> Option<String> {
        let file = self.text("webhook_secret_file");
        if file.is_empty() {
            return variable("UTKIK_WEBHOOK_SECRET");
        }
        match fs::read_to_string(&file) {
            Ok(secret) => Some(secret.trim().to_owned()).filter(|secret| !secret.is_empty()),
            Err(error) => {
                self.fault("webhook_secret_file", format!("could not read `{file}`: {error}"));
                None
            }
        }
    }

    fn parsed<T: FromStr<Err: fmt::Display>>(&mut self, name: &str, otherwise: T) -> T {
        self.text(name).parse().unwrap_or_else(|error: T::Err| {
            self.fault(name, format!("`{}`: {error}", self.text(name)));
            otherwise
        })
    }

    fn pairs<T: FromStr<Err: fmt::Display>>(&mut self, name: &str) -> BTreeMap<String, T> {
        let Given::Pairs(pairs) = &self.given[name].0 else { return BTreeMap::new() };
        let mut read = BTreeMap::new();
        for (key, value) in pairs {
            match value.parse() {
                Ok(value) => {
                    read.insert(key.to_lowercase(), value);
                }
                Err(error) => self.fault(name, format!("{key} = `{value}`: {error}")),
            }
        }
        read
    }
}

/// A length of time as people write it: `2s`, `5m`, `12h`.
#[derive(Default)]
struct Pause(Duration);

impl FromStr for Pause {
    type Err = String;

    fn from_str(text: &str) -> Result<Pause, String> {
        let length: SignedDuration = text
            .parse()
            .map_err(|_| "a length of time is written like 2s, 5m or 12h".to_owned())?;
        Duration::try_from(length).map(Pause).map_err(|_| "it is negative".to_owned())
    }
}

/// A number of things, at least one.
#[derive(Default)]
struct Count(usize);

impl FromStr for Count {
    type Err = String;

    fn from_str(text: &str) -> Result<Count, String> {
        let count = text.parse().map_err(|_| "a whole number is wanted".to_owned())?;
        if count == 0 { Err("at least 1 is wanted".to_owned()) } else { Ok(Count(count)) }
    }
}

fn told(given: &Layers) -> Vec<Told> {
    let told = |setting: &Setting| {
        let (value, from) = &given[setting.name];
        Told {
            name: setting.name,
            value: without_password(&value.to_string()),
            from: from.to_string(),
            what: setting.what,
        }
    };
    SETTINGS.iter().map(told).collect()
}

/// `address` with the password of its user part struck out, for printing.
pub fn without_password(address: &str) -> String {
    match url::Url::parse(address) {
        Ok(mut url) if url.password().is_some() => {
            let _ = url.set_password(Some("***"));
            url.to_string()
        }
        _ => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_of_a_file_is_told_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("utkik.toml");
        fs::write(
            &file,
            "pause = \"soon\"\nat_once = 0\ncolour = \"red\"\n[hosts]\na = \"nowhere\"\n",
        )
        .unwrap();
        let faults = Config::read(&Flags { config: Some(file), ..Flags::default() }).unwrap_err();
        let mut lines: Vec<usize> = faults.iter().map(|fault| fault.line).collect();
        lines.sort_unstable();
        assert_eq!(lines, [1, 2, 3, 4], "{faults:?}");
    }

    #[test]
    fn a_file_that_is_no_toml_names_the_line_where_it_stops_being_one() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("utkik.toml");
        fs::write(&file, "pause = \"2s\"\nat_once = = 3\n").unwrap();
        let faults = Config::read(&Flags { config: Some(file), ..Flags::default() }).unwrap_err();
        assert_eq!(faults[0].line, 2);
    }

    #[test]
    fn a_flag_beats_the_file_and_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("utkik.toml");
        fs::write(&file, "data_dir = \"from-file\"\n").unwrap();
        let flags = Flags { config: Some(file), data_dir: Some("from-flag".into()), listen: None };
        let config = Config::read(&flags).unwrap();
        assert_eq!(config.data_dir, PathBuf::from("from-flag"));
        assert_eq!(config.told[0].from, "flag --data-dir");
    }

    #[test]
    fn a_password_is_never_printed() {
        assert_eq!(without_password("postgres://u:secret@db/utkik"), "postgres://u:***@db/utkik");
    }
}
