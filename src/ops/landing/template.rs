//! The template that the text of a request is made by: a file of the config repository, as it stands at the base.

use crate::domain::files::{EntryKind, Files};
use crate::domain::path::RepoPath;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::verb::Verb;
use crate::policy::review::Reviewed;
use crate::text::template::Broken;

use crate::ops::context::{Context, Opening, Writing};
use crate::ops::landing::dress;
use crate::ops::landing::prepared::{Moved, Words};
use crate::ops::reading::stack::Stack;
use crate::ops::reports::words::Values;

/// So large a template may be, in bytes.
const LARGEST: usize = 256 << 10;

/// The words of a plan's request, and what is to be said of them. Without a template, and where the request is opened by hand, they
/// are ours; so they are for a way back whose template cannot be used, as no template shall stop one.
///
/// # Errors
/// The template is not at the base, or no text comes of it (exit 2).
pub fn words(
    context: &Context<'_>,
    stack: &Stack,
    (reviewed, moved): (&Reviewed, &[Moved]),
    verb: Verb,
    writing: &Writing,
    remarks: &[String],
) -> Result<(Words, Option<String>), Error> {
    let values = Values::of(reviewed, moved, verb, remarks, context.now);
    let path = dress::template(&stack.main.settings, &reviewed.plan().proposal);
    let Some(path) = path.filter(|_| matches!(writing.opening, Opening::AtTheForge { .. })) else {
        return Ok((values.in_our_words(), None));
    };
    let made = read(stack.main.files.as_ref(), path)?.and_then(|text| values.in_words_of(&text));
    match made {
        Ok(words) => Ok((words, None)),
        Err(why) if verb.is_meant_back() => {
            let note = format!("the request has the usual text: {}", told(path, &why));
            Ok((values.in_our_words(), Some(note)))
        }
        Err(why) => Err(Refusal::new(Code::BadTemplate, format!("no text comes of {}", told(path, &why)))
            .hint("nothing was pushed; mend the template on the branch that has the rules: `stageline config check` tries it")
            .hint("or push the branch alone: `--no-request`")
            .invalid()),
    }
}

/// What a template says; the outer error: the files cannot be read at all.
fn read(files: &dyn Files, path: &RepoPath) -> Result<Result<String, Broken>, Error> {
    Ok(bytes(files, path)?.ok_or_else(|| Broken::new(1, "there is no such file")).and_then(text))
}

/// The bytes of a template's file; `None` where no file is, but a link or nothing.
pub fn bytes(files: &dyn Files, path: &RepoPath) -> Result<Option<Vec<u8>>, Error> {
    let is_file = files.entry(path)?.is_some_and(|one| matches!(one.kind, EntryKind::File | EntryKind::Executable));
    if is_file { files.read(path) } else { Ok(None) }
}

/// The text of a template's file.
///
/// # Errors
/// It is none.
pub fn text(bytes: Vec<u8>) -> Result<String, Broken> {
    if bytes.len() > LARGEST {
        return Err(Broken::new(1, format!("it is larger than {} KiB", LARGEST >> 10)));
    }
    String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        Broken::new(u32::try_from(line).unwrap_or(u32::MAX), "it is not UTF-8")
    })
}

fn told(path: &RepoPath, why: &Broken) -> String {
    format!("`{path}:{}`: {}", why.line, why.message)
}
