//! Can this event be sent, and as which bytes? The door: everything behind it sees only the JSON
//! written here. Pure: the time is an argument, nothing is read or kept.

use crate::config::{Emails, LegacyIds, Names, PendingConsent, Policy, RuleId};
use crate::event::{Event, Text};
use crate::hash::HexDigest;
use crate::normalize::consent::{Consent, consent};
use crate::normalize::country::country;
use crate::normalize::email::email;
use crate::normalize::ip::Address;
use crate::normalize::text::{Clean, free_text, trim};
use crate::normalize::{Notes, identifiers, ip, money, name, rule, time};
use crate::problem::{Code, Problem, Refused};
use crate::wire::{Element, Name, User, UserInfo, write_element};
use std::collections::BTreeSet;
use std::fmt;

/// Largest element in bytes. LinkedIn documents none; a full event has about 600.
const LARGEST: usize = 64 * 1_024;

/// One event, ready to be sent: LinkedIn's JSON and what delivery needs to know about it.
///
/// `Debug` does not print the JSON.
#[derive(Clone, PartialEq, Eq)]
pub struct Prepared {
    /// The conversion rule.
    pub rule: RuleId,
    /// Epoch milliseconds; delivery checks the age again before each attempt.
    pub happened_at: i64,
    /// Consent is pending and the policy says hold: keep it, do not send it yet.
    pub awaits_consent: bool,
    /// The event's id as it stands in the JSON.
    pub event_id: Option<String>,
    /// The element, to be joined with others by commas.
    pub json: Vec<u8>,
    /// Fields that were left out or changed.
    pub warnings: Vec<Problem>,
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Prepared { rule, happened_at, awaits_consent, event_id: _, json, warnings } = self;
        f.debug_struct("Prepared")
            .field("rule", rule)
            .field("happened_at", happened_at)
            .field("awaits_consent", awaits_consent)
            .field("bytes", &json.len())
            .field("warnings", warnings)
            .finish_non_exhaustive()
    }
}

/// What [`prepare_into`] has written, without the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// The conversion rule.
    pub rule: RuleId,
    /// Epoch milliseconds.
    pub happened_at: i64,
    /// Consent is pending and the policy says hold: keep it, do not send it yet.
    pub awaits_consent: bool,
}

/// Checks, normalises, hashes and writes one event. `now_ms` is epoch milliseconds.
///
/// All problems are collected, not the first. An event without `event_id` is written without one:
/// a caller that needs one puts it there before.
pub fn prepare(event: &Event<'_>, policy: &Policy, now_ms: i64) -> Result<Prepared, Refused> {
    let mut json = Vec::with_capacity(768);
    let mut warnings = Vec::new();
    let (written, event_id) = write(event, policy, now_ms, &mut json, &mut warnings)?;
    let Written { rule, happened_at, awaits_consent } = written;
    let event_id = event_id.map(|id| id.text.into_owned());
    Ok(Prepared { rule, happened_at, awaits_consent, event_id, json, warnings })
}

/// As [`prepare`], for many events in a row: appends the element to `json` and what was noticed
/// to `warnings`. When the event is refused both are left as they were.
pub fn prepare_into(
    event: &Event<'_>,
    policy: &Policy,
    now_ms: i64,
    json: &mut Vec<u8>,
    warnings: &mut Vec<Problem>,
) -> Result<Written, Refused> {
    write(event, policy, now_ms, json, warnings).map(|(written, _)| written)
}

/// What was written and the event's id; on refusal nothing is left of it.
#[inline]
fn write<'e>(
    event: &'e Event<'_>,
    policy: &Policy,
    now_ms: i64,
    json: &mut Vec<u8>,
    warnings: &mut Vec<Problem>,
) -> Result<(Written, Option<Clean<'e>>), Refused> {
    let (bytes_before, warnings_before) = (json.len(), warnings.len());
    let mut examination = Examination { event, policy, warnings, problems: Vec::new() };
    if let Some(accepted) = examination.run(now_ms, json) {
        in_order_of_fields(&mut warnings[warnings_before..]);
        return Ok(accepted);
    }
    let mut problems = examination.problems;
    let mut warnings = warnings.split_off(warnings_before);
    json.truncate(bytes_before);
    in_order_of_fields(&mut warnings);
    in_order_of_fields(&mut problems);
    Err(Refused { problems, warnings })
}

