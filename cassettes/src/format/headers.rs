//! Headers: an ordered list that allows repeats, one `name: value` line each, so that a diff shows the header.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The headers of a message, in order. Names are lower case, as HTTP/2 has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// The first value of a header.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Every value of a header.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.iter().filter(move |(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Whether a header is there, be its value empty or not.
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Adds a header behind the others. White space around the value belongs to the wire and is left out, and so is
    /// what cannot stand on the wire: line breaks, and names such as HTTP/2's `:path`.
    pub fn push(&mut self, name: &str, value: &str) {
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':');
        if is_name {
            let value = value.replace(['\r', '\n', '\0'], " ");
            self.0.push((name.to_ascii_lowercase(), value.trim_matches([' ', '\t']).to_owned()));
        }
    }

    /// Gives a header that is there another value, or adds it.
    pub fn set(&mut self, name: &str, value: &str) {
        match self.0.iter_mut().find(|(own, _)| own.eq_ignore_ascii_case(name)) {
            Some((_, own)) => value.clone_into(own),
            None => self.push(name, value),
        }
    }

    /// Takes a header out, with all its repeats.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(own, _)| !own.eq_ignore_ascii_case(name));
    }

    /// Keeps the headers a rule allows, with the values it gives them.
    pub fn filter_map(&mut self, mut rule: impl FnMut(&str, &str) -> Option<String>) {
        let old = std::mem::take(&mut self.0);
        self.0 = old
            .into_iter()
            .filter_map(|(name, value)| rule(&name, &value).map(|value| (name, value)))
            .collect();
    }

    /// Names and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// How many there are, repeats counted.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<N: AsRef<str>, V: AsRef<str>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Headers {
        let mut headers = Headers::default();
        for (name, value) in pairs {
            headers.push(name.as_ref(), value.as_ref());
        }
        headers
    }
}

impl Serialize for Headers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(|(name, value)| match value {
            "" => format!("{name}:"),
            value => format!("{name}: {value}"),
        }))
    }
}

impl<'de> Deserialize<'de> for Headers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Headers, D::Error> {
        let lines = Vec::<Line>::deserialize(deserializer)?;
        Ok(lines.into_iter().map(|Line(name, value)| (name, value)).collect())
    }
}

/// One header as it is written.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Line(String, String);

impl TryFrom<String> for Line {
    type Error = String;

    fn try_from(line: String) -> Result<Line, String> {
        let wrong = || format!("expected a header as `name: value`, found {line:?}");
        let (name, value) = line.split_once(':').ok_or_else(wrong)?;
        let sound = !name.is_empty() && name.bytes().all(|b| b.is_ascii_graphic());
        if !sound || value.contains(['\r', '\n', '\0']) {
            return Err(wrong());
        }
        Ok(Line(name.to_owned(), value.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_repeats_and_empty_values_survive() {
        let text =
            r#"["content-encoding: identity","content-type:","content-encoding: aws-chunked","x: a: b"]"#;
        let headers: Headers = serde_json::from_str(text).expect("headers are read");
        assert_eq!(headers.all("Content-Encoding").collect::<Vec<_>>(), ["identity", "aws-chunked"]);
        assert_eq!(headers.get("content-type"), Some(""));
        assert_eq!(headers.get("x"), Some("a: b"));
        assert_eq!(serde_json::to_string(&headers).expect("headers are written"), text);
    }

    #[test]
    fn what_is_no_header_is_refused() {
        for line in ["nothing", ": value", "a b: c", "a: b\r\nc: d"] {
            let text = serde_json::to_string(&[line]).expect("a list of strings is JSON");
            assert!(serde_json::from_str::<Headers>(&text).is_err(), "{line:?}");
        }
    }
}
