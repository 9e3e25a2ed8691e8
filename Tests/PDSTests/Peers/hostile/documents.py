"""Client documents from a host that means harm."""

import concurrent.futures
import gzip
import json
import time

from client_host import jwks, send
from oauth_protocol import Key

from .world import WEB

KINDS = ("invalid_client_metadata", "invalid_client", "invalid_request")


def client_ids(world):
    """Names that are refused without a request (OAuth specification, "Client ID")."""
    host = world.host
    host.client("/good.json")
    port = host.url.rsplit(":", 1)[1]
    world.accepted("a good document", world.client(host.url + "/good.json").par(), status=(201,))
    before = host.hits.total()
    for client_id in (
        "x",
        "",
        "javascript:alert(1)",
        "file:///etc/passwd",
        f"ftp://127.0.0.1:{port}/good.json",
        f"http://user:pass@127.0.0.1:{port}/good.json",
        f"http://127.0.0.1:{port}/good.json#x",
        f"http://127.0.0.1:{port}/x/../good.json",
        f"http://127.0.0.1:{port}",
        host.url + "/",
        f"http://localhost:{port}/good.json",
        "http://localhost/good.json",
        "http://localhost#x",
        "http://localhost?redirect_uri=https%3A%2F%2Fevil.example%2F",
        "http://localhost?x=y",
        "http://localhost?scope=atproto&scope=atproto",
        "http://localhost?scope=transition:generic",
        "http://localhost?redirect_uri=javascript%3Aalert(1)",
        "https://localhost/client.json",
        "http://10.0.0.1/client.json",
        "http://192.168.0.1/client.json",
        "http://example.com/x.json",
        "https://127.0.0.1/client.json",
        "https://[::1]/client.json",
        "https://2130706433/x.json",
        "https://169.254.169.254/latest",
        "https://single/client.json",
        "https://a.local/x.json",
        f"http://127.0.0.1:{port}/good.json\r\nHost: evil",
        f"http://127.0.0.1:{port}/go od.json",
        f"http://127.0.0.1:{port}/<script>",
        "http://" + "a" * 5_000 + ".com/x.json",
    ):
        client = world.client(client_id)
        answer = world.within(3, client_id[:60], client.par)
        world.refused(f"client_id {client_id[:60]!r}", answer, *KINDS)
    world.check.equal("none of them is fetched", host.hits.total(), before)


def fields(world):
    """Documents with one thing wrong; the answer names it (bluesky-social/atproto #3096, #2719)."""
    key = Key()
    private = {"keys": [{**key.private_jwk, "kid": "one"}]}
    symmetric = {"keys": [{"kty": "oct", "k": "AAAA", "kid": "one"}]}
    confidential = {
        "application_type": "web",
        "redirect_uris": [WEB],
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": "ES256",
        "jwks": jwks({"one": key}),
    }
    many = [f"http://127.0.0.1/{index}" for index in range(2_000)]
    table = [
        ("client_id", {"client_id": world.host.url + "/other.json"}),
        ("client_id", {"client_id": None}),
        ("client_id", {"client_id": 5}),
        ("redirect_uris", {"redirect_uris": None}),
        ("redirect_uris", {"redirect_uris": []}),
        ("redirect_uris", {"redirect_uris": {}}),
        ("redirect_uris", {"redirect_uris": [5]}),
        ("redirect_uris", {"redirect_uris": many}),
        ("redirect_uris", {"redirect_uris": "http://127.0.0.1/callback"}),
        ("redirect_uris", {"redirect_uris": ["javascript:alert(1)"]}),
        ("redirect_uris", {"redirect_uris": ["data:text/html,x"]}),
        ("redirect_uris", {"redirect_uris": ["http://app.example.com/callback"]}),
        ("redirect_uris", {"redirect_uris": ["http://localhost/callback"]}),
        ("redirect_uris", {"redirect_uris": ["http://127.0.0.1/callback#x"]}),
        ("redirect_uris", {"redirect_uris": ["https://u:p@app.example.com/callback"]}),
        ("redirect_uris", {"redirect_uris": ["app:/callback"]}),
        ("redirect_uris", {"application_type": "web"}),
        ("response_types", {"response_types": None}),
        ("response_types", {"response_types": ["token"]}),
        ("response_types", {"response_types": "code"}),
        ("grant_types", {"grant_types": "refresh_token"}),
        ("grant_types", {"grant_types": ["refresh_token"]}),
        ("grant_types", {"grant_types": ["authorization_code", "password"]}),
        ("scope", {"scope": None}),
        ("scope", {"scope": []}),
        ("scope", {"scope": "transition:generic"}),
        ("scope", {"scope": "atproto \u0000"}),
        ("scope", {"scope": "atproto " + "x" * 50_000}),
        ("dpop_bound_access_tokens", {"dpop_bound_access_tokens": None}),
        ("dpop_bound_access_tokens", {"dpop_bound_access_tokens": False}),
        ("dpop_bound_access_tokens", {"dpop_bound_access_tokens": "true"}),
        ("application_type", {"application_type": "desktop"}),
        ("application_type", {"application_type": 1}),
        ("token_endpoint_auth_method", {"token_endpoint_auth_method": "client_secret_basic"}),
        ("token_endpoint_auth_method", {"token_endpoint_auth_method": ["none"]}),
        ("client_name", {"client_name": {"a": 1}}),
        ("client_uri", {"client_uri": "https://evil.example/"}),
        ("logo_uri", {"logo_uri": "javascript:alert(1)"}),
        ("tos_uri", {"tos_uri": "data:text/html,x"}),
        ("policy_uri", {"policy_uri": 7}),
        ("jwks", {**confidential, "jwks": None}),
        ("jwks", {**confidential, "jwks": {"keys": []}}),
        ("jwks", {**confidential, "jwks": {"keys": 5}}),
        ("jwks", {**confidential, "jwks": []}),
        ("jwks", {**confidential, "jwks": {"keys": ["x"]}}),
        ("jwks", {**confidential, "jwks": private}),
        ("jwks", {**confidential, "jwks": symmetric}),
        ("jwks", {**confidential, "jwks_uri": world.host.url + "/jwks.json"}),
        ("jwks_uri", {**confidential, "jwks": None, "jwks_uri": 5}),
        (
            "token_endpoint_auth_signing_alg",
            {**confidential, "token_endpoint_auth_signing_alg": "none"},
        ),
    ]
    for index, (field, changes) in enumerate(table):
        client_id = world.host.client(f"/field{index}.json", **changes)
        redirect = WEB if "jwks" in changes else "http://127.0.0.1:8976/callback"
        answer = world.client(client_id, redirect).par()
        shown = json.dumps(changes)[:100]
        world.refused(f"document with {shown}", answer, *KINDS)
        world.check(
            f"the answer names {field}",
            field in answer.json().get("error_description", ""),
            f"{shown} {answer.text[:300]}",
        )
    for changes in (
        {"x_unknown": {"deep": [1]}},
        {"scope": "atproto transition:generic transition:email x:y?z"},
        {"client_name": "<script>alert(1)</script>"},
        {"contacts": ["a@mail.test"]},
    ):
        client_id = world.host.client("/tolerated.json", **changes)
        world.accepted(f"a document with {changes}", world.client(client_id).par(), status=(201,))