/// One event on its way through the rules, and what they say about it.
struct Examination<'x, 'e, 't> {
    event: &'e Event<'t>,
    policy: &'x Policy,
    /// Fields left out or changed.
    warnings: &'x mut Vec<Problem>,
    /// Reasons to refuse the event.
    problems: Vec<Problem>,
}

impl<'e> Examination<'_, 'e, '_> {
    /// Writes the element if there are no problems.
    fn run(&mut self, now_ms: i64, json: &mut Vec<u8>) -> Option<(Written, Option<Clean<'e>>)> {
        let awaits_consent = self.consent()?;
        let event = self.event;
        let rule = match &event.rule {
            Some(text) => rule::rule(text, self.policy),
            None => Err(Code::MissingRule),
        };
        let rule = self.require("rule", rule);
        let notes = &mut Notes::new("happened_at", self.warnings);
        let happened_at = time::happened_at(event.happened_at.as_ref(), self.policy, now_ms, notes);
        let happened_at = self.require("happened_at", happened_at);
        let notes = &mut Notes::new("event_id", self.warnings);
        let event_id = match &event.event_id {
            Some(text) => identifiers::event_id(text, notes),
            None => Ok(None),
        };
        let event_id = self.require("event_id", event_id);
        let user = self.user();
        let value = self.value();
        if !self.problems.is_empty() {
            return None;
        }
        let (rule, happened_at, event_id) = (rule?, happened_at?, event_id?);
        let start = json.len();
        let element = Element { rule, happened_at, event_id, value, user };
        write_element(json, &element);
        if json.len() - start > LARGEST {
            self.problems.push(Problem::new(Code::EventTooLarge, "event"));
            return None;
        }
        Some((Written { rule, happened_at, awaits_consent }, element.event_id))
    }

    /// Whether the event waits for consent; `None` when it was denied and nothing else counts.
    fn consent(&mut self) -> Option<bool> {
        let Event { consent: ads, user_data_consent: user_data, .. } = self.event;
        if ads.is_none() && user_data.is_none() {
            return Some(false);
        }
        let answers = [("consent", ads), ("user_data_consent", user_data)]
            .map(|(path, text)| (path, consent(text.as_deref().unwrap_or_default())));
        if let Some((path, _)) = answers.iter().find(|(_, answer)| *answer == Ok(Consent::Denied)) {
            self.problems.push(Problem::new(Code::ConsentDenied, path));
            return None;
        }
        let mut awaits_consent = false;
        for (path, answer) in answers {
            match answer {
                Ok(Consent::Pending) => match self.policy.pending_consent {
                    PendingConsent::Hold => {
                        awaits_consent = true;
                        self.warn(Code::ConsentPending, path);
                    }
                    PendingConsent::Reject => {
                        self.problems.push(Problem::new(Code::ConsentPending, path));
                    }
                },
                Ok(Consent::Granted | Consent::Denied) => {}
                Err(code) => self.problems.push(Problem::new(code, path)),
            }
        }
        Some(awaits_consent)
    }

