//! A file is as long as its issue says: one that never ends must not fill the vault, and half of one is none.

use futures::StreamExt;
use futures::stream;
use jira::{Download, Error};

use crate::kinds::shared::reading::unexpected;

/// The longest file that is taken when the issue does not say how long it is. Jira takes up to 2 GB.
const LONGEST: u64 = 2 << 30;

/// The download of the attachment `id`, which ends with an error when it is not `size` bytes long.
pub(super) fn bounded(download: Download, id: &str, size: Option<u64>) -> Download {
    let limit = size.unwrap_or(LONGEST);
    let wrong = {
        let id = id.to_owned();
        move |what: &str| -> Error {
            let reason = format!("the file {id} has {what} than the {limit} bytes that its issue tells");
            unexpected("GET /rest/api/3/attachment/content/{attachment}", reason)
        }
    };
    let Download { media, length, bytes } = download;
    let bytes = stream::try_unfold((bytes, 0_u64), move |(mut bytes, mut read)| {
        let wrong = wrong.clone();
        async move {
            match bytes.next().await {
                Some(piece) => {
                    let piece = piece?;
                    read += piece.len() as u64;
                    if read > limit { Err(wrong("more")) } else { Ok(Some((piece, (bytes, read)))) }
                }
                None if size.is_some() && read < limit => Err(wrong("fewer")),
                None => Ok(None),
            }
        }
    });
    Download { media, length, bytes: bytes.boxed() }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use futures::TryStreamExt;
    use futures::executor::block_on;

    use super::*;

    fn read(pieces: usize, size: Option<u64>) -> Result<usize, String> {
        let bytes = stream::iter(std::iter::repeat_n((), pieces)).map(|()| Ok(Bytes::from_static(b"12345"))).boxed();
        let download = bounded(Download { media: None, length: None, bytes }, "7", size);
        let pieces: Result<Vec<Bytes>, Error> = block_on(download.bytes.try_collect());
        pieces.map(|pieces| pieces.iter().map(Bytes::len).sum()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_file_has_the_length_that_its_issue_tells() {
        assert_eq!(read(2, Some(10)), Ok(10));
        assert_eq!(read(0, Some(0)), Ok(0));
        assert_eq!(read(2, None), Ok(10));
        insta::assert_snapshot!(read(1, Some(10)).unwrap_err(), @"GET /rest/api/3/attachment/content/{attachment}: unexpected answer: the file 7 has fewer than the 10 bytes that its issue tells");
        insta::assert_snapshot!(read(usize::MAX, Some(10)).unwrap_err(), @"GET /rest/api/3/attachment/content/{attachment}: unexpected answer: the file 7 has more than the 10 bytes that its issue tells");
    }
}
