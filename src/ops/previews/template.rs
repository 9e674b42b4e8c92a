//! Copies the folder that instances are made from: YAML by its scalars, everything else as bytes.

use std::collections::BTreeSet;

use crate::domain::files::{EntryKind, Files, KUSTOMIZATIONS};
use crate::domain::path::RepoPath;
use crate::domain::plan::Mode;
use crate::domain::refusal::{Code, Error, Refusal, together};
use crate::yaml::scalars::{self, Part, Scalar};
use crate::yaml::tree::{Fault, Node, Tree};

use super::names::{Hole, Names, lacking, placeholders};

/// More than a template has; an instance is one commit, and twenty of them may stand side by side.
const MOST_FILES: usize = 2_000;
const MOST_BYTES: usize = 20 * 1024 * 1024;
/// The keys of a kustomization whose entries lead to other folders.
const LISTS: [&str; 3] = ["resources", "bases", "components"];

/// One file of an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    pub path: RepoPath,
    pub bytes: Vec<u8>,
    /// Whether it may be run: as the original.
    pub mode: Mode,
}

/// Every file below the folder `template`, at its place below `to`, in the order of their paths. In YAML and JSON each scalar with
/// a placeholder says what that stands for, and what a kustomization lists outside the template is listed so that it is found from
/// the copy; `is_there` tells whether something stands at a path of the repository.
///
/// # Errors
/// The template is no folder with plain files in it, or too big; a placeholder stands where none is filled, or has nothing to
/// stand for. All such places are told at once.
pub fn copy(
    files: &dyn Files,
    template: &RepoPath,
    to: &RepoPath,
    names: &Names,
    is_there: &dyn Fn(&RepoPath) -> Result<bool, Error>,
) -> Result<Vec<Copied>, Error> {
    let mut out = Vec::new();
    let mut faults = Vec::new();
    for Found { file, bytes, mode } in originals(files, template)? {
        let path = below(to, template, &file)?;
        let original = Original { file: &file, bytes: &bytes, folder: template };
        let place = Place { copy: &path, names, is_there };
        match filled(&original, &place) {
            Ok(bytes) => out.push(Copied { path, bytes, mode }),
            Err(found) => faults.extend(found),
        }
    }
    together(faults).map_or(Ok(out), Err)
}

/// A file of the template.
struct Original<'a> {
    file: &'a RepoPath,
    bytes: &'a [u8],
    /// The folder of the whole template.
    folder: &'a RepoPath,
}

/// What becomes of it, and what is known there.
struct Place<'a> {
    copy: &'a RepoPath,
    names: &'a Names,
    is_there: &'a dyn Fn(&RepoPath) -> Result<bool, Error>,
}

/// A file of the template as it was read.
struct Found {
    file: RepoPath,
    bytes: Vec<u8>,
    mode: Mode,
}

