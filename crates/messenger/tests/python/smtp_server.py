"""An SMTP server on 127.0.0.1 that wants to be signed in to.

Prints its port, then one line of JSON for each letter. Ends when its standard input is closed. A receiver whose address begins
with "nobody" is refused for good, one that begins with "later" for now. With an argument it speaks TLS: "smtps" at once,
"starttls" when it is asked to, and not a word about anybody before; its certificate is made anew, and the one of the authority that
vouches for it is written into the file that the second argument names.
"""

import asyncio
import datetime
import email
import email.policy
import ipaddress
import json
import pathlib
import ssl
import sys
import tempfile

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
            "tls": server.transport.get_extra_info("ssl_object") is not None,
        }
        print(json.dumps(letter), flush=True)
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    success = data.login == b"lifeboat" and data.password == b"smtp-password-canary"
    return AuthResult(success=success, handled=False)


def certified(authority_file):
    """What speaks TLS for 127.0.0.1, vouched for by an authority of this run."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    now = datetime.datetime.now(datetime.timezone.utc)

    def certificate(name, key, by, by_key, extensions):
        named = lambda text: x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
        builder = x509.CertificateBuilder(named(by), named(name), key.public_key(), x509.random_serial_number())
        builder = builder.not_valid_before(now - datetime.timedelta(days=1))
        builder = builder.not_valid_after(now + datetime.timedelta(days=1))
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        return builder.sign(by_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    is_authority = [(x509.BasicConstraints(ca=True, path_length=0), True)]
    here = [(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)]
    authority = certificate("Lifeboat's test", authority_key, "Lifeboat's test", authority_key, is_authority)
    server = certificate("mail", key, "Lifeboat's test", authority_key, here)
    pathlib.Path(authority_file).write_bytes(authority)
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    with tempfile.NamedTemporaryFile() as file:
        file.write(server + key.private_bytes(*form))
        file.flush()
        context.load_cert_chain(file.name)
    return context


async def main():
    loop = asyncio.get_running_loop()
    how = sys.argv[1] if len(sys.argv) > 1 else "plain"
    context = certified(sys.argv[2]) if how != "plain" else None
    at_once, later = (context if how == "smtps" else None), (context if how == "starttls" else None)

    def talk():
        return SMTP(
            Handler(),
            authenticator=authenticate,
            auth_required=True,
            auth_require_tls=how == "starttls",
            tls_context=later,
            require_starttls=how == "starttls",
            loop=loop,
        )

    server = await loop.create_server(talk, "127.0.0.1", 0, ssl=at_once)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
