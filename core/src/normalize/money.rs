//! Which decimal text and which currency are sent? LinkedIn takes the amount as text and checks
//! neither (`docs/linkedin.md` §1.2). Never goes through a binary float and never guesses.

use super::text::trim;
use crate::event::Amount;
use crate::problem::Code;
use iso_currency::Currency;
use std::borrow::Cow;
use std::fmt::Write;

/// Most digits before the point; real amounts have fewer and a database column would overflow.
const INTEGER_DIGITS: usize = 18;

/// A value as LinkedIn takes it.
pub(crate) struct Money<'t> {
    /// Plain decimal notation: digits, and a point with digits after it.
    pub(crate) amount: Cow<'t, str>,
    /// ISO 4217, upper case.
    pub(crate) currency: [u8; 3],
    /// The amount was rounded, and the warning that says so.
    pub(crate) rounded: Option<Code>,
}

/// The value, or the code and the field that is the cause why there is none.
#[inline]
pub(crate) fn money<'t>(
    amount: Option<&'t Amount<'_>>,
    currency: Option<&str>,
) -> Result<Option<Money<'t>>, (Code, &'static str)> {
    let (amount, code) = match (amount, currency) {
        (None, None) => return Ok(None),
        (None, Some(_)) => return Err((Code::CurrencyWithoutAmount, "currency")),
        (Some(Amount::Decimal(text)), currency) => {
            let text = trim(text);
            if let Some(currency) = currency
                && let Some(fraction) = fraction_digits(text)
                && let Ok((code, minor)) = known_currency(currency)
                && minor.is_none_or(|minor| fraction <= minor)
            {
                let amount = Cow::Borrowed(text);
                return Ok(Some(Money { amount, currency: code, rounded: None }));
            }
            (Decimal::parse(text), Code::AmountRounded)
        }
        // The shortest text that stands for the float, which is what its author wrote.
        (Some(Amount::Float(float)), _) => (Decimal::parse(&float.to_string()), Code::FloatAmount),
    };
    let decimal = amount.map_err(|code| (code, "amount"))?;
    let currency = currency.ok_or((Code::AmountWithoutCurrency, "amount"))?;
    let (currency, minor) = known_currency(currency).map_err(|code| (code, "currency"))?;
    let (amount, changed) = decimal.rounded(minor).map_err(|code| (code, "amount"))?;
    let amount = Cow::Owned(amount);
    Ok(Some(Money { amount, currency, rounded: changed.then_some(code) }))
}

/// How many digits follow the point, if the text can be sent as it stands; most can.
#[inline]
fn fraction_digits(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let integer = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let canonical = (1..=INTEGER_DIGITS).contains(&integer) && (integer == 1 || bytes[0] != b'0');
    match bytes.get(integer..) {
        Some([]) if canonical => Some(0),
        Some([b'.', fraction @ ..])
            if canonical && !fraction.is_empty() && fraction.iter().all(u8::is_ascii_digit) =>
        {
            Some(fraction.len())
        }
        _ => None,
    }
}

/// The code in upper case and its minor units; `None` for the few (gold, drawing rights) that
/// have none and are not rounded.
#[inline]
fn known_currency(text: &str) -> Result<([u8; 3], Option<usize>), Code> {
    let text = trim(text);
    let mut code: [u8; 3] = text.as_bytes().try_into().map_err(|_| Code::UnknownCurrency)?;
    code.make_ascii_uppercase();
    if matches!(&code, b"EUR" | b"USD" | b"GBP") {
        return Ok((code, Some(2)));
    }
    let name = std::str::from_utf8(&code).map_err(|_| Code::UnknownCurrency)?;
    match Currency::from_code(name) {
        // "No currency" and the code reserved for testing stand in the table too.
        None | Some(Currency::XXX | Currency::XTS) => Err(Code::UnknownCurrency),
        Some(currency) => Ok((code, currency.exponent().map(usize::from))),
    }
}

/// A decimal number not below zero, as its digits.
struct Decimal {
    integer: String,
    fraction: String,
}

impl Decimal {
    /// Takes `19.90`, `.5`, `5.`, `+5` and `1e2`; not `007`, `19,90`, `1 000`, `€5` or `NaN`.
    fn parse(text: &str) -> Result<Decimal, Code> {
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
            None => (unsigned, 0),
        };
        let (integer, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if integer.len() + fraction.len() == 0
            || !is_digits(integer)
            || !is_digits(fraction)
            || (integer.len() > 1 && integer.starts_with('0'))
        {
            return Err(Code::InvalidAmount);
        }
        let is_zero = mantissa.bytes().all(|byte| matches!(byte, b'0' | b'.'));
        if text.starts_with('-') && !is_zero {
            return Err(Code::NegativeAmount);
        }
        if is_zero && exponent != 0 {
            return Ok(Decimal { integer: "0".to_owned(), fraction: String::new() });
        }
        Decimal::shifted(integer, fraction, exponent).within_limit()
    }

