//! Which addresses are the config repository's own: an application is always built from another repository.

use std::path::{Path, PathBuf};

use crate::domain::address::{self, Whose};
use crate::domain::commit::CommitId;
use crate::domain::refusal::Error;
use crate::domain::settings::SourceAddress;

use super::address::{Address, ended};
use super::place::Config;
use super::repo::Repo;

/// What the config repository is known by: its folders, the addresses of its remotes, and a commit of its own.
#[derive(Debug, Clone, Default)]
pub struct Own {
    /// Where relative folders start.
    pub(super) root: PathBuf,
    /// Whether they start nowhere: there is no clone.
    pub(super) has_no_root: bool,
    folders: Vec<PathBuf>,
    remotes: Vec<Spelling>,
    /// What is checked out: a repository that has it too is this one, whatever its address.
    pub(super) tip: Option<CommitId>,
    rewrites: Config,
}

/// A remote address as far as it names a repository, whichever way git gets there.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Spelling {
    host: String,
    port: Option<String>,
    scheme: Option<String>,
    path: String,
}

/// An address told apart for comparing.
enum Place {
    Folder(PathBuf),
    Remote(Spelling),
}

impl Repo {
    /// What this repository is known by. Errors: its configuration cannot be read.
    pub fn own(&self) -> Result<Own, Error> {
        let config = self.place.config()?;
        let head = self.refs()?.head.clone();
        let tip = head.map(|head| self.tip(&head)).transpose()?.flatten();
        let root = self.work_tree().unwrap_or(self.common_dir()).to_path_buf();
        let has_no_root = self.place.stand_in.is_some();
        let mut own = Own { root: root.clone(), has_no_root, tip, rewrites: config.clone(), ..Own::default() };
        own.folders.extend([canonical(&root), canonical(self.common_dir())]);
        for address in config.addresses() {
            match place(&address, &root) {
                Some(Place::Folder(folder)) => {
                    own.folders.extend([canonical(&folder), canonical(&folder.join(".git"))])
                }
                Some(Place::Remote(spelling)) => own.remotes.push(spelling),
                None => {}
            }
        }
        Ok(own)
    }
}

impl Own {
    /// Whether the address of a source leads to the config repository.
    pub fn is(&self, source: &SourceAddress) -> bool {
        // A source is fetched by the user's git, too, with what that puts in the place of an address.
        [source.0.clone(), self.rewrites.rewritten(&source.0)].iter().any(|text| match place(text, &self.root) {
            Some(Place::Folder(folder)) => self.has_folder(&folder),
            Some(Place::Remote(spelling)) => self.remotes.iter().any(|own| own.is_same(&spelling)),
            None => false,
        })
    }

    /// Whose an address is. The same path on any host is ours; another one on the host of a remote of ours is another's; what
    /// is on no host that is known may be ours by a name that is not known here.
    pub fn whose(&self, address: &str) -> Whose {
        let is_hole = |mark: &str| address.contains(mark);
        if is_hole("{{") || is_hole("${") || self.is(&SourceAddress(address.to_string())) {
            return Whose::Ours;
        }
        match place(address, &self.root) {
            Some(Place::Folder(folder)) if folder.is_absolute() && address.contains("://") => Whose::Another,
            Some(Place::Remote(_)) if self.remotes.is_empty() => Whose::Ours,
            Some(Place::Remote(other)) => {
                let is_same = |own: &Spelling| own.path.eq_ignore_ascii_case(&other.path);
                match self.remotes.iter().any(|own| own.host == other.host) {
                    _ if self.remotes.iter().any(is_same) => Whose::Ours,
                    true => Whose::Another,
                    false => Whose::CannotTell,
                }
            }
            Some(Place::Folder(_)) | None => Whose::Ours,
        }
    }

    /// Whether a folder is the config repository, a work tree of it, or where a remote of it is.
    pub(super) fn has_folder(&self, folder: &Path) -> bool {
        let bare = folder.with_extension("git");
        [folder, &folder.join(".git"), &bare].into_iter().any(|path| self.folders.contains(&canonical(path)))
    }
}

