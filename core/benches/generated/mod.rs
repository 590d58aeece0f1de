//! Events to measure with: every field that a shop or a CRM has, as dirty as they come. The same
//! ones on every run, because they come from a fixed seed.
#![allow(dead_code, unreachable_pub, reason = "shared by programs that each use a part of it")]

use matchback::{Amount, Event, Moment};

/// 2026-11-24T00:00:00Z, the time that all generated events are measured at.
pub const NOW_MS: i64 = 1_795_478_400_000;

/// One event in the caller's own fields.
pub struct Raw {
    pub rule: &'static str,
    pub happened_at: i64,
    pub event_id: String,
    pub email: String,
    pub click_id: String,
    pub first_name: &'static str,
    pub last_name: &'static str,
    pub company_name: &'static str,
    pub title: &'static str,
    pub country_code: &'static str,
    pub amount: String,
    pub currency: &'static str,
}

impl Raw {
    /// The event as a host lends it to the engine.
    pub fn event(&self) -> Event<'_> {
        Event {
            rule: Some(self.rule.into()),
            happened_at: Some(Moment::Millis(self.happened_at)),
            event_id: Some(self.event_id.as_str().into()),
            email: self.email.as_str().into(),
            click_id: Some(self.click_id.as_str().into()),
            first_name: Some(self.first_name.into()),
            last_name: Some(self.last_name.into()),
            company_name: Some(self.company_name.into()),
            title: Some(self.title.into()),
            country_code: Some(self.country_code.into()),
            amount: Some(Amount::from(self.amount.as_str())),
            currency: Some(self.currency.into()),
            ..Event::default()
        }
    }
}

/// `count` events with every field present: 40 % of the e-mails with stray blanks, 30 % in upper
/// case, a few names beyond ASCII, about 1 % of the companies with a quote.
pub fn events(count: usize) -> Vec<Raw> {
    let mut dice = Dice(0x5eed);
    (0..count).map(|number| raw(&mut dice, number)).collect()
}

fn raw(dice: &mut Dice, number: usize) -> Raw {
    const FIRST: [&str; 16] = [
        "Ada",
        "Grace",
        "Alan",
        "Margaret",
        "Katherine",
        "Linus",
        "Barbara",
        "Donald",
        "Frances",
        "Edsger",
        "Radia",
        "Dennis",
        "Hedy",
        "Ken",
        "Zoe",
        "Tim",
    ];
    const LAST: [&str; 16] = [
        "Lovelace", "Hopper", "Turing", "Hamilton", "Johnson", "Torvalds", "Liskov", "Knuth",
        "Allen", "Dijkstra", "Perlman", "Ritchie", "Lamarr", "Thompson", "O'Brien", "Curie",
    ];
    const COMPANIES: [&str; 8] = [
        "Analytical Engines Ltd",
        "Northwind Traders",
        "Contoso",
        "Initech Systems GmbH",
        "Umbrella Logistics",
        "Globex Corporation",
        "Stark & Sons",
        "Hooli Cloud Services",
    ];
    const TITLES: [&str; 6] = [
        "Chief Technology Officer",
        "Head of Marketing",
        "Engineer",
        "Procurement Manager",
        "VP Sales",
        "Data Analyst",
    ];
    const DOMAINS: [&str; 6] = [
        "example.com",
        "Example.Org",
        "mail.example.net",
        "Contoso.Example",
        "gmail.com",
        "Company.Co.Uk",
    ];
    let (mut first, mut last) = (dice.pick(&FIRST), dice.pick(&LAST));
    match dice.below(50) {
        0 => first = "Søren",
        1 => last = "Brontë",
        _ => {}
    }
    let local = LAST[dice.below(14)].to_lowercase();
    let mut email = format!("{local}.{}@{}", dice.below(100_000), dice.pick(&DOMAINS));
    if dice.below(10) < 3 {
        email = email.to_uppercase();
    }
    if dice.below(10) < 4 {
        email = format!(" {email} ");
    }
    let company_name =
        if dice.below(100) == 0 { "The \"Quoted\" Company" } else { dice.pick(&COMPANIES) };
    let [a, b] = [dice.next(), dice.next()];
    Raw {
        rule: dice.pick(&["7001001", "7001002", "7001003"]),
        happened_at: NOW_MS - i64::try_from(dice.below(80 * 86_400_000)).unwrap_or(0),
        event_id: format!("order-{:08}", number * 7 % 100_000_000),
        email,
        click_id: format!(
            "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
            a >> 32,
            a >> 16 & 0xffff,
            a & 0xfff,
            b >> 48 & 0xfff,
            b & 0xffff_ffff_ffff
        ),
        first_name: first,
        last_name: last,
        company_name,
        title: dice.pick(&TITLES),
        country_code: dice.pick(&["US", "DE", "GB", "FR", "IN", "BR"]),
        amount: format!("{}.{:02}", dice.below(5_000), dice.below(100)),
        currency: dice.pick(&["EUR", "USD", "GBP", "CHF"]),
    }
}

/// Knuth's linear congruential generator; quality does not matter here, repeatability does.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 ^ self.0 >> 29
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from((self.next() >> 11) % limit as u64).unwrap_or(0)
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}
