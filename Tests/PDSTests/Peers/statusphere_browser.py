"""Examples/Statusphere in Chromium: two people log in, set a status, see each other's, and log out.

usage: statusphere_browser.py ATPROTO STATUSPHERE      (the executables)

LEXGEN_SCREENSHOTS names a directory for pictures of the pages.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import accessibility
from checks import Checks
from chrome import Chrome, installed
from oauth_person import AUTHORIZE, DENY, SIGN_IN
from served import Server

COLLECTION = "xyz.statusphere.status"


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class App:
    """The example as a process, with the server's firehose and PLC directory."""

    def __init__(self, program, server):
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.log = tempfile.TemporaryFile()
        arguments = [program, "--dev", "--port", str(port)]
        arguments += ["--plc-url", server.plc, "--firehose-url", server.url]
        self.process = subprocess.Popen(arguments, stdout=self.log, stderr=self.log)

    def __enter__(self):
        for _ in range(200):
            try:
                self.get("/")
                return self
            except urllib.error.URLError:
                time.sleep(0.1)
            if self.process.poll() is not None:
                break
        self.process.kill()
        raise RuntimeError(f"the example did not start: {self.output()}")

    def __exit__(self, *error):
        self.process.terminate()
        self.process.wait(30)

    def output(self):
        self.log.seek(0)
        return self.log.read().decode(errors="replace")[-3000:]

    def get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=10) as response:
            return response.read().decode()

    def post(self, path, headers):
        request = urllib.request.Request(self.url + path, b"status=x", headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return response.status
        except urllib.error.HTTPError as error:
            return error.code


class Visit:
    """What people do in the app."""

    def __init__(self, server, app, check, chrome):
        self.server = server
        self.app = app
        self.check = check
        self.chrome = chrome
        self.alice = server.account("alice")
        self.bob = server.account("bob")
        self.pictures = os.environ.get("LEXGEN_SCREENSHOTS")

    def look(self, name):
        for size in ("wide", "phone"):
            self.chrome.resize(size)
            for scheme in ("light", "dark"):
                self.chrome.scheme(scheme)
                found = accessibility.problems(self.chrome)
                self.check(f"{name} ({size}, {scheme})", not found, found)
                if self.pictures:
                    os.makedirs(self.pictures, exist_ok=True)
                    path = f"statusphere-{name}-{size}-{scheme}.png"
                    self.chrome.screenshot(os.path.join(self.pictures, path))
        self.chrome.scheme("light")
        self.chrome.resize("wide")
        found = [line for line in self.chrome.complaints() if "Failed to load" not in line]
        self.check(f"{name}: the console is empty", not found, found)

    def enter(self, name):
        self.chrome.open(self.app.url)
        self.chrome.fill(self.chrome.input("text"), name)
        self.chrome.click("^log in")

    def log_in(self, account, decision=AUTHORIZE, name=None):
        """From the form of the app, over the pages of the server, and back."""
        self.enter(name or account["handle"])
        for _ in range(6):
            if self.chrome.url.startswith(self.app.url):
                return
            field, password = self.chrome.input("text", "email"), self.chrome.input("password")
            if field is None and password is None:
                self.chrome.click(decision)
                continue
            if field is not None and not field.get_attribute("readonly"):
                self.chrome.fill(field, account["handle"])
            if password is not None:
                self.chrome.fill(password, account["password"])
            self.chrome.click(SIGN_IN)
        assert self.chrome.url.startswith(self.app.url), self.chrome.text[:500]

    def records(self, account):
        query = f"?repo={account['did']}&collection={COLLECTION}"
        return self.server.call("com.atproto.repo.listRecords", query=query)["records"]

    def item(self, account):
        """The first status of an account in the list."""
        for element in self.chrome.visible(".statuses li"):
            if f"@{account['handle']}" in element.text:
                return element.text
        return None

    # Parts.

    def sets_a_status(self):
        self.chrome.open(self.app.url)
        self.look("start")
        self.log_in(self.alice)
        self.check("the account is shown", f"@{self.alice['handle']}" in self.chrome.text)
        self.chrome.click("🦋")
        self.check("the status is listed", "🦋" in (self.item(self.alice) or ""), self.chrome.text)
        pressed = self.chrome.visible("[aria-pressed=true]")
        self.check.equal("its button is marked", [e.text for e in pressed], ["🦋"])
        found = [record["value"] for record in self.records(self.alice)]
        self.check.equal("a record is written", [value["status"] for value in found], ["🦋"])
        self.look("logged-in")

    def sees_others(self):
        """A record that another app wrote arrives with the firehose; an invalid one does not count."""
        token = self.server.session(self.bob)["accessJwt"]
        for status in ("no emoji", "🚀"):
            record = {"$type": COLLECTION, "status": status, "createdAt": "2026-05-01T10:15:00Z"}
            body = {"repo": self.bob["did"], "collection": COLLECTION, "record": record}
            self.server.call("com.atproto.repo.createRecord", body, token)
        for _ in range(100):
            self.chrome.open(self.app.url)
            if self.item(self.bob):
                break
            time.sleep(0.1)
        self.check("it is listed", "🚀" in (self.item(self.bob) or ""), self.chrome.text)
        self.check("the invalid one is not", "no emoji" not in self.chrome.text)

    def logs_out(self):
        self.chrome.click("^log out")
        self.check("the form is back", self.chrome.control("^log in"), self.chrome.text)
        self.check("the status stays", self.item(self.alice), self.chrome.text)

    def may_deny(self):
        self.log_in(self.bob, DENY)
        self.check("an alert says so", "did not approve" in self.chrome.text, self.chrome.text)
        self.check("nobody is logged in", self.chrome.control("^log in"), self.chrome.text)

    def names_a_server(self):
        self.log_in(self.bob, name=self.server.url)
        self.check("the account is shown", f"@{self.bob['handle']}" in self.chrome.text)
        self.chrome.click("^log out")

    def mistypes(self):
        for name in ("nobody.test", "<script>alert(1)</script>", "http://127.0.0.1:1"):
            self.enter(name)
            found = self.chrome.visible("[role=alert]")
            self.check(f"an alert for {name}", found, self.chrome.text)
            self.check.equal("the name stays", self.chrome.input("text").get_attribute("value"), name)

    def refuses(self):
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        for path in ("/login", "/status", "/logout"):
            for origin in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
                status = self.app.post(path, {**form, **origin})
                self.check.equal(f"{path} from {origin}", status, 403)
        own = {**form, "Origin": self.app.url}
        self.check.equal("without login", self.app.post("/status", own), 400)
        self.chrome.open(f"{self.app.url}/oauth/callback?state=x&code=y&iss={self.server.url}")
        self.check("a stranger's callback", self.chrome.visible("[role=alert]"), self.chrome.text)
        metadata = json.loads(self.app.get("/oauth-client-metadata.json"))
        self.check("the metadata names the scope", COLLECTION in metadata["scope"], metadata)


def main(atproto, statusphere):
    if installed() is None:
        print("skipped: no chromium or no chromedriver")
        return
    check = Checks()
    with Server(atproto) as server, App(statusphere, server) as app, Chrome() as chrome:
        visit = Visit(server, app, check, chrome)
        check.run(
            visit.sets_a_status,
            visit.sees_others,
            visit.logs_out,
            visit.may_deny,
            visit.names_a_server,
            visit.mistypes,
            visit.refuses,
        )
        check("the example logs no error", " error " not in app.output(), app.output())
    check.finish()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
