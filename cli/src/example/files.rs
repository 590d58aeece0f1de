//! How does a row look in each file? Cells under the headers of an export, and a line of JSON under
//! our flat names or LinkedIn's nested ones. Writes rows; never decides what is in them.

use super::row::Row;
use serde::{Serialize, Serializer};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, ErrorKind, Write};
use std::path::Path;

const CSV_NAME: &str = "conversions.csv";
const JSON_NAME: &str = "conversions.jsonl";

/// The headers of `conversions.csv`.
pub(super) const HEADERS: [&str; 15] = [
    "Order ID",
    "Closed At",
    "E-Mail",
    "First Name",
    "Last Name",
    "Job Title",
    "Company",
    "Country",
    "Phone",
    "li_fat_id",
    "IP",
    "Amount",
    "Currency",
    "Consent",
    "Conversion Rule",
];

/// Both files, open for writing.
pub(super) struct Files {
    csv: csv::Writer<BufWriter<File>>,
    json: BufWriter<File>,
    rows: u64,
}

impl Files {
    /// Replaces files that this command has written before, and refuses to replace any other.
    pub(super) fn create(folder: &Path) -> io::Result<Files> {
        fs::create_dir_all(folder)?;
        let (csv, json) = (folder.join(CSV_NAME), folder.join(JSON_NAME));
        if (csv.exists() || json.exists()) && !is_ours(&csv) {
            return Err(io::Error::new(
                ErrorKind::AlreadyExists,
                "the folder holds files of this name that are no examples; give another folder",
            ));
        }
        let mut csv = csv::Writer::from_writer(BufWriter::new(File::create(csv)?));
        csv.write_record(HEADERS)?;
        csv.flush()?;
        Ok(Files { csv, json: BufWriter::new(File::create(json)?), rows: 0 })
    }

    /// Writes the row to both files; in the JSON every third has LinkedIn's names.
    pub(super) fn write(&mut self, row: &Row) -> io::Result<()> {
        self.csv.write_record(cells(row))?;
        let object = if self.rows % 3 == 2 { nested(row) } else { flat(row) };
        serde_json::to_writer(&mut self.json, &object)?;
        self.rows += 1;
        self.json.write_all(b"\n")
    }

    /// Brings everything to the files. Without it an error on the last bytes would go unseen.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.csv.flush()?;
        self.json.flush()
    }
}

fn is_ours(csv: &Path) -> bool {
    let mut first_line = String::new();
    let read = File::open(csv).and_then(|file| BufReader::new(file).read_line(&mut first_line));
    read.is_ok() && first_line.trim_end() == HEADERS.join(",")
}

/// In the order of `HEADERS`.
fn cells(row: &Row) -> [&str; HEADERS.len()] {
    [
        &row.order_id,
        &row.closed_at,
        &row.email,
        &row.first_name,
        &row.last_name,
        &row.title,
        &row.company,
        &row.country,
        &row.phone,
        &row.click_id,
        &row.ip,
        &row.amount,
        &row.currency,
        &row.consent,
        &row.rule,
    ]
}

/// A JSON value that keeps its members in order and shows only those that hold something.
enum Json<'a> {
    Nothing,
    Text(&'a str),
    Number(u64),
    List(Vec<Json<'a>>),
    Object(Vec<(&'static str, Json<'a>)>),
}

impl<'a> Json<'a> {
    fn text(text: &'a str) -> Self {
        if text.is_empty() { Json::Nothing } else { Json::Text(text) }
    }

    fn number_or_text(text: &'a str) -> Self {
        text.parse().map_or_else(|_| Json::text(text), Json::Number)
    }

    fn holds_something(&self) -> bool {
        match self {
            Json::Nothing => false,
            Json::Object(members) => members.iter().any(|(_, value)| value.holds_something()),
            // LinkedIn wants the list of ids even when it is empty.
            Json::Text(_) | Json::Number(_) | Json::List(_) => true,
        }
    }
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Json::Nothing => serializer.serialize_unit(),
            Json::Text(text) => serializer.serialize_str(text),
            Json::Number(number) => serializer.serialize_u64(*number),
            Json::List(values) => serializer.collect_seq(values),
            Json::Object(members) => {
                let given = members.iter().filter(|(_, value)| value.holds_something());
                serializer.collect_map(given.map(|(name, value)| (name, value)))
            }
        }
    }
}

fn flat(row: &Row) -> Json<'_> {
    Json::Object(vec![
        ("rule", Json::number_or_text(&row.rule)),
        ("happened_at", Json::number_or_text(&row.closed_at)),
        ("event_id", Json::text(&row.order_id)),
        ("email", Json::text(&row.email)),
        ("click_id", Json::text(&row.click_id)),
        ("ip_address", Json::text(&row.ip)),
        ("first_name", Json::text(&row.first_name)),
        ("last_name", Json::text(&row.last_name)),
        ("title", Json::text(&row.title)),
        ("company_name", Json::text(&row.company)),
        ("country_code", Json::text(&row.country)),
        ("phone", Json::text(&row.phone)),
        ("amount", Json::text(&row.amount)),
        ("currency", Json::text(&row.currency)),
        ("consent", Json::text(&row.consent)),
    ])
}

/// LinkedIn's names and nesting (`docs/linkedin.md` §1.2), with the values as the export has them.
fn nested(row: &Row) -> Json<'_> {
    let ids = [
        ("SHA256_EMAIL", &row.email),
        ("LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID", &row.click_id),
        ("PLAINTEXT_IP_ADDRESS", &row.ip),
    ];
    let given = ids.into_iter().filter(|(_, value)| !value.is_empty());
    let ids = given.map(|(kind, value)| {
        Json::Object(vec![("idType", Json::Text(kind)), ("idValue", Json::Text(value))])
    });
    let ids = Json::List(ids.collect());
    let info = Json::Object(vec![
        ("firstName", Json::text(&row.first_name)),
        ("lastName", Json::text(&row.last_name)),
        ("title", Json::text(&row.title)),
        ("companyName", Json::text(&row.company)),
        ("countryCode", Json::text(&row.country)),
    ]);
    let value =
        vec![("currencyCode", Json::text(&row.currency)), ("amount", Json::text(&row.amount))];
    Json::Object(vec![
        ("conversion", Json::text(&row.rule)),
        ("conversionHappenedAt", Json::number_or_text(&row.closed_at)),
        ("eventId", Json::text(&row.order_id)),
        ("conversionValue", Json::Object(value)),
        ("user", Json::Object(vec![("userIds", ids), ("userInfo", info)])),
        ("consent", Json::text(&row.consent)),
    ])
}
