"""After a restart with limits, without the development switch: guessing, loopback, lifetimes."""

import time

from browser import Browser
from oauth_person import AUTHORIZE, Person, callback

from .world import LOOPBACK, localhost_client_id


class Persisted:
    """What began before a restart."""

    def __init__(self, world):
        self.client = world.logged_in()
        self.pending = world.client()
        self.url = self.pending.authorization_url()
        self.person = world.person(world.bob, remembers=True)
        self.person.authorize(world.client().authorization_url())

    def check(self, world):
        """Pending requests, sessions and remembered browsers survive it."""
        world.accepted("a session survives", self.client.create_record())
        world.accepted("its refresh token does", self.client.refresh())
        answer = self.person.authorize(self.url)
        world.check("a pending request survives", answer["code"], answer)
        asked = [page for page in self.person.pages[-4:] if page.input("password")]
        world.check("a remembered browser is not asked again", not asked, self.person.pages[-4:])
        world.accepted("its code is good", self.pending.exchange(answer["code"]))


def guessing(world):
    """Ends in 429 within 80 tries, and the owner still gets in elsewhere."""
    browser = Browser(world.server.hosts)
    guess = dict(world.alice, password="wrong")
    page = browser.open(world.client().authorization_url())
    tries, start = 0, time.monotonic()
    while tries < 80 and page.status != 429:
        person = Person(browser, guess)
        if not (page.input("password") or page.input("text", "email")):
            page = browser.open(world.client().authorization_url())
        page = person.step(page, None)
        tries += 1
    world.check("guessing ends in 429", page.status == 429, f"{tries} tries: {page}")
    world.check("it says so", page.is_html and callback(page) is None, page)
    print(f"     after {tries} tries in {time.monotonic() - start:.1f} s")
    fresh = Browser(world.server.hosts)
    page = Person(fresh, guess).step(fresh.open(world.client().authorization_url()), None)
    world.check("another browser at the same address is limited, too", page.status == 429, page)
    # A stranger must not lock the owner out: limits of a stranger's address are not the account's.
    other = Browser(world.server.hosts)
    forwarded = {"X-Forwarded-For": "198.51.100.7"}
    request = other.request
    other.request = lambda method, url, body=None, headers=None: request(
        method, url, body, {**(headers or {}), **forwarded}
    )
    page = Person(other, world.alice).until_consent(world.client().authorization_url())
    world.check("the owner gets in from elsewhere", page.button(AUTHORIZE), page)


def production(world):
    """Without the development switch, loopback is not called."""
    before = world.host.hits.total()
    client = world.client(world.host.url + "/good.json")
    world.refused("a client on loopback", client.par())
    world.check.equal("it is not fetched", world.host.hits.total(), before)
    loopback = world.client(localhost_client_id(), LOOPBACK)
    world.accepted("the localhost client works everywhere", loopback.par(), status=(201,))


def lifetimes(world):
    """With lifetimes of seconds: what is late is refused."""
    late = world.client()
    url = late.authorization_url()
    client = world.client()
    code = world.code(client)
    refreshed = world.logged_in()
    world.accepted("createRecord", refreshed.create_record())
    unused = world.logged_in()
    time.sleep(3.3)
    page = Browser(world.server.hosts).open(url)
    found = callback(page)
    world.check(
        "a late request gets no page", page.status == 400 or (found and found["error"]), page
    )
    world.refused("a late code", client.exchange(code), "invalid_grant")
    answer = refreshed.create_record()
    world.refused("a late access token", answer, status=(401,))
    challenge = answer.headers.get("www-authenticate", "")
    world.check("the challenge says invalid_token", "invalid_token" in challenge, challenge)
    world.accepted("the refresh token lives", refreshed.refresh())
    world.accepted("createRecord after it", refreshed.create_record())
    time.sleep(4)
    world.refused("a late refresh token", unused.refresh(), "invalid_grant")
