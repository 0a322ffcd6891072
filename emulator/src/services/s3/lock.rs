//! Object lock: how long a version may not be removed, and who may all the same.
//!
//! Sources: S3 User Guide, "Locking objects with Object Lock"; the sentences as public captures of S3's answers show
//! them: versitygw issues 1142 and 1734, and the snapshots of S3's answers that localstack publishes
//! (`test_s3_api.snapshot.json`).

use super::S3Error;
use super::errors::PROTECTED_BY_LOCK;
use ruststack_models::s3::types::{self, ObjectLockConfiguration, ObjectLockRetention, ObjectLockRule};
use ruststack_wire::Timestamp;
use ruststack_wire::shape::TimestampFormat;

const DAY_SECONDS: i64 = 24 * 60 * 60;
const YEAR_DAYS: i64 = 365;
/// The longest default retention: a hundred years.
const MOST_DAYS: i64 = 36_500;

/// The lock of a bucket: that it has one, and what new objects are locked with.
#[derive(Debug, Clone, Default)]
pub(super) struct BucketLock {
    pub(super) default: Option<DefaultRetention>,
}

/// How new objects of a bucket are locked that say nothing of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct DefaultRetention {
    mode: Mode,
    period: Period,
}

#[derive(Debug, Clone, Copy)]
enum Period {
    Days(i64),
    Years(i64),
}

/// Who may remove a version before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Who may bypass governance.
    Governance,
    /// Nobody.
    Compliance,
}

/// Until when a version is retained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Retention {
    pub(super) mode: Mode,
    pub(super) until: Timestamp,
}

/// The lock of a version.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Lock {
    pub(super) retention: Option<Retention>,
    /// Whether it is held, where that was ever said.
    pub(super) legal_hold: Option<bool>,
}

/// What a writer says of the lock of what is written.
pub(super) struct LockHeaders<'a> {
    pub(super) mode: Option<&'a str>,
    pub(super) until: Option<Timestamp>,
    pub(super) legal_hold: Option<&'a str>,
}

impl Mode {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Mode::Governance => "GOVERNANCE",
            Mode::Compliance => "COMPLIANCE",
        }
    }

    fn parse(text: &str) -> Option<Mode> {
        [Mode::Governance, Mode::Compliance].into_iter().find(|mode| mode.as_str() == text)
    }
}

impl BucketLock {
    /// Reads the body of PutObjectLockConfiguration.
    pub(super) fn read(input: Option<ObjectLockConfiguration>) -> Result<BucketLock, S3Error> {
        let input = input.ok_or(S3Error::MalformedXml)?;
        if input.object_lock_enabled.as_deref() != Some("Enabled") {
            return Err(S3Error::MalformedXml);
        }
        let Some(rule) = input.rule else { return Ok(BucketLock::default()) };
        let default = rule.default_retention.ok_or(S3Error::MalformedXml)?;
        let mode = default.mode.as_deref().and_then(Mode::parse).ok_or(S3Error::MalformedXml)?;
        let period = match (default.days, default.years) {
            (Some(days), None) => Period::Days(days.into()),
            (None, Some(years)) => Period::Years(years.into()),
            _ => return Err(S3Error::MalformedXml),
        };
        match period.days() {
            1..=MOST_DAYS => Ok(BucketLock { default: Some(DefaultRetention { mode, period }) }),
            days => Err(S3Error::InvalidArgument {
                message: if days < 1 {
                    "Default retention period must be a positive integer value."
                } else {
                    "Default retention period too large."
                },
                name: match period {
                    Period::Days(_) => "Days",
                    Period::Years(_) => "Years",
                },
                value: match period {
                    Period::Days(count) | Period::Years(count) => count.to_string(),
                },
            }),
        }
    }

    /// As GetObjectLockConfiguration tells it.
    pub(super) fn shown(&self) -> ObjectLockConfiguration {
        let rule = self.default.map(|default| {
            let (days, years) = match default.period {
                Period::Days(days) => (i32::try_from(days).ok(), None),
                Period::Years(years) => (None, i32::try_from(years).ok()),
            };
            let retention = types::DefaultRetention { mode: Some(default.mode.as_str().into()), days, years };
            ObjectLockRule { default_retention: Some(retention) }
        });
        ObjectLockConfiguration { object_lock_enabled: Some("Enabled".into()), rule }
    }
}

impl Period {
    fn days(self) -> i64 {
        match self {
            Period::Days(days) => days,
            Period::Years(years) => years.saturating_mul(YEAR_DAYS),
        }
    }
}

impl DefaultRetention {
    /// The retention of what is written now.
    pub(super) fn from(self, now: Timestamp) -> Retention {
        Retention { mode: self.mode, until: now.plus_seconds(self.period.days() * DAY_SECONDS) }
    }
}

impl Retention {
    /// Reads the body of PutObjectRetention; one that is empty takes the retention off.
    pub(super) fn read(
        input: Option<ObjectLockRetention>,
        now: Timestamp,
    ) -> Result<Option<Retention>, S3Error> {
        let input = input.ok_or(S3Error::MalformedXml)?;
        let (mode, until) = match (input.mode.as_deref().map(Mode::parse), input.retain_until_date) {
            (None, None) => return Ok(None),
            (Some(Some(mode)), Some(until)) => (mode, until),
            _ => return Err(S3Error::MalformedXml),
        };
        future(until, now, "RetainUntilDate")?;
        Ok(Some(Retention { mode, until }))
    }

