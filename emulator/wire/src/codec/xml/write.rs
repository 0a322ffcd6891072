//! From a value to an element.

use super::interleave;
use crate::codec::scalar_text;
use crate::shape::{Kind, Member, TimestampFormat, XmlNamespace};
use crate::value::{Structure, View};

/// A namespace to declare, which generated code knows as constants and services as text.
pub type Namespace<'a> = Option<(Option<&'a str>, &'a str)>;

/// Writes elements into memory.
pub struct XmlWriter {
    out: String,
    default_format: TimestampFormat,
    millis: bool,
    raw_quotes: bool,
    /// The level of the next element where each stands on a line of its own.
    indent: Option<usize>,
}

impl XmlWriter {
    /// A writer of whole documents: begins with the XML declaration that S3 sends.
    pub fn document() -> XmlWriter {
        XmlWriter { out: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".into(), ..XmlWriter::fragment() }
    }

    /// A writer that begins with nothing.
    pub fn fragment() -> XmlWriter {
        XmlWriter {
            out: String::new(),
            default_format: TimestampFormat::Iso8601,
            millis: false,
            raw_quotes: false,
            indent: None,
        }
    }

    /// Writes moments with milliseconds always, as S3 does.
    pub fn with_millis(mut self) -> XmlWriter {
        self.millis = true;
        self
    }

    /// Writes quotes in text as they are.
    pub fn with_raw_quotes(mut self) -> XmlWriter {
        self.raw_quotes = true;
        self
    }

    /// Writes each element on a line of its own, two blanks deeper than its parent, as the query services do.
    pub fn indented(mut self) -> XmlWriter {
        self.indent = Some(0);
        self
    }

    /// What has been written.
    pub fn finish(self) -> String {
        self.out
    }

    /// Writes a start tag.
    pub fn open(&mut self, name: &str, namespace: Namespace<'_>) {
        self.begin(name);
        self.declare(namespace);
        self.out.push('>');
    }

    /// Writes an end tag; an element without content becomes an empty one where elements stand on lines.
    pub fn close(&mut self, name: &str) {
        let mut empty = false;
        if let Some(level) = &mut self.indent {
            *level -= 1;
            let last_tag = self.out.rfind('<').unwrap_or(0);
            let starts = self.out.ends_with('>') && !self.out[last_tag..].starts_with("</");
            empty = starts && !self.out.ends_with("/>");
            if !empty && self.out.ends_with('>') {
                let level = *level;
                self.new_line(level);
            }
        }
        if empty {
            self.out.pop();
            self.out.push_str("/>");
        } else {
            self.out.push_str("</");
            self.out.push_str(name);
            self.out.push('>');
        }
        if self.indent == Some(0) {
            self.out.push('\n');
        }
    }

    fn begin(&mut self, name: &str) {
        if let Some(level) = self.indent {
            if level > 0 {
                self.new_line(level);
            }
            self.indent = Some(level + 1);
        }
        self.out.push('<');
        self.out.push_str(name);
    }

    fn new_line(&mut self, level: usize) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n("  ", level));
    }

    /// Writes an element that holds text alone.
    pub fn text_element(&mut self, name: &str, text: &str) {
        self.open(name, None);
        self.escape(text);
        self.close(name);
    }

    /// Writes text.
    pub fn text(&mut self, text: &str) {
        self.escape(text);
    }

    /// Writes a structure as an element of this name, with a namespace of the caller's where it has none itself.
    pub fn structure(&mut self, name: &str, structure: &dyn Structure, namespace: Namespace<'_>) {
        let own = structure.shape().xml_namespace.map(declaration);
        self.start_structure(name, structure, own.or(namespace));
        self.members(structure);
        self.close(name);
    }

    /// Writes the members of a structure that stand in the body, without an element around them.
    pub fn members(&mut self, structure: &dyn Structure) {
        self.wanted_members(structure, |_| true);
    }

    /// Writes those members of a structure that stand in the body and are wanted.
    pub fn wanted_members(&mut self, structure: &dyn Structure, wanted: impl Fn(&Member) -> bool) {
        for (index, member) in structure.shape().members().iter().enumerate() {
            if !member.location.is_body() || member.xml_attribute || !wanted(member) {
                continue;
            }
            let Some(field) = structure.member(index) else { continue };
            match interleave::other(structure, member) {
                None => self.member(member, field.view()),
                Some((other, false)) => self.interleaved(structure, [index, other]),
                Some((_, true)) => {}
            }
        }
    }

    /// Writes two lists, each without an element around it, as one.
    fn interleaved(&mut self, structure: &dyn Structure, lists: [usize; 2]) {
        let [one, other] = lists.map(|index| structure.member(index).map(|field| field.view()));
        let (Some(View::List(one)), Some(View::List(other))) = (one, other) else { return };
        for (is_other, place) in interleave::order(structure, one, other) {
            let (index, list) = if is_other { (lists[1], other) } else { (lists[0], one) };
            let member = &structure.shape().members()[index];
            if let Kind::List { member: item, .. } = &member.shape.kind {
                self.value(member.wire_name(), item, list.item(place).view(), item.xml_namespace);
            }
        }
    }

    /// Writes one member of a structure.
    pub fn member(&mut self, member: &Member, view: View<'_>) {
        let flat = member.is_flattened();
        match (view, &member.shape.kind) {
            (View::List(list), Kind::List { member: item, .. }) => {
                let name = if flat { member.wire_name() } else { item.wire_name.unwrap_or("member") };
                if !flat {
                    self.open(member.wire_name(), member.xml_namespace.map(declaration));
                }
                for index in 0..list.len() {
                    self.value(name, item, list.item(index).view(), item.xml_namespace);
                }
                if !flat {
                    self.close(member.wire_name());
                }
            }
            (View::Map(map), Kind::Map { key, value, .. }) => {
                let entry = if flat { member.wire_name() } else { "entry" };
                if !flat {
                    self.open(member.wire_name(), member.xml_namespace.map(declaration));
                }
                for index in 0..map.len() {
                    let (name, field) = map.entry(index);
                    self.open(entry, if flat { member.xml_namespace.map(declaration) } else { None });
                    self.value(key.wire_name.unwrap_or("key"), key, View::String(name), key.xml_namespace);
                    self.value(value.wire_name.unwrap_or("value"), value, field.view(), value.xml_namespace);
                    self.close(entry);
                }
                if !flat {
                    self.close(member.wire_name());
                }
            }
            _ => self.value(member.wire_name(), member, view, member.xml_namespace),
        }
    }

    /// Writes one value as an element of this name.
    fn value(
        &mut self,
        name: &str,
        member: &Member,
        view: View<'_>,
        namespace: Option<&'static XmlNamespace>,
    ) {
        match view {
            View::Null | View::Body(_) => {}
            View::Structure(structure) => {
                let namespace = namespace.or(structure.shape().xml_namespace);
                self.start_structure(name, structure, namespace.map(declaration));
                self.members(structure);
                self.close(name);
            }
            View::List(list) => {
                let Kind::List { member: item, .. } = &member.shape.kind else { return };
                self.open(name, namespace.map(declaration));
                for index in 0..list.len() {
                    let inner = item.wire_name.unwrap_or("member");
                    self.value(inner, item, list.item(index).view(), item.xml_namespace);
                }
                self.close(name);
            }
            View::Map(_) => {
                let nested = Member { wire_name: None, flattened: false, ..copy(member) };
                self.open(name, namespace.map(declaration));
                self.entries(&nested, view);
                self.close(name);
            }
            scalar => {
                self.open(name, namespace.map(declaration));
                self.scalar(member, scalar);
                self.close(name);
            }
        }
    }

    fn entries(&mut self, member: &Member, view: View<'_>) {
        let (View::Map(map), Kind::Map { key, value, .. }) = (view, &member.shape.kind) else { return };
        for index in 0..map.len() {
            let (name, field) = map.entry(index);
            self.open("entry", None);
            self.value(key.wire_name.unwrap_or("key"), key, View::String(name), key.xml_namespace);
            self.value(value.wire_name.unwrap_or("value"), value, field.view(), value.xml_namespace);
            self.close("entry");
        }
    }

    fn start_structure(&mut self, name: &str, structure: &dyn Structure, namespace: Namespace<'_>) {
        self.begin(name);
        self.declare(namespace);
        for (index, member) in structure.shape().members().iter().enumerate() {
            if !member.xml_attribute {
                continue;
            }
            let Some(text) = structure.member(index).and_then(|field| {
                scalar_text(member, field.view(), self.default_format).map(|text| text.into_owned())
            }) else {
                continue;
            };
            self.out.push(' ');
            self.out.push_str(member.wire_name());
            self.out.push_str("=\"");
            self.escape(&text);
            self.out.push('"');
        }
        self.out.push('>');
    }

    fn scalar(&mut self, member: &Member, view: View<'_>) {
        let text = match view {
            View::Timestamp(moment)
                if self.millis
                    && member.timestamp_format(self.default_format) == TimestampFormat::Iso8601 =>
            {
                moment.iso8601_millis().into()
            }
            view => scalar_text(member, view, self.default_format).unwrap_or_default(),
        };
        self.escape(&text);
    }

    fn declare(&mut self, namespace: Namespace<'_>) {
        let Some((prefix, uri)) = namespace else { return };
        match prefix {
            Some(prefix) => self.out.push_str(&format!(" xmlns:{prefix}=\"")),
            None => self.out.push_str(" xmlns=\""),
        }
        self.escape(uri);
        self.out.push('"');
    }

    /// Writes text so that it reads back the same: the five predefined entities, and control characters as
    /// references, as S3 writes the keys that have them.
    fn escape(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' if !self.raw_quotes => self.out.push_str("&quot;"),
                '\'' => self.out.push_str("&apos;"),
                '\t' | '\n' => self.out.push(character),
                control if control.is_control() => self.out.push_str(&format!("&#x{:x};", control as u32)),
                other => self.out.push(other),
            }
        }
    }
}

fn declaration(namespace: &XmlNamespace) -> (Option<&'static str>, &'static str) {
    (namespace.prefix, namespace.uri)
}

/// The parts of a member that writing a nested value needs.
fn copy(member: &Member) -> Member {
    Member { shape: member.shape, timestamp_format: member.timestamp_format, ..Member::BASE }
}
