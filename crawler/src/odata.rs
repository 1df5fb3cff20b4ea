//! What an OData service lists (versions 2 to 4; Folketinget speaks 3): the list under `value`, with the
//! address of its next part.
//!
//! An unknown name is answered with a web page, and the format asked for is not always the one that comes.

use crate::{
    Transport,
    feed::{NoFeed, absolute},
    fetch::Request,
    json_api,
    kind::{Look, Sheet},
};
use serde_json::Value;

pub(crate) fn read(look: &Look, bytes: &[u8], transport: &Transport) -> Result<Sheet, NoFeed> {
    let answer = json_api::value(bytes, transport)?;
    let mut sheet = json_api::sheet(look, &answer, transport, "value|d.results|d")?;
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    let next = text(answer.get("odata.nextLink"))
        .or_else(|| text(answer.get("@odata.nextLink")))
        .or_else(|| text(answer.get("d").and_then(|inner| inner.get("__next"))));
    let next = next.and_then(|address| absolute(&address, transport.base().as_ref()));
    sheet.next = next.map(|address| Request::get(&address)).into_iter().collect();
    Ok(sheet)
}
