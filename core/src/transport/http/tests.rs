//! The transport against a server of a few lines on loopback: what goes out, and how each way of
//! failing is told apart.
#![allow(clippy::unwrap_used, reason = "a failed test should panic here")]

use super::*;
use crate::secret::Secret;
use crate::transport::{BodyPool, RequestId};
use crate::version::ApiVersion;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const TOKEN: &str = "AQX-secret-token";

fn config(base_url: String) -> Config {
    // Long enough for a busy machine, short enough for the one test that waits for it.
    Config { base_url, request_timeout_ms: 2_000, connect_timeout_ms: 2_000, ..Config::default() }
}

fn request(events: usize, json: &[u8]) -> Request {
    Request {
        id: RequestId(1),
        events,
        version: ApiVersion::NEWEST,
        token: Secret::new(TOKEN.to_owned()),
        body: BodyPool::default().fill(|bytes| bytes.extend_from_slice(json)),
    }
}

/// Reads the head of a request and as much of the body as `most`.
async fn read_request(socket: &mut TcpStream, most: usize) -> String {
    let (mut seen, mut buffer) = (Vec::new(), [0; 4_096]);
    loop {
        let text = String::from_utf8_lossy(&seen).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .map_or(0, |length| length.parse::<usize>().unwrap());
            if body.len() >= length.min(most) {
                return text;
            }
        }
        match socket.read(&mut buffer).await.unwrap() {
            0 => return text,
            count => seen.extend_from_slice(&buffer[..count]),
        }
    }
}

/// What one request ends with when the server does `serve`.
fn against<F>(
    sent: Request,
    serve: impl FnOnce(TcpStream) -> F + Send + 'static,
) -> Result<Answer, Failure>
where
    F: Future<Output = ()> + Send,
{
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let transport = HttpTransport::new(&config(format!("http://{address}"))).unwrap();
        let server = async {
            let (socket, _) = listener.accept().await.unwrap();
            serve(socket).await;
        };
        let (answer, ()) = tokio::join!(transport.send(sent), server);
        answer
    })
}

async fn answer(mut socket: TcpStream, text: String) {
    read_request(&mut socket, usize::MAX).await;
    socket.write_all(text.as_bytes()).await.unwrap();
}

#[test]
fn a_batch_goes_out_with_linkedins_headers_and_the_answer_comes_back() {
    let (sender, seen) = std::sync::mpsc::channel();
    let result = against(request(2, br#"{"elements":[{},{}]}"#), |mut socket| async move {
        sender.send(read_request(&mut socket, usize::MAX).await).unwrap();
        let text = "HTTP/1.1 200 OK\r\nX-LI-UUID: AAY=\r\nRetry-After: 7\r\n\
            Date: Tue, 24 Nov 2026 12:00:00 GMT\r\nContent-Length: 2\r\n\r\n{}";
        socket.write_all(text.as_bytes()).await.unwrap();
    });
    let expected = Answer {
        status: 200,
        from_linkedin: true,
        gateway_error: false,
        request_id: Some("AAY=".to_owned()),
        retry_after: Some("7".to_owned()),
        date: Some("Tue, 24 Nov 2026 12:00:00 GMT".to_owned()),
        body: b"{}".to_vec(),
    };
    assert_eq!(result.unwrap(), expected);
    let sent = seen.recv().unwrap();
    for line in [
        "POST /rest/conversionEvents HTTP/1.1",
        "authorization: Bearer AQX-secret-token",
        "content-type: application/json",
        "linkedin-version: 202609",
        "x-restli-protocol-version: 2.0.0",
        "x-restli-method: BATCH_CREATE",
        concat!("user-agent: matchback/", env!("CARGO_PKG_VERSION")),
        "content-length: 20",
    ] {
        assert!(sent.lines().any(|sent| sent == line), "{line} is missing");
    }
    assert!(sent.ends_with(r#"{"elements":[{},{}]}"#));
}

#[test]
fn one_event_goes_out_without_the_batch_header() {
    let (sender, seen) = std::sync::mpsc::channel();
    let result = against(request(1, b"{}"), |mut socket| async move {
        sender.send(read_request(&mut socket, usize::MAX).await).unwrap();
        socket.write_all(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n").await.unwrap();
    });
    assert_eq!(result.unwrap().status, 201);
    assert!(!seen.recv().unwrap().contains("x-restli-method"));
}

#[test]
fn a_redirect_is_an_answer_like_any_other() {
    let text = "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n";
    let result = against(request(1, b"{}"), |socket| answer(socket, text.to_owned()));
    assert_eq!(result.unwrap().status, 302);
}

#[test]
fn a_long_answer_is_cut() {
    for (status, limit) in [(400, ERROR_BYTES), (200, SUCCESS_BYTES)] {
        let long = "x".repeat(2 * SUCCESS_BYTES);
        let text = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n\r\n{long}", long.len());
        let result = against(request(1, b"{}"), |mut socket| async move {
            read_request(&mut socket, usize::MAX).await;
            // The reader hangs up before the end.
            let _ = socket.write_all(text.as_bytes()).await;
        });
        assert_eq!(result.unwrap().body.len(), limit, "{status}");
    }
}

#[test]
fn phases_are_told_apart() {
    let fails = |failure: Result<Answer, Failure>| failure.unwrap_err();
    let is = |phase, kind| Failure { phase, kind };

    let refused = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let refused = refused.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        HttpTransport::new(&config(base_url)).unwrap().send(request(1, b"{}")).await
    });
    assert_eq!(fails(refused), is(Phase::Unsent, FailureKind::Connect));

    // The body is larger than every buffer on the way, and the server hangs up in the middle.
    let large = vec![b' '; 64 * 1024 * 1024];
    let cut_upload = against(request(2, &large), |mut socket| async move {
        read_request(&mut socket, 100_000).await;
    });
    assert_eq!(fails(cut_upload), is(Phase::Unsent, FailureKind::Broken));

    let cut_answer = against(request(1, b"{}"), |mut socket| async move {
        read_request(&mut socket, usize::MAX).await;
    });
    assert_eq!(fails(cut_answer), is(Phase::Unknown, FailureKind::Broken));

    let silent = against(request(1, b"{}"), |mut socket| async move {
        read_request(&mut socket, usize::MAX).await;
        // Until the client gives up.
        read_request(&mut socket, usize::MAX).await;
    });
    assert_eq!(fails(silent), is(Phase::Unknown, FailureKind::Timeout));

    let garbled = against(request(1, b"{}"), |socket| answer(socket, "SSH-2.0-x\r\n".to_owned()));
    assert_eq!(fails(garbled), is(Phase::Unknown, FailureKind::Garbled));

    let text = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"elements\"";
    let cut_success = against(request(1, b"{}"), |socket| answer(socket, text.to_owned()));
    assert_eq!(fails(cut_success).phase, Phase::Unknown);

    let text = "HTTP/1.1 422 X\r\nContent-Length: 100\r\n\r\n{\"message\"";
    let cut_error = against(request(1, b"{}"), |socket| answer(socket, text.to_owned()));
    assert_eq!(cut_error.unwrap().status, 422);
}

#[test]
fn nothing_printable_holds_the_token() {
    let sent = request(2, b"{\"email\":\"ada@example.com\"}");
    assert_eq!(format!("{sent:?}"), "Request 1: 2 events, 27 bytes, 202609");
    let header = headers(&sent).unwrap();
    assert!(header[AUTHORIZATION].is_sensitive());
    assert!(!format!("{header:?}").contains(TOKEN));
}
