//! Whole inputs through [`Rows`], and JSON objects by example.
#![allow(clippy::unwrap_used, reason = "a failed test should panic here")]

use super::*;
use crate::event::{Amount, Moment};
use proptest::prelude::*;
use std::io::{Cursor, Write};

/// Each row as one line of text: its fields, or its problems.
fn rows(input: &[u8], options: Options) -> Result<Vec<String>, String> {
    let open = Rows::open(Cursor::new(input.to_vec()), None, options);
    let mut rows = open.map_err(|error| error.to_string())?;
    let mut seen = Vec::new();
    while let Some(row) = rows.next() {
        let row = row.map_err(|error| error.to_string())?;
        let said = match &row.event {
            Ok(event) => fields(event),
            Err(refused) => codes(&refused.problems),
        };
        seen.push(format!("{}@{} {said}", row.number, row.line));
    }
    Ok(seen)
}

fn fields(event: &Event<'_>) -> String {
    let mut seen = Vec::new();
    for field in Field::ALL {
        field.visit(event, &mut |text| seen.push(format!("{}={text}", field.name())));
    }
    seen.join(" ")
}

fn codes(problems: &[Problem]) -> String {
    let words: Vec<_> = problems.iter().map(|p| format!("{}:{}", p.code, p.path)).collect();
    words.join(" ")
}

fn csv(text: &str) -> Vec<String> {
    rows(text.as_bytes(), Options { format: Some(Format::Csv), ..Options::default() }).unwrap()
}

/// What one JSON object says: its fields, then its warnings, or `!` and its problems.
fn object(json: &str) -> String {
    match event_from_json(json.as_bytes()) {
        Ok((event, warnings)) if warnings.is_empty() => fields(&event),
        Ok((event, warnings)) => format!("{} | {}", fields(&event), codes(&warnings)),
        Err(refused) => format!("!{}", codes(&refused.problems)),
    }
}

