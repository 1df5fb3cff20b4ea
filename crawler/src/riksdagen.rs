//! What the Swedish parliament's open data lists, with its traps.
//!
//! The address of the next page that it gives loses the format and the protocol, so pages are counted; page 101 is
//! refused. `systemdatum` shows when a row was touched, which happens to thousands at once, so it is never the day
//! of publication. A list of one is no list.

use crate::{
    Transport,
    feed::{Draft, DraftEntry, NoFeed},
    fetch::Request,
    json_api,
    kind::{Look, Sheet},
    mapping::{self, moment},
    paging,
};
use serde_json::Value;

const MAX_PAGES: usize = 100;

pub(crate) fn first(look: &Look) -> Request {
    paging::with(json_api::first(look), "utformat", "json")
}

pub(crate) fn read(look: &Look, bytes: &[u8], transport: &Transport) -> Result<Sheet, NoFeed> {
    let answer = json_api::value(bytes, transport)?;
    let list = answer.get("dokumentlista").ok_or_else(|| NoFeed::new("has no `dokumentlista`"))?;
    let rows = list.get("dokument").map(|_| mapping::at(list, "dokument")).unwrap_or_default();
    let entries = rows.into_iter().filter(|row| row.is_object()).map(entry).collect();
    let draft = Draft { entries, language: Some("sv".into()), ..Draft::default() };
    let mut sheet = Sheet::of(look, draft, transport);
    sheet.newest_first = true;
    let pages = mapping::first(list, "@sidor").and_then(|pages| pages.parse().ok()).unwrap_or(1);
    let page = look.part + 2;
    if page <= pages.min(MAX_PAGES) {
        sheet.next.push(paging::with(first(look), "p", &page.to_string()));
    }
    Ok(sheet)
}

fn entry(row: &Value) -> DraftEntry {
    let text = |path: &str| mapping::first(row, path);
    let id = text("dok_id|id");
    let page = text("dokument_url_html").map(|address| match address.strip_prefix("//") {
        Some(rest) => format!("https://{rest}"),
        None => address.replacen("http:", "https:", 1),
    });
    let page =
        page.or_else(|| Some(format!("https://data.riksdagen.se/dokument/{}.html", id.clone()?)));
    let kind = text("undertitel|subtyp");
    DraftEntry {
        guid: id,
        link: page,
        title: text("titel|notisrubrik|sokdata.titel"),
        summary: text("notis|summary").or(kind),
        authors: text("organ").into_iter().collect(),
        published: text("publicerad|datum")
            .and_then(|at| moment(&at))
            .or_else(|| moment(&text("datum")?)),
        updated: text("systemdatum").and_then(|at| moment(&at)),
        enclosures: mapping::all(row, "filbilaga.fil.url"),
        ..DraftEntry::default()
    }
}
