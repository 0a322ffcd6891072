//! The certificates that an application trusts while it is recorded: those it would trust without us, and ours.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

/// Where an application may have been told whom to trust.
const VARIABLES: &[&str] = &["AWS_CA_BUNDLE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"];

/// A bundle in PEM of this certificate, what this machine trusts, and what the environment's own files hold.
pub(super) fn with(certificate: &str) -> String {
    let mut bundle = certificate.to_owned();
    for native in rustls_native_certs::load_native_certs().certs {
        bundle.push_str("-----BEGIN CERTIFICATE-----\n");
        for line in BASE64.encode(&native).as_bytes().chunks(64) {
            bundle.push_str(&String::from_utf8_lossy(line));
            bundle.push('\n');
        }
        bundle.push_str("-----END CERTIFICATE-----\n");
    }
    for path in VARIABLES.iter().filter_map(std::env::var_os) {
        // A file that cannot be read helps the application no more without us.
        if let Ok(more) = std::fs::read_to_string(path).as_deref().map(certificates) {
            bundle.push_str(&more);
        }
    }
    bundle
}

/// The certificates of a text in PEM, and nothing else that may stand in it, such as a key.
fn certificates(text: &str) -> String {
    const END: &str = "-----END CERTIFICATE-----";
    let blocks = text.split("-----BEGIN CERTIFICATE-----").skip(1);
    let blocks = blocks.filter_map(|block| block.split_once(END).map(|(block, _)| block));
    blocks.map(|block| format!("-----BEGIN CERTIFICATE-----{block}{END}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_beside_a_certificate_stays_where_it_is() {
        let certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
        let key = ["-----BEGIN PRIVATE", " KEY-----\nMIIE\n-----END PRIVATE KEY-----\n"].concat();
        assert_eq!(certificates(&format!("# mine\n{certificate}{key}{certificate}")), certificate.repeat(2));
    }
}
