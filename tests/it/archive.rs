//! What the archive promises, on every engine that `UTKIK_TEST_ENGINES` names.

pub(crate) mod engines;
mod looks;
mod rhythm;

use engines::each_engine;
use jiff::{Timestamp, ToSpan, civil::date};
use looks::{
    at, closed, entry, failed, find, fresh, item_of, keep_news, known, reworded, source, visit_of,
};
use std::{collections::BTreeSet, time::Duration};
use utkik_index::{Archive, Error, Health, Kept};
use utkik_sources::{
    AreaId, DatedFact, Entry, FactKind, Find, Item, ItemId, Judge, Known, Outcome, Provenance,
    Source, SourceId, Tag, Visit,
};

#[test]
fn a_second_visit_to_an_unchanged_feed_is_no_news() {
    each_engine(async |archive| {
        keep_news(&archive, &fresh(0, vec![find("1", "First title")])).await;
        assert!(archive.news(&fresh(1, vec![find("1", "First title")])).await.unwrap().is_empty());
    });
}

#[test]
fn a_reworded_entry_is_news_but_keeps_its_id_and_first_day() {
    each_engine(async |archive| {
        keep_news(&archive, &fresh(0, vec![find("1", "First title")])).await;
        let news = archive.news(&fresh(1, vec![find("1", "Second title")])).await.unwrap();
        assert_eq!(news[0].first_seen, at(0));
        assert_eq!(news[0].entry.title, "Second title");
        assert!(archive.item(news[0].id).await.unwrap().is_some());
        assert_eq!(news[0].provenance.len(), 1);
    });
}

#[test]
fn an_earlier_wording_is_kept_beside_the_new_one() {
    each_engine(async |archive| {
        for (days, title) in [(0, "First title"), (1, "Second title"), (2, "Third title")] {
            keep_news(&archive, &fresh(days, vec![find("1", title)])).await;
        }
        let id = item_of("1").id;
        let wordings = archive.wordings(id).await.unwrap();
        let titles: Vec<_> = wordings.iter().map(|said| said.entry.title.as_str()).collect();
        assert_eq!(titles, ["First title", "Second title"]);
        assert_eq!(wordings[0].replaced_at, Some(at(1)));
        assert_eq!(archive.item(id).await.unwrap().unwrap().0.entry.title, "Third title");
    });
}

#[test]
fn an_entry_stays_itself_when_others_come_to_share_its_link_and_go_again() {
    each_engine(async |archive| {
        let at_one_page = |guid: &str, shares_link| Find {
            entry: Entry { link: Some("https://example.org/all".into()), ..entry(guid, guid) },
            shares_link,
            ..find(guid, guid)
        };
        let visits = [
            (0, vec![at_one_page("first", false)], 1),
            (1, vec![at_one_page("first", true), at_one_page("second", true)], 1),
            (2, vec![at_one_page("second", false)], 0),
            (3, vec![at_one_page("first", true), at_one_page("second", true)], 0),
        ];
        for (days, finds, news) in visits {
            let visit = fresh(days, finds);
            assert_eq!(archive.news(&visit).await.unwrap().len(), news, "on day {days}");
            keep_news(&archive, &visit).await;
            archive.close(&visit).await.unwrap();
        }
        assert_eq!(archive.count().await.unwrap(), 2);
    });
}

#[test]
fn an_entry_that_only_calls_itself_updated_is_no_news() {
    each_engine(async |archive| {
        let first = Find {
            entry: Entry { published: Some(at(-3)), ..entry("1", "Title") },
            ..find("1", "Title")
        };
        keep_news(&archive, &fresh(0, vec![first.clone()])).await;
        let mut second = first;
        second.entry.updated = Some(at(1));
        second.entry.published = None;
        second.entry.link = Some("http://EXAMPLE.org/1?utm_source=rss#top".into());
        assert!(archive.news(&fresh(1, vec![second])).await.unwrap().is_empty());
    });
}

#[test]
fn a_publication_date_that_a_source_moves_at_each_visit_stays_the_first() {
    each_engine(async |archive| {
        let dated = |days| Find {
            entry: Entry { published: Some(at(days)), ..entry("1", "Title") },
            ..find("1", "Title")
        };
        keep_news(&archive, &fresh(3, vec![dated(2)])).await;
        assert!(archive.news(&fresh(4, vec![dated(4)])).await.unwrap().is_empty());
        let kept = archive.items_in(at(2), at(3)).await.unwrap();
        assert_eq!(kept.len(), 1);
    });
}

