//! The address of a repository: what of it may be shown (scheme, host, port, path), and what of it may be a secret.

/// Whose repository an address leads to, as far as that can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whose {
    /// The config repository's own, or nothing is known that speaks against it.
    Ours,
    /// Perhaps another one.
    CannotTell,
    Another,
}

/// An address taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address<'a> {
    /// A path of this machine: nothing in it is a secret.
    Folder(&'a str),
    /// A URL or `host:path`.
    Remote(Parts<'a>),
    /// Where the host begins cannot be told, so that all of it may be a secret. With what stands before it: `https://`.
    Unclear(&'a str, &'a str),
}

/// The parts of a remote address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts<'a> {
    /// Without `://`; none for `host:path`.
    pub scheme: Option<&'a str>,
    /// User and password as they are written, without the `@`.
    pub user_info: &'a str,
    /// With its port.
    pub host: &'a str,
    /// Without the colon that begins it in `host:path`.
    pub path: &'a str,
    /// Query and fragment, with the character that begins them.
    pub tail: &'a str,
}

impl<'a> Address<'a> {
    /// Takes `text` apart. Passwords are often written with the characters that would end them (`/`, `@`, `?`, `#`): what
    /// may be a secret in any sensible reading is one here, even where git itself would read the address otherwise.
    pub fn read(text: &'a str) -> Self {
        let Some(at) = text.find("://").filter(|at| is_scheme(&text[..*at])) else { return short(text) };
        let (scheme, rest) = (&text[..at], &text[at + 3..]);
        let Some(start) = host_start(rest, scheme.ends_with("file")) else {
            return Address::Unclear(&text[..at + 3], rest);
        };
        let after = &rest[start..];
        let (authority, more) = after.split_at(authority_end(after));
        let (path, tail) = more.split_at(more.find(['?', '#']).unwrap_or(more.len()));
        let user_info = rest[..start].strip_suffix('@').unwrap_or_default();
        Address::Remote(Parts { scheme: Some(scheme), user_info, host: authority, path, tail })
    }
}

impl<'a> Parts<'a> {
    /// The user where it tells who logs in and is no secret: a plain name in front of an ssh host (`git@host`).
    pub fn plain_user(&self) -> Option<&'a str> {
        let name = self.user_info.split(':').next().unwrap_or_default();
        let over_ssh = self.scheme.is_none_or(|scheme| scheme.contains("ssh"));
        (over_ssh && is_plain_name(name)).then_some(name)
    }
}

/// The address as it may be shown: scheme, host, port and path, and the plain user of an ssh address. A query or fragment
/// goes whole: nobody knows the names of all the parameters that carry tokens. Control characters become blanks.
pub fn shown(text: &str) -> String {
    let out = match Address::read(text) {
        Address::Folder(path) => path.to_string(),
        Address::Unclear(before, _) => format!("{before}***"),
        Address::Remote(parts) => {
            let user = parts.plain_user().map_or(String::new(), |user| format!("{user}@"));
            let (host, path) = (parts.host, parts.path);
            match parts.scheme {
                Some(scheme) => format!("{scheme}://{user}{host}{path}"),
                None => format!("{user}{host}:{path}"),
            }
        }
    };
    out.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// A login name as people and servers have them; tokens are longer, or have capitals and digits of all kinds.
fn is_plain_name(text: &str) -> bool {
    let known = ["ghp_", "gho_", "ghs_", "ghu_", "github_pat_", "glpat-", "gldt-", "glcbt-", "xox"];
    (1..=24).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c))
        && text.chars().filter(char::is_ascii_digit).count() <= 4
        && !known.iter().any(|prefix| text.starts_with(prefix))
}

/// `https`, or `git::https` with the helper of git that is asked.
fn is_scheme(text: &str) -> bool {
    text.split("::")
        .all(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c)))
}

/// `user@host:path`, or a folder: a path, a drive of Windows, a name without a colon.
fn short(text: &str) -> Address<'_> {
    if let Some(at) = text.find("::").filter(|at| is_scheme(&text[..*at])) {
        return Address::Unclear(&text[..at + 2], &text[at + 2..]);
    }
    let Some(colon) = text.find(':').filter(|colon| !text[..*colon].contains('/')) else {
        return Address::Folder(text);
    };
    if is_drive(text) {
        return Address::Folder(text);
    }
    let remote = |start: usize, host: usize, path: usize| {
        let (path, tail) = text[path..].split_at(text[path..].find(['?', '#']).unwrap_or(text.len() - path));
        let user_info = text[..start].strip_suffix('@').unwrap_or_default();
        Address::Remote(Parts { scheme: None, user_info, host: &text[start..host], path, tail })
    };
    // `git@[::1]:path`: the colons in brackets begin no path.
    let start = text[..colon].rfind('@').map_or(0, |at| at + 1);
    if text[start..].starts_with('[') {
        return match text.find("]:") {
            Some(end) => remote(start, end + 1, end + 2),
            None => Address::Unclear("", text),
        };
    }
    let last = text.rfind('@').map_or(0, |at| at + 1);
    if start > 0 || last == 0 {
        return remote(start, colon, colon + 1);
    }
    // An `@` behind the first colon: `user:password@host:path`, or a path with an `@` in it.
    match text[last..].find(':') {
        Some(end) if host(&text[last..last + end]) != Host::No => remote(last, last + end, last + end + 1),
        _ if host(&text[..colon]) == Host::Sure => remote(0, colon, colon + 1),
        _ => Address::Unclear("", text),
    }
}

