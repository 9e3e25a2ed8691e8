"""The forms of the account page in Chromium, one after the other, as their owner uses them."""

import os
import re
import time
import urllib.error
import urllib.request

from browser import Browser
from chrome import Chrome

CODE = r"\b[A-Z2-7]{5}-[A-Z2-7]{5}\b"
APP_PASSWORD = r"\b[a-z2-7]{4}(?:-[a-z2-7]{4}){3}\b"


class AccountForms:
    """Each part is an account of its own, signed in at `/account`."""

    def __init__(self, scene):
        self.scene = scene
        self.check = scene.check
        self.server = scene.server

    @property
    def chrome(self):
        return self.scene.chrome

    def visit(self, name):
        """A new account at its page, in a browser that was never here."""
        account = self.server.account(name)
        chrome = self.chrome.forget()
        chrome.open(self.server.url + "/account")
        self.scene.look(chrome, "account-sign-in")
        self.scene.sign_in(chrome, account, remembers=True)
        return account

    def open(self, path):
        self.chrome.open(self.server.url + path)

    def fill(self, **values):
        """Fills fields by their names; dashes are written as underscores."""
        for name, value in values.items():
            field = self.chrome.visible(f'input[name="{name.replace("_", "-")}"]')[0]
            self.chrome.fill(field, value)

    def is_told(self, name, words):
        """Whether the page says that it was done."""
        found = [element.text for element in self.chrome.visible("[role=status]")]
        self.check(name, any(words in text for text in found), self.chrome.text[:300])

    def is_refused(self, name, words):
        found = [element.text for element in self.chrome.visible("[role=alert]")]
        self.check(name, any(words in text for text in found), self.chrome.text[:300])

    def code(self, before):
        """The code in the next mail after so many bytes of them."""
        for _ in range(100):
            with open(self.server.mail, encoding="utf-8") as file:
                found = re.findall(CODE, file.read()[before:])
            if found:
                return found[-1]
            time.sleep(0.1)
        raise AssertionError("no mail with a code")

    def mailed(self):
        return os.path.getsize(self.server.mail) if os.path.exists(self.server.mail) else 0

    def works(self, identifier, password):
        body = {"identifier": identifier, "password": password}
        try:
            return bool(self.server.call("com.atproto.server.createSession", body))
        except RuntimeError:
            return False

    # Parts.

    def app_passwords(self):
        account = self.visit("dora")
        chrome, look = self.chrome, self.scene.look
        chrome.click("^create")
        look(chrome, "app-password")
        self.fill(name="My <b>app</b>", password="wrong")
        chrome.click("^create app password")
        self.is_refused("a wrong password makes no app password", "wrong")
        self.check.equal(
            "the name is still there",
            chrome.visible("input[name=name]")[0].get_attribute("value"),
            "My <b>app</b>",
        )
        self.fill(password=account["password"])
        chrome.click("^create app password")
        look(chrome, "app-password-made")
        secret = re.search(APP_PASSWORD, chrome.text)
        self.check("the app password is shown", secret, chrome.text)
        self.check("it opens a session", self.works(account["handle"], secret[0]), secret[0])
        chrome.click("^done")
        self.check("the list has its name", "My <b>app</b>" in chrome.text, chrome.text)
        self.check("but not the password", secret[0] not in chrome.text, chrome.text)
        look(chrome, "account-with-app-password")
        chrome.click("^revoke")
        self.is_told("it is revoked", "no longer works")
        self.check("it opens no session", not self.works(account["handle"], secret[0]))
        self.scene.is_quiet(chrome, "app passwords")

    def email(self):
        account = self.visit("erin")
        chrome, look = self.chrome, self.scene.look
        self.open("/account/email")
        look(chrome, "email")
        before = self.mailed()
        chrome.click("^send a code")
        look(chrome, "email-confirm")
        self.fill(code="AAAAA-AAAAA")
        chrome.click("^confirm")
        self.is_refused("a wrong code confirms nothing", "not valid")
        self.fill(code=self.code(before))
        chrome.click("^confirm")
        self.is_told("the email is confirmed", "confirmed")
        chrome.click("^change email")
        before = self.mailed()
        self.fill(email="new@mail.test", password=account["password"])
        chrome.click("^change email")
        self.check("a code is sent to the old email", account["email"] in chrome.text, chrome.text)
        look(chrome, "email-code")
        self.fill(code=self.code(before), password=account["password"])
        chrome.click("^change email")
        self.is_told("the email is changed", "changed")
        session = self.server.session(account)
        self.check.equal("the session has it", session.get("email"), "new@mail.test")
        self.scene.is_quiet(chrome, "email")

    def handle(self):
        account = self.visit("fred")
        chrome = self.chrome
        self.open("/account/handle")
        self.scene.look(chrome, "handle")
        self.fill(handle=self.scene.alice["handle"])
        chrome.click("^change handle")
        self.is_refused("the handle of another account is refused", "taken")
        self.scene.look(chrome, "handle-refused")
        handle = "freddy" + self.server.domain
        self.fill(handle="@" + handle)
        chrome.click("^change handle")
        self.is_told("the handle is changed", "changed")
        found = self.server.call("com.atproto.identity.resolveHandle", query=f"?handle={handle}")
        self.check.equal("it resolves", found["did"], account["did"])
        self.scene.is_quiet(chrome, "handle")

    def deactivation(self):
        account = self.visit("gina")
        chrome = self.chrome
        self.open("/account/deactivate")
        self.scene.look(chrome, "deactivate")
        self.fill(password="wrong")
        chrome.click("^deactivate")
        self.is_refused("a wrong password deactivates nothing", "wrong")
        self.fill(password=account["password"])
        chrome.click("^deactivate")
        self.is_told("the account is deactivated", "deactivated")
        self.scene.look(chrome, "account-deactivated")
        self.check.equal("it is not served", self.status(account), False)
        chrome.click("^activate")
        self.scene.look(chrome, "activate")
        chrome.click("^activate")
        self.is_told("it is active again", "active again")
        self.check.equal("it is served", self.status(account), True)
        self.scene.is_quiet(chrome, "deactivation")

    def status(self, account):
        query = f"?did={account['did']}"
        return self.server.call("com.atproto.sync.getRepoStatus", query=query)["active"]

    def export(self):
        account = self.visit("hugo")
        folder = os.path.join(self.server.folder, "downloads")
        os.makedirs(folder, exist_ok=True)
        self.chrome.cdp("Browser.setDownloadBehavior", behavior="allow", downloadPath=folder)
        self.chrome.control("^download").click()
        path = os.path.join(folder, account["handle"] + ".car")
        self.chrome.wait_for(lambda: os.path.exists(path))
        with open(path, "rb") as file:
            car = file.read()
        self.check("a CAR file is saved", b"roots" in car[:40] and len(car) > 100, car[:60])
        query = f"?did={account['did']}"
        with urllib.request.urlopen(
            f"{self.server.socket}/xrpc/com.atproto.sync.getRepo{query}"
        ) as response:
            self.check.equal("it is the repository", len(car), len(response.read()))
        self.scene.is_quiet(self.chrome, "export")

    def devices(self):
        account = self.visit("iris")
        chrome = self.chrome
        # Another browser, which has no scripts, and signs in by itself.
        other = Browser(self.server.hosts)
        page = other.open(self.server.url + "/account")
        form = page.button("sign in").form
        values = {"identifier": account["handle"], "password": account["password"]}
        page = other.submit(page, page.button("sign in"), values | {"remember": "true"}, form)
        self.check("the other browser is signed in", account["handle"] in page.text, page)
        self.open("/account")
        self.scene.look(chrome, "account-with-devices")
        self.check("both are listed", chrome.text.count("Last seen") == 2, chrome.text)
        chrome.click("^sign out firefox")
        self.is_told("the other one is signed out", "signed out")
        page = other.open(self.server.url + "/account")
        self.check("it has to sign in again", page.button("sign in"), page)
        self.check("this one has not", account["handle"] in chrome.text, chrome.text)
        chrome.click("^sign out$")
        self.check("until it signs out", chrome.input("password"), chrome.text)
        self.scene.is_quiet(chrome, "devices")

    def apps(self):
        """A permission that is left out, the list of apps, and revocation."""
        account = self.visit("jane")
        chrome = self.chrome
        client = self.scene.client("atproto account:email repo:com.example.note")
        chrome.open(client.authorization_url())
        self.scene.look(chrome, "consent-with-choice")
        chrome.visible("input[type=checkbox]")[0].click()
        chrome.click("^authorize")
        mode, found = self.scene.returned(chrome)
        answer = client.exchange(found["code"]).json()
        self.check.equal("the rest is granted", answer["scope"], "atproto repo:com.example.note")
        self.check.equal("to the account", answer["sub"], account["did"])
        self.open("/account")
        chrome.visible("summary")[0].click()
        self.check("the email is not listed", "email address" not in chrome.text, chrome.text)
        self.check("what is granted is", "com.example.note" in chrome.text, chrome.text)
        self.scene.look(chrome, "account-with-app")
        chrome.click("^revoke")
        self.is_told("the app is revoked", "no access")
        self.scene.is_quiet(chrome, "apps")

    def reset(self):
        account = self.server.account("kate")
        chrome = self.chrome.forget()
        self.open("/account")
        chrome.click("^reset")
        self.scene.look(chrome, "reset")
        before = self.mailed()
        self.fill(email=account["email"])
        chrome.click("^send the code")
        self.scene.look(chrome, "reset-code")
        self.fill(code=self.code(before), new_password="quite another password")
        chrome.click("^set password")
        self.scene.look(chrome, "reset-done")
        works = self.works(account["handle"], "quite another password")
        self.check("the new password is good", works, chrome.text)
        self.check("the old one is not", not self.works(account["handle"], account["password"]))
        self.scene.is_quiet(chrome, "reset")

    def deletion(self):
        account = self.visit("liam")
        chrome = self.chrome
        self.open("/account/delete")
        self.scene.look(chrome, "delete")
        before = self.mailed()
        chrome.click("^send the code")
        self.scene.look(chrome, "delete-code")
        code = self.code(before)
        self.fill(password="wrong", code=code)
        chrome.click("^delete my account")
        self.is_refused("a wrong password deletes nothing", "wrong")
        self.fill(password=account["password"], code=code)
        chrome.click("^delete my account")
        self.scene.look(chrome, "deleted")
        self.check("the account is gone", not self.works(account["did"], account["password"]))
        self.open("/account")
        self.check("nobody is signed in", chrome.input("password"), chrome.text)
        self.scene.is_quiet(chrome, "deletion")

    def languages(self):
        """The pages in other languages, by what the browser and the app ask for."""
        account = self.server.account("mona")
        for language, words in (
            ("de", "Anmelden"),
            ("fr", "Se connecter"),
            ("ja", "サインイン"),
        ):
            with Chrome(language=language) as chrome:
                client = self.scene.client("atproto account:email transition:generic")
                chrome.open(client.authorization_url())
                tag = chrome.driver.find_element("tag name", "html").get_attribute("lang")
                self.check.equal(f"{language}: the language of the page", tag, language)
                self.scene.look(chrome, f"sign-in-{language}")
                chrome.fill(chrome.input("text"), account["handle"])
                chrome.fill(chrome.input("password"), account["password"])
                chrome.visible("input[type=checkbox]")[0].click()
                chrome.click(f"^{words}")
                self.scene.look(chrome, f"consent-{language}")
                chrome.leave(chrome.visible("#authorize button")[0].click)
                self.check("a code", "code" in self.scene.returned(chrome)[1], chrome.url)
                for path in ("", "/email", "/handle", "/app-password", "/delete"):
                    chrome.open(f"{self.server.url}/account{path}")
                    self.scene.look(chrome, f"account{path.replace('/', '-')}-{language}")
                client = self.scene.client()
                chrome.open(client.authorization_url(ui_locales="es"))
                self.check("the app chooses", "cuenta" in chrome.text, chrome.text)
