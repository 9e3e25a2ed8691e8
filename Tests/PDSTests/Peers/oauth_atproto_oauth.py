"""The flows of the PyPI package atproto-oauth against `atproto pds serve`.

usage: oauth_atproto_oauth.py ATPROTO      (the executable)

The server is public as https://pds.example.com, as behind a reverse proxy: the client refuses
issuers and endpoints that are not https, and its checks of URLs stay on. Only the network below it
is a local one: names lead to the server and to its PLC directory.
"""

import asyncio
import sys
import urllib.parse

from atproto_identity.handle.resolver import AsyncHandleResolver
from atproto_oauth import OAuthClient, OAuthStateError, OAuthTokenError
from atproto_oauth.stores import MemorySessionStore, MemoryStateStore

from browser import Browser
from checks import Checks
from client_host import ClientHost
from local_network import redirect_hosts
from oauth_person import Person
from oauth_protocol import Key
from served import Server

HOSTNAME = "pds.example.com"
SCOPE = "atproto transition:generic"
check = Checks()


class Stores:
    def __init__(self):
        self.state_store = MemoryStateStore()
        self.session_store = MemorySessionStore()


def localhost_client_id(redirect_uri, scope):
    query = urllib.parse.urlencode({"redirect_uri": redirect_uri, "scope": scope})
    return "http://localhost?" + query


async def no_dns(self, handle):
    """Handles of the server are found over HTTPS."""
    return None


class Flow:
    """One client, one account, from the handle to a revoked session."""

    def __init__(self, server, account, client_id, redirect_uri, scope=SCOPE, **confidential):
        self.server = server
        self.account = account
        self.client = OAuthClient(client_id, redirect_uri, scope, **vars(Stores()), **confidential)

    async def log_in(self, identifier=None, **options):
        url, state = await self.client.start_authorization(
            identifier or self.account["handle"], **options
        )
        check(
            "the URL to open is the server's", url.startswith(self.server.url + "/oauth/authorize?")
        )
        person = Person(Browser(self.server.hosts), self.account)
        answer = await asyncio.to_thread(person.authorize, url)
        check.equal("the callback carries the state", answer["state"], state)
        check.equal("the callback carries the issuer", answer["iss"], self.server.url)
        if answer["code"] is None:
            raise AssertionError(f"no code: {answer}")
        self.session = await self.client.handle_callback(answer["code"], state, answer["iss"])
        check.equal("the session is the account's", self.session.did, self.account["did"])
        return self.session

    async def call(self, method, nsid, **options):
        url = f"{self.session.pds_url}/xrpc/{nsid}"
        return await self.client.make_authenticated_request(self.session, method, url, **options)

    async def create(self, text, collection="com.example.note"):
        record = {"$type": collection, "text": text}
        body = {"repo": self.session.did, "collection": collection, "record": record}
        return await self.call("POST", "com.atproto.repo.createRecord", json=body)

    async def whole(self, identifier=None):
        await self.log_in(identifier)
        found = await self.call("GET", "com.atproto.server.getSession")
        check.equal("getSession succeeds", found.status_code, 200)
        check.equal("getSession names the account", found.json().get("did"), self.account["did"])
        made = await self.create("one")
        check.equal("createRecord succeeds", made.status_code, 200)

        before = self.session.access_token, self.session.refresh_token
        await self.client.refresh_session(self.session)
        after = self.session.access_token, self.session.refresh_token
        check("a refresh gives two new tokens", not set(before) & set(after))
        check.equal("createRecord succeeds after it", (await self.create("two")).status_code, 200)

        await self.client.revoke_session(self.session)
        check.equal(
            "createRecord is 401 after revocation", (await self.create("x")).status_code, 401
        )
        try:
            await self.client.refresh_session(self.session)
            check("a refresh is refused after revocation", False)
        except OAuthTokenError as error:
            check("a refresh is refused after revocation", "400" in str(error), str(error))


async def main(program):
    allow = ["--allow-private-addresses", "true", "--rate-limits-enabled", "false"]
    host = ClientHost()
    AsyncHandleResolver.resolve_dns = no_dns
    with Server(program, *allow, hostname=HOSTNAME) as server:
        redirect_hosts({HOSTNAME: server.socket, "plc.directory": server.plc})
        alice = server.account("alice")
        loopback = "http://127.0.0.1:8976/callback"
        web = "https://app.example.com/callback"
        key = Key()

        async def localhost():
            await Flow(server, alice, localhost_client_id(loopback, SCOPE), loopback).whole()

        async def public():
            flow = Flow(server, alice, host.client(), "http://127.0.0.1:61234/callback")
            await flow.whole(alice["did"])

        async def confidential():
            client_id = host.confidential({"one": key})
            await Flow(
                server,
                alice,
                client_id,
                web,
                client_secret_key=key.private,
                client_secret_kid="one",
            ).whole()

        async def confidential_by_jwks_uri():
            client_id = host.confidential({"one": key}, "/by-uri.json")
            document = host.paths["/by-uri.json"]
            host.paths["/jwks.json"] = document.pop("jwks")
            document["jwks_uri"] = host.url + "/jwks.json"
            await Flow(
                server,
                alice,
                client_id,
                web,
                client_secret_key=key.private,
                client_secret_kid="one",
            ).whole()

        async def granular():
            scope = "atproto repo:com.example.note?action=create blob:image/*"
            flow = Flow(server, alice, localhost_client_id(loopback, scope), loopback, scope)
            await flow.log_in()
            check.equal("a permitted collection", (await flow.create("one")).status_code, 200)
            refused = await flow.create("one", "com.example.other")
            check.equal("another collection", refused.status_code, 403)

        async def refusals():
            flow = Flow(server, alice, localhost_client_id(loopback, SCOPE), loopback)
            url, state = await flow.client.start_authorization(alice["handle"], prompt="login")
            answer = await asyncio.to_thread(Person(Browser(server.hosts), alice).deny, url)
            check.equal("a denial", answer["error"], "access_denied")
            check.equal("it carries the issuer", answer["iss"], server.url)
            try:
                await flow.client.handle_callback("code", state, "https://other.example.com")
                check("another issuer is refused", False)
            except OAuthStateError:
                check("another issuer is refused", True)

        parts = (localhost, public, confidential, confidential_by_jwks_uri, granular, refusals)
        await check.run_async(*parts)
        check("the server logs no error", " error pds" not in server.log, server.log[-2000:])
    host.close()
    check.finish()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
