//! The differences that have been judged: `tests/data/differential/dynalite.json`.

use super::{Answer, generate::Call, told};
use ruststack_harness::places::workspace;
use serde_json::Value as Json;

/// A judged difference: which answers it is about, and why ours is right.
pub(super) struct Judged {
    actions: Vec<String>,
    /// Patterns of our answer, in which `*` is any text.
    ours: Vec<String>,
    /// Patterns of the other's.
    theirs: Vec<String>,
    /// Patterns of the request; any where there is none.
    request: Vec<String>,
    /// Members without which the answers are the same.
    without: Vec<String>,
    /// Whether what stands for the last `*` is the same on both sides.
    is_same: bool,
    /// Whether an expression of the request compares two attributes, or their sizes.
    compares: bool,
    /// Why.
    pub(super) judgement: String,
}

/// All of them.
pub(super) fn judged() -> Vec<Judged> {
    let path = workspace().join("tests/data/differential/dynalite.json");
    let text = std::fs::read_to_string(path).expect("the judgements");
    let list: Vec<Json> = serde_json::from_str(&text).expect("JSON");
    list.iter().map(Judged::read).collect()
}

impl Judged {
    fn read(json: &Json) -> Judged {
        let texts = |name: &str| match &json[name] {
            Json::String(text) => vec![text.clone()],
            Json::Array(texts) => {
                texts.iter().map(|text| text.as_str().expect("a text").to_owned()).collect()
            }
            _ => Vec::new(),
        };
        let required = |name: &str| {
            let texts = texts(name);
            assert!(texts.iter().any(|text| !text.is_empty()), "{json}: no {name}");
            texts
        };
        required("source");
        Judged {
            actions: required("actions"),
            ours: required("ours"),
            theirs: required("theirs"),
            request: texts("request"),
            without: texts("without"),
            is_same: json["same"] == true,
            compares: json["compares"] == "attributes",
            judgement: required("judgement").concat(),
        }
    }

    /// Whether these answers to a request are what it is about.
    pub(super) fn is_about(&self, (action, request): &Call, ours: &Answer, theirs: &Answer) -> bool {
        let is_known = |action: &str| self.actions.iter().any(|known| known == "*" || known == action);
        let (one, two) = (told(ours), told(theirs));
        let text = request.to_string();
        let alike = self.ours.iter().filter_map(|pattern| last_star(pattern, &one)).any(|first| {
            let mut others = self.theirs.iter().filter_map(|pattern| last_star(pattern, &two));
            others.any(|second| !self.is_same || first == second)
        });
        is_known(action)
            && alike
            && (self.request.is_empty()
                || self.request.iter().any(|pattern| last_star(pattern, &text).is_some()))
            && (!self.compares || compares_attributes(request))
            && (self.without.is_empty()
                || told(&without(ours, &self.without)) == told(&without(theirs, &self.without)))
    }
}

/// What stands for the last `*` of a pattern in a text; nothing where the text is another.
fn last_star<'t>(pattern: &str, text: &'t str) -> Option<&'t str> {
    let mut parts = pattern.split('*');
    let mut rest = text.strip_prefix(parts.next().unwrap_or_default())?;
    let parts: Vec<&str> = parts.collect();
    let Some((end, between)) = parts.split_last() else { return rest.is_empty().then_some("") };
    for part in between {
        rest = rest.split_once(part)?.1;
    }
    rest.strip_suffix(end)
}

/// Whether an expression compares what two paths lead to, or the sizes of it.
fn compares_attributes(request: &Json) -> bool {
    ["ConditionExpression", "FilterExpression"].iter().filter_map(|name| request[name].as_str()).any(|text| {
        let words: Vec<&str> = text.split(' ').collect();
        words.windows(3).any(|words| {
            matches!(words[1], "=" | "<>" | "<=" | ">=") && !words[0].contains(':') && !words[2].contains(':')
        })
    })
}

/// An answer without some of its members; `A.B` is the member `B` of `A`, or of each of the list that `A` is.
fn without((status, body): &Answer, members: &[String]) -> Answer {
    let mut body = body.clone();
    for member in members {
        remove(&mut body, member);
    }
    (*status, body)
}

fn remove(value: &mut Json, path: &str) {
    match (value, path.split_once('.')) {
        (Json::Array(items), _) => items.iter_mut().for_each(|item| remove(item, path)),
        (Json::Object(members), None) => drop(members.remove(path)),
        (Json::Object(members), Some((first, rest))) => {
            if let Some(member) = members.get_mut(first) {
                remove(member, rest);
            }
        }
        _ => {}
    }
}
