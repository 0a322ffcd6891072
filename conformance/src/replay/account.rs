//! The account a recording was made in, from the ARNs and queue URLs that it shows.

use ruststack_cassettes::Cassette;

/// The account of a recording that shows none.
const UNKNOWN: &str = "000000000000";

/// What is longer and no text is an object, and says nothing of its account.
const LONGEST_MESSAGE: usize = 1 << 20;

/// The account that a cassette was recorded in, which is the access key id of whoever replays it.
pub fn account_of(cassette: &Cassette) -> String {
    let mut texts = cassette.interactions.iter().flat_map(|one| {
        let response = one.response.as_ref().map(|response| response.body.bytes());
        [Some(one.request.body.bytes()), response].into_iter().flatten()
    });
    let account = texts.find_map(|text| match text.len() > LONGEST_MESSAGE {
        true => in_text(std::str::from_utf8(&text).ok()?),
        false => in_text(&String::from_utf8_lossy(&text)),
    });
    account.unwrap_or_else(|| UNKNOWN.to_owned())
}

/// The first account in a text. ARNs of AWS's own things name none, or `aws`.
fn in_text(text: &str) -> Option<String> {
    let in_arns = text.split("arn:aws").skip(1).filter_map(|arn| arn.split(':').nth(3));
    let in_urls = text.split(".amazonaws.com/").skip(1).filter_map(|path| path.split('/').next());
    let is_account = |id: &&str| id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit());
    in_arns.chain(in_urls).find(is_account).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns_and_queue_urls_tell_it() {
        let of = |text: &str| in_text(text).unwrap_or_default();
        assert_eq!(of(r#"{"TopicArn":"arn:aws:sns:us-east-2:456752665576:t"}"#), "456752665576");
        assert_eq!(of("https://sqs.us-east-2.amazonaws.com/123456789012/q"), "123456789012");
        assert_eq!(of("arn:aws:iam::aws:policy/AdministratorAccess"), "");
    }
}