/// All files of the template, by path.
fn originals(files: &dyn Files, template: &RepoPath) -> Result<Vec<Found>, Error> {
    match files.entry(template)?.map(|entry| entry.kind) {
        Some(EntryKind::Folder) => {}
        Some(_) => return Err(odd(template, "is no folder")),
        None => {
            return Err(Refusal::new(
                Code::NoSuchFolder,
                format!("there is no folder `{template}` to make a preview from"),
            )
            .hint("commit one, or correct `template` of `ephemeral:` in `stageline.yaml`")
            .invalid());
        }
    }
    files.get_ready(std::slice::from_ref(template))?;
    let mut paths = Vec::new();
    let mut folders = vec![template.clone()];
    let mut count = 0;
    while let Some(folder) = folders.pop() {
        if !files.nameless(&folder)?.is_empty() {
            let what = format!("`{folder}` has an entry whose name no path can have, so no preview is made from it");
            return Err(Refusal::new(Code::StrangeTree, what).hint("take it away").invalid());
        }
        for entry in files.list(&folder)? {
            match entry.kind {
                EntryKind::File => paths.push((entry.path, Mode::Plain)),
                EntryKind::Executable => paths.push((entry.path, Mode::Executable)),
                EntryKind::Folder => folders.push(entry.path),
                EntryKind::Symlink => return Err(odd(&entry.path, "is a symbolic link")),
                EntryKind::Submodule => return Err(odd(&entry.path, "is a submodule")),
            }
            count += 1;
            if count > MOST_FILES {
                return Err(too_big(template, &format!("more than {MOST_FILES} files and folders")));
            }
        }
    }
    paths.sort_by(|one, other| one.0.cmp(&other.0));
    let mut size = 0;
    let mut out = Vec::with_capacity(paths.len());
    for (file, mode) in paths {
        let bytes = files.read(&file)?.ok_or_else(|| odd(&file, "is no plain file"))?;
        size += bytes.len();
        if size > MOST_BYTES {
            return Err(too_big(template, &format!("more than {} MiB", MOST_BYTES / 1024 / 1024)));
        }
        out.push(Found { file, bytes, mode });
    }
    match out.is_empty() {
        false => Ok(out),
        true => {
            Err(Refusal::new(Code::NoSuchFolder, format!("the folder `{template}` has no file to make a preview from"))
                .hint("commit one, or correct `template` of `ephemeral:` in `stageline.yaml`")
                .invalid())
        }
    }
}

fn odd(path: &RepoPath, what: &str) -> Error {
    Refusal::new(Code::NotAPlainFile, format!("`{path}` {what}; a preview is made from a folder of plain files"))
        .hint("put a plain file there, or take it out of the template")
        .invalid()
}

fn too_big(template: &RepoPath, what: &str) -> Error {
    Refusal::new(Code::BadTemplate, format!("the folder `{template}` has {what}, too much to copy for each preview"))
        .hint("keep in the template only what differs from one preview to the next, and refer to the rest")
        .invalid()
}

/// The place below `to` that a file has below `template`.
fn below(to: &RepoPath, template: &RepoPath, file: &RepoPath) -> Result<RepoPath, Error> {
    let rest: Vec<&str> = file.parts().skip(template.parts().count()).collect();
    to.join(&rest.join("/")).map_err(|error| Refusal::new(Code::BadPlace, error.to_string()).invalid())
}

