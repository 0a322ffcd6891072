//! The program.

use mimalloc::MiMalloc;

/// Small things that stay between many that go are what it does well: a table's items, a recording's calls.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> std::process::ExitCode {
    ruststack_cli::run()
}