/// `C:\web`, but not `u:password@host:web`.
fn is_drive(text: &str) -> bool {
    let mut chars = text.chars();
    if !chars.next().is_some_and(|c| c.is_ascii_alphabetic()) || chars.next() != Some(':') {
        return false;
    }
    let path = chars.as_str();
    !path.contains('@') || (path.starts_with(['/', '\\']) && !path.contains(':'))
}

/// Whether a text can be a host, with or without a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Host {
    No,
    /// A word without a dot: a host of the house, or a piece of a password.
    Maybe,
    Sure,
}

fn host(text: &str) -> Host {
    if let Some(inner) = text.strip_prefix('[') {
        let Some((ip, port)) = inner.split_once(']') else { return Host::No };
        let is_ip = ip.contains(':') && ip.chars().all(|c| c.is_ascii_hexdigit() || ":.%".contains(c));
        let port = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
        return if is_ip && port { Host::Sure } else { Host::No };
    }
    let (name, port) = text.split_once(':').unwrap_or((text, ""));
    if name.is_empty() || !is_port(port) || !name.chars().all(|c| c.is_alphanumeric() || "-._".contains(c)) {
        return Host::No;
    }
    let labels: Vec<&str> = name.trim_end_matches('.').split('.').collect();
    let last = labels.last().copied().unwrap_or_default();
    let usual = labels.len() > 1 && labels.iter().all(|label| !label.is_empty()) && name == name.to_lowercase();
    let named = last.len() > 1 && last.chars().all(char::is_alphabetic);
    let numbered = labels.len() == 4 && labels.iter().all(|label| label.parse::<u8>().is_ok());
    if name == "localhost" || (usual && (named || numbered || last.starts_with("xn--"))) {
        Host::Sure
    } else {
        Host::Maybe
    }
}

fn is_port(text: &str) -> bool {
    text.len() <= 5 && text.chars().all(|c| c.is_ascii_digit())
}

fn authority_end(text: &str) -> usize {
    text.find(['/', '?', '#']).unwrap_or(text.len())
}

