//! When an interaction passed, where the order of interactions does not tell.

use serde::{Deserialize, Serialize};

/// When a request and its response passed, in microseconds since the recording began.
///
/// It is kept for interactions that overlapped with another. One without it was alone: all before it had ended when
/// it began, and it had ended before all behind it began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct During {
    /// When the head of the request came.
    pub began_us: u64,
    /// When the head of the response came; absent when none did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_us: Option<u64>,
    /// When the last byte of the response had passed, or the exchange broke off.
    pub ended_us: u64,
}

impl During {
    /// Whether two interactions were under way at the same time.
    pub fn overlaps(&self, other: &During) -> bool {
        self.began_us <= other.ended_us && other.began_us <= self.ended_us
    }

    /// Whether this request may depend on what the other's response said: it began after that had begun to come. A
    /// replay that keeps the order sends it no earlier.
    pub fn may_depend_on(&self, earlier: &During) -> bool {
        earlier.answered_us.unwrap_or(earlier.ended_us) <= self.began_us
    }
}

/// The places of the interactions that one has to wait for, nearest first: those before it that it may depend on, but
/// none that another of them has waited for already. `during` is that of each interaction, in the cassette's order.
pub fn causes(during: &[Option<During>], of: usize) -> Vec<usize> {
    let depends = |later: usize, earlier: usize| match (&during[later], &during[earlier]) {
        (Some(later), Some(earlier)) => later.may_depend_on(earlier),
        // Who was alone is behind all before and before all behind.
        _ => true,
    };
    let mut found: Vec<usize> = Vec::new();
    for earlier in (0..of.min(during.len())).rev() {
        if depends(of, earlier) && !found.iter().any(|later| depends(*later, earlier)) {
            found.push(earlier);
        }
        if during[earlier].is_none() {
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn during(began_us: u64, answered_us: u64, ended_us: u64) -> Option<During> {
        Some(During { began_us, answered_us: Some(answered_us), ended_us })
    }

    #[test]
    fn a_request_waits_for_the_responses_before_it_and_no_other() {
        // Two at once, a third behind the first alone, one behind all, and one that was alone.
        let all =
            [None, during(10, 20, 30), during(11, 50, 60), during(25, 70, 80), during(81, 82, 83), None];
        let waits: Vec<_> = (0..all.len()).map(|of| causes(&all, of)).collect();
        assert_eq!(waits, [vec![], vec![0], vec![0], vec![1], vec![3, 2], vec![4]]);
        assert!(all[1].unwrap().overlaps(&all[3].unwrap()) && !all[1].unwrap().overlaps(&all[4].unwrap()));
    }

    #[test]
    fn one_that_was_never_answered_is_waited_for_to_its_end() {
        let silent = Some(During { began_us: 0, answered_us: None, ended_us: 9 });
        assert_eq!(causes(&[silent, during(8, 9, 10)], 1), [] as [usize; 0]);
        assert_eq!(causes(&[silent, during(9, 9, 10)], 1), [0]);
    }
}
