//! Which pages of other origins may use a bucket: the rules that `settings` keeps, held against requests.
//!
//! Sources: S3 User Guide, "Using cross-origin resource sharing (CORS)"; the answers as recorded of S3 in localstack's
//! tests/aws/services/s3/test_s3_cors.snapshot.json.

use super::errors::{CORS_BUCKET_NOT_FOUND, CORS_NOT_ALLOWED, CORS_NOT_ENABLED};
use super::{S3, S3Error};
use ruststack_models::s3::types::CORSRule;

/// The methods that a page may ask for.
const METHODS: [&str; 5] = ["GET", "PUT", "HEAD", "POST", "DELETE"];

/// A request of a page of another origin, or one that it is about to make.
#[derive(Debug)]
pub(crate) struct Asking<'a> {
    pub(crate) origin: &'a str,
    pub(crate) method: &'a str,
    /// The headers that it is about to send, in lower case.
    pub(crate) headers: Vec<String>,
}

/// What a page of another origin is allowed, as the rule that fits says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Allowed {
    /// Its origin, or `*` where the rule is for all.
    pub(crate) origin: String,
    pub(crate) methods: Vec<String>,
    pub(crate) headers: Vec<String>,
    pub(crate) exposed: Vec<String>,
    pub(crate) max_age_s: Option<i32>,
}

/// A question before a request: what the browser says of it. `method` is not there where it says none.
#[derive(Debug)]
pub(crate) struct Preflight<'a> {
    pub(crate) bucket: &'a str,
    pub(crate) has_key: bool,
    pub(crate) origin: Option<&'a str>,
    pub(crate) method: Option<&'a str>,
    pub(crate) headers: Vec<String>,
}

impl S3 {
    /// Answers a browser that asks before a page's request.
    pub(crate) fn preflight(&self, asked: Preflight<'_>) -> Result<Allowed, S3Error> {
        let Preflight { bucket, has_key, origin, method, headers } = asked;
        let Some(origin) = origin else {
            return Err(S3Error::BadRequest(
                "Insufficient information. Origin request header needed.".to_owned(),
            ));
        };
        let members =
            |of: &str| [("Method", method.unwrap_or("OPTIONS").to_owned()), ("ResourceType", of.to_owned())];
        let Some(bucket) = self.buckets.get(bucket).map(|bucket| bucket.clone()) else {
            return Err(CORS_BUCKET_NOT_FOUND.with(members("BUCKET")));
        };
        let Some(cors) = bucket.settings().cors.clone() else {
            return Err(CORS_NOT_ENABLED.with(members("BUCKET")));
        };
        let Some(method) = method.filter(|method| METHODS.contains(method)) else {
            let told = method.unwrap_or("null");
            return Err(S3Error::BadRequest(format!("Invalid Access-Control-Request-Method: {told}")));
        };
        find(cors.cors_rules.as_deref().unwrap_or_default(), &Asking { origin, method, headers })
            .ok_or_else(|| CORS_NOT_ALLOWED.with(members(if has_key { "OBJECT" } else { "BUCKET" })))
    }

    /// What a page is allowed of the answer to its request; `None` where no rule fits.
    pub(crate) fn allowed(&self, bucket: &str, asking: &Asking<'_>) -> Option<Allowed> {
        let bucket = self.buckets.get(bucket).map(|bucket| bucket.clone())?;
        let cors = bucket.settings().cors.clone()?;
        find(cors.cors_rules.as_deref().unwrap_or_default(), asking)
    }
}

/// What the first rule that fits allows.
fn find(rules: &[CORSRule], asking: &Asking<'_>) -> Option<Allowed> {
    rules.iter().find_map(|rule| {
        let list = |list: &Option<Vec<String>>| list.clone().unwrap_or_default();
        let methods = list(&rule.allowed_methods);
        let origins = rule.allowed_origins.as_deref().unwrap_or_default();
        let origin = origins.iter().find(|allowed| fits(allowed, asking.origin))?;
        let allowed = rule.allowed_headers.as_deref().unwrap_or_default();
        let is_allowed =
            |header: &String| allowed.iter().any(|allowed| fits(&allowed.to_ascii_lowercase(), header));
        let fits =
            methods.iter().any(|method| method == asking.method) && asking.headers.iter().all(is_allowed);
        fits.then(|| Allowed {
            origin: if origin == "*" { origin.clone() } else { asking.origin.to_owned() },
            methods,
            headers: asking.headers.clone(),
            exposed: list(&rule.expose_headers),
            max_age_s: rule.max_age_seconds,
        })
    })
}

/// Whether text is what a pattern with at most one wildcard says.
fn fits(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, end)) => {
            text.len() >= start.len() + end.len() && text.starts_with(start) && text.ends_with(end)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wildcard_stands_for_any_text() {
        assert!(fits("*", "https://a") && fits("https://*.a.com", "https://b.a.com"));
        assert!(!fits("https://*.a.com", "https://a.com") && !fits("ab*ba", "aba"));
        assert!(fits("https://a", "https://a") && !fits("https://a", "https://a:1"));
    }

    #[test]
    fn the_first_rule_that_fits_counts() {
        let some = |items: &[&str]| Some(items.iter().map(|item| (*item).to_owned()).collect::<Vec<_>>());
        let rule = |origins: &[&str], methods: &[&str], headers: &[&str]| CORSRule {
            allowed_origins: some(origins),
            allowed_methods: some(methods),
            allowed_headers: some(headers),
            ..CORSRule::default()
        };
        let rules =
            [rule(&["http://a"], &["PUT"], &[]), rule(&["http://a", "*"], &["GET", "PUT"], &["x-AMZ-*"])];
        let check = |origin, method, headers: &[&str]| {
            let headers = headers.iter().map(|header| (*header).to_owned()).collect();
            let found = find(&rules, &Asking { origin, method, headers })?;
            Some((found.origin, found.methods.len()))
        };
        assert_eq!(check("http://a", "PUT", &[]), Some(("http://a".into(), 1)));
        assert_eq!(check("http://a", "PUT", &["x-amz-acl"]), Some(("http://a".into(), 2)));
        assert_eq!(check("http://b", "GET", &[]), Some(("*".into(), 2)));
        assert_eq!(check("http://b", "GET", &["content-type"]), None);
        assert_eq!(check("http://b", "DELETE", &[]), None);
    }
}
