//! Who calls, where and when; and where new ids come from.

use crate::config::{Auth, Config, DEFAULT_ACCOUNT, DEFAULT_REGION};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{HeaderValue, REFERER, USER_AGENT};
use http::request::Parts;
use ruststack_wire::exceptions::{RequestIdForm, request_id_form};
use ruststack_wire::protocol;
use ruststack_wire::{Service, Timestamp};
use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

/// Where the emulator is where a request does not say it.
const DEFAULT_HOST: &str = "localhost:4566";

/// What every handler is given besides its input.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The twelve digits of the account.
    pub account: String,
    /// The region that is called.
    pub region: String,
    /// Whether the caller named the region, by a signature or the host.
    pub region_is_named: bool,
    /// The access key of the signature; `None` for an anonymous caller.
    pub access_key_id: Option<String>,
    /// The ids under which the answer can be found again.
    pub ids: protocol::Ids,
    /// The moment of the call.
    pub now: Timestamp,
    /// Where ids that the call makes come from: text that no other call gets.
    pub fresh: Fresh,
    /// The header `Host` that the request came with.
    pub host: Option<HeaderValue>,
    /// What decides what the caller may do; `None` where everybody may do everything.
    pub standing: Option<Arc<Standing>>,
}

/// What policies ask of a caller besides the account.
#[derive(Debug, Default)]
pub struct Standing {
    /// The ARN of the user whose key signed, where the credentials name one.
    pub user_arn: Option<String>,
    /// Where the request came from, as far as that is known.
    pub source_ip: Option<IpAddr>,
    /// Whether it came through TLS.
    pub is_secure: bool,
    /// The header `Referer`.
    pub referer: Option<String>,
    /// The header `User-Agent`.
    pub user_agent: Option<String>,
}

/// The other end of a connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer {
    pub(super) address: IpAddr,
    pub(super) is_secure: bool,
}

impl Caller {
    /// The ARN of whoever calls: the user that the credentials name, or the root user of the account.
    pub fn principal_arn(&self) -> Cow<'_, str> {
        match self.standing.as_ref().and_then(|standing| standing.user_arn.as_deref()) {
            Some(arn) => arn.into(),
            None => format!("arn:aws:iam::{}:root", self.account).into(),
        }
    }

    /// The host and port under which the caller reaches the emulator; that of AWS is taken for this machine.
    pub fn host(&self) -> &str {
        let host = self.host.as_ref().and_then(|host| host.to_str().ok());
        host.filter(|host| !host.ends_with(".amazonaws.com")).unwrap_or(DEFAULT_HOST)
    }

    /// The port under which the caller reaches the emulator, where it is said.
    pub fn port(&self) -> Option<&str> {
        let (_, port) = self.host().rsplit_once(':')?;
        (!port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())).then_some(port)
    }

    /// Whether it is decided what the caller may do, and nobody has signed.
    pub fn is_nobody(&self) -> bool {
        self.standing.is_some() && self.is_anonymous()
    }

    /// Whether nobody has signed.
    pub fn is_anonymous(&self) -> bool {
        self.access_key_id.is_none()
    }
}

/// The source of ids of all calls.
#[derive(Debug)]
pub struct Ids {
    seed: u64,
    calls: AtomicU64,
}

/// The source of ids of one call.
#[derive(Debug, Clone)]
pub struct Fresh(Arc<Mutex<fastrand::Rng>>);

impl Ids {
    /// A source that gives the same ids for the same seed and order of calls.
    pub fn new(seed: Option<u64>) -> Ids {
        Ids { seed: seed.unwrap_or_else(|| fastrand::u64(..)), calls: AtomicU64::new(0) }
    }

    fn fresh(&self) -> Fresh {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        // Spreads neighbouring numbers over all seeds (the multiplier of SplitMix64).
        let seed = self.seed ^ (call + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        Fresh(Arc::new(Mutex::new(fastrand::Rng::with_seed(seed))))
    }

    /// The caller of a request to this service.
    pub(crate) fn caller(
        &self,
        config: &Config,
        service: &'static Service,
        access_key_id: Option<&str>,
        region: Option<&str>,
        now: Timestamp,
    ) -> Caller {
        let fresh = self.fresh();
        let ids = fresh.ids(service);
        Caller {
            account: account(config, access_key_id),
            region: region.unwrap_or(DEFAULT_REGION).to_owned(),
            region_is_named: region.is_some(),
            access_key_id: access_key_id.map(str::to_owned),
            ids,
            now,
            fresh,
            host: None,
            standing: None,
        }
    }
}

impl Standing {
    /// What is known of whoever sent a request, where permissions are decided.
    pub(super) fn of(config: &Config, parts: &Parts, access_key_id: Option<&str>) -> Option<Arc<Standing>> {
        let Auth::Verify(credentials) = &config.auth else { return None };
        let header = |name| parts.headers.get(name)?.to_str().ok().map(str::to_owned);
        let peer = parts.extensions.get::<Peer>();
        Some(Arc::new(Standing {
            user_arn: access_key_id.and_then(|key| credentials.user_arn(key)).map(str::to_owned),
            source_ip: peer.map(|peer| peer.address),
            is_secure: peer.map_or(parts.uri.scheme_str() == Some("https"), |peer| peer.is_secure),
            referer: header(REFERER),
            user_agent: header(USER_AGENT),
        }))
    }
}

/// The access key says the account: given in the credentials, or the key itself where it is twelve digits.
fn account(config: &Config, access_key_id: Option<&str>) -> String {
    let Some(key) = access_key_id else { return DEFAULT_ACCOUNT.to_owned() };
    let given = match &config.auth {
        Auth::Verify(credentials) => credentials.account(key),
        Auth::Accept => None,
    };
    let is_account = key.len() == 12 && key.bytes().all(|byte| byte.is_ascii_digit());
    given.unwrap_or(if is_account { key } else { DEFAULT_ACCOUNT }).to_owned()
}

impl Fresh {
    /// So many characters of this alphabet of ASCII.
    pub fn text(&self, length: usize, alphabet: &[u8]) -> String {
        let mut random = self.random();
        (0..length).map(|_| char::from(alphabet[random.usize(..alphabet.len())])).collect()
    }

    /// So many bytes.
    pub fn bytes(&self, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        self.random().fill(&mut bytes);
        bytes
    }

    /// A random UUID (RFC 9562, version 4).
    pub fn uuid(&self) -> String {
        let random = self.random().u128(..);
        let number = (random & !(0xF << 76) & !(0x3 << 62)) | (0x4 << 76) | (0x2 << 62);
        let hex = format!("{number:032x}");
        format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    }

    /// Held for one draw and never across an await; a call has one source, so nobody waits.
    fn random(&self) -> MutexGuard<'_, fastrand::Rng> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn ids(&self, service: &Service) -> protocol::Ids {
        const CAPITALS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        match request_id_form(service) {
            RequestIdForm::S3 => protocol::Ids {
                request_id: self.text(16, CAPITALS),
                host_id: STANDARD.encode(self.bytes(56)),
            },
            RequestIdForm::Long => {
                protocol::Ids { request_id: self.text(52, CAPITALS), host_id: String::new() }
            }
            RequestIdForm::Uuid => protocol::Ids { request_id: self.uuid(), host_id: String::new() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_of_their_form_and_follow_from_the_seed() {
        let (one, two) = (Ids::new(Some(7)), Ids::new(Some(7)));
        let uuid = one.fresh().uuid();
        assert_eq!(uuid, two.fresh().uuid());
        assert_ne!(uuid, one.fresh().uuid());
        assert_eq!((uuid.len(), &uuid[14..15]), (36, "4"));
    }
}