#[test]
fn an_item_without_a_date_gets_one_when_its_source_tells() {
    each_engine(async |archive| {
        let impossible = Find {
            entry: Entry { published: Some(at(20_000)), ..entry("1", "Title") },
            ..find("1", "Title")
        };
        keep_news(&archive, &fresh(5, vec![impossible, find("2", "Other title")])).await;
        assert_eq!(
            archive.items_in(at(5), at(6)).await.unwrap().len(),
            2,
            "both count from the first sight"
        );
        let dated = Find {
            entry: Entry { published: Some(at(1)), ..entry("2", "Other title") },
            ..find("2", "Other title")
        };
        keep_news(&archive, &fresh(6, vec![dated])).await;
        assert_eq!(archive.items_in(at(1), at(2)).await.unwrap().len(), 1);
        assert_eq!(archive.items_in(at(5), at(6)).await.unwrap().len(), 1);
        assert_eq!(
            archive.kept_between(at(5), at(6)).await.unwrap().len(),
            2,
            "the first sight stays"
        );
    });
}

#[test]
fn a_text_that_could_not_be_read_at_first_is_news_when_it_comes() {
    each_engine(async |archive| {
        keep_news(&archive, &fresh(0, vec![Find::unread(entry("1", "Title"))])).await;
        let due = archive.claim_due(&[source("test")], at(1), false).await.unwrap().remove(0);
        assert!(due.known.is_empty());
        let mut late = due.awaiting;
        assert_eq!(late.len(), 1);
        late[0].text = Some("The text.".into());
        let visit = visit_of("test", 1, Outcome::Unchanged { late });
        let news = archive.news(&visit).await.unwrap();
        assert_eq!(news[0].text.as_deref(), Some("The text."));
        keep_news(&archive, &visit).await;
        let due = archive.claim_due(&[source("test")], at(2), false).await.unwrap().remove(0);
        assert!(due.awaiting.is_empty());
        assert!(due.known.contains("1"));
        assert!(
            archive.wordings(item_of("1").id).await.unwrap().is_empty(),
            "nothing was replaced"
        );
    });
}

#[test]
fn a_text_that_cannot_be_read_is_given_up_after_five_visits() {
    each_engine(async |archive| {
        keep_news(&archive, &fresh(0, vec![Find::unread(entry("1", "Title"))])).await;
        for days in 1..5 {
            let due =
                archive.claim_due(&[source("test")], at(days), false).await.unwrap().remove(0);
            assert_eq!(due.awaiting.len(), 1, "day {days}");
            closed(&archive, &visit_of("test", days, Outcome::Unchanged { late: Vec::new() }))
                .await;
        }
        let due = archive.claim_due(&[source("test")], at(5), false).await.unwrap().remove(0);
        assert!(due.awaiting.is_empty());
        assert!(due.known.contains("1"));
    });
}

#[test]
fn texts_that_a_visit_had_no_time_for_were_not_tried() {
    each_engine(async |archive| {
        let finds = |read: &[&str]| {
            let one = |guid: &&str| match read.contains(guid) {
                true => find(guid, "Title"),
                false => Find::unread(entry(guid, "Title")),
            };
            ["1", "2", "3"].iter().map(one).collect()
        };
        // The second is read; the first was tried in vain, the third not at all.
        keep_news(&archive, &fresh(0, finds(&["2"]))).await;
        for days in 1..5 {
            keep_news(&archive, &fresh(days, finds(&["2"]))).await;
        }
        let due = archive.claim_due(&[source("test")], at(9), false).await.unwrap().remove(0);
        let guids: Vec<_> = due.awaiting.iter().map(|find| find.entry.guid.as_str()).collect();
        assert_eq!(guids, ["3"]);
    });
}