    /// Whether it is over.
    fn is_over(&self, now: Timestamp) -> bool {
        self.until <= now
    }
}

fn future(until: Timestamp, now: Timestamp, name: &'static str) -> Result<(), S3Error> {
    if until > now {
        return Ok(());
    }
    Err(S3Error::InvalidArgument {
        message: "The retain until date must be in the future!",
        name,
        value: until.format(TimestampFormat::Iso8601),
    })
}

impl LockHeaders<'_> {
    /// What the headers say; `None` where they say nothing.
    pub(super) fn read(&self, now: Timestamp) -> Result<Option<Lock>, S3Error> {
        let retention = match (self.mode, self.until) {
            (None, None) => None,
            (Some(mode), Some(until)) => {
                let mode = Mode::parse(mode).ok_or_else(|| S3Error::InvalidArgument {
                    message: "Unknown wormMode directive.",
                    name: "x-amz-object-lock-mode",
                    value: mode.to_owned(),
                })?;
                future(until, now, "x-amz-object-lock-retain-until-date")?;
                Some(Retention { mode, until })
            }
            (mode, _) => {
                return Err(S3Error::InvalidArgument {
                    message: "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied",
                    name: match mode {
                        Some(_) => "x-amz-object-lock-retain-until-date",
                        None => "x-amz-object-lock-mode",
                    },
                    value: "null".into(),
                });
            }
        };
        let legal_hold = self.legal_hold.map(|status| {
            legal_hold(status).ok_or_else(|| S3Error::InvalidArgument {
                message: "Legal Hold must be either of 'ON' or 'OFF'",
                name: "x-amz-object-lock-legal-hold",
                value: status.to_owned(),
            })
        });
        let lock = Lock { retention, legal_hold: legal_hold.transpose()? };
        Ok(Some(lock).filter(|lock| *lock != Lock::default()))
    }
}

/// Whether a legal hold of this status holds.
pub(super) fn legal_hold(status: &str) -> Option<bool> {
    match status {
        "ON" => Some(true),
        "OFF" => Some(false),
        _ => None,
    }
}

impl Lock {
    /// Whether the version may be removed.
    pub(super) fn check_removal(&self, bypasses_governance: bool, now: Timestamp) -> Result<(), S3Error> {
        let is_retained = self.retention.as_ref().is_some_and(|retention| {
            let is_bypassed = bypasses_governance && retention.mode == Mode::Governance;
            !is_bypassed && !retention.is_over(now)
        });
        if is_retained || self.legal_hold == Some(true) { Err(PROTECTED_BY_LOCK.told()) } else { Ok(()) }
    }

    /// Whether the retention may become another: a stricter one always, a laxer one only by who may bypass governance.
    pub(super) fn check_change(
        &self,
        new: Option<&Retention>,
        bypasses_governance: bool,
        now: Timestamp,
    ) -> Result<(), S3Error> {
        let Some(old) = self.retention.as_ref().filter(|old| !old.is_over(now)) else { return Ok(()) };
        let is_kept = new.is_some_and(|new| {
            let is_as_strict = new.mode == old.mode || new.mode == Mode::Compliance;
            is_as_strict && new.until >= old.until
        });
        let is_bypassed = bypasses_governance && old.mode == Mode::Governance;
        if is_kept || is_bypassed { Ok(()) } else { Err(PROTECTED_BY_LOCK.told()) }
    }

    /// The legal hold as headers and answers tell it.
    pub(super) fn legal_hold_status(&self) -> Option<String> {
        self.legal_hold.map(|holds| if holds { "ON" } else { "OFF" }.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    fn lock(mode: Mode, until: i64) -> Lock {
        Lock { retention: Some(Retention { mode, until: at(until) }), legal_hold: None }
    }

    #[test]
    fn a_version_is_removed_after_its_time() {
        let check = |lock: &Lock, bypass, now| lock.check_removal(bypass, at(now)).is_ok();
        assert!(check(&Lock::default(), false, 0));
        assert!(!check(&lock(Mode::Governance, 10), false, 9));
        assert!(check(&lock(Mode::Governance, 10), true, 9));
        assert!(check(&lock(Mode::Governance, 10), false, 10));
        assert!(!check(&lock(Mode::Compliance, 10), true, 9));
        assert!(check(&lock(Mode::Compliance, 10), false, 11));
        assert!(!check(&Lock { legal_hold: Some(true), ..Lock::default() }, true, 0));
        assert!(check(&Lock { legal_hold: Some(false), ..Lock::default() }, false, 0));
    }

    #[test]
    fn a_retention_becomes_stricter() {
        let check = |old: &Lock, mode, until, bypass| {
            old.check_change(Some(&Retention { mode, until: at(until) }), bypass, at(0)).is_ok()
        };
        let governed = lock(Mode::Governance, 10);
        assert!(check(&governed, Mode::Governance, 11, false));
        assert!(check(&governed, Mode::Compliance, 10, false));
        assert!(!check(&governed, Mode::Governance, 9, false));
        assert!(check(&governed, Mode::Governance, 9, true));
        assert!(governed.check_change(None, false, at(0)).is_err());
        assert!(governed.check_change(None, true, at(0)).is_ok());
        let compliant = lock(Mode::Compliance, 10);
        assert!(!check(&compliant, Mode::Governance, 20, true));
        assert!(!check(&compliant, Mode::Compliance, 9, true));
        assert!(check(&compliant, Mode::Compliance, 11, false));
        assert!(compliant.check_change(None, false, at(10)).is_ok());
    }
}
