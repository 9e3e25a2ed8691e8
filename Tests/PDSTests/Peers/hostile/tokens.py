"""The token and revocation endpoints: wrong grants, replays, races."""

import concurrent.futures
import urllib.parse

from oauth_protocol import LEAVE_OUT, Key

from .world import LOOPBACK, localhost_client_id

OTHER = LOOPBACK.replace("callback", "other")


def is_dead(world, name, client):
    """Checks that neither token of the client works any more."""
    answer = client.create_record()
    world.refused(f"{name}: createRecord", answer, status=(401,))
    world.refused(f"{name}: refresh", client.refresh(), "invalid_grant")


def codes(world):
    client = world.client()
    cases = {
        "another verifier": {"code_verifier": "x" * 43},
        "no verifier": {"code_verifier": LEAVE_OUT},
        "a short verifier": {"code_verifier": "x" * 42},
        "a long verifier": {"code_verifier": "x" * 129},
        "another redirect_uri": {"redirect_uri": OTHER},
        "no redirect_uri": {"redirect_uri": LEAVE_OUT},
        "another client": {"client_id": localhost_client_id("atproto")},
        "no client": {"client_id": LEAVE_OUT},
        "another key": {"key": Key()},
    }
    for name, changes in cases.items():
        client = world.client()
        code = world.code(client)
        key = changes.pop("key", None)
        answer = client.post("/oauth/token", client.code_parameters(code, **changes), key=key)
        world.refused(
            f"a code with {name}", answer, "invalid_grant", "invalid_request", "invalid_client"
        )
    for name, changes, wanted in (
        ("no grant_type", {"grant_type": LEAVE_OUT}, ("invalid_request", "unsupported_grant_type")),
        (
            "grant_type password",
            {"grant_type": "password"},
            ("unsupported_grant_type", "invalid_request"),
        ),
        (
            "grant_type implicit",
            {"grant_type": "implicit"},
            ("unsupported_grant_type", "invalid_request"),
        ),
        ("no code", {"code": LEAVE_OUT}, ("invalid_request",)),
        ("an unknown code", {"code": "cod-" + "0" * 64}, ("invalid_grant",)),
        ("a code with markup", {"code": "<script>"}, ("invalid_grant", "invalid_request")),
        ("a megabyte of code", {"code": "x" * (1 << 20)}, ()),
        (
            "an unknown refresh token",
            {"grant_type": "refresh_token", "refresh_token": "x"},
            ("invalid_grant",),
        ),
    ):
        answer = world.within(3, name, lambda changes=changes: client.exchange("x", **changes))
        world.refused(name, answer, *wanted, status=(400, 413))
    pairs = [*client.code_parameters("x").items(), ("code", "y")]
    world.refused("a code twice", client.post("/oauth/token", pairs), "invalid_request")
    bare = client.send("/oauth/token", client.code_parameters("x"))
    world.refused("no proof", bare, "invalid_dpop_proof", "invalid_request")


def replay(world):
    client = world.client()
    code = world.code(client)
    answer = client.exchange(code)
    world.accepted("a code", answer)
    tokens = answer.json()
    world.check.equal("token_type", tokens["token_type"], "DPoP")
    world.check.equal("sub", tokens["sub"], world.alice["did"])
    world.check(
        "expires_in is at most 15 minutes", 0 < tokens["expires_in"] <= 900, tokens["expires_in"]
    )
    world.check("atproto is granted", "atproto" in tokens["scope"].split(), tokens["scope"])
    world.accepted("createRecord", client.create_record())
    kept = dict(client.tokens)
    world.refused("the code again", client.exchange(code), "invalid_grant")
    client.tokens = kept
    is_dead(world, "after a replayed code", client)

    client = world.logged_in()
    old = client.tokens["refresh_token"]
    world.accepted("a refresh", client.refresh())
    world.check("the refresh token changes", client.tokens["refresh_token"] != old)
    kept = dict(client.tokens)
    world.refused("the old refresh token", client.refresh(refresh_token=old), "invalid_grant")
    client.tokens = kept
    is_dead(world, "after a replayed refresh token", client)


def refreshes(world):
    client = world.logged_in()
    other = world.client()
    stolen = client.refresh_parameters()
    answer = client.post("/oauth/token", stolen, key=Key())
    world.refused("a refresh with another key", answer, "invalid_grant", "invalid_dpop_proof")
    client = world.logged_in()
    wanted = client.refresh(scope=client.scope + " repo:*")
    world.refused("a refresh for more", wanted, "invalid_scope", "invalid_grant", "invalid_request")
    narrow = world.logged_in(world.client(localhost_client_id(), scope="atproto"))
    answer = narrow.refresh(scope=client.scope)
    if answer.status_code == 200:
        world.check.equal("a refresh does not widen", answer.json()["scope"], "atproto")
    else:
        world.refused("a refresh does not widen", answer, "invalid_scope", "invalid_request")
    client = world.logged_in()
    answer = other.post(
        "/oauth/token",
        {**client.refresh_parameters(), "client_id": localhost_client_id("atproto")},
        key=client.key,
    )
    world.refused("a refresh by another client", answer, "invalid_grant", "invalid_client")

    # Two at once: https://github.com/bluesky-social/atproto/issues/4656, .../3960.
    client = world.logged_in()
    body = urllib.parse.urlencode(client.refresh_parameters())

    def send(_):
        url = client.issuer + "/oauth/token"
        return client.send("/oauth/token", body, {"DPoP": client.proof("POST", url, client.nonce)})

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        found = list(pool.map(send, range(8)))
    statuses = sorted(answer.status_code for answer in found)
    world.check("of eight refreshes at most one succeeds", statuses.count(200) <= 1, statuses)
    world.check("the others are refused", set(statuses) <= {200, 400}, statuses)

    client = world.client()
    code = world.code(client)
    body = urllib.parse.urlencode(client.code_parameters(code))
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        found = list(pool.map(send, range(8)))
    statuses = sorted(answer.status_code for answer in found)
    world.check("of eight exchanges at most one succeeds", statuses.count(200) <= 1, statuses)
    world.check("the others are refused", set(statuses) <= {200, 400}, statuses)


def challenges(world):
    """A challenge is good for one session (OAuth specification, "PKCE")."""
    first = world.client()
    second = first.again(key=first.key)
    second.verifier, second.challenge = first.verifier, first.challenge
    world.accepted("a challenge", first.exchange(world.code(first)))
    answer = second.par()
    if answer.status_code == 201:
        answer = second.exchange(world.code(second))
    world.refused("the same challenge again", answer, "invalid_grant", "invalid_request")


def revocation(world):
    client = world.logged_in()
    other = world.client(localhost_client_id("atproto"), scope="atproto")
    answer = client.revoke("x")
    world.accepted("an unknown token", answer, status=(200,))
    world.refused("no token", client.revoke(token=LEAVE_OUT), "invalid_request")
    for name, token in client.tokens.items():
        if name.endswith("_token"):
            world.accepted(f"another client's {name}", other.revoke(token), status=(200, 400))
    world.accepted("the session lives", client.create_record())
    pairs = [*client.authentication().items(), ("token", "x"), ("token", "y")]
    world.refused("a token twice", client.post("/oauth/revoke", pairs), "invalid_request")

    # https://github.com/bluesky-social/atproto/issues/4278: an access token ends at once.
    for name in ("access_token", "refresh_token"):
        client = world.logged_in()
        world.accepted(f"revoke the {name}", client.revoke(client.tokens[name]), status=(200,))
        is_dead(world, f"after its {name} is revoked", client)
