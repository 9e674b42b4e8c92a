//! The signature that a raw commit carries, and the bytes that it signs.

/// How a signature begins that git knows how to check.
pub(super) const KINDS: [&str; 4] = [
    "-----BEGIN PGP SIGNATURE-----",
    "-----BEGIN PGP MESSAGE-----",
    "-----BEGIN SIGNED MESSAGE-----",
    "-----BEGIN SSH SIGNATURE-----",
];

/// A commit's signature and what it signs.
pub(super) struct Carried {
    pub(super) signature: Vec<u8>,
    pub(super) payload: Vec<u8>,
    /// In how many headers it stands, of whatever kind: git joins them to one.
    pub(super) headers: usize,
}

impl Carried {
    /// Takes the signature's headers out of a raw commit; `None` where it has none.
    pub(super) fn read(raw: &[u8]) -> Option<Self> {
        let end = raw.windows(2).position(|pair| pair == b"\n\n").map_or(raw.len(), |at| at + 1);
        let (mut signature, mut payload) = (None, Vec::with_capacity(raw.len()));
        // Which header a continuation line belongs to: one that stays, the signature, or another signature.
        let (mut ours, mut dropped, mut headers) = (false, false, 0);
        for line in raw[..end].split_inclusive(|byte| *byte == b'\n') {
            if let Some(more) = line.strip_prefix(b" ").filter(|_| dropped) {
                if ours {
                    signature.get_or_insert_with(Vec::new).extend_from_slice(more);
                }
                continue;
            }
            ours = line.starts_with(b"gpgsig ");
            dropped = ours || line.starts_with(b"gpgsig-sha256 ");
            headers += usize::from(dropped);
            if ours {
                signature.get_or_insert_with(Vec::new).extend_from_slice(&line[b"gpgsig ".len()..]);
            } else if dropped {
                signature.get_or_insert_with(Vec::new);
            } else {
                payload.extend_from_slice(line);
            }
        }
        payload.extend_from_slice(&raw[end..]);
        Some(Self { signature: signature?, payload, headers })
    }

    /// Takes the signature off the end of a raw tag, where git has it (gitformat-signature(5)); `None` where it has none.
    pub(super) fn of_tag(raw: &[u8]) -> Option<Self> {
        let (mut at, mut first, mut signatures) = (0, None, 0);
        for line in raw.split_inclusive(|byte| *byte == b'\n') {
            if KINDS.iter().any(|kind| line.starts_with(kind.as_bytes())) {
                first.get_or_insert(at);
                signatures += 1;
            }
            at += line.len();
        }
        // What a tag has in a header is of another kind of repository.
        let in_header = Self::read(raw).map_or(0, |carried| carried.headers);
        let (payload, signature) = raw.split_at(first?);
        Some(Self { signature: signature.to_vec(), payload: payload.to_vec(), headers: signatures + in_header })
    }

    /// Whether this is an SSH signature that fits what it signs, whoever made it.
    pub(super) fn is_valid_ssh(&self) -> bool {
        let Ok(signature) = ssh_key::SshSig::from_pem(&self.signature) else { return false };
        ssh_key::PublicKey::from(signature.public_key().clone()).verify("git", &self.payload, &signature).is_ok()
    }
}
