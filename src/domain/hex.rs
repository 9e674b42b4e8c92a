//! Bytes as hex digits and back: the ids of objects, and digests.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// The bytes that twice as many digits of either case say; `None` for any other text.
pub fn read<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.as_bytes();
    if digits.len() != 2 * N {
        return None;
    }
    let mut out = [0; N];
    for (byte, pair) in out.iter_mut().zip(digits.chunks_exact(2)) {
        let high = (pair[0] as char).to_digit(16)?;
        let low = (pair[1] as char).to_digit(16)?;
        *byte = (high * 16 + low) as u8;
    }
    Some(out)
}

/// The digits of bytes, in small letters.
pub fn text(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The SHA-256 of bytes, as digits in small letters.
pub fn sha256(bytes: impl AsRef<[u8]>) -> String {
    text(&Sha256::digest(bytes))
}

/// Writes the digits, in small letters.
pub fn write(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str(&text(bytes))
}
