"""What a person does on the pages of an authorization server, by their words.

The pages may ask for name and password together or one after the other, and may show an account
picker or not; a person copes with that, and so do these steps.
"""

import re
import urllib.parse

from browser import origin

SIGN_IN = r"^(sign in|log in|next|continue)"
AUTHORIZE = r"^(authorize|allow|accept|approve)"
DENY = r"^(deny|cancel|reject|decline)"
SIGN_UP = r"^(sign up|create|next|continue)"
OTHER_ACCOUNT = r"another account|different account|other account"


class Callback:
    """Where the server sent the browser, and with what."""

    def __init__(self, url, mode, parameters):
        self.url = url
        self.mode = mode
        self.parameters = parameters

    def __getitem__(self, name):
        return self.parameters.get(name)

    def __repr__(self):
        return f"{self.mode} {self.url} {self.parameters}"


class Stuck(AssertionError):
    """The page is not one that the person can go on from."""


def callback(page, browser=None):
    """What the page hands to the client, or nothing if it does not leave the server."""
    target = page.location
    if target is not None:
        parts = urllib.parse.urlsplit(target)
        base = target.split("#")[0].split("?")[0]
        if parts.fragment:
            return Callback(base, "fragment", dict(urllib.parse.parse_qsl(parts.fragment)))
        return Callback(base, "query", dict(urllib.parse.parse_qsl(parts.query)))
    for form in page.document.all("form"):
        action = urllib.parse.urljoin(page.url, form["action"] or page.url)
        if origin(action) != origin(page.url) and form["method"].lower() == "post":
            return Callback(action, "form_post", dict(page.fields(form)))
    return None


class Person:
    """Someone with an account, in front of a browser."""

    def __init__(self, browser, account, identifier=None, password=None, remembers=False):
        self.browser = browser
        self.account = account
        self.identifier = identifier or account["handle"]
        self.password = password or account["password"]
        self.remembers = remembers
        self.pages = []

    def authorize(self, url, decision=AUTHORIZE):
        """Opens the URL, and goes on until the client gets its answer."""
        return self.go_on(self.browser.open(url), decision)

    def deny(self, url):
        return self.authorize(url, DENY)

    def go_on(self, page, decision=AUTHORIZE):
        for _ in range(8):
            self.pages.append(page)
            found = callback(page)
            if found is not None:
                return found
            if page.status >= 400:
                raise Stuck(f"error page: {page}")
            page = self.step(page, decision)
        raise Stuck(f"after 8 pages still at {page}")

    def until_consent(self, url):
        """Signs in, and stops at the page that asks to authorize."""
        return self.sign_in_at(self.browser.open(url), lambda page: page.button(AUTHORIZE))

    def sign_in_at(self, page, is_done):
        for _ in range(6):
            self.pages.append(page)
            if is_done(page):
                return page
            if page.status >= 400 or callback(page):
                raise Stuck(f"not where it should be: {page}")
            page = self.step(page, None)
        raise Stuck(f"after 6 pages still at {page}")

    def step(self, page, decision):
        if page.input("password"):
            return self.give_password(page)
        if self.identifier_input(page):
            return self.give_identifier(page)
        if decision and page.button(AUTHORIZE):
            button = page.button(decision)
            if button is None:
                raise Stuck(f"no {decision} among {page.buttons} on {page}")
            return self.browser.click(page, button)
        choice = self.account_choice(page)
        if choice is not None:
            return choice()
        other = page.button(OTHER_ACCOUNT) or page.link(OTHER_ACCOUNT)
        if other is not None:
            return self.browser.click(page, other)
        raise Stuck(f"nothing to do on {page}: {page.buttons}")

    @staticmethod
    def identifier_input(page):
        return page.input("text", "email")

    def give_password(self, page):
        """Fills the form with the password, and the name if it asks for that, too."""
        password = page.input("password")
        form = password.form
        values = {password["name"]: self.password}
        name = page.input("text", "email", form=form)
        if name is not None and not name.has("readonly"):
            values[name["name"]] = self.identifier
        box = page.input("checkbox", form=form)
        if box is not None:
            values[box["name"]] = [box["value"] or "on"] if self.remembers else []
        return self.browser.submit(page, self.button_of(page, form, SIGN_IN), values)

    def give_identifier(self, page):
        name = self.identifier_input(page)
        button = self.button_of(page, name.form, SIGN_IN)
        return self.browser.submit(page, button, {name["name"]: self.identifier})

    @staticmethod
    def button_of(page, form, words):
        for button in page.buttons:
            if button.form is form and re.search(words, button.words, re.IGNORECASE):
                return button
        raise Stuck(f"no button {words} among {page.buttons} on {page}")

    def account_choice(self, page):
        """How to pick this person's account by a button, link or radio that carries it."""
        for element in page.buttons + page.links:
            if self.is_own(element, element.words):
                return lambda element=element: self.browser.click(page, element)
        for radio in page.document.all("input"):
            if radio.type == "radio" and self.is_own(radio, radio.label):
                button = self.button_of(page, radio.form, SIGN_IN)
                values = {radio["name"]: radio["value"]}
                return lambda: self.browser.submit(page, button, values)
        return None

    def is_own(self, element, words):
        return any(
            own in text
            for own in (self.account["handle"], self.account["did"])
            for text in (words, element["value"])
        )


class Newcomer(Person):
    """Someone who signs up on the pages."""

    def __init__(self, browser, name, domain, password, invite=None):
        account = {"handle": name + domain, "did": "did:none", "password": password}
        super().__init__(browser, account)
        self.email = f"{name}@mail.test"
        self.invite = invite

    def step(self, page, decision):
        form = self.sign_up_form(page)
        if form is None:
            return super().step(page, decision)
        values = {}
        for control in page.inputs:
            if control.form is form:
                values[control["name"]] = self.answer(control)
        return self.browser.submit(page, self.button_of(page, form, SIGN_UP), values)

    @staticmethod
    def sign_up_form(page):
        """The form with an email address of its own or a handle to choose."""
        for control in page.inputs:
            if control.type == "email" or "handle" in control["name"]:
                return control.form
        return None

    def answer(self, control):
        words = f"{control['name']} {control.label}".lower()
        if control.type == "password":
            return self.password
        if control.type == "email" or "email" in words:
            return self.email
        if "invite" in words:
            return self.invite or ""
        if control.type in ("checkbox", "radio"):
            return control["value"] or "on"
        return self.account["handle"]
