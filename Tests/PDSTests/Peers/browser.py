"""A browser without scripts for tests of HTML pages: cookies, forms, redirects.

Standard library only. It sends what browsers send with a navigation (`Origin`, `Sec-Fetch-*`,
`Referer`), unless a test takes that away, and it follows redirects within an origin. A redirect to
another origin is the caller's to look at: `Page.location`.
"""

import html.parser
import http.client
import re
import urllib.parse

FORM = "application/x-www-form-urlencoded"
BLOCKS = {
    "article",
    "aside",
    "body",
    "br",
    "button",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "header",
    "hr",
    "input",
    "label",
    "legend",
    "li",
    "main",
    "nav",
    "ol",
    "option",
    "p",
    "section",
    "select",
    "summary",
    "table",
    "td",
    "textarea",
    "th",
    "title",
    "tr",
    "ul",
}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}


def origin(url):
    parts = urllib.parse.urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def squeeze(text):
    return re.sub(r"\s+", " ", text).strip()


class Element:
    """An element with its attributes, its text, and the form it belongs to."""

    def __init__(self, tag, attributes):
        self.tag = tag
        self.attributes = attributes
        self.text = ""
        self.form = None
        self.label = ""
        self.options = []

    def __getitem__(self, name):
        return self.attributes.get(name) or ""

    def has(self, name):
        return name in self.attributes

    @property
    def type(self):
        default = {"button": "submit", "input": "text"}.get(self.tag, self.tag)
        return (self["type"] or default).lower()

    @property
    def words(self):
        """What a person reads on a button or a link."""
        shown = self.text if self.tag in ("button", "a", "summary") else self["value"]
        return squeeze(shown) or squeeze(self["aria-label"]) or squeeze(self["title"])

    def __repr__(self):
        return f"<{self.tag} {self.attributes} {squeeze(self.text)!r}>"


class Document(html.parser.HTMLParser):
    """The parts of a page that a person acts on."""

    COLLECTED = {"a", "button", "h1", "h2", "label", "legend", "option", "textarea", "title"}

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements = []
        self.text = ""
        self._open = []
        self._form = None
        self._skipped = 0
        self.feed(text)
        self.close()
        self.text = squeeze(self.text)
        self._associate()

    def handle_starttag(self, tag, attributes):
        # The first of two equal attributes counts.
        element = Element(tag, dict(reversed([(name, value or "") for name, value in attributes])))
        self.elements.append(element)
        element.form = self._form
        if tag in BLOCKS:
            self.text += " "
        if tag == "form":
            self._form = element
        if tag in ("script", "style"):
            self._skipped += 1
        if tag not in VOID:
            self._open.append(element)
        for parent in self._open:
            if parent.tag == "label" and tag in ("input", "select", "textarea"):
                parent.options.append(element)
            if parent.tag == "select" and tag == "option":
                parent.options.append(element)

    def handle_endtag(self, tag):
        if tag in BLOCKS:
            self.text += " "
        if tag == "form":
            self._form = None
        if tag in ("script", "style"):
            self._skipped = max(0, self._skipped - 1)
        for index in reversed(range(len(self._open))):
            if self._open[index].tag == tag:
                del self._open[index:]
                return

    def handle_data(self, data):
        if self._skipped:
            return
        self.text += data
        for element in self._open:
            if element.tag in self.COLLECTED:
                element.text += data

    def _associate(self):
        forms = {form["id"]: form for form in self.all("form") if form["id"]}
        controls = [e for e in self.elements if e.tag in ("input", "select", "textarea", "button")]
        for control in controls:
            if control.has("form"):
                control.form = forms.get(control["form"])
        texts = {}
        for label in self.all("label"):
            if label["for"]:
                texts.setdefault(label["for"], squeeze(label.text))
            for control in label.options:
                control.label = squeeze(label.text)
        for control in controls:
            named = " ".join(
                squeeze(self._text_of(identifier))
                for identifier in control["aria-labelledby"].split()
            )
            control.label = (
                control.label or texts.get(control["id"], "") or control["aria-label"] or named
            )

    def _text_of(self, identifier):
        found = [e for e in self.elements if e["id"] == identifier]
        return found[0].text if found else ""

    def all(self, *tags):
        return [element for element in self.elements if element.tag in tags]