#[test]
fn what_a_source_lists_at_its_first_visit_is_backfill_and_stays_so() {
    each_engine(async |archive| {
        closed(&archive, &failed("test", 0)).await;
        keep_news(&archive, &fresh(1, vec![find("1", "Old title")])).await;
        keep_news(
            &archive,
            &fresh(2, vec![find("1", "Old title, reworded"), find("2", "New title")]),
        )
        .await;
        let items = archive.kept_between(at(0), at(9)).await.unwrap();
        let backfill: Vec<_> =
            items.iter().map(|(item, _)| (item.entry.guid.as_str(), item.backfill)).collect();
        assert_eq!(backfill, [("1", true), ("2", false)]);
    });
}

#[test]
fn an_entry_that_a_feed_lists_twice_is_one_item() {
    each_engine(async |archive| {
        let twice = vec![Find::unread(entry("1", "Title")), find("1", "Title")];
        let news = archive.news(&fresh(0, twice)).await.unwrap();
        assert_eq!(news.len(), 1);
        assert!(news[0].text.is_some());
    });
}

#[test]
fn the_same_address_from_the_crawler_and_two_contributors_is_one_item_with_three_provenances() {
    each_engine(async |archive| {
        keep_news(&archive, &fresh(0, vec![find("1", "The publisher's title")])).await;
        let handed = |guid: &str, organisation: &str, days| {
            let mut item = item_of("1");
            item.source = SourceId("import".into());
            item.entry.title = format!("Title by {organisation}");
            item.entry.summary = Some(format!("Summary by {organisation}"));
            item.provenance = vec![Provenance {
                source: item.source.clone(),
                guid: guid.into(),
                organisation: Some(organisation.into()),
                at: at(days),
            }];
            (item, known("other"))
        };
        let region = handed("r-1", "Region Skåne", 2);
        let agency = handed("e-1", "E-hälsomyndigheten", 3);
        let kept = archive.keep_all(&[region.clone(), agency.clone()]).await.unwrap();
        assert_eq!(kept, [Kept::Changed, Kept::Changed]);
        assert_eq!(archive.count().await.unwrap(), 1);
        let cursor = archive.cursor().await.unwrap();

        // Again, with the name in capitals: nothing new. Only a to z would be folded by SQLite itself.
        let mut again = agency;
        again.0.provenance[0].organisation = Some("E-HÄLSOMYNDIGHETEN".into());
        assert_eq!(
            archive.keep_all(&[region, again]).await.unwrap(),
            [Kept::Already, Kept::Already]
        );
        assert_eq!(archive.cursor().await.unwrap(), cursor);

        let (item, known) = archive.item(item_of("1").id).await.unwrap().unwrap();
        let found: Vec<_> = item.provenance.iter().map(|found| found.guid.as_str()).collect();
        assert_eq!(found, ["1", "r-1", "e-1"]);
        assert_eq!(item.entry.title, "The publisher's title", "the first finder's words count");
        assert_eq!(
            item.entry.summary.as_deref(),
            Some("Summary by Region Skåne"),
            "a gap is filled"
        );
        assert_eq!(known.version, "other", "a filled gap was understood anew");
        // The crawler comes again, and does not unsay the summary.
        assert!(
            archive
                .news(&fresh(4, vec![find("1", "The publisher's title")]))
                .await
                .unwrap()
                .is_empty()
        );
    });
}

#[test]
fn two_sources_that_word_one_publication_differently_do_not_take_turns() {
    each_engine(async |archive| {
        keep_news(&archive, &fresh(0, vec![find("1", "The publisher's title")])).await;
        let mut other = fresh(1, vec![find("x", "The collector's title")]);
        other.source = SourceId("other".into());
        if let Outcome::Fresh(harvest) = &mut other.outcome {
            harvest.finds[0].entry.link = entry("1", "").link;
        }
        let news = keep_news(&archive, &other).await;
        assert_eq!(news[0].provenance.len(), 2);
        assert_eq!(news[0].entry.title, "The publisher's title");
        assert!(archive.news(&other).await.unwrap().is_empty());
        let first_again = fresh(2, vec![find("1", "The publisher's title")]);
        assert!(archive.news(&first_again).await.unwrap().is_empty());
        let due = archive.claim_due(&[source("other")], at(3), false).await.unwrap().remove(0);
        assert!(due.known.contains("x"), "each source knows it by its own name");
    });
}

