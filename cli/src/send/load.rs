//! What becomes of each row? Takes rows from the reader to the client and counts how each ended.
//! Only rows that are under way are remembered, by ticket, so memory is bounded by the outbox.

use super::progress::{Now, Progress};
use super::rejects::{Reject, Rejects};
use super::summary::Summary;
use crate::exit::{Ending, Failure, told};
use matchback::outbox::Admission;
use matchback::read::Rows;
use matchback::{
    AcceptError, Client, Code, Fate, Hold, Level, Notice, NoticeCode, Prepared, Problem, Rejection,
    Ticket, prepare,
};
use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Rows handed over at once.
const CHUNK: usize = 512;
/// How long to wait before looking again.
const PAUSE: Duration = Duration::from_millis(10);
/// What lies ahead by less than this is waited for; clocks differ by seconds.
const WORTH_WAITING_MS: i64 = 10_000;
/// How long an interrupted run waits for requests under way.
const LAST_WAIT: Duration = Duration::from_secs(10);

/// Where a row stood in the input.
#[derive(Clone, Copy)]
struct Place {
    row: u64,
    line: u64,
}

/// One run of `send`.
pub(super) struct Loader {
    client: Client,
    rows: Rows,
    rejects: Option<Rejects>,
    progress: Progress,
    interrupted: Arc<AtomicBool>,
    summary: Summary,
    chunk: Vec<Prepared>,
    places: Vec<Place>,
    under_way: HashMap<Ticket, Place>,
    started: Instant,
    shown: Instant,
}

impl Loader {
    pub(super) fn new(
        client: Client,
        rows: Rows,
        rejects: Option<Rejects>,
        progress: Progress,
        interrupted: Arc<AtomicBool>,
    ) -> Self {
        client.keep_outcomes(client.config().queue_events + CHUNK);
        let now = Instant::now();
        Loader {
            client,
            rows,
            rejects,
            progress,
            interrupted,
            summary: Summary::default(),
            chunk: Vec::with_capacity(CHUNK),
            places: Vec::with_capacity(CHUNK),
            under_way: HashMap::new(),
            started: now,
            shown: now,
        }
    }

    /// Reads to the end and waits for every answer that can come.
    pub(super) fn run(&mut self) -> Result<Ending, Failure> {
        let read = self.read();
        let stopped_by = self.wait();
        self.give_up()?;
        self.summary.accepted = self.summary.read - self.summary.rejected;
        read?;
        Ok(match stopped_by {
            _ if self.is_interrupted() => Ending::Interrupted,
            Some(code) if is_about_the_token(code) => Ending::Authentication,
            Some(_) => Ending::Temporary,
            None if self.summary.rejected > 0 => Ending::SomeRejected,
            None => Ending::Done,
        })
    }

    /// Closes everything and gives the counts.
    pub(super) fn finish(mut self) -> Result<Summary, Failure> {
        self.tell_notices();
        self.progress.finish();
        let stats = self.client.stats();
        self.summary.requests = stats.engine.requests;
        self.summary.seconds = self.started.elapsed().as_secs_f64();
        let ignored = self.rows.columns().into_iter().filter(|(_, field)| field.is_none());
        self.summary.ignored_columns = ignored.map(|(name, _)| name).collect();
        if let Some(rejects) = self.rejects {
            rejects.finish()?;
        }
        Ok(self.summary)
    }

    fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }

    fn read(&mut self) -> Result<(), Failure> {
        loop {
            let more = self.read_row()?;
            if self.chunk.len() == CHUNK || !more {
                self.hand_over()?;
                self.look();
            }
            if !more || self.is_interrupted() || self.needs_somebody().is_some() {
                return self.hand_over();
            }
        }
    }

    /// Reads and prepares one row; false at the end.
    fn read_row(&mut self) -> Result<bool, Failure> {
        let Some(row) = self.rows.next() else { return Ok(false) };
        let row = row.map_err(|error| told(&error))?;
        self.summary.read += 1;
        let place = Place { row: row.number, line: row.line };
        row.warnings.iter().for_each(|warning| self.summary.warn(warning.code));
        let policy = &self.client.config().policy;
        let prepared = row.event.and_then(|event| prepare(&event, policy, crate::now_ms()));
        match prepared {
            Ok(prepared) => {
                prepared.warnings.iter().for_each(|warning| self.summary.warn(warning.code));
                if let Some(problem) = cannot_wait(&prepared) {
                    return self.reject(place, &[problem], None).map(|()| true);
                }
                self.chunk.push(prepared);
                self.places.push(place);
            }
            Err(refused) => {
                // What was left out of it before explains why nothing was left.
                let problems = [refused.problems, refused.warnings].concat();
                self.reject(place, &problems, None)?;
            }
        }
        Ok(true)
    }

    /// Hands the chunk to the client, waiting while the outbox is full.
    fn hand_over(&mut self) -> Result<(), Failure> {
        while !self.chunk.is_empty() {
            match self.client.accept(&mut self.chunk) {
                Ok(admissions) => {
                    let places: Vec<Place> = self.places.drain(..admissions.len()).collect();
                    for (admission, place) in admissions.into_iter().zip(places) {
                        match admission {
                            Admission::Accepted(ticket) => {
                                self.under_way.insert(ticket, place);
                            }
                            Admission::Duplicate => self.summary.duplicates += 1,
                        }
                    }
                }
                Err(AcceptError::QueueFull) => {
                    if self.is_interrupted() || self.needs_somebody().is_some() {
                        return self.leave_chunk();
                    }
                    std::thread::sleep(PAUSE);
                }
                Err(error) => {
                    self.leave_chunk()?;
                    return Err(told(&error));
                }
            }
            self.look();
        }
        Ok(())
    }

    /// What was not handed over is not sent by this run.
    fn leave_chunk(&mut self) -> Result<(), Failure> {
        self.chunk.clear();
        for place in std::mem::take(&mut self.places) {
            self.reject(place, &[Problem::new(Code::Shutdown, "row")], None)?;
        }
        Ok(())
    }

    /// Waits until nothing more can end; the reason if somebody has to act first.
    fn wait(&mut self) -> Option<NoticeCode> {
        let mark = self.client.watermark();
        let mut last_moment = None;
        loop {
            self.look();
            let left = self.client.settled(mark);
            if left.left == 0 {
                return None;
            }
            if let Some(hold) = self.needs_somebody() {
                return Some(hold.code);
            }
            if left.left <= left.held && !self.falls_due_soon() {
                return None;
            }
            if self.is_interrupted() {
                let last = *last_moment.get_or_insert_with(|| Instant::now() + LAST_WAIT);
                if self.client.stats().engine.in_flight == 0 || Instant::now() > last {
                    return None;
                }
            }
            std::thread::sleep(PAUSE);
        }
    }

    /// What still waits is told as not sent: this outbox ends with the process.
    fn give_up(&mut self) -> Result<(), Failure> {
        self.client.close(Duration::ZERO);
        self.look();
        let mut left: Vec<Place> = std::mem::take(&mut self.under_way).into_values().collect();
        left.sort_by_key(|place| place.row);
        let stats = self.client.stats();
        let all_ahead = left.len() <= stats.waiting.ahead + stats.waiting.consent;
        let code = if all_ahead { Code::NotDue } else { Code::Shutdown };
        for place in left {
            self.reject(place, &[Problem::new(code, "happened_at")], None)?;
        }
        Ok(())
    }

    /// A hold that no waiting ends.
    fn needs_somebody(&self) -> Option<Hold> {
        let holds = self.client.stats().engine.holds;
        holds.into_iter().find(|hold| hold.code.level() == Level::Error)
    }

    fn falls_due_soon(&self) -> bool {
        let due = self.client.stats().next_due_ms;
        due.is_some_and(|due| due - crate::now_ms() < WORTH_WAITING_MS)
    }

    /// Takes in what has ended, and redraws.
    fn look(&mut self) {
        for outcome in self.client.outcomes() {
            let Some(place) = self.under_way.remove(&outcome.ticket) else { continue };
            let ended = match outcome.fate {
                Fate::Delivered => {
                    self.summary.delivered += 1;
                    Ok(())
                }
                Fate::Expired => {
                    self.reject(place, &[Problem::new(Code::ExpiredInQueue, "happened_at")], None)
                }
                Fate::Rejected(why) | Fate::Dead(why) => self.refuse(place, why),
            };
            if let Err(failure) = ended {
                // The rejects file cannot be written any more; the counts still can.
                let _ = writeln!(io::stderr(), "{failure}");
                self.rejects = None;
            }
        }
        if self.shown.elapsed() > Duration::from_millis(100) {
            self.shown = Instant::now();
            self.tell_notices();
            self.show();
        }
    }

    fn refuse(&mut self, place: Place, why: Rejection) -> Result<(), Failure> {
        let path = why.pointer.map_or(Cow::Borrowed("event"), Cow::Owned);
        let problem = Problem { code: why.code, path };
        self.reject(place, &[problem], why.request_id.as_deref())
    }

    fn reject(
        &mut self,
        place: Place,
        problems: &[Problem],
        request_id: Option<&str>,
    ) -> Result<(), Failure> {
        let Some(first) = problems.first() else { return Ok(()) };
        self.summary.reject(first.code);
        let Some(rejects) = &mut self.rejects else { return Ok(()) };
        let column = self.rows.column_of(&first.path);
        let Place { row, line } = place;
        rejects.add(&Reject { row, line, problems, column: column.as_deref(), request_id })?;
        Ok(())
    }

    fn tell_notices(&self) {
        // A full outbox is how this loop is paced, and the summary says what was not sent.
        let expected = |code| matches!(code, NoticeCode::QueueFull | NoticeCode::ShutDown);
        for notice in self.client.notices().into_iter().filter(|notice| !expected(notice.code)) {
            self.progress.above(|| tell(&notice));
        }
    }

    fn show(&self) {
        let stats = self.client.stats();
        let hold = stats.engine.holds.first().map(|hold| hold.code.word().to_owned());
        let limit = || {
            let wait = stats.engine.limit.next_permit_ms - crate::now_ms();
            (wait > 500).then(|| format!("next request in {} s", (wait + 999) / 1_000))
        };
        self.progress.show(&Now {
            read: self.summary.read,
            delivered: self.summary.delivered,
            rejected: self.summary.rejected,
            waiting: self.under_way.len() as u64,
            state: hold.or_else(limit).unwrap_or_default(),
        });
    }
}

/// Why an event cannot be held by this run: its outbox ends with the process. Kept out of the queue,
/// which such events would fill in the end, and nothing could be sent any more.
fn cannot_wait(prepared: &Prepared) -> Option<Problem> {
    if prepared.happened_at > crate::now_ms() + WORTH_WAITING_MS {
        return Some(Problem::new(Code::NotDue, "happened_at"));
    }
    prepared.awaits_consent.then(|| Problem::new(Code::ConsentPending, "consent"))
}

/// Which causes end with exit code 3.
fn is_about_the_token(code: NoticeCode) -> bool {
    matches!(
        code,
        NoticeCode::TokenMissing
            | NoticeCode::TokenRefused
            | NoticeCode::TokenExpired
            | NoticeCode::TokenRevoked
            | NoticeCode::PermissionMissing
    )
}

fn tell(notice: &Notice) {
    match notice.code.level() {
        Level::Error => tracing::error!("{notice}"),
        Level::Warning => tracing::warn!("{notice}"),
        Level::Info => tracing::info!("{notice}"),
    }
}
