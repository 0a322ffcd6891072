use super::*;
use crate::format::{Body, Meta, Request, Response, Setup};
use crate::import::{ImportOptions, import};
use crate::redact::Redactor;
use crate::scan::scan;

fn put(bucket: &str, key: &str, body: &str, status: u16) -> Interaction {
    let mut request =
        Request::of_url("PUT", &format!("https://{bucket}.s3.us-west-1.amazonaws.com/{key}")).unwrap();
    request.headers.push("host", &format!("{bucket}.s3.us-west-1.amazonaws.com"));
    request.headers.push("content-length", &body.len().to_string());
    request.body = Body::exact(body.to_owned());
    let response =
        Some(Response { status, body: Body::exact(format!("<R>{bucket}</R>")), ..Response::default() });
    Interaction { service: Some("s3".to_owned()), request, response, ..Interaction::default() }
}

fn cassette(title: &str, interactions: Vec<Interaction>) -> Cassette {
    let interactions =
        Redactor::default().redact_all(interactions.into_iter().map(|one| (one, Default::default())));
    Cassette {
        meta: Meta { title: title.to_owned(), ..Meta::default() },
        interactions,
        ..Cassette::default()
    }
}

#[test]
fn a_name_goes_where_it_stands_as_a_whole() {
    let body = "arn:aws:s3:::orders my-orders orders-2 orders%2Fx =orders%3Aorders";
    let before = cassette("orders", vec![put("orders", "orders/a", body, 200)]);
    let mut names = Names::default();
    names.add("orders", "shop").unwrap();
    let made = names.give(&before);
    let request = &made.interactions[0].request;
    assert_eq!(request.url(), "https://shop.s3.us-west-1.amazonaws.com/shop/a");
    assert_eq!(request.body.bytes(), "arn:aws:s3:::shop my-orders orders-2 shop%2Fx =shop%3Ashop");
    assert_eq!(request.headers.get("content-length"), Some(request.body.bytes().len().to_string().as_str()));
    assert_eq!(request.headers.get("host"), Some("shop.s3.us-west-1.amazonaws.com"));
    assert_eq!(made.meta.title, "shop");
    for (old, new) in [("or", "shop"), ("orders", ""), ("a b c", "x"), ("orders", "x\ny")] {
        assert!(names.add(old, new).is_err(), "{old:?} {new:?}");
    }
}

#[test]
fn the_second_part_presumes_what_the_first_did() {
    let whole = cassette("t", vec![put("b", "1", "", 200), put("b", "2", "", 404), put("b", "3", "", 200)]);
    let (first, second) = split_at(&whole, 2).unwrap();
    assert_eq!((first.interactions.len(), second.interactions.len()), (2, 1));
    let presumed: Vec<&str> = second.setup.requests.iter().map(|request| request.path.as_str()).collect();
    assert_eq!(presumed, ["/1"], "what failed is not sent again");
    assert_eq!(first.meta.services, ["s3"]);
    assert!(split_at(&whole, 0).is_none() && split_at(&whole, 3).is_none());
}

#[test]
fn what_was_split_by_service_is_joined_again() {
    let mut other = put("b", "x", "", 200);
    other.service = Some("sqs".to_owned());
    let whole = cassette("t", vec![put("b", "1", "", 200), other, put("b", "2", "", 200)]);
    let parts = by_service(&whole);
    assert_eq!(parts.keys().collect::<Vec<_>>(), ["s3", "sqs"]);
    assert_eq!(parts["s3"].interactions.len(), 2);
    let parts: Vec<Cassette> = parts.into_values().collect();
    let made = joined("whole", &parts).unwrap();
    assert_eq!((made.interactions.len(), made.meta.services.len()), (3, 2));
    let presuming = Cassette {
        setup: Setup { requests: vec![Default::default()], ..Setup::default() },
        ..parts[1].clone()
    };
    let refused = joined("whole", &[parts[0].clone(), presuming]).unwrap_err().to_string();
    assert!(refused.contains("has a setup"), "{refused}");
}

#[test]
fn what_was_exported_is_imported_as_it_was() {
    let before = cassette("t", vec![put("b", "1", "content", 200), put("b", "2", "", 404)]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.har");
    std::fs::write(&path, har(&before).to_string()).unwrap();
    let again = import(&path, &ImportOptions::default()).unwrap().remove(0);
    assert_eq!(again.interactions.len(), 2);
    for (one, two) in before.interactions.iter().zip(&again.interactions) {
        assert_eq!((one.request.url(), &one.request.body), (two.request.url(), &two.request.body));
        assert_eq!(one.response, two.response);
        assert_eq!(one.request.headers, two.request.headers);
    }
}

#[test]
fn redacting_again_finds_what_was_missed_and_leaves_placeholders() {
    let secret = "open sesame, says Ali";
    let missed = serde_json::to_value(cassette("t", vec![put("b", "1", "BODY", 200)])).unwrap().to_string();
    let missed: Cassette = serde_json::from_str(&missed.replace("BODY", secret)).unwrap();
    let redactor = || Redactor::default().secrets([secret.to_owned()]);
    let once = redacted(&missed, redactor());
    assert_eq!(scan(&serde_json::to_vec(&once).unwrap(), &[secret.to_owned()]), []);
    assert_eq!(redacted(&once, redactor()), once);
}
