//! Whose account the calls will touch, asked of STS before anything else is sent.

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http_body_util::{BodyExt as _, Limited};
use ruststack_cassettes::AuthKind;
use ruststack_cassettes::{Body as Recorded, Interaction, Request, Response};
use ruststack_wire::sign::signer::{Credentials, Payload};
use ruststack_wire::value::{Record, Value};
use ruststack_wire::{Body, Protocol};
use std::fmt;
use std::time::Duration;

use crate::courier::{Courier, point};
use crate::upstream::{Destination, Target};

const QUESTION: &str = "Action=GetCallerIdentity&Version=2011-06-15";
const QUESTION_OF_KEY: &str = "Action=GetAccessKeyInfo&Version=2011-06-15&AccessKeyId=";
const LONGEST_WAIT: Duration = Duration::from_secs(30);
const LONGEST_ANSWER: usize = 64 * 1024;

/// Whose account the calls touch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The account.
    pub account: String,
    /// The principal in it.
    pub arn: String,
}

/// The upstream did not say whose credentials these are.
#[derive(Debug)]
pub struct NoIdentity(String);

impl fmt::Display for NoIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "could not find out whose account this is (sts:GetCallerIdentity): {}", self.0)
    }
}

impl std::error::Error for NoIdentity {}

/// Asks STS whose credentials these are. With the identity comes the answer itself, from which a redactor learns the
/// account.
pub(crate) async fn ask(
    courier: &Courier,
    credentials: &Credentials,
) -> Result<(Identity, Interaction), NoIdentity> {
    let target = target(courier)?;
    let asked = tokio::time::timeout(LONGEST_WAIT, exchange(courier, credentials, &target, QUESTION)).await;
    let answer = asked.unwrap_or_else(|_| Err(format!("{} gave no answer in time", target.origin())));
    let answer = answer.map_err(NoIdentity)?;
    let Some(identity) = read(&answer) else {
        return Err(NoIdentity(format!("{} answered {}", target.origin(), refused(&answer))));
    };
    let body = Recorded::exact(answer.into_body());
    let told = Interaction {
        request: Request::of_url("POST", &target.origin()).unwrap_or_default(),
        response: Some(Response { status: 200, body, ..Response::default() }),
        ..Interaction::default()
    };
    Ok((identity, told))
}

/// The account that an access key belongs to, which may be temporary or another account's; asked with the
/// credentials of the account `own`.
pub(crate) async fn of_key(courier: &Courier, key: &str, own: &str) -> Result<String, NoIdentity> {
    if !key.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(NoIdentity("it is no access key id".to_owned()));
    }
    let credentials = courier.credentials(own).await.map_err(|error| NoIdentity(error.0))?;
    if credentials.access_key_id == key {
        return Ok(own.to_owned());
    }
    let target = target(courier)?;
    let question = format!("{QUESTION_OF_KEY}{key}");
    let asked = tokio::time::timeout(LONGEST_WAIT, exchange(courier, &credentials, &target, &question)).await;
    let answer = asked.unwrap_or_else(|_| Err(format!("{} gave no answer in time", target.origin())));
    let answer = answer.map_err(NoIdentity)?;
    let refusal =
        || NoIdentity(format!("{} answered {} to GetAccessKeyInfo", target.origin(), refused(&answer)));
    let text = String::from_utf8_lossy(answer.body());
    let account = text.split_once("<Account>").and_then(|(_, rest)| rest.split_once("</Account>"));
    let is_account =
        |account: &&str| account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    let account =
        account.map(|(account, _)| account).filter(|account| answer.status() == 200 && is_account(account));
    account.map(str::to_owned).ok_or_else(refusal)
}

fn target(courier: &Courier) -> Result<Target, NoIdentity> {
    let service = &ruststack_models::sts::SERVICE;
    let to = Destination {
        service: Some(service),
        signing_name: service.signing_name,
        region: &courier.region,
        host: "",
        bucket: None,
        path_and_query: "/",
    };
    let target = courier.upstream.target(&to);
    target.ok_or_else(|| NoIdentity(format!("no host for the region {:?}", courier.region)))
}

async fn exchange(
    courier: &Courier,
    credentials: &Credentials,
    target: &Target,
    question: &str,
) -> Result<http::Response<Bytes>, String> {
    let request = http::Request::post("/")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded; charset=utf-8")
        .header(CONTENT_LENGTH, question.len());
    let (mut parts, ()) = request.body(()).map_err(|error| error.to_string())?.into_parts();
    point(&mut parts, target);
    courier
        .sign(target, "sts", credentials, &mut parts, Payload::Bytes(question.as_bytes()), AuthKind::Header)
        .map_err(|error| error.0)?;
    let body = Body::from(question.as_bytes().to_vec());
    let (head, body) = courier.send(parts, body, target).await.map_err(|error| error.0)?.into_parts();
    let body = Limited::new(body, LONGEST_ANSWER).collect().await.map_err(|error| error.to_string())?;
    Ok(http::Response::from_parts(head, body.to_bytes()))
}

fn read(answer: &http::Response<Bytes>) -> Option<Identity> {
    let operation =
        ruststack_models::sts::SERVICE.operation("GetCallerIdentity").filter(|_| answer.status() == 200)?;
    let mut output = Record::new(operation.output?);
    Protocol::AwsQuery.decode_output(operation, answer, &mut output).ok()?;
    let text = |name: &str| match output.get(name) {
        Some(Value::String(text)) if !text.is_empty() => Some(text.clone()),
        _ => None,
    };
    Some(Identity { account: text("Account")?, arn: text("Arn").unwrap_or_default() })
}

/// The status and error code. The message stays out: that of a wrong signature repeats the session token.
fn refused(answer: &http::Response<Bytes>) -> String {
    let text = String::from_utf8_lossy(answer.body());
    let code = text.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
    let code = code
        .map(|(code, _)| code)
        .filter(|code| code.len() < 100 && code.bytes().all(|b| b.is_ascii_graphic()));
    format!("{} {}", answer.status().as_u16(), code.unwrap_or("without an identity"))
}
