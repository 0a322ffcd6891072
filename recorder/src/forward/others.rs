//! What becomes of connections to hosts that are not AWS's.

use std::fmt;

/// What becomes of connections to hosts that are not AWS's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Others {
    /// They are passed on as they are; nobody looks into them.
    #[default]
    Tunnel,
    /// They are refused.
    Refuse,
}

/// A text that is neither.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoOthers(String);

impl fmt::Display for NoOthers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected tunnel or refuse, found {:?}", self.0)
    }
}

impl std::error::Error for NoOthers {}

impl std::str::FromStr for Others {
    type Err = NoOthers;

    fn from_str(text: &str) -> Result<Others, NoOthers> {
        match text {
            "tunnel" => Ok(Others::Tunnel),
            "refuse" => Ok(Others::Refuse),
            _ => Err(NoOthers(text.to_owned())),
        }
    }
}
