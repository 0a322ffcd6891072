//! Keeps web pages out. The recorder signs what it is sent with real credentials, and any page that a browser on this
//! machine shows can send requests to a local port.

use http::{HeaderMap, Uri};

/// Whether a browser sends this for a page that is not from this machine.
pub(crate) fn is_foreign(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    match text("origin") {
        Some(origin) => !is_local(origin),
        // A browser that loads an image names no origin, and says this instead.
        None => text("sec-fetch-site") == Some("cross-site"),
    }
}

fn is_local(origin: &str) -> bool {
    let host = origin.parse::<Uri>().ok().and_then(|uri| uri.host().map(str::to_owned));
    host.is_some_and(|host| {
        matches!(host.as_str(), "localhost" | "127.0.0.1" | "[::1]") || host.ends_with(".localhost")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_from_elsewhere_are_foreign() {
        let foreign = |name: &'static str, value: &str| {
            is_foreign(&HeaderMap::from_iter([(http::HeaderName::from_static(name), value.parse().unwrap())]))
        };
        assert!(foreign("origin", "https://evil.org"));
        assert!(foreign("origin", "null"));
        assert!(foreign("origin", "https://localhost.evil.org"));
        assert!(foreign("sec-fetch-site", "cross-site"));
        assert!(!foreign("origin", "http://localhost:3000"));
        assert!(!foreign("user-agent", "aws-sdk-rust"));
    }
}