#[test]
fn json_objects_by_example() {
    let cases = [
        (r#"{"email":"a@b.co","rule":"1"}"#, "rule=1 email=a@b.co"),
        (r#"{"E-Mail":"a@b.co","Order Value":"5"}"#, "email=a@b.co amount=5"),
        // null and missing are the same
        (r#"{"email":null,"user":null,"userIds":null,"idfa":null}"#, ""),
        // LinkedIn's own form
        (
            r#"{"conversion":"urn:lla:llaPartnerConversion:1","conversionHappenedAt":5,"eventId":"e",
                "conversionValue":{"currencyCode":"EUR","amount":"1.50"},
                "user":{"userIds":[{"idType":"SHA256_EMAIL","idValue":"x"},{"idValue":"c",
                "idType":"LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID"},{"idType":"ACXIOM_ID","idValue":"a"},
                {"idType":"ORACLE_MOAT_ID","idValue":"o"},{"idType":"PLAINTEXT_IP_ADDRESS","idValue":"i"},
                {"idType":"SHA256_IP_ADDRESS","idValue":"h"},{"idType":"GOOGLE_AID","idValue":"g"}],
                "userInfo":{"firstName":"f","hashedLastName":"l","title":"t","companyName":"n",
                "countryCode":"DE"},"externalIds":["x1","x2"],"lead":"d"}}"#,
            "rule=urn:lla:llaPartnerConversion:1 happened_at=5 event_id=e email=x click_id=c \
             acxiom_id=a oracle_moat_id=o ip_address=i hashed_ip_address=h google_aid=g \
             external_id=x1 external_id=x2 lead=d first_name=f hashed_last_name=l company_name=n \
             title=t country_code=DE amount=1.50 currency=EUR",
        ),
        (
            r#"{"userInfo":{"firstName":"f"},"externalIds":"x","userIds":[]}"#,
            "external_id=x first_name=f",
        ),
        // numbers where LinkedIn has ids keep every digit
        (
            r#"{"eventId":123,"rule":99999999999999999999,"externalIds":[7],"lead":5}"#,
            "rule=99999999999999999999 event_id=123 external_id=7 lead=5",
        ),
        // times
        (r#"{"happened_at":1755000000000}"#, "happened_at=1755000000000"),
        (r#"{"happened_at":1755000000000.5}"#, "happened_at=1755000000000.5"),
        (r#"{"happened_at":1.755e12}"#, "happened_at=1755000000000"),
        (r#"{"happened_at":99999999999999999999}"#, "happened_at=99999999999999999999"),
        (r#"{"happened_at":"2026-09-01"}"#, "happened_at=2026-09-01"),
        (r#"{"happened_at":true}"#, "happened_at=true"),
        // amounts
        (r#"{"amount":100}"#, "amount=100"),
        (r#"{"amount":19.9}"#, "amount=19.9"),
        (r#"{"amount":1e2}"#, "amount=100"),
        (r#"{"amount":{}}"#, "amount={}"),
        (r#"{"currency":978}"#, "currency=978"),
        // missing would mean granted
        (r#"{"consent":false}"#, "consent=false"),
        // wrong types
        (r#"{"email":123}"#, " | WRONG_TYPE:email"),
        (r#"{"email":["a",5,null,"b"]}"#, "email=a email=b | WRONG_TYPE:email[1]"),
        (r#"{"email":{}}"#, " | WRONG_TYPE:email"),
        (r#"{"email":[["a"]]}"#, " | WRONG_TYPE:email"),
        (r#"{"first_name":true}"#, " | WRONG_TYPE:first_name"),
        (r#"{"user":5}"#, " | WRONG_TYPE:user"),
        (r#"{"user":{"userInfo":"x"}}"#, " | WRONG_TYPE:user.userInfo"),
        (r#"{"userIds":"x"}"#, " | WRONG_TYPE:user.userIds"),
        (r#"{"userIds":["x"]}"#, " | WRONG_TYPE:user.userIds[0]"),
        // the click id of analytics tools is a list of value and order
        (r#"{"click_id":["abc",2]}"#, "click_id=abc"),
        (r#"{"click_id":[]}"#, ""),
        (r#"{"click_id":[5]}"#, " | WRONG_TYPE:click_id"),
        (r#"{"click_id":[["a"]]}"#, " | WRONG_TYPE:click_id"),
        // names nobody knows
        (r#"{"city":"x"}"#, " | UNKNOWN_FIELD:city"),
        (r#"{"user":{"userInfo":{"city":"x"}}}"#, " | UNKNOWN_FIELD:user.userInfo.city"),
        (r#"{"ada@example.com":"x"}"#, " | UNKNOWN_FIELD:?"),
        (r#"{"idfa":"x"}"#, " | UNSUPPORTED_ID:idfa"),
        (r#"{"userIds":[{"idType":"IDFA","idValue":"x"}]}"#, " | UNSUPPORTED_ID:user.userIds[0]"),
        (
            r#"{"userIds":[{"idType":"SHA256_PHONE","idValue":"x"}]}"#,
            "!UNKNOWN_ID_TYPE:user.userIds[0].idType",
        ),
        (r#"{"userIds":[{"idValue":"x"}]}"#, "!UNKNOWN_ID_TYPE:user.userIds[0].idType"),
        // twice
        (r#"{"rule":"1","conversion":"2"}"#, "!DUPLICATE_FIELD:rule"),
        (r#"{"rule":null,"conversion":"2"}"#, "rule=2"),
        (
            r#"{"userIds":[{"idType":"ACXIOM_ID","idValue":"a"},{"idType":"ACXIOM_ID","idValue":"b"}]}"#,
            "acxiom_id=a | DUPLICATE_FIELD:user.userIds[1]",
        ),
        // escapes
        (r#"{"tit\u006ce":"a\n\"\u00e9"}"#, "title=a\n\"é"),
        (r#"{"title":"\ud800"}"#, "!INVALID_JSON:title"),
        // no object
        ("[1]", "!NOT_AN_OBJECT:row"),
        ("5", "!NOT_AN_OBJECT:row"),
        ("", "!INVALID_JSON:row"),
        (r#"{"email":}"#, "!INVALID_JSON:row"),
        (r#"{"email":"a"} x"#, "!INVALID_JSON:row"),
        (r#"{"user":{"lead":}}"#, "!INVALID_JSON:row"),
    ];
    for (json, expected) in cases {
        assert_eq!(object(json), expected, "{json}");
    }
}

#[test]
fn json_limits() {
    let nested =
        |levels: usize| format!(r#"{{"x":{}{}}}"#, "[".repeat(levels - 1), "]".repeat(levels - 1));
    assert_eq!(object(&nested(NESTING)), " | UNKNOWN_FIELD:x");
    assert_eq!(object(&nested(NESTING + 1)), "!TOO_DEEP:row");
    assert_eq!(object(&nested(100_000)), "!TOO_DEEP:row");
    let title = |length: usize| format!(r#"{{"title":"{}"}}"#, "a".repeat(length));
    assert!(object(&title(FIELD_BYTES)).starts_with("title=aaa"));
    assert_eq!(object(&title(FIELD_BYTES + 1)), "!FIELD_TOO_LARGE:title");
    assert_eq!(
        codes(&event_from_json(b"{\"a\":\"\xff\"}").unwrap_err().problems),
        "INVALID_UTF8:row"
    );
}

#[test]
fn numbers_keep_their_kind() {
    let (event, _) = event_from_json(br#"{"happened_at":5,"amount":0.30000000000000004}"#).unwrap();
    assert!(event.happened_at == Some(Moment::Millis(5)));
    assert!(event.amount == Some(Amount::Float(0.300_000_000_000_000_04)));
    let (event, _) = event_from_json(br#"{"amount":100}"#).unwrap();
    assert!(event.amount == Some(Amount::Decimal("100".into())));
}

#[test]
fn json_lines_and_arrays_say_the_same() {
    let lines = "\u{feff}{\"email\":\"a\"}\r\n\n{oops}\n7\n{\"email\":\"b\"}";
    assert_eq!(
        rows(lines.as_bytes(), Options::default()).unwrap(),
        ["1@1 email=a", "2@3 INVALID_JSON:row", "3@4 NOT_AN_OBJECT:row", "4@5 email=b"]
    );
    let array = "[{\"email\":\"a\"},{oops},7,\n{\"email\":\n\"b\"}]";
    assert_eq!(
        rows(array.as_bytes(), Options::default()).unwrap(),
        ["1@1 email=a", "2@2 INVALID_JSON:row", "3@3 NOT_AN_OBJECT:row", "4@4 email=b"]
    );
}

#[test]
fn csv_by_example() {
    let cases: [(&str, &[&str]); 12] = [
        ("email,amount\na,1\n", &["1@2 email=a amount=1"]),
        ("email;amount\na;1,5\n", &["1@2 email=a amount=1,5"]),
        ("email\tamount\r\na\t1\r\n", &["1@2 email=a amount=1"]),
        // quotes, a quoted line break, a quoted delimiter, a quote in quotes, no last line break
        (
            "email,title\na,\"b\nc\"\nd,\"e,\"\"f\"\"\"",
            &["1@2 email=a title=b\nc", "2@4 email=d title=e,\"f\""],
        ),
        ("\"e-mail\",\"Job Title\"\r\n\"a\",\"b\"\r\n", &["1@2 email=a title=b"]),
        // an empty cell is a missing field, an empty line is no row
        ("email,title\n\n,b\n\r\na,\n", &["1@3 title=b", "2@5 email=a"]),
        (
            "email,title,x\na,b\nc,d,e,f\ng,h,i\n",
            &["1@2 WRONG_COLUMN_COUNT:row", "2@3 WRONG_COLUMN_COUNT:row", "3@4 email=g title=h"],
        ),
        // a stray quote costs its own row
        (
            "email,title\na,\"b\nc,d\ne,f\n",
            &["1@2 INVALID_CSV:row", "2@3 email=c title=d", "3@4 email=e title=f"],
        ),
        (
            "email,title\na,\"b\nc,\"d\"\ne,f\n",
            &["1@2 INVALID_CSV:row", "2@3 email=c title=d", "3@4 email=e title=f"],
        ),
        ("email,title\na,b\"c\n", &["1@2 email=a title=b\"c"]),
        ("email\na", &["1@2 email=a"]),
        ("email,Notes\na,whatever\n", &["1@2 email=a"]),
    ];
    for (text, expected) in cases {
        assert_eq!(csv(text), expected, "{text}");
        assert_eq!(csv(&format!("\u{feff}{text}")), expected, "{text}");
    }
}

#[test]
fn csv_limits() {
    let row = |length: usize| format!("email,title\nx,{}\ny,z\n", "a".repeat(length));
    assert_eq!(csv(&row(FIELD_BYTES + 1)), ["1@2 FIELD_TOO_LARGE:title", "2@3 email=y title=z"]);
    assert_eq!(csv(&row(ROW_BYTES)), ["1@2 ROW_TOO_LARGE:row", "2@3 email=y title=z"]);
    let open_quote = format!("email,title\nx,\"a\nb,{}\ny,z\n", "c".repeat(ROW_BYTES));
    assert_eq!(
        csv(&open_quote),
        ["1@2 INVALID_CSV:row", "2@3 ROW_TOO_LARGE:row", "3@4 email=y title=z"]
    );
    let wide = format!("email{}\n", ",".repeat(COLUMNS_TOO_MANY));
    let options = Options { format: Some(Format::Csv), ..Options::default() };
    assert!(rows(wide.as_bytes(), options.clone()).unwrap_err().contains("256 columns"));
    let bad_text = b"email,title,x\n\xff,b,c\na,b,\xff\nd,e,f\n";
    assert_eq!(
        rows(bad_text, options).unwrap(),
        ["1@2 INVALID_UTF8:email", "2@3 INVALID_UTF8:row", "3@4 email=d title=e"]
    );
}

const COLUMNS_TOO_MANY: usize = 256;

#[test]
fn constants_fill_only_what_is_missing() {
    let options = Options {
        set: vec![(Field::Rule, "1".into()), (Field::Currency, "EUR".into())],
        map: vec![("Net".into(), Field::Amount)],
        ..Options::default()
    };
    assert_eq!(
        rows(b"email,Currency,Net\na,,5\nb,USD,6\n", options.clone()).unwrap(),
        ["1@2 rule=1 email=a amount=5 currency=EUR", "2@3 rule=1 email=b amount=6 currency=USD"]
    );
    let json = b"{\"email\":\"a\",\"Net\":5}\n{\"rule\":\"2\",\"currency\":null}\n";
    assert_eq!(
        rows(json, options).unwrap(),
        ["1@1 rule=1 email=a amount=5 currency=EUR", "2@2 rule=2 currency=EUR"]
    );
}

#[test]
fn event_ids_are_made_for_rows_without_one() {
    let options = Options { event_ids: true, ..Options::default() };
    let text = b"email,event id\na,mine\na,\na,\na, \n";
    let first = rows(text, options.clone()).unwrap();
    assert_eq!(first, rows(text, options).unwrap());
    assert!(first[0].contains("event_id=mine "));
    let mut ids: Vec<_> = first[1..].iter().map(|row| row.split(' ').nth(1).unwrap()).collect();
    assert!(ids.iter().all(|id| id.starts_with("event_id=mb1_") && id.len() == 9 + 36));
    ids.dedup();
    assert_eq!(ids.len(), 3);
}

#[test]
fn columns_are_told() {
    let input = Cursor::new(b"E-Mail,ada@example.com,Order Value\na,b,c\n".to_vec());
    let rows = Rows::open(input, None, Options::default()).unwrap();
    assert_eq!(
        rows.columns(),
        [
            ("E-Mail".to_owned(), Some(Field::Email)),
            ("?".to_owned(), None),
            ("Order Value".to_owned(), Some(Field::Amount)),
        ]
    );
    assert_eq!(rows.column_of("email[1]").as_deref(), Some("E-Mail"));
    assert_eq!(rows.column_of("title"), None);
}

#[test]
fn a_truncated_archive_names_the_row() {
    let mut text = b"email\n".to_vec();
    for n in 0..20_000_u64 {
        writeln!(text, "{}@example.com", n.wrapping_mul(0x9E37_79B9_7F4A_7C15)).unwrap();
    }
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&text).unwrap();
    let packed = packed.finish().unwrap();
    assert_eq!(rows(&packed, Options::default()).unwrap().len(), 20_000);
    let error = rows(&packed[..packed.len() / 2], Options::default()).unwrap_err();
    assert!(error.starts_with("row ") && error.contains("too early"), "{error}");
    let mut reader =
        Rows::open(Cursor::new(packed[..packed.len() / 2].to_vec()), None, Options::default())
            .unwrap();
    while let Some(Ok(_)) = reader.next() {}
    assert!(reader.next().is_none(), "an error ends the input");
}

/// Text that is found again in a message only if a value has got into it.
const CANARY: &str = "zqxjkvzqxjkv";

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for format in [None, Some(Format::Lines), Some(Format::Array), Some(Format::Csv)] {
            let _ = rows(&bytes, Options { format, event_ids: true, ..Options::default() });
            let mut with_header = b"email,title\n".to_vec();
            with_header.extend_from_slice(&bytes);
            let _ = rows(&with_header, Options { format, ..Options::default() });
        }
    }

    #[test]
    fn torn_input_never_panics_and_no_message_has_a_value(
        json in "[\\[{]{0,2}\"(email|title|userIds|rule|x y)\":[\\[{]{0,2}\"?zqxjkvzqxjkv[\"\\\\,;\n}\\]]{0,6}",
        cut in 0_usize..40,
    ) {
        let bytes = &json.as_bytes()[..json.len().saturating_sub(cut)];
        for format in [Format::Lines, Format::Array, Format::Csv] {
            let options = Options { format: Some(format), ..Options::default() };
            let Ok(mut rows) = Rows::open(Cursor::new(bytes.to_vec()), None, options) else { continue };
            while let Some(row) = rows.next() {
                let said = match row {
                    Err(error) => error.to_string(),
                    Ok(Row { event: Err(refused), .. }) => format!("{refused} {refused:?}"),
                    Ok(row) => format!("{row:?}"),
                };
                prop_assert!(!said.contains(CANARY));
            }
        }
    }

    #[test]
    fn csv_gives_back_what_was_written(
        cells in prop::collection::vec("[a-z\",;\t \n\u{e9}]{0,8}", 2..20),
    ) {
        let mut text = String::from("email,title\n");
        let mut expected = Vec::new();
        for pair in cells.chunks_exact(2) {
            let quoted: Vec<_> =
                pair.iter().map(|c| format!("\"{}\"", c.replace('"', "\"\""))).collect();
            text.push_str(&quoted.join(","));
            text.push('\n');
            let parts = [("email", &pair[0]), ("title", &pair[1])];
            let given: Vec<_> = parts.iter().filter(|(_, cell)| !cell.is_empty()).collect();
            let given: Vec<_> = given.iter().map(|(name, cell)| format!("{name}={cell}")).collect();
            expected.push(given.join(" "));
        }
        let seen = csv(&text);
        let seen: Vec<_> = seen.iter().map(|row| row.split_once(' ').unwrap().1).collect();
        prop_assert_eq!(seen, expected);
    }
}
