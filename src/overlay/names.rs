//! What pins are called where they stand: every name of a kind at a place, and which one became which between two trees.

use crate::domain::path::RepoPath;
use crate::domain::pin::Reading;
use crate::domain::refusal::Error;
use crate::domain::settings::{DigestRule, DocumentRule, Field, PinKind};
use crate::yaml::locate::text;
use crate::yaml::route::Route;

use super::form::{form, key_of};
use super::objects::{Seen, same_repository};
use super::reader::Reader;
use super::{base, chart, image, kustomize, line, revision};

/// Something that has a version at a place, by the name that the file calls it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub name: String,
    pub file: RepoPath,
    pub document: usize,
    pub route: String,
}

/// Everything of a pin's kind that has a version at a place; nothing of a kind that goes by no name.
///
/// # Errors
/// A file cannot be read.
pub fn all(reader: &Reader<'_>, kind: &PinKind, place: &RepoPath) -> Result<Vec<Named>, Error> {
    let seen = match kind {
        PinKind::Image { .. } if kustomize::stands_at(reader, place)? => kustomize::all(reader, place)?,
        PinKind::Image { .. } => image::all(reader, place)?,
        PinKind::KustomizeBase { .. } => base::all(reader, place)?,
        PinKind::Chart { .. } => chart::all(reader, place)?,
        PinKind::Revision { .. } => revision::all(reader, place)?,
        PinKind::Literal { .. }
        | PinKind::Label { .. }
        | PinKind::Annotation { .. }
        | PinKind::ImagePolicy { .. }
        | PinKind::Field(_)
        | PinKind::Marker { .. } => Vec::new(),
    };
    let named = |Seen { name, file, document, route, .. }| Named { name, file, document, route };
    Ok(seen.into_iter().filter(|seen| !seen.name.is_empty()).map(named).collect())
}

/// Whether a pin of this kind is what a file calls by this name.
pub fn is_called(kind: &PinKind, name: &str) -> bool {
    match kind {
        PinKind::Image { image, .. } => {
            let is = |name: &str| name == image || name.strip_suffix(image.as_str()).is_some_and(|r| r.ends_with('/'));
            is(name) || name.split_once('=').is_some_and(|(one, other)| is(one) || is(other))
        }
        PinKind::KustomizeBase { repository } => base::is_of(name, repository),
        PinKind::Revision { repository } => same_repository(name, repository),
        kind => kind.name() == Some(name),
    }
}