#[test]
fn a_crash_before_close_means_the_source_is_asked_again_in_full_and_nothing_is_kept_twice() {
    each_engine(async |archive| {
        let visit = fresh(0, vec![find("1", "First"), find("2", "Second")]);
        archive.claim_due(&[source("test")], at(0), false).await.unwrap();
        let news = archive.news(&visit).await.unwrap();
        archive.keep(&news[0], &known("1")).await.unwrap();
        // Killed here: the claim runs out after an hour.
        let due = archive.claim_due(&[source("test")], at(1), false).await.unwrap().remove(0);
        assert!(due.validators.etag.is_none());
        let news = keep_news(&archive, &visit).await;
        assert_eq!(news.len(), 1);
        assert!(news[0].backfill, "still the first visit");
        assert_eq!(archive.count().await.unwrap(), 2);
    });
}

#[test]
fn a_closed_visit_is_remembered_and_its_texts_are_not_read_again() {
    each_engine(async |archive| {
        keep_news(&archive, &fresh(0, vec![find("1", "Title")])).await;
        let due = archive.claim_due(&[source("test")], at(1), false).await.unwrap().remove(0);
        assert_eq!(due.validators.etag.as_deref(), Some("v1"));
        assert!(due.known.contains("1"));
    });
}

#[test]
fn a_source_is_due_when_its_time_has_come() {
    each_engine(async |archive| {
        let hour = |hours: i64| at(0) + hours.hours();
        let due =
            async |now| !archive.claim_due(&[source("test")], now, false).await.unwrap().is_empty();
        assert!(due(hour(0)).await, "never visited");
        assert!(!due(hour(0)).await, "claimed");
        closed(&archive, &fresh(0, Vec::new())).await;
        assert!(!due(hour(5)).await, "every six hours");
        assert!(due(hour(6)).await);

        closed(&archive, &failed("test", 0)).await;
        assert!(due(hour(1)).await, "a failure is tried again soon");
        closed(&archive, &failed("test", 0)).await;
        closed(&archive, &failed("test", 0)).await;
        assert!(!due(hour(1)).await, "but ever more slowly");
        assert!(due(hour(2)).await);
        for _ in 0..30 {
            closed(&archive, &failed("test", 0)).await;
        }
        assert!(!due(hour(23)).await);
        assert!(due(hour(24)).await, "at least once a day");

        let refusal = |retry_after| Outcome::Refused { why: "429".into(), retry_after };
        closed(&archive, &visit_of("test", 0, refusal(Some(Duration::from_secs(7200))))).await;
        assert!(!due(hour(1)).await);
        assert!(due(hour(2)).await);
        closed(&archive, &visit_of("test", 0, refusal(Some(Duration::MAX)))).await;
        assert!(due(hour(30 * 24)).await, "nobody is waited for longer than a month");
        archive.states().await.unwrap();
    });
}

#[test]
fn what_is_paused_is_not_visited_even_by_force() {
    each_engine(async |archive| {
        let id = SourceId("test".into());
        archive.pause(&id, Some("asked us to"), at(0)).await.unwrap();
        assert!(archive.claim_due(&[source("test")], at(1), true).await.unwrap().is_empty());
        assert_eq!(archive.states().await.unwrap()[&id].paused.as_deref(), Some("asked us to"));
        archive.pause(&id, None, at(2)).await.unwrap();
        assert_eq!(archive.claim_due(&[source("test")], at(2), true).await.unwrap().len(), 1);
        let paused = Source { paused: Some("no".into()), ..source("other") };
        assert!(archive.claim_due(&[paused], at(2), true).await.unwrap().is_empty());
    });
}

#[test]
fn claims_made_at_once_are_of_distinct_sources() {
    each_engine(async |archive| {
        let sources: Vec<Source> =
            (0..100).map(|number| source(&format!("source-{number}"))).collect();
        let claims: Vec<_> = (0..8)
            .map(|_| {
                let (archive, sources) = (archive.clone(), sources.clone());
                tokio::spawn(
                    async move { archive.claim_due(&sources, at(0), false).await.unwrap() },
                )
            })
            .collect();
        let mut claimed = Vec::new();
        for claim in claims {
            claimed.extend(claim.await.unwrap().into_iter().map(|due| due.source.id));
        }
        assert_eq!(claimed.len(), 100);
        assert_eq!(claimed.iter().collect::<BTreeSet<_>>().len(), 100);
        assert!(
            archive.claim_due(&sources, at(0), true).await.unwrap().is_empty(),
            "force respects claims"
        );
        archive.release().await.unwrap();
        assert_eq!(archive.claim_due(&sources, at(0), false).await.unwrap().len(), 100);
    });
}