impl Spelling {
    /// Whether two spellings name one repository. Forges take no notice of case; ports tell servers apart only where both are
    /// reached the same way, since ssh and https of one forge have their own each.
    fn is_same(&self, other: &Self) -> bool {
        let port = self.port == other.port || self.scheme != other.scheme;
        port && self.host == other.host && self.path.eq_ignore_ascii_case(&other.path)
    }
}

fn place(text: &str, root: &Path) -> Option<Place> {
    if let Some(path) = text.strip_prefix("file://") {
        let path = path.strip_prefix("localhost").filter(|path| path.starts_with('/')).unwrap_or(path);
        return Some(Place::Folder(path.into()));
    }
    match Address::new(text, root).ok()? {
        Address::Folder(folder) => Some(Place::Folder(folder)),
        Address::Remote(_) => {
            let address::Address::Remote(parts) = address::Address::read(text) else { return None };
            let (host, port) = match parts.host.rsplit_once(':') {
                Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (host, Some(port.to_string())),
                _ => (parts.host, None),
            };
            let path = ended(parts.path.trim_start_matches('/'));
            let host = host.trim_end_matches('.').to_lowercase();
            // GitHub and GitLab answer ssh at another name where only the port of https is open.
            let host =
                ["ssh.", "altssh."].iter().find_map(|front| host.strip_prefix(front)).unwrap_or(&host).to_string();
            let scheme = parts.scheme.map(str::to_lowercase).filter(|scheme| scheme != "ssh");
            Some(Place::Remote(Spelling { host, port, scheme, path }))
        }
    }
}

/// A path without links, where it leads somewhere; else as it is.
fn canonical(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(remotes: &[&str], rewrites: &str) -> Own {
        let config = Config::parse(rewrites.as_bytes());
        let read = |text: &&str| match place(text, Path::new("/config")) {
            Some(Place::Remote(spelling)) => spelling,
            _ => panic!("{text}"),
        };
        Own { root: "/config".into(), remotes: remotes.iter().map(read).collect(), rewrites: config, ..Own::default() }
    }

    #[test]
    fn the_same_repository_is_told_however_it_is_written() {
        let own = own(&["https://me@git.example.com/ops/config.git"], "");
        for same in [
            "https://git.example.com/ops/config",
            "https://Git.Example.com/Ops/Config.git/",
            "git@git.example.com:ops/config.git",
            "git.example.com:ops/config",
            "ssh://git@git.example.com:2222/ops/config.git",
            "ssh://git@ssh.git.example.com:443/ops/config.git",
            "git://git.example.com/ops/config",
        ] {
            assert!(own.is(&SourceAddress(same.into())), "{same}");
        }
        for other in [
            "https://git.example.com/ops/config-web",
            "https://git.example.com/shop/config",
            "https://git.example.org/ops/config",
            "https://git.example.com:8443/ops/config",
        ] {
            assert!(!own.is(&SourceAddress(other.into())), "{other}");
        }
    }

    #[test]
    fn whose_an_address_is_is_told_by_the_remotes_and_not_guessed() {
        let known = own(&["https://git.example.com/ops/config.git"], "");
        for (address, wanted) in [
            ("git@git.example.com:ops/config.git", Whose::Ours),
            ("https://git.internal:8443/ops/config", Whose::Ours),
            ("https://git.example.com/ops/other", Whose::Another),
            ("https://git.example.org/shop/web", Whose::CannotTell),
            ("{{repo}}", Whose::Ours),
            ("https://${HOST}/ops/other", Whose::Ours),
        ] {
            assert_eq!(known.whose(address), wanted, "{address}");
        }
        assert_eq!(own(&[], "").whose("https://git.example.com/ops/other"), Whose::Ours);
    }

    #[test]
    fn what_git_puts_in_the_place_of_an_address_counts() {
        let own =
            own(&["ssh://git@git.example.com/ops/config"], "global\0url.ssh://git@git.example.com/.insteadof\nwork:\0");
        assert!(own.is(&SourceAddress("work:ops/config".into())));
        assert!(!own.is(&SourceAddress("work:shop/web".into())));
    }
}
