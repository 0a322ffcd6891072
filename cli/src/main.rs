//! The program.

fn main() -> std::process::ExitCode {
    ruststack_cli::run()
}
