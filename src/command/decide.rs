//! `utkik decide`: a person says which goal areas an item belongs to.

use super::{Context, Ending, print};
use crate::{
    app::{App, Purpose, WrongUse},
    import::IMPORT,
};
use anyhow::{Result, bail};
use clap::Args;
use serde::Serialize;
use utkik_sources::{AreaId, Item, ItemId, Judge, Known, SourceId};

#[derive(Debug, Args)]
pub(super) struct Decide {
    /// The item: its id as `search` tells it, or its address
    item: String,
    /// Areas that it belongs to (+2.1) and does not belong to (-G1)
    #[arg(required = true, allow_hyphen_values = true, value_name = "+AREA|-AREA")]
    areas: Vec<String>,
    /// Who decides; may also stand last
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

/// What stands after the decision.
#[derive(Serialize)]
struct Decided {
    item: String,
    title: String,
    areas: Vec<Standing>,
}

#[derive(Serialize)]
struct Standing {
    id: AreaId,
    by: String,
    decided: bool,
}

impl Decide {
    pub(super) async fn run(self, context: &Context) -> Result<Ending> {
        let (words, by, json) = self.asked();
        let Some(by) = by.filter(|by| !by.trim().is_empty()) else {
            bail!(WrongUse("who decides must be told: --by NAME".to_owned()));
        };
        let app = context.open(Purpose::Write("decide")).await?;
        let (mut add, mut remove) = (Vec::new(), Vec::new());
        for word in words {
            let (is_added, area) = decision(&app, word)?;
            if is_added { &mut add } else { &mut remove }.push(area);
        }
        let Some(id) = found(&app, &self.item).await? else {
            bail!("there is no item `{}`; `utkik search` tells the ids", self.item);
        };
        let now = app.clock.now();
        let Some((item, known)) = app.archive.judge(id, &add, &remove, by.trim(), now).await?
        else {
            bail!("the item `{}` has gone", self.item);
        };
        app.catch_up().await?;
        tell(context, json || context.json, &item, &known)
    }

    /// The areas, who decides, and whether JSON is wanted. After the first area `-` may begin an area, so that options
    /// that stand there were taken for areas.
    fn asked(&self) -> (Vec<&str>, Option<&str>, bool) {
        let (mut areas, mut by, mut json) = (Vec::new(), self.by.as_deref(), false);
        let mut words = self.areas.iter().map(String::as_str);
        while let Some(word) = words.next() {
            match word {
                "--by" => by = words.next(),
                "--json" => json = true,
                _ if word.starts_with("--by=") => by = word.strip_prefix("--by="),
                _ => areas.push(word),
            }
        }
        (areas, by, json)
    }
}

/// Reads `+2.1` and `-G1`: whether it belongs, and to what.
fn decision(app: &App, word: &str) -> Result<(bool, AreaId)> {
    let (sign, name) = word.split_at_checked(1).unwrap_or((word, ""));
    let is_added = match sign {
        "+" => true,
        "-" => false,
        _ => bail!(WrongUse(format!(
            "`{word}` is neither +AREA nor -AREA; options for all commands stand before the item"
        ))),
    };
    let area = AreaId::parse(name);
    if app.frameworks.area(&area).is_none_or(|area| !area.leaf) {
        bail!(WrongUse(format!("there is no goal area `{name}` that items are tagged with")));
    }
    Ok((is_added, area))
}

/// The item of an id of ours, of an address, or of an id that its contributor gave it.
async fn found(app: &App, word: &str) -> Result<Option<ItemId>> {
    let import = SourceId(IMPORT.to_owned());
    let ids = [word.parse().ok(), ItemId::of_link(word), Some(ItemId::of_guid(&import, word))];
    for id in ids.into_iter().flatten() {
        if app.archive.item(id).await?.is_some() {
            return Ok(Some(id));
        }
    }
    Ok(app.archive.handed_over(&import, word).await?)
}

fn tell(context: &Context, json: bool, item: &Item, known: &Known) -> Result<Ending> {
    let standing = |tag: &utkik_sources::Tag| Standing {
        id: tag.area.clone(),
        by: tag.by.to_string(),
        decided: matches!(tag.by, Judge::Person { .. }),
    };
    let told = Decided {
        item: item.id.to_string(),
        title: item.entry.title.clone(),
        areas: known.tags.iter().map(standing).collect(),
    };
    if json {
        context.print_json(&told)?;
    } else {
        let lines = told.areas.iter().map(|area| format!("  {} ({})\n", area.id, area.by));
        print(&format!("{}\n{}", told.title, lines.collect::<String>()))?;
    }
    Ok(Ending::Done)
}
