//! What must hold of every address, tried on thousands: each rule in every spelling.

use super::*;

/// Blocks that are not the public web, as the IANA registries list them: address and length of the prefix.
const PRIVATE_V4: &[(&str, u32)] = &[
    ("0.0.0.0", 8),
    ("10.0.0.0", 8),
    ("100.64.0.0", 10),
    ("127.0.0.0", 8),
    ("169.254.0.0", 16),
    ("172.16.0.0", 12),
    ("192.0.0.0", 24),
    ("192.0.2.0", 24),
    ("192.88.99.0", 24),
    ("192.168.0.0", 16),
    ("198.18.0.0", 15),
    ("198.51.100.0", 24),
    ("203.0.113.0", 24),
    ("224.0.0.0", 4),
    ("240.0.0.0", 4),
];
const PRIVATE_V6: &[(&str, u32)] = &[
    ("::", 96),
    ("::ffff:0:0", 96),
    ("64:ff9b:1::", 48),
    ("100::", 64),
    ("2001::", 23),
    ("2001:db8::", 32),
    ("3fff::", 20),
    ("5f00::", 16),
    ("fc00::", 7),
    ("fe80::", 10),
    ("fec0::", 10),
    ("ff00::", 8),
];

/// Numbers that look like chance and are the same in every run.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn v4(&mut self) -> Ipv4Addr {
        let [a, b, c, d, ..] = self.next().to_be_bytes();
        Ipv4Addr::new(a, b, c, d)
    }

    fn v4_in(&mut self, (block, length): (&str, u32)) -> Ipv4Addr {
        let (start, free) = (u32::from(block.parse::<Ipv4Addr>().unwrap()), u32::MAX >> length);
        Ipv4Addr::from(start | (u32::from(self.v4()) & free))
    }

    fn v6_in(&mut self, (block, length): (&str, u32)) -> Ipv6Addr {
        let (start, free) = (u128::from(block.parse::<Ipv6Addr>().unwrap()), u128::MAX >> length);
        let any = (u128::from(self.next()) << 64) | u128::from(self.next());
        Ipv6Addr::from(start | (any & free))
    }
}

fn is_private(ip: Ipv4Addr) -> bool {
    PRIVATE_V4.iter().any(|(block, length)| {
        let start = u32::from(block.parse::<Ipv4Addr>().unwrap());
        (u32::from(ip) ^ start) >> (32 - length) == 0
    })
}

fn refused(address: &str) -> bool {
    let guard = Guard::new(&Manners::default());
    // What is no address at all is not asked for either.
    Url::parse(address).map_or(true, |url| guard.admit(&url).is_err())
}

/// The spellings of one address that a URL may have.
fn spellings(ip: Ipv4Addr) -> Vec<String> {
    let [a, b, c, d] = ip.octets();
    let (number, low, middle) = (u32::from(ip), u32::from(ip) & 0xff_ffff, u32::from(ip) & 0xffff);
    let wide: String = ip
        .to_string()
        .chars()
        .map(|c| c.to_digit(10).and_then(|d| char::from_u32(0xff10 + d)).unwrap_or('\u{3002}'))
        .collect();
    vec![
        ip.to_string(),
        format!("{ip}."),
        format!("{number}"),
        format!("0x{number:x}"),
        format!("0X{number:08X}"),
        format!("0{number:o}"),
        format!("{a}.{low}"),
        format!("{a}.{b}.{middle}"),
        format!("0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}"),
        format!("0{a:o}.0{b:o}.0{c:o}.0{d:o}"),
        format!("{a}.0x{b:x}.0{c:o}.{d}"),
        wide,
        ip.to_string().replace('.', "%2e"),
        format!("[::ffff:{ip}]"),
        format!("[::{ip}]"),
        format!("[64:ff9b::{ip}]"),
        format!("[2002:{:x}:{:x}::1]", number >> 16, number & 0xffff),
    ]
}

#[test]
fn every_address_of_every_private_block_is_refused_in_every_spelling() {
    let mut chance = Chance(0x5eed);
    for block in PRIVATE_V4 {
        for _ in 0..40 {
            let ip = chance.v4_in(*block);
            assert!(!is_public(IpAddr::V4(ip)), "{ip}");
            for host in spellings(ip) {
                for address in [format!("http://{host}/x"), format!("https://{host}:8443/")] {
                    assert!(refused(&address), "{address} is {ip}");
                }
            }
        }
    }
    for block in PRIVATE_V6 {
        for _ in 0..60 {
            let ip = chance.v6_in(*block);
            assert!(!is_public(IpAddr::V6(ip)), "{ip} of {block:?}");
            assert!(refused(&format!("http://[{ip}]/")), "{ip}");
        }
    }
}

