"""Parameters of PAR: missing, wrong, repeated, unknown, huge, and bodies that are none."""

import json
import urllib.parse

from oauth_protocol import FORM, LEAVE_OUT, b64

from .world import LOOPBACK, localhost_client_id

HUGE = "x" * (1 << 20)


def parameters(world):
    client = world.client()
    good = client.par()
    world.accepted("a good request", good, status=(201,))
    body = good.json()
    world.check(
        "its request_uri",
        body["request_uri"].startswith("urn:ietf:params:oauth:request_uri:"),
        body,
    )
    world.check("its lifetime", 1 <= body["expires_in"] <= 600, body)

    bad = "invalid_request"
    table = [
        ("no client_id", {"client_id": LEAVE_OUT}, [bad, "invalid_client"]),
        ("no response_type", {"response_type": LEAVE_OUT}, [bad]),
        ("response_type token", {"response_type": "token"}, [bad, "unsupported_response_type"]),
        ("no redirect_uri", {"redirect_uri": LEAVE_OUT}, [bad]),
        ("a foreign redirect_uri", {"redirect_uri": "https://evil.example/cb"}, [bad]),
        ("a redirect_uri of localhost", {"redirect_uri": "http://localhost:8976/callback"}, [bad]),
        ("another path", {"redirect_uri": LOOPBACK + "/x"}, [bad]),
        ("a prefix of the host", {"redirect_uri": "http://127.0.0.1.evil.example/callback"}, [bad]),
        (
            "a user before the host",
            {"redirect_uri": "http://127.0.0.1@evil.example/callback"},
            [bad],
        ),
        ("a redirect_uri with fragment", {"redirect_uri": LOOPBACK + "#x"}, [bad]),
        ("a script as redirect_uri", {"redirect_uri": "javascript:alert(1)"}, [bad]),
        ("no scope", {"scope": LEAVE_OUT}, [bad, "invalid_scope"]),
        ("an empty scope", {"scope": ""}, [bad, "invalid_scope"]),
        ("a scope without atproto", {"scope": "transition:generic"}, ["invalid_scope", bad]),
        ("openid", {"scope": "atproto openid"}, ["invalid_scope"]),
        ("a scope the document lacks", {"scope": "atproto repo:*"}, ["invalid_scope"]),
        ("a scope with a quote", {"scope": 'atproto "x'}, ["invalid_scope", bad]),
        (
            "a scope with a line break",
            {"scope": "atproto\ntransition:generic"},
            ["invalid_scope", bad],
        ),
        ("a scope with markup", {"scope": "atproto <script>"}, ["invalid_scope", bad]),
        ("no challenge", {"code_challenge": LEAVE_OUT}, [bad]),
        ("no challenge method", {"code_challenge_method": LEAVE_OUT}, [bad]),
        ("a plain challenge", {"code_challenge_method": "plain"}, [bad]),
        ("a short challenge", {"code_challenge": "x" * 42}, [bad]),
        ("a long challenge", {"code_challenge": "x" * 129}, [bad]),
        ("a challenge of other characters", {"code_challenge": "=" * 43}, [bad]),
        ("an unknown response mode", {"response_mode": "web_message"}, [bad]),
        ("an unknown prompt", {"prompt": "sudo"}, [bad]),
        ("no prompt for an unknown public client", {"prompt": "none"}, [bad, "consent_required"]),
        ("a hint that is neither handle nor DID", {"login_hint": "<script>"}, [bad]),
        ("a request_uri inside", {"request_uri": body["request_uri"]}, [bad]),
        ("a request object that is not one", {"request": "x.y.z"}, ["request_not_supported"]),
        ("another key's thumbprint", {"dpop_jkt": b64(bytes(32))}, [bad, "invalid_dpop_proof"]),
    ]
    for name, changes, codes in table:
        world.refused(name, client.par(**changes), *codes)
    # RFC 8252, section 7.3: the port of a loopback address is free.
    anywhere = world.client(localhost_client_id(redirect_uri="http://127.0.0.1/callback"))
    world.accepted("any port of loopback", anywhere.par(), status=(201,))
    world.accepted("an unknown parameter", client.par(x_unknown="1"), status=(201,))
    world.accepted("a hint", client.par(login_hint=world.alice["handle"]), status=(201,))


