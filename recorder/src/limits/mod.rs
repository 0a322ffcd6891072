//! What calls may do: in which regions, which operations, how many. What they may not is answered here, in the
//! protocol of the call, and never reaches the upstream.

mod pattern;
mod reading;

pub use pattern::{NoPattern, Pattern};

use std::sync::atomic::{AtomicU64, Ordering};

use crate::refusal::Refusal;
use crate::subject::Subject;
use crate::upstream::Target;

/// What calls may do. By default everything that the account may.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// The regions that calls may name; any if there are none. Services that have no regions are not asked.
    pub regions: Vec<String>,
    /// Whether only operations that read may be called.
    pub read_only: bool,
    /// Operations that may not be called.
    pub deny: Vec<Pattern>,
    /// How many calls may be forwarded in all.
    pub max_requests: Option<u64>,
    /// Whether nothing is forwarded, and what would be is told.
    pub dry_run: bool,
}

/// The limits of one run, and how far they are used up.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    limits: Limits,
    forwarded: AtomicU64,
    refused: AtomicU64,
}

/// A call as far as limits ask about it.
pub(crate) struct Asked<'a> {
    pub(crate) subject: &'a Subject,
    /// Every region that its signature, its host or its target name.
    pub(crate) regions: &'a [&'a str],
    /// Where it would go.
    pub(crate) target: &'a Target,
}

impl Gate {
    pub(crate) fn new(limits: Limits) -> Gate {
        Gate { limits, ..Gate::default() }
    }

    /// How many calls were refused, and how many would have been forwarded in a dry run or were.
    pub(crate) fn counts(&self) -> (u64, u64) {
        (self.refused.load(Ordering::Relaxed), self.forwarded.load(Ordering::Relaxed))
    }

    /// Lets a call pass, or says why it may not.
    pub(crate) fn pass(&self, asked: &Asked<'_>) -> Result<(), Refusal> {
        let verdict = self.judge(asked);
        match &verdict {
            Err(refusal) if refusal.code == DRY_RUN => {}
            Err(_) => drop(self.refused.fetch_add(1, Ordering::Relaxed)),
            Ok(()) => {}
        }
        verdict
    }

    /// The pattern that an operation may not be called by, if there is one.
    pub(crate) fn denies(&self, service: &str, operation: &str) -> Option<&Pattern> {
        self.limits.deny.iter().find(|pattern| pattern.names(service, operation))
    }

    fn judge(&self, asked: &Asked<'_>) -> Result<(), Refusal> {
        let Limits { regions, read_only, deny, max_requests, dry_run } = &self.limits;
        let Asked { subject, target, .. } = asked;
        let name = || subject.told();
        if !regions.is_empty() && !subject.is_global() {
            let is_allowed = |region: &&str| regions.iter().any(|allowed| allowed == region);
            if let Some(region) = asked.regions.iter().find(|region| !is_allowed(region)) {
                return Err(refused(format!(
                    "{} names the region {region:?}, which --allow-region does not.",
                    name()
                )));
            }
        }
        if *read_only && !reading::reads(subject) {
            return Err(refused(format!(
                "{} is not known to read alone, and --read-only lets nothing else pass.",
                name()
            )));
        }
        if let Some(pattern) = deny.iter().find(|pattern| pattern.denies(subject)) {
            return Err(refused(format!("{} is refused by --deny {pattern}.", name())));
        }
        let before = self.forwarded.fetch_add(1, Ordering::Relaxed);
        if max_requests.is_some_and(|most| before >= most) {
            self.forwarded.fetch_sub(1, Ordering::Relaxed);
            return Err(refused(format!("{} would be one more than --max-requests allows.", name())));
        }
        if *dry_run {
            let message = format!("{} would be forwarded to {}: this is a dry run.", name(), target.origin());
            return Err(Refusal { status: 412, code: DRY_RUN, message });
        }
        Ok(())
    }
}

const DRY_RUN: &str = "DryRunOperation";

fn refused(message: String) -> Refusal {
    Refusal { status: 403, code: "RecorderRefused", message }
}
