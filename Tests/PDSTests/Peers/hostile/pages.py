"""The pages: who may open them, forged forms, markup from outside, guessed accounts."""

import base64
import re
import statistics
import time
import urllib.parse

from browser import Browser, Document
from oauth_person import AUTHORIZE, SIGN_IN, Person, Stuck, callback

from .world import LOOPBACK, SCOPE, localhost_client_id

MARKUP = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'><svg onload=alert(1)>"


def is_error_page(world, name, page, status=(400,)):
    """An HTML page that leads nowhere."""
    good = page.status in status and page.is_html and callback(page) is None
    world.check(name, good and not page.headers.get("location"), page)
    if page.is_html:
        examine(world, page)


def examine(world, page):
    """What every page has."""
    check, headers = world.check, page.headers
    policy = headers.get("content-security-policy") or ""
    check.quietly("CSP: nothing by default", "default-src 'none'" in policy, policy)
    check.quietly("CSP: no frames around", "frame-ancestors 'none'" in policy, policy)
    check.quietly("CSP: nothing inline", "unsafe-" not in policy, policy)
    check.quietly("no frames", headers.get("x-frame-options") == "DENY", page)
    check.quietly("no sniffing", headers.get("x-content-type-options") == "nosniff", page)
    referrer = headers.get("referrer-policy")
    check.quietly("referrers", referrer in ("same-origin", "no-referrer"), referrer)
    check.quietly("not stored", "no-store" in (headers.get("cache-control") or ""), page)
    check.quietly("no CORS", headers.get("access-control-allow-origin") is None, page)
    document = page.document
    check.quietly("a language", any(e["lang"] for e in document.all("html")), page)
    check.quietly("one heading", len(document.all("h1")) == 1, page)
    check.quietly("a title", page.title, page)
    check.quietly("labels", all(e.label for e in page.inputs), page.inputs)
    handlers = [e for e in document.elements if any(n.startswith("on") for n in e.attributes)]
    check.quietly("no inline handlers", not handlers, handlers)
    inline = [e for e in document.all("script") if not e["src"]]
    check.quietly("no inline scripts", not inline, inline)
    styled = [e for e in document.elements if e.has("style")]
    check.quietly("no inline styles", not styled, styled)
    for form in document.all("form"):
        for button in page.buttons:
            if button.form is form:
                check.quietly("a button has words", button.words, button)


def requests(world):
    """What opens no page, and never leads back to a client."""
    client = world.client()
    url = client.authorization_url()
    browser = Browser(world.server.hosts)
    base = f"{world.server.url}/oauth/authorize"
    name = urllib.parse.quote(client.client_id, safe="")
    pushed = urllib.parse.quote(url.split("request_uri=")[1], safe="%")
    unknown = "urn:ietf:params:oauth:request_uri:req-00000000000000000000000000000000"
    whole = urllib.parse.urlencode(client.request_parameters())
    other = urllib.parse.quote(localhost_client_id("atproto"), safe="")
    evil = urllib.parse.quote(MARKUP, safe="")
    for title, query in {
        "nothing": "",
        "no request_uri": f"client_id={name}",
        "no client": f"request_uri={pushed}",
        "an unknown request_uri": f"client_id={name}&request_uri={unknown}",
        "an empty request_uri": f"client_id={name}&request_uri=",
        "a URL as request_uri": f"client_id={name}&request_uri=https://evil.example/request",
        "a long request_uri": f"client_id={name}&request_uri=" + "x" * 7_000,
        "an unknown client": f"client_id=https://evil.example/c.json&request_uri={pushed}",
        "another client": f"client_id={other}&request_uri={pushed}",
        "markup": f"client_id={evil}&request_uri={evil}",
        "parameters without PAR": whole,
        "two request_uris": f"client_id={name}&request_uri={unknown}&request_uri={pushed}",
        "bytes": f"client_id={name}&request_uri=%ff%fe%00",
    }.items():
        page = browser.open(f"{base}?{query}")
        is_error_page(world, f"authorize with {title}", page, status=(400, 404, 414))
        world.check.quietly(
            "markup is escaped", "<script>alert" not in page.body.decode(errors="replace")
        )
    for title, headers in {
        "a frame": {"Sec-Fetch-Dest": "iframe"},
        "a script": {"Sec-Fetch-Mode": "cors"},
        "an image": {"Sec-Fetch-Dest": "image", "Sec-Fetch-Mode": "no-cors"},
    }.items():
        answer = Browser(world.server.hosts).open(
            world.client().authorization_url(), headers=headers
        )
        is_error_page(world, f"the page for {title}", answer, status=(400, 403))

    # The request belongs to the browser that opened it first.
    client = world.client()
    url = client.authorization_url()
    mine, thief = world.person(), world.person(world.bob)
    page = mine.browser.open(url)
    world.check.equal("the page opens", page.status, 200)
    examine(world, page)
    stolen = thief.browser.open(url)
    if callback(stolen):
        world.check.equal(
            "another browser gets no code", callback(stolen)["error"], "access_denied"
        )
    else:
        is_error_page(world, "another browser gets an error page", stolen)
    try:
        world.check("the first goes on", mine.go_on(page)["code"] or stolen.location, page)
    except Stuck as stuck:
        world.check("the first goes on", callback(stolen) is not None, stuck)
    for cookie in mine.browser.seen_cookies:
        world.check(
            f"cookie {cookie.name}",
            "httponly" in cookie.attributes
            and cookie.attributes.get("samesite", "").lower() == "lax"
            and cookie.attributes.get("path") == "/"
            and "domain" not in cookie.attributes,
            cookie.attributes,
        )


