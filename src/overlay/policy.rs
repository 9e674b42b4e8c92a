//! The texts that Flux's image automation writes: scalars on lines that a comment marks with an image policy.
//!
//! The comment is `# {"$imagepolicy": "NAMESPACE:NAME"}` for a whole image reference; `:tag`, `:name` and `:digest` behind
//! the name mark one part of it (Flux, "Image Update Automations", "update markers").

use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::settings::Form;

use super::marker::scalars;
use super::objects::{At, Found, files};
use super::reader::Reader;
use super::slot::{Spot, slot};

/// What a mark says of its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Image,
    Tag,
    Name,
    Digest,
}

/// One marked line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// From 1.
    pub line: u32,
    /// `NAMESPACE:NAME`.
    pub policy: String,
    pub part: Part,
}

/// The marked scalars of a policy in the files at a place; `None` where nothing stands there.
pub fn spot(reader: &Reader<'_>, policy: &str, place: &RepoPath) -> Result<Option<Spot>, Error> {
    let files = files(reader, place)?;
    if files.is_empty() {
        return Ok(None);
    }
    let mut found = Found::default();
    let mut digests = Vec::new();
    for file in &files {
        let Some(text) = reader.text(&file.path)? else { continue };
        let marks = marks(&text);
        if marks.is_empty() {
            continue;
        }
        for (document, root) in file.tree.documents.iter().enumerate() {
            for (route, node) in scalars(root) {
                let Some(mark) = marks.iter().find(|mark| mark.line == node.line) else { continue };
                let is_wanted = mark.policy == policy;
                let at = At { file: &file.path, document, route };
                match mark.part {
                    Part::Image => found.add(&mark.policy, is_wanted, at, node, Form::Image)?,
                    Part::Tag => found.add(&mark.policy, is_wanted, at, node, Form::Whole)?,
                    Part::Digest if is_wanted => {
                        digests.push((at.file, slot(at.file, document, at.route, node, Form::Whole)?));
                    }
                    Part::Digest | Part::Name => {}
                }
            }
        }
    }
    if let (true, [(file, digest)]) = (found.spots.is_empty(), digests.as_slice()) {
        return Ok(Some(Spot::new(file, digest.clone(), None)));
    }
    let mut spot = found.together(policy, place)?;
    if spot.version.form == Form::Whole {
        spot.digest = digests.iter().find(|(file, _)| **file == spot.file).map(|(_, digest)| digest.clone());
    }
    Ok(Some(spot))
}

/// The marks of a file.
pub fn marks(text: &str) -> Vec<Mark> {
    let mut out = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let Some((_, comment)) = line.rsplit_once('#').filter(|(_, comment)| comment.contains("$imagepolicy")) else {
            continue;
        };
        let Ok(mark) = serde_json::from_str::<serde_json::Value>(comment.trim()) else { continue };
        let Some(policy) = mark.get("$imagepolicy").and_then(serde_json::Value::as_str) else { continue };
        let (policy, part) = match policy.rsplit_once(':') {
            Some((policy, "tag")) if policy.contains(':') => (policy, Part::Tag),
            Some((policy, "name")) if policy.contains(':') => (policy, Part::Name),
            Some((policy, "digest")) if policy.contains(':') => (policy, Part::Digest),
            _ => (policy, Part::Image),
        };
        out.push(Mark { line: u32::try_from(index + 1).unwrap_or(u32::MAX), policy: policy.to_string(), part });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::settings::{DigestRule, PinKind};
    use crate::overlay::sample::{pinned, refused};

    fn kind() -> PinKind {
        PinKind::ImagePolicy { policy: "flux-system:web".into(), digest: DigestRule::Ask }
    }

    #[test]
    fn a_mark_tells_its_policy_and_its_part() {
        let text = "a: r/web:v1 # {\"$imagepolicy\": \"flux-system:web\"}\nb: v1 # {\"$imagepolicy\": \"flux-system:web:tag\"}\nc: x # {$imagepolicy}\n";
        let mark = |line, part| Mark { line, policy: "flux-system:web".into(), part };
        assert_eq!(marks(text), [mark(1, Part::Image), mark(2, Part::Tag)]);
    }

    #[test]
    fn the_marked_image_moves_and_its_mark_stays() {
        let text = "image: r:5000/web:v1 # {\"$imagepolicy\": \"flux-system:web\"}\nother: r/api:v1 # {\"$imagepolicy\": \"flux-system:api\"}\n";
        let (old, new) = pinned(&kind(), "web.yaml", text, "12e4567");
        assert_eq!((old.as_deref(), new), (Some("v1"), text.replace("web:v1", "web:12e4567")));
    }

    #[test]
    fn a_tag_and_a_digest_of_one_policy_move_together() {
        let digest = |digit: &str| format!("sha256:{}", digit.repeat(64));
        let text = format!(
            "repository: r/web # {{\"$imagepolicy\": \"flux-system:web:name\"}}\ntag: v1 # {{\"$imagepolicy\": \"flux-system:web:tag\"}}\ndigest: {} # {{\"$imagepolicy\": \"flux-system:web:digest\"}}\n",
            digest("a")
        );
        let (old, new) = pinned(&kind(), "web.yaml", &text, &format!("v2@{}", digest("b")));
        assert_eq!(old, Some(format!("v1@{}", digest("a"))));
        assert_eq!(new, text.replace("tag: v1", "tag: v2").replace(&digest("a"), &digest("b")));
    }

    #[test]
    fn a_policy_that_marks_nothing_lists_those_that_do() {
        let text = "image: r/api:v1 # {\"$imagepolicy\": \"flux-system:api\"}\n";
        let why = refused(&kind(), "web.yaml", text);
        assert_eq!(why.details, ["web.yaml:1: there is `flux-system:api`"]);
    }
}
