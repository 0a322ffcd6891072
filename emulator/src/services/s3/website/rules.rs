//! Where visitors of a website are sent: all of them, or by its routing rules.
//!
//! Sources: S3 API reference, RedirectAllRequestsTo, RoutingRule, Condition and Redirect; User Guide, "Routing rules for
//! advanced conditional redirects".

use super::{MOVED_PERMANENTLY, Shown};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ruststack_models::s3::types::{Redirect, RedirectAllRequestsTo, RoutingRule};

/// What stays as it is of a key in a location.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/')
    .remove(b'#')
    .remove(b'!');

/// What a visitor asked for, as far as it matters to where they are sent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) scheme: &'static str,
    pub(super) host: &'a str,
    pub(super) key: &'a str,
}

/// A key as it stands in a location.
pub(super) fn encoded(key: &str) -> String {
    utf8_percent_encode(key, PATH).to_string()
}

impl Asked<'_> {
    /// Where all visitors are sent.
    pub(super) fn redirected_all(&self, all: &RedirectAllRequestsTo) -> Shown {
        let scheme = all.protocol.as_deref().unwrap_or(self.scheme);
        let host = all.host_name.as_deref().unwrap_or(self.host);
        let location = format!("{scheme}://{host}/{}", encoded(self.key));
        Shown::Redirect { status: MOVED_PERMANENTLY, location }
    }

    /// Where the first rule that fits sends the visitor. Rules about an error are for those who met it, all others for
    /// those who have met none yet.
    pub(super) fn redirected(&self, rules: &[RoutingRule], error: Option<u16>) -> Option<Shown> {
        rules.iter().find_map(|rule| {
            let condition = rule.condition.as_ref();
            let prefix = condition.and_then(|condition| condition.key_prefix_equals.as_deref());
            let code = condition.and_then(|condition| condition.http_error_code_returned_equals.as_deref());
            let is_error = code.map(|code| code.parse().ok()) == error.map(Some);
            let prefix = prefix.unwrap_or_default();
            let rest = self.key.strip_prefix(prefix).filter(|_| is_error)?;
            Some(self.sent(rule.redirect.as_ref()?, rest))
        })
    }

    fn sent(&self, redirect: &Redirect, rest: &str) -> Shown {
        let scheme = redirect.protocol.as_deref().unwrap_or(self.scheme);
        let host = redirect.host_name.as_deref().unwrap_or(self.host);
        let key = match (&redirect.replace_key_with, &redirect.replace_key_prefix_with) {
            (Some(key), _) => key.clone(),
            (None, Some(prefix)) => format!("{prefix}{rest}"),
            (None, None) => self.key.to_owned(),
        };
        let status = redirect.http_redirect_code.as_deref().and_then(|code| code.parse().ok());
        let location = format!("{scheme}://{host}/{}", encoded(&key));
        Shown::Redirect { status: status.unwrap_or(MOVED_PERMANENTLY), location }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruststack_models::s3::types::Condition;

    fn rule(prefix: Option<&str>, code: Option<&str>, redirect: Redirect) -> RoutingRule {
        let text = |text: Option<&str>| text.map(str::to_owned);
        let condition =
            Condition { key_prefix_equals: text(prefix), http_error_code_returned_equals: text(code) };
        let has_condition = prefix.is_some() || code.is_some();
        RoutingRule { condition: has_condition.then_some(condition), redirect: Some(redirect) }
    }

    fn sent(rules: &[RoutingRule], key: &str, error: Option<u16>) -> Option<String> {
        match (Asked { scheme: "http", host: "h:1", key }).redirected(rules, error)? {
            Shown::Redirect { status, location } => Some(format!("{status} {location}")),
            other => panic!("{other:?}"),
        }
    }

    /// API reference, "Redirect", and the examples of the User Guide.
    #[test]
    fn rules_send_visitors() {
        let text = |text: &str| Some(text.to_owned());
        let folder = Redirect { replace_key_prefix_with: text("documents/"), ..Redirect::default() };
        let page = Redirect { replace_key_with: text("error.html"), ..Redirect::default() };
        let host = Redirect {
            host_name: text("h2"),
            protocol: text("https"),
            http_redirect_code: text("302"),
            replace_key_prefix_with: text("report-404/"),
            ..Redirect::default()
        };
        let rules = [
            rule(Some("docs/"), None, folder),
            rule(Some("images/"), None, page),
            rule(None, Some("404"), host),
        ];
        assert_eq!(sent(&rules, "docs/a b", None).as_deref(), Some("301 http://h:1/documents/a%20b"));
        assert_eq!(sent(&rules, "images/x.png", None).as_deref(), Some("301 http://h:1/error.html"));
        assert_eq!(sent(&rules, "other", None), None);
        assert_eq!(sent(&rules, "other", Some(404)).as_deref(), Some("302 https://h2/report-404/other"));
        assert_eq!(sent(&rules, "other", Some(403)), None);
    }
}
