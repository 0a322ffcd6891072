//! A switch per service: `--s3 false`, or `RUSTSTACK_S3=false`.

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, value_parser};
use std::collections::HashSet;

/// The services that are switched off, by name.
#[derive(Clone, Default)]
pub(crate) struct Switches {
    pub(crate) off: HashSet<String>,
}

impl FromArgMatches for Switches {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Switches, clap::Error> {
        let mut switches = Switches::default();
        switches.update_from_arg_matches(matches)?;
        Ok(switches)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        let names = ruststack_models::SERVICES.iter().map(|service| service.name);
        self.off = names.filter(|name| matches.get_one(name) == Some(&false)).map(str::to_owned).collect();
        Ok(())
    }
}

impl Args for Switches {
    fn augment_args(mut command: Command) -> Command {
        for service in ruststack_models::SERVICES {
            let variable = format!("RUSTSTACK_{}", service.name.to_uppercase());
            let switch = Arg::new(service.name)
                .long(service.name)
                .env(variable)
                .help(format!("Whether {} is served", service.id))
                .value_name("BOOL")
                .value_parser(value_parser!(bool))
                .action(ArgAction::Set)
                .num_args(0..=1)
                .require_equals(false)
                .default_value("true")
                .default_missing_value("true")
                .hide_env(true)
                .hide_default_value(true)
                .help_heading(
                    "Services (true unless said otherwise; RUSTSTACK_<SERVICE> in the environment)",
                );
            command = command.arg(switch);
        }
        command
    }

    fn augment_args_for_update(command: Command) -> Command {
        Switches::augment_args(command)
    }
}
