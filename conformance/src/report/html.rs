//! The report as one page that needs nothing else: no network, no other file. Fidelity, causes, every interaction with
//! what differs in it, side by side. What passes is a line of numbers, so that 20,000 interactions are one small page.

use super::{Counts, Exchange, Fidelity, InteractionReport, MaskedCount, Report, causes};
use crate::verdict::{Difference, Kind, Verdict};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

const PAGE: &str = include_str!("html/page.html");
const STYLE: &str = include_str!("html/style.css");
const SCRIPT: &str = include_str!("html/script.js");

/// What requests and answers may take of the page together, in bytes; beyond, only what differs is told.
const MOST_OF_EXCHANGES: usize = 12 << 20;

/// What is shown of a value that differs, in characters.
const LONGEST_VALUE: usize = 400;

/// How many causes are listed.
const MOST_CAUSES: usize = 200;

/// What the page's script reads.
#[derive(Serialize)]
struct Data<'a> {
    target: &'a str,
    /// Whether AWS has moved, where it was AWS that was asked again.
    #[serde(skip_serializing_if = "Option::is_none")]
    drift: Option<String>,
    counts: Counts,
    whole: Fidelity,
    fidelity: BTreeMap<String, Service>,
    /// How many cassettes are no recordings of AWS.
    unproved: usize,
    cassettes: Vec<&'a str>,
    operations: Vec<(&'a str, &'a str)>,
    reasons: Vec<&'a str>,
    /// Cassette, index, operation, verdict, reason or detail, whether it is timing.
    rows: Vec<(usize, usize, usize, u8, isize, u8)>,
    details: Vec<Detail<'a>>,
    causes: Vec<Cause<'a>>,
    causes_left_out: usize,
    masked: Vec<MaskedCount>,
}

#[derive(Serialize)]
struct Service {
    #[serde(flatten)]
    whole: Fidelity,
    operations: BTreeMap<String, Fidelity>,
}

/// Path, kind, AWS's value, the endpoint's.
type Line = (String, Kind, Option<String>, Option<String>);

#[derive(Serialize)]
struct Detail<'a> {
    d: Vec<Line>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    t: Vec<Line>,
    #[serde(skip_serializing_if = "Option::is_none")]
    x: Option<Shown<'a>>,
}

#[derive(Serialize)]
struct Shown<'a> {
    q: &'a str,
    r: &'a str,
    a: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    m: Vec<(&'a str, &'a str, &'a str)>,
}

#[derive(Serialize)]
struct Cause<'a> {
    count: usize,
    service: &'a str,
    path: String,
    kind: Kind,
    recorded: Option<String>,
    actual: Option<String>,
    /// Whether only differences of these values are of this cause.
    exact: bool,
}

impl Report {
    /// The report as a page of HTML.
    pub fn to_html(&self) -> String {
        let data = serde_json::to_string(&self.data()).expect("a report is texts and numbers");
        // What an endpoint answered must not end the element that carries it.
        let data = data.replace('<', "\\u003c");
        let (before, rest) = PAGE.split_once("{{style}}").unwrap_or((PAGE, ""));
        let (between, rest) = rest.split_once("{{data}}").unwrap_or((rest, ""));
        let (script, after) = rest.split_once("{{script}}").unwrap_or((rest, ""));
        [before, STYLE, between, &data, script, SCRIPT, after].concat()
    }

    fn data(&self) -> Data<'_> {
        let mut operations = Names::default();
        let mut reasons = Names::default();
        let mut details = Vec::new();
        let mut rows = Vec::new();
        let mut left = MOST_OF_EXCHANGES;
        for (cassette, report) in self.cassettes.iter().enumerate() {
            for own in &report.interactions {
                let operation = operations.index((own.service.as_str(), own.operation.as_str()));
                let (verdict, more) = match &own.verdict {
                    Verdict::Pass if own.timing.is_empty() => (0, -1),
                    Verdict::Pass => (0, added(&mut details, detail(own, &mut left))),
                    Verdict::Differs { .. } => (1, added(&mut details, detail(own, &mut left))),
                    Verdict::NotServed { reason } => (2, reasons.index(reason.as_str()) as isize),
                    Verdict::NotCompared { reason } => (3, reasons.index(reason.as_str()) as isize),
                };
                let is_timing = own.verdict == Verdict::Pass && !own.timing.is_empty();
                rows.push((cassette, own.index, operation, verdict, more, u8::from(is_timing)));
            }
        }
        let causes = causes(self);
        let fidelity = self.fidelities().into_iter();
        Data {
            target: &self.target,
            drift: self.drift(),
            counts: self.counts(),
            whole: self.fidelity(),
            fidelity: fidelity
                .map(|(service, (whole, operations))| (service, Service { whole, operations }))
                .collect(),
            unproved: self.cassettes.iter().filter(|cassette| !cassette.proves).count(),
            cassettes: self.cassettes.iter().map(|cassette| cassette.name.as_str()).collect(),
            operations: operations.list,
            reasons: reasons.list,
            rows,
            details,
            causes_left_out: causes.len().saturating_sub(MOST_CAUSES),
            causes: causes.iter().take(MOST_CAUSES).map(cause).collect(),
            masked: self.masked(),
        }
    }
}

/// Texts that rows name by number.
struct Names<T> {
    list: Vec<T>,
    places: HashMap<T, usize>,
}

impl<T> Default for Names<T> {
    fn default() -> Names<T> {
        Names { list: Vec::new(), places: HashMap::new() }
    }
}

impl<T: Copy + Eq + std::hash::Hash> Names<T> {
    fn index(&mut self, name: T) -> usize {
        *self.places.entry(name).or_insert_with(|| {
            self.list.push(name);
            self.list.len() - 1
        })
    }
}

fn added<'a>(details: &mut Vec<Detail<'a>>, detail: Detail<'a>) -> isize {
    details.push(detail);
    details.len() as isize - 1
}

fn detail<'a>(own: &'a InteractionReport, left: &mut usize) -> Detail<'a> {
    let size = |own: &Exchange| own.request.len() + own.recorded.len() + own.actual.len();
    let exchange = own.exchange.as_ref().filter(|own| size(own) <= *left);
    if let Some(exchange) = exchange {
        *left -= size(exchange);
    }
    Detail {
        d: own.verdict.differences().iter().map(line).collect(),
        t: own.timing.iter().map(line).collect(),
        x: exchange.map(|own| Shown {
            q: &own.request,
            r: &own.recorded,
            a: &own.actual,
            m: own.masked.iter().map(|own| (&*own.rule, &*own.recorded, &*own.actual)).collect(),
        }),
    }
}

fn line(difference: &Difference) -> Line {
    let Difference { path, kind, recorded, actual } = difference;
    (path.clone(), *kind, recorded.as_deref().map(short), actual.as_deref().map(short))
}

fn cause<'a>(own: &super::Cause<'a>) -> Cause<'a> {
    Cause {
        count: own.count,
        service: own.service,
        path: own.path.clone(),
        kind: own.kind,
        recorded: own.difference.recorded.as_deref().map(short),
        actual: own.difference.actual.as_deref().map(short),
        exact: matches!(own.kind, Kind::Status | Kind::ErrorCode),
    }
}

fn short(value: &str) -> String {
    match value.char_indices().nth(LONGEST_VALUE) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}
