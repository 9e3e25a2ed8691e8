"""The flows of the PyPI package atproto-oauth-py against `atproto pds serve --dev`.

usage: oauth_atproto_oauth_py.py ATPROTO      (the executable)

The package's module has the same name as that of atproto-oauth, so `.ci/python` installs it into a
directory of its own. Names of the network lead to the server and to its PLC directory.
"""

import contextlib
import io
import os
import sys
import urllib.parse
from pathlib import Path

sys.path.insert(0, os.path.join(sys.prefix, "oauth-py"))

import httpx
from atproto_oauth import (
    discover_token_endpoint,
    dpop_get,
    dpop_post_form,
    fetch_authorization_server_metadata,
    jwk_to_key,
    make_dpop_proof,
    phase_complete,
    phase_init,
    public_jwk,
)
from atproto_oauth.cli import main as command_line

from browser import Browser
from checks import Checks
from client_host import ClientHost
from local_network import redirect_hosts
from oauth_person import Person
from served import Server

check = Checks()
LOOPBACK = "http://127.0.0.1:8976/callback"


class Session:
    """What an app does with the credentials that the package hands out."""

    def __init__(self, credentials, client_id):
        self.credentials = credentials
        self.client_id = client_id
        self.key = jwk_to_key(credentials["private_jwk"])
        self.public = public_jwk(credentials["private_jwk"])
        self.pds = credentials["pds"]
        self.access_token = credentials["access_token"]
        self.refresh_token = credentials["refresh_token"]

    def get(self, nsid, **parameters):
        url = f"{self.pds}/xrpc/{nsid}"
        return dpop_get(url, self.access_token, self.key, self.public, params=parameters)

    def create(self, text):
        """The package has no call by POST, only proofs for it."""
        url, nonce = f"{self.pds}/xrpc/com.atproto.repo.createRecord", None
        record = {"$type": "com.example.note", "text": text}
        body = {"repo": self.credentials["did"], "collection": "com.example.note", "record": record}
        for _ in range(2):
            proof = make_dpop_proof(self.key, self.public, "POST", url, nonce, self.access_token)
            headers = {"Authorization": f"DPoP {self.access_token}", "DPoP": proof}
            answer = httpx.post(url, json=body, headers=headers)
            if answer.json().get("error") != "use_dpop_nonce":
                break
            nonce = answer.headers["DPoP-Nonce"]
        return answer

    def refresh(self):
        form = {
            "grant_type": "refresh_token",
            "refresh_token": self.refresh_token,
            "client_id": self.client_id,
        }
        tokens = dpop_post_form(discover_token_endpoint(self.pds), form, self.key, self.public)
        self.access_token, self.refresh_token = tokens["access_token"], tokens["refresh_token"]
        return tokens

    def revoke(self):
        url = fetch_authorization_server_metadata(self.pds)["revocation_endpoint"]
        form = {"token": self.refresh_token, "client_id": self.client_id}
        return dpop_post_form(url, form, self.key, self.public)


def use(session, account):
    found = session.get("com.atproto.server.getSession")
    check.equal("getSession succeeds", found.status_code, 200)
    check.equal("getSession names the account", found.json().get("did"), account["did"])
    check.equal("createRecord succeeds", session.create("one").status_code, 200)
    # The proof of this package names the whole URL that it was given, and the query is sent beside.
    listed = session.get(
        "com.atproto.repo.listRecords", repo=account["did"], collection="com.example.note"
    )
    check.equal("a call with a query succeeds", listed.status_code, 200)

    before = session.access_token, session.refresh_token
    tokens = session.refresh()
    check.equal("a refresh names the account", tokens["sub"], account["did"])
    check(
        "a refresh gives two new tokens",
        not set(before) & {tokens["access_token"], tokens["refresh_token"]},
    )
    check.equal("createRecord succeeds after it", session.create("two").status_code, 200)

    check.equal("a revocation has an empty object", session.revoke(), {})
    check.equal("createRecord is 401 after it", session.create("three").status_code, 401)
    try:
        session.refresh()
        check("a refresh is refused after it", False)
    except RuntimeError as error:
        check("a refresh is refused after it", "invalid_grant" in str(error), str(error))


def main(program):
    host = ClientHost()
    with Server(program) as server, contextlib.redirect_stderr(io.StringIO()):
        redirect_hosts({"test": server.socket, "plc.directory": server.plc})
        alice = server.account("alice")
        state = Path(server.folder, "state.json")
        query = {"redirect_uri": LOOPBACK, "scope": "atproto transition:generic"}
        localhost = "http://localhost?" + urllib.parse.urlencode(query)

        def approve(url):
            answer = Person(Browser(), alice).authorize(url)
            return f"{answer.url}?{urllib.parse.urlencode(answer.parameters)}"

        def localhost_client():
            url = phase_init(
                alice["handle"], client_id=localhost, redirect_uri=LOOPBACK, state_path=state
            )
            credentials = phase_complete(approve(url), state_path=state)
            check.equal("the scope", credentials["scope"], "atproto transition:generic")
            use(Session(credentials, localhost), alice)

        def document():
            client_id, redirect = host.client(), "http://127.0.0.1:61234/callback"
            url = phase_init(
                alice["handle"], client_id=client_id, redirect_uri=redirect, state_path=state
            )
            use(Session(phase_complete(approve(url), state_path=state), client_id), alice)

        def commands():
            printed = io.StringIO()
            common = ["--state-path", str(state)]
            with contextlib.redirect_stdout(printed):
                client = ["--client-id", localhost, "--redirect-uri", LOOPBACK]
                status = command_line(common + ["init", alice["handle"]] + client)
            check.equal("init succeeds", status, 0)
            lines = printed.getvalue().splitlines()
            url = next(line for line in lines if line.startswith(server.url))
            with contextlib.redirect_stdout(printed):
                status = command_line(common + ["complete", approve(url)])
            check.equal("complete succeeds", status, 0)
            check("it prints a refresh token", "ATPROTO_OAUTH_REFRESH_TOKEN=" in printed.getvalue())

        def denial():
            url = phase_init(
                alice["handle"], client_id=localhost, redirect_uri=LOOPBACK, state_path=state
            )
            answer = Person(Browser(), alice).deny(url)
            target = f"{answer.url}?{urllib.parse.urlencode(answer.parameters)}"
            try:
                phase_complete(target, state_path=state)
                check("a denial is an error", False)
            except RuntimeError as error:
                check("a denial is an error", "access_denied" in str(error), str(error))

        check.run(localhost_client, document, commands, denial)
        check("the server logs no error", " error pds" not in server.log, server.log[-2000:])
    host.close()
    check.finish()


if __name__ == "__main__":
    main(sys.argv[1])