class Page:
    """An answer, read as HTML if it is that."""

    def __init__(self, method, url, response, body):
        self.method = method
        self.url = url
        self.status = response.status
        self.headers = response.headers
        self.body = body
        self._document = None

    @property
    def document(self):
        if self._document is None:
            self._document = Document(self.body.decode("utf-8", "replace") if self.is_html else "")
        return self._document

    @property
    def is_html(self):
        return (self.headers.get("content-type") or "").startswith("text/html")

    @property
    def text(self):
        return self.document.text

    @property
    def title(self):
        return " ".join(squeeze(element.text) for element in self.document.all("title"))

    @property
    def location(self):
        """The absolute URL that a redirect names, or nothing."""
        target = self.headers.get("location")
        if target is None or not 300 <= self.status < 400:
            return None
        return urllib.parse.urljoin(self.url, target)

    @property
    def buttons(self):
        found = self.document.all("button", "input")
        return [e for e in found if e.type in ("submit", "image") and not e.has("disabled")]

    @property
    def links(self):
        return [e for e in self.document.all("a") if e.has("href")]

    @property
    def inputs(self):
        """The controls that a person fills in."""
        hidden = ("hidden", "submit", "button", "image", "reset")
        found = self.document.all("input", "textarea", "select")
        return [e for e in found if e.type not in hidden and not e.has("disabled")]

    def button(self, words):
        """The first button whose words match the regular expression, or nothing."""
        return self._first(self.buttons, words)

    def link(self, words):
        return self._first(self.links, words)

    @staticmethod
    def _first(elements, words):
        matching = (e for e in elements if re.search(words, e.words, re.IGNORECASE))
        return next(matching, None)

    def input(self, *types, form=None):
        matching = (e for e in self.inputs if e.type in types and form in (None, e.form))
        return next(matching, None)

    def fields(self, form, values=None, button=None):
        """What the form sends: name and value of each control, in order.

        `values` replaces those of controls by name; a list gives a name several values.
        """
        values = dict(values or {})
        pairs = []
        for control in self.document.all("input", "textarea", "select", "button"):
            name = control["name"]
            if control.form is not form or not name or control.has("disabled"):
                continue
            if control.type in ("submit", "image", "button", "reset"):
                if control is button:
                    pairs.append((name, control["value"]))
            elif name in values:
                given = values.pop(name)
                pairs += [
                    (name, value) for value in (given if isinstance(given, list) else [given])
                ]
            elif control.type in ("checkbox", "radio"):
                if control.has("checked"):
                    pairs.append((name, control["value"] or "on"))
            elif control.tag == "select":
                chosen = [e for e in control.options if e.has("selected")] or control.options[:1]
                pairs += [(name, e["value"] or squeeze(e.text)) for e in chosen]
            else:
                pairs.append(
                    (name, control.text if control.tag == "textarea" else control["value"])
                )
        # A name whose control is a radio button that was met before has been sent once already.
        seen, unique = set(), []
        radios = {e["name"] for e in self.document.all("input") if e.type == "radio"}
        for name, value in pairs:
            if name in radios and name in seen:
                continue
            seen.add(name)
            unique.append((name, value))
        return unique

    def __repr__(self):
        return f"{self.method} {self.url} -> {self.status}: {self.text[:300]!r}"


class Cookie:
    def __init__(self, line):
        first, *rest = line.split(";")
        self.name, _, self.value = (part.strip() for part in first.partition("="))
        self.attributes = {}
        for part in rest:
            name, _, value = part.partition("=")
            self.attributes[name.strip().lower()] = value.strip()

    @property
    def is_removed(self):
        return self.attributes.get("max-age", "1").startswith(("0", "-")) or not self.value


