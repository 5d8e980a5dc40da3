//! Values of many groups in the order in which they came, sorted by group only when they are asked for.
//!
//! In: (group, value) pairs. Out: the values of each group, in their order. Eight to twenty bytes a value, no allocation per group.

use datafusion::logical_expr::EmitTo;

/// Values with their groups.
#[derive(Debug)]
pub(crate) struct GroupLog<T> {
    entries: Vec<(u32, T)>,
    groups: usize,
}

impl<T> Default for GroupLog<T> {
    fn default() -> Self {
        Self { entries: vec![], groups: 0 }
    }
}

impl<T: Copy> GroupLog<T> {
    /// Makes sure that so many groups exist.
    pub(crate) fn resize(&mut self, groups: usize) {
        self.groups = self.groups.max(groups);
    }

    /// Adds a value to a group.
    pub(crate) fn push(&mut self, group: usize, value: T) {
        self.entries.push((u32::try_from(group).expect("groups are numbered below 2^32"), value));
    }

    /// Takes the values of the first groups out; the other groups move up.
    pub(crate) fn take(&mut self, emit_to: EmitTo) -> Vec<Vec<T>> {
        let (taken, groups) = match emit_to {
            EmitTo::All => (std::mem::take(&mut self.entries), std::mem::take(&mut self.groups)),
            EmitTo::First(first) => {
                let limit = u32::try_from(first).unwrap_or(u32::MAX);
                let taken = self.entries.extract_if(.., |entry| entry.0 < limit).collect();
                self.entries.iter_mut().for_each(|entry| entry.0 -= limit);
                self.groups -= first.min(self.groups);
                (taken, first)
            }
        };
        let mut counts = vec![0_usize; groups];
        taken.iter().for_each(|(group, _)| counts[*group as usize] += 1);
        let mut sorted: Vec<Vec<T>> = counts.into_iter().map(Vec::with_capacity).collect();
        for (group, value) in taken {
            sorted[group as usize].push(value);
        }
        sorted
    }

    /// Bytes held.
    pub(crate) fn size(&self) -> usize {
        self.entries.capacity() * size_of::<(u32, T)>()
    }
}
