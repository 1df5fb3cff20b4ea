//! What stands in an address only from day to day: the sessions of parliaments, and days counted from today.

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Weekday},
    tz::TimeZone,
};

/// `text` with its words in braces filled in: `{stortinget}` is the session 2026-2027, `{althingi}` the number
/// 158, `{today}` and `{today-30}` are days. Other braces stay.
pub(crate) fn filled(text: &str, now: Timestamp) -> String {
    let today = now.to_zoned(TimeZone::UTC).date();
    let mut filled = String::new();
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        filled.push_str(&rest[..open]);
        rest = &rest[open..];
        let word = rest.find('}').map(|close| &rest[1..close]);
        match word.and_then(|word| Some((word, value(word, today)?))) {
            Some((word, value)) => {
                filled.push_str(&value);
                rest = &rest[word.len() + 2..];
            }
            None => {
                filled.push('{');
                rest = &rest[1..];
            }
        }
    }
    filled.push_str(rest);
    filled
}

/// Whether `word` is one that [`filled`] knows.
fn value(word: &str, today: Date) -> Option<String> {
    match word {
        "stortinget" => Some(stortinget(today)),
        "althingi" => Some(althingi(today).to_string()),
        "year" => Some(today.year().to_string()),
        "today" => Some(today.to_string()),
        _ => {
            let days: i64 = word.strip_prefix("today-")?.parse().ok()?;
            Some(today.checked_sub(days.days()).ok()?.to_string())
        }
    }
}

/// Its session begins on the first day of October (Stortinget's rules of procedure, section 1).
fn stortinget(today: Date) -> String {
    let first = if today.month() >= 10 { today.year() } else { today.year() - 1 };
    format!("{first}-{}", first + 1)
}

/// Its session begins on the second Tuesday of September (Iceland's constitution, article 35, and the act on
/// Althingi); the 157th began in 2025. An election out of turn adds one, and the number must then be mended here.
fn althingi(today: Date) -> i16 {
    let september =
        Date::new(today.year(), 9, 1).and_then(|day| day.nth_weekday_of_month(2, Weekday::Tuesday));
    let has_begun = september.is_ok_and(|begins| today >= begins);
    157 + today.year() - 2025 - if has_begun { 0 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(day: &str, text: &str) -> String {
        filled(text, format!("{day}T12:00:00Z").parse().unwrap())
    }

    #[test]
    fn sessions_follow_the_day() {
        assert_eq!(on("2026-09-30", "s={stortinget}&f"), "s=2025-2026&f");
        assert_eq!(on("2026-10-01", "{stortinget}"), "2026-2027");
        assert_eq!(on("2025-09-08", "{althingi}"), "156");
        assert_eq!(on("2025-09-09", "{althingi}"), "157");
        assert_eq!(on("2026-11-22", "{althingi}"), "158");
        assert_eq!(on("2026-03-03", "{today-30}/{today}/{year}"), "2026-02-01/2026-03-03/2026");
    }

    #[test]
    fn other_braces_stay() {
        assert_eq!(on("2026-03-03", "{\"a\":{}} {id} {"), "{\"a\":{}} {id} {");
    }
}
