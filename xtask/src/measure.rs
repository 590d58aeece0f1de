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
        &["build", "--profile", "dist", "--package", "matchback", "--example", "prepare_lines"],
    )?;
    let folder = target(&root).join("compare");
    std::fs::create_dir_all(&folder)?;
    let engine = target(&root).join("dist/examples/prepare_lines");
    run(&root, "python3", &["tests/compare/run.py", text(&folder)?, text(&engine)?])
}

/// Instructions per prepared event, by callgrind: the difference of two runs, so that start-up and
/// the making of events fall out.
pub(crate) fn instructions() -> Result<()> {
    const FEW: u64 = 10_000;
    const MANY: u64 = 110_000;
    let root = root()?;
    cargo(
        &root,
        &["build", "--profile", "dist", "--package", "matchback", "--example", "prepare_loop"],
    )?;
    let engine = target(&root).join("dist/examples/prepare_loop");
    for mode in ["full", "without-hash"] {
        let few = count(&engine, mode, FEW)?;
        let many = count(&engine, mode, MANY)?;
        println!("{mode}: {} instructions per event", (many - few) / (MANY - FEW));
    }
    Ok(())
}

fn count(engine: &Path, mode: &str, events: u64) -> Result<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(engine)
        .args([mode, &events.to_string()])
        .output()
        .context("valgrind is needed")?;
    let said = String::from_utf8_lossy(&output.stderr);
    let line = said.lines().find(|line| line.contains("Collected")).context("no count")?;
    line.rsplit(' ').next().and_then(|number| number.parse().ok()).context("no number")
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
