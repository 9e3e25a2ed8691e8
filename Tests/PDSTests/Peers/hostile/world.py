"""What all parts share: the server, two accounts, a host for client documents, clients."""

import time
import urllib.parse

import oauth_protocol
from browser import Browser
from oauth_person import Person

LOOPBACK = "http://127.0.0.1:8976/callback"
WEB = "https://app.example.com/callback"
SCOPE = "atproto transition:generic transition:email"

# RFC 6749 (sections 4.1.2.1 and 5.2), RFC 9126, RFC 9449, and the OAuth specification of atproto.
CODES = {
    *("invalid_request", "invalid_client", "invalid_grant", "unauthorized_client"),
    *("unsupported_grant_type", "unsupported_response_type", "invalid_scope", "access_denied"),
    *("invalid_client_metadata", "invalid_redirect_uri", "invalid_dpop_proof", "use_dpop_nonce"),
    *("login_required", "consent_required", "account_selection_required", "invalid_request_uri"),
    *("request_not_supported", "invalid_request_object", "invalid_authorization_details"),
}


def localhost_client_id(scope=SCOPE, redirect_uri=LOOPBACK):
    query = urllib.parse.urlencode({"redirect_uri": redirect_uri, "scope": scope})
    return "http://localhost?" + query


class World:
    def __init__(self, server, host, check):
        self.server = server
        self.host = host
        self.check = check
        self.alice = server.account("alice")
        self.bob = server.account("bob")
        self._signed_in = {}

    def client(self, client_id=None, redirect_uri=LOOPBACK, scope=SCOPE, **options):
        return oauth_protocol.Client(
            self.server.url,
            localhost_client_id(scope) if client_id is None else client_id,
            redirect_uri,
            scope,
            socket=self.server.socket,
            on_answer=self.examine,
            **options,
        )

    def person(self, account=None, **options):
        return Person(Browser(self.server.hosts), account or self.alice, **options)

    def code(self, client, account=None, **changes):
        """The code of a whole authorization, by a browser that remembers the account."""
        account = account or self.alice
        if account["did"] not in self._signed_in:
            self._signed_in[account["did"]] = self.person(account, remembers=True)
        answer = self._signed_in[account["did"]].authorize(client.authorization_url(**changes))
        assert answer["code"], f"no code: {answer}"
        return answer["code"]

    def logged_in(self, client=None, account=None, **changes):
        """A client with tokens."""
        client = client or self.client()
        answer = client.exchange(self.code(client, account, **changes))
        assert answer.status_code == 200, f"token: {answer.status_code} {answer.text[:500]}"
        return client

    def examine(self, name, answer):
        """What every answer of PAR, token and revocation has, also a refusal."""
        check = self.check
        path = name.split(" ")[1].split("?")[0]
        if name.split(" ")[0] != "POST" or path not in (
            "/oauth/par",
            "/oauth/token",
            "/oauth/revoke",
        ):
            return
        headers = answer.headers
        status = answer.status_code
        if status in (413, 431) or "chunked" in headers.get("transfer-encoding", ""):
            return
        where = f"{name} -> {status} {answer.text[:200]}"
        check.quietly("no internal error", status < 500, where)
        check.quietly("DPoP-Nonce on every answer", headers.get("dpop-nonce"), where)
        check.quietly("no-store", "no-store" in headers.get("cache-control", ""), where)
        check.quietly("CORS: any origin", headers.get("access-control-allow-origin") == "*", where)
        check.quietly(
            "CORS: no credentials", "access-control-allow-credentials" not in headers, where
        )
        exposed = headers.get("access-control-expose-headers", "").lower()
        check.quietly("CORS: the nonce is exposed", "dpop-nonce" in exposed, f"{where} {exposed}")
        if status >= 400:
            check.quietly("an error is JSON", "json" in headers.get("content-type", ""), where)
            check.quietly("its code is registered", oauth_protocol.error(answer) in CODES, where)
            check.quietly("it is short", len(answer.content) < 4_000, where[:300])

    def refused(self, name, answer, *codes, status=(400,)):
        """Checks the code and the status of a refusal."""
        found = (answer.status_code, oauth_protocol.error(answer))
        is_expected = found[0] in status and (not codes or found[1] in codes)
        detail = f"found {found} {answer.text[:300]!r}, expected {status} {codes}"
        return self.check(name, is_expected, detail)

    def accepted(self, name, answer, status=(200, 201)):
        return self.check(
            name, answer.status_code in status, f"{answer.status_code} {answer.text[:300]!r}"
        )

    def within(self, seconds, name, action):
        """Does something, and checks that it does not take long."""
        start = time.monotonic()
        result = action()
        taken = time.monotonic() - start
        self.check.quietly(f"{name}: within {seconds} s", taken < seconds, f"took {taken:.1f} s")
        return result
