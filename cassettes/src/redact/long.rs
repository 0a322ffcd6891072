//! Bodies that are too long to be held whole, as an object of a gibibyte is. They are read in windows; one that holds
//! a secret is not kept at all, since nobody can say what its length and its hashes would be without it.

use std::ops::ControlFlow;

use super::members::Member;
use super::replace::Replacements;
use super::{Accounts, learn};
use crate::format::Body;
use crate::format::source::{Source, windows};

/// Longer bodies than this many bytes are read in windows.
const LONGEST_HELD: u64 = 8 << 20;
const SECRET: &str = "holds what is secret, and is too long for that to be taken out";

/// The source of a body that is too long to be held.
pub(super) fn source_of(body: &Body) -> Option<&dyn Source> {
    body.source().filter(|source| source.length() > LONGEST_HELD)
}

/// Learns what is secret in it by its form. What cannot be read is not kept either.
pub(super) fn learn(source: &dyn Source, accounts: Accounts, replacements: &mut Replacements) {
    let read = windows(source, |window| {
        learn::from(window, accounts, replacements);
        ControlFlow::<()>::Continue(())
    });
    // The same failure is met again, and told, when it is looked through.
    read.ok();
}

/// The body if it may be kept.
pub(super) fn kept(
    body: &Body,
    source: &dyn Source,
    members: &[Member],
    replacements: &Replacements,
) -> Body {
    if members.iter().any(|member| !matches!(member, Member::Header(_))) {
        return Body::unknown("the models call it secret, and it is too long for that to be taken out");
    }
    let needles = replacements.needles();
    let found = windows(source, |window| match needles.occur_in(window) {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    });
    match found {
        Ok(None) => body.clone(),
        Ok(Some(())) => Body::unknown(SECRET),
        Err(error) => Body::unknown(format!("could not be read back: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::source::tests::Held;
    use crate::format::{Interaction, Request};
    use crate::redact::{Redactor, Sensitive};
    use std::sync::Arc;

    fn check(text: &str, sensitive: Vec<Member>) -> Body {
        let mut bytes = vec![b'.'; LONGEST_HELD as usize + (5 << 20)];
        // Across the border of two windows.
        bytes[(4 << 20) - 7..][..text.len()].copy_from_slice(text.as_bytes());
        let body = Body::kept(Arc::new(Held(bytes)), None);
        let request = Request { body, ..Request::of_url("PUT", "https://b.s3.amazonaws.com/k").unwrap() };
        let interaction = Interaction { request, ..Interaction::default() };
        let mut redactor = Redactor::new(Accounts::Replace).secrets(["correct horse".to_owned()]);
        let sensitive = Sensitive { request: sensitive, ..Sensitive::default() };
        redactor.redact(interaction, &sensitive).request.body.clone()
    }

    #[test]
    fn a_long_body_is_kept_unless_it_holds_a_secret() {
        assert!(check("nothing of note", Vec::new()).is_exact());
        assert!(check("nothing", vec![Member::Header("x".to_owned())]).is_exact());
        let key = ["AKIA", "WUWEUSPULYX3BL3M"].concat();
        for secret in ["correct horse", &key, "arn:aws:sqs:us-east-2:456752665576:q"] {
            assert_eq!(check(secret, Vec::new()).doubt(), Some(SECRET));
        }
        assert!(!check("nothing", vec![Member::Body]).is_known());
    }
}
