//! [`Date`]: a point in time as policies and requests write it.

const NANOSECONDS: i128 = 1_000_000_000;

/// Nanoseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Date(i128);

impl Date {
    /// Reads the W3C profile of ISO 8601 (a year, a month or a day, then optionally a time with a zone), or
    /// epoch seconds.
    ///
    /// Four digits are a year; a missing month, day or time is its first, a missing zone is UTC.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Date>
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text.len() != 4 && !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
            return text.parse::<i64>().ok().map(|seconds| Self(i128::from(seconds) * NANOSECONDS));
        }
        let (date, time) = text.split_once(['t', 'T']).map_or((text, None), |(d, t)| (d, Some(t)));
        let midnight = days(date)? * 86_400 * NANOSECONDS;
        Some(Self(midnight + time.map_or(Some(0), nanoseconds)?))
    }
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar; a day past the month's end runs into the next.
fn days(text: &str) -> Option<i128> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let mut parts = digits.split('-');
    let year = sign * number(parts.next()?, 0, 292_278_993)?;
    let month = parts.next().map_or(Some(1), |month| number(month, 1, 12))?;
    let day = parts.next().map_or(Some(1), |day| number(day, 1, 31))?;
    if parts.next().is_some() {
        return None;
    }
    // Years begin in March, so that the leap day is their last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    Some(year * 365 + leap_days + (153 * month + 2) / 5 + day - 1 - 719_468)
}

/// A time of day with its zone, in nanoseconds.
fn nanoseconds(text: &str) -> Option<i128> {
    let (time, zone) = text.split_at(text.find(['z', 'Z', '+', '-']).unwrap_or(text.len()));
    let offset = match zone.split_at_checked(1) {
        None | Some(("z" | "Z", "")) => 0,
        Some(("+", ahead)) => clock(ahead)?,
        Some(("-", behind)) => -clock(behind)?,
        Some(_) => return None,
    };
    Some(clock(time)? - offset)
}

/// `hh`, `hh:mm`, `hh:mm:ss` or `hh:mm:ss.f`, in nanoseconds.
fn clock(text: &str) -> Option<i128> {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(w, f)| (w, Some(f)));
    let mut parts = whole.split(':');
    let hours = number(parts.next()?, 0, 23)?;
    let minutes = parts.next().map_or(Some(0), |minutes| number(minutes, 0, 59))?;
    let seconds = parts.next().map(|seconds| number(seconds, 0, 59));
    if parts.next().is_some() || fraction.is_some() && seconds.is_none() {
        return None;
    }
    let fraction = match fraction {
        None => 0,
        Some(digits) if digits.len() <= 9 => number(&format!("{digits:0<9}"), 0, 999_999_999)?,
        Some(_) => return None,
    };
    Some((hours * 3600 + minutes * 60 + seconds.unwrap_or(Some(0))?) * NANOSECONDS + fraction)
}

fn number(text: &str, min: i128, max: i128) -> Option<i128> {
    let number = text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())??;
    (min..=max).contains(&number).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_moment_has_many_spellings() {
        for text in [
            "1767225600",
            "2026",
            "2026-01",
            "2026-01-01",
            "2026-01-01T00:00Z",
            "2026-01-01t00:00:00.0z",
            "2026-01-01T02:30:00+02:30",
            "2025-12-31T19:00:00-05:00",
        ] {
            assert_eq!(Date::parse(text), Some(Date(1_767_225_600 * NANOSECONDS)), "{text}");
        }
    }

    #[test]
    fn dates_are_in_order() {
        let dates = [
            "-0001-01-01",
            "0000-12-31",
            "1969-12-31T23:59:59.999999999Z",
            "1970-01-01T00:00:00Z",
            "0",
            "2024-02-28",
            "2024-02-29",
            "2024-03-01",
            "2100-02-28",
            "2100-03-01",
        ];
        for pair in dates.windows(2) {
            assert!(Date::parse(pair[0]) <= Date::parse(pair[1]), "{pair:?}");
        }
        assert_eq!(Date::parse("1970"), Date::parse("0"));
    }
}
