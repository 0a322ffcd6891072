//! The pages of lists: a token names the last that was told.

use super::LogsError;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// How many a page of most lists holds, unless the caller asks for fewer.
pub(super) const PAGE: usize = 50;

/// How many the caller wants.
pub(super) fn limit(asked: Option<i32>, otherwise: usize) -> usize {
    asked.and_then(|asked| usize::try_from(asked).ok()).unwrap_or(otherwise)
}

/// The token behind which the next page begins.
pub(super) fn token(last: &str) -> String {
    URL_SAFE_NO_PAD.encode(last)
}

/// What a token names.
pub(super) fn after(token: Option<&str>) -> Result<Option<String>, LogsError> {
    let Some(token) = token else { return Ok(None) };
    let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| LogsError::bad_token())?;
    String::from_utf8(bytes).map(Some).map_err(|_| LogsError::bad_token())
}

/// Cuts a list that is in the order of its names into a page, and tells the token of the next.
pub(super) fn cut<T>(
    all: impl Iterator<Item = T>,
    limit: usize,
    name: impl Fn(&T) -> String,
) -> (Vec<T>, Option<String>) {
    let mut page: Vec<T> = all.take(limit.saturating_add(1)).collect();
    let has_more = page.len() > limit;
    page.truncate(limit);
    let next = page.last().filter(|_| has_more).map(|last| token(&name(last)));
    (page, next)
}
