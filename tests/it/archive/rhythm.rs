//! When a source's turn comes, and what becomes of one that moves, ends, or lists old things anew.

use super::{
    engines::each_engine,
    looks::{at, closed, entry, failed, find, fresh, keep_news, source, visit_of},
};
use jiff::{Timestamp, ToSpan};
use utkik_index::{Archive, Night};
use utkik_sources::{Asks, Entry, Find, Outcome, Source, SourceId, Visit};

fn dated(guid: &str, published: Timestamp) -> Find {
    Find { entry: Entry { published: Some(published), ..entry(guid, guid) }, ..find(guid, guid) }
}

async fn is_due(archive: &Archive, now: Timestamp) -> bool {
    let due = archive.claim_due(&[source("test")], now, false).await.unwrap();
    archive.release().await.unwrap();
    !due.is_empty()
}

async fn claimed(archive: &Archive, source: &Source, now: Timestamp) -> Option<Source> {
    let due = archive.claim_due(std::slice::from_ref(source), now, true).await.unwrap();
    due.into_iter().next().map(|due| due.source)
}

fn gone(days: i64, for_good: bool) -> Visit {
    visit_of("test", days, Outcome::Gone { why: "answered so".into(), for_good })
}

#[test]
fn what_a_source_asks_of_visitors_is_heeded_also_while_it_is_unchanged() {
    each_engine(async |archive| {
        claimed(&archive, &source("test"), at(0)).await;
        let asks = Asks { pause: Some(20 * 3_600), ..Asks::default() };
        closed(&archive, &Visit { asks, ..fresh(0, Vec::new()) }).await;
        assert!(!is_due(&archive, at(0) + 19.hours()).await);
        assert!(is_due(&archive, at(0) + 20.hours()).await);
        closed(&archive, &visit_of("test", 1, Outcome::Unchanged { late: Vec::new() })).await;
        assert!(!is_due(&archive, at(1) + 19.hours()).await);
        assert!(is_due(&archive, at(1) + 20.hours()).await);
    });
}

#[test]
fn a_source_that_publishes_often_is_visited_more_often_and_one_that_does_not_less() {
    each_engine(async |archive| {
        claimed(&archive, &source("test"), at(0)).await;
        let hourly = (1..200).map(|hour| dated(&hour.to_string(), at(0) - hour.hours()));
        keep_news(&archive, &fresh(0, hourly.collect())).await;
        assert!(!is_due(&archive, at(0) + 50.minutes()).await, "a sixth of six hours");
        assert!(is_due(&archive, at(0) + 3.hours()).await);

        claimed(&archive, &source("test"), at(200)).await;
        closed(&archive, &visit_of("test", 200, Outcome::Unchanged { late: Vec::new() })).await;
        assert!(!is_due(&archive, at(200) + 7.hours()).await);
        assert!(is_due(&archive, at(201) + 2.hours()).await);
        archive.hasten(&SourceId("test".into()), at(200)).await.unwrap();
        assert!(is_due(&archive, at(200)).await, "told that there is something new");
    });
}

#[test]
fn nobody_is_visited_at_night_but_who_has_never_been() {
    each_engine(async |archive| {
        let archive = archive.resting(Night { from: 12, until: 14 });
        // Noon in Greenwich is one o'clock in Stockholm.
        assert!(is_due(&archive, at(0)).await);
        closed(&archive, &fresh(0, Vec::new())).await;
        assert!(!is_due(&archive, at(3)).await);
        assert!(is_due(&archive, at(3) + 1.hour()).await);
    });
}

#[test]
fn a_source_that_is_no_more_is_retired_until_it_is_resumed() {
    each_engine(async |archive| {
        claimed(&archive, &source("test"), at(0)).await;
        let told = archive.close(&gone(0, true)).await.unwrap();
        assert!(told[0].contains("utkik sources resume test"), "{told:?}");
        assert!(claimed(&archive, &source("test"), at(300)).await.is_none());
        let id = SourceId("test".into());
        assert_eq!(archive.states().await.unwrap()[&id].retired_at, Some(at(0)));
        archive.pause(&id, None, at(300)).await.unwrap();
        assert!(is_due(&archive, at(300)).await);
        assert_eq!(archive.states().await.unwrap()[&id].retired_at, None);
    });
}

