//! What a service that answers with XML says, as the catalogue maps it (Althingi, Finlex).
//!
//! Some of them answer with JSON where only a list is asked for; that is read the same way.

use crate::{
    Transport, charset,
    feed::NoFeed,
    fetch::Request,
    json_api,
    kind::{Look, Sheet},
    paging, xml,
};

pub(crate) fn first(look: &Look) -> Request {
    Request { accept: "application/xml, text/xml, */*;q=0.5", ..paging::first(look) }
}

pub(crate) fn read(look: &Look, bytes: &[u8], transport: &Transport) -> Result<Sheet, NoFeed> {
    let (text, _) = charset::decode(bytes, transport.header("content-type"));
    let start = text.trim_start();
    if start.starts_with(['[', '{']) {
        return json_api::read(look, bytes, transport);
    }
    if start.is_empty() {
        return Err(NoFeed::new("answered with nothing"));
    }
    json_api::sheet(look, &xml::tree(start)?, transport, ".")
}
