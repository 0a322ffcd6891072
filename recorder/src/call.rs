//! A call as far as it has to be read before it is sent on.

use bytes::Bytes;
use http::request::Parts;
use ruststack_wire::Body;
use ruststack_wire::body::CollectError;

use crate::refusal::Refusal;
use crate::story::Turn;
use crate::subject::{Found, Subject};

/// A body whose hash its signature needs is held; AWS takes none as long as this but S3, which needs no hash.
const LONGEST_HELD: usize = 128 << 20;

/// A call that has been read as far as its signature needs.
pub(crate) struct Call {
    pub(crate) turn: Turn,
    pub(crate) parts: Parts,
    pub(crate) subject: Subject,
    pub(crate) content: Content,
}

pub(crate) enum Content {
    Held(Bytes),
    Streamed(Body),
}

impl Call {
    /// Reads a call: its head, and its body where the operation stands in it or a new signature needs it.
    pub(crate) async fn read(
        turn: Turn,
        parts: Parts,
        body: Body,
        signs: bool,
    ) -> (Call, Result<(), Refusal>) {
        let (subject, form) = match Subject::of(&parts) {
            Found::Subject(subject) => (subject, None),
            Found::Form(subject, form) => (subject, Some(form)),
        };
        if form.is_none() && (subject.is_s3() || !signs) {
            return (Call { turn, parts, subject, content: Content::Streamed(body) }, Ok(()));
        }
        let (bytes, fit) = match body.collect(LONGEST_HELD).await {
            Ok(bytes) => (bytes, Ok(())),
            Err(CollectError::TooLarge) => {
                let message = format!("A body of more than {LONGEST_HELD} bytes cannot be signed.");
                (Bytes::new(), Err(Refusal { status: 413, ..Refusal::unfit(message) }))
            }
            Err(CollectError::Broken(error)) => {
                (Bytes::new(), Err(Refusal::unfit(format!("The body broke off: {error}"))))
            }
        };
        let subject = match form {
            Some(form) => subject.of_form(form, &parts, &bytes),
            None => subject,
        };
        (Call { turn, parts, subject, content: Content::Held(bytes) }, fit)
    }
}
