//! The only HTTP client: one server, the proxy that it is reached through, bounded times and sizes, and no redirects.

pub mod fence;
pub mod patience;
pub mod public;

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ureq::config::Config;
use ureq::http::Uri;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::{Connector as _, DefaultConnector};
use ureq::{Agent, Proxy};

use fence::{Fenced, PublicOnly, Reach, Witness};

/// A server that takes longer than this to answer a call is told as one that does not answer.
const LIMIT: Duration = Duration::from_secs(30);
const CONNECT: Duration = Duration::from_secs(10);
/// More than this no interface answers; a page of a hundred requests has about one megabyte.
const LARGEST: u64 = 8 << 20;

/// The name by which servers know us.
const AGENT: &str = concat!("stageline/", env!("CARGO_PKG_VERSION"));

/// What a call does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
    Patch,
    Put,
    Delete,
}

/// One call. Headers may hold secrets.
pub struct Call<'c> {
    pub method: Method,
    pub url: &'c str,
    pub headers: &'c [(&'static str, String)],
    /// JSON.
    pub body: Option<String>,
}

/// What was answered.
#[derive(Debug, Clone, Default)]
pub struct Reply {
    pub status: u16,
    /// The headers that were asked for, in small letters.
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

impl Reply {
    /// A header by its name in small letters.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Nobody answered to the end; whether the call was carried out is not known.
    NoAnswer(String),
    /// The other side cannot be spoken to at all: to try again changes nothing.
    Refused(String),
    /// Nobody who is trusted says that the other side is who it says it is.
    Untrusted(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::NoAnswer(why) | Fault::Refused(why) => f.write_str(why),
            Fault::Untrusted(why) => write!(f, "its certificate is not trusted: {why}"),
        }
    }
}

impl Fault {
    /// Whether it may be otherwise in a moment.
    pub fn may_pass(&self) -> bool {
        matches!(self, Fault::NoAnswer(_))
    }

    /// What whoever meets it can do.
    pub fn hint(&self) -> &'static str {
        match self {
            Fault::Untrusted(_) => {
                "an authority of your own is trusted by `SSL_CERT_FILE=ca.pem`, or among the system's"
            }
            Fault::NoAnswer(_) | Fault::Refused(_) => "run the same command again; `--wait-for-forge 5m` waits longer",
        }
    }
}

/// A client for one server.
pub struct Client {
    agent: Agent,
    limit: Duration,
    has_sent: Arc<AtomicBool>,
}

/// Where an address leads, by the very reader that a call goes by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// In small letters, as is the host.
    pub scheme: String,
    pub host: String,
    /// Where the address names one.
    pub port: Option<u16>,
}

impl Place {
    /// `None`: this is no address with a host, or it has a user in it.
    pub fn of(url: &str) -> Option<Self> {
        let uri: Uri = url.parse().ok()?;
        let authority = uri.authority().filter(|authority| !authority.as_str().contains('@'))?;
        let host = authority.host().to_ascii_lowercase();
        let has_port = authority.as_str().len() > host.len();
        let port = authority.port_u16();
        let is_whole = !host.is_empty() && has_port == port.is_some();
        is_whole.then_some(Self { scheme: uri.scheme_str()?.to_ascii_lowercase(), host, port })
    }
}

impl Client {
    /// A client for the server of an address, by the variables that users of git and curl know: `HTTPS_PROXY`, `HTTP_PROXY` (in
    /// small letters alone, as curl has it: a server that runs us may be told the other by whoever asks it), `ALL_PROXY`, `NO_PROXY`.
    ///
    /// # Errors
    /// The proxy has no address that can be read.
    pub fn new(url: &str, variables: &BTreeMap<OsString, OsString>) -> Result<Self, Fault> {
        Self::within(url, variables, Reach::Anywhere, LIMIT)
    }

    /// The same for an address that others have chosen: it goes only to machines within reach, and takes so long at most. Through a
    /// proxy it is the proxy that looks the name up, and that has to keep to what it may reach.
    ///
    /// # Errors
    /// The proxy has no address that can be read.
    pub fn within(
        url: &str,
        variables: &BTreeMap<OsString, OsString>,
        reach: Reach,
        limit: Duration,
    ) -> Result<Self, Fault> {
        let proxy = match proxy(url, variables) {
            Some(address) => Some(
                Proxy::new(address)
                    .map_err(|_| Fault::Refused("the address of the proxy cannot be read: see `HTTPS_PROXY`".into()))?,
            ),
            None => None,
        };
        let is_direct = proxy.is_none();
        let has_sent = Arc::new(AtomicBool::new(false));
        let connector = DefaultConnector::default().chain(Witness(Arc::clone(&has_sent)));
        let config = config(proxy, limit);
        let agent = match reach {
            Reach::Public if is_direct => Agent::with_parts(config, connector, PublicOnly::default()),
            _ => Agent::with_parts(config, connector, DefaultResolver::default()),
        };
        Ok(Self { agent, limit, has_sent })
    }

