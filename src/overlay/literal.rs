//! Literals of a kustomization's generators: the `KEY=VERSION` in `configMapGenerator:` and `secretGenerator:`, by its key.

use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::settings::Form;
use crate::yaml::locate::{item, items, text};
use crate::yaml::route::{Route, Step};

use super::kustomization::{file_at, kustomization};
use super::objects::{At, Found};
use super::reader::Reader;
use super::slot::Spot;

/// The literal `key` of the kustomization at a place; `generator`: of that one alone. `None` where there is no kustomization.
pub fn spot(reader: &Reader<'_>, key: &str, generator: Option<&str>, place: &RepoPath) -> Result<Option<Spot>, Error> {
    let Some(file) = file_at(reader, place)? else { return Ok(None) };
    let Some(tree) = reader.tree(&file)? else { return Ok(None) };
    let (document, root) = kustomization(&file, &tree)?;
    // Where a generator is asked for, names are told with theirs: `web/VERSION`.
    let told = |of: Option<&str>, key: &str| match (generator, of) {
        (Some(_), Some(of)) => format!("{of}/{key}"),
        _ => key.to_string(),
    };
    let mut found = Found::default();
    for list in ["configMapGenerator", "secretGenerator"] {
        let generators = items(root, &[list]);
        for (nth, one) in generators.iter().enumerate() {
            let own = text(one, &["name"]);
            let is_meant = generator.is_none_or(|name| own == Some(name));
            for (index, node) in items(one, &["literals"]).iter().enumerate() {
                let Some((name, _)) = node.as_str().and_then(|text| text.split_once('=')) else { continue };
                let route = Route(vec![
                    Step::Key(list.into()),
                    item(generators, nth, "name"),
                    Step::Key("literals".into()),
                    Step::Index(index),
                ]);
                let form = Form::after(format!("{name}="));
                let at = At { file: &file, document, route };
                found.add(&told(own, name), is_meant && name == key, at, node, form)?;
            }
        }
    }
    found.only(&told(generator, key), &file).map(Some)
}

#[cfg(test)]
mod tests {
    use crate::domain::settings::PinKind;
    use crate::overlay::sample::{pinned, refused};

    const TEXT: &str = "configMapGenerator:\n- name: web\n  literals:\n  - LOG=info\n  - VERSION=v1 # kept\n- name: api\n  literals: [\"API_VERSION=v1\"]\n";

    fn literal(key: &str, generator: Option<&str>) -> PinKind {
        PinKind::Literal { key: key.into(), generator: generator.map(str::to_string) }
    }

    #[test]
    fn a_literal_is_found_by_its_key_and_keeps_it() {
        let (old, new) = pinned(&literal("VERSION", None), "kustomization.yaml", TEXT, "1234567");
        assert_eq!((old.as_deref(), new), (Some("v1"), TEXT.replace("VERSION=v1 #", "VERSION=1234567 #")));
        let (_, new) = pinned(&literal("API_VERSION", Some("api")), "kustomization.yaml", TEXT, "v2");
        assert_eq!(new, TEXT.replace("API_VERSION=v1", "API_VERSION=v2"));
    }

    #[test]
    fn a_key_of_two_generators_needs_the_generators_name() {
        let text = TEXT.replace("API_VERSION", "VERSION");
        let why = refused(&literal("VERSION", None), "kustomization.yaml", &text);
        assert_eq!(why.code, "two-pins");
        assert!(why.details.iter().any(|line| line.starts_with("kustomization.yaml:7:")), "{why:?}");
        let (_, new) = pinned(&literal("VERSION", Some("api")), "kustomization.yaml", &text, "v2");
        assert_eq!(new, text.replace("[\"VERSION=v1", "[\"VERSION=v2"));
    }

    #[test]
    fn a_literal_of_another_generator_is_told_with_its_generator() {
        let why = refused(&literal("VERSION", Some("wbe")), "kustomization.yaml", TEXT);
        assert_eq!(why.message, "nothing in `kustomization.yaml` pins `wbe/VERSION`");
        assert!(why.details.contains(&"kustomization.yaml:5: there is `web/VERSION`".to_string()), "{why:?}");
        assert_eq!(why.hints, ["did you mean `web/VERSION`?"]);
    }

    #[test]
    fn a_mistyped_key_lists_what_is_there_with_its_lines() {
        let why = refused(&literal("VERSON", None), "kustomization.yaml", TEXT);
        assert_eq!(why.code, "no-such-pin");
        assert!(why.details.contains(&"kustomization.yaml:5: there is `VERSION`".to_string()), "{why:?}");
    }
}
