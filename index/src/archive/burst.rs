//! Is what a known source lists all at once old, although it is new to us? Decisions only.

use jiff::{SignedDuration, Timestamp};

/// Fewer entries at once are nothing unusual.
const MANY: usize = 10;
/// More entries at once than this are unusual, whatever their dates, if so many were never to be expected.
const VERY_MANY: usize = 40;
/// So long before the last visit, an entry that only now comes up is old.
const OLD: SignedDuration = SignedDuration::from_hours(30 * 24);
/// So many times what was to be expected is beyond chance.
const BEYOND: f64 = 20.0;
/// As [`BEYOND`], where no dates speak for the entries.
const BEYOND_UNDATED: f64 = 5.0;

/// Whether the entries of a visit that are new to us are backfill: a redesign, or old ones touched all at once.
/// `dates` are those that the source gives, `expected` is how many entries were to be expected since the last visit.
pub(super) fn is_old_burst(
    dates: &[Option<Timestamp>],
    last_good: Timestamp,
    expected: f64,
) -> bool {
    let count = dates.len();
    if count < MANY {
        return false;
    }
    let share = |of: usize| of * 5 >= count * 4;
    let limit = last_good.checked_sub(OLD).unwrap_or(Timestamp::MIN);
    let old = dates.iter().filter(|date| date.is_some_and(|date| date < limit)).count();
    let undated = dates.iter().filter(|date| date.is_none()).count();
    #[expect(clippy::cast_precision_loss, reason = "a number of entries")]
    let beyond = |times: f64| count as f64 > times * (expected + 1.0);
    share(old)
        || share(old + undated) && beyond(BEYOND_UNDATED)
        || count >= VERY_MANY && beyond(BEYOND)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan;

    fn at(days: i64) -> Timestamp {
        "2026-11-01T12:00:00Z".parse::<Timestamp>().unwrap() + (days * 24).hours()
    }

    #[test]
    fn a_redesign_that_lists_old_entries_anew_is_backfill() {
        let old: Vec<_> = (0..20).map(|day| Some(at(-40 - 10 * day))).collect();
        assert!(is_old_burst(&old, at(0), 3.0));
        let mostly: Vec<_> = old.iter().copied().chain([Some(at(1)), None]).collect();
        assert!(is_old_burst(&mostly, at(0), 3.0));
        assert!(!is_old_burst(&old[..5], at(0), 3.0), "a few may have come late");
    }

    #[test]
    fn undated_entries_are_backfill_when_they_are_many_more_than_usual() {
        assert!(is_old_burst(&[None; 20], at(0), 0.5));
        assert!(!is_old_burst(&[None; 20], at(0), 10.0), "we were away for long");
    }

    #[test]
    fn a_mass_touch_is_backfill_although_its_dates_are_new() {
        let touched = vec![Some(at(1)); 5_000];
        assert!(is_old_burst(&touched, at(0), 40.0));
        assert!(!is_old_burst(&touched[..39], at(0), 0.1), "a busy day");
        assert!(!is_old_burst(&touched[..60], at(0), 4.0), "a very busy day");
    }
}
