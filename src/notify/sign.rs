//! Signatures by a shared secret: HMAC-SHA256 as each sink wants it written.

use hmac::{Hmac, Mac as _};
use sha2::Sha256;

use crate::domain::hex;
use crate::domain::secrets::base64;

/// HMAC-SHA256 (RFC 2104). A key may be of any length.
fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

/// In base 64, as DingTalk and Feishu have it.
pub fn in_base64(key: &[u8], text: &[u8]) -> String {
    base64(&hmac(key, text))
}

/// In hex digits, as our own webhooks have it.
pub fn in_hex(key: &[u8], text: &[u8]) -> String {
    hex::text(&hmac(key, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_the_one_of_the_standard() {
        // RFC 4231, test cases 2 and 6.
        assert_eq!(
            in_hex(b"Jefe", b"what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(
            in_hex(&[0xaa; 131], b"Test Using Larger Than Block-Size Key - Hash Key First"),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
        assert_eq!(in_base64(b"Jefe", b"what do ya want for nothing?"), "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=");
    }
}
