//! Which addresses of source repositories are taken: nothing that runs a command, nothing with a secret in it.

use crate::domain::address::Address;
use crate::domain::fault::Fault;
use crate::domain::secrets::decoded;
use crate::domain::settings::SourceAddress;
use crate::yaml::locate;
use crate::yaml::tree::{Node, Tree};

/// Checks an address: a path, an https, ssh, git or file URL, or `user@host:path`. The error never shows the address,
/// for it may carry a secret.
pub fn source(text: &str) -> Result<SourceAddress, String> {
    let ok = Ok(SourceAddress(text.to_string()));
    if text.starts_with('-') {
        return Err("an address cannot begin with `-`: git would take it for an option".into());
    }
    if text.contains(['{', '}']) {
        return Err("only `{application}` is filled in an address, and in a family what its places find".into());
    }
    if text.trim() != text {
        return Err("the address begins or ends with a blank".into());
    }
    if let Some((scheme, rest)) = text.split_once("://") {
        if !["https", "ssh", "git", "file"].contains(&scheme) {
            return Err(match scheme {
                "http" => "`http://` is not taken: anybody on the way could answer; write `https://`".into(),
                _ if is_word(scheme) => {
                    format!("`{scheme}://` is not taken: write an https, ssh, git or file URL, or a path")
                }
                _ => "this is neither an https, ssh, git or file URL nor a path".into(),
            });
        }
        return secret(text).map(String::from).or_else(|| url(scheme, rest)).map_or(ok, Err);
    }
    if let Some((helper, _)) = text.split_once("::")
        && is_word(helper)
    {
        return Err(format!(
            "`{helper}::` starts a program of git's choice; write an https, ssh or file URL, or a path"
        ));
    }
    if let Some(why) = secret(text) {
        return Err(why.into());
    }
    let first = text.split('/').next().unwrap_or_default();
    if let Some((host, path)) = first.split_once(':') {
        if path.contains('@') {
            return Err(SECRET.into());
        }
        let host = host.rsplit('@').next().unwrap_or_default();
        if host.is_empty() || host.starts_with('-') || text.ends_with(':') {
            return Err("this is not `user@host:path`".into());
        }
        return ok;
    }
    if text.starts_with('~') {
        return Err("`~` is not expanded; write the whole path, or one from the config repository".into());
    }
    if text.split('/').all(|part| part.is_empty() || part == ".") {
        return Err("the source repository and the config repository are always two repositories".into());
    }
    ok
}

/// A fault for each application of a file that passes `check` whose source is the config repository itself.
pub fn of_its_own(text: &[u8], file: &str, is_own: impl Fn(&SourceAddress) -> bool) -> Vec<Fault> {
    let Ok(tree) = Tree::parse(text) else { return Vec::new() };
    let Some(root) = tree.documents.first() else { return Vec::new() };
    let fault = |(at, item): (usize, &Node)| {
        let node = locate::get(item, &["source"])?;
        let address = source(node.as_str()?).ok()?;
        is_own(&address).then(|| Fault {
            file: file.to_string(),
            line: node.line,
            column: node.column,
            key: format!("applications[{at}].source"),
            message: "this is the config repository itself: each promotion would be a new version".to_string(),
            hint: Some(
                "an application is built from another repository; leave `source:` out where there is none".into(),
            ),
        })
    };
    locate::items(root, &["applications"]).iter().enumerate().filter_map(fault).collect()
}

const SECRET: &str = "the address has a password or token in it; take it out and use git's credential helper";

/// What may carry a secret in an address of any form: a password, a token in the user's place, a query, a fragment.
pub fn secret(text: &str) -> Option<&'static str> {
    let parts = match Address::read(text) {
        Address::Folder(path) => {
            return path.split_once('?').is_some_and(|(_, query)| query.contains('=')).then_some(QUERY);
        }
        Address::Unclear(..) => return Some(UNCLEAR),
        Address::Remote(parts) => parts,
    };
    let user = decoded(parts.user_info);
    let odd = |c: char| c.is_whitespace() || ":/@?#".contains(c);
    let names_somebody = parts.scheme.is_none_or(|scheme| scheme == "https");
    if user.contains(odd) || (names_somebody && is_token(&user)) {
        return Some(SECRET);
    }
    match parts.tail.chars().next() {
        Some('?') => Some(QUERY),
        Some(_) => {
            Some("the address has a fragment (`#`), which git does not use and which may be a secret; take it out")
        }
        None => None,
    }
}

