//! Pages of a listing, out of buckets of different sizes; and what a small object costs in memory beside its bytes.

use super::{Server, load, memory, ruststack};
use bytes::Bytes;
use std::time::Instant;

/// The sizes of the buckets, in keys.
const SIZES: [usize; 3] = [1_000, 100_000, 1_000_000];
/// How many connections fill a bucket.
const WRITERS: usize = 16;
/// How many pages are timed in a bucket; the median counts.
const PAGES: usize = 201;
/// The bytes of an object.
const OBJECT: usize = 16;

/// Measures and prints.
pub(crate) fn measure() {
    let server = Server::start(&mut ruststack());
    load::health(&server.address);
    println!(
        "\n| keys in the bucket | a page of 1,000 keys, ms | of the smallest bucket's | bytes an object, beside its own |"
    );
    println!("|---|---|---|---|");
    let mut smallest = None;
    for size in SIZES {
        let before = memory::resident(&server, "VmRSS");
        let key_bytes = fill(&server.address, size);
        let held = memory::resident(&server, "VmRSS") - before;
        let overhead = (held - key_bytes as f64) / size as f64 - OBJECT as f64;
        let page = page(&server.address, size);
        let first = *smallest.get_or_insert(page);
        // The first bucket is too small for what the process grows by to be its own.
        let overhead = if size == SIZES[0] { "".to_owned() } else { format!("{overhead:.0}") };
        println!("| {size} | {page:.2} | {:.2} | {overhead} |", page / first);
    }
}

/// Makes a bucket of so many keys, and gives the bytes of all keys.
fn fill(address: &str, size: usize) -> usize {
    load::runtime().block_on(async {
        let mut sender = load::connect(address).await;
        load::ask(&mut sender, load::request("PUT", &format!("/bucket-{size}"), Bytes::new())).await;
        let writers = (0..WRITERS).map(|writer| {
            let address = address.to_owned();
            tokio::spawn(async move {
                let mut sender = load::connect(&address).await;
                for number in (writer..size).step_by(WRITERS) {
                    let request =
                        load::request("PUT", &path(size, number), Bytes::from_static(&[b'a'; OBJECT]));
                    load::ask(&mut sender, request).await;
                }
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.expect("a writer ended early");
        }
    });
    size * key(0).len()
}

fn key(number: usize) -> String {
    format!("folder-{:03}/object-{number:09}", number % 1000)
}

fn path(size: usize, number: usize) -> String {
    format!("/bucket-{size}/{}", key(number))
}

/// The milliseconds of a page out of the middle of a bucket, at the median.
fn page(address: &str, size: usize) -> f64 {
    load::runtime().block_on(async {
        let mut sender = load::connect(address).await;
        let mut times = Vec::new();
        for number in 0..PAGES {
            // The smallest bucket has one page alone; of the others each page begins elsewhere.
            let folder = if size == SIZES[0] { 0 } else { number * 4 };
            let after = if folder == 0 { String::new() } else { format!("folder-{folder:03}/") };
            let path = format!("/bucket-{size}?list-type=2&start-after={after}");
            let since = Instant::now();
            load::ask(&mut sender, load::request("GET", &path, Bytes::new())).await;
            times.push(since.elapsed().as_secs_f64() * 1000.0);
        }
        times.sort_by(f64::total_cmp);
        times[PAGES / 2]
    })
}
