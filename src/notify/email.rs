//! E-mail: plain text and HTML, in one thread for each landing, with ids that stay however often it is sent.

use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

use lettre::Address as Mailbox;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox as Addressed, MultiPart};

use crate::domain::hex;
use crate::domain::message::{Message, Tone};
use crate::domain::settings::{Addressee, MailAddress, Variable};
use crate::domain::steering::{bounded, one_line};
use crate::text::{html, terminal};

use super::desk::{Delivery, Desk, Order};
use super::dialect::{HTML, PLAIN, fit};
use super::lines::{Kind, Line, lines};
use super::smtp::Server;

/// The most bytes of each half, before it is encoded.
const ROOM: usize = 100_000;

/// Sends it.
pub fn send(
    order: &Order<'_>,
    desk: &Desk<'_>,
    url: &Variable,
    (from, to): (Option<&MailAddress>, &[Addressee]),
) -> Result<Delivery, Delivery> {
    let server = Server::new(&desk.value(url)?, desk)?;
    let from = sender(from, server.user())?;
    let (to, unfit) = recipients(order.message, desk, to)?;
    let email = written(order, desk, &from, &to)?;
    let delivery = server.send(desk, &from, &to, &email)?;
    Ok(match (delivery, unfit) {
        (Delivery::Told { thread, note: None }, Some(unfit)) => Delivery::Told { thread, note: Some(unfit) },
        (delivery, _) => delivery,
    })
}

/// Who it is from: as the sink says, else who logs in.
fn sender(from: Option<&MailAddress>, user: &str) -> Result<Mailbox, Delivery> {
    let parsed = match from {
        Some(from) => from.as_str().parse().ok(),
        None => user.parse().ok(),
    };
    parsed.ok_or_else(|| Delivery::Refused("it says not who it is from: `from: ADDRESS` beside `email`".into()))
}

/// Whom it goes to, and whose address no mail server takes.
fn recipients(
    message: &Message,
    desk: &Desk<'_>,
    to: &[Addressee],
) -> Result<(Vec<Mailbox>, Option<String>), Delivery> {
    if to.is_empty() {
        return Err(Delivery::Refused("it says not who it is for: `to: [authors, GROUP]` beside `email`".into()));
    }
    let mut out: Vec<Mailbox> = Vec::new();
    let mut unfit = Vec::new();
    for mail in desk.addressed(to, message).iter().filter_map(|one| one.mail.as_ref()) {
        match mail.as_str().parse::<Mailbox>() {
            // What only another kind of server takes would keep the message from all.
            Ok(one) if mail.as_str().is_ascii() && !out.contains(&one) => out.push(one),
            Ok(one) if out.contains(&one) => {}
            _ => unfit.push(format!("`{}` is no address that it can be sent to", mail.as_str())),
        }
    }
    if out.is_empty() {
        return Err(Delivery::Nobody("nobody whom it is for has an address: `people:` has an `email` for each".into()));
    }
    Ok((out, (!unfit.is_empty()).then(|| unfit.join(", "))))
}

/// The whole e-mail. Its ids come from those of the message, so that one that is sent again is the same, and its thread has a head
/// that is never sent: whichever of its messages comes first, the others stand beside it.
fn written(order: &Order<'_>, desk: &Desk<'_>, from: &Mailbox, to: &[Mailbox]) -> Result<Vec<u8>, Delivery> {
    let message = order.message;
    let id = |text: &str| format!("<{}@{}>", &hex::sha256(text)[..40], from.domain());
    let root = id(&format!("thread {}", message.thread));
    let subject = one_line(&terminal(&bounded(&message.title)));
    let mut email = lettre::Message::builder()
        .from(Addressed::new(Some("stageline".into()), from.clone()))
        .date(SystemTime::UNIX_EPOCH + Duration::from_secs(desk.now.as_second().unsigned_abs()))
        .message_id(Some(id(&format!("message {}", message.id))))
        .in_reply_to(root.clone())
        .references(root)
        .subject(if subject.is_empty() { "stageline" } else { subject.as_str() })
        .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".into()));
    for one in to {
        email = email.to(Addressed::new(None, one.clone()));
    }
    let (plain, html) = match order.filled(PLAIN.writing())? {
        Some(text) => by_template(&text, message),
        None => (in_plain_text(message), in_html(message)),
    };
    let email = email.multipart(MultiPart::alternative_plain_html(plain, html));
    email
        .map(|email| email.formatted())
        .map_err(|error| Delivery::Refused(format!("it cannot be written as an e-mail: {error}")))
}

