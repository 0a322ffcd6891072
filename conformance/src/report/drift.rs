//! Where it is AWS itself that was asked again, a difference says that AWS has moved.

use super::Report;

impl Report {
    /// What a report's target is called where AWS was asked again.
    pub const AWS: &str = "aws";

    /// Whether AWS has moved since it was recorded, in a sentence. `None` where somebody else was judged.
    pub fn drift(&self) -> Option<String> {
        if self.target != Report::AWS {
            return None;
        }
        let counts = self.counts();
        let others = counts.differs + counts.not_served;
        let compared = others + counts.pass;
        Some(match (others, compared) {
            (_, 0) => "whether AWS has moved cannot be told: nothing was compared".to_owned(),
            (0, _) => format!("AWS has not moved: all {compared} answers are the recorded ones"),
            _ => format!("AWS has moved: {others} of {compared} answers are not the recorded ones"),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::report::{CassetteReport, InteractionReport, Report};
    use crate::verdict::Verdict;

    #[test]
    fn it_is_said_in_words() {
        let of = |target: &str, verdicts: &[Verdict]| {
            let one = |verdict: &Verdict| InteractionReport {
                index: 0,
                service: "s3".to_owned(),
                operation: "PutObject".to_owned(),
                verdict: verdict.clone(),
                timing: Vec::new(),
                exchange: None,
            };
            let interactions = verdicts.iter().map(one).collect();
            let cassettes =
                vec![CassetteReport { name: "c".to_owned(), proves: true, interactions, masked: Vec::new() }];
            let report = Report { version: Report::VERSION, target: target.to_owned(), cassettes };
            assert_eq!(
                report.to_markdown().contains("AWS has moved:"),
                report.to_text().contains("AWS has moved:")
            );
            report.drift().unwrap_or_default()
        };
        let moved = Verdict::NotServed { reason: String::new() };
        let passed = Verdict::Pass;
        assert_eq!(of("http://h", std::slice::from_ref(&moved)), "");
        assert_eq!(
            of("aws", &[passed.clone(), moved]),
            "AWS has moved: 1 of 2 answers are not the recorded ones"
        );
        assert_eq!(of("aws", &[passed]), "AWS has not moved: all 1 answers are the recorded ones");
        assert_eq!(of("aws", &[]), "whether AWS has moved cannot be told: nothing was compared");
    }
}