#[test]
fn two_processes_never_visit_the_same_source_at_once() {
    engines::on_files(async |address| {
        let (one, other) =
            (Archive::open(&address).await.unwrap(), Archive::open(&address).await.unwrap());
        let sources: Vec<Source> =
            (0..40).map(|number| source(&format!("source-{number}"))).collect();
        let (first, second) = tokio::join!(
            one.claim_due(&sources, at(0), false),
            other.claim_due(&sources, at(0), false)
        );
        let claimed: Vec<_> =
            first.unwrap().into_iter().chain(second.unwrap()).map(|due| due.source.id).collect();
        assert_eq!(claimed.len(), 40);
        assert_eq!(claimed.iter().collect::<BTreeSet<_>>().len(), 40);
    });
}

#[test]
fn what_a_process_claimed_before_it_ended_is_free_for_the_next() {
    engines::on_files(async |address| {
        let ended = Archive::open(&address).await.unwrap();
        assert_eq!(ended.claim_due(&[source("test")], at(0), false).await.unwrap().len(), 1);
        ended.shut().await;
        let next = Archive::open(&address).await.unwrap();
        next.release().await.unwrap();
        assert_eq!(next.claim_due(&[source("test")], at(0), false).await.unwrap().len(), 1);
        next.release().await.unwrap();
        assert_eq!(next.claim_due(&[source("test")], at(0), false).await.unwrap().len(), 1);
    });
}

#[test]
fn a_source_that_renames_its_entries_is_not_read_again() {
    each_engine(async |archive| {
        keep_news(&archive, &fresh(0, vec![find("1", "Title")])).await;
        let mut renamed = Find::unread(entry("1", "Title"));
        renamed.entry.guid = "urn:new-name".into();
        let visit = fresh(1, vec![renamed]);
        assert!(archive.news(&visit).await.unwrap().is_empty());
        closed(&archive, &visit).await;
        let due = archive.claim_due(&[source("test")], at(2), false).await.unwrap().remove(0);
        assert!(due.known.contains("urn:new-name"));
        assert_eq!(archive.count().await.unwrap(), 1);
    });
}

#[test]
fn changes_come_in_order_and_each_item_once() {
    each_engine(async |archive| {
        keep_news(
            &archive,
            &fresh(0, vec![find("1", "One"), find("2", "Two"), find("3", "Three")]),
        )
        .await;
        let first = archive.changes_since(0, 2).await.unwrap();
        assert_eq!(first.len(), 2);
        keep_news(&archive, &fresh(1, vec![find("1", "One, reworded")])).await;
        let rest = archive.changes_since(first[1].cursor, 10).await.unwrap();
        let titles: Vec<_> = rest.iter().map(|change| change.item.entry.title.as_str()).collect();
        assert_eq!(titles, ["Three", "One, reworded"]);
        assert_eq!(rest[1].cursor, archive.cursor().await.unwrap());
        assert!(archive.changes_since(rest[1].cursor, 10).await.unwrap().is_empty());
    });
}

#[test]
fn who_follows_the_changes_of_many_writers_misses_none() {
    each_engine(async |archive| {
        let writers: Vec<_> = (0..8)
            .map(|writer| {
                let archive = archive.clone();
                tokio::spawn(async move {
                    for number in 0..20 {
                        let item = item_of(&format!("{writer}-{number}"));
                        archive.keep(&item, &known("1")).await.unwrap();
                    }
                })
            })
            .collect();
        let (mut cursor, mut seen) = (0, BTreeSet::new());
        while seen.len() < 160 {
            for change in archive.changes_since(cursor, 7).await.unwrap() {
                assert!(change.cursor > cursor);
                cursor = change.cursor;
                assert!(seen.insert(change.item.id));
            }
            tokio::task::yield_now().await;
        }
        for writer in writers {
            writer.await.unwrap();
        }
        assert_eq!(archive.cursor().await.unwrap(), 160);
    });
}