    /// `integer.fraction` times ten to the `exponent`.
    fn shifted(integer: &str, fraction: &str, exponent: i32) -> Decimal {
        let zeros = |count: usize| "0".repeat(count);
        let by = exponent.unsigned_abs() as usize;
        let (integer, fraction) = if exponent >= 0 {
            let moved = by.min(fraction.len());
            let whole = format!("{integer}{}{}", &fraction[..moved], zeros(by - moved));
            (whole, fraction[moved..].to_owned())
        } else {
            let kept = integer.len().saturating_sub(by);
            let missing = by.saturating_sub(integer.len());
            let parts = format!("{}{}{fraction}", zeros(missing), &integer[kept..]);
            (integer[..kept].to_owned(), parts)
        };
        let integer = match integer.trim_start_matches('0') {
            "" => "0".to_owned(),
            digits => digits.to_owned(),
        };
        Decimal { integer, fraction }
    }

    fn within_limit(self) -> Result<Decimal, Code> {
        if self.integer.len() > INTEGER_DIGITS { Err(Code::AmountTooLarge) } else { Ok(self) }
    }

    /// Plain notation with at most `minor` digits after the point, half to even, and whether that
    /// changed the value.
    fn rounded(mut self, minor: Option<usize>) -> Result<(String, bool), Code> {
        let kept = minor.unwrap_or(usize::MAX).min(self.fraction.len());
        let surplus = self.fraction.split_off(kept);
        let mut digits = format!("{}{}", self.integer, self.fraction);
        let is_odd = digits.bytes().last().is_some_and(|digit| (digit - b'0') % 2 == 1);
        let goes_up = match surplus.as_bytes() {
            [b'6'..=b'9', ..] => true,
            [b'5', rest @ ..] => is_odd || rest.iter().any(|digit| *digit != b'0'),
            _ => false,
        };
        if goes_up {
            digits = increment(&digits);
        }
        let fraction = digits.split_off(digits.len() - kept);
        let rounded = Decimal { integer: digits, fraction }.within_limit()?;
        let mut text = rounded.integer;
        if kept > 0 {
            // Writing to a String cannot fail.
            let _ = write!(text, ".{}", rounded.fraction);
        }
        Ok((text, surplus.bytes().any(|digit| digit != b'0')))
    }
}

/// Exponents beyond any amount are refused before they become digits.
fn parse_exponent(text: &str) -> Result<i32, Code> {
    match text.parse::<i32>() {
        Ok(exponent) if exponent.abs() <= 400 => Ok(exponent),
        _ => Err(Code::InvalidAmount),
    }
}

