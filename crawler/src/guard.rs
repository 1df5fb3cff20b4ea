//! Which addresses we never go to: everything that is not the public web.
//!
//! Asked three times: about the address before each request (names and IP
//! literals, which a resolver never sees), about every resolved address before
//! we connect, and again at every redirect.

use crate::Manners;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::{
    collections::{BTreeMap, BTreeSet},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
};
use url::{Host, Url};

/// No address that leads anywhere is longer (RFC 9110, 4.1, wants servers to take 8,000 bytes).
const MAX_ADDRESS: usize = 8_000;

/// What the configuration lets through, and the check itself.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    hosts: Arc<BTreeMap<String, SocketAddr>>,
    allowed: Arc<BTreeSet<String>>,
}

impl Guard {
    pub(crate) fn new(manners: &Manners) -> Guard {
        let hosts = manners.hosts.iter().map(|(name, to)| (bare(name), *to)).collect();
        let allowed = manners.allowed.iter().map(|name| bare(name)).collect();
        Guard { hosts: Arc::new(hosts), allowed: Arc::new(allowed) }
    }

    /// Whether `url` may be asked for at all; the reason in words when not. Names are checked
    /// again when they are resolved.
    pub(crate) fn admit(&self, url: &Url) -> Result<(), String> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(format!("`{url}` is neither http nor https"));
        }
        let length = url.as_str().len();
        if length > MAX_ADDRESS {
            let host = url.host_str().unwrap_or_default();
            return Err(format!("an address of {length} letters at `{host}` leads nowhere"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            let host = url.host_str().unwrap_or_default();
            return Err(format!(
                "an address at `{host}` carries a name or password, and such are not asked for"
            ));
        }
        let literal = match url.host() {
            None => return Err(format!("`{url}` names no host")),
            Some(Host::Domain(_)) => return Ok(()),
            Some(Host::Ipv4(ip)) => IpAddr::V4(ip),
            Some(Host::Ipv6(ip)) => IpAddr::V6(ip),
        };
        let port = url.port_or_known_default().unwrap_or_default();
        if is_public(literal) || self.allows(&literal.to_string(), Some(port)) {
            return Ok(());
        }
        Err(format!("`{url}` is not a public address"))
    }

    fn allows(&self, host: &str, port: Option<u16>) -> bool {
        self.allowed.contains(host)
            || match port {
                Some(port) => self.allowed.contains(&format!("{host}:{port}")),
                // The resolver does not learn the port; a name allowed for one port is trusted.
                None => {
                    let with_port = format!("{host}:");
                    self.allowed.iter().any(|allowed| allowed.starts_with(&with_port))
                }
            }
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let name = bare(name.as_str());
            if let Some(mapped) = guard.hosts.get(&name) {
                return Ok(Box::new(std::iter::once(*mapped)) as Addrs);
            }
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            check(&name, &found, guard.allows(&name, None))?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// A mixed answer is refused as a whole: whoever mixes public and private addresses is up to something.
fn check(name: &str, found: &[SocketAddr], allowed: bool) -> Result<(), String> {
    match found.iter().find(|address| !is_public(address.ip())) {
        Some(private) if !allowed => {
            Err(format!("`{name}` leads to {}, which is not a public address", private.ip()))
        }
        _ if found.is_empty() => Err(format!("`{name}` has no address")),
        _ => Ok(()),
    }
}

fn bare(host: &str) -> String {
    host.trim_end_matches('.').to_ascii_lowercase()
}

/// Whether anyone on the public internet could be there (IANA special-purpose registries).
pub(crate) fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    !matches!(
        (a, b, c),
        (0 | 10 | 127, _, _)                // this network, private, loopback
            | (100, 64..=127, _)            // shared by carriers (RFC 6598)
            | (169, 254, _)                 // link-local, and clouds' metadata
            | (172, 16..=31, _)             // private
            | (192, 0, 0 | 2)               // protocols, documentation
            | (192, 31, 196)                // AS112
            | (192, 52, 193)                // AMT
            | (192, 88, 99)                 // 6to4 relays
            | (192, 168, _)                 // private
            | (192, 175, 48)                // AS112
            | (198, 18..=19, _)             // benchmarks
            | (198, 51, 100)                // documentation
            | (203, 0, 113)                 // documentation
            | (224..=255, _, _) // multicast, reserved, broadcast
    )
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let s = ip.segments();
    let embedded = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match s {
        // NAT64 (RFC 6052) leads to the address embedded in it.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => is_public_v4(embedded(high, low)),
        // 6to4 (RFC 3056) likewise.
        [0x2002, high, low, ..] => is_public_v4(embedded(high, low)),
        // Protocol assignments with Teredo and benchmarks, ORCHID, documentation.
        [0x2001, 0..=0x1ff, ..] | [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => false,
        // Everything else that is public lies in 2000::/3; mapped, compatible, local, unique-local,
        // link-local and multicast addresses do not.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod claims;

#[cfg(test)]
mod tests {
    use super::*;

    fn guard() -> Guard {
        Guard::new(&Manners { allowed: ["127.0.0.1:8080".to_owned()].into(), ..Manners::default() })
    }

    fn admits(address: &str) -> bool {
        guard().admit(&Url::parse(address).unwrap()).is_ok()
    }

    #[test]
    fn private_addresses_are_refused_in_every_spelling() {
        for address in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0177.0.0.1/",
            "http://0x7f.1/",
            "http://127.1/",
            "http://0/",
            "http://10.1.2.3/",
            "http://172.16.0.1/",
            "http://192.168.1.1/",
            "http://169.254.169.254/latest/meta-data",
            "http://100.64.0.1/",
            "http://198.18.0.1/",
            "http://192.0.2.1/",
            "http://224.0.0.1/",
            "http://255.255.255.255/",
            "http://[::1]/",
            "http://[::]/",
            "http://[::ffff:10.0.0.1]/",
            "http://[::127.0.0.1]/",
            "http://[fe80::1]/",
            "http://[fd00::1]/",
            "http://[fec0::1]/",
            "http://[ff02::1]/",
            "http://[2001:db8::1]/",
            "http://[2001:0:1::1]/",
            "http://[64:ff9b::a00:1]/",
            "http://[64:ff9b:1::1]/",
            "http://[2002:7f00:1::]/",
        ] {
            assert!(!admits(address), "{address}");
        }
    }

    #[test]
    fn only_the_web_is_admitted() {
        for address in ["file:///etc/passwd", "ftp://a.se/", "gopher://a.se/", "data:text/html,x"] {
            assert!(!admits(address), "{address}");
        }
    }

    #[test]
    fn public_addresses_and_allowed_ones_pass() {
        for address in [
            "https://example.org/",
            "http://193.10.10.10/",
            "http://[2a00:1450::1]/",
            "http://[64:ff9b::c10a:a0a]/",
            "http://127.0.0.1:8080/",
        ] {
            assert!(admits(address), "{address}");
        }
    }

    #[test]
    fn a_name_with_one_private_address_among_public_ones_is_refused() {
        let public: SocketAddr = "193.10.10.10:0".parse().unwrap();
        let private: SocketAddr = "10.0.0.1:0".parse().unwrap();
        assert!(check("a.se", &[public], false).is_ok());
        let why = check("a.se", &[public, private], false).unwrap_err();
        assert_eq!(why, "`a.se` leads to 10.0.0.1, which is not a public address");
        assert!(check("a.se", &[public, private], true).is_ok());
    }
}