#[test]
fn a_persons_decision_survives_relabelling_and_keeping() {
    each_engine(async |archive| {
        keep_news(&archive, &fresh(0, vec![find("1", "Title")])).await;
        let id = item_of("1").id;
        let area = |id: &str| AreaId(id.into());
        let tagged = |version: &str| Known {
            tags: ["ST.I1.1", "ST.I1.2"]
                .map(|id| Tag {
                    area: area(id),
                    score: 3.5,
                    because: Vec::new(),
                    by: Judge::Rules(version.into()),
                })
                .to_vec(),
            ..known(version)
        };
        assert!(archive.relabel(id, &tagged("1")).await.unwrap());
        let before = archive.cursor().await.unwrap();
        let (_, judged) = archive
            .judge(id, &[area("ST.I3.1")], &[area("ST.I1.1")], "Ada", at(1))
            .await
            .unwrap()
            .unwrap();
        assert!(archive.cursor().await.unwrap() > before);
        let areas =
            |known: &Known| known.tags.iter().map(|tag| tag.area.0.clone()).collect::<Vec<_>>();
        assert_eq!(areas(&judged), ["ST.I3.1", "ST.I1.2"]);
        assert_eq!(judged.tags[0].by, Judge::Person { name: "Ada".into(), at: at(1) });

        let decided = archive.cursor().await.unwrap();
        archive.judge(id, &[area("ST.I3.1")], &[], "Import", at(2)).await.unwrap();
        assert_eq!(
            archive.cursor().await.unwrap(),
            decided,
            "what is decided is not decided again"
        );

        assert!(archive.relabel(id, &tagged("2")).await.unwrap());
        keep_news(&archive, &fresh(2, vec![find("1", "Title, reworded")])).await;
        archive.relabel(id, &tagged("3")).await.unwrap();
        let (item, known) = archive.item(id).await.unwrap().unwrap();
        assert_eq!(areas(&known), ["ST.I3.1", "ST.I1.2"]);
        // What was read may be written back: the decision does not become the rules'.
        archive.keep(&item, &known).await.unwrap();
        archive.judge(id, &[], &[area("ST.I3.1")], "Bo", at(3)).await.unwrap();
        let (_, known) = archive.item(id).await.unwrap().unwrap();
        assert_eq!(areas(&known), ["ST.I1.2"]);
        assert!(archive.judge(ItemId([7; 16]), &[], &[], "Bo", at(3)).await.unwrap().is_none());
    });
}

#[test]
fn relabelling_alike_changes_nothing() {
    each_engine(async |archive| {
        keep_news(&archive, &fresh(0, vec![find("1", "Title")])).await;
        let id = item_of("1").id;
        let scored = Known {
            tags: vec![Tag {
                area: AreaId("ST.G1".into()),
                score: 0.1 + 0.2,
                because: Vec::new(),
                by: Judge::Rules("1".into()),
            }],
            ..known("1")
        };
        archive.relabel(id, &scored).await.unwrap();
        let cursor = archive.cursor().await.unwrap();
        assert!(!archive.relabel(id, &scored).await.unwrap());
        assert_eq!(archive.cursor().await.unwrap(), cursor);
    });
}

#[test]
fn deadlines_are_found_by_their_day() {
    each_engine(async |archive| {
        let deadline = |day| Known {
            dates: vec![DatedFact {
                date: day,
                kind: FactKind::Deadline,
                sentence: "Svar senast då.".into(),
            }],
            ..known("1")
        };
        archive.keep(&item_of("1"), &deadline(date(2026, 12, 1))).await.unwrap();
        archive.keep(&item_of("2"), &deadline(date(2027, 1, 15))).await.unwrap();
        archive.keep(&item_of("3"), &known("1")).await.unwrap();
        let found = archive.upcoming(date(2026, 12, 1), date(2027, 1, 14)).await.unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].0.entry.guid, "1");
        archive.relabel(item_of("1").id, &known("2")).await.unwrap();
        assert!(archive.upcoming(date(2026, 12, 1), date(2027, 1, 14)).await.unwrap().is_empty());
    });
}

