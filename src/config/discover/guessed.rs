//! Parts that nothing at their versions names: of the chart whose values they stand in, and else nobody's.

use crate::domain::files::Files;
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::yaml::locate::text;
use crate::yaml::tree::Tree;

use super::folders::says;
use super::found::Part;
use super::makers::is_of_commits;
use super::naming::GUESS;
use super::strangers;

/// How far above its values a chart stands.
const FARTHEST: usize = 3;

/// Gives parts without a name that of their chart; those of charts that others make are left out.
pub fn named(files: &dyn Files, parts: &mut Vec<Part>, left_out: &mut Vec<(String, String)>) -> Result<(), Error> {
    let mut kept = Vec::new();
    for part in std::mem::take(parts) {
        let is_guess = part.name == GUESS && part.things.is_empty();
        match if is_guess { chart(files, &part)? } else { None } {
            Some(name) if strangers::is_named(&name) && !is_of_commits(&part) => {
                left_out.push((part.place, strangers::told(&name)));
            }
            Some(name) => kept.push(Part { name, ..part }),
            None => kept.push(part),
        }
    }
    *parts = kept;
    Ok(())
}

/// The name of the chart that a part's files are values of: its own word for it, and not that of its folder.
fn chart(files: &dyn Files, part: &Part) -> Result<Option<String>, Error> {
    let Some(file) = part.place.rsplit_once(':').and_then(|(file, _)| RepoPath::new(file).ok()) else {
        return Ok(None);
    };
    for folder in std::iter::successors(file.parent(), RepoPath::parent).take(FARTHEST) {
        let Some(bytes) = folder.join("Chart.yaml").ok().map(|chart| files.read(&chart)).transpose()?.flatten() else {
            continue;
        };
        let tree = Tree::parse(&bytes).ok();
        let root = tree.as_ref().and_then(|tree| tree.document(None).ok());
        return Ok(root.and_then(|root| text(root, &["name"])).filter(|name| is_name(name)).map(str::to_string));
    }
    Ok(None)
}

/// Whether a chart's name says more than that it is one.
fn is_name(name: &str) -> bool {
    strangers::is_named(name) || says(name).is_some()
}
