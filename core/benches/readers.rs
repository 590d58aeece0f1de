//! How long does reading one row take, from the file's bytes to an `Event`, and on to prepared
//! bytes? Rows are as full as a CRM exports them.
#![allow(clippy::unwrap_used, reason = "a benchmark may stop where something is wrong")]

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use matchback::Policy;
use matchback::read::{Format, Options, Rows};
use std::fmt::Write;
use std::io::Cursor;

const ROWS: i64 = 10_000;
/// 2026-11-23, a day before the times below end.
const NOW: i64 = 1_795_478_400_000;

fn main() {
    divan::main();
}

fn flat() -> String {
    lines(|n, text| {
        write!(
            text,
            r#"{{"rule":"7001001","happened_at":{},"event_id":"order-{n}","email":"Person.{n}@Example.com","click_id":"df5gf5-gh6t7-ph4j7h-{n:06}","first_name":"Ada{n}","last_name":"Byron","company_name":"Analytical Engines Ltd","title":"Director of Engineering","country_code":"GB","amount":"{}.90","currency":"EUR"}}"#,
            NOW - n * 1000,
            n % 500,
        )
    })
}

fn nested() -> String {
    lines(|n, text| {
        write!(
            text,
            r#"{{"conversion":"urn:lla:llaPartnerConversion:7001001","conversionHappenedAt":{},"eventId":"order-{n}","conversionValue":{{"currencyCode":"EUR","amount":"{}.90"}},"user":{{"userIds":[{{"idType":"SHA256_EMAIL","idValue":"Person.{n}@Example.com"}},{{"idType":"LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID","idValue":"df5gf5-gh6t7-ph4j7h-{n:06}"}}],"userInfo":{{"firstName":"Ada{n}","lastName":"Byron","companyName":"Analytical Engines Ltd","title":"Director of Engineering","countryCode":"GB"}}}}}}"#,
            NOW - n * 1000,
            n % 500,
        )
    })
}

fn csv() -> String {
    let header = "Rule,Date,Order ID,E-Mail,li_fat_id,First Name,Last Name,Company,Job Title,Country,Order Value,Currency\n";
    header.to_owned()
        + &lines(|n, text| {
            write!(
                text,
                "7001001,{},order-{n},Person.{n}@Example.com,df5gf5-gh6t7-ph4j7h-{n:06},Ada{n},Byron,Analytical Engines Ltd,Director of Engineering,GB,{}.90,EUR",
                NOW - n * 1000,
                n % 500,
            )
        })
}

/// Every cell in quotes.
fn quoted_csv() -> String {
    let quoted = |line: &str| format!("\"{}\"\n", line.replace(',', "\",\""));
    csv().lines().map(quoted).collect()
}

fn lines(row: impl Fn(i64, &mut String) -> std::fmt::Result) -> String {
    let mut text = String::new();
    for n in 0..ROWS {
        row(n, &mut text).unwrap();
        text.push('\n');
    }
    text
}

fn array() -> String {
    format!("[{}]", flat().trim_end().replace('\n', ",\n"))
}

fn each_row(
    bencher: Bencher,
    text: &str,
    options: &Options,
    see: impl Fn(matchback::read::Row<'_>) + Sync,
) {
    bencher
        .counter(ItemsCount::new(ROWS.unsigned_abs()))
        .counter(BytesCount::of_str(text))
        .with_inputs(|| Cursor::new(text.to_owned()))
        .bench_values(|input| {
            let mut rows = Rows::open(input, None, options.clone()).unwrap();
            let mut number = 0;
            while let Some(row) = rows.next() {
                see(row.unwrap());
                number += 1;
            }
            assert_eq!(number, ROWS);
        });
}

fn read(bencher: Bencher, text: &str, format: Format) {
    let options = Options { format: Some(format), ..Options::default() };
    each_row(bencher, text, &options, |row| {
        divan::black_box(row.event.unwrap());
    });
}

#[divan::bench]
fn json_lines_flat(bencher: Bencher) {
    read(bencher, &flat(), Format::Lines);
}

#[divan::bench]
fn json_lines_of_linkedin(bencher: Bencher) {
    read(bencher, &nested(), Format::Lines);
}

#[divan::bench]
fn json_array(bencher: Bencher) {
    read(bencher, &array(), Format::Array);
}

#[divan::bench]
fn csv_plain(bencher: Bencher) {
    read(bencher, &csv(), Format::Csv);
}

#[divan::bench]
fn csv_all_quoted(bencher: Bencher) {
    read(bencher, &quoted_csv(), Format::Csv);
}

/// What the event ids of rows without one cost.
#[divan::bench]
fn json_lines_with_made_ids(bencher: Bencher) {
    let text = flat().replace("\"event_id\":", "\"eventid\":null,\"x\":");
    let options = Options { event_ids: true, ..Options::default() };
    each_row(bencher, &text, &options, |row| {
        divan::black_box(row.event.unwrap());
    });
}

/// From JSON Lines to the body of a request, with SHA-256 and everything.
#[divan::bench]
fn json_lines_to_prepared(bencher: Bencher) {
    let text = flat();
    let policy = Policy::default();
    bencher
        .counter(ItemsCount::new(ROWS.unsigned_abs()))
        .with_inputs(|| (Cursor::new(text.clone()), Vec::with_capacity(8 << 20), Vec::new()))
        .bench_values(|(input, mut body, mut warnings)| {
            let mut rows = Rows::open(input, None, Options::default()).unwrap();
            while let Some(row) = rows.next() {
                let event = row.unwrap().event.unwrap();
                matchback::prepare_into(&event, &policy, NOW, &mut body, &mut warnings).unwrap();
            }
            body
        });
}
