//! Which source addresses a run goes to, and where it finds them: what whoever runs a server, or a job, says beside the rules.

use std::collections::BTreeMap;

use super::names::AppName;
use super::settings::SourceAddress;

/// Which kinds of addresses are gone to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// Any that git takes: whoever runs this may go there by himself.
    #[default]
    Anywhere,
    /// Only `https` and `ssh`: the addresses are of others, who could have this machine look into itself.
    Remotes,
}

/// What is done with the address of a source before it is gone to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourceRules {
    /// In place of an application's own: a checkout, for one.
    pub by_application: BTreeMap<AppName, SourceAddress>,
    /// Beginnings of addresses, each with what stands for it; the first that fits counts, and may be anywhere.
    pub mapped: Vec<(String, String)>,
    pub reach: Reach,
}

impl SourceRules {
    /// Where the source of an application is.
    ///
    /// # Errors
    /// Why it is not gone to.
    pub fn place(&self, app: &AppName, address: &SourceAddress) -> Result<SourceAddress, String> {
        if let Some(own) = self.by_application.get(app) {
            return Ok(own.clone());
        }
        let fits =
            |(from, to): &(String, String)| address.0.strip_prefix(from.as_str()).map(|rest| format!("{to}{rest}"));
        if let Some(mapped) = self.mapped.iter().find_map(fits) {
            // What follows the beginning stays below what stands for it.
            let climbs = mapped.split('/').any(|part| part == "..");
            return if climbs {
                Err("it leaves the folder that it is mapped to".to_string())
            } else {
                Ok(SourceAddress(mapped))
            };
        }
        if self.reach == Reach::Anywhere || is_remote(&address.0) {
            return Ok(address.clone());
        }
        Err("it is neither `https` nor `ssh`, and nothing maps it (`sources:` of the hook's settings)".to_string())
    }
}

/// Whether an address is another machine's, by a protocol that says who is asked. The loopback is this machine.
fn is_remote(address: &str) -> bool {
    let host = match address.split_once("://") {
        Some(("https" | "ssh", rest)) => rest.split(['/', '?', '#']).next().unwrap_or_default(),
        Some(_) => return false,
        // `git@host:path`, as git reads it.
        None => match address.split_once(':') {
            Some((host, path)) if !host.contains('/') && !host.starts_with('-') && !path.starts_with(':') => host,
            _ => return false,
        },
    };
    let host = host.rsplit('@').next().unwrap_or_default();
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let is_here = match name.parse::<std::net::IpAddr>() {
        Ok(ip) => {
            ip.is_loopback() || ip.is_unspecified() || matches!(ip, std::net::IpAddr::V4(four) if four.is_link_local())
        }
        Err(_) => name.eq_ignore_ascii_case("localhost") || name.to_ascii_lowercase().ends_with(".localhost"),
    };
    !name.is_empty() && !is_here
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(rules: &SourceRules, address: &str) -> Result<String, String> {
        rules.place(&AppName::new("web").unwrap(), &SourceAddress(address.into())).map(|place| place.0)
    }

    #[test]
    fn a_server_goes_to_other_machines_alone() {
        let remotes = SourceRules { reach: Reach::Remotes, ..SourceRules::default() };
        for good in ["https://git.example.com/a.git", "ssh://git@git.example.com:22/a", "git@git.example.com:a/b.git"] {
            assert_eq!(place(&remotes, good).as_deref(), Ok(good));
        }
        for bad in [
            "/srv/secret",
            "../web",
            "file:///srv/secret",
            "http://git.example.com/a",
            "git://git.example.com/a",
            "https://localhost/a",
            "https://127.0.0.1:8080/a",
            "https://[::1]/a",
            "https://u@127.1.2.3/a",
            "ssh://0.0.0.0/a",
            "https://169.254.169.254/latest",
            "x.localhost:a",
            "ext::sh -c id",
            "-oProxyCommand=id:x",
            "https:///a",
        ] {
            assert!(place(&remotes, bad).is_err(), "{bad}");
        }
        assert!(place(&SourceRules::default(), "/srv/web").is_ok());
    }

    #[test]
    fn what_is_mapped_goes_where_it_is_mapped_to_and_nowhere_above() {
        let mapped = vec![("https://git.example.com/".to_string(), "/srv/git/".to_string())];
        let rules = SourceRules { mapped, reach: Reach::Remotes, ..SourceRules::default() };
        assert_eq!(place(&rules, "https://git.example.com/shop/web.git").as_deref(), Ok("/srv/git/shop/web.git"));
        assert!(place(&rules, "https://git.example.com/../../etc").is_err());
        assert_eq!(place(&rules, "https://other.example.com/a").as_deref(), Ok("https://other.example.com/a"));
    }

    #[test]
    fn a_checkout_stands_for_the_source_of_its_application() {
        let by_application = BTreeMap::from([(AppName::new("web").unwrap(), SourceAddress("/work/web".into()))]);
        let rules = SourceRules { by_application, reach: Reach::Remotes, ..SourceRules::default() };
        assert_eq!(place(&rules, "https://git.example.com/web").as_deref(), Ok("/work/web"));
    }
}
