//! How does the sandbox break a connection? By owning the socket between hyper and the client.
//! It must never know why: a handler sets the mood of its line, the socket obeys.

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Sleep;

/// What happens to whatever is written next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mood {
    #[default]
    Normal,
    /// Nothing more is read or written: the client sees a reset.
    Cut,
    /// The answer's head and half of its body get through (half of the head if there is no body).
    CutMidAnswer,
    /// The other half: refused without a reset, so that the first half arrives.
    Ended,
    /// One byte, then a pause, and so on.
    Drip(Duration),
}

/// The handle of one connection, as handlers get it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line(Arc<Mutex<Mood>>);

impl Line {
    pub(crate) fn set(&self, mood: Mood) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = mood;
    }

    fn mood(&self) -> Mood {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Connected<IncomingStream<'_, LineListener>> for Line {
    fn connect_info(stream: IncomingStream<'_, LineListener>) -> Self {
        stream.remote_addr().clone()
    }
}

/// Accepts connections whose [`Line`] can be cut.
pub(crate) struct LineListener(pub(crate) TcpListener);

impl Listener for LineListener {
    type Io = LineStream;
    type Addr = Line;

    async fn accept(&mut self) -> (LineStream, Line) {
        loop {
            if let Ok((stream, _)) = self.0.accept().await {
                let _ = stream.set_nodelay(true);
                let line = Line::default();
                return (LineStream { stream, line: line.clone(), pause: None }, line);
            }
            // Out of file descriptors, most likely: give others time to close theirs.
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    fn local_addr(&self) -> io::Result<Line> {
        Ok(Line::default())
    }
}

/// A socket that obeys the mood of its line.
#[derive(Debug)]
pub(crate) struct LineStream {
    stream: TcpStream,
    line: Line,
    pause: Option<Pin<Box<Sleep>>>,
}

impl LineStream {
    fn cut(&self) -> io::Error {
        // Closing with a zero linger is what makes the client see a reset instead of an end.
        let _ = self.stream.set_zero_linger();
        io::ErrorKind::ConnectionReset.into()
    }
}

impl AsyncRead for LineStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.line.mood() == Mood::Cut {
            return Poll::Ready(Err(self.cut()));
        }
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for LineStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let allowed = match self.line.mood() {
            Mood::Normal => bytes,
            Mood::Cut => return Poll::Ready(Err(self.cut())),
            Mood::CutMidAnswer => {
                let part = &bytes[..first_half(bytes)];
                let written = ready!(Pin::new(&mut self.stream).poll_write(context, part))?;
                self.line.set(Mood::Ended);
                return Poll::Ready(Ok(written));
            }
            Mood::Ended => return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into())),
            Mood::Drip(pause) => {
                if let Some(sleep) = self.pause.as_mut() {
                    ready!(sleep.as_mut().poll(context));
                }
                self.pause = Some(Box::pin(tokio::time::sleep(pause)));
                &bytes[..bytes.len().min(1)]
            }
        };
        Pin::new(&mut self.stream).poll_write(context, allowed)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// The length of head and half the body, or of half the head where no body follows it.
fn first_half(answer: &[u8]) -> usize {
    let head = answer.windows(4).position(|four| four == b"\r\n\r\n").map_or(0, |at| at + 4);
    let body = answer.len() - head;
    if body == 0 { answer.len() / 2 } else { head + body / 2 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_an_answer_keeps_the_head_if_there_is_a_body() {
        assert_eq!(first_half(b"HEAD\r\n\r\nabcd"), 10);
        assert_eq!(first_half(b"HEAD\r\n\r\n"), 4);
    }
}
