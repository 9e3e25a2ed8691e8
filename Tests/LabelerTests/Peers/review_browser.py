"""The review page in Chromium: log-in by OAuth, three reports by keyboard alone, and no scripts.

usage: review_browser.py ATPROTO      (the executable)

LEXGEN_SCREENSHOTS names a directory for pictures of the pages: light and dark, wide and as narrow as a
phone. The last line is a JSON object that counts the checks.
"""

import os
import sys
import urllib.parse

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from shared import Checks, Labeler, Server, post, report

import accessibility  # noqa: E402
from chrome import Chrome  # noqa: E402
from oauth_person import AUTHORIZE, SIGN_IN  # noqa: E402

TAKEDOWN = "!takedown"


class Scene:
    """A PDS with an author, a reporter, and a moderator; a labeler; and a browser."""

    def __init__(self, check, server, labeler, accounts, chrome):
        self.check = check
        self.server = server
        self.labeler = labeler
        self.accounts = accounts
        self.chrome = chrome
        self.pictures = os.environ.get("LEXGEN_SCREENSHOTS")
        author, reporter = accounts["author"], accounts["reporter"]
        self.posts = [post(server, author, text) for text in ("one", "two", "three")]
        for subject in self.posts:
            report(server, reporter, labeler, subject, text="please look")

    @property
    def review(self):
        return self.labeler.url + "/review/"

    def subject(self, uri):
        return f"{self.review}subject?" + urllib.parse.urlencode({"uri": uri})

    def labels(self):
        return {
            (label["uri"], label["val"])
            for label in self.labeler.labels() if not label.get("neg")
        }

    def examine(self, name):
        """What anyone needs of a page, in every size and color scheme."""
        for size in ("wide", "phone"):
            for scheme in ("light", "dark"):
                self.chrome.resize(size)
                self.chrome.scheme(scheme)
                for problem in accessibility.problems(self.chrome) or [None]:
                    self.check(f"{name}, {size}, {scheme}", problem is None, str(problem))
                if self.pictures:
                    os.makedirs(self.pictures, exist_ok=True)
                    path = os.path.join(self.pictures, f"review-{name}-{size}-{scheme}.png")
                    self.chrome.screenshot(path)
        self.chrome.resize("wide")
        self.chrome.scheme("light")
        for problem in accessibility.focus_problems(self.chrome) or [None]:
            self.check(f"{name}, by keyboard", problem is None, str(problem))

    def sign_in(self, account):
        """On the pages of the account's server, until it asks for consent."""
        chrome = self.chrome
        for _ in range(4):
            name, password = chrome.input("text", "email"), chrome.input("password")
            if name is None and password is None:
                return
            if name is not None and name.is_enabled() and not name.get_attribute("readonly"):
                chrome.fill(name, account["handle"])
            if password is not None:
                chrome.fill(password, account["password"])
            chrome.click(SIGN_IN)

    def log_in(self, name):
        chrome, account = self.chrome.forget(), self.accounts[name]
        chrome.open(self.review)
        chrome.fill(chrome.input("text"), account["did"])
        chrome.leave(lambda: chrome.press(Keys.ENTER))
        self.sign_in(account)
        chrome.click(AUTHORIZE)
        chrome.wait_for(lambda: chrome.url.startswith(self.labeler.url))

    def focus(self, identifier):
        """Presses Tab until the focus is on an element."""
        for _ in range(80):
            active = self.chrome.driver.switch_to.active_element
            if active.get_attribute("id") == identifier:
                return
            self.chrome.press(Keys.TAB)
        raise AssertionError(f"the Tab key does not reach #{identifier}")

    # Parts

    def shows_the_log_in(self):
        self.chrome.forget().open(self.review)
        self.check("the page asks for a handle", "Log in to review" in self.chrome.text)
        self.examine("login")

    def refuses_others(self):
        self.log_in("reporter")
        self.check("a reporter is refused", "not a member" in self.chrome.text, self.chrome.text)
        self.chrome.open(self.review)
        self.check("and has no session", "Log in to review" in self.chrome.text)

    def logs_in(self):
        self.log_in("moderator")
        self.check("the queue is shown", "Open reports" in self.chrome.text, self.chrome.text)
        found = [subject["uri"] in self.chrome.text for subject in self.posts]
        self.check.equal("all reports are there", found, [True] * 3)
        cookies = {c["name"]: c for c in self.chrome.driver.get_cookies()}
        self.check("the cookie is HttpOnly", cookies["review"]["httpOnly"], str(cookies))
        self.examine("queue")
        self.chrome.open(self.subject(self.posts[0]["uri"]))
        self.examine("subject")
        self.chrome.open(self.review + "team")
        self.examine("team")

    def acknowledges_by_keyboard(self):
        chrome = self.chrome
        chrome.open(self.subject(self.posts[0]["uri"]))
        active = chrome.driver.switch_to.active_element
        self.check.equal("the focus is on the first control", active.text, "Acknowledge")
        chrome.leave(lambda: chrome.press(Keys.ENTER))
        self.check("it is acknowledged", "Reports acknowledged" in chrome.text, chrome.text[:300])
        self.check("the next subject is open", self.posts[0]["uri"] not in chrome.url, chrome.url)

    def labels_by_keyboard(self):
        chrome, uri = self.chrome, self.posts[1]["uri"]
        chrome.open(self.subject(uri))
        self.focus("values")
        chrome.press("spam")
        chrome.leave(lambda: chrome.press(Keys.ENTER))
        self.check("the label is there", (uri, "spam") in self.labels(), str(self.labels()))
        self.check("the page says so", "Labels created" in chrome.text, chrome.text[:300])

    def takes_down_and_reverses_by_keyboard(self):
        chrome, uri = self.chrome, self.posts[2]["uri"]
        chrome.open(self.subject(uri))
        self.focus("takedown-comment")
        chrome.press("a scam")
        chrome.leave(lambda: chrome.press(Keys.ENTER))
        self.check("it is taken down", (uri, TAKEDOWN) in self.labels(), str(self.labels()))
        chrome.open(self.subject(uri))
        self.check("the page says so", "taken down" in chrome.text)
        self.examine("taken-down")
        self.focus("reverse-comment")
        chrome.press("a mistake")
        chrome.leave(lambda: chrome.press(Keys.ENTER))
        self.check("it is reversed", (uri, TAKEDOWN) not in self.labels(), str(self.labels()))
        self.check("the history has the reason", "a mistake" in chrome.text, chrome.text[-800:])

    def has_access_keys(self):
        self.chrome.open(self.subject(self.posts[1]["uri"]))
        keys = {
            element.get_attribute("accesskey")
            for element in self.chrome.driver.find_elements(By.CSS_SELECTOR, "[accesskey]")
        }
        self.check.equal("the access keys", keys, set("aletcn"))

    def logs_out(self):
        self.chrome.open(self.review)
        self.chrome.click("^log out")
        self.chrome.open(self.review)
        self.check("the session is over", "Log in to review" in self.chrome.text)

    def works_without_scripts(self):
        self.log_in("moderator")
        self.check("the queue is shown", "Open reports" in self.chrome.text, self.chrome.text)
        self.chrome.click("^closed")
        self.check("what was done is there", self.posts[0]["uri"] in self.chrome.text)

    def is_quiet(self):
        complaints = [
            text for text in self.chrome.complaints()
            if "favicon" not in text and "Failed to load resource" not in text
        ]
        self.check.equal("the console is empty", complaints, [])


def main(program):
    check = Checks()
    with Server(program) as server:
        names = {"author": "alice", "reporter": "bob", "moderator": "carol"}
        accounts = {part: server.account(name) for part, name in names.items()}
        with Labeler(program, server.plc, "--admins", accounts["moderator"]["did"]) as labeler:
            with Chrome(has_scripts=True) as chrome:
                scene = Scene(check, server, labeler, accounts, chrome)
                check.run(
                    scene.shows_the_log_in, scene.refuses_others, scene.logs_in,
                    scene.acknowledges_by_keyboard, scene.labels_by_keyboard,
                    scene.takes_down_and_reverses_by_keyboard, scene.has_access_keys,
                    scene.logs_out, scene.is_quiet,
                )
            with Chrome(has_scripts=False) as chrome:
                scene.chrome = chrome
                check.run(scene.works_without_scripts)
    check.finish()


main(sys.argv[1])
