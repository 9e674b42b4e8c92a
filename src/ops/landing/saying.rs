//! Says something as a statement: signed by the key of whoever runs this, looked at as whoever judges will, and appended to the branch
//! that statements are kept on.

use jiff::Timestamp;

use crate::domain::commit::CommitId;
use crate::domain::hex::sha256;
use crate::domain::path::RepoPath;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::Signing;
use crate::domain::signature::SignatureWord;
use crate::domain::statement::{NAMESPACE, Statement};
use crate::git::sealed_bytes::Seal;
use crate::git::vouched::SealedBytes;
use crate::git::write::Sign;
use crate::records::envelope::{self, Envelope, Sealed};
use crate::records::statement;

use crate::ops::context::Context;
use crate::ops::judging::keys::{self, Ring};
use crate::ops::reading::stack::Stack;

/// A statement that is signed and not said yet.
pub struct Signed {
    pub path: RepoPath,
    /// Its envelope, as the file has it.
    pub bytes: Vec<u8>,
    /// The principals of the key, by the rules of the main branch.
    pub by: Vec<String>,
    pub key: String,
}

/// What was said.
pub struct Said {
    pub path: RepoPath,
    /// The commit that brought it.
    pub commit: CommitId,
    pub key: String,
}

/// Signs a statement. Nothing is written yet.
///
/// # Errors
/// There is no key to sign with, or nobody knows whose it is: then it would count for nothing.
pub fn sign(context: &Context<'_>, stack: &Stack, said: &Statement) -> Result<Signed, Error> {
    let ring = keys::of_main(stack)?.map_err(unknown)?;
    let payload = statement::render(said);
    let to_sign = envelope::to_sign(&payload);
    let Seal { signature, key } = context.repo.sign_bytes(NAMESPACE, &to_sign)?;
    let sealed = SealedBytes { payload: &to_sign, signature: &signature };
    let vouched = context.repo.vouched_bytes(NAMESPACE, &[sealed], &ring.keys)?.into_iter().next();
    let by = match vouched {
        Some(vouched) if vouched.state == SignatureWord::Good => vouched.principals,
        _ => return Err(stranger(context, &ring, &key)?),
    };
    let folder = said.folder().map_err(anyhow::Error::msg)?;
    let envelope = Envelope { payload, signatures: vec![Sealed { key: key.clone(), signature }] };
    let bytes = envelope::render(&envelope).into_bytes();
    // By all that is in it: two people may say the same in the same second.
    let name = format!("{}-{}.json", said.word(), &sha256(&bytes)[..16]);
    let path = folder.child(&name).ok_or_else(|| anyhow::anyhow!("`{name}` is no name of a file"))?;
    Ok(Signed { path, bytes, by, key })
}

/// Appends signed statements to their branch in one commit.
///
/// # Errors
/// It cannot be written, or the remote does not take it.
pub fn say(context: &mut Context<'_>, stack: &Stack, signed: Vec<Signed>, message: &str) -> Result<Vec<Said>, Error> {
    let files: Vec<(RepoPath, Vec<u8>)> = signed.iter().map(|one| (one.path.clone(), one.bytes.clone())).collect();
    let sign = if stack.main.settings.git.signing == Signing::Required { Sign::Yes } else { Sign::No };
    let commit = context.repo.add_statements(stack.remote.as_ref(), &files, message, sign)?;
    Ok(signed.into_iter().map(|Signed { path, key, .. }| Said { path, commit, key }).collect())
}

/// The moment at which something is said: what is signed has no parts of a second.
pub fn now(context: &Context<'_>) -> Timestamp {
    Timestamp::from_second(context.now.as_second()).unwrap_or(context.now)
}

fn unknown(why: String) -> Error {
    Refusal::new(Code::NotASigner, format!("nobody would know whose statement it is: {why}"))
        .hint("name the keys: `signers-file:` in `stageline.yaml`")
        .refused()
}

/// What is said to whoever has a key that counts for nothing.
fn stranger(context: &Context<'_>, ring: &Ring, key: &str) -> Result<Error, Error> {
    let barred = ring.own_key(&context.repo)?.map(|own| own.barred).unwrap_or_default();
    Ok(match barred.first() {
        Some(who) => Refusal::new(
            Code::NotASigner,
            format!("the signers file gives the key of `{who}` for other purposes than statements"),
        )
        .hint(format!("have its line say `namespaces=\"git,{NAMESPACE}\"`, or nothing of namespaces"))
        .refused(),
        None => Refusal::new(
            Code::NotASigner,
            format!(
                "your key {key} is not among those that are known at the base, so what it signs counts for nothing"
            ),
        )
        .hint("have those who own the rules add it to the signers file, with one of the principals of `people:`")
        .refused(),
    })
}
