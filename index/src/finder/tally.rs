//! Counting all hits of a query, not only those shown: by each facet, and by day.

use std::collections::BTreeMap;
use tantivy::{
    DocId, Score, SegmentOrdinal, SegmentReader,
    collector::{Collector, SegmentCollector},
    columnar::{Column, StrColumn},
};

/// The fields whose values are counted.
pub(crate) const FACETS: [&str; 7] =
    ["area", "level", "country", "language", "organisation", "source", "kind"];

/// How often each value of each of [`FACETS`] occurs, and how many hits each day has.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) facets: [BTreeMap<String, u64>; FACETS.len()],
    pub(crate) days: BTreeMap<i64, u64>,
}

/// Counts hits.
pub(crate) struct Tally;

/// Counts the hits of one segment, by the numbers that the segment gives to values.
pub(crate) struct SegmentTally {
    columns: Vec<Option<(StrColumn, Vec<u64>)>>,
    day: Column<i64>,
    days: BTreeMap<i64, u64>,
}

impl Collector for Tally {
    type Fruit = Counts;
    type Child = SegmentTally;

    fn for_segment(
        &self,
        _: SegmentOrdinal,
        segment: &SegmentReader,
    ) -> tantivy::Result<SegmentTally> {
        let fast = segment.fast_fields();
        let mut columns = Vec::with_capacity(FACETS.len());
        for name in FACETS {
            columns.push(fast.str(name)?.map(|column| {
                let counts = vec![0; column.num_terms()];
                (column, counts)
            }));
        }
        Ok(SegmentTally { columns, day: fast.i64("day")?, days: BTreeMap::new() })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, parts: Vec<Counts>) -> tantivy::Result<Counts> {
        let mut whole = Counts::default();
        for part in parts {
            for (sum, counts) in whole.facets.iter_mut().zip(part.facets) {
                for (value, count) in counts {
                    *sum.entry(value).or_default() += count;
                }
            }
            for (day, count) in part.days {
                *whole.days.entry(day).or_default() += count;
            }
        }
        Ok(whole)
    }
}

impl SegmentCollector for SegmentTally {
    type Fruit = Counts;

    fn collect(&mut self, doc: DocId, _: Score) {
        for (column, counts) in self.columns.iter_mut().flatten() {
            for value in column.term_ords(doc) {
                counts[value as usize] += 1;
            }
        }
        if let Some(day) = self.day.first(doc) {
            *self.days.entry(day).or_default() += 1;
        }
    }

    fn harvest(self) -> Counts {
        let mut whole = Counts { days: self.days, ..Counts::default() };
        for (named, column) in whole.facets.iter_mut().zip(self.columns) {
            let Some((column, counts)) = column else { continue };
            let mut value = String::new();
            for (number, count) in counts.into_iter().enumerate().filter(|(_, count)| *count > 0) {
                if column.ord_to_str(number as u64, &mut value).unwrap_or(false) {
                    named.insert(value.clone(), count);
                }
            }
        }
        whole
    }
}