fn in_plain_text(message: &Message) -> String {
    format!("{}\n\n{}\n", terminal(&bounded(&message.title)), PLAIN.text(&lines(message), "\n", ROOM))
}

/// What a template makes is the plain text, and the same letters in HTML.
fn by_template(text: &str, message: &Message) -> (String, String) {
    let kept = fit(
        text.lines().map(str::to_string).collect(),
        ROOM,
        |line| line.len() + 1,
        |more| format!("and {more} more lines"),
    );
    let shown: Vec<String> = kept.iter().map(|line| html(line)).collect();
    let page = framed(&bounded(&message.title), &format!("<pre>{}</pre>", shown.join("\n")));
    (kept.join("\n") + "\n", page)
}

fn in_html(message: &Message) -> String {
    let color = match message.tone {
        Tone::Good => "#1a7f37",
        Tone::Bad => "#cf222e",
        Tone::Neutral => "#57606a",
    };
    let title = html(&bounded(&message.title));
    let mut body =
        format!("<h2 style=\"border-left:6px solid {color};padding-left:12px;font-size:18px\">{title}</h2>\n");
    let all = fit(lines(message), ROOM, |line| HTML.line(line).len() + 10, Line::left_out);
    let mut is_list = false;
    for line in &all {
        if is_list != (line.kind == Kind::Item) {
            body.push_str(if is_list { "</ul>\n" } else { "<ul style=\"margin:4px 0\">\n" });
            is_list = !is_list;
        }
        let _ = match line.kind {
            Kind::Item => writeln!(body, "<li>{}</li>", HTML.line(line)),
            Kind::Heading => writeln!(body, "<p style=\"margin:14px 0 2px\">{}</p>", HTML.line(line)),
            Kind::Plain => writeln!(body, "<p style=\"margin:2px 0\">{}</p>", HTML.line(line)),
        };
    }
    if is_list {
        body.push_str("</ul>\n");
    }
    framed(&bounded(&message.title), &body)
}

fn framed(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{}</title></head>\n\
         <body style=\"font-family:sans-serif;font-size:14px;color:#1f2328\">\n{body}</body></html>\n",
        html(title)
    )
}

#[cfg(test)]
mod tests {
    use super::super::sample::{desk, feedback, hostile, message, order, set, variable};
    use super::*;
    use crate::domain::settings::{Settings, Sink};

    /// The e-mail of a message, as it is sent.
    fn sent(message: &Message, template: Option<&str>) -> String {
        let to = feedback(Sink::Email { url: variable("SMTP_URL"), from: None, to: vec![Addressee::Authors] });
        let (variables, settings) = (set(&[]), Settings::default());
        let desk = desk(&variables, &settings);
        let from = sender(None, "ci@example.com").unwrap();
        let (recipients, unfit) = recipients(message, &desk, &[Addressee::Authors]).unwrap();
        assert_eq!((recipients.len(), unfit), (1, None));
        String::from_utf8(written(&order(&to, message, template), &desk, &from, &recipients).unwrap()).unwrap()
    }

    /// A header by its name, unfolded.
    fn header(email: &str, name: &str) -> String {
        let head = email.split_once("\r\n\r\n").unwrap().0.replace("\r\n ", " ");
        let found: Vec<&str> = head.lines().filter_map(|line| line.strip_prefix(&format!("{name}: "))).collect();
        assert_eq!(found.len(), 1, "{name}: {head}");
        found[0].to_string()
    }

