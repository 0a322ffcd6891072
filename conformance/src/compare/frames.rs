//! Event streams: the frames of `application/vnd.amazon.eventstream`, each with headers and a payload of its own.
//!
//! Where one event ends and the next begins is the sender's choice for events that only carry pieces of one content
//! (`Records` of S3 Select, `PayloadChunk` of Lambda), so pieces that follow each other count as one. So do the updates of a
//! live tail, of which those that tell nothing are passed over.

use super::section::Section;
use bytes::{Buf as _, Bytes};
use flate2::Crc;
use serde_json::Value;
use std::collections::BTreeMap;

/// The media type.
pub(super) const MEDIA_TYPE: &str = "application/vnd.amazon.eventstream";

/// Lengths and their checksum before the headers, and the checksum behind the payload.
const AROUND: usize = 16;

/// Events that carry a piece of a content.
const PIECES: &[&str] = &["Records", "PayloadChunk"];

/// An event of a live tail, one each second: when which result comes is chance.
const UPDATE: &str = "sessionUpdate";

/// An event that only keeps the connection alive.
const IDLE: &str = "Cont";

/// What a body of frames says.
#[derive(Debug)]
pub(super) struct Frames {
    /// The events, pieces of one content joined.
    pub(super) events: Vec<Section<Bytes>>,
    /// How many frames there were.
    pub(super) count: usize,
}

/// Takes a body apart. `None` where it is not frames from its first byte to its last, with the right checksums.
pub(super) fn frames(body: &Bytes) -> Option<Frames> {
    let mut rest = body.clone();
    let mut events: Vec<Section<Bytes>> = Vec::new();
    let mut count = 0;
    while !rest.is_empty() {
        let next = frame(&mut rest)?;
        count += 1;
        let kind = next.headers.get(":event-type").map(String::as_str);
        if kind == Some(IDLE) {
            continue;
        }
        if kind == Some(UPDATE) {
            if results(&next.content).is_some_and(|results| results.is_empty()) {
                continue;
            }
            let last = events.last_mut().filter(|last| last.headers == next.headers);
            if let Some(last) = last
                && let Some(joined) = joined(&last.content, &next.content)
            {
                last.content = joined;
                continue;
            }
        }
        let is_piece = kind.is_some_and(|kind| PIECES.contains(&kind));
        match events.last_mut().filter(|last| is_piece && last.headers == next.headers) {
            Some(last) => last.content = [&last.content[..], &next.content[..]].concat().into(),
            None => events.push(next),
        }
    }
    (count > 0).then_some(Frames { events, count })
}

/// How much a stream has told so far: its events, and each result of an update of a live tail. A frame of which the end
/// is to come tells nothing yet.
pub(crate) fn told(body: &Bytes) -> usize {
    let mut rest = body.clone();
    let mut told = 0;
    while let Some(next) = frame(&mut rest) {
        told += match next.headers.get(":event-type").map(String::as_str) {
            Some(IDLE) => 0,
            Some(UPDATE) => results(&next.content).map_or(0, |results| results.len()),
            _ => 1,
        };
    }
    told
}

/// What an update of a live tail tells. AWS sends one every second, whatever came.
fn results(update: &Bytes) -> Option<Vec<Value>> {
    let mut update: Value = serde_json::from_slice(update).ok()?;
    match update.get_mut("sessionResults")?.take() {
        Value::Array(results) => Some(results),
        _ => None,
    }
}

/// Two updates of a live tail as one, if what they tell can be read.
fn joined(one: &Bytes, two: &Bytes) -> Option<Bytes> {
    let mut joined: Value = serde_json::from_slice(one).ok()?;
    let more = results(two)?;
    joined.get_mut("sessionResults")?.as_array_mut()?.extend(more);
    Some(joined.to_string().into())
}

