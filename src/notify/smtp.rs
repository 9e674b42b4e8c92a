//! A message over SMTP, step by step: never a password in the clear, and known to the end how far it came.

use std::error::Error as _;
use std::net::SocketAddr;

use lettre::Address as Mailbox;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;

use crate::domain::address::Address;
use crate::domain::secrets::{Secrets, decoded};
use crate::http::fence::{Fenced, Reach, addresses};

use super::desk::{Delivery, Desk, quoted, secrets};
use super::post::reach;

/// The ports of `smtp` (submission with STARTTLS, RFC 6409) and `smtps` (TLS from the first byte, RFC 8314).
const SUBMISSION: u16 = 587;
const SUBMISSIONS: u16 = 465;

/// A mail server, and who logs in there.
pub struct Server {
    host: String,
    port: u16,
    is_tls_from_the_start: bool,
    user: String,
    password: String,
    reach: Reach,
    secrets: Secrets,
}

impl Server {
    /// Reads `smtp://user:password@host:587` or `smtps://...`. User and password may be percent-encoded.
    pub fn new(url: &str, desk: &Desk<'_>) -> Result<Self, Delivery> {
        let no = || Delivery::Refused("its variable holds no address such as `smtp://USER:PASSWORD@HOST:587`".into());
        let Address::Remote(parts) = Address::read(url) else { return Err(no()) };
        let is_tls_from_the_start = match parts.scheme {
            Some("smtp") => false,
            Some("smtps") => true,
            _ => return Err(no()),
        };
        let (host, port) = match parts.host.rsplit_once(':').filter(|(_, port)| !port.ends_with(']')) {
            Some((host, port)) => (host, port.parse().map_err(|_| no())?),
            None => (parts.host, if is_tls_from_the_start { SUBMISSIONS } else { SUBMISSION }),
        };
        let is_host = host.chars().all(|c| c.is_ascii_alphanumeric() || "-._[]:".contains(c));
        if host.is_empty() || !is_host || !parts.path.trim_matches('/').is_empty() || !parts.tail.is_empty() {
            return Err(no());
        }
        let host = host.to_ascii_lowercase();
        let (user, password) = parts.user_info.split_once(':').unwrap_or((parts.user_info, ""));
        let reach = reach(&host, port, desk)?;
        let (user, password) = (decoded(user), decoded(password));
        let secrets = secrets(url, [user.as_str(), password.as_str()]);
        Ok(Self { host, port, is_tls_from_the_start, user, password, reach, secrets })
    }

    /// Who logs in.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// Sends one message. Recipients that the server does not know are told in the note, as long as it knows one.
    pub fn send(&self, desk: &Desk<'_>, from: &Mailbox, to: &[Mailbox], text: &[u8]) -> Result<Delivery, Delivery> {
        let at = addresses(&self.host, self.port, self.reach).map_err(|error| self.unreached(&error))?;
        let mut connection = self.connect(desk, &at, from)?;
        let before = |error: Error| self.before(&error);
        connection.command(Mail::new(Some(from.clone()), Vec::new())).map_err(before)?;
        let mut unknown = Vec::new();
        for one in to {
            match connection.command(Rcpt::new(one.clone(), Vec::new())) {
                Ok(_) => {}
                Err(error) if error.is_permanent() && to.len() > 1 => {
                    unknown.push(format!("`{one}` is refused ({})", self.words(&error)))
                }
                Err(error) => return Err(self.before(&error)),
            }
        }
        if unknown.len() == to.len() {
            return Err(Delivery::Refused(format!("`{}` takes no addressee: {}", self.host, unknown.join(", "))));
        }
        connection.command(Data).map_err(before)?;
        // From here on an answer that does not come says nothing of whether the server has taken it.
        if let Err(error) = connection.message(text) {
            if error.is_permanent() || error.is_transient() {
                return Err(self.before(&error));
            }
            let why = self.words(&error);
            return Err(Delivery::Unknown(format!(
                "the answer of `{}` to the message was lost ({why}): it may have been taken",
                self.host
            )));
        }
        let _ = connection.quit();
        Ok(Delivery::Told { thread: None, note: (!unknown.is_empty()).then(|| unknown.join(", ")) })
    }

