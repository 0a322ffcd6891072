//! Where something lies in the log: in pieces, since many bodies come at once.

/// The pieces of one body or head, in their order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Extents {
    /// Where each begins in the body, and where in the log.
    starts: Vec<(u64, u64)>,
    length: u64,
}

impl Extents {
    /// How many bytes they are together.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// Adds a piece. What lies together is one.
    pub(super) fn push(&mut self, at: u64, length: u64) {
        let follows = self.starts.last().is_some_and(|(body, log)| log + (self.length - body) == at);
        if !follows {
            self.starts.push((self.length, at));
        }
        self.length += length;
    }

    /// Where the byte at an offset is, and how many lie from there on; `None` behind the end.
    pub(super) fn find(&self, offset: u64) -> Option<(u64, u64)> {
        if offset >= self.length {
            return None;
        }
        let next = self.starts.partition_point(|(body, _)| *body <= offset);
        let (body, log) = next.checked_sub(1).and_then(|at| self.starts.get(at))?;
        let end = self.starts.get(next).map_or(self.length, |(body, _)| *body);
        Some((log + (offset - body), end - offset))
    }

    /// Whether any of it lies in this stretch of the log.
    pub(super) fn touches(&self, start: u64, length: u64) -> bool {
        self.starts.iter().enumerate().any(|(at, (body, log))| {
            let end = self.starts.get(at + 1).map_or(self.length, |(body, _)| *body);
            *log < start + length && log + (end - body) > start
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_together_is_one_piece() {
        let mut extents = Extents::default();
        extents.push(10, 5);
        extents.push(15, 5);
        extents.push(40, 1);
        assert_eq!(extents.starts, [(0, 10), (10, 40)]);
        assert_eq!((extents.find(0), extents.find(9)), (Some((10, 10)), Some((19, 1))));
        assert_eq!((extents.find(10), extents.find(11)), (Some((40, 1)), None));
        assert!(extents.touches(0, 11) && extents.touches(19, 1) && extents.touches(40, 100));
        assert!(!extents.touches(0, 10) && !extents.touches(20, 20) && !extents.touches(41, 9));
    }
}
