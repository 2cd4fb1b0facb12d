"""A mail server for tests: aiosmtpd on a free loopback port, which it prints first. Every message that it takes is one
line of JSON. nobody@ is refused for good, busy@ for now. With a certificate and a user it insists on both."""

import asyncio
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


class Keeper:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody@"):
            return "550 5.1.1 no such mailbox"
        if address.startswith("busy@"):
            return "450 4.2.1 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def auth_login(self, server, args):
        # Some clients write the name of the mechanism in small letters, which other servers take.
        return await server.auth_LOGIN(server, args)

    async def handle_DATA(self, server, session, envelope):
        user = session.auth_data.login.decode() if session.auth_data else None
        print(json.dumps({
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "user": user,
            "tls": session.ssl is not None,
            "message": envelope.content.decode("utf-8", "replace"),
        }), flush=True)
        return "250 OK"


def check(server, session, envelope, mechanism, data):
    good = isinstance(data, LoginPassword) and data == LoginPassword(sys.argv[3].encode(), sys.argv[4].encode())
    return AuthResult(success=good, handled=good, auth_data=data if good else None)


def protocol():
    if len(sys.argv) == 1:
        return SMTP(Keeper(), hostname="localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1], sys.argv[2])
    return SMTP(
        Keeper(), hostname="localhost", tls_context=context, require_starttls=True, authenticator=check, auth_required=True)


async def main():
    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    # Ends with its standard input, and so with the tests, however they end.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
