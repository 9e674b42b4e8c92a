//! Kustomize remote bases: the `?ref=` of an entry of `resources:`, `bases:` or `components:`, by its repository.

use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::settings::Form;
use crate::yaml::route::{Route, Step};
use crate::yaml::tree::Node;

use super::kustomize::{file_at, kustomization};
use super::objects::{At, Found, same_repository};
use super::reader::{Reader, at};
use super::slot::{Spot, reference};

/// The entry of the kustomization at a place that builds on `repository`; `None` where there is no kustomization.
pub fn spot(reader: &Reader<'_>, repository: &str, place: &RepoPath) -> Result<Option<Spot>, Error> {
    let Some(file) = file_at(reader, place)? else { return Ok(None) };
    let Some(tree) = reader.tree(&file)? else { return Ok(None) };
    let (document, root) = kustomization(&file, &tree)?;
    let mut found = Found::default();
    for key in ["resources", "bases", "components"] {
        let list = root.get(key).map_err(|why| at(&file, &why))?;
        for (index, node) in list.and_then(Node::items).unwrap_or_default().iter().enumerate() {
            let Some(text) = node.as_str().filter(|text| reference(text).is_some()) else { continue };
            let route = Route(vec![Step::Key(key.into()), Step::Index(index)]);
            let name = text.split('?').next().unwrap_or_default();
            let place = At { file: &file, document, route };
            found.add(name, same_repository(text, repository), place, node, Form::Ref)?;
        }
    }
    found.only(repository, &file).map(Some)
}
