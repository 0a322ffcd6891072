//! Where a function's log goes: levels are for JSON alone.
//!
//! Source: recordings of AWS that localstack publishes (test_lambda_api.snapshot.json: TestLoggingConfig).

use crate::services::lambda::LambdaError;
use crate::services::lambda::version::Logging;
use ruststack_models::lambda::types::LoggingConfig;

impl Logging {
    /// Takes in what is said. Levels are `INFO` where JSON begins and none is said.
    pub(super) fn apply(&mut self, said: LoggingConfig) -> Result<(), LambdaError> {
        let format = said.log_format.unwrap_or_else(|| self.format.clone());
        if format == "JSON" {
            let level = |said: Option<String>, current: Option<String>| {
                said.or(current).or_else(|| Some("INFO".to_owned()))
            };
            self.application_level = level(said.application_log_level, self.application_level.take());
            self.system_level = level(said.system_log_level, self.system_level.take());
        } else if said.application_log_level.is_some() || said.system_log_level.is_some() {
            return Err(LambdaError::invalid(
                "Log Level is not supported when LogFormat is set to \"Text\". Remove log level from your request or change the LogFormat to \"JSON\" and try again.",
            ));
        } else {
            self.application_level = None;
            self.system_level = None;
        }
        self.format = format;
        if let Some(group) = said.log_group {
            self.group = group;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::lambda::version::Settings;

    #[test]
    fn levels_come_with_json_and_go_with_text() {
        let mut logging = Settings::of("f").logging;
        let json = |level: Option<&str>| LoggingConfig {
            log_format: Some("JSON".to_owned()),
            application_log_level: level.map(str::to_owned),
            ..Default::default()
        };
        logging.apply(json(Some("DEBUG"))).expect("JSON has levels");
        assert_eq!(logging.application_level.as_deref(), Some("DEBUG"));
        assert_eq!(logging.system_level.as_deref(), Some("INFO"));
        let text = LoggingConfig { log_format: Some("Text".to_owned()), ..Default::default() };
        logging.apply(text).expect("text has none");
        assert_eq!((logging.application_level, logging.group.as_str()), (None, "/aws/lambda/f"));
    }
}
