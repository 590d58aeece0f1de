//! How many events a second does the sandbox take in batches of 5,000, over loopback?
//!
//! `cargo run --release -p matchback-sandbox --example throughput`
#![allow(clippy::print_stdout, reason = "it prints its measurement")]

use matchback_sandbox::Sandbox;
use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Instant;

const BATCH: usize = 5_000;
const REQUESTS: usize = 100;

fn main() -> std::io::Result<()> {
    let sandbox = Sandbox::start()?;
    let bodies: Vec<String> = (0..4).map(|number| body(number, sandbox.now_ms())).collect();
    let mut stream = TcpStream::connect(("127.0.0.1", sandbox.port()))?;
    let begun = Instant::now();
    for number in 0..REQUESTS {
        post(&mut stream, sandbox.token(), &bodies[number % bodies.len()])?;
    }
    let seconds = begun.elapsed().as_secs_f64();
    let counts = sandbox.counts();
    let bytes = bodies[0].len();
    println!(
        "{} events stored, {} duplicates, {bytes} bytes a batch: {:.0} events/s",
        counts.stored,
        counts.duplicates,
        f64::from(u32::try_from(counts.stored).unwrap_or(u32::MAX)) / seconds
    );
    Ok(())
}

/// A batch of rich events.
fn body(number: usize, now_ms: i64) -> String {
    let mut body = String::from(r#"{"elements":["#);
    for index in 0..BATCH {
        let comma = if index == 0 { "" } else { "," };
        // Writing to a `String` cannot fail.
        let _ = write!(
            body,
            r#"{comma}{{"conversion":"urn:lla:llaPartnerConversion:7001001","conversionHappenedAt":{},"eventId":"order-{number}-{index}","conversionValue":{{"currencyCode":"EUR","amount":"149.90"}},"user":{{"userIds":[{{"idType":"SHA256_EMAIL","idValue":"973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b"}},{{"idType":"LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID","idValue":"df5gf5-gh6t7-ph4j7h-fgf6n1"}}],"userInfo":{{"firstName":"Ada","lastName":"Byron","companyName":"Analytical Engines","countryCode":"GB"}}}}}}"#,
            now_ms - 60_000,
        );
    }
    body.push_str("]}");
    body
}

/// Sends a batch on a kept-alive connection and reads the whole answer.
fn post(stream: &mut TcpStream, token: &str, body: &str) -> std::io::Result<()> {
    let head = format!(
        "POST /rest/conversionEvents HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {token}\r\n\
         linkedin-version: 202609\r\nx-restli-method: BATCH_CREATE\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())?;
    let mut answer = Vec::new();
    let mut chunk = [0; 8_192];
    while !answer.ends_with(b"]}") {
        let read = stream.read(&mut chunk)?;
        if read == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        answer.extend_from_slice(&chunk[..read]);
    }
    if answer.starts_with(b"HTTP/1.1 200") {
        Ok(())
    } else {
        Err(std::io::Error::other("a batch was refused"))
    }
}