    /// Whether anything of a call has left for the server: before that, it has been told nothing.
    pub fn has_sent(&self) -> bool {
        self.has_sent.load(Ordering::Relaxed)
    }

    /// Makes one call. A redirect is an answer like any other: a token goes nowhere but where it was meant to.
    pub fn call(&self, call: &Call<'_>) -> Result<Reply, Fault> {
        let method = match call.method {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Patch => "PATCH",
            Method::Put => "PUT",
            Method::Delete => "DELETE",
        };
        let mut request = ureq::http::Request::builder().method(method).uri(call.url);
        for (name, value) in call.headers {
            request = request.header(*name, value.as_str());
        }
        let unfit = |_| Fault::Refused("an address or a header cannot be sent as it is".into());
        let answer = match &call.body {
            Some(body) => {
                let request = request.header("Content-Type", "application/json").body(body.as_str()).map_err(unfit)?;
                self.agent.run(request)
            }
            None => self.agent.run(request.body(()).map_err(unfit)?),
        };
        let answer = answer.map_err(|error| told(error, self.limit))?;
        let headers = answer
            .headers()
            .iter()
            .filter_map(|(name, value)| Some((name.as_str().to_ascii_lowercase(), value.to_str().ok()?.to_string())));
        let (status, headers) = (answer.status().as_u16(), headers.collect());
        let body = answer.into_body().into_with_config().limit(LARGEST).read_to_vec();
        let body = body.map_err(|error| told(error, self.limit))?;
        Ok(Reply { status, headers, body })
    }
}

/// Why a call failed, in words that say nothing of what was sent.
fn told(error: ureq::Error, limit: Duration) -> Fault {
    use ureq::Error::{BadUri, BodyExceedsLimit, ConnectionFailed, HostNotFound, Io, Other, Rustls, Timeout, Tls};
    match error {
        Timeout(_) => Fault::NoAnswer(format!("no answer within {} seconds", limit.as_secs())),
        HostNotFound => Fault::NoAnswer("the host is not known".into()),
        ConnectionFailed => Fault::NoAnswer("no connection".into()),
        Io(error) if is_about_trust(&error) => Fault::Untrusted(error.to_string()),
        Io(error) => Fault::NoAnswer(broken(error.kind())),
        Rustls(error) => Fault::Untrusted(error.to_string()),
        Tls(what) => Fault::Refused(what.to_string()),
        Other(error) if error.is::<Fenced>() => Fault::Refused(error.to_string()),
        BadUri(_) => Fault::Refused("the address cannot be read".into()),
        BodyExceedsLimit(_) => Fault::Refused(format!("it answers with more than {} megabytes", LARGEST >> 20)),
        other => Fault::NoAnswer(format!("what came back is no answer ({})", kind(&other))),
    }
}

fn config(proxy: Option<Proxy>, limit: Duration) -> Config {
    let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_global(Some(limit))
        .timeout_connect(Some(CONNECT.min(limit)))
        .proxy(proxy)
        .tls_config(tls)
        .user_agent(AGENT)
        .build()
}

/// A kind of error in words. That of a name that leads nowhere has none of its own.
fn broken(kind: io::ErrorKind) -> String {
    let words = kind.to_string();
    if words.starts_with("uncategorized") { "the host is not known, or cannot be reached".to_string() } else { words }
}

fn is_about_trust(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::InvalidData && error.to_string().to_lowercase().contains("certificate")
}

/// The first word of an error, which has nothing of the call in it.
fn kind(error: &ureq::Error) -> String {
    format!("{error:?}").chars().take_while(char::is_ascii_alphabetic).collect()
}

/// The proxy for an address; `None`: it is reached directly.
fn proxy<'v>(url: &str, variables: &'v BTreeMap<OsString, OsString>) -> Option<&'v str> {
    let value = |name: &str| variables.get(OsStr::new(name))?.to_str().map(str::trim).filter(|value| !value.is_empty());
    let (scheme, rest) = url.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let either = |names: [&str; 2]| names.into_iter().find_map(value);
    if either(["no_proxy", "NO_PROXY"]).is_some_and(|list| list.split(',').any(|one| is_meant(one.trim(), host))) {
        return None;
    }
    let own = if scheme == "https" { either(["https_proxy", "HTTPS_PROXY"]) } else { value("http_proxy") };
    own.or_else(|| either(["all_proxy", "ALL_PROXY"]))
}