#[test]
fn every_other_address_is_public_and_admitted_as_people_write_it() {
    let mut chance = Chance(0xacce55);
    let mut public = 0;
    for _ in 0..20_000 {
        let ip = chance.v4();
        // The few blocks that are ours to keep closed beyond the registries.
        let is_ours =
            matches!(ip.octets(), [192, 31, 196, _] | [192, 52, 193, _] | [192, 175, 48, _]);
        if !is_private(ip) && !is_ours {
            assert!(is_public(IpAddr::V4(ip)), "{ip}");
            public += 1;
        }
    }
    assert!(public > 10_000);
    for _ in 0..200 {
        let ip = chance.v6_in(("2a00::", 12));
        assert!(is_public(IpAddr::V6(ip)) && !refused(&format!("https://[{ip}]/feed")), "{ip}");
    }
}

#[test]
fn an_address_inside_another_is_judged_by_what_it_leads_to() {
    let mut chance = Chance(0x6464);
    for _ in 0..5_000 {
        let ip = chance.v4();
        let inside =
            |prefix: &str| format!("[{prefix}{ip}]").trim_matches(['[', ']']).parse::<Ipv6Addr>();
        let nat64 = inside("64:ff9b::").unwrap();
        assert_eq!(is_public(IpAddr::V6(nat64)), is_public(IpAddr::V4(ip)), "{nat64}");
        let [a, b, c, d] = ip.octets().map(u16::from);
        let six = Ipv6Addr::new(0x2002, (a << 8) | b, (c << 8) | d, 0, 0, 0, 0, 1);
        assert_eq!(is_public(IpAddr::V6(six)), is_public(IpAddr::V4(ip)), "{six}");
        assert!(!is_public(IpAddr::V6(inside("::ffff:").unwrap())), "mapped {ip}");
    }
}

#[test]
fn names_that_hide_where_they_lead_open_nothing() {
    for address in [
        "http://public.example@127.0.0.1/",
        "http://127.0.0.1#@public.example/",
        "http://127.0.0.1?@public.example/",
        "http:\\\\127.0.0.1\\x",
        "http://user:word@public.example/",
        "http://\u{2460}\u{2461}\u{2466}.0.0.1/",
        "http://127.0.0.1\t/",
        "http://0x7f000001",
        "http://[0:0:0:0:0:ffff:7f00:1]/",
        "http://127.000.000.001/",
        "http:127.0.0.1/",
    ] {
        assert!(refused(address), "{address}");
    }
    let told = Guard::new(&Manners::default());
    let why = told.admit(&Url::parse("https://a:secret@b.example/").unwrap()).unwrap_err();
    assert!(!why.contains("secret"), "{why}");
}

#[test]
fn what_is_allowed_by_name_opens_that_name_and_port_only() {
    let allowed = ["127.0.0.1:8080".to_owned(), "Intranet.Example.".to_owned()];
    let guard = Guard::new(&Manners { allowed: allowed.into(), ..Manners::default() });
    let admits = |address: &str| guard.admit(&Url::parse(address).unwrap()).is_ok();
    assert!(admits("http://127.0.0.1:8080/") && admits("http://2130706433:8080/"));
    assert!(!admits("http://127.0.0.1/") && !admits("http://127.0.0.2:8080/"));
    assert!(guard.allows("intranet.example", None) && !guard.allows("other.example", None));
}

#[tokio::test]
async fn a_name_is_refused_by_what_it_resolves_to_and_only_checked_addresses_are_handed_on() {
    let resolve = |guard: Guard, name: &str| guard.resolve(name.parse::<Name>().unwrap());
    let open = Guard::new(&Manners::default());
    for name in ["localhost", "LOCALHOST", "localhost."] {
        let Err(why) = resolve(open.clone(), name).await else { panic!("{name} was resolved") };
        assert!(why.to_string().contains("not a public address"), "{why}");
    }
    let allowed = ["localhost".to_owned()].into();
    let guard = Guard::new(&Manners { allowed, ..Manners::default() });
    assert!(
        resolve(guard, "localhost")
            .await
            .is_ok_and(|mut addresses| addresses.all(|at| at.ip().is_loopback()))
    );
    let to: SocketAddr = "127.0.0.1:1".parse().unwrap();
    let guard =
        Guard::new(&Manners { hosts: [("A.example".to_owned(), to)].into(), ..Manners::default() });
    let Ok(addresses) = resolve(guard, "a.EXAMPLE").await else { panic!("a mapped name") };
    assert_eq!(addresses.collect::<Vec<_>>(), [to]);
}
