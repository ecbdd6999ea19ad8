//! Values of conditions other than text: numbers, Booleans, bytes and IP ranges.

use std::net::IpAddr;

/// Digits kept after the point of a number.
const FRACTION_DIGITS: usize = 18;

/// A number, exactly: up to 20 digits before the point and 18 after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Number(i128);

impl Number {
    /// Reads an integer or a decimal number.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Numeric>
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (sign, digits) = match text.strip_prefix('-') {
            Some(digits) => (-1, digits),
            None => (1, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() && fraction.is_empty() || !all_digits(whole) || !all_digits(fraction) {
            return None;
        }
        let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
        if whole.len() > 20 || fraction.len() > FRACTION_DIGITS {
            return None;
        }
        let scaled = format!("0{whole}{fraction:0<FRACTION_DIGITS$}").parse::<i128>().ok()?;
        Some(Self(sign * scaled))
    }
}

/// Reads `true` or `false`, in any case.
pub(super) fn boolean(text: &str) -> Option<bool> {
    [true, false].into_iter().find(|value| text.eq_ignore_ascii_case(if *value { "true" } else { "false" }))
}

/// The bytes that a base64 text of the standard alphabet stands for; padding may be missing.
pub(super) fn bytes(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    let padding = text.len() - digits.len();
    if digits.len() % 4 == 1 || padding > 2 || padding > 0 && !text.len().is_multiple_of(4) {
        return None;
    }
    let mut bytes = Vec::new();
    for group in digits.as_bytes().chunks(4) {
        let mut bits = 0_u32;
        for (i, digit) in group.iter().enumerate() {
            bits |= u32::from(six_bits(*digit)?) << (18 - 6 * i);
        }
        bytes.extend(bits.to_be_bytes().iter().skip(1).take(group.len() * 6 / 8));
    }
    Some(bytes)
}

fn six_bits(digit: u8) -> Option<u8> {
    match digit {
        b'A'..=b'Z' => Some(digit - b'A'),
        b'a'..=b'z' => Some(digit - b'a' + 26),
        b'0'..=b'9' => Some(digit - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

/// A range of IP addresses in CIDR form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct IpRange {
    address: IpAddr,
    prefix: u32,
}

impl IpRange {
    /// Reads `address` or `address/prefix`; without prefix the range is the one address.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IPAddress>
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/').map_or((text, None), |(a, p)| (a, Some(p)));
        let address: IpAddr = address.parse().ok()?;
        let bits = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            None => bits,
            Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => digits.parse().ok()?,
            Some(_) => return None,
        };
        (prefix <= bits).then_some(Self { address, prefix })
    }

    /// Whether every address of the other range is in this one; IPv4 and IPv6 have none in common.
    pub(super) fn holds(self, other: Self) -> bool {
        let (differing, bits) = match (self.address, other.address) {
            (IpAddr::V4(one), IpAddr::V4(two)) => (u128::from(one.to_bits() ^ two.to_bits()), 32),
            (IpAddr::V6(one), IpAddr::V6(two)) => (one.to_bits() ^ two.to_bits(), 128),
            _ => return false,
        };
        self.prefix <= other.prefix && differing.checked_shr(bits - self.prefix).unwrap_or(0) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_compare_exactly() {
        let number = |text| Number::parse(text).unwrap_or_else(|| panic!("`{text}` is a number"));
        assert_eq!(number("10"), number("+010.000"));
        assert_eq!(number("-0"), number("0.0"));
        assert_eq!(number(".5"), number("0.5"));
        assert!(number("9007199254740993") > number("9007199254740992"));
        assert!(number("-2") < number("-1.5"));
        for bad in ["", "-", ".", "1e3", "1,000", "0x1", " 1", "123456789012345678901"] {
            assert_eq!(Number::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn base64_is_read() {
        assert_eq!(bytes("QmluYXJ5VmFsdWVJbkJhc2U2NA=="), Some(b"BinaryValueInBase64".to_vec()));
        assert_eq!(bytes("QmluYXJ5VmFsdWVJbkJhc2U2NA"), Some(b"BinaryValueInBase64".to_vec()));
        assert_eq!(bytes(""), Some(Vec::new()));
        assert_eq!(bytes("+/8="), Some(vec![0xfb, 0xff]));
        for bad in ["A", "AA=", "A===", "A-==", "AAAA===="] {
            assert_eq!(bytes(bad), None, "{bad}");
        }
    }

    #[test]
    fn ranges_hold_addresses_of_their_own_family() {
        let table = [
            ("203.0.113.0/24", "203.0.113.255", true),
            ("203.0.113.77/24", "203.0.113.1", true),
            ("203.0.113.0/24", "203.0.114.0", false),
            ("203.0.113.1", "203.0.113.1", true),
            ("203.0.113.1", "203.0.113.2", false),
            ("0.0.0.0/0", "203.0.113.2", true),
            ("::/0", "203.0.113.2", false),
            ("2001:DB8:1234:5678::/64", "2001:db8:1234:5678:ffff::1", true),
            ("2001:DB8:1234:5678::/64", "2001:db8:1234:5679::1", false),
            ("::/0", "::1", true),
            ("10.0.0.0/16", "10.0.0.0/8", false),
        ];
        for (range, other, expected) in table {
            let read = |text| IpRange::parse(text).unwrap_or_else(|| panic!("`{text}` is a range"));
            assert_eq!(read(range).holds(read(other)), expected, "{range} and {other}");
        }
        for bad in ["", "1.2.3", "1.2.3.4/33", "1.2.3.4/", "1.2.3.4/+1", "::1/129"] {
            assert_eq!(IpRange::parse(bad), None, "{bad}");
        }
    }
}
