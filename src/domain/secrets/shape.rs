//! Secrets by their shape: of addresses that nobody knows beforehand, of parameters, and of header lines.

use super::super::address::{Address, shown};

/// What stands where a secret was.
pub(super) const GONE: &str = "***";

/// Parameters of an address that say which part or version is meant. Any other may carry a token.
const HARMLESS: [&str; 6] = ["ref", "version", "timeout", "submodules", "depth", "service"];

/// Names whose value is a secret, in `name=value` and `name: value`.
const NAMES: [&str; 14] = [
    "token",
    "key",
    "apikey",
    "password",
    "passwd",
    "passphrase",
    "secret",
    "signature",
    "sig",
    "credential",
    "credentials",
    "authorization",
    "cookie",
    "policy",
];

/// `text` without the secrets of every address in it (users, passwords, queries, fragments) and without the values of
/// parameters, settings and headers whose name says that they are secret. An address in quotes ends with the quotes.
pub fn without_secrets(text: &str) -> String {
    text.split_inclusive('\n').map(|line| values(&logins(&addresses(line)))).collect()
}

/// The URLs of a line as they may be shown.
fn addresses(line: &str) -> String {
    let is_scheme = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find("://") {
        let begin =
            rest[..at].rfind(|c| !is_scheme(c)).map_or(0, |c| c + rest[c..].chars().next().map_or(1, char::len_utf8));
        let (before, from) = rest.split_at(begin);
        let end = end_of_address(before.chars().next_back(), from, at - begin + 3);
        let (address, after) = from.split_at(end);
        out.push_str(before);
        out.push_str(&shown_by_shape(address));
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Where the address at the beginning of `text` ends; `quote` stands in front of it, `head` is the length of `scheme://`.
fn end_of_address(quote: Option<char>, text: &str, head: usize) -> usize {
    let closing = match quote {
        Some(quote @ ('\'' | '"' | '`')) => Some(quote),
        Some('<') => Some('>'),
        _ => None,
    };
    if let Some(end) = closing.and_then(|closing| text.find(closing)) {
        return end;
    }
    let word = |from: usize| {
        text[from..].find(|c: char| c.is_whitespace() || "'\"`<>".contains(c)).map_or(text.len(), |n| from + n)
    };
    let end = word(head);
    let clear = !matches!(Address::read(&text[..end]), Address::Unclear(..));
    let more = &text[end..text[head..].find("://").map_or(text.len(), |next| head + next)];
    match more.rfind('@') {
        // A password with a blank in it goes on to its `@`.
        Some(at) if !clear && end > head => word(end + at),
        _ => head + text[head..end].trim_end_matches(['.', ',', ';', ':', '!', ')', ']']).len(),
    }
}

/// One URL of unknown origin. What cannot be an address (`https://`, `https://<host>`) stays.
fn shown_by_shape(address: &str) -> String {
    match Address::read(address) {
        Address::Unclear(_, rest) if !rest.contains([':', '@', '?', '#']) => address.to_string(),
        Address::Remote(parts) if says_which(parts.tail) => shown(address) + parts.tail,
        _ => shown(address),
    }
}

/// Whether the query of an address only says which part or version is meant (`?ref=v1`), as addresses of Kustomize do.
pub fn says_which(tail: &str) -> bool {
    let Some(query) = tail.strip_prefix('?') else { return false };
    !query.contains('#') && query.split('&').all(|one| HARMLESS.contains(&one.split('=').next().unwrap_or_default()))
}

/// The words of a line of the form `user:password@host` without user and password. `name:tag@sha256:...` is an image.
fn logins(line: &str) -> String {
    let is_blank = |c: char| c.is_whitespace() || "'\"`<>(),".contains(c);
    line.split_inclusive(is_blank)
        .map(|word| {
            let end = word.trim_end_matches(is_blank).len();
            let Some((user_info, host)) = word[..end].rsplit_once('@') else { return word.to_string() };
            let named = user_info.split_once(':').is_some_and(|(user, password)| {
                !user.is_empty() && !password.is_empty() && !user.contains('/') && user != "mailto"
            });
            let digest = ["sha256:", "sha384:", "sha512:"].iter().any(|algorithm| host.starts_with(algorithm));
            if named && !digest && !user_info.contains("://") && !host.is_empty() {
                format!("{host}{}", &word[end..])
            } else {
                word.to_string()
            }
        })
        .collect()
}

/// The values of a line whose name says that they are secret: `private_token=...`, `Authorization: Basic ...`.
fn values(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find(['=', ':']) {
        let (before, after) = (&rest[..at], &rest[at + 1..]);
        let begin = before.rfind(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).map_or(0, |c| c + 1);
        let name = before.get(begin..).unwrap_or(before).to_lowercase();
        let is_header = rest[at..].starts_with(':');
        out.push_str(&rest[..=at]);
        rest = after;
        if !is_secret_name(&name, is_header) {
            continue;
        }
        let blank = after.len() - after.trim_start_matches(' ').len();
        let end = if is_header {
            after.find(['\n', '\r', '\'', '"']).unwrap_or(after.len())
        } else {
            after.find(|c: char| c.is_whitespace() || "&'\"`<>;,".contains(c)).unwrap_or(after.len())
        };
        let value = after[..end].trim();
        // In prose a colon is a colon: "invalid token: expired". A header's name has a hyphen or is one of HTTP's own.
        if !value.is_empty() && (blank > 0) == is_header {
            out.push_str(&after[..blank]);
            out.push_str(GONE);
            rest = &after[end..];
        }
    }
    out.push_str(rest);
    out
}

fn is_secret_name(name: &str, is_header: bool) -> bool {
    let last = name.rsplit(['-', '_', '.']).next().unwrap_or(name);
    if is_header {
        return ["authorization", "proxy-authorization", "cookie", "set-cookie"].contains(&name)
            || (name.contains('-') && ["token", "key", "apikey", "secret", "password"].contains(&last));
    }
    NAMES.contains(&last) || name.starts_with("x-amz-")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_unknown_address_loses_its_secret_by_its_shape() {
        for (text, wanted) in [
            (
                "warning: redirecting to https://o.example/x.git?sig=S3CRET&a=b",
                "warning: redirecting to https://o.example/x.git",
            ),
            ("fatal: 'https://me:p@ss@example.com/x.git/': 403", "fatal: 'https://example.com/x.git/': 403"),
            ("proxy http://me:S3CRET@proxy.example:3128, gone", "proxy http://proxy.example:3128, gone"),
            ("at http://me:S3C RET@proxy.example:3128 now", "at http://proxy.example:3128 now"),
            ("(https://S3CRET@h.example/x).", "(https://h.example/x)."),
            ("ssh: me:S3CRET@h.example:x failed", "ssh: h.example:x failed"),
            (
                "> GET /x.git/info/refs?private_token=S3CRET&service=x HTTP/1.1",
                "> GET /x.git/info/refs?private_token=***&service=x HTTP/1.1",
            ),
            ("=> Send header: Authorization: Basic S3CRET==", "=> Send header: Authorization: ***"),
            ("http.extraHeader=PRIVATE-TOKEN: S3CRET", "http.extraHeader=PRIVATE-TOKEN: ***"),
            ("password=S3CRET", "password=***"),
        ] {
            assert_eq!(without_secrets(text), wanted);
        }
    }

    #[test]
    fn what_holds_no_secret_stays_as_it_is() {
        for text in [
            "write `https://`, or `ssh://git@h.example/x`",
            "there is `https://github.com/org/base//x?ref=v1`",
            "registry.example.com:5000/shop/web:v1@sha256:0123 is at 12:30",
            "mail a@b.c or mailto:a@b.c",
            "remote: error: invalid token: expired",
            "https://HOST/PATH and https://<host>/x",
            "git@h.example:shop/web.git: no such host",
            "a\nb\r\n",
        ] {
            assert_eq!(without_secrets(text), text);
        }
    }

    proptest! {
        #[test]
        fn any_text_can_be_read(text in any::<String>()) {
            let once = without_secrets(&text);
            prop_assert_eq!(without_secrets(&once).is_empty(), text.is_empty());
        }
    }
}
