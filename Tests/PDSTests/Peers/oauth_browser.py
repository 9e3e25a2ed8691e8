"""The pages of the authorization server in Chromium.

usage: oauth_browser.py ATPROTO      (the executable)

LEXGEN_SCREENSHOTS names a directory for pictures of every page: light and dark, wide and as narrow
as a phone. ONLY=signs_up,denies in the environment runs these parts by themselves.
"""

import json
import os
import re
import sys
import tempfile
import urllib.parse

from selenium.webdriver.common.keys import Keys

import accessibility
from account_forms import AccountForms
from checks import Checks
from chrome import Chrome, installed
from client_host import ClientHost, send
from oauth_person import AUTHORIZE, DENY, OTHER_ACCOUNT, SIGN_IN, SIGN_UP
from oauth_protocol import Client
from served import PASSWORD, Server

SCOPE = "atproto transition:generic"
CALLBACK = b"""<!doctype html><html lang="en"><title>Callback</title><h1>Callback</h1>
<p>Back at the app."""


class Scene:
    """The server, a client with a callback page on loopback, and what a person does."""

    def __init__(self, server, host, check, chrome):
        self.server = server
        self.host = host
        self.check = check
        self.chrome = chrome
        self.pictures = os.environ.get("LEXGEN_SCREENSHOTS")
        self.posted = []
        self.examined = set()
        host.paths["/callback"] = self.answer_callback
        self.redirect = host.url + "/callback"
        self.alice = server.account("alice")
        self.bob = server.account("bob")

    def answer_callback(self, handler):
        if handler.command == "POST":
            self.posted.append(dict(urllib.parse.parse_qsl(handler.body.decode())))
        send(handler, CALLBACK, kind="text/html; charset=utf-8")

    def client(self, scope=SCOPE):
        query = urllib.parse.urlencode({"redirect_uri": self.redirect, "scope": scope})
        return Client(self.server.url, "http://localhost?" + query, self.redirect, scope)

    def returned(self, chrome):
        """What the client got: from the query, the fragment or the body."""
        chrome.wait_for(lambda: chrome.url.startswith(self.redirect))
        parts = urllib.parse.urlsplit(chrome.url)
        if self.posted:
            return "form_post", self.posted.pop()
        mode = "fragment" if parts.fragment else "query"
        return mode, dict(urllib.parse.parse_qsl(parts.fragment or parts.query))

    def sign_in(self, chrome, account, remembers=False):
        """Until the page asks for no name and no password."""
        for _ in range(4):
            name, password = chrome.input("text", "email"), chrome.input("password")
            if name is None and password is None:
                return
            if name is not None and name.is_enabled() and not name.get_attribute("readonly"):
                chrome.fill(name, account["handle"])
            if password is not None:
                chrome.fill(password, account["password"])
                box = chrome.input("checkbox")
                if box is not None and box.is_selected() != remembers:
                    box.click()
            chrome.click(SIGN_IN)
        raise AssertionError(f"still asked to sign in: {chrome.text[:500]!r}")

    def look(self, chrome, name):
        """Checks a page once in both color schemes and widths, and takes pictures of it."""
        if name in self.examined or not chrome.has_scripts:
            return
        self.examined.add(name)
        for size in ("wide", "phone"):
            chrome.resize(size)
            for scheme in ("light", "dark"):
                chrome.scheme(scheme)
                found = accessibility.problems(chrome)
                self.check(f"{name} ({size}, {scheme})", not found, found)
                if self.pictures:
                    os.makedirs(self.pictures, exist_ok=True)
                    path = os.path.join(self.pictures, f"oauth-{name}-{size}-{scheme}.png")
                    chrome.screenshot(path)
            chrome.scheme("light")
        chrome.resize("wide")
        found = accessibility.focus_problems(chrome)
        self.check(f"{name}: the Tab key", not found, found)
        self.is_quiet(chrome, name)

    def is_quiet(self, chrome, name):
        # Chromium reports a page of an error as the failure to load a resource.
        found = [line for line in chrome.complaints() if "Failed to load resource" not in line]
        self.check(f"{name}: the console is empty", not found, found)

    # Parts.

    def signs_up(self):
        chrome = self.chrome.forget()
        client = self.client()
        chrome.open(client.authorization_url(prompt="create"))
        self.look(chrome, "sign-up")
        handle = "newcomer" + self.server.domain
        for element in chrome.visible("input"):
            kind = element.get_attribute("type")
            if kind == "password":
                chrome.fill(element, PASSWORD)
            elif kind == "email":
                chrome.fill(element, "newcomer@mail.test")
            elif kind == "text" and "invite" not in element.get_attribute("name"):
                chrome.fill(element, handle)
        chrome.click(SIGN_UP)
        self.check("the consent page shows the new handle", handle in chrome.text, chrome.text)
        chrome.click(AUTHORIZE)
        mode, found = self.returned(chrome)
        answer = client.exchange(found["code"])
        self.check.equal("the code is good", answer.status_code, 200)
        self.check.equal("a record is created", client.create_record().status_code, 200)
        self.is_quiet(chrome, "sign-up")

    def modes(self):
        """Sign-in, consent and the way back, in all three response modes."""
        for mode in ("query", "fragment", "form_post"):
            self.authorize(self.chrome.forget(), mode)

    def authorize(self, chrome, mode):
        client = self.client()
        chrome.open(client.authorization_url(response_mode=mode))
        self.look(chrome, "sign-in")
        self.sign_in(chrome, self.alice)
        self.look(chrome, "consent")
        self.check(
            f"{mode}: the account is shown", self.alice["handle"] in chrome.text, chrome.text
        )
        chrome.click(AUTHORIZE)
        if not chrome.has_scripts and mode == "form_post":
            self.check(
                f"{mode}: a button sends the answer", chrome.control("continue"), chrome.text
            )
            chrome.click("continue")
        found_mode, found = self.returned(chrome)
        self.check.equal(f"{mode}: the mode", found_mode, mode)
        self.check.equal(f"{mode}: the state", found.get("state"), client.state)
        self.check.equal(f"{mode}: the issuer", found.get("iss"), self.server.url)
        answer = client.exchange(found.get("code", ""))
        self.check.equal(f"{mode}: the code is good", answer.status_code, 200)
        self.is_quiet(chrome, mode)
        return client

    def without_scripts(self):
        for mode in ("query", "form_post"):
            self.authorize(self.chrome.forget(), mode)

    def wrong_password(self):
        chrome = self.chrome.forget()
        chrome.open(self.client().authorization_url())
        wrong = dict(self.alice, password="wrong")
        try:
            self.sign_in(chrome, wrong)
            self.check("a wrong password signs nobody in", False, chrome.text)
        except AssertionError:
            self.look(chrome, "wrong-password")
            alerts = chrome.visible("[role=alert]")
            self.check("an alert says so", alerts and alerts[0].text, chrome.text)
        self.sign_in(chrome, self.alice)
        self.check("the right one does", chrome.control(AUTHORIZE), chrome.text)

    def denies(self):
        chrome = self.chrome.forget()
        client = self.client()
        chrome.open(client.authorization_url())
        self.sign_in(chrome, self.alice)
        chrome.click(DENY)
        mode, found = self.returned(chrome)
        self.check.equal("the client hears it", found.get("error"), "access_denied")
        self.check.equal("with its state", found.get("state"), client.state)

    def keyboard(self):
        """All with the keyboard: Tab, Enter."""
        chrome = self.chrome.forget()
        chrome.open(self.client().authorization_url())
        for _ in range(3):
            field = chrome.input("text", "email", "password")
            if field is None:
                break
            self.tab_to(chrome, field)
            if field.get_attribute("type") != "password" and not field.get_attribute("readonly"):
                chrome.press(self.alice["handle"])
                password = chrome.input("password")
                if password is not None:
                    self.tab_to(chrome, password)
            if chrome.input("password"):
                chrome.press(self.alice["password"])
            chrome.leave(lambda: chrome.press(Keys.ENTER))
        button = chrome.control(AUTHORIZE)
        self.check("Enter signs in", button, chrome.text)
        self.tab_to(chrome, button)
        chrome.leave(lambda: chrome.press(Keys.ENTER))
        self.check("Enter authorizes", "code" in self.returned(chrome)[1], chrome.url)

    @staticmethod
    def tab_to(chrome, element):
        for _ in range(40):
            if chrome.driver.switch_to.active_element == element:
                return
            chrome.press(Keys.TAB)
        raise AssertionError(f"the Tab key does not reach {element.get_attribute('outerHTML')}")

    def remembers(self):
        """Two accounts of a browser that keeps its cookies."""
        chrome = self.chrome.forget()
        for account in (self.alice, self.bob):
            chrome.open(self.client().authorization_url(prompt="login"))
            if chrome.control(OTHER_ACCOUNT):
                chrome.click(OTHER_ACCOUNT)
            self.sign_in(chrome, account, remembers=True)
            chrome.click(AUTHORIZE)
            self.check("a code", "code" in self.returned(chrome)[1], chrome.url)

    def picks(self):
        """The same browser, closed and opened again."""
        client = self.client()
        chrome = self.chrome
        chrome.open(client.authorization_url(prompt="select_account"))
        self.look(chrome, "picker")
        for account in (self.alice, self.bob):
            name = account["handle"]
            self.check(f"{name} can be picked", chrome.control(re.escape(name)), chrome.text)
        self.check("another account can be used", chrome.control(OTHER_ACCOUNT), chrome.text)
        chrome.click(re.escape(self.bob["handle"]))
        self.check("no password is asked for", chrome.input("password") is None, chrome.text)
        chrome.click(AUTHORIZE)
        mode, found = self.returned(chrome)
        answer = client.exchange(found.get("code", ""))
        self.check.equal("the picked account", answer.json().get("sub"), self.bob["did"])

    def errors(self):
        chrome = self.chrome.forget()
        query = urllib.parse.urlencode(
            {"client_id": "http://localhost", "request_uri": "urn:ietf:params:oauth:request_uri:x"}
        )
        chrome.open(f"{self.server.url}/oauth/authorize?{query}")
        self.look(chrome, "error")
        self.check("an error page stays", chrome.url.startswith(self.server.url), chrome.url)

    def account(self):
        """The account page: sessions, a change of the password."""
        carol = self.server.account("carol")
        chrome = self.chrome.forget()
        client = self.client()
        chrome.open(client.authorization_url())
        self.sign_in(chrome, carol, remembers=True)
        chrome.click(AUTHORIZE)
        answer = client.exchange(self.returned(chrome)[1]["code"])
        self.check.equal("a session", answer.status_code, 200)
        self.check.equal("it works", client.create_record().status_code, 200)

        chrome.open(self.server.url + "/account")
        self.sign_in(chrome, carol, remembers=True)
        self.choose(chrome, carol)
        self.look(chrome, "account")
        self.check("the page shows the client", "localhost" in chrome.text, chrome.text)
        self.check("the page shows the account", carol["handle"] in chrome.text, chrome.text)
        chrome.click(r"^revoke")
        if (
            chrome.control(r"^(revoke|yes|confirm)")
            and "revoke" in chrome.text.lower().split("\n")[0]
        ):
            chrome.click(r"^(revoke|yes|confirm)")
        self.check.equal("a revoked session is at its end", client.create_record().status_code, 401)
        self.is_quiet(chrome, "account")

        chrome.open(self.server.url + "/.well-known/change-password")
        self.check("change-password leads into it", "/account" in chrome.url, chrome.url)
        self.sign_in_if_asked(chrome, carol)
        self.look(chrome, "password")
        self.change_password(chrome, carol, "another good password")
        carol["password"] = "another good password"
        session = self.server.session(carol)
        self.check.equal("the new password is good", session["did"], carol["did"])

    def choose(self, chrome, account):
        if chrome.control(r"^revoke") is None and chrome.control(re.escape(account["handle"])):
            chrome.click(re.escape(account["handle"]))

    def sign_in_if_asked(self, chrome, account):
        if len(chrome.visible("input[type=password]")) == 1 and chrome.input("text", "email"):
            self.sign_in(chrome, account, remembers=True)

    def change_password(self, chrome, account, new):
        """Fills the form with the current and the new password."""
        for form in chrome.visible("form"):
            fields = form.find_elements("css selector", "input[type=password]")
            names = [field.get_attribute("autocomplete") for field in fields]
            if "new-password" not in names:
                continue
            for field, name in zip(fields, names):
                chrome.fill(field, new if name == "new-password" else account["password"])
            button = form.find_element("css selector", "button, input[type=submit]")
            chrome.leave(button.click)
            return
        raise AssertionError(f"no form for a new password: {chrome.text[:500]!r}")


def main(program):
    if installed() is None:
        print("skipped: no chromium or no chromedriver")
        print(json.dumps({"checks": 0, "failed": 0, "skipped": True}))
        return
    check, host = Checks(), ClientHost()
    with Server(program) as server, tempfile.TemporaryDirectory(prefix="oauth-profile-") as profile:
        with Chrome(profile) as chrome:
            scene = Scene(server, host, check, chrome)
            forms = AccountForms(scene)
            check.run(
                scene.signs_up,
                scene.modes,
                scene.wrong_password,
                scene.denies,
                scene.keyboard,
                scene.errors,
                scene.account,
                forms.app_passwords,
                forms.email,
                forms.handle,
                forms.deactivation,
                forms.export,
                forms.devices,
                forms.apps,
                forms.reset,
                forms.deletion,
                forms.languages,
                scene.remembers,
            )
        with Chrome(profile) as scene.chrome:
            check.run(scene.picks)
        with Chrome(has_scripts=False) as scene.chrome:
            check.run(scene.without_scripts)
        check("the server logs no error", " error pds" not in server.log, server.log[-2000:])
    host.close()
    check.finish()


if __name__ == "__main__":
    main(sys.argv[1])
