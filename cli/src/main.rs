//! The program.

/// Requests make and drop many small things; this allocator is the quicker one at that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    ruststack_cli::run()
}
