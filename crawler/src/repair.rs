//! To be written: makes XML well-formed.
use crate::feed::NoFeed;
pub(crate) struct Repaired {
    pub(crate) xml: String,
    pub(crate) items: usize,
    pub(crate) troubles: Vec<String>,
}
pub(crate) fn repaired(text: &str) -> Result<Repaired, NoFeed> {
    Ok(Repaired { xml: text.to_owned(), items: 0, troubles: Vec::new() })
}
