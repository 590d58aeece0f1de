//! The `matchback` command: reads words, calls one file per command, turns the ending into an exit
//! code. Data goes to standard output, talk to standard error.

mod args;
mod config_show;
mod example;
mod exit;
mod hash_email;
mod input;
mod logging;
mod prepare;
mod sandbox;
mod send;

use args::{Arguments, Command, ConfigCommand, Policy};
use clap::{CommandFactory, Parser};
use exit::{Ending, Failure, told};
use matchback::config::ladder::{self, Resolved};
use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    logging::start(arguments.verbose);
    match run(arguments) {
        Ok(ending) => ending.into(),
        // Whoever read our output has gone (`matchback prepare … | head`): not our failure.
        Err(failure) if failure.is_broken_pipe() => Ending::Done.into(),
        Err(failure) => {
            let _ = writeln!(io::stderr(), "{failure}");
            failure.ending.into()
        }
    }
}

fn run(arguments: Arguments) -> Result<Ending, Failure> {
    let Arguments { command, config, verbose: _ } = arguments;
    let file = config.as_deref();
    match command {
        Command::Send(arguments) => {
            let resolved = settings(&arguments.policy, file)?;
            send::run(arguments, resolved.config)
        }
        Command::Prepare(arguments) => {
            let resolved = settings(&arguments.policy, file)?;
            let now_ms = arguments.now.unwrap_or_else(now_ms);
            let rows = input::open(arguments.input, false)?;
            prepare::run(rows, &resolved.config.policy, now_ms, standard_output())
        }
        Command::HashEmail(arguments) => {
            let (input, talk) = (io::stdin().lock(), io::stderr().lock());
            hash_email::run(arguments.emails, input, standard_output(), talk)
        }
        Command::Sandbox(arguments) => sandbox::run(&arguments),
        Command::Example(arguments) => example::run(&arguments, now_ms(), standard_output()),
        Command::Config(arguments) => {
            let ConfigCommand::Show { origin, json } = arguments.command;
            let resolved = ladder::load(BTreeMap::new(), file).map_err(|error| told(&error))?;
            config_show::run(&resolved, origin, json, standard_output())
        }
        Command::Completions { shell } => {
            let mut command = Arguments::command();
            clap_complete::generate(shell, &mut command, "matchback", &mut standard_output());
            Ok(Ending::Done)
        }
    }
}

/// The settings in force, those of the command line first.
fn settings(policy: &Policy, file: Option<&Path>) -> Result<Resolved, Failure> {
    let mut given: BTreeMap<String, String> = policy.settings.iter().cloned().collect();
    if given.contains_key("token") {
        let what = "the token is not taken from the command line, where other users can read it";
        return Err(Failure::usage(what, "put it into MATCHBACK_TOKEN or into a file of your own"));
    }
    if let Some(version) = &policy.linkedin_version {
        given.insert("linkedin_version".to_owned(), version.clone());
    }
    ladder::load(given, file).map_err(|error| told(&error))
}

fn standard_output() -> impl Write {
    BufWriter::new(io::stdout().lock())
}

fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}
