//! What a host name of AWS tells: the service and the region. The router knows more; this is enough to tell AWS from
//! everybody else, and to name what a recording without a classifier holds.

/// A host that is AWS's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct AwsHost {
    pub(super) service: Option<String>,
    pub(super) region: Option<String>,
}

const SUFFIXES: &[&str] = &[".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".on.aws"];
/// Services without a region in their host, which sign for us-east-1.
const GLOBAL: &[&str] = &["iam", "cloudfront", "route53", "sts", "organizations", "s3"];

impl AwsHost {
    /// `None` when the host is not AWS's.
    pub(super) fn of(host: &str) -> Option<AwsHost> {
        let host = host.split(':').next().unwrap_or_default().to_ascii_lowercase();
        let name = SUFFIXES.iter().find_map(|suffix| host.strip_suffix(suffix))?;
        let labels: Vec<&str> = name.split('.').collect();
        let last = labels.last().copied().unwrap_or_default();
        // `s3-us-west-2`, as the oldest endpoints of S3 are spelt.
        if let Some(region) = last.strip_prefix("s3-").filter(|region| is_region(region)) {
            return Some(AwsHost { service: Some("s3".to_owned()), region: Some(region.to_owned()) });
        }
        let region = labels.iter().rposition(|label| is_region(label));
        let service = match region {
            Some(at) => at.checked_sub(1).and_then(|before| labels.get(before)).copied(),
            None => Some(last),
        };
        let service = service.map(|service| if service == "dualstack" { "s3" } else { service });
        let region = match region {
            Some(at) => Some(labels[at].to_owned()),
            None => service.filter(|service| GLOBAL.contains(service)).map(|_| "us-east-1".to_owned()),
        };
        Some(AwsHost { service: service.map(str::to_owned), region })
    }
}

/// `us-west-1`, `us-gov-east-1`, `ap-southeast-2`.
fn is_region(label: &str) -> bool {
    let parts: Vec<&str> = label.split('-').collect();
    (3..=4).contains(&parts.len())
        && parts[0].len() == 2
        && parts.last().is_some_and(|number| number.len() == 1 && number.bytes().all(|b| b.is_ascii_digit()))
        && parts[..parts.len() - 1].iter().all(|part| part.bytes().all(|b| b.is_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_tell_service_and_region() {
        let of = |host: &str| {
            AwsHost::of(host).map(|host| (host.service.unwrap_or_default(), host.region.unwrap_or_default()))
        };
        let pair = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
        assert_eq!(of("sqs.us-east-2.amazonaws.com"), pair("sqs", "us-east-2"));
        assert_eq!(of("a.b.s3.us-west-1.amazonaws.com"), pair("s3", "us-west-1"));
        assert_eq!(of("b.s3.dualstack.us-west-1.amazonaws.com"), pair("s3", "us-west-1"));
        assert_eq!(of("s3-eu-west-1.amazonaws.com"), pair("s3", "eu-west-1"));
        assert_eq!(of("iam.amazonaws.com"), pair("iam", "us-east-1"));
        assert_eq!(of("s3.amazonaws.com:443"), pair("s3", "us-east-1"));
        assert_eq!(of("localhost:4566"), None);
        assert_eq!(of("amazonaws.com.evil.org"), None);
    }
}
