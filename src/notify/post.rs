//! A message by HTTP: where it may go, and what an answer means before the sink's own words are looked at.

use std::time::Duration;

use serde_json::Value;

use crate::domain::secrets::Secrets;
use crate::http::fence::Reach;
use crate::http::patience::retry_after;
use crate::http::public::{is_local_name, is_public, literal};
use crate::http::{Call, Client, Fault, Method, Place, Reply};

use super::desk::{ALLOWED, Delivery, Desk, quoted};

/// An address that may be gone to.
pub struct Target {
    url: String,
    /// What may be shown of it.
    pub host: String,
    reach: Reach,
    secrets: Secrets,
}

/// How a sink that always answers 200 says what became of a message, by a number.
pub struct Codes {
    pub key: &'static str,
    pub words: &'static str,
    /// It was sent too often; and how long that lasts.
    pub limits: &'static [i64],
    pub pause: Duration,
    /// It is busy, and told nobody.
    pub busy: &'static [i64],
}

impl Target {
    /// Checks an address. `url` holds secrets, and so nothing but its host is ever shown.
    pub fn new(url: String, secrets: Secrets, desk: &Desk<'_>) -> Result<Self, Delivery> {
        let is_fit = !url.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\');
        let Some(place) = Place::of(&url).filter(|_| is_fit) else {
            return Err(Delivery::Refused(
                "its variable holds no address such as `https://HOST/...`, without a user".into(),
            ));
        };
        let Some(usual) = [("https", 443), ("http", 80)].iter().find(|(scheme, _)| *scheme == place.scheme) else {
            return Err(Delivery::Refused("its variable holds an address that is neither `https` nor `http`".into()));
        };
        let reach = reach(&place.host, place.port.unwrap_or(usual.1), desk)?;
        let shown = place.port.map_or(place.host.clone(), |port| format!("{}:{port}", place.host));
        if place.scheme == "http" && reach == Reach::Public {
            return Err(Delivery::Refused(format!(
                "`{shown}` would be spoken to by plain HTTP: it has to be `https`, or named in `{ALLOWED}`"
            )));
        }
        Ok(Self { url, host: shown, reach, secrets })
    }

    /// Sends it. A sink that wants to be left alone, is broken or sends us elsewhere has told nobody; what else it answers is its own
    /// to explain.
    pub fn post(&self, desk: &Desk<'_>, headers: &[(&'static str, String)], body: String) -> Result<Reply, Delivery> {
        let client = Client::within(&self.url, desk.variables, self.reach, desk.limit)
            .map_err(|fault| self.fault(&fault, false))?;
        let call = Call { method: Method::Post, url: &self.url, headers, body: Some(body) };
        let reply = client.call(&call).map_err(|fault| self.fault(&fault, client.has_sent()))?;
        let why = self.answer(&reply);
        match reply.status {
            300..=399 => Err(Delivery::Refused(format!(
                "`{}` sends us elsewhere ({}), and no redirect is followed",
                self.host, reply.status
            ))),
            429 => Err(Delivery::NotNow {
                why: format!("`{}` wants to be left alone", self.host),
                after: retry_after(&reply, Some(desk.now)),
            }),
            // What stands between us and the sink has lost its answer.
            502 | 504 => Err(Delivery::Unknown(why)),
            408 | 500.. => Err(Delivery::NotNow { why, after: retry_after(&reply, Some(desk.now)) }),
            _ => Ok(reply),
        }
    }

    /// `` `host` answers 404: no_service ``.
    pub fn answer(&self, reply: &Reply) -> String {
        let words = quoted(&String::from_utf8_lossy(&reply.body), &self.secrets);
        let words = if words.is_empty() { words } else { format!(": {words}") };
        format!("`{}` answers {}{words}", self.host, reply.status)
    }

    /// What came back is not what this sink answers, so that nobody knows whether it has seen the message.
    pub fn strange(&self, reply: &Reply) -> Delivery {
        let why = self.answer(reply);
        if reply.status < 300 {
            Delivery::Unknown(format!("{why}, which is no answer of this sink"))
        } else {
            Delivery::Refused(why)
        }
    }

    /// What a number in the answer says.
    pub fn by_code(&self, reply: &Reply, codes: &Codes) -> Delivery {
        let value: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
        let Some(code) = value[codes.key].as_i64() else { return self.strange(reply) };
        if code == 0 && reply.status < 300 {
            return Delivery::told();
        }
        let words = quoted(value[codes.words].as_str().unwrap_or_default(), &self.secrets);
        let why = format!("`{}` answers {} {code}: {words}", self.host, codes.key);
        if codes.limits.contains(&code) {
            return Delivery::NotNow { why, after: Some(codes.pause) };
        }
        if codes.busy.contains(&code) { Delivery::NotNow { why, after: None } } else { Delivery::Refused(why) }
    }

    fn fault(&self, fault: &Fault, has_sent: bool) -> Delivery {
        let host = &self.host;
        let why = quoted(&fault.to_string(), &self.secrets);
        match fault {
            Fault::NoAnswer(_) if has_sent => {
                Delivery::Unknown(format!("the answer of `{host}` was lost ({why}): it may have been told"))
            }
            Fault::NoAnswer(_) => Delivery::NotNow { why: format!("`{host}` cannot be reached: {why}"), after: None },
            Fault::Refused(_) if has_sent => Delivery::Unknown(format!("`{host}` was spoken to, but {why}")),
            Fault::Refused(_) | Fault::Untrusted(_) => Delivery::Refused(format!("`{host}` is not spoken to: {why}")),
        }
    }
}

/// Where the client may go for a host: anywhere where the job names it, else only to what is public, as far as its name tells.
pub fn reach(host: &str, port: u16, desk: &Desk<'_>) -> Result<Reach, Delivery> {
    if desk.allows(host, port) {
        return Ok(Reach::Anywhere);
    }
    if is_local_name(host) || literal(host).is_some_and(|address| !is_public(address)) {
        return Err(Delivery::Refused(format!(
            "`{host}` is an address of this machine or of a private network: name it in `{ALLOWED}` where it is meant"
        )));
    }
    Ok(Reach::Public)
}