#[test]
fn five_thousand_items_kept_twice_are_five_thousand_items() {
    each_engine(async |archive| {
        let items: Vec<(Item, Known)> =
            (0..5000).map(|number| (item_of(&format!("nummer-å-{number}")), known("1"))).collect();
        let kept = archive.keep_all(&items).await.unwrap();
        assert!(kept.iter().all(|kept| *kept == Kept::New));
        let cursor = archive.cursor().await.unwrap();
        let kept = archive.keep_all(&items).await.unwrap();
        assert!(kept.iter().all(|kept| *kept == Kept::Already));
        assert_eq!(archive.cursor().await.unwrap(), cursor);
        assert_eq!(archive.count().await.unwrap(), 5000);
        let ids: Vec<ItemId> = items.iter().map(|(item, _)| item.id).collect();
        let read = archive.items(&ids).await.unwrap();
        assert!(
            read.iter().zip(&items).all(|(read, kept)| read == kept),
            "each as it was given, in order"
        );
    });
}

#[test]
fn an_item_is_read_as_it_was_kept_whatever_its_letters() {
    each_engine(async |archive| {
        let mut item = item_of("1");
        item.entry.title = "Åäö ÅÄÖ \u{1f3e5} 'citat' \"citat\" \\ $1 %".into();
        item.entry.authors = vec!["Þórður Œdipus".into()];
        item.text = Some("rad ett\n\nrad två\t\u{2028}".into());
        archive.keep(&item, &known("1")).await.unwrap();
        assert_eq!(archive.item(item.id).await.unwrap().unwrap().0, item);
        // A zero character, which PostgreSQL cannot keep, is dropped and spoils nothing.
        let mut odd = item_of("2");
        odd.text = Some("a\0b".into());
        archive.keep(&odd, &known("1")).await.unwrap();
        assert_eq!(archive.item(odd.id).await.unwrap().unwrap().0.text.as_deref(), Some("ab"));
    });
}

#[test]
fn a_sources_state_and_health_are_told() {
    each_engine(async |archive| {
        let id = SourceId("test".into());
        keep_news(&archive, &fresh(0, vec![find("1", "Title")])).await;
        let state = archive.states().await.unwrap().remove(&id).unwrap();
        assert_eq!(state.last_outcome.as_deref(), Some("fresh"));
        assert_eq!((state.items, state.last_new, state.last_visit), (1, Some(at(0)), Some(at(0))));
        assert_eq!(state.health(at(1)).to_string(), "ok");
        assert_eq!(state.health(at(40)), Health::Silent { since: at(0) });

        closed(&archive, &visit_of("mute", 0, Outcome::Unchanged { late: Vec::new() })).await;
        let mute = archive.states().await.unwrap().remove(&SourceId("mute".into())).unwrap();
        assert_eq!(mute.health(at(20)), Health::Unchanged);
        assert_eq!(mute.health(at(40)), Health::Silent { since: at(0) });

        closed(&archive, &failed("test", 1)).await;
        closed(
            &archive,
            &Visit { moved_to: Some("https://new.example".into()), ..failed("test", 2) },
        )
        .await;
        let state = archive.states().await.unwrap().remove(&id).unwrap();
        assert_eq!(state.failures, 2);
        assert_eq!(state.last_good, Some(at(0)));
        assert_eq!(state.moved_to.as_deref(), Some("https://new.example"));
        assert_eq!(state.health(at(2)).to_string(), "failing since 2026-11-01: connection refused");
        let troubles = archive.troubles(at(0)).await.unwrap();
        assert_eq!(troubles.len(), 1, "what repeats itself stands once");
        assert_eq!(
            (troubles[0].times, troubles[0].first_at, troubles[0].last_at),
            (2, at(1), at(2))
        );
        assert!(archive.troubles(at(3)).await.unwrap().is_empty());
    });
}

#[test]
fn a_trouble_of_any_length_can_be_kept() {
    each_engine(async |archive| {
        let mut visit = fresh(0, vec![find("1", "Title")]);
        if let Outcome::Fresh(harvest) = &mut visit.outcome {
            harvest.troubles = vec!["å".repeat(50_000), "short".into(), "short".into()];
        }
        closed(&archive, &visit).await;
        assert_eq!(archive.troubles(at(0)).await.unwrap().len(), 2);
    });
}

