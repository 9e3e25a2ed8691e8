"""Client assertions: RFC 7523 and the OAuth specification, "Confidential Client Authentication"."""

import time

from client_host import jwks
from oauth_protocol import ASSERTION_TYPE, LEAVE_OUT, Key, jwt_part

from .world import WEB


def assertions(world):
    key, second, other = Key(), Key(), Key()
    client_id = world.host.confidential({"one": key, "two": second}, "/assert.json")
    client = world.client(client_id, WEB, assertion_key=key, kid="one")
    world.accepted("a good assertion", client.par(), status=(201,))
    now = int(time.time())
    status = (400, 401)

    def refused(name, *codes, **changes):
        codes = codes or ("invalid_client",)
        world.refused(name, client.par(**changes), *codes, status=status)

    refused(
        "no assertion",
        "invalid_client",
        "invalid_request",
        client_assertion=LEAVE_OUT,
        client_assertion_type=LEAVE_OUT,
    )
    refused("no type", "invalid_client", "invalid_request", client_assertion_type=LEAVE_OUT)
    refused("another type", "invalid_client", "invalid_request", client_assertion_type="x")
    refused("a type alone", "invalid_client", "invalid_request", client_assertion=LEAVE_OUT)
    refused("a word", client_assertion="x")
    refused("a huge assertion", "invalid_client", "invalid_request", client_assertion="x" * 60_000)
    for name, header in {
        "alg none": {"alg": "none"},
        "alg HS256": {"alg": "HS256"},
        "alg ES384": {"alg": "ES384"},
        "no key ID": {"kid": LEAVE_OUT},
        "an unknown key ID": {"kid": "three"},
        "another key's ID": {"kid": "two"},
        "a key ID of a number": {"kid": 1},
        "a critical extension": {"crit": ["x"], "x": 1},
    }.items():
        refused(name, client_assertion=client.assertion(header=header))
    for name, payload in {
        "another issuer": {"iss": "https://evil.example/client.json"},
        "no issuer": {"iss": LEAVE_OUT},
        "another subject": {"sub": "https://evil.example/client.json"},
        "no subject": {"sub": LEAVE_OUT},
        "another audience": {"aud": "https://evil.example"},
        "no audience": {"aud": LEAVE_OUT},
        "an audience of a number": {"aud": 5},
        "no identifier": {"jti": LEAVE_OUT},
        "an identifier of a number": {"jti": 5},
        "no time": {"iat": LEAVE_OUT},
        "an old time": {"iat": now - 600, "exp": now + 600},
        "a future time": {"iat": now + 600},
        "a time that is text": {"iat": "x"},
        "a huge time": {"iat": 1 << 62},
        "a past end": {"exp": now - 60},
        "an end that is text": {"exp": "x"},
        "a start to come": {"nbf": now + 600},
    }.items():
        refused(name, client_assertion=client.assertion(payload=payload))
    refused("another key", client_assertion=client.assertion(key=other))
    public = jwt_part({"alg": "none", "kid": "one"}) + "." + jwt_part({"iss": client_id}) + "."
    refused("unsigned", client_assertion=public)

    audiences = client.assertion(payload={"aud": [client.issuer, "https://other.example"]})
    world.accepted("one audience of several", client.par(client_assertion=audiences), status=(201,))
    once = client.assertion()
    world.accepted("an assertion", client.par(client_assertion=once), status=(201,))
    refused("the same again", client_assertion=once)
    world.accepted(
        "59 seconds old",
        client.par(client_assertion=client.assertion(payload={"iat": now - 50, "exp": now + 600})),
        status=(201,),
    )

    # The client's key for assertions does not sign proofs: reference implementation.
    same = world.client(client_id, WEB, key=key, assertion_key=key, kid="one")
    world.refused("the DPoP key is the client's", same.par(), status=status)
    # A public client has no keys to verify an assertion with.
    answer = world.client().par(client_assertion_type=ASSERTION_TYPE, client_assertion=once)
    world.refused("an assertion of a public client", answer, status=status)


def binding(world):
    """A session is bound to the key of its first assertion, and ends with it."""
    first, second = Key(), Key()
    client_id = world.host.confidential({"one": first, "two": second}, "/bound.json")
    client = world.client(client_id, WEB, assertion_key=first, kid="one")
    code = world.code(client)
    other = client.assertion(header={"kid": "two"}, key=second)
    answer = client.exchange(code, client_assertion=other)
    world.refused(
        "a code with another key", answer, "invalid_grant", "invalid_client", status=(400, 401)
    )

    client = world.logged_in(world.client(client_id, WEB, assertion_key=first, kid="one"))
    world.accepted("a refresh", client.refresh())
    none = {"client_assertion": LEAVE_OUT, "client_assertion_type": LEAVE_OUT}
    world.refused(
        "a refresh without assertion",
        client.refresh(**none),
        "invalid_client",
        "invalid_request",
        status=(400, 401),
    )
    world.host.paths["/bound.json"]["jwks"] = jwks({"two": second})
    answer = client.refresh()
    world.refused(
        "a refresh after the key left the document",
        answer,
        "invalid_client",
        "invalid_grant",
        status=(400, 401),
    )
    world.host.paths["/bound.json"]["jwks"] = jwks({"one": first, "two": second})
    client = world.logged_in(world.client(client_id, WEB, assertion_key=first, kid="one"))
    swapped = client.assertion(header={"kid": "two"}, key=second)
    answer = client.refresh(client_assertion=swapped)
    world.refused(
        "a refresh with another key", answer, "invalid_client", "invalid_grant", status=(400, 401)
    )


def foreign_keys(world):
    """`jwks_uri` that answers nonsense."""
    key = Key()
    host = world.host
    changes = {"jwks": None, "jwks_uri": host.url + "/keys.json"}
    client_id = host.confidential({"one": key}, "/keys-client.json", **changes)
    client = world.client(client_id, WEB, assertion_key=key, kid="one")
    host.paths["/keys.json"] = jwks({"one": key})
    world.accepted("keys by their URL", client.par(), status=(201,))
    for name, value in {
        "not found": None,
        "an array": [],
        "no keys": {"keys": []},
        "keys of text": {"keys": "x"},
        "deep": b"[" * 60_000,
        "another key": jwks({"one": Key()}),
        "text": b"x",
        "a private key": {"keys": [{**key.private_jwk, "kid": "one"}]},
        "a megabyte": b" " * (8 << 20),
    }.items():
        host.paths["/keys.json"] = value
        answer = world.within(8, name, client.par)
        world.refused(
            f"keys: {name}", answer, "invalid_client", "invalid_client_metadata", status=(400, 401)
        )
    host.paths["/keys.json"] = jwks({"one": key})
    world.accepted("keys by their URL again", client.par(), status=(201,))
