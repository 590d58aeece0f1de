//! What can be asked for on the command line? Words only; what they do is in the other files.

use clap::{Args, Parser, Subcommand, ValueEnum};
use matchback::read::{Field, Format};
use std::path::PathBuf;

/// Sends conversions to LinkedIn's Conversions API.
///
/// Not affiliated with LinkedIn.
#[derive(Parser)]
#[command(name = "matchback", version, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Tell more: -v what happens, -vv every request, -vvv everything (never an event's content).
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Settings file instead of the `matchback.toml` found from this folder upwards.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Send a file of conversions.
    Send(Send),
    /// Show what would be sent: events in, LinkedIn's JSON or the problems out; never sends.
    Prepare(Prepare),
    /// Normalise and hash e-mail addresses.
    HashEmail(HashEmail),
    /// Run a look-alike of LinkedIn's API on this machine, for trying out and for tests.
    Sandbox(Sandbox),
    /// Write example files of 10,000 conversions as an export would hold them.
    Example(Example),
    /// Show the settings in force.
    Config(Config),
    /// Print a completion script for your shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

#[derive(Args)]
pub(crate) struct Input {
    /// JSON Lines, a JSON array or CSV, gzipped or not; `-` is standard input.
    #[arg(default_value = "-")]
    pub(crate) file: PathBuf,
    /// The layout, where name and content do not tell it.
    #[arg(long, value_enum)]
    pub(crate) format: Option<InputFormat>,
    /// The character between CSV columns: one character, or `tab`.
    #[arg(long, value_parser = delimiter)]
    pub(crate) delimiter: Option<u8>,
    /// Take COLUMN for FIELD. Can be given several times.
    #[arg(long, value_name = "COLUMN=FIELD", value_parser = mapped)]
    pub(crate) map: Vec<(String, Field)>,
    /// A value for rows that bring none, such as `rule=123`. Can be given several times.
    #[arg(long, value_name = "FIELD=VALUE", value_parser = constant)]
    pub(crate) set: Vec<(Field, String)>,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum InputFormat {
    /// One JSON object on each line.
    Jsonl,
    /// One JSON array of objects.
    Json,
    /// Columns with a header line.
    Csv,
}

impl From<InputFormat> for Format {
    fn from(format: InputFormat) -> Self {
        match format {
            InputFormat::Jsonl => Format::Lines,
            InputFormat::Json => Format::Array,
            InputFormat::Csv => Format::Csv,
        }
    }
}

#[derive(Args)]
pub(crate) struct Policy {
    /// Version of LinkedIn's API (yyyymm).
    #[arg(long, value_name = "YYYYMM")]
    pub(crate) linkedin_version: Option<String>,
    /// Any setting by its name in `matchback config show`, such as `emails=all`.
    #[arg(long = "setting", value_name = "NAME=VALUE", value_parser = setting)]
    pub(crate) settings: Vec<(String, String)>,
}

#[derive(Args)]
pub(crate) struct Send {
    #[command(flatten)]
    pub(crate) input: Input,
    #[command(flatten)]
    pub(crate) policy: Policy,
    /// Where to: LinkedIn, or a sandbox started for this run.
    #[arg(long, value_enum, default_value = "linkedin")]
    pub(crate) to: Target,
    /// Print what would be sent, as `prepare` does, and send nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Write the rows that did not make it to this file (CSV: row, code, path, hint).
    #[arg(long, value_name = "FILE")]
    pub(crate) rejects: Option<PathBuf>,
    /// Print the summary as one JSON object on standard output.
    #[arg(long)]
    pub(crate) json: bool,
    /// No progress bar and no summary, only errors.
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Target {
    /// LinkedIn, with the configured token.
    Linkedin,
    /// A sandbox on this machine, started and stopped with the command.
    Sandbox,
}

#[derive(Args)]
pub(crate) struct Prepare {
    #[command(flatten)]
    pub(crate) input: Input,
    #[command(flatten)]
    pub(crate) policy: Policy,
    /// The moment to judge ages by: milliseconds since 1970 or a date with zone. Default: now.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub(crate) now: Option<i64>,
}

#[derive(Args)]
pub(crate) struct HashEmail {
    /// Addresses; without any, one per line from standard input (which keeps them out of your
    /// shell's history and of the process list).
    pub(crate) emails: Vec<String>,
}

#[derive(Args)]
pub(crate) struct Sandbox {
    /// Port to listen on; 0 takes a free one.
    #[arg(long, default_value_t = 8085)]
    pub(crate) port: u16,
    /// Tell the ready line as JSON, for scripts.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct Example {
    /// Folder to write `conversions.csv` and `conversions.jsonl` to.
    #[arg(default_value = "examples")]
    pub(crate) folder: PathBuf,
    /// How many rows.
    #[arg(long, default_value_t = 10_000)]
    pub(crate) rows: u64,
    /// Print what will become of the rows as one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct Config {
    #[command(subcommand)]
    pub(crate) command: ConfigCommand,
}

#[derive(Subcommand)]
pub(crate) enum ConfigCommand {
    /// List every setting with its value; the token is masked.
    Show {
        /// Also say where each value comes from.
        #[arg(long)]
        origin: bool,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
}

fn pair(text: &str) -> Result<(&str, &str), String> {
    text.split_once('=').ok_or_else(|| "write NAME=VALUE".to_owned())
}

fn field(name: &str) -> Result<Field, String> {
    let known = || Field::ALL.iter().map(|field| field.name()).collect::<Vec<_>>().join(", ");
    Field::of(name).ok_or_else(|| format!("there is no field of this name; fields: {}", known()))
}

fn mapped(text: &str) -> Result<(String, Field), String> {
    // A column's own name may contain `=`; a field's never does.
    let (column, name) = text.rsplit_once('=').ok_or("write COLUMN=FIELD")?;
    Ok((column.to_owned(), field(name)?))
}

fn constant(text: &str) -> Result<(Field, String), String> {
    let (name, value) = pair(text)?;
    Ok((field(name)?, value.to_owned()))
}

fn setting(text: &str) -> Result<(String, String), String> {
    let (name, value) = pair(text)?;
    Ok((name.trim().to_owned(), value.to_owned()))
}

fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        [one] if one.is_ascii() => Ok(*one),
        _ if matches!(text, "tab" | "\\t") => Ok(b'\t'),
        _ => Err("give one character, or tab".to_owned()),
    }
}

fn moment(text: &str) -> Result<i64, String> {
    let wrong = || "give milliseconds since 1970, or a time as 2026-09-01T10:00:00Z".to_owned();
    text.parse().or_else(|_| {
        let time: jiff::Timestamp = text.parse().map_err(|_| wrong())?;
        Ok(time.as_millisecond())
    })
}
