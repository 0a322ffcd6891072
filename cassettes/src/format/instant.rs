//! Moments, as RFC 3339 in a cassette and as IMF-fixdate on the wire.

use serde::{Deserialize, Deserializer, Serializer};
use time::format_description::BorrowedFormatItem;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

const HTTP_DATE: &[BorrowedFormatItem<'_>] =
    format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");

/// The moment a `Date` or `Last-Modified` header names.
pub fn of_http_date(text: &str) -> Option<OffsetDateTime> {
    PrimitiveDateTime::parse(text, HTTP_DATE).ok().map(PrimitiveDateTime::assume_utc)
}

/// The moment an RFC 3339 text names.
pub fn of_rfc3339(text: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(text, &Rfc3339).ok()
}

pub(super) fn serialize<S: Serializer>(
    moment: &Option<OffsetDateTime>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match moment {
        Some(moment) => {
            let text = moment.format(&Rfc3339).map_err(serde::ser::Error::custom)?;
            serializer.serialize_str(&text)
        }
        None => serializer.serialize_none(),
    }
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<OffsetDateTime>, D::Error> {
    let text = String::deserialize(deserializer)?;
    match of_rfc3339(&text) {
        Some(moment) => Ok(Some(moment)),
        None => Err(serde::de::Error::custom("expected an RFC 3339 moment such as 2026-06-02T18:30:58Z")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_header_is_a_moment() {
        let moment = of_http_date("Tue, 02 Jun 2026 18:30:58 GMT");
        assert_eq!(moment, of_rfc3339("2026-06-02T18:30:58Z"));
        assert!(moment.is_some());
        assert_eq!(of_http_date("yesterday"), None);
    }
}
