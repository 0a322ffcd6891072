//! What a recording created: told at its end, and deleted where that is asked for.

use ruststack_recorder::{Created, settle};
use std::io::{BufRead as _, IsTerminal as _};

/// Lists what was created, and deletes it, the last first, if `cleanup` says so and somebody agrees.
pub(crate) async fn clean_up(created: Vec<Created>, cleanup: bool, yes: bool) -> Result<(), String> {
    if created.is_empty() {
        return Ok(());
    }
    let created = if cleanup { settle(created).await } else { created };
    let (doubtful, certain): (Vec<_>, Vec<_>) = created.iter().partition(|one| one.doubt().is_some());
    if !certain.is_empty() {
        eprintln!("created, and still there:");
        certain.iter().for_each(|one| eprintln!("  {one}"));
    }
    if !doubtful.is_empty() {
        eprintln!("perhaps created, to be looked at:");
        doubtful.iter().for_each(|one| eprintln!("  {one} ({})", one.doubt().unwrap_or_default()));
    }
    if !cleanup || certain.is_empty() {
        return Ok(());
    }
    if !yes && !agreed(certain.len())? {
        eprintln!("nothing was deleted");
        return Ok(());
    }
    let mut left = 0;
    for one in certain.iter().rev() {
        match one.delete().await {
            Ok(()) => eprintln!("deleted {one}"),
            Err(error) => {
                left += 1;
                eprintln!("left {one}: {error}");
            }
        }
    }
    match left {
        0 => Ok(()),
        left => Err(format!("{left} of {} could not be deleted", certain.len())),
    }
}

/// Asks on a terminal; without one nobody can agree.
fn agreed(count: usize) -> Result<bool, String> {
    let mut input = std::io::stdin().lock();
    if !input.is_terminal() {
        return Err("--cleanup asks before it deletes, and there is no terminal: say --yes".to_owned());
    }
    eprint!("delete these {count}? [y/N] ");
    let mut answer = String::new();
    input.read_line(&mut answer).map_err(|error| format!("could not read the answer: {error}"))?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
