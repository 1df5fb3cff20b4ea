use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};
use utkik_index::{Understander, stories};
use utkik_sources::{Entry, Frameworks, Item, ItemId, Known, Language, SourceId};

/// The shared events of the sample web were told by different hands in different languages, with the labels in the
/// files and out of the program's sight.
#[test]
fn an_event_that_many_tell_is_one_story() {
    let (items, events) = sample();
    let stories = stories(&items);
    let told: usize = stories.iter().map(|story| story.items.len()).sum();
    assert_eq!(told, items.len(), "every item is in exactly one story");
    let (mut right, mut made, mut wanted) = (0, 0, 0);
    for story in &stories {
        for pair in pairs(&story.items) {
            made += 1;
            right += usize::from(same(&events, pair));
        }
    }
    let ids: Vec<ItemId> = events.keys().copied().collect();
    wanted += pairs(&ids).filter(|pair| same(&events, *pair)).count();
    let (precision, recall) = (right as f64 / made as f64, right as f64 / wanted as f64);
    println!("pairs: precision {precision:.2}, recall {recall:.2} of {wanted}");
    assert!(precision > 0.75 && recall > 0.65, "precision {precision:.2}, recall {recall:.2}");
}

#[test]
fn the_order_of_items_does_not_change_the_stories() {
    let (mut items, _) = sample();
    let before = stories(&items);
    items.reverse();
    assert_eq!(stories(&items), before);
}

fn same(events: &BTreeMap<ItemId, String>, (one, other): (ItemId, ItemId)) -> bool {
    events.get(&one).is_some_and(|event| events.get(&other) == Some(event))
}

fn pairs(ids: &[ItemId]) -> impl Iterator<Item = (ItemId, ItemId)> {
    let ids: BTreeSet<ItemId> = ids.iter().copied().collect();
    let ids: Vec<ItemId> = ids.into_iter().collect();
    (0..ids.len()).flat_map(move |one| {
        let ids = ids.clone();
        (one + 1..ids.len()).map(move |other| (ids[one], ids[other]))
    })
}

fn sample() -> (Vec<(Item, Known)>, BTreeMap<ItemId, String>) {
    let understander = Understander::new(&Frameworks::built_in());
    let (mut items, mut events) = (Vec::new(), BTreeMap::new());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/demo/web");
    for file in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        let site: toml::Table = text.parse().unwrap();
        let source = SourceId(site["id"].as_str().unwrap().to_owned());
        for post in site["entry"].as_array().unwrap() {
            let (item, known) = understood(&source, &site, post, &understander);
            if let Some(event) = post.get("event") {
                events.insert(item.id, event.as_str().unwrap().to_owned());
            }
            items.push((item, known));
        }
    }
    (items, events)
}

fn understood(
    source: &SourceId,
    site: &toml::Table,
    post: &toml::Value,
    understander: &Understander,
) -> (Item, Known) {
    let now: jiff::Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
    let text = |key: &str| post[key].as_str().unwrap().replace("{+", "2026-12-").replace('}', "");
    let days = post["days"].as_integer().unwrap();
    let entry = Entry {
        guid: text("slug"),
        title: text("title"),
        summary: Some(text("summary")),
        published: Some(now - jiff::SignedDuration::from_hours(24 * days)),
        ..Entry::default()
    };
    let item = Item {
        id: ItemId::of_guid(source, &entry.guid),
        source: source.clone(),
        entry,
        text: Some(text("text")),
        first_seen: now,
        backfill: false,
        provenance: Vec::new(),
    };
    let language = Language::parse(site["language"].as_str().unwrap());
    let known = understander.understand(&item, site["gate"].as_bool().unwrap(), language.as_ref());
    (item, known)
}