    /// A connection that is encrypted, by a certificate that is trusted for this host, and logged in.
    fn connect(&self, desk: &Desk<'_>, at: &[SocketAddr], from: &Mailbox) -> Result<SmtpConnection, Delivery> {
        let hello = ClientId::Domain(from.domain().to_string());
        let bare = self.host.trim_start_matches('[').trim_end_matches(']').to_string();
        let tls = TlsParameters::builder(bare).build_rustls().map_err(|error| self.before(&error))?;
        let first = self.is_tls_from_the_start.then_some(&tls);
        let mut connection =
            SmtpConnection::connect(at, Some(desk.limit), &hello, first, None).map_err(|error| self.before(&error))?;
        if !self.is_tls_from_the_start {
            if !connection.can_starttls() {
                connection.abort();
                return Err(Delivery::Refused(format!(
                    "`{}` offers no STARTTLS, and nothing is sent in the clear: `smtps://` is TLS from the start",
                    self.host
                )));
            }
            connection.starttls(&tls, &hello).map_err(|error| self.before(&error))?;
        }
        if !connection.is_encrypted() {
            return Err(Delivery::Refused(format!("the connection to `{}` is not encrypted", self.host)));
        }
        if !self.user.is_empty() {
            let credentials = Credentials::new(self.user.clone(), self.password.clone());
            connection
                .auth(&[Mechanism::Plain, Mechanism::Login], &credentials)
                .map_err(|error| self.before(&error))?;
        }
        Ok(connection)
    }

    /// What went wrong before the message was sent: nobody was told.
    fn before(&self, error: &Error) -> Delivery {
        let words = self.words(error);
        let host = &self.host;
        if is_about_trust(error) {
            return Delivery::Refused(format!("the certificate of `{host}` is not trusted: {words}"));
        }
        match (error.status(), error.is_client() || error.is_tls()) {
            (Some(_), _) if error.is_permanent() => Delivery::Refused(format!("`{host}` says no: {words}")),
            (Some(_), _) => Delivery::NotNow { why: format!("`{host}` says not now: {words}"), after: None },
            (None, true) => Delivery::Refused(format!("`{host}` cannot be spoken to: {words}")),
            (None, false) => Delivery::NotNow { why: format!("`{host}` cannot be reached: {words}"), after: None },
        }
    }

    fn unreached(&self, error: &std::io::Error) -> Delivery {
        match error.get_ref().is_some_and(|inner| inner.is::<Fenced>()) {
            true => Delivery::Refused(format!("`{}` is not spoken to: {error}", self.host)),
            false => Delivery::NotNow {
                why: format!("`{}` cannot be reached: the host is not known", self.host),
                after: None,
            },
        }
    }

    fn words(&self, error: &Error) -> String {
        let inner = error.source().map_or_else(String::new, ToString::to_string);
        let text = match error.status() {
            Some(code) => format!("{code} {inner}"),
            None if inner.is_empty() => error.to_string(),
            None => inner,
        };
        quoted(&text, &self.secrets)
    }
}

fn is_about_trust(error: &Error) -> bool {
    let mut inner = error.source();
    while let Some(one) = inner {
        if one.to_string().to_lowercase().contains("certificate") {
            return true;
        }
        inner = one.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::sample::{desk, set};
    use super::*;
    use crate::domain::settings::Settings;

    #[test]
    fn an_address_of_a_mail_server_has_a_scheme_a_host_and_perhaps_a_login_and_nothing_else() {
        let (variables, settings) = (set(&[]), Settings::default());
        let read = |url: &str| {
            Server::new(url, &desk(&variables, &settings))
                .map(|it| (it.host, it.port, it.is_tls_from_the_start, it.user, it.password))
        };
        let good = |host: &str, port, tls, user: &str, password: &str| {
            Ok((host.into(), port, tls, user.into(), password.into()))
        };
        assert_eq!(read("smtp://mei:p@mail.example.com"), good("mail.example.com", 587, false, "mei", "p"));
        assert_eq!(read("smtps://Mail.example.com/"), good("mail.example.com", 465, true, "", ""));
        assert_eq!(
            read("smtp://mei%40example.com:p%2F%40%3Aq@mail.example.com:2525"),
            good("mail.example.com", 2525, false, "mei@example.com", "p/@:q")
        );
        for url in [
            "mail.example.com:587",
            "http://mail.example.com",
            "smtp://",
            "smtp://mei:CANARY@",
            "smtp://mei:CANARY@h/x",
            "smtp://mei:CANARY@h?x",
            "smtp://mei:CANARY@h:x",
            "smtp://mei:CANARY@h:99999",
            "CANARY",
            "smtp+starttls://mei:CANARY@h",
        ] {
            let refused = read(url).unwrap_err();
            assert!(matches!(&refused, Delivery::Refused(why) if why.contains("smtp://USER")), "{url}: {refused:?}");
            assert!(!format!("{refused:?}").contains("CANARY"), "{refused:?}");
        }
        for host in ["127.0.0.1", "localhost", "10.0.0.1", "[::1]", "2130706433", "169.254.169.254"] {
            let refused = read(&format!("smtp://mei:CANARY@{host}:587")).unwrap_err();
            assert!(
                matches!(&refused, Delivery::Refused(why) if why.contains("STAGELINE_ALLOW_HOSTS")),
                "{host}: {refused:?}"
            );
            assert!(!format!("{refused:?}").contains("CANARY"), "{refused:?}");
        }
    }
}