/// Takes the first frame off.
fn frame(rest: &mut Bytes) -> Option<Section<Bytes>> {
    let number = |bytes: &[u8], at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let (total, headers) = (number(rest, 0)? as usize, number(rest, 4)? as usize);
    if total < AROUND || total > rest.len() || headers > total - AROUND {
        return None;
    }
    let whole = rest.split_to(total);
    let is_sound =
        number(&whole, 8)? == crc32(&whole[..8]) && number(&whole, total - 4)? == crc32(&whole[..total - 4]);
    let content = whole.slice(12 + headers..total - 4);
    is_sound.then_some(Section { headers: header_values(whole.slice(12..12 + headers))?, content })
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// The headers of a frame. A value that is no text is written behind its type.
fn header_values(mut bytes: Bytes) -> Option<BTreeMap<String, String>> {
    let mut headers = BTreeMap::new();
    while bytes.has_remaining() {
        let length = usize::from(bytes.get_u8());
        let name = String::from_utf8(take(&mut bytes, length)?.to_vec()).ok()?;
        let value = match take(&mut bytes, 1)?[0] {
            0 => "true".to_owned(),
            1 => "false".to_owned(),
            2 => format!("byte {}", take(&mut bytes, 1)?.get_i8()),
            3 => format!("short {}", take(&mut bytes, 2)?.get_i16()),
            4 => format!("integer {}", take(&mut bytes, 4)?.get_i32()),
            5 => format!("long {}", take(&mut bytes, 8)?.get_i64()),
            6 => {
                let length = take(&mut bytes, 2)?.get_u16();
                format!("bytes {}", take(&mut bytes, length.into())?.escape_ascii())
            }
            7 => {
                let length = take(&mut bytes, 2)?.get_u16();
                String::from_utf8(take(&mut bytes, length.into())?.to_vec()).ok()?
            }
            8 => format!("moment {}", take(&mut bytes, 8)?.get_i64()),
            9 => format!("uuid {:032x}", take(&mut bytes, 16)?.get_u128()),
            _ => return None,
        };
        headers.insert(name, value);
    }
    Some(headers)
}

fn take(bytes: &mut Bytes, length: usize) -> Option<Bytes> {
    (bytes.len() >= length).then(|| bytes.split_to(length))
}

/// A frame of text headers, for tests.
#[cfg(test)]
pub(super) fn written(headers: &[(&str, &str)], payload: &[u8]) -> Vec<u8> {
    let mut own = Vec::new();
    for (name, value) in headers {
        own.push(name.len() as u8);
        own.extend(name.as_bytes());
        own.push(7);
        own.extend((value.len() as u16).to_be_bytes());
        own.extend(value.as_bytes());
    }
    let total = AROUND + own.len() + payload.len();
    let mut made = Vec::new();
    made.extend((total as u32).to_be_bytes());
    made.extend((own.len() as u32).to_be_bytes());
    made.extend(crc32(&made).to_be_bytes());
    made.extend(own);
    made.extend(payload);
    made.extend(crc32(&made).to_be_bytes());
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_one_content() {
        let piece = |text: &str| written(&[(":event-type", "Records")], text.as_bytes());
        let idle = written(&[(":event-type", "Cont")], b"");
        let end = written(&[(":event-type", "End")], b"");
        let body: Bytes = [piece("a,"), idle, piece("b"), end].concat().into();
        let frames = frames(&body).unwrap();
        let said: Vec<&[u8]> = frames.events.iter().map(|event| &event.content[..]).collect();
        assert_eq!((frames.count, said), (4, vec![&b"a,b"[..], b""]));
    }

    #[test]
    fn what_is_cut_or_changed_is_no_frame() {
        let whole: Bytes = written(&[(":event-type", "End")], b"{}").into();
        assert!(frames(&whole).is_some());
        for end in 0..whole.len() {
            assert!(frames(&whole.slice(..end)).is_none(), "{end}");
        }
        for place in 0..whole.len() {
            let mut changed = whole.to_vec();
            changed[place] ^= 1;
            assert!(frames(&changed.into()).is_none(), "{place}");
        }
    }
}
