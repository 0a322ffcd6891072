//! Places in PartiQL statements, which DynamoDB tells as ` at LINE:COLUMN:LENGTH`: where names in a statement are longer
//! than in the recording, the places behind them are further on.

use bytes::Bytes;
use http::Request;
use ruststack_cassettes::Isolation;
use serde_json::Value;

/// The statement of a request, if it has one.
pub(super) fn statement(request: &Request<Bytes>) -> Option<String> {
    let document: Value = serde_json::from_slice(request.body()).ok()?;
    document.get("Statement")?.as_str().map(str::to_owned)
}

/// The text of an answer with its places told as they are in the recorded statement. `sent` is the statement as it was
/// sent.
pub(super) fn told_back(isolation: &Isolation, sent: &str, text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(found) = rest.find(AT) {
        let (before, after) = rest.split_at(found + AT.len());
        made.push_str(before);
        let end = after.find(|own: char| !(own.is_ascii_digit() || own == ':')).unwrap_or(after.len());
        let (place, behind) = after.split_at(end);
        made.push_str(&moved(isolation, sent, place).unwrap_or_else(|| place.to_owned()));
        rest = behind;
    }
    made + rest
}

const AT: &str = " at ";

/// A place in the recorded statement; `None` where it is none in the one that was sent.
fn moved(isolation: &Isolation, sent: &str, place: &str) -> Option<String> {
    let mut numbers = place.split(':').map(|number| number.parse::<usize>().ok());
    let (line, column, length) = (numbers.next()??, numbers.next()??, numbers.next()??);
    let text = sent.lines().nth(line.checked_sub(1)?)?;
    let before = text.get(..column.checked_sub(1)?)?;
    let own = text.get(before.len()..before.len().checked_add(length)?)?;
    let recorded = |text: &str| isolation.text_inward(text).len();
    Some(format!("{line}:{}:{}", recorded(before) + 1, recorded(own)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruststack_cassettes::{Cassette, Mark};

    #[test]
    fn a_place_is_told_as_in_the_recorded_statement() {
        let recorded = "UPDATE orders SET x = 1\nWHERE orders = f()";
        let cassette: Cassette = serde_json::from_value(serde_json::json!({
            "cassette": 1, "meta": { "title": "t", "services": [], "provenance": { "kind": "emulator" } },
            "interactions": [{ "request": { "method": "POST", "path": "/",
                "origin": "https://dynamodb.us-east-1.amazonaws.com",
                "headers": ["x-amz-target: DynamoDB_20120810.CreateTable", "content-type: application/x-amz-json-1.0"],
                "body": { "json": { "TableName": "orders" } } }, "response": { "status": 200 } }],
        }))
        .unwrap();
        let isolation = Isolation::of(&cassette, &Mark::draw());
        let mut request = cassette.interactions[0].request.clone();
        request.body =
            ruststack_cassettes::Body::exact(serde_json::json!({ "Statement": recorded }).to_string());
        request.headers.set("x-amz-target", "DynamoDB_20120810.ExecuteStatement");
        let sent = Request::new(isolation.outward(&request).body.bytes());
        let sent = statement(&sent).unwrap();
        let longer = (sent.len() - recorded.len()) / 2;
        assert!(longer > 0, "{sent}");
        let told = |line, column, length| format!("Wrong at {line}:{column}:{length} {{");
        for (sent_at, expected) in [
            (told(1, 1, 6), told(1, 1, 6)),
            (told(1, 8, 6 + longer), told(1, 8, 6)),
            (told(1, 19 + longer, 1), told(1, 19, 1)),
            (told(2, 16 + longer, 3), told(2, 16, 3)),
            (told(9, 1, 1), told(9, 1, 1)),
            ("look at 5 o'clock".to_owned(), "look at 5 o'clock".to_owned()),
        ] {
            assert_eq!(told_back(&isolation, &sent, &sent_at), expected);
        }
    }
}
