//! A repository beside a clone: it reads the clone's objects and keeps what it writes to itself, and nothing that the clone,
//! its user or its attributes configure reaches git in it. It goes with the clone's object store.

use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::domain::refusal::Error;
use crate::process::{Kind, Surroundings};

use super::kept::of_its_own;
use super::place::Place;
use super::program::{Git, Hooks};
use super::store::Store;

/// git without anybody's configuration, on the objects of a clone.
pub(super) struct Aside<'a> {
    folder: PathBuf,
    surroundings: Surroundings,
    place: &'a Place,
}

/// `bare`: no work tree whose `.gitattributes` would be read; and no list of attributes but the tree's, which git does not
/// read where there is no HEAD.
const CONFIG: &str = "[core]\n\trepositoryformatversion = 0\n\tbare = true\n\tattributesFile = /dev/null\n";

impl<'a> Aside<'a> {
    /// The one beside this store, made at the first question. What is written there can be read from the store.
    pub(super) fn of(place: &'a Place, store: &Store) -> Result<Self, Error> {
        let folder = store.beside(|folder| Ok(lay_out(folder, place).context("cannot make a scratch repository")?))?;
        let mut surroundings = of_its_own(&place.surroundings);
        surroundings.variables.retain(|name, _| {
            !name.to_str().is_some_and(|name| name.starts_with("GIT_CONFIG") || name == "GIT_ATTR_SOURCE")
        });
        Ok(Self { folder, surroundings, place })
    }

    /// One run of git's plumbing.
    pub(super) fn git<'b>(&'b self, args: impl IntoIterator<Item = &'b str>) -> Git<'b> {
        let git = Git::new(&self.surroundings, &self.folder, Kind::Plumbing, Hooks::Off, args)
            .set("GIT_DIR", &self.folder)
            .set("GIT_CONFIG_GLOBAL", "/dev/null")
            .set("GIT_CONFIG_NOSYSTEM", "1")
            .set("GIT_ATTR_NOSYSTEM", "1");
        if self.place.shallow_file.exists() { git.set("GIT_SHALLOW_FILE", &self.place.shallow_file) } else { git }
    }
}

/// Makes the folder a bare repository without a commit, whose alternates are all object folders of the place: in a
/// hook the quarantine and what stands behind it.
fn lay_out(folder: &Path, place: &Place) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder.join("objects/info"))?;
    std::fs::create_dir(folder.join("refs"))?;
    std::fs::write(folder.join("HEAD"), "ref: refs/heads/none\n")?;
    std::fs::write(folder.join("config"), CONFIG)?;
    let mut list = String::new();
    for objects in std::iter::once(place.objects.clone()).chain(place.more_objects()) {
        // Relative ones start where we were started.
        let objects = place.surroundings.current_dir.join(objects).canonicalize()?;
        let path = objects.to_str().with_context(|| format!("the path `{}` is not UTF-8", objects.display()))?;
        anyhow::ensure!(!path.contains('\n'), "the path `{path}` has a line break");
        list.push_str(path);
        list.push('\n');
    }
    Ok(std::fs::write(folder.join("objects/info/alternates"), list)?)
}
