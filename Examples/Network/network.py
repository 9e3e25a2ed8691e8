"""A whole AT Protocol network for tests: `atproto network serve --dev` as a process.

    with Network() as network:
        alice = network.login("alice.test")
        post = alice.post("Hello")
        network.until(lambda: network.app_view("app.bsky.feed.getPosts", uris=post["uri"])["posts"])

Only the standard library is needed.
"""

import json
import os
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import datetime, timezone


class Refusal(Exception):
    """An error response: its status and its name."""

    def __init__(self, status, body):
        self.status = status
        try:
            self.name = json.loads(body).get("error", "")
        except ValueError:
            self.name = ""
        super().__init__(f"{status}: {body[:500]}")


class Network:
    """The services, which stop at the end of the `with` statement, or if the test dies."""

    def __init__(self, program=None, *options):
        program = program or os.environ.get("ATPROTO", "atproto")
        self._process = subprocess.Popen(
            [program, "network", "serve", "--dev", "--stop-at-end-of-input", *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        # The first line comes when everything is up, and describes it.
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the network did not start: status {self._process.wait()}")
        self.services = json.loads(line)
        self.accounts = {account["handle"]: account for account in self.services["accounts"]}

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()

    def app_view(self, method, **parameters):
        """Calls a query of the app view without an account."""
        return call(self.services["appview"]["address"], method, parameters)

    def login(self, handle):
        """A session of one of the network's accounts."""
        account = self.accounts[handle]
        credentials = {"identifier": handle, "password": account["password"]}
        session = call(account["pds"], "com.atproto.server.createSession", body=credentials)
        return Session(account["pds"], session)

    @staticmethod
    def until(condition, seconds=20):
        """Waits for a condition, and returns its value: what is written takes a moment to arrive."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                value = condition()
            except Refusal:
                value = None
            if value:
                return value
            if time.monotonic() > deadline:
                raise TimeoutError("the condition has not come about")
            time.sleep(0.02)


class Session:
    """An account that is logged in to its PDS, which forwards queries to the app view."""

    def __init__(self, pds, session):
        self.did = session["did"]
        self._pds = pds
        self._token = session["accessJwt"]

    def get(self, method, **parameters):
        return call(self._pds, method, parameters, token=self._token)

    def create(self, collection, **fields):
        """Creates a record, and returns its URI and its CID."""
        now = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        record = {"$type": collection, "createdAt": now, **fields}
        body = {"repo": self.did, "collection": collection, "record": record}
        made = call(self._pds, "com.atproto.repo.createRecord", body=body, token=self._token)
        return {"uri": made["uri"], "cid": made["cid"]}

    def post(self, text, **fields):
        return self.create("app.bsky.feed.post", text=text, **fields)


def call(service, method, parameters=None, body=None, token=None):
    """Calls a query, or a procedure if there is a body."""
    query = urllib.parse.urlencode(parameters or {}, doseq=True)
    url = f"{service}/xrpc/{method}" + (f"?{query}" if query else "")
    headers = {"Content-Type": "application/json"} if body is not None else {}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = json.dumps(body).encode() if body is not None else None
    try:
        request = urllib.request.Request(url, data, headers)
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.loads(response.read() or b"{}")
    except urllib.error.HTTPError as error:
        raise Refusal(error.code, error.read().decode(errors="replace")) from None