/// Where the host begins in what follows `://`; `None` where two readings are possible and one would show a secret.
fn host_start(rest: &str, file: bool) -> Option<usize> {
    let mut start = 0;
    loop {
        let after = &rest[start..];
        let end = authority_end(after);
        if let Some(at) = after[..end].rfind('@') {
            start += at + 1;
            continue;
        }
        let this = if end == 0 && file { Host::Sure } else { host(&after[..end]) };
        let path_end = after[end..].find(['?', '#']).map_or(after.len(), |tail| end + tail);
        let in_path = after[end..path_end].rfind('@').map(|at| end + at + 1);
        if this == Host::No {
            // Not a host, so a piece of a password: it ends at an `@` further on.
            start += after[end..].find('@').map(|at| end + at + 1)?;
        } else if let Some(next) = in_path {
            // Either the path has an `@`, or a password has a `/`. From the last `@` on nothing is secret in both readings.
            let then = host(&after[next..next + authority_end(&after[next..])]);
            if this == Host::Sure && (start == 0 || then != Host::Sure) {
                break;
            }
            start += next;
        } else if after[path_end..].contains('@') && this != Host::Sure {
            return None;
        } else {
            break;
        }
    }
    Some(start)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_shown_is_scheme_host_port_and_path() {
        for (text, wanted) in [
            ("https://git.example.com:8443/shop/web.git", "https://git.example.com:8443/shop/web.git"),
            ("https://s3c@git.example.com/web.git", "https://git.example.com/web.git"),
            ("https://mei:s3c@git.example.com/web.git", "https://git.example.com/web.git"),
            ("https://mei:s3c/s3c@git.example.com/web", "https://git.example.com/web"),
            ("https://mei:s3c@s3c@git.example.com/web", "https://git.example.com/web"),
            ("https://mei:s3c@s3c/s3c@git.example.com/web", "https://git.example.com/web"),
            ("https://mei:s3c#s3c@git.example.com/web", "https://git.example.com/web"),
            ("https://mei:s3c?s3c=s3c@git.example.com/web", "https://git.example.com/web"),
            ("https://mei:s3c s3c@git.example.com/web", "https://git.example.com/web"),
            ("https://mei:s3c%2Fs3c@git.example.com/web", "https://git.example.com/web"),
            ("https://s3c/s3c@git.example.com/web", "https://git.example.com/web"),
            ("http://mei:s3c/s3c@127.0.0.1:1/x.git", "http://127.0.0.1:1/x.git"),
            ("https://mei:s3c/s3c@git/web", "https://git/web"),
            ("https://mei:s3c@[::1]:3000/web", "https://[::1]:3000/web"),
            ("https://git.example.com/web.git?private_token=s3c", "https://git.example.com/web.git"),
            ("https://git.example.com/web.git?a=s3c@s3c", "https://git.example.com/web.git"),
            ("https://mei:s3c@git.example.com/web?token=s3c#s3c", "https://git.example.com/web"),
            ("https://mei:s3c/s3c@git.example.com/web?token=s3c@s3c", "https://git.example.com/web"),
            ("https://git.example.com/web.git#s3c", "https://git.example.com/web.git"),
            ("https://git.example.com/team@home/web", "https://git.example.com/team@home/web"),
            ("https://gitea:3000/web.git?token=s3c@s3c", "https://***"),
            ("ssh://git:s3c@git.example.com:22/web", "ssh://git@git.example.com:22/web"),
            ("ssh://git@git.example.com/~mei/web", "ssh://git@git.example.com/~mei/web"),
            ("ssh://glpat-s3c@git.example.com/web", "ssh://git.example.com/web"),
            ("ssh://S3cs3c@git.example.com/web", "ssh://git.example.com/web"),
            ("ftp://mei:s3c@git.example.com/web", "ftp://git.example.com/web"),
            ("file:///srv/team@home/web.git", "file:///srv/team@home/web.git"),
            ("file://mei:s3c@host/srv/web.git", "file://host/srv/web.git"),
            ("file:///srv/web.git?token=s3c", "file:///srv/web.git"),
            ("git::https://mei:s3c@git.example.com/web", "git::https://git.example.com/web"),
            ("ext::ssh -i s3c %S", "ext::***"),
            ("git@git.example.com:shop/web.git", "git@git.example.com:shop/web.git"),
            ("git@host:shop/a@b.git", "git@host:shop/a@b.git"),
            ("git@[::1]:shop/web.git", "git@[::1]:shop/web.git"),
            ("mei:s3c@host:shop/web.git", "mei@host:shop/web.git"),
            ("mei:s3c/s3c@git.example.com:web", "mei@git.example.com:web"),
            ("mei:s3c@host", "***"),
            ("mei:s3c::s3c@host:web", "mei@host:web"),
            ("mei:s3c://s3c@host:web", "mei@host:web"),
            ("git@host:web.git?private_token=s3c", "git@host:web.git"),
            ("https://mei:s3c", "https://***"),
            ("../web", "../web"),
            ("/srv/a:b@c", "/srv/a:b@c"),
            ("C:\\web@home", "C:\\web@home"),
            ("u:/s3c@host:web", "u@host:web"),
            ("", ""),
        ] {
            assert_eq!(shown(text), wanted, "{text}");
        }
    }

    #[test]
    fn a_host_is_told_from_a_piece_of_a_password_where_that_is_possible() {
        for text in
            ["git.example.com", "git.example.com:8443", "localhost:", "127.0.0.1:1", "[::1]:2", "bücher.example."]
        {
            assert_eq!(host(text), Host::Sure, "{text}");
        }
        for text in ["gitea", "gitea:3000", "TOK.EN", "a.1"] {
            assert_eq!(host(text), Host::Maybe, "{text}");
        }
        for text in ["", "mei:s3cret", "a b", "host:123456", "p%40", "[x]"] {
            assert_eq!(host(text), Host::No, "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_the_password_is_it_is_not_shown(
            before in "[ -~]{0,6}", after in "[ -~]{0,6}", user in "[a-z]{0,4}",
            host in prop::sample::select(vec!["git.example.com", "127.0.0.1:1", "gitea", "[::1]:2"]),
        ) {
            for text in [
                format!("https://{user}:{before}S3CRET{after}@{host}/shop/web.git"),
                format!("https://{user}:{before}S3CRET{after}@{host}/shop/web.git?x={before}S3CRET"),
            ] {
                let found = shown(&text);
                prop_assert!(!found.contains("S3CRET"), "{} of {}", found, text);
            }
        }

        #[test]
        fn what_is_shown_is_shown_the_same_again(rest in "[a-z:/@?#.%S ]{0,24}") {
            let text = format!("https://{rest}");
            let once = shown(&text);
            prop_assert_eq!(shown(&once), once.clone(), "{}", text);
        }
    }
}
