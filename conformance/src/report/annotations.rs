//! The causes of what differs as workflow commands, which GitHub shows beside the line of a cassette.

use super::{Places, Report, causes};
use std::fmt::Write as _;

/// GitHub shows ten annotations of a step; the last tells how many there are more.
const MOST: usize = 9;

impl Report {
    /// A line for each cause, those first that most interactions show.
    pub fn to_annotations(&self, places: &mut Places) -> String {
        let mut text = String::new();
        let causes = causes(self);
        for cause in causes.iter().take(MOST) {
            let (cassette, index) = cause.example;
            let place = places.of(cassette, index);
            let place = place.map(|(file, line)| format!("file={},line={line},", property(&file)));
            let side = |value: &Option<String>| {
                let text: String = value.as_deref().unwrap_or("nothing").chars().take(300).collect();
                text
            };
            let title = format!("{} {}: {}", cause.service, cause.operation, cause.kind);
            let said = format!(
                "{} {}\nAWS:  {}\nhere: {}\nshown by {} interactions, as in {cassette} [{index}]",
                cause.path,
                cause.kind,
                side(&cause.difference.recorded),
                side(&cause.difference.actual),
                cause.count,
            );
            let place = place.unwrap_or_default();
            let _ = writeln!(text, "::error {place}title={}::{}", property(&title), escaped(&said));
        }
        let counts = self.counts();
        if causes.len() > MOST {
            let _ = writeln!(text, "::error title=more::{} causes more", causes.len() - MOST);
        }
        if counts.not_served > 0 {
            let _ = writeln!(text, "::warning title=not served::{} interactions", counts.not_served);
        }
        text
    }
}

/// A text as the message of a command.
fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A text as a property of a command.
fn property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}