/// Whether an entry of `NO_PROXY` means a host: `*`, the host, or a domain that it is in, each with a port or without.
fn is_meant(entry: &str, host: &str) -> bool {
    let split = |text: &'_ str| -> (String, Option<String>) {
        match text.rsplit_once(':').filter(|(_, port)| port.chars().all(|c| c.is_ascii_digit())) {
            Some((name, port)) => (name.to_ascii_lowercase(), Some(port.to_string())),
            None => (text.to_ascii_lowercase(), None),
        }
    };
    let ((entry, port), (name, own)) = (split(entry), split(host));
    let domain = entry.trim_start_matches('.');
    let is_within = name == domain || name.strip_suffix(domain).is_some_and(|above| above.ends_with('.'));
    entry == "*" || (!domain.is_empty() && is_within && (port.is_none() || port == own))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(all: &[(&str, &str)]) -> BTreeMap<OsString, OsString> {
        all.iter().map(|(name, value)| (OsString::from(name), OsString::from(value))).collect()
    }

    #[test]
    fn the_proxy_is_the_one_of_the_scheme_unless_the_host_is_left_out() {
        let all = [
            ("HTTPS_PROXY", "http://p:1"),
            ("http_proxy", "http://q:2"),
            ("NO_PROXY", "local, .corp.example.com,x:8443"),
        ];
        let all = set(&all);
        for (url, wanted) in [
            ("https://git.example.com/api", Some("http://p:1")),
            ("http://git.example.com/api", Some("http://q:2")),
            ("https://local:3000/", None),
            ("https://git.corp.example.com", None),
            ("https://corp.example.com", None),
            ("https://notcorp.example.com", Some("http://p:1")),
            ("https://x:8443/a", None),
            ("https://x:443/a", Some("http://p:1")),
        ] {
            assert_eq!(proxy(url, &all), wanted, "{url}");
        }
        assert_eq!(
            proxy("http://a", &set(&[("HTTP_PROXY", "http://q:2")])),
            None,
            "not in large letters, as curl has it"
        );
        assert_eq!(proxy("https://a", &set(&[("all_proxy", "http://r:3"), ("no_proxy", "*")])), None);
        assert_eq!(proxy("https://a", &set(&[("all_proxy", "http://r:3")])), Some("http://r:3"));
    }

    #[test]
    fn a_place_is_read_as_it_is_gone_to_and_one_with_a_user_is_none() {
        let place = |url: &str| Place::of(url).map(|place| (place.scheme, place.host, place.port));
        assert_eq!(place("https://Hooks.Slack.com/a?b#c"), Some(("https".into(), "hooks.slack.com".into(), None)));
        assert_eq!(place("http://[::1]:8080/"), Some(("http".into(), "[::1]".into(), Some(8080))));
        for url in [
            "https://a@b/",
            "https://a:b@c/",
            "https:///x",
            "/x",
            "https://a\\@b/",
            "https://a b/",
            "https://a:/",
            "x",
            "",
        ] {
            assert_eq!(place(url), None, "{url}");
        }
    }

    #[test]
    fn what_is_not_public_is_not_gone_to_by_whatever_name_and_nothing_is_said_to_it() {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        for host in ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "127.1"] {
            let url = format!("http://{host}:{port}/canary");
            let client = Client::within(&url, &set(&[]), Reach::Public, LIMIT).unwrap();
            let call = Call { method: Method::Post, url: &url, headers: &[], body: Some("canary".into()) };
            let fault = client.call(&call).unwrap_err();
            assert_eq!(fault, Fault::Refused(Fenced.to_string()), "{host}");
            assert!(!client.has_sent() && listener.accept().is_err(), "{host}");
        }
    }

    #[test]
    fn nobody_there_is_no_answer_and_says_nothing_of_what_was_sent() {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let url = format!("http://{}/canary", listener.local_addr().unwrap());
        drop(listener);
        let client = Client::new(&url, &set(&[])).unwrap();
        let headers = [("Authorization", "Bearer canary".to_string())];
        let call = Call { method: Method::Get, url: &url, headers: &headers, body: None };
        let Err(Fault::NoAnswer(why)) = client.call(&call) else { panic!("an answer") };
        assert!(!why.contains("canary"), "{why}");
    }
}
