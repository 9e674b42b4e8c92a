//! The sources as the checks read them: every file with its room and module, whole files of tests left out.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

pub struct File {
    pub path: PathBuf,
    pub text: String,
    pub room: String,
    pub module: Vec<String>,
}

impl File {
    /// The file as syntax.
    pub fn parsed(&self) -> syn::File {
        syn::parse_file(&self.text).unwrap_or_else(|error| panic!("{}: {error}", self.path.display()))
    }

    /// Its path below `src/`, which is what the lists of the checks say.
    pub fn place(&self) -> String {
        let path = self.path.strip_prefix(root().join("src")).unwrap_or(&self.path);
        path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
    }

    /// A made-up file, for the tests of the checks themselves.
    pub fn made_up(place: &str, text: &str) -> Self {
        Self { path: root().join("src").join(place), text: text.to_owned(), room: room(place), module: module(place) }
    }
}

/// The root of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Everything below `src/` that is built into the program.
pub fn sources() -> Vec<File> {
    let mut files = below(&root().join("src"));
    assert!(files.len() > 20, "the sources are not where they were");
    // Whole files of tests are declared by their parent: `#[cfg(test)] mod fixture;`.
    let tests: BTreeSet<Vec<String>> = files.iter().flat_map(test_modules).collect();
    files.retain(|file| !(1..=file.module.len()).any(|length| tests.contains(&file.module[..length])));
    files
}

/// All Rust files below a folder, in the order of their paths.
pub fn below(folder: &Path) -> Vec<File> {
    let mut files = Vec::new();
    collect(folder, folder, &mut files);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<File>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            collect(root, &path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let relative = path.strip_prefix(root).expect("below the folder");
            let place =
                relative.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
            let text = fs::read_to_string(&path).expect("text");
            files.push(File { path, text, room: room(&place), module: module(&place) });
        }
    }
}

/// The first folder of a path, or the file itself where it stands alone.
fn room(place: &str) -> String {
    place.split('/').next().unwrap_or_default().trim_end_matches(".rs").to_owned()
}

fn module(place: &str) -> Vec<String> {
    let mut module: Vec<String> = place.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if matches!(module.last().map(String::as_str), Some("mod" | "main")) {
        module.pop();
    }
    module
}

fn test_modules(file: &File) -> Vec<Vec<String>> {
    let items = file.parsed().items;
    let declared = items.iter().filter_map(|item| match item {
        syn::Item::Mod(item) if item.content.is_none() && only_in_tests(&item.attrs) => Some(item.ident.to_string()),
        _ => None,
    });
    declared.map(|name| file.module.iter().cloned().chain([name]).collect()).collect()
}

/// Whether an item is there for tests alone: `cfg(test)`, also with more that must hold.
pub fn only_in_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).any(|attribute| {
        attribute.parse_args::<syn::Meta>().is_ok_and(|condition| match condition {
            syn::Meta::Path(path) => path.is_ident("test"),
            syn::Meta::List(list) if list.path.is_ident("all") => {
                list.tokens.into_iter().any(|token| token.to_string() == "test")
            }
            _ => false,
        })
    })
}
