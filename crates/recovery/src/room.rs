//! How much may be in memory at once, by the bytes of JSON that it is read from.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// So many bytes at once. Whoever comes first has its room first, however large it is. A clone is the same room.
#[derive(Clone)]
pub(crate) struct Room {
    bytes: usize,
    free: Arc<Semaphore>,
}

impl Room {
    pub(crate) fn new(bytes: usize) -> Self {
        Self { bytes, free: Arc::new(Semaphore::new(bytes)) }
    }

    /// Waits until there is room, and takes it until the answer is dropped. What is larger than all room takes all of it.
    pub(crate) async fn take(self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        let wanted = u32::try_from(bytes.min(self.bytes)).unwrap_or(u32::MAX);
        // It is closed by nobody.
        self.free.acquire_many_owned(wanted).await.ok()
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn what_is_larger_than_all_room_comes_alone_and_nobody_overtakes_it() {
        let room = Room::new(10);
        let small = room.clone().take(3).await.unwrap();
        let large = room.clone().take(99);
        let mut large = std::pin::pin!(large);
        assert!(large.as_mut().now_or_never().is_none(), "somebody is in it");
        let late = room.take(1);
        let mut late = std::pin::pin!(late);
        assert!(late.as_mut().now_or_never().is_none(), "another one waits already");
        drop(small);
        let alone = large.now_or_never().flatten().unwrap();
        assert!(late.as_mut().now_or_never().is_none());
        drop(alone);
        assert!(late.now_or_never().flatten().is_some());
    }
}
