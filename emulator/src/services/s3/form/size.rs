//! How large the file of a form may be: told while it passes, since nobody knows its length before.

use super::super::S3Error;
use bytes::Bytes;
use http_body::{Body as HttpBody, Frame};
use ruststack_wire::Body;
use ruststack_wire::body::BodyError;
use std::pin::Pin;
use std::task::{Context, Poll};

/// The least and the most bytes that a file may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limit {
    pub(super) least: i64,
    pub(super) most: i64,
}

/// The file, which ends in a refusal if it is outside one of the limits.
pub(super) fn within(file: Body, limits: Vec<Limit>) -> Body {
    if limits.is_empty() { file } else { Body::stream(Within { file, limits, size: 0, is_over: false }) }
}

struct Within {
    file: Body,
    limits: Vec<Limit>,
    size: i64,
    is_over: bool,
}

impl HttpBody for Within {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        loop {
            let frame = match std::task::ready!(Pin::new(&mut self.file).poll_frame(cx)) {
                Some(Ok(frame)) => frame,
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => {
                    self.is_over = true;
                    let refused = refusal(self.size, &self.limits);
                    return Poll::Ready(refused.map(|error| Err(crate::gateway::refused(error.into()))));
                }
            };
            let length = frame.data_ref().map_or(0, Bytes::len);
            self.size = self.size.saturating_add(i64::try_from(length).unwrap_or(i64::MAX));
            // What is too large is still read to its end, for its size is told, and not kept.
            if !self.limits.iter().any(|limit| self.size > limit.most) {
                return Poll::Ready(Some(Ok(frame)));
            }
        }
    }
}

fn refusal(size: i64, limits: &[Limit]) -> Option<S3Error> {
    let proposed = u64::try_from(size).unwrap_or_default();
    limits.iter().find_map(|limit| {
        if size > limit.most {
            Some(S3Error::EntityTooLarge { proposed, most: u64::try_from(limit.most).unwrap_or_default() })
        } else if size < limit.least {
            Some(S3Error::UploadTooSmall { proposed, least: u64::try_from(limit.least).unwrap_or_default() })
        } else {
            None
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bounds_are_inclusive() {
        let refused = |size| refusal(size, &[Limit { least: 5, most: 10 }]);
        assert!(matches!(refused(4), Some(S3Error::UploadTooSmall { proposed: 4, least: 5 })));
        assert!(refused(5).is_none() && refused(10).is_none());
        assert!(matches!(refused(12), Some(S3Error::EntityTooLarge { proposed: 12, most: 10 })));
    }
}