/// What a pin was called before a landing.
#[derive(Debug, PartialEq, Eq)]
pub enum Earlier<'n> {
    /// There is one candidate each way.
    Name(&'n str),
    /// Several names went that could be its own.
    Several(Vec<&'n str>),
    /// It came new.
    None,
}

/// What the pin of `kind` was called, by all that stood at its place before and after a landing. `is_anothers`: whether a
/// name is that of another pin today; such a one is no candidate.
pub fn earlier<'n>(
    kind: &PinKind,
    was: &'n [Named],
    is: &'n [Named],
    is_anothers: &dyn Fn(&str) -> bool,
) -> Earlier<'n> {
    let only = |these: &'n [Named], those: &[Named]| -> Vec<&'n Named> {
        let stays = |one: &Named| those.iter().any(|other| other.name == one.name);
        let mut out: Vec<&Named> = these.iter().filter(|one| !stays(one) && !is_anothers(&one.name)).collect();
        out.dedup_by(|one, other| one.name == other.name && one.route == other.route);
        out
    };
    let (gone, new) = (only(was, is), only(is, was));
    let Some(own) = new.iter().find(|one| is_called(kind, &one.name)) else { return Earlier::None };
    let same_place = |one: &&&Named| {
        (&one.file, one.document, &one.route) == (&own.file, own.document, &own.route) && !is_by_number(&one.route)
    };
    let same_base = |one: &&&Named| base_name(&one.name) == base_name(&own.name);
    let one_way = |all: &[&'n Named], fits: &dyn Fn(&&&'n Named) -> bool| -> Option<&'n str> {
        let mut names: Vec<&str> = all.iter().filter(|one| fits(one)).map(|one| one.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        match names.as_slice() {
            [one] => Some(one),
            _ => None,
        }
    };
    let rules: [&dyn Fn(&&&'n Named) -> bool; 3] = [&same_place, &same_base, &|_| true];
    for fits in rules {
        if let (Some(old), Some(_)) = (one_way(&gone, fits), one_way(&new, fits)) {
            return Earlier::Name(old);
        }
    }
    let mut names: Vec<&str> = gone.iter().map(|one| one.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    if names.is_empty() { Earlier::None } else { Earlier::Several(names) }
}

/// Whether a route leads through an item by its number: another item may have that number in another tree.
fn is_by_number(route: &str) -> bool {
    route.split('[').skip(1).any(|step| step.starts_with(|c: char| c.is_ascii_digit()))
}

/// What a name ends with: what stays where a registry, a group or a host is another one.
fn base_name(name: &str) -> &str {
    let name = name.trim_end_matches('/');
    let last = name.rsplit(['/', ':']).next().unwrap_or(name);
    last.strip_suffix(".git").unwrap_or(last)
}

/// The scalar of a reading as a pin of its file and route: how it is found in a tree where no comment marks it yet. `None`
/// where the kind needs no mark, or where its document cannot be told from the others.
pub fn unmarked(reader: &Reader<'_>, kind: &PinKind, reading: &Reading) -> Option<PinKind> {
    if !matches!(kind, PinKind::Marker { .. } | PinKind::ImagePolicy { .. }) {
        return None;
    }
    let file = &reading.site.file;
    if let Some(language) = line::language(reader, file).ok()? {
        return line::unmarked(reader, language, file, reading.site.line).map(PinKind::Field);
    }
    let tree = reader.tree(file).ok()??;
    let root = tree.documents.get(reading.site.document)?;
    let route = Route::parse(&reading.site.route).ok()?;
    let node = route.find(root).ok()?;
    let own = |keys: &[&str]| text(root, keys).map(str::to_string);
    let document = match tree.documents.len() {
        1 => DocumentRule::default(),
        _ => DocumentRule { kind: Some(own(&["kind"])?), name: own(&["metadata", "name"]), ..DocumentRule::default() },
    };
    Some(PinKind::Field(Field {
        document: Box::new(document),
        route: reading.site.route.clone(),
        inside: None,
        digest: None,
        form: form(key_of(&route), node.as_str()?)?,
        digests: DigestRule::Ask,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::memory::Memory;

    fn image(name: &str) -> PinKind {
        PinKind::Image { image: name.into(), digest: DigestRule::Ask }
    }

    fn names(kind: &PinKind, file: &str, text: &str) -> Vec<Named> {
        let files = Memory::new([(file, text)]);
        all(&Reader::new(&files), kind, &RepoPath::new(file).unwrap()).unwrap()
    }

    /// What the pin was called before, between two texts of one file.
    fn was(kind: &PinKind, file: &str, (old, new): (&str, &str), others: &[&str]) -> String {
        let (old, new) = (names(kind, file, old), names(kind, file, new));
        match earlier(kind, &old, &new, &|name| others.contains(&name)) {
            Earlier::Name(name) => name.to_string(),
            Earlier::Several(names) => format!("one of {}", names.join(", ")),
            Earlier::None => "nothing".to_string(),
        }
    }

    #[test]
    fn every_kind_that_goes_by_a_name_is_followed_where_it_was_renamed() {
        let revision = PinKind::Revision { repository: "https://h/new/web".into() };
        let base = PinKind::KustomizeBase { repository: "https://h/new/web".into() };
        let chart = PinKind::Chart { chart: "new".into() };
        let pair = |text: &str| (text.replace('@', "old"), text.replace('@', "new"));
        for (kind, file, text, wanted) in [
            (image("r/new/web"), "v.yaml", "image: {repository: r/@/web, tag: v1}\n", "r/old/web"),
            (image("new/web"), "v.yaml", "image: {registry: r, repository: @/web, tag: v1}\n", "r/old/web"),
            (
                image("r/new/web"),
                "v.yaml",
                "kind: Pod\nspec: {containers: [{name: a, image: \"r/@/web:v1\"}]}\n",
                "r/old/web",
            ),
            (image("r/new/web"), "kustomization.yaml", "images:\n- {name: r/@/web, newTag: v1}\n", "r/old/web"),
            (
                image("r/new/web"),
                "kustomization.yaml",
                "images:\n- {name: web, newName: r/@/web, newTag: v1}\n",
                "r/old/web",
            ),
            (image("r/new/web"), "a.yaml", "spec:\n  values: |\n    image: r/@/web:v1\n", "r/old/web"),
            (base, "kustomization.yaml", "resources:\n- https://h/@/web?ref=v1\n", "https://h/old/web"),
            (chart.clone(), "Chart.yaml", "dependencies:\n- {name: \"@\", version: 1.0.0}\n", "old"),
            (chart, "hr.yaml", "kind: HelmRelease\nspec: {chart: {spec: {chart: \"@\", version: 1.0.0}}}\n", "old"),
            (
                revision.clone(),
                "app.yaml",
                "kind: Application\nspec: {source: {repoURL: \"https://h/@/web\", targetRevision: v1}}\n",
                "https://h/old/web",
            ),
            (
                revision,
                "git.yaml",
                "kind: GitRepository\nspec: {url: \"https://h/@/web\", ref: {tag: v1}}\n",
                "https://h/old/web",
            ),
        ] {
            let (old, new) = pair(text);
            assert_eq!(was(&kind, file, (&old, &new), &[]), wanted, "{text}");
        }
    }

    #[test]
    fn there_must_be_one_candidate_each_way() {
        let text = |names: [&str; 2]| {
            format!("images:\n- {{name: {}, newTag: v1}}\n- {{name: {}, newTag: v1}}\n", names[0], names[1])
        };
        let told =
            |old, new, others: &[&str]| was(&image("web"), "kustomization.yaml", (&text(old), &text(new)), others);
        assert_eq!(told(["a", "b"], ["web", "b"], &[]), "a");
        assert_eq!(told(["a", "b"], ["web", "api"], &[]), "one of a, b");
        // A whole registry that moves leaves each its own last word.
        assert_eq!(told(["r/web", "r/api"], ["web", "api"], &[]), "r/web");
        // What another one is called today was never this one.
        assert_eq!(told(["a", "b"], ["web", "b"], &["a"]), "nothing");
        assert_eq!(told(["a", "b"], ["web", "api"], &["b", "api"]), "a");
        assert_eq!(told(["a", "a2"], ["web", "a"], &[]), "a2");
        assert_eq!(was(&image("web"), "kustomization.yaml", ("images: []\n", &text(["web", "b"])), &[]), "nothing");
    }

    #[test]
    fn two_that_are_renamed_at_once_are_told_apart_by_their_places_but_not_by_the_number_of_an_item() {
        let values = |a: &str, b: &str| format!("web: {{image: \"{a}:v1\"}}\napi: {{image: \"{b}:v1\"}}\n");
        assert_eq!(was(&image("n1"), "v.yaml", (&values("o1", "o2"), &values("n1", "n2")), &[]), "o1");
        let list = |a: &str, b: &str| format!("images: [\"{a}:v1\", \"{b}:v1\"]\n");
        assert_eq!(was(&image("n1"), "v.yaml", (&list("o1", "o2"), &list("n1", "n2")), &[]), "one of o1, o2");
    }

    #[test]
    fn a_marked_scalar_is_found_by_its_route_where_no_mark_stands() {
        let read = |text: &str, kind: &PinKind| {
            let files = Memory::new([("v.yaml", text)]);
            let reader = Reader::new(&files);
            let rule = crate::domain::settings::PinRule {
                kind: kind.clone(),
                within: String::new(),
                environments: Vec::new(),
                more: Default::default(),
            };
            let reading = super::super::read(&reader, &rule, &RepoPath::new("v.yaml").unwrap(), None).unwrap().unwrap();
            (reading.version.clone().unwrap().to_string(), unmarked(&reader, kind, &reading))
        };
        for (marked, bare) in [
            ("a:\n  image: r/web:v2 # stageline: web\n", "a:\n  image: r/web:v1\n"),
            ("b: {tag: v2} # stageline: web\n", "b: {tag: v1}\n"),
            ("kind: A\nx: v2 # stageline: web\n---\nkind: B\nx: v3\n", "kind: B\nx: v3\n---\nkind: A\nx: v1\n"),
        ] {
            let (version, kind) = read(marked, &PinKind::Marker { name: "web".into() });
            assert_eq!(version, "v2", "{marked}");
            assert_eq!(read(bare, &kind.unwrap()), ("v1".to_string(), None), "{bare}");
        }
    }
}