class Browser:
    """Cookies, and what a navigation sends.

    - hosts: origins that are reached at another one, as through a reverse proxy.
    - has_fetch_metadata: false for a browser too old to send `Sec-Fetch-*` and `Origin`.
    """

    def __init__(self, hosts=None, has_fetch_metadata=True, language="en", agent=None):
        self.hosts = hosts or {}
        self.has_fetch_metadata = has_fetch_metadata
        self.language = language
        self.agent = (
            agent or "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
        )
        self.cookies = {}
        self.seen_cookies = []
        self.history = []

    def open(self, url, site="cross-site", headers=None):
        """Goes to the URL, as from a link on another site."""
        return self._follow(self.request("GET", url, headers=self._navigation(site, headers)))

    def submit(self, page, button=None, values=None, form=None, site="same-origin", headers=None):
        """Sends the form of the button, or the form given."""
        form = form or button.form
        assert form is not None, f"{button} has no form on {page}"
        target = (button["formaction"] if button is not None else "") or form["action"]
        target = urllib.parse.urljoin(page.url, target or page.url)
        method = (button["formmethod"] if button is not None else "") or form["method"] or "get"
        fields = urllib.parse.urlencode(page.fields(form, values, button))
        if method.lower() == "get":
            return self.open(target.split("?")[0] + "?" + fields, site, headers)
        return self.post(target, fields, page.url, site, headers)

    def post(self, url, body, referer, site="same-origin", headers=None):
        """Sends a form's body, which is text, pairs or bytes, and follows what answers it."""
        if isinstance(body, (list, dict)):
            body = urllib.parse.urlencode(body)
        sent = {"Content-Type": FORM}
        if self.has_fetch_metadata:
            sent["Origin"] = origin(referer)
        if origin(referer) == origin(url):
            sent["Referer"] = referer
        sent |= headers or {}
        return self._follow(self.request("POST", url, body, self._navigation(site, sent)))

    def click(self, page, element, values=None):
        """Follows a link, or sends the form of a button."""
        if element.tag == "a":
            return self.open(urllib.parse.urljoin(page.url, element["href"]), site="same-origin")
        return self.submit(page, element, values)

    def request(self, method, url, body=None, headers=None):
        """One request with this browser's cookies; follows nothing."""
        parts = urllib.parse.urlsplit(url)
        reached = urllib.parse.urlsplit(self.hosts.get(origin(url), origin(url)))
        sent = {"Host": parts.netloc, "User-Agent": self.agent, "Accept-Language": self.language}
        sent["Accept"] = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
        cookies = self.cookies.get(parts.hostname, {}).values()
        is_secure = parts.scheme == "https"
        values = [
            f"{c.name}={c.value}" for c in cookies if is_secure or "secure" not in c.attributes
        ]
        if values:
            sent["Cookie"] = "; ".join(values)
        sent |= headers or {}
        connection = http.client.HTTPConnection(reached.hostname, reached.port, timeout=60)
        try:
            target = parts.path or "/"
            connection.request(
                method,
                target + ("?" + parts.query if parts.query else ""),
                body.encode() if isinstance(body, str) else body,
                {name: value for name, value in sent.items() if value is not None},
            )
            response = connection.getresponse()
            page = Page(method, url, response, response.read())
        finally:
            connection.close()
        for line in response.headers.get_all("set-cookie") or []:
            self._keep(parts.hostname, Cookie(line))
        self.history.append(page)
        return page

    def _keep(self, host, cookie):
        self.seen_cookies.append(cookie)
        jar = self.cookies.setdefault(host, {})
        if cookie.is_removed:
            jar.pop(cookie.name, None)
        else:
            jar[cookie.name] = cookie

    def _navigation(self, site, headers):
        sent = {"Upgrade-Insecure-Requests": "1"}
        if self.has_fetch_metadata:
            sent |= {
                "Sec-Fetch-Site": site,
                "Sec-Fetch-Mode": "navigate",
                "Sec-Fetch-Dest": "document",
                "Sec-Fetch-User": "?1",
            }
        return sent | (headers or {})

    def _follow(self, page):
        for _ in range(10):
            target = page.location
            if target is None or origin(target) != origin(page.url):
                return page
            assert page.status not in (307, 308) or page.method == "GET", f"{page} repeats a form"
            page = self.request("GET", target, headers=self._navigation("same-origin", None))
        raise AssertionError(f"{page} redirects forever")
