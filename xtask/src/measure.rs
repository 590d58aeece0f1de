//! What does the engine cost? Measurements that are run by hand and quoted in `docs/performance.md`;
//! never part of the tests, because machines are noisy.

use crate::steps::{cargo, root, run, target};
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The engine beside what a user would write instead.
pub(crate) fn compare() -> Result<()> {
    let root = root()?;
    cargo(
        &root,
        &["build", "--profile", "bench", "--package", "matchback", "--example", "prepare_lines"],
    )?;
    let folder = target(&root).join("compare");
    std::fs::create_dir_all(&folder)?;
    let engine = target(&root).join("release/examples/prepare_lines");
    run(&root, "python3", &["tests/compare/run.py", text(&folder)?, text(&engine)?])
}

/// Instructions per prepared event, by callgrind: the difference of two runs, so that start-up and
/// the making of events fall out. The hash is counted apart: callgrind knows no SHA instructions,
/// so it sees the portable hash that no current processor runs.
pub(crate) fn instructions() -> Result<()> {
    const FEW: u64 = 10_000;
    const MANY: u64 = 110_000;
    let root = root()?;
    cargo(
        &root,
        &["build", "--profile", "bench", "--package", "matchback", "--example", "prepare_loop"],
    )?;
    let engine = target(&root).join("release/examples/prepare_loop");
    let counts = target(&root).join("callgrind.out");
    let few = count(&engine, &counts, FEW)?;
    let many = count(&engine, &counts, MANY)?;
    let per_event = |many: u64, few: u64| (many - few) / (MANY - FEW);
    let (all, hash) = (per_event(many.0, few.0), per_event(many.1, few.1));
    println!("{} instructions per event, and {hash} in the hash", all - hash);
    Ok(())
}

/// Instructions of a run: all, and those in functions of the hash.
fn count(engine: &Path, counts: &Path, events: u64) -> Result<(u64, u64)> {
    let status = Command::new("valgrind")
        .args(["--tool=callgrind", "--quiet"])
        .arg(format!("--callgrind-out-file={}", counts.display()))
        .arg(engine)
        .arg(events.to_string())
        .stdout(Stdio::null())
        .status()
        .context("valgrind is needed")?;
    if !status.success() {
        bail!("valgrind ended with {status}");
    }
    let table = Command::new("callgrind_annotate")
        .args(["--threshold=100", "--auto=no"])
        .arg(counts)
        .output()?;
    let table = String::from_utf8_lossy(&table.stdout);
    let number = |line: &str| -> Option<u64> {
        line.split_whitespace().next()?.replace(',', "").parse().ok()
    };
    let all = table.lines().find(|line| line.contains("PROGRAM TOTALS")).and_then(number);
    let hash = table.lines().filter(|line| line.contains("sha2") || line.contains("sha256"));
    Ok((all.context("no count")?, hash.filter_map(number).sum()))
}

/// Sends a generated file of many rows with `send --to sandbox` and reports the peak memory of that
/// process, the embedded sandbox included.
pub(crate) fn memory(arguments: &[String]) -> Result<()> {
    const LIMIT_MIB: u64 = 100;
    let rows = arguments.first().map_or("5000000", String::as_str);
    let root = root()?;
    cargo(&root, &["build", "--release", "--package", "matchback-cli"])?;
    let matchback = target(&root).join("release/matchback");
    let folder = target(&root).join("memory");
    std::fs::create_dir_all(&folder)?;
    run(&root, text(&matchback)?, &["example", text(&folder)?, "--rows", rows])?;

    let mut sender = Command::new(&matchback)
        .args([
            "send",
            text(&folder.join("conversions.csv"))?,
            "--to",
            "sandbox",
            "--quiet",
            "--json",
        ])
        .stdin(Stdio::null())
        .spawn()?;
    let start = Instant::now();
    let mut peak = 0;
    let status = loop {
        peak = peak.max(resident_mib(sender.id()).unwrap_or(0));
        if let Some(status) = sender.try_wait()? {
            break status;
        }
        std::thread::sleep(Duration::from_millis(100));
    };
    let seconds = start.elapsed().as_secs();
    println!(
        "{rows} rows in {seconds} s, peak {peak} MiB resident, the sandbox in the same process"
    );
    if !matches!(status.code(), Some(0 | 1)) {
        bail!("send ended with {status}");
    }
    if peak == 0 || peak > LIMIT_MIB {
        bail!("{peak} MiB; the limit is {LIMIT_MIB}");
    }
    Ok(())
}

/// The highest resident memory so far, from the kernel's own books.
fn resident_mib(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib / 1024)
}

fn text(path: &Path) -> Result<&str> {
    path.to_str().context("the path is not UTF-8")
}
