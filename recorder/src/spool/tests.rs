use super::*;
use ruststack_cassettes::Body;
use std::sync::atomic::AtomicBool;

fn spool() -> Arc<Spool> {
    Arc::new(Spool::open(&std::env::temp_dir()).unwrap())
}

#[test]
fn bodies_that_come_at_once_are_told_apart() {
    let spool = spool();
    let (mut one, mut two) = (Extents::default(), Extents::default());
    let pieces: Vec<Vec<u8>> = (0..60u8).map(|round| vec![round; 100_000]).collect();
    for (round, piece) in pieces.iter().enumerate() {
        spool.append(piece, &mut one);
        if round % 3 == 0 {
            spool.append(&piece[..7], &mut two);
        }
    }
    let body = |extents| Body::kept(Arc::new(spool.at(extents)), None);
    assert_eq!(body(&one).load().unwrap(), pieces.concat());
    let expected: Vec<u8> = (0..60).step_by(3).flat_map(|round| [round; 7]).collect();
    assert_eq!(body(&two).load().unwrap(), expected);
    assert_eq!((spool.lost(&one), spool.lost(&two)), (None, None));
}

#[test]
fn many_threads_append_and_read() {
    let spool = spool();
    std::thread::scope(|scope| {
        for thread in 0..4u8 {
            let spool = spool.clone();
            scope.spawn(move || {
                for round in 0..40u8 {
                    let bytes: Vec<u8> = (0..90_001usize).map(|at| (at as u8) ^ thread ^ round).collect();
                    let mut extents = Extents::default();
                    bytes.chunks(4_001).for_each(|piece| spool.append(piece, &mut extents));
                    assert_eq!(spool.at(&extents).load().unwrap(), bytes);
                }
            });
        }
    });
}

/// Knows whether it was woken.
struct Flag(AtomicBool);

impl std::task::Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn who_has_more_than_the_disk_takes_waits_and_is_woken() {
    let spool = spool();
    let flag = Arc::new(Flag(AtomicBool::new(false)));
    let waker = Waker::from(flag.clone());
    let mut cx = Context::from_waker(&waker);
    assert_eq!(spool.poll_room(&mut cx), Poll::Ready(()));
    let mut extents = Extents::default();
    // The disk may take what comes as fast as this thread appends it, but hardly a hundred times.
    let has_waited = (0..100).any(|_| {
        spool.append(&vec![1; 4 * MOST_WAITING * SEGMENT], &mut extents);
        spool.poll_room(&mut cx).is_pending()
    });
    assert!(has_waited);
    while spool.poll_room(&mut cx).is_pending() {
        std::thread::yield_now();
    }
    assert!(flag.0.load(Ordering::Relaxed));
}

#[test]
fn what_the_disk_does_not_take_is_lost_and_says_so() {
    let spool = spool();
    let (mut kept, mut lost) = (Extents::default(), Extents::default());
    spool.append(&vec![1; SEGMENT], &mut kept);
    spool.append(&vec![2; SEGMENT], &mut lost);
    spool.0.lock().lost.push((SEGMENT as u64, "the disk is full".to_owned()));
    assert_eq!((spool.lost(&kept), spool.lost(&lost)), (None, Some("the disk is full".to_owned())));
    assert_eq!(spool.at(&lost).load().unwrap_err().to_string(), "the disk is full");
    assert_eq!(spool.at(&kept).load().unwrap(), vec![1; SEGMENT]);
}

#[test]
fn what_is_on_the_disk_is_sealed() {
    let spool = spool();
    let mut extents = Extents::default();
    spool.append(&vec![b'x'; 2 * SEGMENT], &mut extents);
    while !spool.0.lock().waiting.is_empty() || !spool.0.lock().writing.is_empty() {
        std::thread::yield_now();
    }
    let mut raw = vec![0; 2 * SEGMENT];
    spool.0.file.read(0, &mut raw).unwrap();
    assert!(!raw.windows(8).any(|eight| eight == [b'x'; 8] || eight == [0; 8]));
    assert_eq!(spool.at(&extents).load().unwrap(), vec![b'x'; 2 * SEGMENT]);
}
