//! Changes to one element somewhere in an XML body.

use super::change::Edit;
use super::in_json::other_text;
use fastrand::Rng;
use ruststack_cassettes::format::Interaction;
use ruststack_conformance::Kind;
use std::ops::Range;

/// Where an element stands in its text.
#[derive(Clone, Debug)]
struct Span {
    name: String,
    /// From its `<` to behind its last `>`.
    whole: Range<usize>,
    /// What is between its tags.
    inner: Range<usize>,
    parent: Option<usize>,
    is_leaf: bool,
}

pub(super) fn edit(
    random: &mut Rng,
    class: &str,
    interaction: &Interaction,
    text: &str,
    is_error: bool,
) -> Option<Edit> {
    // What somebody stored is content, whatever it looks like.
    let is_object = interaction.operation.as_deref() == Some("GetObject") && !is_error;
    if is_object || ruststack_wire::codec::xml::parse(text.as_bytes()).is_err() {
        return None;
    }
    let spans = spans(text);
    if class == "list order" {
        return swapped(random, text, &spans);
    }
    let named = |span: &&Span| match class {
        "error code" => is_error && span.name == "Code",
        "error message" => is_error && span.name == "Message",
        "number format" => {
            !span.inner.is_empty() && text[span.inner.clone()].bytes().all(|own| own.is_ascii_digit())
        }
        _ => true,
    };
    let leaves: Vec<&Span> = spans.iter().filter(|span| span.is_leaf).filter(named).collect();
    let span = *leaves.get(random.usize(..leaves.len().max(1)))?;
    let inner = &text[span.inner.clone()];
    let (before, after) = (&text[..span.whole.start], &text[span.whole.end..]);
    let with_inner = |inner: &str| [&text[..span.inner.start], inner, &text[span.inner.end..]].concat();
    let (kinds, changed): (&[Kind], String) = match class {
        // Of two elements of one name that no model knows, the one that is left is no list.
        "member missing" => (&[Kind::Missing, Kind::Type], format!("{before}{after}")),
        "member extra" => {
            let whole = &text[span.whole.clone()];
            (&[Kind::Extra, Kind::Type], format!("{before}{whole}<UnheardOf>1</UnheardOf>{after}"))
        }
        "type" => (&[Kind::Type], with_inner("<UnheardOf>1</UnheardOf>")),
        // Escapes stay whole.
        "value" | "error code" | "error message" if inner.contains('&') => return None,
        "value" => {
            let kinds: &[Kind] = match span.name.as_str() {
                "Code" if is_error => &[Kind::ErrorCode, Kind::Value],
                "Message" if is_error => &[Kind::ErrorMessage, Kind::Value],
                _ => &[Kind::Value],
            };
            (kinds, with_inner(&other_text(random, inner)))
        }
        "error code" => (&[Kind::ErrorCode], with_inner(&other_text(random, inner))),
        "error message" => (&[Kind::ErrorMessage], with_inner(&other_text(random, inner))),
        "number format" => {
            let other = if random.bool() { format!("0{inner}") } else { format!("{inner}.0") };
            (&[Kind::Value, Kind::ErrorMessage], with_inner(&other))
        }
        _ => return None,
    };
    let inside = text[span.inner.clone()].trim() != inner;
    (changed != text && !inside).then(|| Edit {
        what: format!("{} at {}", span.name, span.whole.start),
        kinds: kinds.to_vec(),
        body: changed.into_bytes(),
    })
}

/// Two neighbours of one name, one for the other. The entries of a map have no order and stay.
fn swapped(random: &mut Rng, text: &str, spans: &[Span]) -> Option<Edit> {
    let is_entry = |span: &Span| ["entry", "Attribute"].contains(&span.name.as_str());
    let mut pairs = Vec::new();
    for (place, one) in spans.iter().enumerate() {
        let next = spans[place + 1..].iter().find(|two| two.parent == one.parent);
        if let Some(two) = next
            && two.name == one.name
            && !is_entry(one)
            && text[one.whole.clone()] != text[two.whole.clone()]
        {
            pairs.push((one, two));
        }
    }
    let (one, two) = pairs.get(random.usize(..pairs.len().max(1)))?;
    let part = |range: Range<usize>| &text[range];
    let body = [
        part(0..one.whole.start),
        part(two.whole.clone()),
        part(one.whole.end..two.whole.start),
        part(one.whole.clone()),
        part(two.whole.end..text.len()),
    ];
    Some(Edit { what: one.name.clone(), kinds: vec![Kind::Order], body: body.concat().into_bytes() })
}

/// Every element, in the order in which they begin.
fn spans(text: &str) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find('<').map(|place| at + place) {
        let Some(end) = text[start..].find('>').map(|place| start + place + 1) else { break };
        let tag = &text[start + 1..end - 1];
        if tag.starts_with('/') {
            if let Some(index) = open.pop() {
                spans[index].whole.end = end;
                spans[index].inner.end = start;
            }
        } else if !tag.starts_with(['?', '!']) {
            let name = tag.trim_end_matches('/').split_whitespace().next().unwrap_or_default().to_owned();
            let parent = open.last().copied();
            if let Some(parent) = parent {
                spans[parent].is_leaf = false;
            }
            if !tag.ends_with('/') {
                open.push(spans.len());
            }
            // An empty element is no leaf here: it has no place for a text.
            let is_leaf = !tag.ends_with('/');
            spans.push(Span { name, whole: start..end, inner: end..end, parent, is_leaf });
        }
        at = end;
    }
    // The root has no neighbours and cannot go.
    spans
        .into_iter()
        .enumerate()
        .map(|(index, span)| Span { is_leaf: span.is_leaf && index > 0, ..span })
        .collect()
}
