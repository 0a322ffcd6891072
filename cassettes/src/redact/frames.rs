//! Event streams: frames in binary, each with checksums over its headers and all of it, which hold again after a change.

use flate2::Crc;

/// The two lengths, their checksum, and the checksum at the end.
const PRELUDE: usize = 12;
const TAIL: usize = 4;

/// An event stream with every frame's payload given another value; `None` where the bytes are no event stream, or
/// nothing changed.
pub(crate) fn with_payloads(bytes: &[u8], change: &mut dyn FnMut(&[u8]) -> Vec<u8>) -> Option<Vec<u8>> {
    let mut made = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while !rest.is_empty() {
        let frame = Frame::first(rest)?;
        made.extend(frame.with_payload(&change(frame.payload)));
        rest = &rest[frame.length..];
    }
    (made != bytes).then_some(made)
}

/// Whether bytes are frames of an event stream, from the first byte to the last.
pub fn are_whole_frames(bytes: &[u8]) -> bool {
    !bytes.is_empty() && whole_frames(bytes) == bytes.len()
}

/// How many bytes the whole frames are that an event stream begins with.
pub(crate) fn whole_frames(bytes: &[u8]) -> usize {
    let mut rest = bytes;
    while let Some(frame) = Frame::first(rest) {
        rest = &rest[frame.length..];
    }
    bytes.len() - rest.len()
}

struct Frame<'a> {
    length: usize,
    headers: &'a [u8],
    payload: &'a [u8],
}

impl<'a> Frame<'a> {
    /// The frame that some bytes begin with, if its checksums hold.
    fn first(bytes: &'a [u8]) -> Option<Frame<'a>> {
        let (length, headers) = (number(bytes, 0)? as usize, number(bytes, 4)? as usize);
        if number(bytes, 8)? != crc(bytes.get(..8)?) || length < PRELUDE + TAIL {
            return None;
        }
        let frame = bytes.get(..length)?;
        if number(frame, length - TAIL)? != crc(&frame[..length - TAIL]) {
            return None;
        }
        let inner = &frame[PRELUDE..length - TAIL];
        let (headers, payload) = inner.split_at_checked(headers)?;
        Some(Frame { length, headers, payload })
    }

    fn with_payload(&self, payload: &[u8]) -> Vec<u8> {
        let length = PRELUDE + self.headers.len() + payload.len() + TAIL;
        let mut made = Vec::with_capacity(length);
        made.extend((length as u32).to_be_bytes());
        made.extend((self.headers.len() as u32).to_be_bytes());
        made.extend(crc(&made).to_be_bytes());
        made.extend_from_slice(self.headers);
        made.extend_from_slice(payload);
        made.extend(crc(&made).to_be_bytes());
        made
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_be_bytes(four.try_into().ok()?))
}

fn crc(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A frame without headers.
    pub(in crate::redact) fn frame(payload: &[u8]) -> Vec<u8> {
        Frame { length: 0, headers: b"", payload: b"" }.with_payload(payload)
    }

    #[test]
    fn a_changed_payload_has_checksums_that_hold() {
        let stream = [frame(b"one secret"), frame(b"two")].concat();
        let made = with_payloads(&stream, &mut |payload| {
            String::from_utf8_lossy(payload).replace("secret", "longer-than-before").into_bytes()
        })
        .unwrap();
        assert_eq!(made, [frame(b"one longer-than-before"), frame(b"two")].concat());
        assert_eq!(with_payloads(&stream, &mut <[u8]>::to_vec), None);
        let mut broken = stream.clone();
        broken[14] ^= 1;
        for bytes in [&broken, &stream[..stream.len() - 1], b"text", &[0; 16]] {
            assert_eq!(with_payloads(bytes, &mut |_| b"x".to_vec()), None);
        }
    }
}