/// The next larger number of decimal digits.
fn increment(digits: &str) -> String {
    let head = digits.trim_end_matches('9');
    let zeros = "0".repeat(digits.len() - head.len());
    match head.as_bytes() {
        [] => format!("1{zeros}"),
        [front @ .., last] => {
            let front = String::from_utf8_lossy(front);
            format!("{front}{}{zeros}", char::from(last + 1))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Expected<'e> = Result<(&'e str, Option<Code>), Code>;

    fn check(row: i32, amount: &Amount<'_>, currency: &str, expected: Expected<'_>) {
        let found = money(Some(amount), Some(currency)).map_err(|(code, _)| code);
        let found = found.map(|money| money.map(|m| (m.amount.into_owned(), m.rounded)));
        let expected = expected.map(|(text, code)| Some((text.to_owned(), code)));
        assert_eq!(found, expected, "row {row}");
    }

    #[test]
    fn decimal_text() {
        let rounded = Some(Code::AmountRounded);
        let cases: [(i32, &str, &str, Expected<'_>); 43] = [
            (136, "19.9", "EUR", Ok(("19.9", None))),
            (137, "19.90", "EUR", Ok(("19.90", None))),
            (137, " 19.90 ", "EUR", Ok(("19.90", None))),
            (138, "100", "EUR", Ok(("100", None))),
            (140, "1e2", "EUR", Ok(("100", None))),
            (140, "1.5E+3", "EUR", Ok(("1500", None))),
            (140, "1999e-2", "EUR", Ok(("19.99", None))),
            (140, "0.1e2", "EUR", Ok(("10", None))),
            (140, "1e21", "EUR", Err(Code::AmountTooLarge)),
            (140, "1e-7", "EUR", Ok(("0.00", rounded))),
            (140, "0e5", "EUR", Ok(("0", None))),
            (140, "1e999999999", "EUR", Err(Code::InvalidAmount)),
            (141, "19,90", "EUR", Err(Code::InvalidAmount)),
            (142, "1,234,567.89", "EUR", Err(Code::InvalidAmount)),
            (142, "1.234,56", "EUR", Err(Code::InvalidAmount)),
            (142, "1 000", "EUR", Err(Code::InvalidAmount)),
            (143, "€19.90", "EUR", Err(Code::InvalidAmount)),
            (143, "USD 5", "USD", Err(Code::InvalidAmount)),
            (144, "NaN", "EUR", Err(Code::InvalidAmount)),
            (144, "Infinity", "EUR", Err(Code::InvalidAmount)),
            (144, "{}", "EUR", Err(Code::InvalidAmount)),
            (144, "", "EUR", Err(Code::InvalidAmount)),
            (144, ".", "EUR", Err(Code::InvalidAmount)),
            (144, "e5", "EUR", Err(Code::InvalidAmount)),
            (144, "neunzehn", "EUR", Err(Code::InvalidAmount)),
            (144, "--5", "EUR", Err(Code::InvalidAmount)),
            (145, "-10", "EUR", Err(Code::NegativeAmount)),
            (145, "-0.00", "EUR", Ok(("0.00", None))),
            (146, "0", "EUR", Ok(("0", None))),
            (146, "0.00", "EUR", Ok(("0.00", None))),
            (155, "1000.50", "JPY", Ok(("1000", rounded))),
            (155, "1001.50", "JPY", Ok(("1002", rounded))),
            (155, "1000.00", "JPY", Ok(("1000", None))),
            (155, "1.234", "KWD", Ok(("1.234", None))),
            (155, "1.2345", "KWD", Ok(("1.234", rounded))),
            (155, "9.995", "EUR", Ok(("10.00", rounded))),
            (156, "007", "EUR", Err(Code::InvalidAmount)),
            (156, "00.5", "EUR", Err(Code::InvalidAmount)),
            (156, ".5", "EUR", Ok(("0.5", None))),
            (156, "5.", "EUR", Ok(("5", None))),
            (156, "+5", "EUR", Ok(("5", None))),
            (157, "999999999999999999", "EUR", Ok(("999999999999999999", None))),
            (157, "123456789012345678901234567890", "EUR", Err(Code::AmountTooLarge)),
        ];
        for (row, text, currency, expected) in cases {
            check(row, &Amount::from(text), currency, expected);
        }
        check(157, &Amount::from("999999999999999999.995"), "EUR", Err(Code::AmountTooLarge));
        check(155, &Amount::from("12.3456789"), "XAU", Ok(("12.3456789", None)));
    }

    #[test]
    fn binary_floats() {
        let rounded = Some(Code::FloatAmount);
        let cases: [(i32, f64, &str, Expected<'_>); 9] = [
            (136, 19.9, "EUR", Ok(("19.9", None))),
            (138, 100.0, "EUR", Ok(("100", None))),
            (139, 0.1 + 0.2, "EUR", Ok(("0.30", rounded))),
            (140, 1e21, "EUR", Err(Code::AmountTooLarge)),
            (140, 1e-7, "EUR", Ok(("0.00", rounded))),
            (144, f64::NAN, "EUR", Err(Code::InvalidAmount)),
            (144, f64::INFINITY, "EUR", Err(Code::InvalidAmount)),
            (145, -10.0, "EUR", Err(Code::NegativeAmount)),
            (145, -0.0, "EUR", Ok(("0", None))),
        ];
        for (row, float, currency, expected) in cases {
            check(row, &Amount::Float(float), currency, expected);
        }
    }

    #[test]
    fn currencies_and_halves() {
        let ten = Amount::from("10");
        for (row, text, code) in [(149, "usd", "USD"), (149, " USD ", "USD"), (149, "chf", "CHF")] {
            let found = money(Some(&ten), Some(text)).ok().flatten().map(|money| money.currency);
            assert_eq!(found.as_ref().map(<[u8; 3]>::as_slice), Some(code.as_bytes()), "row {row}");
        }
        for (row, text) in [
            (150, "XYZ"),
            (150, "XXX"),
            (150, "XTS"),
            (151, "US$"),
            (151, "Euro"),
            (151, "EURO"),
            (151, "978"),
            (151, ""),
            (151, "€"),
        ] {
            let found = money(Some(&ten), Some(text)).err();
            assert_eq!(found, Some((Code::UnknownCurrency, "currency")), "row {row}");
        }
        let alone = money(Some(&ten), None).err();
        assert_eq!(alone, Some((Code::AmountWithoutCurrency, "amount")), "row 147");
        let alone = money(None, Some("EUR")).err();
        assert_eq!(alone, Some((Code::CurrencyWithoutAmount, "currency")), "row 148");
        assert!(matches!(money(None, None), Ok(None)));
        let both_wrong = money(Some(&Amount::from("x")), Some("XYZ")).err();
        assert_eq!(both_wrong, Some((Code::InvalidAmount, "amount")));
    }
}