/// The bytes of the copy, or everything that is wrong with the original.
fn filled(original: &Original<'_>, place: &Place<'_>) -> Result<Vec<u8>, Vec<Error>> {
    let Original { file, bytes, .. } = original;
    if !is_filled(file.name()) {
        return Ok(bytes.to_vec());
    }
    let text = String::from_utf8_lossy(bytes);
    let tree = match Tree::parse(bytes) {
        Ok(tree) => tree,
        Err(fault) => return as_it_is(original, &text, &fault).map_err(|error| vec![error]),
    };
    let listed = listed(file, &tree);
    let holes = placeholders(&text);
    let mut faults = Vec::new();
    let mut wanted: Vec<(&Node, String)> = Vec::new();
    for scalar in tree.scalars() {
        if scalar.part == Part::Key {
            faults.extend(key(file, &text, &holes, &scalar));
            continue;
        }
        let is_listed = listed.contains(&scalar.node.span.start);
        match value(original, place, &scalar, is_listed) {
            Ok(value) if value != scalar.text => wanted.push((scalar.node, value)),
            Ok(_) => {}
            Err(error) => faults.push(error),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    scalars::say(bytes, &wanted).map_err(|fault| {
        let what = format!("{}: {}", at(file, fault.line, fault.column), fault.told());
        vec![
            Refusal::new(Code::CannotEdit, what)
                .hint("write that value as a plain `key: value` once by hand")
                .invalid(),
        ]
    })
}

/// Whether placeholders are filled in a file of this name: it is YAML or JSON by it.
fn is_filled(name: &str) -> bool {
    let small = name.to_ascii_lowercase();
    [".yaml", ".yml", ".json"].iter().any(|ending| small.ends_with(ending)) || KUSTOMIZATIONS.contains(&name)
}

/// A file that cannot be read as YAML, such as a template of Helm, is copied where nothing was to be filled in.
fn as_it_is(original: &Original<'_>, text: &str, fault: &Fault) -> Result<Vec<u8>, Error> {
    let Some((range, _)) = placeholders(text).into_iter().next() else { return Ok(original.bytes.to_vec()) };
    let before = &text[..range.start];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().trim_start_matches('\u{feff}').chars().count() + 1;
    let what = format!(
        "{}:{line}:{column}: `{}` stands in a file that is no YAML, and placeholders are only filled in YAML ({fault})",
        original.file, &text[range],
    );
    let hint = "write a value that begins with a placeholder in quotes: `\"{slug}\"`; where the file is meant to be no YAML, give it another ending or take the placeholder out";
    Err(Refusal::new(Code::BadTemplate, what).hint(hint).invalid())
}

/// What is wrong with a key: a placeholder in it, or it is one itself, which without quotes is a mapping.
fn key(file: &RepoPath, text: &str, holes: &[Hole], scalar: &Scalar<'_>) -> Option<Error> {
    let Node { line, column, span, .. } = scalar.node;
    if let Some((range, _)) = placeholders(scalar.text).into_iter().next() {
        let what = format!(
            "{}: `{}` stands in a key, and placeholders are only filled in values",
            at(file, *line, *column),
            &scalar.text[range]
        );
        return Some(
            Refusal::new(Code::BadTemplate, what).hint("give it a key that is the same in every preview").invalid(),
        );
    }
    let open = span.start.checked_sub(1)?;
    let nth = holes.binary_search_by_key(&open, |(range, _)| range.start).ok()?;
    let range = holes.get(nth).map(|(range, _)| range.clone()).filter(|range| range.end == span.end + 1)?;
    let shown = &text[range];
    let what =
        format!("{}: `{shown}` without quotes is a mapping, not a text", at(file, *line, column.saturating_sub(1)));
    Some(Refusal::new(Code::BadTemplate, what).hint(format!("write it in quotes: `\"{shown}\"`")).invalid())
}

fn at(file: &RepoPath, line: u32, column: u32) -> String {
    format!("{file}:{}:{}", line.max(1), column.max(1))
}

/// What a value says in the copy.
fn value(original: &Original<'_>, place: &Place<'_>, scalar: &Scalar<'_>, is_listed: bool) -> Result<String, Error> {
    let Node { line, column, .. } = scalar.node;
    let text =
        place.names.filled(scalar.text).map_err(|name| lacking(&at(original.file, *line, *column), name).invalid())?;
    let elsewhere = if is_listed { moved(original, place, &text)? } else { None };
    Ok(elsewhere.unwrap_or(text))
}

/// Where the entries begin that a kustomization lists; nothing in another file.
fn listed(file: &RepoPath, tree: &Tree) -> BTreeSet<usize> {
    if !KUSTOMIZATIONS.contains(&file.name()) {
        return BTreeSet::new();
    }
    let lists = tree.documents.iter().flat_map(|root| LISTS.iter().filter_map(|key| root.get(key).ok()?));
    lists.flat_map(|list| list.items().unwrap_or_default()).map(|item| item.span.start).collect()
}

/// The path from the copy to what an entry leads to from the template; `None`: the entry is right as it is.
fn moved(original: &Original<'_>, place: &Place<'_>, entry: &str) -> Result<Option<String>, Error> {
    let (Some(own), Some(copy)) = (original.file.parent(), place.copy.parent()) else { return Ok(None) };
    // What is no path inside the repository is an address, or not ours to mend.
    let Ok(target) = own.join(entry) else { return Ok(None) };
    if target.is_within(original.folder) {
        return Ok(None);
    }
    if let Ok(same) = copy.join(entry)
        && (place.is_there)(&same)?
    {
        return Ok(None);
    }
    Ok((place.is_there)(&target)?.then(|| relative(&copy, &target)))
}

/// The way from a folder to a path.
fn relative(from: &RepoPath, to: &RepoPath) -> String {
    let common = from.parts().zip(to.parts()).take_while(|(one, other)| one == other).count();
    let up = std::iter::repeat_n("..", from.parts().count() - common);
    let way: Vec<&str> = up.chain(to.parts().skip(common)).collect();
    if way.is_empty() { ".".to_string() } else { way.join("/") }
}

#[cfg(test)]
mod tests {
    use super::super::names::tests::names;
    use super::*;
    use crate::domain::files::Entry;
    use crate::domain::memory::Memory;

    const TEMPLATE: &str = "apps/web/preview";

    fn path(text: &str) -> RepoPath {
        RepoPath::new(text).unwrap()
    }

    fn copied(files: &dyn Files, names: &Names) -> Result<Vec<(String, String)>, Refusal> {
        let is_there = |path: &RepoPath| Ok(files.entry(path)?.is_some());
        let copied = copy(files, &path(TEMPLATE), &path("envs/preview/pr-12/web"), names, &is_there);
        let told = |one: Copied| (one.path.to_string(), String::from_utf8(one.bytes).unwrap());
        copied.map(|all| all.into_iter().map(told).collect()).map_err(|error| error.refusal())
    }

    /// What becomes of one file of the template.
    fn one_of(names: &Names, name: &str, text: &str) -> Result<String, Refusal> {
        let files = Memory::new([(format!("{TEMPLATE}/{name}"), text)]);
        copied(&files, names).map(|mut all| all.remove(0).1)
    }

    fn one(name: &str, text: &str) -> Result<String, Refusal> {
        one_of(&names(), name, text)
    }

    #[test]
    fn every_file_gets_its_place_below_the_copy_in_the_order_of_paths() {
        let files = Memory::new([
            ("apps/web/preview/kustomization.yaml", "namespace: \"{namespace}\"\n"),
            ("apps/web/preview/deep/er/x.txt", "{slug}\n"),
            ("apps/web/preview/a.JSON", "{\"a\": \"{slug}\"}"),
            ("apps/web/previews/other.yaml", "a: 1\n"),
        ]);
        let wanted = [
            ("a.JSON", "{\"a\": \"pr-12\"}"),
            ("deep/er/x.txt", "{slug}\n"),
            ("kustomization.yaml", "namespace: \"preview-pr-12\"\n"),
        ];
        let wanted = wanted.map(|(path, text)| (format!("envs/preview/pr-12/web/{path}"), text.to_string()));
        assert_eq!(copied(&files, &names()).unwrap(), wanted);
    }

    #[test]
    fn everything_but_the_scalars_with_placeholders_stays_byte_for_byte() {
        let old = "\u{feff}# {slug} is filled\r\n%YAML 1.2\r\n---\r\nname: 'web-{slug}' # {slug}\r\nhost:   \"{slug}.x\"\r\nwhy: it's \u{e9}  \r\n\r\n\
                   args: [ --ns={namespace}, -x,  'a' ]\r\nimage: r/web:{commit}\r\n---\r\ndata:\r\n  conf: |+ # kept\r\n    url={url}\r\n\r\n    \
                   raw=${slug} {{ .Values.slug }} {foo}\r\n\r\n...\r\n";
        let new = old
            .replace("'web-{slug}'", "'web-pr-12'")
            .replace("\"{slug}.x\"", "\"pr-12.x\"")
            .replace("--ns={namespace}", "\"--ns=preview-pr-12\"")
            .replace("{commit}", "9d3e7aa1b2c3d4e5f60718293a4b5c6d7e8f9012")
            .replace("url={url}", "url=https://pr-12.example.com");
        let old = old.replace("--ns={namespace}", "\"--ns={namespace}\"");
        assert_eq!(one("all.yaml", &old).as_deref(), Ok(new.as_str()));
    }

    #[test]
    fn a_value_that_would_be_a_number_is_written_in_quotes() {
        let names = Names { slug: "12".parse().unwrap(), ..names() };
        assert_eq!(
            one_of(&names, "a.yml", "a: &x '{slug}'\nb: *x\nc: 1{slug}\n").as_deref(),
            Ok("a: &x '12'\nb: *x\nc: \"112\"\n")
        );
    }

    #[test]
    fn keys_that_repeat_or_have_dots_are_no_hindrance() {
        assert_eq!(
            one("a.yaml", "\"a.b\": x{slug}\nc: x{slug}\nc: y{slug}\n<<: {d: 'z{slug}'}\n").as_deref(),
            Ok("\"a.b\": xpr-12\nc: xpr-12\nc: ypr-12\n<<: {d: 'zpr-12'}\n")
        );
    }

    #[test]
    fn what_is_no_yaml_is_copied_as_it_is_unless_something_were_to_be_filled_in() {
        for (name, text) in
            [("run.sh", "a: {slug}\n"), ("t.yaml", "{{ if .x }}\na: {{ .slug }}\n{{slug}}: [\n"), ("x.json", "{,")]
        {
            assert_eq!(one(name, text).as_deref(), Ok(text));
        }
        let refusal = one("t.yaml", "a: 1\nhost: {slug}.x\n").unwrap_err();
        assert!(refusal.message.starts_with("apps/web/preview/t.yaml:2:7: `{slug}` "), "{refusal:?}");
        assert!(refusal.code == "bad-template" && refusal.hints[0].contains("`\"{slug}\"`"), "{refusal:?}");
    }

    #[test]
    fn a_placeholder_in_a_key_or_without_quotes_is_refused_with_its_place() {
        for (text, wanted) in [
            ("a:\n  x-{slug}: 1\n", ":2:3: `{slug}` stands in a key"),
            ("a: 1\nns: {namespace}\n", ":2:5: `{namespace}` without quotes is a mapping"),
            ("- {slug}\n", ":1:3: `{slug}` without quotes"),
        ] {
            let refusal = one("a.yaml", text).unwrap_err();
            assert!(refusal.message.contains(&format!("a.yaml{wanted}")), "{refusal:?}");
        }
        for text in ["a: { slug }\n", "a: {{slug}}\n", "slug: 1\n", "a: {slug: x}\n", "slug"] {
            assert_eq!(one("a.yaml", text).as_deref(), Ok(text));
        }
    }

    #[test]
    fn all_placeholders_with_nothing_to_stand_for_are_told_at_once() {
        let names = Names { url: None, commit: None, ..names() };
        let refusal = one_of(&names, "a.yaml", "a: '{url}'\n---\nb:\n- x{commit}\nc: '{slug}'\n").unwrap_err();
        let told = refusal.details.join("\n");
        assert!(
            told.contains("a.yaml:1:4: ") && told.contains("no `url`") && told.contains("a.yaml:4:3: "),
            "{refusal:?}"
        );
        assert!(refusal.hints.len() == 2 && refusal.hints[0].contains("`url:`"), "{refusal:?}");
        assert_eq!(one_of(&names, "a.yaml", "a: ${url} # {commit}\n").as_deref(), Ok("a: ${url} # {commit}\n"));
    }

    #[test]
    fn a_tag_that_says_otherwise_is_refused_with_its_place() {
        let refusal = one("a.yaml", "a: 1\nb: !!binary x{slug}\n").unwrap_err();
        assert!(refusal.code == "cannot-edit" && refusal.message.contains("a.yaml:2:"), "{refusal:?}");
    }

    #[test]
    fn what_a_kustomization_lists_outside_is_found_from_the_copy() {
        let text = "resources:\n- ../base # b\n- deploy.yaml\n- ../../../lib/x\n- ../none\n- https://example.com/a//b?ref=v1\n\
                    components: ['../../shared/{application}']\npatches:\n- path: ../base\n";
        let deep = text.replace(" ../", " ../../").replace("'../", "'../../").replace("deploy", "../deploy");
        let files = |name: &str| {
            Memory::new([
                (&*format!("{TEMPLATE}/deep/{name}"), deep.as_str()),
                (&*format!("{TEMPLATE}/{name}"), text),
                (&*format!("{TEMPLATE}/deploy.yaml"), "a: 1\n"),
                ("apps/web/base/kustomization.yaml", ""),
                ("apps/shared/web/kustomization.yaml", ""),
                ("envs/lib/x/kustomization.yaml", ""),
                ("lib/x/kustomization.yaml", ""),
            ])
        };
        let new = text
            .replace("- ../base #", "- ../../../../apps/web/base #")
            .replace("'../../shared/{application}'", "'../../../../apps/shared/web'");
        for name in KUSTOMIZATIONS {
            let all = copied(&files(name), &names()).unwrap();
            let of = |place: &str| {
                let path = format!("envs/preview/pr-12/web/{place}{name}");
                all.iter().find(|(there, _)| *there == path).map(|(_, text)| text.clone()).unwrap()
            };
            assert_eq!(of(""), new);
            assert!(
                of("deep/").contains("- ../../../../../apps/web/base # b\n- ../deploy.yaml\n- ../../../../lib/x\n"),
                "{}",
                of("deep/")
            );
        }
        let other = copied(&files("other.yaml"), &names()).unwrap();
        assert!(other.iter().any(|(_, text)| text.contains("- ../base # b\n")), "another file is no kustomization");
    }

    /// A tree with one entry of another kind.
    struct With(EntryKind);

    impl Files for With {
        fn entry(&self, path: &RepoPath) -> Result<Option<Entry>, Error> {
            let id = crate::domain::commit::ObjectId::from_bytes([1; 20]);
            Ok(Some(Entry { path: path.clone(), kind: EntryKind::Folder, id }))
        }

        fn list(&self, folder: &RepoPath) -> Result<Vec<Entry>, Error> {
            let entry =
                |name: String| Entry { kind: self.0, ..self.entry(&folder.child(&name).unwrap()).unwrap().unwrap() };
            let count = if self.0 == EntryKind::File { MOST_FILES + 1 } else { 1 };
            Ok((0..count).map(|nth| entry(format!("x{nth}"))).collect())
        }

        fn read(&self, _: &RepoPath) -> Result<Option<Vec<u8>>, Error> {
            Ok(Some(Vec::new()))
        }
    }

    #[test]
    fn what_is_no_folder_of_plain_files_is_refused() {
        for (kind, code, wanted) in [
            (EntryKind::Symlink, "not-a-plain-file", "`apps/web/preview/x0` is a symbolic link"),
            (EntryKind::Submodule, "not-a-plain-file", "`apps/web/preview/x0` is a submodule"),
            (EntryKind::Folder, "bad-template", "more than 2000 files"),
            (EntryKind::File, "bad-template", "more than 2000 files"),
        ] {
            let refusal = copied(&With(kind), &names()).unwrap_err();
            assert!(refusal.code == code && refusal.message.contains(wanted), "{refusal:?}");
        }
        let refusal = copied(&Memory::new([("apps/web/x", "")]), &names()).unwrap_err();
        assert!(refusal.code == "no-such-folder" && refusal.message.contains("no folder `apps/web/preview`"));
        let refusal = copied(&Memory::new([(TEMPLATE, "")]), &names()).unwrap_err();
        assert!(refusal.code == "not-a-plain-file" && refusal.message.contains("is no folder"), "{refusal:?}");
        let big = "x".repeat(MOST_BYTES / 2 + 1);
        let files = Memory::new(["a", "b"].map(|name| (format!("{TEMPLATE}/{name}"), big.clone())));
        assert!(copied(&files, &names()).unwrap_err().message.contains("more than 20 MiB"));
    }
}
