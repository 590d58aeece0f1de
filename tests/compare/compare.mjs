// What would a user write in Node? `crypto.createHash` or the one-shot `crypto.hash`, and
// `JSON.stringify`.
//
// Protocol: `node compare.mjs createHash|hash FILE ROUNDS`; see README.md.

import crypto from "node:crypto";
import fs from "node:fs";

const BATCH = 5_000;
const DAY_MS = 24 * 60 * 60 * 1000;
const AMOUNT = /^(?:0|[1-9][0-9]{0,17})(?:\.[0-9]+)?$/;
const CURRENCIES = new Set(
  fs.readFileSync(new URL("currencies.txt", import.meta.url), "utf8").trim().split(/\s+/),
);
// Rounds before the first one that counts, for the just-in-time compiler.
const WARM_UP = 2;

// --- what the user writes --------------------------------------------------------------------------

const withCreateHash = (text) => crypto.createHash("sha256").update(text).digest("hex");
const withHash = (text) => crypto.hash("sha256", text);

// Time in the window, currency known, amount decimal text, somebody identified.
function isValid(event, digest, nowMs) {
  return (
    event.happened_at >= nowMs - 90 * DAY_MS &&
    event.happened_at <= nowMs + DAY_MS &&
    CURRENCIES.has(event.currency) &&
    AMOUNT.test(event.amount) &&
    Boolean(digest || event.click_id || (event.first_name && event.last_name))
  );
}

// LinkedIn's form of one event, or null if it cannot be sent.
function element(event, sha256, nowMs) {
  const email = event.email.replace(/\s+/g, "").toLowerCase();
  const digest = email ? sha256(email) : null;
  if (!isValid(event, digest, nowMs)) return null;
  const userIds = [];
  if (digest) userIds.push({ idType: "SHA256_EMAIL", idValue: digest });
  if (event.click_id) {
    userIds.push({ idType: "LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID", idValue: event.click_id });
  }
  return {
    conversion: "urn:lla:llaPartnerConversion:" + event.rule,
    conversionHappenedAt: event.happened_at,
    eventId: event.event_id,
    conversionValue: { currencyCode: event.currency, amount: event.amount },
    user: {
      userIds,
      userInfo: {
        firstName: event.first_name,
        lastName: event.last_name,
        title: event.title,
        companyName: event.company_name,
        countryCode: event.country_code,
      },
    },
  };
}

const bodyOf = (elements) => Buffer.from(JSON.stringify({ elements }));

// Hands the body of a BATCH_CREATE for each 5,000 events to `take`.
function makeBodies(events, sha256, nowMs, take) {
  let batch = [];
  for (const event of events) {
    const made = element(event, sha256, nowMs);
    if (made !== null) batch.push(made);
    if (batch.length === BATCH) {
      take(bodyOf(batch));
      batch = [];
    }
  }
  if (batch.length > 0) take(bodyOf(batch));
}

function* parsed(data) {
  for (let start = 0; start < data.length; ) {
    let end = data.indexOf(10, start);
    if (end < 0) end = data.length;
    yield JSON.parse(data.toString("utf8", start, end));
    start = end + 1;
  }
}

// --- how it is measured ----------------------------------------------------------------------------

function digestOf(make) {
  const digest = crypto.createHash("sha256");
  make((body) => digest.update(body));
  return digest.digest("hex");
}

// Process CPU time of one round; each body is dropped as soon as it is made.
function cpuNsPerEvent(make, events) {
  const start = process.cpuUsage();
  make(() => {});
  const { user, system } = process.cpuUsage(start);
  return ((user + system) * 1000) / events;
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const [how, file, rounds] = process.argv.slice(2);
const sha256 = how === "hash" ? withHash : withCreateHash;
const data = fs.readFileSync(file);
const events = [...parsed(data)];
const nowMs = Date.now();
const prepare = (take) => makeBodies(events, sha256, nowMs, take);
const prepareLines = (take) => makeBodies(parsed(data), sha256, nowMs, take);

const digest = digestOf(prepare);
if (digest !== digestOf(prepareLines)) {
  throw new Error("the bodies made from lines differ from those made from events");
}

const prepareNs = [];
const linesNs = [];
for (let round = -WARM_UP; round < Number(rounds); round += 1) {
  const ofEvents = cpuNsPerEvent(prepare, events.length);
  const ofLines = cpuNsPerEvent(prepareLines, events.length);
  if (round >= 0) {
    prepareNs.push(ofEvents);
    linesNs.push(ofLines);
  }
}
console.log(
  JSON.stringify({
    prepare_ns_per_event: median(prepareNs),
    lines_ns_per_event: median(linesNs),
    digest_of_output: digest,
  }),
);
