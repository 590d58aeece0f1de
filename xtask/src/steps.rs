//! How is one step run, timed and skipped? A step that passed leaves a stamp of the files it
//! depends on; as long as they are the same it is not run again.

use anyhow::{Context, Result, bail};
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// One thing that must pass.
pub(crate) struct Step {
    /// What it shows, in two or three words.
    pub(crate) name: &'static str,
    /// Files and folders it depends on; the step is skipped while they are unchanged.
    pub(crate) reads: &'static [&'static str],
    /// What it does.
    pub(crate) run: fn(&Path) -> Result<()>,
}

/// How a step ended.
pub(crate) enum Outcome {
    Passed,
    Unchanged,
    Failed,
}

impl Step {
    /// Runs the step unless nothing has changed since it last passed.
    pub(crate) fn run(&self, root: &Path) -> Outcome {
        let stamp = stamp_file(root, self.name);
        let now = fingerprint(root, self.reads);
        if std::fs::read_to_string(&stamp).is_ok_and(|before| before == now) {
            println!("-- {}: unchanged", self.name);
            return Outcome::Unchanged;
        }
        println!("-- {}", self.name);
        let start = Instant::now();
        match (self.run)(root) {
            Ok(()) => {
                println!("-- {}: passed in {:.1} s", self.name, start.elapsed().as_secs_f64());
                let written = stamp.parent().map_or(Ok(()), std::fs::create_dir_all);
                if written.and_then(|()| std::fs::write(&stamp, now)).is_err() {
                    println!("   (no stamp could be written; it will run again next time)");
                }
                Outcome::Passed
            }
            Err(error) => {
                println!("-- {}: FAILED: {error:#}", self.name);
                Outcome::Failed
            }
        }
    }
}

/// The folder cargo builds into.
pub(crate) fn target(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from)
}

/// The project's folder.
pub(crate) fn root() -> Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    Ok(here.parent().context("xtask lies in the project's folder")?.to_owned())
}

/// Runs a command, its output going to the terminal.
pub(crate) fn run(root: &Path, program: &str, arguments: &[&str]) -> Result<()> {
    let status = Command::new(program)
        .args(arguments)
        .current_dir(root)
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("{program} could not be started"))?;
    if !status.success() {
        bail!("`{program} {}` ended with {status}", arguments.join(" "));
    }
    Ok(())
}

/// Runs cargo itself.
pub(crate) fn cargo(root: &Path, arguments: &[&str]) -> Result<()> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    run(root, &cargo, arguments)
}

fn stamp_file(root: &Path, name: &str) -> PathBuf {
    // Two checkouts may share a target folder; their stamps must not.
    let mut hasher = DefaultHasher::new();
    root.hash(&mut hasher);
    let file = format!("{}-{:x}", name.replace(' ', "-"), hasher.finish());
    target(root).join("xtask-stamps").join(file)
}

/// A hash over names and contents: sizes and times lie after a checkout.
fn fingerprint(root: &Path, reads: &[&str]) -> String {
    let mut files: Vec<PathBuf> = Vec::new();
    for name in reads {
        collect(&root.join(name), &mut files);
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        file.strip_prefix(root).unwrap_or(&file).hash(&mut hasher);
        std::fs::read(&file).ok().hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
}

const LEFT_OUT: [&str; 6] = ["target", "node_modules", ".git", ".venv", "__pycache__", "dist"];

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_file() {
        files.push(path.to_owned());
        return;
    }
    for entry in path.read_dir().into_iter().flatten().flatten() {
        let name = entry.file_name();
        if !LEFT_OUT.iter().any(|left_out| name == *left_out) {
            collect(&entry.path(), files);
        }
    }
}
