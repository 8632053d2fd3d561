//! Bytes of attachments that are only described.

use bytes::Bytes;
use futures::Stream;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

const CHUNK: u64 = 64 * 1024;

/// The bytes of attachment `id` from `offset` on, `length` of them: always the same for the same id, never stored.
pub fn synthetic(
    id: u64,
    offset: u64,
    length: u64,
) -> impl Stream<Item = Result<Bytes, std::io::Error>> + Send + 'static {
    let end = offset + length;
    futures::stream::unfold(offset, move |at| async move {
        if at >= end {
            return None;
        }
        let chunk_end = ((at / CHUNK + 1) * CHUNK).min(end);
        let start_in_chunk = (at % CHUNK) as usize;
        let wanted = (chunk_end - at) as usize;
        let chunk = chunk(id, at / CHUNK);
        Some((Ok(chunk.slice(start_in_chunk..start_in_chunk + wanted)), chunk_end))
    })
}

fn chunk(id: u64, number: u64) -> Bytes {
    let mut random = ChaCha8Rng::seed_from_u64(id);
    random.set_stream(number);
    let mut bytes = vec![0; CHUNK as usize];
    random.fill_bytes(&mut bytes);
    bytes.into()
}

#[cfg(test)]
mod tests {
    use futures::TryStreamExt;

    use super::*;

    async fn read(id: u64, offset: u64, length: u64) -> Vec<u8> {
        let parts: Vec<Bytes> = synthetic(id, offset, length).try_collect().await.unwrap();
        parts.concat()
    }

    #[tokio::test]
    async fn any_range_is_a_part_of_the_whole() {
        let whole = read(7, 0, 200_000).await;
        assert_eq!(whole.len(), 200_000);
        assert_eq!(read(7, 65_000, 70_000).await, whole[65_000..135_000]);
        assert_ne!(read(8, 0, 100).await, whole[..100]);
        assert!(read(7, 0, 0).await.is_empty());
    }
}
