//! The lines that Flux's image automation marks: what else writes there, and the pins that only a mark tells.

use crate::domain::path::RepoPath;
use crate::domain::settings::{DigestRule, PinKind};
use crate::overlay::survey::{self, Mark, Parsed};

use super::sites::{Says, Site, Stand};

/// The marks of a file, each of which is told: whoever promotes there has to know.
pub fn read(file: &RepoPath, bytes: &[u8], left_out: &mut Vec<(String, String)>) -> Vec<Mark> {
    const WORD: &[u8] = b"$imagepolicy";
    if !bytes.windows(WORD.len()).any(|window| window == WORD) {
        return Vec::new();
    }
    let marks = std::str::from_utf8(bytes).map(survey::marks).unwrap_or_default();
    for mark in &marks {
        let reason = format!(
            "the image policy `{}` writes here too, and would change a promotion back: suspend its ImageUpdateAutomation, or leave the environment out",
            mark.policy
        );
        left_out.push((format!("{file}:{}", mark.line), reason));
    }
    marks
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
        out.push(Site { kind, key, says, line, component, thing, named: None, stand });
    }
    out
}