const QUERY: &str = "the address has a query, which may carry a token; take it out";
const UNCLEAR: &str = "where the host of this address begins cannot be told; if a password is in it, take it out and use git's credential helper";

/// What is wrong with the rest of a URL.
fn url(scheme: &str, rest: &str) -> Option<String> {
    let authority = rest.split('/').next().unwrap_or_default();
    let (user, host) = authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
    if scheme != "file" && (host.is_empty() || host.starts_with('-') || host.starts_with(':')) {
        return Some("the URL has no host".into());
    }
    if user.is_some_and(|user| user.starts_with('-')) {
        return Some("the user of the URL begins with `-`".into());
    }
    if scheme == "file" && !rest.starts_with('/') {
        return Some("a file URL needs three slashes: `file:///path`".into());
    }
    None
}

/// Whether the user of a URL is a token put in the user's place.
fn is_token(user: &str) -> bool {
    ["ghp_", "gho_", "ghs_", "github_pat_", "glpat-", "gldt-"].iter().any(|prefix| user.starts_with(prefix))
        || user.len() >= 32
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.len() <= 20 && text.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_addresses_are_taken() {
        for good in [
            "https://git.example.com/shop/web.git",
            "https://alice@git.example.com/shop/web.git",
            "https://git.example.com:8443/shop/web.git",
            "ssh://git@git.example.com:2222/shop/web.git",
            "git://git.example.com/web",
            "file:///srv/git/web.git",
            "git@git.example.com:shop/web.git",
            "git.example.com:shop/web.git",
            "/srv/git/web.git",
            "../web",
            "web.git",
        ] {
            assert_eq!(source(good), Ok(SourceAddress(good.into())), "{good}");
        }
    }

    #[test]
    fn an_address_that_runs_a_program_or_holds_a_secret_is_refused_without_showing_it() {
        for bad in [
            "ext::sh -c hunter2",
            "fd::17/hunter2",
            "-uhunter2",
            "--upload-pack=hunter2",
            "https://alice:hunter2@git.example.com/web.git",
            "https://ghp_hunter2@git.example.com/web.git",
            "https://git.example.com/web.git?private_token=hunter2",
            "https://git.example.com/web.git?hunter2",
            "https://git.example.com/web.git#hunter2",
            "https://gitea/web.git?token=a@hunter2",
            "https://alice:hun/hunter2@git.example.com/web.git",
            "https://alice:hun@hunter2@git.example.com/web.git",
            "https://alice:hunter2#@git.example.com/web.git",
            "https://alice:hun?hunter2@git.example.com/web.git",
            "https://alice:hun hunter2@git.example.com/web.git",
            "https://alice%3Ahunter2@git.example.com/web.git",
            "https://hunter2/hunter2@git.example.com/web.git",
            "https://alice:hunter2",
            "https://glpat%2Dhunter2@git.example.com/web.git",
            "ssh://git:hunter2@git.example.com/web.git",
            "git://git:hun/hunter2@git.example.com/web.git",
            "file://alice:hunter2@host/web.git",
            "file:///srv/web.git?private_token=hunter2",
            "alice:hun/hunter2@git.example.com:web.git",
            "git@git.example.com:web.git?private_token=hunter2",
            "ghp_hunter2@git.example.com:web.git",
            "../web?private_token=hunter2",
            "a:b://hunter2",
            "ssh://-ohunter2/web",
            "alice:hunter2@git.example.com:web.git",
            "ftp://hunter2/web",
            "http://git.example.com/hunter2",
            "~/hunter2",
            "./",
            "https:///hunter2",
            " hunter2",
            "https://git.example.com/{hunter2}.git",
        ] {
            let why = source(bad).expect_err(bad);
            assert!(!why.contains("hunter2"), "{why}");
        }
    }
}