def forms(world):
    """Forged, foreign and repeated forms."""

    def fresh(**options):
        person = Person(Browser(world.server.hosts, **options), world.alice)
        return person, person.browser.open(world.client().authorization_url())

    def sign_in(person, page, headers=None, site="same-origin", **changes):
        form = page.input("password").form if page.input("password") else page.input("text").form
        button = person.button_of(page, form, SIGN_IN)
        values = {}
        for control in page.inputs:
            if control.form is form and control.type != "checkbox":
                values[control["name"]] = (
                    person.password if control.type == "password" else person.identifier
                )
        values.update(changes)
        return person.browser.submit(page, button, values, headers=headers, site=site)

    person, page = fresh()
    world.check("a good form", sign_in(person, page).button(AUTHORIZE), page)
    person, page = fresh(has_fetch_metadata=False)
    world.check("a browser without fetch metadata", sign_in(person, page).button(AUTHORIZE), page)

    form = page.document.all("form")[0]
    hidden = [name for name, value in page.fields(form) if value]
    status = (400, 403)
    person, page = fresh()
    answer = sign_in(
        person, page, {"Origin": "https://evil.example", "Referer": None}, "cross-site"
    )
    is_error_page(world, "a form from another site", answer, status)
    person, page = fresh(has_fetch_metadata=False)
    answer = sign_in(person, page, {"Origin": "https://evil.example", "Referer": None})
    is_error_page(world, "a form of another origin", answer, status)
    person, page = fresh(has_fetch_metadata=False)
    answer = sign_in(person, page, {"Origin": "null", "Referer": None})
    is_error_page(world, "a form of an opaque origin", answer, status)
    world.check("the form carries a token", hidden, page.fields(form))
    for name in hidden:
        person, page = fresh(has_fetch_metadata=False)
        is_error_page(
            world,
            f"a form with another {name}",
            sign_in(person, page, **{name: "x"}),
            status + (404,),
        )
    person, page = fresh(has_fetch_metadata=False)
    thief, other = fresh(has_fetch_metadata=False)
    person.browser.cookies = {}
    is_error_page(world, "a form without cookies", sign_in(person, page), status)
    person, page = fresh(has_fetch_metadata=False)
    person.browser.cookies = thief.browser.cookies
    is_error_page(world, "a form with another browser's cookies", sign_in(person, page), status)
    person, page = fresh()
    action = urllib.parse.urljoin(page.url, page.document.all("form")[0]["action"] or page.url)
    answer = person.browser.request("GET", action.split("?")[0], headers={})
    world.check("the form's URL by GET signs nobody in", answer.status in (400, 404, 405), answer)
    for title, changes in {
        "a megabyte of password": {"password": "x" * (1 << 20)},
        "a NUL": {"identifier": "a\0b"},
        "markup as name": {"identifier": MARKUP},
        "a name twice": {"identifier": ["a", "b"]},
    }.items():
        person, page = fresh()
        names = {"password": page.input("password"), "identifier": page.input("text", "email")}
        values = {
            names[key]["name"]: value for key, value in changes.items() if names[key] is not None
        }
        answer = sign_in(person, page, **values)
        world.check(
            title,
            400 <= answer.status < 500 or (answer.status == 200 and not answer.button(AUTHORIZE)),
            answer,
        )
        world.check(
            f"{title}: escaped", "<script>alert" not in answer.body.decode(errors="replace")
        )

    # The consent form, sent twice and by someone who never signed in.
    person = world.person()
    page = person.until_consent(world.client().authorization_url())
    button = page.button(AUTHORIZE)
    body = page.fields(button.form, None, button)
    target = urllib.parse.urljoin(
        page.url, button["formaction"] or button.form["action"] or page.url
    )
    stranger, opened = fresh(has_fetch_metadata=False)
    answer = stranger.browser.post(target, body, page.url)
    is_error_page(world, "consent by another browser", answer, status + (404,))
    first = person.browser.post(target, body, page.url)
    world.check("consent gives a code", callback(first) and callback(first)["code"], first)
    second = person.browser.post(target, body, page.url)
    world.check(
        "the same form again gives none",
        not (callback(second) and callback(second)["code"]),
        second,
    )
    again = person.browser.open(page.url)
    world.check(
        "the page again gives none", not (callback(again) and callback(again)["code"]), again
    )


