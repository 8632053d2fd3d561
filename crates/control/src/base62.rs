//! Fixed-width numbers in the alphabet `0-9A-Za-z`: no character that a double click or a mail program would break at.

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Whether `character` belongs to the alphabet.
pub(crate) fn contains(character: char) -> bool {
    character.is_ascii_alphanumeric()
}

/// Writes the big-endian number `bytes` in exactly `width` digits.
///
/// # Panics
/// If the number does not fit: the widths in use are chosen so that it always does.
pub(crate) fn encode(bytes: &[u8], width: usize) -> String {
    let mut number = bytes.to_vec();
    let mut digits = vec![ALPHABET[0]; width];
    for digit in digits.iter_mut().rev() {
        *digit = ALPHABET[usize::from(divide_by_62(&mut number))];
    }
    assert!(number.iter().all(|&byte| byte == 0), "a number of {} bytes does not fit {width} digits", bytes.len());
    digits.into_iter().map(char::from).collect()
}

/// Reads a number of `N` bytes; nothing if a character is foreign or the number is too large.
pub(crate) fn decode<const N: usize>(digits: &str) -> Option<[u8; N]> {
    let mut number = [0u8; N];
    for character in digits.bytes() {
        let digit = ALPHABET.iter().position(|&letter| letter == character)?;
        let mut carry = digit as u32;
        for byte in number.iter_mut().rev() {
            let value = u32::from(*byte) * 62 + carry;
            *byte = value as u8;
            carry = value >> 8;
        }
        if carry != 0 {
            return None;
        }
    }
    Some(number)
}

fn divide_by_62(number: &mut [u8]) -> u8 {
    let mut remainder = 0u16;
    for byte in number {
        let value = (remainder << 8) | u16::from(*byte);
        *byte = (value / 62) as u8;
        remainder = value % 62;
    }
    remainder as u8
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_largest_numbers_fit_their_widths() {
        assert_eq!(decode::<32>(&encode(&[255; 32], 43)), Some([255; 32]));
        assert_eq!(decode::<4>(&encode(&[255; 4], 6)), Some([255; 4]));
        assert_eq!(decode::<8>(&encode(&[255; 8], 12)), Some([255; 8]));
    }

    #[test]
    fn too_large_or_foreign_is_nothing() {
        assert_eq!(decode::<4>("zzzzzz"), None);
        assert_eq!(decode::<4>("00-000"), None);
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(bytes: [u8; 32]) {
            prop_assert_eq!(decode::<32>(&encode(&bytes, 43)), Some(bytes));
        }
    }
}
