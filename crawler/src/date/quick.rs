//! Is it a date as the standards write it? Nearly all of feeds are, and need no taking apart.
//!
//! Only what is exactly in form and possible is read here; all else goes the long way, which says the same of these.

use super::Seen;
use jiff::civil::{Date, Time};

const MONTHS: &[u8; 36] = b"JanFebMarAprMayJunJulAugSepOctNovDec";

/// `Tue, 03 Mar 2026 08:00:00 +0100` or `2026-03-03T08:00:00Z`.
pub(super) fn quick(text: &str) -> Option<Seen> {
    let bytes = text.as_bytes();
    if bytes.get(4) == Some(&b'-') { internet(bytes) } else { mail(bytes) }
}

/// RFC 3339, section 5.6; also with a space for the `T`.
fn internet(bytes: &[u8]) -> Option<Seen> {
    let is_form = bytes.len() >= 20 && bytes[7] == b'-' && matches!(bytes[10], b'T' | b' ');
    if !is_form {
        return None;
    }
    let year = number(&bytes[..4])?;
    let (month, day) = (number(&bytes[5..7])?, number(&bytes[8..10])?);
    let time = clock(&bytes[11..19])?;
    let mut rest = &bytes[19..];
    if rest[0] == b'.' {
        let digits = rest[1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        rest = rest.get(1 + digits..).filter(|_| digits > 0)?;
    }
    let offset = match rest {
        b"Z" => 0,
        [_, hours @ .., b':', ten, one] if hours.len() == 2 => {
            distance(rest[0], hours, &[*ten, *one])?
        }
        _ => return None,
    };
    seen(year, month, day, time, offset)
}

/// RFC 822, section 5, with a year of four digits.
fn mail(bytes: &[u8]) -> Option<Seen> {
    let bytes = match bytes {
        [a, b, c, b',', b' ', rest @ ..]
            if [a, b, c].iter().all(|byte| byte.is_ascii_alphabetic()) =>
        {
            rest
        }
        other => other,
    };
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let day = number(bytes.get(..digits).filter(|_| matches!(digits, 1 | 2))?)?;
    let rest = &bytes[digits..];
    let is_form = rest.len() >= 21
        && [0, 4, 9, 18].iter().all(|space| rest[*space] == b' ')
        && rest[19..].len() <= 5;
    if !is_form {
        return None;
    }
    let month = MONTHS.chunks_exact(3).position(|name| name == &rest[1..4])? + 1;
    let offset = match &rest[19..] {
        b"GMT" | b"UTC" => 0,
        [sign, a, b, c, d] => distance(*sign, &[*a, *b], &[*c, *d])?,
        _ => return None,
    };
    seen(number(&rest[5..9])?, i16::try_from(month).ok()?, day, clock(&rest[10..18])?, offset)
}

fn clock(bytes: &[u8]) -> Option<Time> {
    let [a, b, b':', c, d, b':', e, f] = *bytes else { return None };
    let part = |ten, one| i8::try_from(number(&[ten, one])?).ok();
    Time::new(part(a, b)?, part(c, d)?, part(e, f)?, 0).ok()
}

fn distance(sign: u8, hours: &[u8], minutes: &[u8]) -> Option<i32> {
    let seconds = i32::from(number(hours)?) * 3_600 + i32::from(number(minutes)?) * 60;
    let is_possible = seconds <= 14 * 3_600;
    match sign {
        b'+' => Some(seconds),
        b'-' => Some(-seconds),
        _ => None,
    }
    .filter(|_| is_possible)
}

fn number(digits: &[u8]) -> Option<i16> {
    digits.iter().try_fold(0_i16, |number, digit| {
        let digit = digit.is_ascii_digit().then(|| i16::from(digit - b'0'))?;
        Some(number * 10 + digit)
    })
}

fn seen(year: i16, month: i16, day: i16, time: Time, offset: i32) -> Option<Seen> {
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    Some(Seen { date, time: Some(time), offset: Some(offset) })
}

#[cfg(test)]
mod tests {
    use super::{super::at_length, *};

    #[test]
    fn the_short_way_says_what_the_long_one_says() {
        let mut read = 0;
        for number in 0..2_000_u32 {
            // Every part runs through its values, and a little past them.
            let part =
                |from: u32, span: u32, step: u32| from + number.wrapping_mul(step) / 7 % span;
            let (year, month, day) = (part(1995, 40, 3), part(1, 13, 5), part(1, 32, 11));
            let (hour, minute, second) = (part(0, 25, 13), part(0, 61, 17), part(0, 61, 19));
            let name = MONTHS.chunks_exact(3).nth(month as usize % 12).unwrap();
            let name = std::str::from_utf8(name).unwrap();
            let zone =
                ["Z", "+01:00", "-05:30", "+0200", "GMT", ".5Z", ".123+00:00"][number as usize % 7];
            let mail = zone.replace(':', "");
            for text in [
                format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{zone}"),
                format!("Tue, {day:02} {name} {year} {hour:02}:{minute:02}:{second:02} {mail}"),
                format!("{day} {name} {year} {hour:02}:{minute:02}:{second:02} {zone}"),
            ] {
                if let Some(seen) = quick(&text) {
                    read += 1;
                    assert_eq!(Some(seen), at_length(&text, false), "{text}");
                }
            }
        }
        assert!(read > 2_000, "{read}");
        for text in [
            "",
            "2026",
            "Tue, 03 Mar 2026",
            "\u{e5}\u{e4}\u{f6}-\u{e5}-03T08:00:00Z",
            "3 Mar 2026 08:00:00 \u{e5}\u{e4}",
        ] {
            assert_eq!(quick(text), None, "{text}");
        }
    }
}