    /// What is known about the person, with a problem when that is nobody.
    fn user(&mut self) -> User<'e> {
        let event = self.event;
        let mut user = User::default();
        (user.email, user.further_emails) = self.emails();
        user.click_id = self.identifier("click_id", &event.click_id, identifiers::opaque);
        user.acxiom_id = self.identifier("acxiom_id", &event.acxiom_id, identifiers::opaque);
        user.oracle_moat_id = self.oracle_moat_id();
        let address = self.identifier("ip_address", &event.ip_address, ip::address);
        let hashed = self.identifier("hashed_ip_address", &event.hashed_ip_address, ip::hashed);
        match address {
            Some(Address::Plain(address)) => user.ip_address = Some(address),
            Some(Address::Hashed(digest)) => user.hashed_ips[0] = Some(digest),
            None => {}
        }
        user.hashed_ips[1] = hashed.filter(|digest| user.hashed_ips[0].as_ref() != Some(digest));
        user.google_aid = self.identifier("google_aid", &event.google_aid, identifiers::google_aid);
        user.external_id = self.external_id();
        user.lead = self.identifier("lead", &event.lead, identifiers::lead);
        user.info = self.user_info();
        self.check_identity(&user);
        user
    }

    /// At least one of: an id, a pair of names, an external id, a lead (`docs/linkedin.md` §1.5).
    fn check_identity(&mut self, user: &User<'_>) {
        if user.has_measured_id() || user.info.is_some() {
            return;
        }
        let others = user.external_id.is_some() || user.lead.is_some();
        if user.has_user_id() {
            if !others {
                let fields = ["ip_address", "hashed_ip_address"];
                self.warn(Code::Unmeasured, fields[usize::from(user.hashed_ips[0].is_none())]);
            }
        } else if !others {
            self.problems.push(Problem::new(Code::NoIdentity, "user"));
        } else if user.lead.is_none() {
            self.warn(Code::ExternalIdAlone, "external_id");
        }
    }

    /// The first valid e-mail, and the others if the policy sends all; each once.
    fn emails(&mut self) -> (Option<HexDigest>, Vec<HexDigest>) {
        let texts = self.event.email.as_slice();
        if texts.is_empty() || !self.may_share("email", "email") {
            return (None, Vec::new());
        }
        if let [text] = texts {
            let mut notes = Notes::new("email", self.warnings);
            let checked = email(text, &mut notes);
            return (notes.keep(checked), Vec::new());
        }
        let (mut first, mut further, mut seen) = (None, Vec::new(), BTreeSet::new());
        for (index, text) in texts.iter().enumerate() {
            let mut notes = Notes::at("email", index, self.warnings);
            let checked = email(text, &mut notes);
            let Some(digest) = notes.keep(checked) else { continue };
            if !seen.insert(digest) {
                // The same address, written differently.
            } else if first.is_none() {
                first = Some(digest);
            } else if self.policy.emails == Emails::All {
                further.push(digest);
            } else {
                notes.add(Code::ExtraEmail);
            }
        }
        (first, further)
    }

    /// The first valid one: LinkedIn ignores the others.
    fn external_id(&mut self) -> Option<Clean<'e>> {
        let texts = self.event.external_id.as_slice();
        if texts.is_empty() || !self.may_share("external_id", "external_id") {
            return None;
        }
        let mut first: Option<Clean<'e>> = None;
        for (index, text) in texts.iter().enumerate() {
            let mut notes = Notes::at("external_id", index, self.warnings);
            let Some(id) = notes.keep(identifiers::opaque(text)) else { continue };
            match &first {
                None => first = Some(id),
                Some(first) if first.text == id.text => {}
                Some(_) => notes.add(Code::ExtraExternalId),
            }
        }
        first
    }

    fn oracle_moat_id(&mut self) -> Option<Clean<'e>> {
        let text = &self.event.oracle_moat_id;
        let id = self.identifier("oracle_moat_id", text, identifiers::opaque)?;
        self.warn(Code::RetiredId, "oracle_moat_id");
        let Policy { version, legacy_ids, .. } = self.policy;
        (!version.has_retired_moat_id() || *legacy_ids == LegacyIds::Send).then_some(id)
    }

    /// Names, title, company and country; `None` without a complete pair of names, because
    /// LinkedIn refuses `userInfo` without one.
    fn user_info(&mut self) -> Option<UserInfo<'e>> {
        let event = self.event;
        let first_name = self.name(
            ("first_name", &event.first_name),
            ("hashed_first_name", &event.hashed_first_name),
        );
        let last_name = self
            .name(("last_name", &event.last_name), ("hashed_last_name", &event.hashed_last_name));
        let company_name = self.free_text("company_name", &event.company_name);
        let title = self.free_text("title", &event.title);
        let country_code = self.shared("country_code", &event.country_code).and_then(|text| {
            let mut notes = Notes::new("country_code", self.warnings);
            let checked = country(text, &mut notes);
            notes.keep(checked).flatten()
        });
        match (first_name, last_name) {
            (Some(first_name), Some(last_name)) => {
                Some(UserInfo { first_name, last_name, title, company_name, country_code })
            }
            (first_name, last_name) => {
                let is_name = first_name.is_some() || last_name.is_some();
                let is_more = title.is_some() || company_name.is_some() || country_code.is_some();
                if is_name || is_more {
                    let missing = if first_name.is_none() { "first_name" } else { "last_name" };
                    self.warn(Code::IncompleteName, missing);
                }
                None
            }
        }
    }

    /// One part of a name, from the field for plain or the field for hashed names.
    fn name(
        &mut self,
        plain: (&'static str, &'e Option<Text<'_>>),
        hashed: (&'static str, &'e Option<Text<'_>>),
    ) -> Option<Name<'e>> {
        let (path, plain) = (plain.0, self.shared(plain.0, plain.1));
        let (hashed_path, hashed) = (hashed.0, self.shared_as(path, hashed.0, hashed.1));
        let takes_hashed = self.policy.version.has_hashed_names();
        if let Some(text) = hashed.filter(|text| !trim(text).is_empty()) {
            if takes_hashed {
                let mut notes = Notes::new(hashed_path, self.warnings);
                if let Some(Some(digest)) = notes.keep(name::hashed(text)) {
                    return Some(Name::Hashed(digest));
                }
            } else if plain.is_none() {
                self.warn(Code::NeedsVersion, hashed_path);
            }
        }
        let mut notes = Notes::new(path, self.warnings);
        let checked = name::plain(plain?, &mut notes);
        let name = notes.keep(checked).flatten()?;
        match self.policy.names {
            Names::Plain => Some(Name::Plain(name)),
            Names::HashedOrPlain if !takes_hashed => Some(Name::Plain(name)),
            Names::Hashed if !takes_hashed => {
                notes.add(Code::NeedsVersion);
                None
            }
            Names::Hashed | Names::HashedOrPlain => {
                notes.keep(name::digest(&name.text)).map(Name::Hashed)
            }
        }
    }

    fn value(&mut self) -> Option<money::Money<'e>> {
        match money::money(self.event.amount.as_ref(), self.event.currency.as_deref()) {
            Ok(value) => {
                if let Some(code) = value.as_ref().and_then(|money| money.rounded) {
                    self.warn(code, "amount");
                }
                value
            }
            Err((code, path)) => {
                self.warn(code, path);
                None
            }
        }
    }

    fn free_text(&mut self, path: &'static str, text: &'e Option<Text<'_>>) -> Option<Clean<'e>> {
        let text = self.shared(path, text)?;
        free_text(text, &mut Notes::new(path, self.warnings))
    }

    /// An identifier that passes its rule, or nothing and a warning.
    #[inline]
    fn identifier<T>(
        &mut self,
        path: &'static str,
        text: &'e Option<Text<'_>>,
        rule: fn(&'e str) -> Result<T, Code>,
    ) -> Option<T> {
        let text = self.shared(path, text)?;
        Notes::new(path, self.warnings).keep(rule(text))
    }

    /// The field, if it is given and the policy lets it leave.
    #[inline]
    fn shared(&mut self, path: &'static str, text: &'e Option<Text<'_>>) -> Option<&'e str> {
        self.shared_as(path, path, text)
    }

    /// As `shared`, for a field that `share` lists under another name.
    #[inline]
    fn shared_as(
        &mut self,
        listed: &'static str,
        path: &'static str,
        text: &'e Option<Text<'_>>,
    ) -> Option<&'e str> {
        let text = text.as_deref()?;
        self.may_share(listed, path).then_some(text)
    }

    #[inline]
    fn may_share(&mut self, listed: &'static str, path: &'static str) -> bool {
        let allowed = self.policy.share.allows(listed);
        if !allowed {
            self.warn(Code::NotShared, path);
        }
        allowed
    }

    /// The value of a field without which the event cannot be sent.
    #[inline]
    fn require<T>(&mut self, path: &'static str, checked: Result<T, Code>) -> Option<T> {
        checked.map_err(|code| self.problems.push(Problem::new(code, path))).ok()
    }

    fn warn(&mut self, code: Code, path: &'static str) {
        self.warnings.push(Problem::new(code, path));
    }
}

/// In the order of the fields of [`Event`], whatever order they were examined in.
fn in_order_of_fields(problems: &mut [Problem]) {
    const FIELDS: [&str; 23] = [
        "rule",
        "happened_at",
        "event_id",
        "email",
        "click_id",
        "acxiom_id",
        "oracle_moat_id",
        "ip_address",
        "hashed_ip_address",
        "google_aid",
        "external_id",
        "lead",
        "first_name",
        "last_name",
        "hashed_first_name",
        "hashed_last_name",
        "company_name",
        "title",
        "country_code",
        "amount",
        "currency",
        "consent",
        "user_data_consent",
    ];
    if problems.len() > 1 {
        problems.sort_by_key(|problem| {
            let field = problem.path.split('[').next();
            FIELDS.iter().position(|name| field == Some(name)).unwrap_or(FIELDS.len())
        });
    }
}