def repeated(world):
    client = world.client()
    names = [*client.request_parameters(), "x_unknown"]
    for name in names:
        pairs = [*client.request_parameters(x_unknown="1").items(), (name, "again")]
        world.refused(f"{name} twice", client.post("/oauth/par", pairs), "invalid_request")
    same = [*client.request_parameters().items(), ("state", client.state)]
    world.refused("state twice, alike", client.post("/oauth/par", same), "invalid_request")


def huge(world):
    client = world.client()
    for name in [*client.request_parameters(), "login_hint", "x_unknown", "request", "dpop_jkt"]:
        answer = world.within(3, name, lambda name=name: client.par(**{name: HUGE}))
        world.refused(f"a megabyte of {name}", answer, status=(400, 413))
    many = urllib.parse.urlencode([(f"p{index}", "x") for index in range(50_000)])
    answer = world.within(3, "many", lambda: client.post("/oauth/par", many))
    world.refused("50,000 parameters", answer, status=(400, 413))
    good = client.request_parameters()
    world.refused("64 KiB of state", client.par(state="x" * 65_536), status=(400, 413))
    world.refused(
        "500 names", client.post("/oauth/par", {**good, **{f"p{i}": "" for i in range(500)}})
    )
    scopes = "atproto " + " ".join(f"repo:a.b.c{index}" for index in range(2_000))
    world.refused("2,000 scopes", client.par(scope=scopes), "invalid_scope", "invalid_request")
    try:
        body = b"client_id=" + b"x" * (24 << 20)
        answer = world.within(10, "24 MiB", lambda: client.post("/oauth/par", body))
        world.refused("24 MiB", answer, status=(400, 413))
    except Exception as error:  # The connection may end while the body is still being sent.
        world.check(
            "24 MiB", "Write" in type(error).__name__ or "Read" in type(error).__name__, error
        )
    world.accepted("the server goes on", client.again().par(), status=(201,))


def bodies(world):
    client = world.client()
    good = urllib.parse.urlencode(client.request_parameters())

    def send(body, kind=FORM):
        proof = client.proof("POST", client.issuer + "/oauth/par", client.nonce)
        return client.send("/oauth/par", body, {"DPoP": proof, "Content-Type": kind})

    send(good)
    deep = b'{"client_id":' + b"[" * 200_000
    table = [
        ("an empty body", b"", None),
        ("a name without value", b"client_id", None),
        ("separators alone", b"&&&&====&", None),
        ("bytes that are not UTF-8", good.encode() + b"&x=%ff%fe", None),
        ("raw bytes that are not UTF-8", good.encode() + b"&x=\xff\xfe", None),
        ("a broken percent escape", good.encode() + b"&x=%zz", None),
        ("half a percent escape", good.encode() + b"&x=%4", None),
        ("text", good.encode(), "text/plain"),
        ("multipart", good.encode(), "multipart/form-data; boundary=x"),
        ("JSON that is broken", b"{", "application/json"),
        ("a JSON array", b"[1]", "application/json"),
        ("JSON null", b"null", "application/json"),
        ("deep JSON", deep, "application/json"),
        ("deep objects", b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "application/json"),
        ("a JSON number as client_id", b'{"client_id":1e999}', "application/json"),
        ("a JSON object as client_id", b'{"client_id":{"a":[]}}', "application/json"),
        ("JSON with a name twice", b'{"client_id":"a","client_id":"b"}', "application/json"),
    ]
    for name, body, kind in table:
        if name.startswith(("a broken", "half")):
            # WHATWG reads these as text; refusing them is fine, too.
            world.accepted(name, send(body), status=(201, 400))
            continue
        answer = world.within(3, name, lambda body=body, kind=kind: send(body, kind or FORM))
        world.refused(name, answer, status=(400, 413, 415))
    for name, changes in {
        "a NUL in state": {"state": "a\0b"},
        "a line break in state": {"state": "a\r\nSet-Cookie: x=y"},
        "markup in state": {"state": '"><script>alert(1)</script>'},
        "right to left in state": {"state": "\u202egnp.exe"},
    }.items():
        world.accepted(name, client.par(**changes), status=(201, 400))
    answer = send(json.dumps(client.request_parameters()).encode(), "application/json")
    world.accepted("a JSON object", answer, status=(201,))
