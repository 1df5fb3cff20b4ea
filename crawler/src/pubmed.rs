//! What PubMed finds: first the numbers of articles (`esearch`), then the articles that we do not know (`efetch`).

use crate::{
    Transport, charset,
    feed::{Draft, DraftEntry, NoFeed, unique},
    fetch::Request,
    json_api,
    kind::{Look, Sheet},
    mapping::{self, moment},
    xml,
};
use serde_json::Value;

/// So many articles are asked for at once.
const AT_ONCE: usize = 100;

pub(crate) fn read(look: &Look, bytes: &[u8], transport: &Transport) -> Result<Sheet, NoFeed> {
    let (text, _) = charset::decode(bytes, transport.header("content-type"));
    if look.part > 0 {
        return Ok(Sheet::of(look, articles(&xml::tree(&text)?), transport));
    }
    let answer = json_api::value(bytes, transport)?;
    let said = mapping::first(&answer, "error|esearchresult.ERROR");
    if let Some(said) =
        said.or_else(|| answer.get("esearchresult").is_none().then(|| "nothing".into()))
    {
        return Err(NoFeed::new(format!("has no list of articles; it says `{said}`")));
    }
    let ids = mapping::all(&answer, "esearchresult.idlist");
    let news: Vec<String> = ids.into_iter().filter(|id| !look.known.contains(id)).collect();
    let mut sheet = Sheet::of(look, Draft::default(), transport);
    sheet.next = news.chunks(AT_ONCE).map(|ids| fetch(&look.source.address, ids)).collect();
    Ok(sheet)
}

fn fetch(address: &str, ids: &[String]) -> Request {
    let start = address.split("esearch.fcgi").next().unwrap_or(address);
    Request::get(&format!("{start}efetch.fcgi?db=pubmed&retmode=xml&id={}", ids.join(",")))
}

fn articles(tree: &Value) -> Draft {
    let rows = mapping::at(tree, "PubmedArticleSet.PubmedArticle");
    Draft { entries: rows.into_iter().map(article).collect(), ..Draft::default() }
}

fn article(row: &Value) -> DraftEntry {
    let text = |path: &str| mapping::first(row, path);
    let id = text("MedlineCitation.PMID");
    let day = |path: &str| {
        let part = |name: &str| mapping::first(mapping::at(row, path).first()?, name);
        let month = part("Month").unwrap_or_else(|| "1".into());
        moment(&match month.parse::<u8>() {
            Ok(number) => format!(
                "{}-{number:02}-{:0>2}",
                part("Year")?,
                part("Day").unwrap_or_else(|| "1".into())
            ),
            Err(_) => {
                format!("{} {month} {}", part("Day").unwrap_or_else(|| "1".into()), part("Year")?)
            }
        })
    };
    let authors = mapping::at(row, "MedlineCitation.Article.AuthorList.Author")
        .into_iter()
        .filter_map(|author| {
            let last = mapping::first(author, "LastName|CollectiveName")?;
            let fore = mapping::first(author, "ForeName|Initials");
            Some(fore.map_or(last.clone(), |fore| format!("{fore} {last}")))
        });
    let abstract_text =
        mapping::all(row, "MedlineCitation.Article.Abstract.AbstractText").join("\n\n");
    let abstract_text = Some(abstract_text).filter(|text| !text.is_empty());
    DraftEntry {
        link: id.as_ref().map(|id| format!("https://pubmed.ncbi.nlm.nih.gov/{id}/")),
        title: text("MedlineCitation.Article.ArticleTitle|MedlineCitation.Article.VernacularTitle"),
        authors: unique(authors),
        published: day("MedlineCitation.Article.ArticleDate")
            .or_else(|| day("MedlineCitation.Article.Journal.JournalIssue.PubDate"))
            .or_else(|| day("PubmedData.History.PubMedPubDate")),
        summary: abstract_text.clone(),
        // The page says no more than the abstract.
        text: abstract_text.or_else(|| text("MedlineCitation.Article.ArticleTitle")),
        language: text("MedlineCitation.Article.Language")
            .map(|code| code.chars().take(2).collect()),
        guid: id,
        ..DraftEntry::default()
    }
}
