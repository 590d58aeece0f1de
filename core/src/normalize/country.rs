//! Which country is meant? ISO 3166-1 alpha-2, from either code or an English name.
//! Never guesses and never cuts a name to two letters.

use super::Notes;
use super::country_table::COUNTRIES;
use super::text::trim;
use crate::problem::Code;
use unicode_normalization::UnicodeNormalization;

/// One bit for each second letter, by first letter: which pairs are a country's code.
const CODES: [u32; 26] = {
    let mut codes = [0; 26];
    let mut line = 0;
    while line < COUNTRIES.len() {
        let code = COUNTRIES[line].0.as_bytes();
        codes[(code[0] - b'A') as usize] |= 1 << (code[1] - b'A');
        line += 1;
    }
    codes
};

/// The two letters LinkedIn takes. `Ok(None)` when the field is blank.
#[inline]
pub(crate) fn country(text: &str, notes: &mut Notes<'_>) -> Result<Option<[u8; 2]>, Code> {
    let text = trim(text);
    match text.as_bytes() {
        [] => Ok(None),
        [first, second] => {
            let code = [first.to_ascii_uppercase(), second.to_ascii_uppercase()];
            if is_code(code) {
                Ok(Some(code))
            } else if &code == b"UK" {
                notes.add(Code::CountryMapped);
                Ok(Some(*b"GB"))
            } else {
                Err(Code::UnknownCountry)
            }
        }
        _ => by_name(text).map(Some).ok_or(Code::UnknownCountry),
    }
}

fn is_code([first, second]: [u8; 2]) -> bool {
    let letters = first.is_ascii_uppercase() && second.is_ascii_uppercase();
    letters && CODES[usize::from(first - b'A')] >> (second - b'A') & 1 == 1
}

/// By alpha-3 or an English name, whatever its case, accents, blanks and punctuation.
fn by_name(text: &str) -> Option<[u8; 2]> {
    // The longest name in the table has fewer than 64 letters.
    let wanted: String = letters(text).take(64).collect();
    let wanted = wanted.strip_prefix("the").unwrap_or(&wanted);
    let is_named = |names: &str| names.split('|').any(|name| letters(name).eq(wanted.chars()));
    let found = COUNTRIES
        .iter()
        .find(|(_, alpha3, names)| text.eq_ignore_ascii_case(alpha3) || is_named(names));
    found.and_then(|(alpha2, ..)| alpha2.as_bytes().try_into().ok())
}

/// Letters without accents in lower case, `&` as `and`; letters of other scripts stay and so match
/// nothing.
fn letters(text: &str) -> impl Iterator<Item = char> {
    let ampersands = text.split_inclusive('&').flat_map(|piece| {
        let (piece, and) = match piece.strip_suffix('&') {
            Some(rest) => (rest, "and"),
            None => (piece, ""),
        };
        piece.nfd().chain(and.chars())
    });
    ampersands.filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn of(text: &str) -> (Result<Option<String>, Code>, Vec<Code>) {
        let mut warnings = Vec::new();
        let result = country(text, &mut Notes::new("country_code", &mut warnings));
        let result = result.map(|c| c.map(|code| code.iter().map(|b| char::from(*b)).collect()));
        (result, warnings.into_iter().map(|warning| warning.code).collect())
    }

    #[test]
    fn codes_and_names_become_alpha_2() {
        let cases = [
            (106, "us", "US"),
            (106, " US ", "US"),
            (107, "USA", "US"),
            (107, "deu", "DE"),
            (108, "Brazil", "BR"),
            (109, "Germany", "DE"),
            (109, "Austria", "AT"),
            (109, "switzerland", "CH"),
            (108, "Côte d'Ivoire", "CI"),
            (108, "Cote d’Ivoire", "CI"),
            (108, "Ivory Coast", "CI"),
            (108, "The Netherlands", "NL"),
            (108, "United States of America", "US"),
            (108, "Bosnia & Herzegovina", "BA"),
            (108, "São Tomé and Príncipe", "ST"),
            (108, "South Korea", "KR"),
            (108, "Korea, Republic of", "KR"),
            (108, "Czech Republic", "CZ"),
            (108, "Turkey", "TR"),
            (108, "Türkiye", "TR"),
            (108, "NA", "NA"),
        ];
        for (row, text, code) in cases {
            assert_eq!(of(text), (Ok(Some(code.to_owned())), vec![]), "row {row}");
        }
        assert_eq!(of("uk"), (Ok(Some("GB".to_owned())), vec![Code::CountryMapped]), "row 110");
        assert_eq!(of("  "), (Ok(None), vec![]));
    }

    #[test]
    fn what_is_no_country_is_dropped() {
        let long = "Germany".repeat(20);
        for text in ["EU", "XX", "ZZ", "XK", "U", "1A", "Germ", "Deutschlnd", "é", "N/A", &long] {
            assert_eq!(of(text), (Err(Code::UnknownCountry), vec![]), "row 110");
        }
    }

    #[test]
    fn the_table_is_complete_and_unambiguous() {
        let alpha2: BTreeSet<_> = COUNTRIES.iter().map(|line| line.0).collect();
        let alpha3: BTreeSet<_> = COUNTRIES.iter().map(|line| line.1).collect();
        assert_eq!((alpha2.len(), alpha3.len()), (249, 249));
        let mut seen = BTreeSet::new();
        for (code, three, names) in COUNTRIES {
            for name in names.split('|') {
                assert!(seen.insert(letters(name).collect::<String>()), "{name} twice");
                assert_eq!(of(name).0, Ok(Some(code.to_owned())), "{name}");
            }
            assert_eq!(of(three).0, Ok(Some(code.to_owned())));
        }
    }
}