def transfers(world):
    """Answers that are no documents, or that do not end."""
    host = world.host
    good = lambda path: json.dumps(host.document(path)).encode()
    sent = {}

    def redirect(handler, status, target):
        send(handler, b"", status, headers={"Location": target})

    def endless(handler):
        """100 MB, with a count of what the server took."""
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        chunk = b"10000\r\n" + b" " * 65_536 + b"\r\n"
        sent["endless"] = 0
        for _ in range(1_600):
            handler.wfile.write(chunk)
            sent["endless"] += 65_536

    def announced(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(100 << 20))
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(b" " * (1 << 20))

    def slow(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        while not host.is_closing.wait(0.2):
            handler.wfile.write(b" ")

    def silent(handler):
        host.is_closing.wait(120)

    def headers(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for index in range(200_000):
            handler.wfile.write(b"X-Header-%d: %s\r\n" % (index, b"x" * 100))

    def bomb(handler):
        body = gzip.compress(b" " * (100 << 20))
        send(handler, body, headers={"Content-Encoding": "gzip"})

    def cut(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", "5000")
        handler.end_headers()
        handler.wfile.write(good("/cut.json"))
        handler.close_connection = True

    host.client("/target.json")
    table = {
        "not-found": lambda h: send(h, good("/not-found.json"), 404),
        "created": lambda h: send(h, good("/created.json"), 201),
        "no-content": lambda h: send(h, b"", 204),
        "failing": lambda h: send(h, b"{}", 500),
        "moved": lambda h: redirect(h, 301, "/target.json"),
        "found": lambda h: redirect(h, 302, "http://169.254.169.254/"),
        "itself": lambda h: redirect(h, 307, "/itself.json"),
        "html": lambda h: send(h, good("/html.json"), kind="text/html"),
        "untyped": lambda h: send(h, good("/untyped.json"), kind="application/octet-stream"),
        "empty": b"",
        "text": b"hello",
        "array": [],
        "number": b"5",
        "null": b"null",
        "cut": cut,
        "deep": b"[" * 60_000,
        "objects": b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
        "names": b'{"client_id":"a","client_id":"b"}',
        "bytes": b'{"client_id":"\xff\xfe"}',
        "surrogate": b'{"client_id":"\\ud800"}',
        "number-huge": b'{"client_id":' + b"9" * 50_000 + b"}",
        "endless": endless,
        "announced": announced,
        "bomb": bomb,
        "headers": headers,
        "slow": slow,
        "silent": silent,
    }
    for name, value in table.items():
        host.paths[f"/{name}.json"] = value

    def push(name):
        start = time.monotonic()
        return world.client(f"{host.url}/{name}.json").par(), time.monotonic() - start

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        # The slow ones first, so that they wait at the same time.
        names = sorted(table, key=lambda name: name not in ("slow", "silent"))
        answers = dict(zip(names, pool.map(push, names)))
    for name in table:
        answer, seconds = answers[name]
        world.refused(f"document: {name}", answer, *KINDS)
        limit = 20 if name in ("slow", "silent") else 10
        world.check(f"document: {name} is not waited for", seconds < limit, f"{seconds:.1f} s")
    world.check("an endless document is cut", sent["endless"] < 16 << 20, sent)
    world.check("no redirect is followed", host.hits["/target.json"] == 0, host.hits)
    world.accepted("the server goes on", world.client(host.url + "/good.json").par(), status=(201,))


def caching(world):
    host = world.host
    client_id = host.client("/fresh.json")
    for _ in range(2):
        world.accepted("a document not to be stored", world.client(client_id).par(), status=(201,))
    world.check("it is fetched each time", host.hits["/fresh.json"] >= 2, host.hits["/fresh.json"])
    host.client("/fresh.json", redirect_uris=["http://127.0.0.1/other"])
    world.refused("a change is noticed", world.client(client_id).par(), "invalid_request")

    host.paths["/broken.json"] = b"{"
    client_id = host.url + "/broken.json"
    world.refused("a broken document", world.client(client_id).par(), *KINDS)
    host.client("/broken.json")
    world.accepted("repaired, it is good at once", world.client(client_id).par(), status=(201,))
