#!/usr/bin/env python3
"""A real mail server on the loopback, by aiosmtpd, with STARTTLS and a login demanded.

    python3 mail.py CERTIFICATE KEY FOLDER HOW

HOW: `takes`, `no-starttls`, `tls` (from the first byte), `closes` (takes the message and ends the connection before it says so),
`busy` (451 to the message), `refuses` (554 to the message), `knows-one` (550 to all but the first addressee),
`says-no` (550 to the sender), `hangs-up` (ends the connection when the sender is named).

Prints the port. Each message becomes FOLDER/N.json: envelope, headers, both halves. FOLDER/seen has a line for each login and each
command that names a sender, with whether it came encrypted. Serves until it is killed.
"""

import asyncio
import email
import email.policy
import json
import pathlib
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


def text_of(message, kind):
    part = message.get_body(preferencelist=(kind,))
    return part.get_content() if part else None


class Handler:
    def __init__(self, folder, how):
        self.folder, self.how, self.count = folder, how, 0

    def note(self, server, what):
        with open(self.folder / "seen", "a") as seen:
            seen.write(f"{what} {'encrypted' if server.transport.get_extra_info('sslcontext') else 'clear'}\n")

    def authenticate(self, server, _session, _envelope, _mechanism, data):
        self.note(server, "login")
        good = (data.login, data.password) == (b"mei@example.com", b"CANARY/p@ss:word%")
        return AuthResult(success=good, handled=False)

    async def handle_MAIL(self, server, _session, envelope, address, options):
        self.note(server, "mail")
        if self.how == "says-no":
            return "550 5.7.1 no mail from you, CANARY/p@ss:word%"
        if self.how == "hangs-up":
            server.transport.abort()
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, _server, _session, envelope, address, options):
        if self.how == "knows-one" and envelope.rcpt_tos:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.how == "busy":
            return "451 4.3.0 try again later"
        if self.how == "refuses":
            return "554 5.6.0 not this"
        self.count += 1
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        told = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "encrypted": session.ssl is not None or self.how == "tls",
            "headers": [[name, str(value)] for name, value in message.items()],
            "defects": [str(one) for one in message.defects],
            "plain": text_of(message, "plain"),
            "html": text_of(message, "html"),
        }
        (self.folder / f"{self.count}.json").write_text(json.dumps(told))
        if self.how == "closes":
            server.transport.abort()
        return "250 OK"


def main():
    certificate, key, folder, how = sys.argv[1:]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    handler = Handler(pathlib.Path(folder), how)
    more = {"authenticator": handler.authenticate, "auth_required": True, "hostname": "mail.example.com"}
    if how not in ("tls", "no-starttls"):
        more |= {"tls_context": context, "require_starttls": True}
    else:
        more |= {"auth_require_tls": False}

    async def serve():
        loop = asyncio.get_running_loop()
        first = context if how == "tls" else None
        server = await loop.create_server(lambda: SMTP(handler, **more), host="127.0.0.1", port=0, ssl=first)
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()

    asyncio.run(serve())


if __name__ == "__main__":
    main()