#[test]
fn reading_works_while_another_process_writes() {
    engines::on_files(async |address| {
        let (one, other) =
            (Archive::open(&address).await.unwrap(), Archive::open(&address).await.unwrap());
        let items: Vec<(Item, Known)> =
            (0..2000).map(|number| (item_of(&number.to_string()), known("1"))).collect();
        let writing = tokio::spawn(async move { one.keep_all(&items).await.unwrap() });
        while !writing.is_finished() {
            let count = other.count().await.unwrap();
            assert!(count == 0 || count == 2000, "saw half of a change: {count}");
            Archive::open(&address).await.unwrap();
        }
        assert_eq!(other.count().await.unwrap(), 2000);
    });
}

#[test]
fn what_is_kept_is_there_when_the_archive_is_opened_again() {
    engines::on_files(async |address| {
        let archive = Archive::open(&address).await.unwrap();
        keep_news(&archive, &fresh(0, vec![find("1", "Title")])).await;
        archive.shut().await;
        assert_eq!(Archive::open(&address).await.unwrap().count().await.unwrap(), 1);
    });
}

#[test]
fn an_archive_made_by_the_first_version_opens() {
    engines::run(async {
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("utkik.db");
        std::fs::write(&copy, include_bytes!("archive/first-version.db")).unwrap();
        let archive = Archive::open(&format!("sqlite:{}", copy.display())).await.unwrap();
        assert_eq!(archive.count().await.unwrap(), 3);
        let id = item_of("1").id;
        let (item, known) = archive.item(id).await.unwrap().unwrap();
        assert_eq!(item.entry.title, "Andra rubriken");
        assert_eq!(known.tags[0].by, Judge::Person { name: "Ada".into(), at: at(2) });
        assert_eq!(archive.wordings(id).await.unwrap()[0].entry.title, "First title");
        assert_eq!(archive.troubles(at(0)).await.unwrap().len(), 2);
        assert!(
            archive.news(&fresh(3, vec![find("1", "Andra rubriken")])).await.unwrap().is_empty()
        );
        assert_eq!(keep_news(&archive, &fresh(3, vec![reworded("2")])).await.len(), 1);
    });
}

#[test]
fn what_is_no_archive_is_told_apart_and_left_alone() {
    engines::run(async {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("letter.txt");
        std::fs::write(&path, "Dear reader, this is no database at all. ".repeat(40)).unwrap();
        let error = Archive::open(&format!("sqlite:{}", path.display())).await.unwrap_err();
        assert!(matches!(error, Error::NotAnArchive { .. }), "{error}");
        assert!(error.to_string().contains("letter.txt"), "{error}");
        assert!(std::fs::read_to_string(&path).unwrap().starts_with("Dear reader"));

        let error = Archive::open("mysql://root:secret@localhost/x").await.unwrap_err();
        assert!(matches!(error, Error::Address(_)));
        assert!(!format!("{error} {error:?}").contains("secret"), "{error}");
    });
}

#[test]
fn a_password_is_never_told_when_postgresql_does_not_answer() {
    engines::run(async {
        for address in [
            "postgres://ada:s3cret@127.0.0.1:1/utkik",
            "postgres://ada:s3cret@127.0.0.1:1/utkik?password=s3cret",
            "postgres://127.0.0.1:1/utkik?user=ada&password=s3cret",
            "postgres://ada:s3c/ret?s3cret@127.0.0.1:1/utkik",
        ] {
            let error = Archive::open(address).await.unwrap_err();
            assert!(matches!(error, Error::Unreachable { .. }), "{error}");
            assert!(!format!("{error} {error:?}").contains("s3c"), "{error:?}");
        }
    });
}

#[test]
fn times_are_kept_to_the_millisecond() {
    each_engine(async |archive| {
        let mut item = item_of("1");
        item.first_seen = Timestamp::from_nanosecond(1_793_000_000_123_456_789).unwrap();
        archive.keep(&item, &known("1")).await.unwrap();
        let read = archive.item(item.id).await.unwrap().unwrap().0;
        assert_eq!(read.first_seen.as_millisecond(), item.first_seen.as_millisecond());
    });
}