def markup(world):
    """What clients write into their documents and requests appears as text, if at all."""
    names = {
        "client_name": MARKUP,
        "logo_uri": "https://app.example.com/x.png",
        "contacts": [MARKUP],
        "scope": SCOPE + " x:<script>alert(1)</script>",
    }
    for mode in ("query", "fragment", "form_post"):
        path = "/mark'up;onclick=alert(1).json"
        world.host.client(path, **names)
        try:
            client = world.client(world.host.url + path)
            url = client.authorization_url(state=MARKUP, response_mode=mode)
        except AssertionError:
            world.host.client("/markup.json", **names)
            client = world.client(world.host.url + "/markup.json")
            url = client.authorization_url(state=MARKUP, response_mode=mode)
        person = world.person()
        answer = person.authorize(url)
        world.check.equal(f"{mode}: the mode", answer.mode, mode)
        world.check.equal(f"{mode}: the state comes back as it was", answer["state"], MARKUP)
        world.check(f"{mode}: a code", answer["code"], answer)
        world.check.equal(f"{mode}: the issuer", answer["iss"], world.server.url)
        consent = next(page for page in person.pages if page.button(AUTHORIZE))
        world.check(
            f"{mode}: the whole client_id is shown", client.client_id in consent.text, consent
        )
        world.check(f"{mode}: the account is shown", world.alice["handle"] in consent.text, consent)
        for page in person.pages:
            if not page.is_html or page.location:
                continue
            examine(world, page)
            elements = Document(page.body.decode()).elements
            world.check.quietly("no script of a client", b"<script>alert" not in page.body, page)
            strange = [
                e for e in elements if e.tag in ("img", "svg", "iframe") and "alert" in str(e)
            ]
            world.check.quietly("no element of a client", not strange, strange)


def answers(world):
    """Where answers go: the registered redirect_uri, with its query kept."""
    redirect = "http://127.0.0.1:8976/callback?kept=1&also=%20x"
    client = world.client(localhost_client_id(SCOPE, redirect), redirect)
    url = client.authorization_url()
    person = world.person()
    answer = person.authorize(url)
    world.check.equal("the query is kept", (answer["kept"], answer["also"]), ("1", " x"))
    world.check.equal("the answer goes to the redirect_uri", answer.url, LOOPBACK)
    last = person.pages[-1]
    world.check(
        "303 and not stored",
        last.status == 303 and "no-store" in last.headers["cache-control"],
        last,
    )
    denied = world.person().deny(world.client().authorization_url())
    world.check.equal("a denial", (denied["error"], denied["code"]), ("access_denied", None))
    world.check("a denial carries state and issuer", denied["state"] and denied["iss"], denied)

    # The hint is the only account that gets through.
    client = world.client()
    url = client.authorization_url(login_hint=world.bob["handle"])
    try:
        answer = Person(Browser(world.server.hosts), world.alice).authorize(url)
        world.check("another account than the hint's gets no code", answer["code"] is None, answer)
    except Stuck as stuck:
        world.check("another account than the hint's gets no code", True, stuck)


