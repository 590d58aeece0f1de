//! What must pass before a change lands? The steps in the order in which they fail fastest.

use crate::steps::{self, Outcome, Step, cargo, root, target};
use anyhow::{Result, bail};
use std::path::Path;
use std::time::Instant;

const RUST: &[&str] = &[
    "Cargo.toml",
    "Cargo.lock",
    ".cargo",
    "rustfmt.toml",
    "core",
    "sandbox",
    "cli",
    "tests",
    "xtask",
];

const STEPS: &[Step] = &[
    Step { name: "format", reads: RUST, run: |root| cargo(root, &["fmt", "--all", "--check"]) },
    Step {
        name: "vectors",
        reads: &["tests/vectors"],
        run: |root| steps::run(root, "python3", &["tests/vectors/make.py", "--check"]),
    },
    Step {
        name: "lints",
        reads: RUST,
        run: |root| {
            let lint = ["clippy", "--release", "--workspace", "--all-targets", "--", "-Dwarnings"];
            cargo(root, &lint)
        },
    },
    Step {
        name: "tests",
        reads: &[
            "Cargo.toml",
            "Cargo.lock",
            ".cargo",
            "core",
            "sandbox",
            "cli",
            "tests",
            "xtask",
            "examples",
            "docs",
            "README.md",
        ],
        run: |root| cargo(root, &["test", "--release", "--workspace"]),
    },
    Step {
        name: "documentation",
        reads: RUST,
        run: |root| {
            let pages = ["doc", "--release", "--workspace", "--no-deps", "--quiet"];
            cargo(root, &pages)
        },
    },
    Step { name: "licences", reads: &["Cargo.lock", "deny.toml"], run: licences },
];

/// Runs every step, also after one has failed, and says how many passed.
fn run_all() -> Result<(usize, usize)> {
    let root = root()?;
    let (mut passed, mut failed) = (0, 0);
    for step in STEPS {
        match step.run(&root) {
            Outcome::Passed | Outcome::Unchanged => passed += 1,
            Outcome::Failed => failed += 1,
        }
    }
    Ok((passed, failed))
}

pub(crate) fn run() -> Result<()> {
    let start = Instant::now();
    let (passed, failed) = run_all()?;
    println!("-- {:.0} s in all", start.elapsed().as_secs_f64());
    println!("{passed} passed, {failed} failed");
    if failed > 0 {
        bail!("{failed} of {} steps failed", STEPS.len());
    }
    Ok(())
}

/// The newest that builds with the project's compiler.
const CARGO_DENY: &str = "0.20.2";

fn licences(root: &Path) -> Result<()> {
    let tools = target(root).join("tools");
    let deny = tools.join("bin").join("cargo-deny");
    if !deny.exists() {
        let (to, tools) = ("--root", tools.to_string_lossy().into_owned());
        cargo(
            root,
            &["install", "--locked", "--quiet", "cargo-deny", "--version", CARGO_DENY, to, &tools],
        )?;
    }
    let deny = deny.to_string_lossy().into_owned();
    // Advisories need a database that lies outside the package registry; they are checked by hand.
    steps::run(root, &deny, &["check", "bans", "licenses", "sources"])
}
