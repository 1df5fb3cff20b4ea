//! Where do we look, why, and how does it go?

use super::{Parts, fault::Fault, rendered, words};
use crate::{app::why_paused, demo};
use askama::Template;
use axum::{extract::State, response::Html};
use utkik_index::Health;
use utkik_sources::Level;

#[derive(Template)]
#[template(path = "sources.html")]
struct Page {
    groups: Vec<Group>,
    demo: bool,
}

struct Group {
    name: String,
    rows: Vec<Row>,
}

struct Row {
    name: String,
    homepage: String,
    why: String,
    health: String,
    items: u64,
}

pub(super) async fn page(State(app): Parts) -> Result<Html<String>, Fault> {
    let states = app.archive.states().await?;
    let now = app.clock.now();
    let demo = demo::made(&app);
    let mut groups: Vec<Group> = Level::ALL
        .iter()
        .map(|level| {
            let of_level = app.catalogue.sources().iter().filter(|source| source.level == *level);
            let of_demo = of_level.filter(|source| !demo || states.contains_key(&source.id));
            let rows = of_demo.map(|source| {
                let state = states.get(&source.id);
                let paused = why_paused(source).or_else(|| state?.paused.clone());
                Row {
                    name: source.name.clone(),
                    homepage: words::link(
                        source.homepage.as_ref().unwrap_or(&source.address),
                        demo,
                    ),
                    why: source.why.clone().unwrap_or_default(),
                    health: match paused {
                        Some(why) => words::paused(&why),
                        None => words::health(
                            &state.map_or(Health::Unvisited, |state| state.health(now)),
                        ),
                    },
                    items: state.map_or(0, |state| state.items),
                }
            });
            Group { name: words::level(level.word()).to_owned(), rows: rows.collect() }
        })
        .collect();
    groups.retain(|group| !group.rows.is_empty());
    rendered(&Page { groups, demo })
}