#[test]
fn a_source_is_not_retired_for_being_missed_a_few_times() {
    each_engine(async |archive| {
        let mut told = Vec::new();
        for day in 0..9 {
            told.extend(archive.close(&gone(2 * day, false)).await.unwrap());
        }
        closed(&archive, &fresh(18, Vec::new())).await;
        for day in 20..29 {
            told.extend(archive.close(&gone(2 * day, false)).await.unwrap());
        }
        assert_eq!(told, Vec::<String>::new());
        assert!(!archive.close(&gone(60, false)).await.unwrap().is_empty());
    });
}

#[test]
fn a_source_that_moved_is_asked_at_its_new_address_as_long_as_it_is_there() {
    each_engine(async |archive| {
        let old = source("test");
        let address = async |archive: &Archive, source: &Source| {
            let address = claimed(archive, source, at(9)).await.unwrap().address;
            archive.release().await.unwrap();
            address
        };
        claimed(&archive, &old, at(0)).await;
        let new = "https://new.example/feed";
        closed(&archive, &Visit { moved_to: Some(new.into()), ..fresh(0, Vec::new()) }).await;
        assert_eq!(address(&archive, &old).await, new);
        let edited = Source { address: "https://newer.example/".into(), ..old.clone() };
        assert_eq!(address(&archive, &edited).await, "https://newer.example/");
        assert_eq!(address(&archive, &old).await, old.address, "the catalogue has the last word");

        closed(&archive, &Visit { moved_to: Some(new.into()), ..fresh(1, Vec::new()) }).await;
        assert_eq!(address(&archive, &old).await, new);
        let told = archive.close(&gone(2, true)).await.unwrap();
        assert!(told[0].contains("asked again"), "{told:?}");
        assert_eq!(address(&archive, &old).await, old.address);

        closed(&archive, &Visit { moved_to: Some(new.into()), ..fresh(3, Vec::new()) }).await;
        archive.forget_move(&old.id).await.unwrap();
        assert_eq!(address(&archive, &old).await, old.address);
    });
}

#[test]
fn many_old_entries_at_once_are_backfill_and_told_as_that() {
    each_engine(async |archive| {
        keep_news(&archive, &fresh(0, vec![dated("1", at(-1)), dated("2", at(-2))])).await;
        let old = |number: i64| dated(&format!("old{number}"), at(-50 - number));
        let mut visit = fresh(1, (0..30).map(old).collect());
        // A crash in the middle does not make news of the rest.
        let news = archive.news(&visit).await.unwrap();
        assert!(news.len() == 30 && news.iter().all(|item| item.backfill));
        for item in &news[..25] {
            archive.keep(item, &super::known("1")).await.unwrap();
        }
        visit.at = at(2);
        let news = archive.news(&visit).await.unwrap();
        assert!(news.len() == 5 && news.iter().all(|item| item.backfill));
        for item in &news {
            archive.keep(item, &super::known("1")).await.unwrap();
        }
        let told = archive.close(&visit).await.unwrap();
        assert!(told[0].contains("kept as backfill"), "{told:?}");
        let news = keep_news(&archive, &fresh(3, vec![dated("new", at(3) - 1.hour())])).await;
        assert!(!news[0].backfill);
    });
}

#[test]
fn a_mass_touch_is_no_news() {
    each_engine(async |archive| {
        let first = (0..20).map(|number| dated(&number.to_string(), at(-number)));
        keep_news(&archive, &fresh(0, first.collect())).await;
        let touched = (100..400).map(|number| dated(&number.to_string(), at(1) - 5.minutes()));
        let news = keep_news(&archive, &fresh(1, touched.collect())).await;
        assert!(news.len() == 300 && news.iter().all(|item| item.backfill));
        closed(&archive, &failed("test", 2)).await;
    });
}