def accounts(world):
    """Unknown accounts, wrong passwords, app passwords, taken-down accounts."""
    server = world.server

    def attempt(identifier, password):
        browser = Browser(server.hosts)
        account = {"handle": identifier, "did": "did:none", "password": password}
        person = Person(browser, account)
        page = browser.open(world.client().authorization_url())
        start = time.monotonic()
        for _ in range(2):
            page = person.step(page, None)
            if not page.input("password") or any("alert" in str(e) for e in page.document.elements):
                break
        return page, time.monotonic() - start

    def shown(page, identifier):
        return re.sub(re.escape(identifier), "", page.text)

    wrong, known_time = attempt(world.alice["handle"], "wrong")
    missing, unknown_time = attempt("nobody" + server.domain, "wrong")
    world.check(
        "a wrong password signs nobody in",
        not wrong.button(AUTHORIZE) and not callback(wrong),
        wrong,
    )
    world.check.equal("the same status", missing.status, wrong.status)
    world.check.equal(
        "the same words",
        shown(missing, "nobody" + server.domain),
        shown(wrong, world.alice["handle"]),
    )
    known = [known_time] + [attempt(world.alice["handle"], "wrong")[1] for _ in range(2)]
    unknown = [unknown_time] + [attempt("nobody" + server.domain, "wrong")[1] for _ in range(2)]
    ratio = statistics.median(known) / statistics.median(unknown)
    world.check("about the same time", 0.4 < ratio < 2.5, f"{known} {unknown}")

    token = server.session(world.bob)["accessJwt"]
    made = server.call("com.atproto.server.createAppPassword", {"name": "phone"}, token)
    page, _ = attempt(world.bob["handle"], made["password"])
    world.check("an app password signs nobody in", not page.button(AUTHORIZE), page)
    page, _ = attempt(world.bob["email"], world.bob["password"])
    world.check("an email signs in", page.button(AUTHORIZE), page)
    page, _ = attempt(world.bob["did"], world.bob["password"])
    world.check("a DID signs in", page.button(AUTHORIZE), page)
    page, _ = attempt(world.bob["handle"].upper(), world.bob["password"])
    world.check("a handle in capitals signs in", page.button(AUTHORIZE), page)

    carol = server.account("carol")
    client = world.logged_in(account=carol)
    world.accepted("createRecord", client.create_record())
    basic = base64.b64encode(f"admin:{server.admin_password}".encode()).decode()
    subject = {"$type": "com.atproto.admin.defs#repoRef", "did": carol["did"]}
    takedown = {"subject": subject, "takedown": {"applied": True}}
    server.call("com.atproto.admin.updateSubjectStatus", takedown, basic=basic)
    world.refused("createRecord after a takedown", client.create_record(), status=(400, 401, 403))
    world.refused("a refresh after a takedown", client.refresh(), "invalid_grant")
    page, _ = attempt(carol["handle"], carol["password"])
    world.check("a taken-down account does not sign in", not page.button(AUTHORIZE), page)


def prompts(world):
    """`prompt` and `max_age`-like wishes of clients that cannot be trusted."""
    person = world.person(remembers=True)
    answer = person.authorize(world.client().authorization_url())
    world.check("the first authorization", answer["code"], answer)
    again = world.client()
    page = person.browser.open(again.authorization_url())
    world.check("a public client never gets through silently", callback(page) is None, page)
    page = person.browser.open(world.client().authorization_url(prompt="login"))
    world.check("prompt=login does not offer consent at once", not page.button(AUTHORIZE), page)
    world.check(
        "prompt=login asks for the password",
        person.authorize(world.client().authorization_url(prompt="login"))["code"],
    )
    last = [page for page in person.pages if page.input("password")]
    world.check("it did", last, person.pages)
