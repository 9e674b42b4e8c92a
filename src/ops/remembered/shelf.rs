//! The settings of trees, each text checked once: a tree's own, given ones, or what discovery finds.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::config;
use crate::config::discover;
use crate::domain::commit::{BlobId, TreeId};
use crate::domain::fault::Fault;
use crate::domain::files::Files;
use crate::domain::path::RepoPath;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::{FILE, Settings};
use crate::git::cache::Cache;

use crate::ops::remembered::layout;
use crate::ops::remembered::place::{Early, Place};

/// Something that is true of one tree.
type OfTree<T> = Mutex<Option<(TreeId, T)>>;

/// Settings by the blob they were read from: one text is checked once.
#[derive(Default)]
pub struct Shelf {
    known: Mutex<HashMap<BlobId, Arc<Settings>>>,
    /// Those of `--config`, which stand for the file of every tree.
    instead: Option<Arc<Settings>>,
    /// Only of reading verbs.
    cache: Option<Cache>,
    /// What discovery found in a tree and the cache does not have.
    found: OfTree<Arc<Settings>>,
    /// What the files say that it parsed on the way, by places.
    early: OfTree<Vec<(String, Place)>>,
}

impl Shelf {
    /// A shelf that remembers what discovery found from one run to the next.
    pub fn remembering(cache: Cache) -> Self {
        Self { cache: Some(cache), ..Self::default() }
    }

    /// The same shelf, with these settings in place of every tree's own.
    pub fn with_instead(self, instead: Option<Arc<Settings>>) -> Self {
        Self { instead, ..self }
    }

    /// Keeps for the next run what discovery found.
    pub fn store(&self) {
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let (Some(cache), Some((root, settings))) = (&self.cache, found) {
            layout::store(cache, root, &settings);
        }
    }

    /// What is known of the places in this tree without another look.
    pub fn early(&self, root: TreeId) -> Vec<(String, Place)> {
        let mut early = self.early.lock().unwrap_or_else(PoisonError::into_inner);
        early.take_if(|(known, _)| *known == root).map(|(_, places)| places).unwrap_or_default()
    }

    fn discovered(&self, files: &dyn Files) -> Result<Arc<Settings>, Error> {
        let (Some(cache), Some(root)) = (&self.cache, files.entry(&RepoPath::root())?) else {
            return Ok(Arc::new(discover::discover(files)?.settings));
        };
        if let Some(known) = layout::load(cache, root.id) {
            return Ok(Arc::new(known));
        }
        let early = Early::new(files);
        let found = Arc::new(discover::discover_watched(files, Some(&early))?.settings);
        *self.early.lock().unwrap_or_else(PoisonError::into_inner) = Some((root.id, early.places()));
        *self.found.lock().unwrap_or_else(PoisonError::into_inner) = Some((root.id, Arc::clone(&found)));
        Ok(found)
    }

    /// The settings of a tree's own file, or those that stand for it; `None` where it has none.
    pub fn own(&self, files: &dyn Files) -> Result<Option<Arc<Settings>>, Error> {
        if let Some(instead) = &self.instead {
            return Ok(Some(Arc::clone(instead)));
        }
        let path = RepoPath::new(FILE).map_err(anyhow::Error::from)?;
        let Some(entry) = files.entry(&path)? else { return Ok(None) };
        if let Some(known) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&entry.id) {
            return Ok(Some(Arc::clone(known)));
        }
        let text = files.read(&path)?.ok_or_else(|| {
            Refusal::new(Code::BadConfig, format!("`{FILE}` is not a plain file"))
                .hint("a symbolic link is never followed")
                .invalid()
        })?;
        let settings = Arc::new(checked(&text, FILE)?);
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(entry.id, Arc::clone(&settings));
        Ok(Some(settings))
    }

    /// The settings of a tree: its own, else the given ones, else what discovery finds.
    pub fn of(&self, files: &dyn Files, otherwise: Option<&Arc<Settings>>) -> Result<(Arc<Settings>, bool), Error> {
        if let Some(own) = self.own(files)? {
            return Ok((own, self.instead.is_none()));
        }
        match otherwise {
            Some(settings) => Ok((Arc::clone(settings), false)),
            None => Ok((self.discovered(files)?, false)),
        }
    }
}

/// A configuration text as settings, or all its faults as one error.
pub fn checked(text: &[u8], file: &str) -> Result<Settings, Error> {
    config::check::check(text, file).map_err(|faults| {
        let count = if faults.len() == 1 { "a fault".to_string() } else { format!("{} faults", faults.len()) };
        Refusal::new(Code::BadConfig, format!("`{file}` has {count}"))
            .details(faults.iter().map(fault_line))
            .hint("see `stageline config check` and `stageline schema config`")
            .invalid()
    })
}

/// One fault on one line, with its place and what may have been meant.
fn fault_line(fault: &Fault) -> String {
    let hint = fault.hint.as_ref().map_or(String::new(), |hint| format!(" ({hint})"));
    let key = if fault.key.is_empty() { String::new() } else { format!("{}: ", fault.key) };
    format!("{}:{}:{}: {key}{}{hint}", fault.file, fault.line, fault.column, fault.message)
}
