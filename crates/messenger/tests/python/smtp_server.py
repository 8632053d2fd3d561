"""An SMTP server on 127.0.0.1 that wants to be signed in to.

Prints its port, then one line of JSON for each letter. Ends when its standard input is closed. A receiver whose address begins
with "nobody" is refused for good, one that begins with "later" for now.
"""

import asyncio
import email
import email.policy
import json
import sys

from aiosmtpd.smtp import SMTP, AuthResult


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody"):
            return "550 5.1.1 there is no such mailbox"
        if address.startswith("later"):
            return "451 4.7.1 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        letter = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "headers": {name.lower(): str(value) for name, value in message.items()},
            "text": message.get_content(),
        }
        print(json.dumps(letter), flush=True)
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    success = data.login == b"lifeboat" and data.password == b"smtp-password-canary"
    return AuthResult(success=success, handled=False)


async def main():
    loop = asyncio.get_running_loop()

    def talk():
        return SMTP(Handler(), authenticator=authenticate, auth_required=True, auth_require_tls=False, loop=loop)

    server = await loop.create_server(talk, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
