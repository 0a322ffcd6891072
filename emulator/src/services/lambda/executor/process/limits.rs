//! What a process may use: limits that the system holds, and what it is seen to use.

use super::super::Usage;
use rustix::process::Pid;

/// How many files a function may have open (Developer Guide, "Lambda quotas").
#[cfg(target_os = "linux")]
const MOST_FILES: u64 = 1024;
/// How many processes and threads more than the machine has may be (Developer Guide, "Lambda quotas"). The system counts
/// those of the user, and never root's.
#[cfg(target_os = "linux")]
const MOST_PROCESSES: usize = 1024;
/// What a process may ask for beside four times the memory that it was given, in bytes. Memory is counted as it is used; this
/// only holds what asks for so much at once that counting would come too late.
#[cfg(target_os = "linux")]
const BESIDE: u64 = 1 << 30;

/// Takes from a process what it could do too much with.
#[cfg(target_os = "linux")]
pub(super) fn limit(process: Option<Pid>, memory_mb: u64) {
    use rustix::process::{Resource, Rlimit, prlimit};
    let memory = memory_mb.saturating_mul(4 << 20).saturating_add(BESIDE);
    let processes = (on_machine() + MOST_PROCESSES) as u64;
    let limits = [
        (Resource::Core, 0),
        (Resource::Nofile, MOST_FILES),
        (Resource::Data, memory),
        (Resource::Nproc, processes),
    ];
    for (resource, most) in limits {
        let limit = Rlimit { current: Some(most), maximum: Some(most) };
        // A process that has ended already needs no limits.
        let _ = prlimit(process, resource, limit);
    }
}

/// Only Linux lets one process limit another.
#[cfg(not(target_os = "linux"))]
pub(super) fn limit(_: Option<Pid>, _: u64) {}

/// What a process and those that it has started use. Memory that several share counts once where it would be more than this
/// many MB: to ask for that takes the system longer.
pub(super) fn usage(root: u32, memory_mb: u64) -> Usage {
    let mut usage = Usage::default();
    let mut open = vec![root];
    let mut seen = Vec::new();
    while let Some(id) = open.pop() {
        seen.push(id);
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        usage.memory += number(&status, "VmRSS:") << 10;
        usage.processes += number(&status, "Threads:") as usize;
        let children = std::fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap_or_default();
        open.extend(children.split_whitespace().filter_map(|id| id.parse::<u32>().ok()));
    }
    if seen.len() > 1 && usage.memory > memory_mb << 20 {
        let share =
            |id: &u32| std::fs::read_to_string(format!("/proc/{id}/smaps_rollup")).unwrap_or_default();
        usage.memory = seen.iter().map(|id| number(&share(id), "Pss:") << 10).sum();
    }
    usage
}

/// The bytes of memory that a process has in use.
pub(super) fn resident(id: u32) -> u64 {
    let told = std::fs::read_to_string(format!("/proc/{id}/statm")).unwrap_or_default();
    let pages: u64 = told.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or_default();
    pages * rustix::param::page_size() as u64
}

/// How many processes and threads a group has, those included whose parent is gone.
pub(super) fn crowd(group: Pid) -> usize {
    let group = group.as_raw_nonzero().get().to_string();
    let of_group = |stat: String| {
        // After the name, which may hold anything: state, parent, group, and the threads as the eighteenth.
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        (*fields.get(2)? == group).then_some(fields.get(17)?.parse::<usize>().ok()?)
    };
    processes()
        .filter_map(|id| std::fs::read_to_string(format!("/proc/{id}/stat")).ok())
        .filter_map(of_group)
        .sum()
}

/// How many processes and threads the machine has; 0 where that is not told.
pub(super) fn on_machine() -> usize {
    let told = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let counts = told.split_whitespace().nth(3).and_then(|counts| counts.split_once('/'));
    counts.and_then(|(_, all)| all.parse().ok()).unwrap_or_default()
}

/// All processes, by their ids.
pub(super) fn processes() -> impl Iterator<Item = u32> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
}

/// A number of a status, by its name.
fn number(status: &str, name: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    line.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or_default()
}
