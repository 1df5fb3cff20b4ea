//! Who wrote this? Seals on what programs send each other, by a secret that both know (HMAC, RFC 2104).

use ring::{
    hmac::{self, Algorithm, Key},
    rand::{SecureRandom, SystemRandom},
};

/// The names that WebSub (W3C Recommendation, 8) knows.
const METHODS: [(&str, Algorithm); 4] = [
    ("sha1", hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY),
    ("sha256", hmac::HMAC_SHA256),
    ("sha384", hmac::HMAC_SHA384),
    ("sha512", hmac::HMAC_SHA512),
];

/// `sha256=` and the seal of `body` in hexadecimal digits, as it stands in a header.
pub fn seal(secret: &str, body: &[u8]) -> String {
    let tag = hmac::sign(&Key::new(hmac::HMAC_SHA256, secret.as_bytes()), body);
    format!("sha256={}", hex(tag.as_ref()))
}

/// Whether `seal`, as it stands in a header, is that of somebody who knows the secret; takes as long for wrong ones as
/// for right ones.
pub fn is_sealed(secret: &str, seal: &str, body: &[u8]) -> bool {
    let Some((method, digits)) = seal.trim().split_once('=') else { return false };
    let known = METHODS.iter().find(|(name, _)| name.eq_ignore_ascii_case(method.trim()));
    let (Some((_, method)), Some(tag)) = (known, bytes(digits.trim())) else { return false };
    hmac::verify(&Key::new(*method, secret.as_bytes()), body, &tag).is_ok()
}

/// Forty hexadecimal digits that nobody can guess; `None` when the machine has no chance to give.
pub fn secret() -> Option<String> {
    let mut bytes = [0; 20];
    SystemRandom::new().fill(&mut bytes).ok()?;
    Some(hex(&bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(digits: &str) -> Option<Vec<u8>> {
    if !digits.len().is_multiple_of(2) || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let pairs = (0..digits.len()).step_by(2);
    pairs.map(|at| u8::from_str_radix(&digits[at..at + 2], 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_is_good_for_its_body_and_secret_alone() {
        let seal = seal("key", b"The quick brown fox jumps over the lazy dog");
        // RFC 2104 as everybody computes it.
        let known = "sha256=f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8";
        assert_eq!(seal, known);
        let fox = b"The quick brown fox jumps over the lazy dog";
        assert!(is_sealed("key", known, fox));
        assert!(is_sealed("key", "SHA1=DE7C9B85B8B78AA6BC8A7A36F70A90701C9DB4D9", fox));
        for (secret, seal, body) in [
            ("other", known, &fox[..]),
            ("key", known, b"The quick brown fox"),
            ("key", "md5=80070713463e7749b90c2dc24911e275", fox),
            ("key", "sha256=", fox),
            ("key", "sha256=f7b", fox),
            ("key", "sha256=\u{e5}\u{e4}", fox),
            ("key", "", fox),
        ] {
            assert!(!is_sealed(secret, seal, body), "{seal}");
        }
    }

    #[test]
    fn no_two_secrets_are_alike() {
        let (one, other) = (secret().unwrap(), secret().unwrap());
        assert!(one.len() == 40 && one != other);
    }
}
