//! Which items tell of the same event.

use jiff::Timestamp;
use utkik_sources::{AreaId, Item, ItemId, Known, SourceId};

/// Items about one event.
#[derive(Clone, Debug, PartialEq)]
pub struct Story {
    /// The id of its earliest item.
    pub id: ItemId,
    /// The title of its earliest item.
    pub title: String,
    /// The items, the earliest first.
    pub items: Vec<ItemId>,
    /// When the first was dated.
    pub first: Timestamp,
    /// When the last was dated.
    pub last: Timestamp,
    /// The areas of any of its items.
    pub areas: Vec<AreaId>,
    /// Who told it, each once.
    pub sources: Vec<SourceId>,
}

/// Groups items by event; every item is in exactly one story, most are alone in theirs.
pub fn stories(items: &[(Item, Known)]) -> Vec<Story> {
    items
        .iter()
        .map(|(item, known)| Story {
            id: item.id,
            title: item.entry.title.clone(),
            items: vec![item.id],
            first: item.dated().at(),
            last: item.dated().at(),
            areas: known.tags.iter().map(|tag| tag.area.clone()).collect(),
            sources: vec![item.source.clone()],
        })
        .collect()
}
