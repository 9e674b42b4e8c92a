//! Which secrets a run of git may speak of: those of the configuration that it saw and of the environment it got.

use crate::domain::secrets::Secrets;
use crate::process::Surroundings;

/// An environment variable or setting shorter than this is a switch, not a secret.
const SHORTEST: usize = 8;

/// The secrets of `listed` (what `git config --list -z` prints) and of the environment: addresses of remotes before and
/// after `insteadOf`, of proxies, in the names of settings; header lines; tokens.
pub(super) fn known(listed: &[u8], surroundings: &Surroundings) -> Secrets {
    let listed = String::from_utf8_lossy(listed);
    let settings: Vec<(&str, &str)> = listed.split('\0').filter_map(|item| item.split_once('\n')).collect();
    let mut addresses: Vec<String> = Vec::new();
    let mut texts: Vec<String> = Vec::new();
    for (key, value) in &settings {
        addresses.push(value.to_string());
        addresses.extend(rewritten(value, &settings));
        // `url.ADDRESS.insteadOf`, `http.ADDRESS.proxy`.
        addresses.extend(between_dots(key).map(str::to_string));
        let last = key.rsplit('.').next().unwrap_or_default();
        if last == "extraheader" {
            let header = value.split_once(':').map_or(*value, |(_, header)| header.trim());
            texts.push(header.to_string());
            texts.extend(header.rsplit(' ').next().map(str::to_string));
        } else if ["token", "password", "pass", "secret"].iter().any(|word| last.ends_with(word)) {
            texts.push(value.to_string());
        } else if last == "helper" {
            texts.extend(of_a_helper(value));
        }
    }
    for (name, value) in &surroundings.variables {
        let (name, value) = (name.to_string_lossy().to_uppercase(), value.to_string_lossy());
        let names_a_file = ["_FILE", "_PATH", "_DIR", "ASKPASS"].iter().any(|end| name.ends_with(end));
        if name.ends_with("_PROXY") {
            addresses.push(value.to_string());
        } else if ["TOKEN", "PASSWORD", "SECRET"].iter().any(|word| name.contains(word))
            && value.len() >= SHORTEST
            && !names_a_file
        {
            texts.push(value.to_string());
        }
    }
    // A key alone or a plain word is no address; `Address` itself tells folders.
    let addresses = addresses.iter().filter(|text| text.contains(['@', '?', '#']) && text.contains(':'));
    Secrets::of(addresses.map(String::as_str), texts.iter().map(String::as_str))
}

/// An address after each `insteadOf` and `pushInsteadOf` that it begins with.
fn rewritten(address: &str, settings: &[(&str, &str)]) -> Vec<String> {
    let base = |key: &str| {
        let key = key.strip_prefix("url.")?;
        key.strip_suffix(".insteadof").or_else(|| key.strip_suffix(".pushinsteadof")).map(str::to_string)
    };
    settings
        .iter()
        .filter(|(_, prefix)| !prefix.is_empty())
        .filter_map(|(key, prefix)| Some(format!("{}{}", base(key)?, address.strip_prefix(prefix)?)))
        .collect()
}

/// `ADDRESS` of `url.ADDRESS.insteadof`.
fn between_dots(key: &str) -> Option<&str> {
    let (_, rest) = key.split_once('.')?;
    Some(rest.rsplit_once('.')?.0)
}

/// What a helper that is a line of shell prints: `!f() { echo password=...; }; f`.
fn of_a_helper(line: &str) -> Vec<String> {
    let words = line.split(|c: char| c.is_whitespace() || "'\";".contains(c));
    words.filter_map(|word| Some(word.strip_prefix("password=")?.to_string())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(listed: &str, said: &str) -> String {
        let listed: String = listed.split_terminator('|').map(|item| item.replacen(' ', "\n", 1) + "\0").collect();
        known(listed.as_bytes(), &Surroundings::default()).out_of(said)
    }

    #[test]
    fn every_setting_with_an_address_is_known() {
        for listed in [
            "remote.origin.url https://mei:S3CRET/x@h.example/x|",
            "remote.origin.pushurl https://h.example/x?private_token=S3CRET|",
            "remote.o.r.url ssh://mei:S3CRET@h.example/x|",
            "branch.main.remote https://S3CRET@h.example/x|",
            "http.proxy http://mei:S3CRET@proxy.example:3128|",
            "url.https://mei:S3CRET@h.example/.insteadof gh:|remote.origin.url gh:x|",
            "url.https://mei:S3.insteadof gh:|remote.origin.url gh:CRET/S3CRET@h.example/x|",
            "http.https://S3CRET@h.example/.proxy off|",
            "http.extraheader Authorization: Bearer S3CRET|",
            "github.token S3CRET|",
            "credential.helper !f() { echo password=S3CRET; }; f|",
        ] {
            assert_eq!(cleaned(listed, "it is S3CRET").replace("***", ""), "it is ".to_string(), "{listed}");
        }
    }

    #[test]
    fn the_environment_gives_proxies_and_tokens() {
        let variables = [
            ("http_proxy", "http://mei:S3CRET@proxy:1"),
            ("CI_JOB_TOKEN", "glcbt-64_x"),
            ("A_TOKEN_FILE", "/run/secrets/x"),
        ];
        let surroundings = Surroundings {
            variables: variables.map(|(name, value)| (name.into(), value.into())).into(),
            ..Surroundings::default()
        };
        let said = known(b"", &surroundings).out_of("S3CRET, glcbt-64_x, /run/secrets/x");
        assert_eq!(said, "***, ***, /run/secrets/x");
    }

    #[test]
    fn plain_settings_take_nothing_out() {
        let listed = "user.name Mei|user.email mei@example.com|core.bare false|remote.origin.url git@h.example:shop/x|alias.l log|";
        let said = "Mei mei@example.com false git@h.example:shop/x log";
        assert_eq!(cleaned(listed, said), said);
    }
}
