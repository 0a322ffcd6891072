//! A parsed XML document: elements, attributes and text, no more.

use crate::codec::{DecodeError, MAX_DEPTH};
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};

/// An XML element. Prefixes are dropped from its name, comments and processing instructions from its content.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Element {
    /// The local name.
    pub name: String,
    /// The attributes in order, with their prefixes.
    pub attributes: Vec<(String, String)>,
    /// The elements within, in order.
    pub children: Vec<Element>,
    /// The text within, joined.
    pub text: String,
}

impl Element {
    /// The first element within that has this name.
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The value of an attribute, by its name with or without prefix.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let local = name.rsplit(':').next().unwrap_or(name);
        self.attributes
            .iter()
            .find(|(key, _)| key == name || key.rsplit(':').next() == Some(local))
            .map(|(_, value)| value.as_str())
    }

    /// The text of the first element within that has this name.
    pub fn child_text(&self, name: &str) -> Option<&str> {
        self.child(name).map(|child| child.text.as_str())
    }
}

/// Reads a document. No entity but the five predefined ones and character references is expanded, and a
/// document type declaration is refused.
pub fn parse(bytes: &[u8]) -> Result<Element, DecodeError> {
    let text = std::str::from_utf8(bytes).map_err(|_| malformed("The document is not UTF-8."))?;
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    loop {
        match reader.read_event().map_err(|error| malformed(error.to_string()))? {
            Event::Start(tag) => {
                if root.is_some() {
                    return Err(malformed("There is more than one root element."));
                }
                if open.len() >= MAX_DEPTH {
                    return Err(malformed("The document nests too deep."));
                }
                open.push(element(&tag)?);
            }
            Event::Empty(tag) => {
                let element = element(&tag)?;
                close(element, &mut open, &mut root)?;
            }
            Event::End(_) => {
                let element = open.pop().ok_or_else(|| malformed("An element ends that did not begin."))?;
                close(element, &mut open, &mut root)?;
            }
            Event::Text(piece) => {
                let piece = piece.xml10_content();
                match open.last_mut() {
                    Some(parent) => parent.text.push_str(&piece),
                    None if piece.trim().is_empty() => {}
                    None => return Err(malformed("There is text outside the root element.")),
                }
            }
            Event::CData(piece) => {
                let piece = piece.xml10_content();
                if let Some(parent) = open.last_mut() {
                    parent.text.push_str(&piece);
                }
            }
            Event::GeneralRef(reference) => {
                let parent =
                    open.last_mut().ok_or_else(|| malformed("There is text outside the root element."))?;
                match reference.resolve_char_ref().map_err(|error| malformed(error.to_string()))? {
                    Some(character) => parent.text.push(character),
                    None => parent.text.push_str(
                        quick_xml::escape::resolve_predefined_entity(&reference)
                            .ok_or_else(|| malformed(format!("The entity {} is not known.", &*reference)))?,
                    ),
                }
            }
            Event::DocType(_) => return Err(malformed("A document type declaration is not allowed.")),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            Event::Eof => break,
        }
    }
    if !open.is_empty() {
        return Err(malformed("The document ends inside an element."));
    }
    let mut root = root.ok_or_else(|| malformed("There is no root element."))?;
    drop_layout(&mut root);
    Ok(root)
}

fn element(tag: &BytesStart<'_>) -> Result<Element, DecodeError> {
    let name = tag.local_name().as_ref().to_owned();
    let mut attributes = Vec::new();
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|error| malformed(error.to_string()))?;
        let value = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|error| malformed(error.to_string()))?;
        attributes.push((attribute.key.as_ref().to_owned(), value.into_owned()));
    }
    Ok(Element { name, attributes, ..Element::default() })
}

fn close(element: Element, open: &mut [Element], root: &mut Option<Element>) -> Result<(), DecodeError> {
    match open.last_mut() {
        Some(parent) => parent.children.push(element),
        None if root.is_none() => *root = Some(element),
        None => return Err(malformed("There is more than one root element.")),
    }
    Ok(())
}

/// Text beside elements is line breaks and indentation; drop it all the way down.
fn drop_layout(element: &mut Element) {
    if !element.children.is_empty() && element.text.trim().is_empty() {
        element.text.clear();
    }
    element.children.iter_mut().for_each(drop_layout);
}

fn malformed(reason: impl Into<String>) -> DecodeError {
    DecodeError::Malformed(reason.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_keeps_its_references_and_loses_its_layout() {
        let root = parse(b"<a x='1&amp;2'>\n  <b>1 &lt; 2 &#x41;<![CDATA[<]]></b>\n  <p:c/>\n</a>").unwrap();
        assert_eq!(root.attribute("x"), Some("1&2"));
        assert_eq!(root.child_text("b"), Some("1 < 2 A<"));
        assert_eq!(root.child_text("c"), Some(""));
        assert_eq!(root.text, "");
    }

    #[test]
    fn hostile_documents_are_refused() {
        let bomb = "<!DOCTYPE a [<!ENTITY b \"bb\">]><a>&b;</a>";
        let deep = "<a>".repeat(100_000);
        for text in
            [bomb, &deep, "", "<a>", "<a></b>", "<a/><a/>", "x<a/>", "<a>&unknown;</a>", "<a b=1/>", "</a>"]
        {
            assert!(parse(text.as_bytes()).is_err(), "{}", &text[..text.len().min(40)]);
        }
    }
}
