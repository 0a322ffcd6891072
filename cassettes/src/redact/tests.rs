use super::*;
use crate::format::Response;
use crate::scan::scan;

fn interaction(request_body: &str, response_body: &str) -> Interaction {
    let mut request = Request::of_url("POST", "https://secretsmanager.us-east-2.amazonaws.com/").unwrap();
    request.headers = Headers::from_iter([
        ("Authorization", "AWS4-HMAC-SHA256 Credential=AKIAQQQQQQQQQQQQQQQQ/2/r/s/aws4_request, Signature=1"),
        ("X-Amz-Security-Token", "IQoJb3JpZ2luX2VjEXXXXXXXXXXXX"),
        ("User-Agent", "me"),
        ("X-Amz-Content-Sha256", &crate::reader::sha256(request_body.as_bytes())),
        ("Content-Length", &request_body.len().to_string()),
    ]);
    request.body = Body::exact(request_body.to_owned());
    let response =
        Some(Response { status: 200, body: Body::exact(response_body.to_owned()), ..Response::default() });
    Interaction { request, response, ..Interaction::default() }
}

fn text(body: &Body) -> String {
    String::from_utf8(body.bytes().to_vec()).unwrap()
}

#[test]
fn a_secret_is_the_same_placeholder_everywhere_and_headers_still_tell_the_truth() {
    let secret = "hunter2-hunter2";
    let put = interaction(&format!(r#"{{"Name":"db","SecretString":"{secret}"}}"#), "{}");
    let get =
        interaction("{}", &format!(r#"{{"Policy":"{{\"s\":\"{secret}\"}}","SecretString":"{secret}"}}"#));
    let marked = Sensitive { request: vec![Member::Json("/SecretString".into())], ..Sensitive::default() };

    let redacted = Redactor::default().redact_all([(get, Sensitive::default()), (put, marked)]);

    let put = &redacted[1].request;
    let body: serde_json::Value = serde_json::from_slice(&put.body.bytes()).unwrap();
    let placeholder = body["SecretString"].as_str().unwrap();
    assert_eq!((placeholder.len(), body["Name"].as_str()), (secret.len(), Some("db")));
    assert_ne!(placeholder, secret);
    let answer = text(&redacted[0].response.as_ref().unwrap().body);
    assert_eq!(answer.matches(placeholder).count(), 2, "{answer}");
    assert_eq!(
        put.headers.get("x-amz-content-sha256"),
        Some(crate::reader::sha256(&put.body.bytes()).as_str())
    );
    assert_eq!(
        put.headers.iter().map(|(name, _)| name).collect::<Vec<_>>(),
        ["authorization", "x-amz-content-sha256", "content-length"]
    );
}

#[test]
fn a_key_id_goes_from_text_and_hexadecimal_dump() {
    let dump = |id: &str| id.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ");
    let id = "AKIAWUWEUSPULYX3BL3M";
    let body = format!("<E><AWSAccessKeyId>{id}</AWSAccessKeyId><B>{}</B></E>", dump(id));
    let redacted = Redactor::default().redact(interaction("", &body), &Sensitive::default());
    let made = text(&redacted.response.as_ref().unwrap().body);
    // The request's own key id was met first.
    let expected = body.replace(id, "AKIAAAAAAAAABEXAMPLE").replace(&dump(id), &dump("AKIAAAAAAAAABEXAMPLE"));
    assert_eq!(made, expected);
}

#[test]
fn accounts_are_replaced_only_when_asked() {
    let body = "arn:aws:sqs:us-east-2:456752665576:q https://sqs.us-east-2.amazonaws.com/456752665576/q AIDA22PL7JXX4F4DJYSWQ";
    let kept = Redactor::default().redact(interaction("", body), &Sensitive::default());
    assert_eq!(text(&kept.response.as_ref().unwrap().body), body);
    let gone = Redactor::new(Accounts::Replace).redact(interaction("", body), &Sensitive::default());
    let made = text(&gone.response.as_ref().unwrap().body);
    assert_eq!(made.matches("123456789012").count(), 2, "{made}");
    assert!(!made.contains("AIDA22PL7JXX4F4DJYSWQ"), "{made}");
}

#[test]
fn xml_forms_and_packed_bodies_are_redacted() {
    let marked = Sensitive {
        request: vec![Member::Form("Users.member.*.Password".into())],
        response: vec![Member::Xml("SecretAccessKey".into())],
    };
    let request = "Action=A&Users.member.1.Password=open+sesame%21&Users.member.1.Name=x";
    let secret = "wJalrXUtnFEMIK7MDENGbPxRfiCYzzzzzzzzzKEY";
    let mut plain = interaction(request, "");
    let packed = gzip(format!("<K><SecretAccessKey>{secret}</SecretAccessKey></K>").as_bytes());
    plain.response.as_mut().unwrap().body = Body::exact(packed);
    let redacted = Redactor::default().redact(plain, &marked);
    let form = text(&redacted.request.body);
    assert!(form.ends_with("&Users.member.1.Name=x") && !form.contains("sesame"), "{form}");
    let content = gunzip(&redacted.response.as_ref().unwrap().body.bytes()).unwrap();
    let content = String::from_utf8(content).unwrap();
    assert!(content.starts_with("<K><SecretAccessKey>EXAMPLE"), "{content}");
    assert_eq!(scan(&serde_json::to_vec(&redacted).unwrap(), &[secret.to_owned()]), []);
}

#[test]
fn nothing_hostile_panics() {
    for body in [
        "",
        "<A",
        "<A>",
        "<A></A>",
        "<Aa>x</A>",
        "a=%&b",
        "%3a%",
        "{\"a\":[1,-2.5e3]}",
        "é=é",
        "AKIA",
        "arn:aws",
    ] {
        let members = vec![
            Member::Json("/a/*".into()),
            Member::Xml("A".into()),
            Member::Form("*".into()),
            Member::Json(String::new()),
            Member::Body,
        ];
        let marked = Sensitive { request: members.clone(), response: members };
        Redactor::new(Accounts::Replace).redact(interaction(body, body), &marked);
    }
}

#[test]
fn secrets_that_nobody_named_go_by_their_form_and_their_name() {
    // Joined, so that no scanner of sources takes the test for a leak.
    let token = format!("IQoJb3JpZ2lu{}", "X2VjEJr".repeat(30));
    let github = ["ghp", "_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"].concat();
    let pem = ["-----BEGIN RSA PRIVATE", " KEY-----\nMIIEabc\n-----END RSA PRIVATE KEY-----"].concat();
    let drawn = "q8ZtR2mVx7Lk3WnB5yHd";
    let url = format!(
        "https://b.s3.amazonaws.com/k?X-Amz-Signature={}&X-Amz-Security-Token={token}",
        "ab12".repeat(16)
    );
    let inner = serde_json::json!({ "db": { "password": drawn }, "pem": pem }).to_string();
    let body = serde_json::json!({ "Url": url, "Body": inner, "Data": base64(&github) });
    let redacted = Redactor::default().redact(interaction("", &body.to_string()), &Sensitive::default());
    let made = text(&redacted.response.as_ref().unwrap().body);
    for secret in [token.as_str(), &github, "MIIEabc", drawn, "ab12ab12"] {
        assert_eq!(scan(made.as_bytes(), &[secret.to_owned()]), [], "{made}");
    }
    let read: serde_json::Value = serde_json::from_str(&made).unwrap();
    let inner: serde_json::Value = serde_json::from_str(read["Body"].as_str().unwrap()).unwrap();
    assert_eq!(inner["db"]["password"].as_str().map(str::len), Some(drawn.len()), "{made}");
}

fn base64(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}

#[test]
fn what_a_function_is_given_stays_unless_it_is_to_go() {
    let body = "{\"name\":\"Zoe\",\"n\":[5,true],\"password\":\"q8ZtR2mVx7Lk3WnB5yHd\"}";
    let content =
        || Sensitive { request: vec![Member::Content(Box::new(Member::Body))], ..Sensitive::default() };
    let kept = Redactor::default().redact(interaction(body, ""), &content());
    let kept: serde_json::Value = serde_json::from_slice(&kept.request.body.bytes()).unwrap();
    assert_eq!((kept["name"].as_str(), kept["n"][0].as_u64()), (Some("Zoe"), Some(5)));
    assert!(kept["password"].as_str().unwrap().starts_with("EXAMPLE"), "a secret is one in any case: {kept}");
    let gone = Redactor::default().payloads(Payloads::Replace).redact(interaction(body, ""), &content());
    let gone: serde_json::Value = serde_json::from_slice(&gone.request.body.bytes()).unwrap();
    assert_ne!(gone["name"], "Zoe");
    assert_eq!(gone["name"].as_str().map(str::len), Some(3));
    assert_eq!(gone["n"], serde_json::json!([1, true]), "types stay");
}

#[test]
fn a_variable_that_is_a_region_does_not_lead_requests_astray() {
    let body = r#"{"SecretString":"us-east-2"}"#;
    let marked = Sensitive { request: vec![Member::Json("/SecretString".into())], ..Sensitive::default() };
    let redacted = Redactor::default().redact(interaction(body, ""), &marked);
    assert_eq!(redacted.request.origin, "https://secretsmanager.us-east-2.amazonaws.com");
    assert!(!text(&redacted.request.body).contains("us-east-2"));
}

#[test]
fn what_a_blob_says_is_the_same_secret() {
    let plain = "the quick brown fox";
    let encrypt = interaction(&format!(r#"{{"Plaintext":"{}"}}"#, base64(plain)), plain);
    let marked = Sensitive { request: vec![Member::Json("/Plaintext".into())], ..Sensitive::default() };
    let redacted = Redactor::default().redact(encrypt, &marked);
    let said = text(&redacted.response.as_ref().unwrap().body);
    assert!(said.len() == plain.len() && said != plain);
    assert!(text(&redacted.request.body).contains(&base64(&said)));
}

#[test]
fn a_key_that_s3_encrypts_with_still_has_its_hash() {
    use base64::Engine as _;
    use md5::Digest as _;
    let hash = |key: &str| {
        let engine = base64::engine::general_purpose::STANDARD;
        engine.encode(md5::Md5::digest(engine.decode(key).unwrap()))
    };
    let key = base64("a key of thirty-two bytes, or so");
    let name = "x-amz-server-side-encryption-customer-key";
    let mut put = interaction("", "");
    put.request.headers.push(name, &key);
    put.request.headers.push(&format!("{name}-md5"), &hash(&key));
    put.response.as_mut().unwrap().headers.push(&format!("{name}-md5"), &hash(&key));
    let marked = Sensitive { request: vec![Member::Header(name.to_owned())], ..Sensitive::default() };
    let redacted = Redactor::default().redact(put, &marked);
    let made = redacted.request.headers.get(name).unwrap();
    assert_ne!(made, key);
    let answered = redacted.response.as_ref().unwrap().headers.get(&format!("{name}-md5"));
    assert_eq!(answered, Some(hash(made).as_str()));
    assert_eq!(redacted.request.headers.get(&format!("{name}-md5")), answered);
}
