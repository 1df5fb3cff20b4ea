//! How a folder of data files overlays the built-in ones: by key, later layers before earlier ones.

use crate::reading::{Faults, Record};
use std::{collections::BTreeMap, fmt};

/// Entries by key, in the order in which their keys first appeared.
pub(crate) struct Shelf<K, V> {
    what: &'static str,
    places: BTreeMap<K, usize>,
    kept: Vec<Kept<V>>,
}

/// An entry and where it stands.
pub(crate) struct Kept<V> {
    file: String,
    line: usize,
    layer: usize,
    value: Option<V>,
}

impl<V> Kept<V> {
    pub(crate) fn fault(&self, faults: &Faults, what: String) {
        faults.add(&self.file, self.line, what);
    }
}

/// Where an entry stands; taken before its record is read, since reading uses it up.
pub(crate) struct Standing {
    file: String,
    line: usize,
    layer: usize,
}

impl Standing {
    pub(crate) fn of(record: &Record<'_>, layer: usize) -> Standing {
        Standing { file: record.file.to_owned(), line: record.line, layer }
    }
}

impl<K: Ord + fmt::Display + Clone, V> Shelf<K, V> {
    /// An empty shelf; `what` names its entries in faults.
    pub(crate) fn of(what: &'static str) -> Shelf<K, V> {
        Shelf { what, places: BTreeMap::new(), kept: Vec::new() }
    }

    /// Puts an entry down, over the one of an earlier layer. One that is faulty (`None`) only takes its
    /// key, so that a second of the same key is told as well.
    pub(crate) fn put(&mut self, key: K, at: Standing, value: Option<V>, faults: &Faults) {
        let Standing { file, line, layer } = at;
        let Some(place) = self.places.get(&key) else {
            self.places.insert(key, self.kept.len());
            self.kept.push(Kept { file, line, layer, value });
            return;
        };
        let earlier = &mut self.kept[*place];
        if earlier.layer == layer {
            let (what, at) = (self.what, format!("{}:{}", earlier.file, earlier.line));
            faults.add(&file, line, format!("{what} `{key}` stands already in {at}"));
        } else if value.is_some() {
            *earlier = Kept { file, line, layer, value };
        }
    }

    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        self.places.get(key).and_then(|place| self.kept[*place].value.as_ref())
    }

    /// The faultless ones, with where they stand.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Kept<V>, &V)> {
        self.kept.iter().filter_map(|kept| Some((kept, kept.value.as_ref()?)))
    }

    /// The faultless ones, in order.
    pub(crate) fn into_values(self) -> impl Iterator<Item = V> {
        self.kept.into_iter().filter_map(|kept| kept.value)
    }
}
