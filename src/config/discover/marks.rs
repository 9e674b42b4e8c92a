//! The lines that Flux's image automation marks: what else writes there, and the pins that only a mark tells.

use crate::domain::files::{EntryKind, Files};
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::settings::{DigestRule, PinKind};
use crate::overlay::survey::{self, Mark, Parsed, Part};
use crate::yaml::locate::text;
use crate::yaml::tree::Tree;

use super::sites::{Says, Site, Stand};

/// How many folders deep an automation may lie.
const DEEPEST: usize = 12;

/// The marks of a file.
pub fn read(bytes: &[u8]) -> Vec<Mark> {
    const WORD: &[u8] = b"$imagepolicy";
    if !has_comment(bytes, WORD) {
        return Vec::new();
    }
    std::str::from_utf8(bytes).map(survey::marks).unwrap_or_default()
}

/// Whether a word of a comment is in a file; most have no comment at all.
fn has_comment(bytes: &[u8], word: &[u8]) -> bool {
    bytes.contains(&b'#') && bytes.windows(word.len()).any(|window| window == word)
}

/// Tells of the marks that an automation writes at: whoever promotes there has to know.
pub fn told(files: &dyn Files, marked: &[(RepoPath, Mark)]) -> Result<Vec<(String, String)>, Error> {
    if marked.is_empty() {
        return Ok(Vec::new());
    }
    let mut paths = Vec::new();
    automations(files, &RepoPath::root(), 0, &mut paths)?;
    let is_written = |file: &RepoPath| paths.is_empty() || paths.iter().any(|path| file.is_within(path));
    let versions = marked.iter().filter(|(file, mark)| mark.part != Part::Name && is_written(file));
    let told = versions.map(|(file, mark)| {
        let reason = format!(
            "the image policy `{}` writes here too, and would change a promotion back: suspend its ImageUpdateAutomation, or leave the environment out",
            mark.policy
        );
        (format!("{file}:{}", mark.line), reason)
    });
    Ok(told.collect())
}

/// The folders that the ImageUpdateAutomations of the repository write to.
fn automations(files: &dyn Files, folder: &RepoPath, depth: usize, out: &mut Vec<RepoPath>) -> Result<(), Error> {
    const WORD: &[u8] = b"ImageUpdateAutomation";
    for entry in files.list(folder)? {
        let name = entry.path.name();
        match entry.kind {
            EntryKind::Folder if depth < DEEPEST && !name.starts_with('.') => {
                automations(files, &entry.path, depth + 1, out)?;
            }
            EntryKind::File | EntryKind::Executable if name.ends_with(".yaml") || name.ends_with(".yml") => {
                let bytes = files.read(&entry.path)?.unwrap_or_default();
                if !bytes.windows(WORD.len()).any(|window| window == WORD) {
                    continue;
                }
                let documents = Tree::parse(&bytes).map(|tree| tree.documents).unwrap_or_default();
                for document in documents.iter().filter(|one| text(one, &["kind"]) == Some("ImageUpdateAutomation")) {
                    let path = text(document, &["spec", "update", "path"]).unwrap_or_default();
                    let path = path.trim_start_matches("./").trim_end_matches('/');
                    out.push(if matches!(path, "" | ".") {
                        RepoPath::root()
                    } else {
                        RepoPath::new(path).unwrap_or_default()
                    });
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// The sites of the policies whose lines say nothing else that is known.
pub fn sites<'s>(parsed: &Parsed<'_>, marks: &[Mark], known: impl Iterator<Item = &'s Site> + Clone) -> Vec<Site> {
    let mut out: Vec<Site> = Vec::new();
    for mark in marks {
        let policy = &mark.policy;
        let is_known = |line: u32| known.clone().any(|site| site.line == line);
        let is_told = marks.iter().any(|other| other.policy == *policy && is_known(other.line));
        let kind = PinKind::ImagePolicy { policy: policy.clone(), digest: DigestRule::Ask };
        if is_told || out.iter().any(|site| site.kind == kind) {
            continue;
        }
        let Some(reading) = parsed.reading(&kind) else { continue };
        let says = Says::Fixed(reading.version.map_or_else(String::new, |version| version.to_string()));
        let (line, thing) = (reading.site.line, policy.rsplit(':').next().map(str::to_string));
        let (key, component, stand) = (kind.identity(), thing.clone(), Stand::Own);
        out.push(Site { kind, key, says, line, component, thing, named: None, from: None, of: None, stand });
    }
    out
}

/// The sites of lines that a comment `# stageline: NAME` ends, and that say nothing else that is known.
pub fn own(parsed: &Parsed<'_>, bytes: &[u8], is_known: impl Fn(u32) -> bool) -> Vec<Site> {
    const WORD: &[u8] = b"# stageline:";
    if !has_comment(bytes, WORD) {
        return Vec::new();
    }
    let marks = std::str::from_utf8(bytes).map(survey::markers).unwrap_or_default();
    let site = |(line, name): (u32, String)| {
        let kind = PinKind::Marker { name: name.clone() };
        let version = parsed.reading(&kind)?.version?;
        let (says, thing) = (Says::Fixed(version.to_string()), Some(name));
        Some(Site { component: thing.clone(), thing, ..Site::of(kind, says, line) })
    };
    marks.into_iter().filter(|(line, _)| !is_known(*line)).filter_map(site).collect()
}
