//! Many callers at once: a condition lets one write pass, and nobody reads half an object.

use super::Aws;
use ruststack_wire::sign::checksum::Algorithm;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

const WRITERS: usize = 64;

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(future)
}

/// Has every writer send its request at the same moment, and gives the statuses.
fn race(aws: &Aws, write: impl Fn(usize) -> (Vec<(&'static str, String)>, String) + Sync) -> Vec<u16> {
    let barrier = Barrier::new(WRITERS);
    thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|number| {
                let (barrier, write) = (&barrier, &write);
                scope.spawn(move || {
                    let (headers, body) = write(number);
                    let headers: Vec<_> =
                        headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
                    barrier.wait();
                    block_on(aws.send("PUT", "/bucket/k", &headers, body)).status
                })
            })
            .collect();
        writers.into_iter().map(|writer| writer.join().expect("a writer")).collect()
    })
}

#[test]
fn one_of_many_first_writers_wins() {
    let aws = block_on(Aws::start());
    let statuses = race(&aws, |number| (vec![("if-none-match", "*".to_owned())], format!("writer {number}")));
    let won: Vec<usize> = (0..WRITERS).filter(|number| statuses[*number] == 200).collect();
    assert_eq!(won.len(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| matches!(status, 200 | 412)));
    let got = block_on(aws.send("GET", "/bucket/k", &[], ""));
    assert_eq!(got.xml(), format!("writer {}", won[0]));
}

#[test]
fn one_of_many_who_replace_the_same_object_wins() {
    let aws = block_on(Aws::start());
    let first = block_on(aws.send("PUT", "/bucket/k", &[], "first"));
    let etag = first.header("etag").expect("an ETag").to_owned();
    let statuses = race(&aws, |number| (vec![("if-match", etag.clone())], format!("writer {number}")));
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
}

#[test]
fn nobody_reads_half_an_object() {
    let aws = block_on(Aws::start());
    let body = |number: usize| char::from(b'a' + number as u8).to_string().repeat(1000 + 40_000 * number);
    block_on(aws.send("PUT", "/bucket/k", &[], body(0)));
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let readers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    let mut reads = 0;
                    while !is_over.load(Ordering::Relaxed) || reads == 0 {
                        let got = block_on(aws.send("GET", "/bucket/k", &[], ""));
                        let number = usize::from(got.body[0] - b'a');
                        assert!(got.body == body(number), "the bytes of one write and no other");
                        let etag = format!("\"{}\"", Algorithm::Md5.digest(&got.body).to_hex());
                        assert_eq!(got.header("etag"), Some(etag.as_str()));
                        reads += 1;
                    }
                })
            })
            .collect();
        let writers: Vec<_> = (0..4)
            .map(|writer| {
                let aws = &aws;
                scope.spawn(move || {
                    for round in 0..20 {
                        let put = block_on(aws.send("PUT", "/bucket/k", &[], body((writer + round) % 8)));
                        assert_eq!(put.status, 200);
                    }
                })
            })
            .collect();
        writers.into_iter().for_each(|writer| writer.join().expect("a writer"));
        is_over.store(true, Ordering::Relaxed);
        readers.into_iter().for_each(|reader| reader.join().expect("a reader"));
    });
}
