//! A rule of comparison or a binding. What it says is conformance's business; that it says why is ours.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One entry of `rules` or `bindings`: free members, and a reason that may not be missing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Map<String, Value>", into = "Map<String, Value>")]
pub struct Rule {
    /// Why this cassette needs it.
    pub reason: String,
    /// What it says, in the members the reader of rules knows.
    pub says: Map<String, Value>,
}

impl TryFrom<Map<String, Value>> for Rule {
    type Error = String;

    fn try_from(mut says: Map<String, Value>) -> Result<Rule, String> {
        match says.shift_remove("reason") {
            Some(Value::String(reason)) if !reason.trim().is_empty() => Ok(Rule { reason, says }),
            _ => Err("expected a member `reason` that says why".to_owned()),
        }
    }
}

impl From<Rule> for Map<String, Value> {
    fn from(rule: Rule) -> Map<String, Value> {
        let mut members = rule.says;
        members.insert("reason".to_owned(), Value::String(rule.reason));
        members
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_without_a_reason_is_refused() {
        assert!(serde_json::from_str::<Rule>(r#"{"ignore": "$.RequestId"}"#).is_err());
        assert!(serde_json::from_str::<Rule>(r#"{"ignore": "$.RequestId", "reason": " "}"#).is_err());
        let text = r#"{"ignore":"$.RequestId","reason":"made up by AWS"}"#;
        let rule: Rule = serde_json::from_str(text).expect("a rule with a reason is read");
        assert_eq!(serde_json::to_string(&rule).expect("a rule is written"), text);
    }
}
