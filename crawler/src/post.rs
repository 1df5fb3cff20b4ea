//! How we tell others: one POST through the address guard, without following redirects.

use crate::Crawler;
use url::Url;

impl Crawler {
    /// Posts `body` to `address` with these headers; returns the status of the answer, or why there is none.
    pub async fn post(
        &self,
        address: &str,
        headers: &[(&str, String)],
        body: String,
    ) -> Result<u16, String> {
        let url = Url::parse(address).map_err(|error| format!("`{address}`: {error}"))?;
        self.fetcher().post(&url, headers, body).await
    }
}