    #[test]
    fn no_text_becomes_a_header_or_an_addressee() {
        for text in hostile() {
            let email = sent(&message(&text), None);
            let head = email.split_once("\r\n\r\n").unwrap().0;
            let names: Vec<&str> =
                head.lines().filter(|line| !line.starts_with(' ')).filter_map(|line| line.split(':').next()).collect();
            let wanted = [
                "From",
                "Date",
                "Message-ID",
                "In-Reply-To",
                "References",
                "Subject",
                "Auto-Submitted",
                "To",
                "MIME-Version",
                "Content-Type",
            ];
            assert_eq!(names.len(), wanted.len(), "{text:?}: {head}");
            assert!(names.iter().all(|name| wanted.contains(name)), "{text:?}: {head}");
            assert_eq!(header(&email, "To"), "mei@example.com");
            assert!(
                email.is_ascii() && email.split("\r\n").all(|line| line.len() <= 998 && !line.contains(['\r', '\n'])),
                "{text:?}"
            );
        }
    }

    #[test]
    fn the_html_has_no_tag_that_is_not_ours_and_no_half_has_what_steers() {
        let ours =
            ["!doctype", "html", "head", "meta", "title", "body", "h2", "ul", "li", "p", "b", "code", "a", "pre"];
        for text in hostile() {
            let template = by_template(&PLAIN_SAMPLE.replace("TEXT", &terminal(&text)), &message(&text));
            for page in [in_html(&message(&text)), template.1] {
                for tag in page.split('<').skip(1) {
                    let name = tag.trim_start_matches('/').split([' ', '>']).next().unwrap();
                    assert!(ours.contains(&name), "{name} of {text:?}: {page}");
                }
                assert!(
                    !page.contains("javascript:") && !page.contains("\u{202e}") && !page.contains("\" onmouseover"),
                    "{page}"
                );
                assert!(page.len() < 2 * ROOM, "{}", page.len());
            }
            let plain = in_plain_text(&message(&text));
            assert!(!plain.contains(['\r', '\u{1b}', '\u{202e}', '\0']) && plain.len() < ROOM + 1_000, "{plain}");
        }
    }

    const PLAIN_SAMPLE: &str = "one\nTEXT\nthree";

    #[test]
    fn a_message_is_the_same_one_again_and_stands_in_the_thread_of_its_landing() {
        let (first, again) = (sent(&message("a"), None), sent(&message("a"), None));
        assert_eq!(header(&first, "Message-ID"), header(&again, "Message-ID"));
        assert_eq!(header(&first, "References"), header(&first, "In-Reply-To"));
        let other = Message { thread: message("a").thread, ..message("b") };
        let other = sent(&other, None);
        assert_ne!(header(&first, "Message-ID"), header(&other, "Message-ID"));
        assert_eq!(header(&first, "References"), header(&other, "References"));
        let joined = Message::joined(vec![message("a"), message("b")]).unwrap();
        assert_ne!(header(&sent(&joined, None), "References"), header(&first, "References"));
    }

    #[test]
    fn without_anybody_to_write_to_or_from_nothing_is_sent() {
        let (variables, settings) = (
            set(&[("SMTP_URL", "smtp://ci:x@127.0.0.1:1"), ("STAGELINE_ALLOW_HOSTS", "127.0.0.1")]),
            Settings::default(),
        );
        let desk = desk(&variables, &settings);
        let send = |from: Option<&str>, to: Vec<Addressee>, people| {
            let from = from.map(|text| MailAddress::new(text).unwrap());
            let sink = feedback(Sink::Email { url: variable("SMTP_URL"), from, to });
            let message = Message { people, ..message("a") };
            super::super::deliver(&order(&sink, &message, None), &desk)
        };
        let authors = || vec![Addressee::Authors];
        assert!(matches!(send(None, authors(), Vec::new()), Delivery::Refused(why) if why.contains("who it is from")));
        let from = Some("ci@example.com");
        assert!(matches!(send(from, Vec::new(), Vec::new()), Delivery::Refused(why) if why.contains("who it is for")));
        assert!(matches!(send(from, authors(), Vec::new()), Delivery::Nobody(_)));
        assert!(matches!(send(from, authors(), message("a").people), Delivery::NotNow { .. }));
    }
}
