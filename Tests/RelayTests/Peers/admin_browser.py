"""The administrator's page in Chromium.

usage: admin_browser.py ATPROTO      (the executable)

LEXGEN_SCREENSHOTS names a directory for pictures of the page: light and dark, wide and as narrow as a
phone. The last line is a JSON object that counts the checks.
"""

import os
import re
import sys

from websockets.sync.client import connect

from shared import Checks, Relay, Server, until

import accessibility  # noqa: E402
from chrome import Chrome  # noqa: E402


STREAM = "/xrpc/com.atproto.sync.subscribeRepos"


class Scene:
    """A PDS with an account, a relay, and a browser that knows the relay's password."""

    def __init__(self, check, server, relay, chrome):
        self.check = check
        self.server = server
        self.relay = relay
        self.chrome = chrome
        self.host = "localhost:" + server.url.rsplit(":", 1)[1]
        self.pictures = os.environ.get("LEXGEN_SCREENSHOTS")

    @property
    def page(self):
        return self.relay.url.replace("http://", f"http://admin:{self.relay.password}@") + "/admin/"

    def submit(self, action, **values):
        """Fills in and sends the form for an action."""
        for form in self.chrome.visible(f"form[action='/admin/forms/{action}']"):
            inputs = form.find_elements("css selector", "input:not([type=hidden])")
            if {element.get_attribute("name") for element in inputs} == set(values):
                for element in inputs:
                    self.chrome.fill(element, values[element.get_attribute("name")])
                button = form.find_element("css selector", "button")
                return self.chrome.leave(button.click)
        raise AssertionError(f"no form {action} with {sorted(values)}")

    def press(self, action):
        """Presses the button of a row."""
        selector = f"form[action='/admin/forms/{action}'] button"
        for button in self.chrome.visible(selector):
            return self.chrome.leave(button.click)
        raise AssertionError(f"no button {action}")

    def examine(self, name):
        """What anyone needs of a page, in every size and color scheme."""
        for size in ("wide", "phone"):
            for scheme in ("light", "dark"):
                self.chrome.resize(size)
                self.chrome.scheme(scheme)
                for problem in accessibility.problems(self.chrome) or [None]:
                    self.check(f"{name}, {size}, {scheme}", problem is None, str(problem))
                if self.pictures:
                    path = os.path.join(self.pictures, f"relay-{name}-{size}-{scheme}.png")
                    self.chrome.screenshot(path)
        self.chrome.resize("wide")
        self.chrome.scheme("light")
        for problem in accessibility.focus_problems(self.chrome) or [None]:
            self.check(f"{name}, by keyboard", problem is None, str(problem))

    def status(self):
        rows = self.relay.call("/admin/pds/list", isAdministrator=True)
        return rows[0]["Status"] if rows else None

    # Parts

    def shows_an_empty_relay(self):
        self.chrome.open(self.page)
        self.check("the page opens", "Relay" in self.chrome.text, self.chrome.text[:200])
        self.check("nothing is there", "No hosts have been added yet." in self.chrome.text)
        self.examine("empty")

    def adds_a_host(self):
        self.chrome.open(self.page)
        self.submit("crawl", host=self.host)
        self.check("the page says so", "is being crawled" in self.chrome.text)
        until(lambda: self.status() == "active" or self.host in self.relay.call(
            "/admin/subs/getUpstreamConns", isAdministrator=True
        ))
        self.account = self.server.account("alice")
        did = self.account["did"]
        until(lambda: did in str(self.relay.call("/xrpc/com.atproto.sync.listRepos")))
        self.chrome.open(self.page)
        self.check("the host is listed", self.host in self.chrome.text)
        self.check("it is active", "active" in self.chrome.text)
        self.check("it has an account", "1 of" in self.chrome.text)
        self.examine("host")

    def explains_a_mistake(self):
        self.chrome.open(self.page)
        self.submit("crawl", host="pds")
        alerts = [element.text for element in self.chrome.visible("[role=alert]")]
        self.check("the mistake is explained", len(alerts) == 1, str(alerts))
        self.examine("mistake")

    def changes_a_limit(self):
        self.chrome.open(self.page)
        self.submit("limit", host=self.host, limit="7")
        self.check("the limit is shown", "1 of 7" in self.chrome.text)

    def blocks_and_unblocks_a_host(self):
        self.chrome.open(self.page)
        self.press("block")
        self.check.equal("the host is banned", self.status(), "banned")
        self.check("the page says so", "banned" in self.chrome.text)
        self.press("unblock")
        until(lambda: self.status() == "active")
        self.check("the host is active again", True)

    def bans_a_domain(self):
        self.chrome.open(self.page)
        self.submit("ban", domain="example.com")
        self.check("the ban is listed", "example.com" in self.chrome.text)
        self.examine("ban")
        self.press("unban")
        bans = self.relay.call("/admin/subs/listDomainBans", isAdministrator=True)
        self.check.equal("no domain is banned", bans["banned_domains"], [])

    def takes_down_an_account(self):
        did = self.account["did"]
        self.chrome.open(self.page)
        self.submit("takedown", did=did)
        status = self.relay.call(f"/xrpc/com.atproto.sync.getRepoStatus?did={did}")
        self.check.equal("the account is taken down", status["status"], "takendown")
        self.submit("untakedown", did=did)
        status = self.relay.call(f"/xrpc/com.atproto.sync.getRepoStatus?did={did}")
        self.check.equal("the account is active again", status["active"], True)

    def shows_rates_consumers_and_dropped_events(self):
        for number in range(12):
            self.server.call(
                "com.atproto.repo.createRecord",
                {
                    "repo": self.account["did"],
                    "collection": "com.example.note",
                    "record": {"$type": "com.example.note", "text": str(number)},
                },
                token=self.account["accessJwt"],
            )
        # The accounts of this server are unknown to the PLC directory of the relay.
        with Server(self.server.program) as other:
            stream = self.relay.socket + STREAM + "?cursor=0"
            with connect(stream, user_agent_header="test consumer") as consumer:
                consumer.recv(timeout=30)
                self.relay.crawl(other)
                did = other.account("mallory")["did"]
                until(lambda: self.opened() and did in self.chrome.text)
                consumers = [row.text for row in self.chrome.visible("#consumers tbody tr")]
                self.check.equal("one consumer is listed", len(consumers), 1)
                for part in ("127.0.0.1", "test consumer", STREAM):
                    self.check(f"its row contains {part}", part in consumers[0], consumers[0])
                self.shows_why_events_were_dropped(did)
                self.shows_rate_and_lag()
                self.examine("all")

    def opened(self):
        self.chrome.open(self.page)
        return True

    def shows_why_events_were_dropped(self, did):
        rows = [self.cells(row) for row in self.chrome.visible("#dropped-events tbody tr")]
        rows = [cells for cells in rows if cells[2] == did]
        self.check("the commit was dropped", "commit" in [cells[3] for cells in rows], str(rows))
        self.check.equal("for its reason", {cells[4] for cells in rows}, {"noIdentity"})
        self.check("with a detail", all(did in cells[5] for cells in rows), str(rows))

    def shows_rate_and_lag(self):
        rows = [self.cells(row) for row in self.chrome.visible("#hosts tbody tr")]
        # The name may be followed by a tag.
        rows = [cells for cells in rows if cells[0].split()[0] == self.host]
        self.check.equal("the first host has one row", len(rows), 1)
        self.check("its rate is shown", float(rows[0][2]) >= 0.1, rows[0][2])
        self.check("its lag is shown", re.fullmatch(r"\d+\.\d s", rows[0][3]), rows[0][3])

    @staticmethod
    def cells(row):
        return [cell.text for cell in row.find_elements("css selector", "th, td")]

    def breaks_no_rule(self):
        complaints = [text for text in self.chrome.complaints() if "favicon" not in text]
        # An answer with an error status is noted by the browser, too.
        complaints = [text for text in complaints if "status of 400" not in text]
        self.check.equal("the console is empty", complaints, [])


def main(program):
    check = Checks()
    with Server(program) as server, Relay(program, server.plc) as relay:
        with Chrome(has_scripts=True) as chrome:
            scene = Scene(check, server, relay, chrome)
            check.run(
                scene.shows_an_empty_relay, scene.adds_a_host, scene.explains_a_mistake,
                scene.changes_a_limit, scene.blocks_and_unblocks_a_host, scene.bans_a_domain,
                scene.takes_down_an_account, scene.shows_rates_consumers_and_dropped_events,
                scene.breaks_no_rule,
            )
    check.finish()


main(sys.argv[1])
