//! What a runtime writes, taken apart into the events of its log.
//!
//! A line is an event. A runtime that has several lines to tell as one writes a frame: a mark, the length, the moment in
//! microseconds, and the text, as AWS's own runtime clients do where `_LAMBDA_TELEMETRY_LOG_FD` names a file.

use super::telemetry::{Kind, Telemetry};
use std::io;
use std::sync::Arc;
use tokio::net::unix::pipe::Receiver;

/// What a frame begins with; the two lowest bytes tell its level and format. No text in UTF-8 begins so.
const MARK: [u8; 2] = [0xa5, 0x5a];
/// How long a frame's head is.
const HEAD: usize = 16;
/// The longest event of a log (CloudWatch Logs quotas), in bytes.
const LONGEST: usize = 256 * 1024 - 26;
/// How much of one invocation is kept, in bytes; what is more is read and let go.
const MOST: usize = 16 << 20;

/// What a runtime writes.
#[derive(Debug)]
pub(super) struct Output {
    pipe: Receiver,
    kind: Kind,
    telemetry: Arc<Telemetry>,
    /// What has come of a line that is not whole.
    rest: Vec<u8>,
    has_ended: bool,
}

/// The events of one invocation.
#[derive(Debug, Default)]
pub(super) struct Lines {
    pub(super) events: Vec<(i64, String)>,
    bytes: usize,
}

impl Output {
    pub(super) fn new(pipe: Receiver, kind: Kind, telemetry: Arc<Telemetry>) -> Output {
        Output { pipe, kind, telemetry, rest: Vec::new(), has_ended: false }
    }

    /// Waits until there is something to read; for ever where it has ended.
    pub(super) async fn readable(&self) {
        if self.has_ended || self.pipe.readable().await.is_err() {
            std::future::pending().await
        }
    }

    /// Reads what is there now.
    pub(super) fn read(&mut self, now_ms: i64, lines: &mut Lines) {
        let mut buffer = [0; 64 << 10];
        // So many times at most, that a flood does not keep everything else waiting.
        for _ in 0..64 {
            match self.pipe.try_read(&mut buffer) {
                Ok(0) => {
                    self.has_ended = true;
                    break;
                }
                Ok(count) => {
                    self.rest.extend_from_slice(&buffer[..count]);
                    self.split(now_ms, lines);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(_) => {
                    self.has_ended = true;
                    break;
                }
            }
        }
    }

    /// Takes what is left as an event, though its line is not whole.
    pub(super) fn finish(&mut self, now_ms: i64, lines: &mut Lines) {
        let rest = std::mem::take(&mut self.rest);
        if !rest.is_empty() {
            self.push(now_ms, &rest, lines);
        }
    }

    /// Takes an event, and sends it to whom it may concern.
    fn push(&self, now_ms: i64, text: &[u8], lines: &mut Lines) {
        self.telemetry.written(self.kind, &String::from_utf8_lossy(text));
        lines.push(now_ms, text);
    }

    fn split(&mut self, now_ms: i64, lines: &mut Lines) {
        let mut from = 0;
        loop {
            let rest = &self.rest[from..];
            if rest.starts_with(&MARK) {
                let Some(length) = rest.get(4..8).and_then(|bytes| bytes.try_into().ok()) else { break };
                let end = HEAD + (u32::from_be_bytes(length) as usize).min(MOST);
                let Some(text) = rest.get(HEAD..end) else { break };
                self.push(now_ms, text, lines);
                from += end;
            } else if let Some(at) = rest.iter().position(|byte| *byte == b'\n') {
                self.push(now_ms, &rest[..=at], lines);
                from += at + 1;
            } else if rest.len() > LONGEST {
                self.push(now_ms, &rest[..LONGEST], lines);
                from += LONGEST;
            } else {
                break;
            }
        }
        self.rest.drain(..from);
    }
}

impl Lines {
    /// Takes an event of Lambda's own.
    pub(super) fn say(&mut self, now_ms: i64, text: String) {
        self.events.push((now_ms, text));
    }

    fn push(&mut self, now_ms: i64, text: &[u8]) {
        for piece in text.chunks(LONGEST) {
            self.bytes += piece.len();
            if self.bytes <= MOST {
                self.events.push((now_ms, String::from_utf8_lossy(piece).into_owned()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[tokio::test]
    async fn lines_and_frames_are_events() {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        let mut output = Output::new(
            Receiver::from_owned_fd(reader.into()).expect("a pipe"),
            Kind::Function,
            Arc::default(),
        );
        let mut writer: std::io::PipeWriter = writer;
        let mut lines = Lines::default();
        writer.write_all(b"one\ntw").expect("room");
        output.readable().await;
        output.read(5, &mut lines);
        writer.write_all(b"o\n").expect("room");
        let mut frame = vec![0xa5, 0x5a, 0, 3, 0, 0, 0, 4];
        frame.extend([0; 8]);
        frame.extend(b"a\nb\nrest");
        writer.write_all(&frame).expect("room");
        drop(writer);
        output.readable().await;
        output.read(6, &mut lines);
        output.read(6, &mut lines);
        output.finish(7, &mut lines);
        let expected = [(5, "one\n"), (6, "two\n"), (6, "a\nb\n"), (7, "rest")];
        assert_eq!(lines.events, expected.map(|(at, text)| (at, text.to_owned())));
    }
}
