"""DPoP proofs at PAR: RFC 9449, section 4.3, check by check."""

import base64
import json
import time

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from oauth_protocol import LEAVE_OUT, Key, b64, jwt_part


def proofs(world):
    client = world.client()
    url = client.issuer + "/oauth/par"
    world.accepted("a good proof", client.par(), status=(201,))

    def send(*headers):
        return client.send("/oauth/par", client.request_parameters(), list(headers))

    def proof(**options):
        return client.proof("POST", url, **{"nonce": client.nonce, **options})

    def refused(name, text, *codes):
        world.refused(name, send(("DPoP", text)), *(codes or ["invalid_dpop_proof"]))

    # The OAuth specification of atproto requires DPoP from PAR on.
    world.refused("no proof", send(), "invalid_dpop_proof", "invalid_request")
    two = send(("DPoP", proof()), ("DPoP", proof()))
    world.refused("two proofs", two, "invalid_dpop_proof", "invalid_request")
    refused("an empty proof", "")
    refused("a word", "x")
    refused("two proofs in one header", proof() + ", " + proof())
    world.refused("a long proof", send(("DPoP", "x" * 12_000)), "invalid_dpop_proof")
    world.refused("a proof longer than a head", send(("DPoP", "x" * 60_000)), status=(431,))

    now = int(time.time())
    key, other = Key(), Key()
    symmetric = {"kty": "oct", "k": b64(b"secret")}
    headers = {
        "no type": {"typ": LEAVE_OUT},
        "another type": {"typ": "JWT"},
        "alg none": {"alg": "none"},
        "alg HS256": {"alg": "HS256"},
        "alg RS256": {"alg": "RS256"},
        "no key": {"jwk": LEAVE_OUT},
        "a private key": {"jwk": client.key.private_jwk},
        "a symmetric key": {"jwk": symmetric},
        "another key": {"jwk": other.jwk},
        "a key that is text": {"jwk": "x"},
        "a point off the curve": {"jwk": {**key.jwk, "x": b64(bytes(32)), "y": b64(bytes(32))}},
        "a coordinate of one byte": {"jwk": {**key.jwk, "x": "AA"}},
        "a coordinate of a number": {"jwk": {**key.jwk, "x": 5}},
        "no coordinate": {"jwk": {"kty": "EC", "crv": "P-256"}},
        "an unknown curve": {"jwk": {**key.jwk, "crv": "P-999"}},
        "a critical extension": {"crit": ["x"], "x": 1},
    }
    for name, header in headers.items():
        refused(name, proof(header=header))
    payloads = {
        "another method": {"htm": "GET"},
        "the method in lower case": {"htm": "post"},
        "no method": {"htm": LEAVE_OUT},
        "another path": {"htu": client.issuer + "/oauth/token"},
        "another host": {"htu": "https://evil.example/oauth/par"},
        "no URL": {"htu": LEAVE_OUT},
        "a URL that is none": {"htu": "::::"},
        "a URL of a number": {"htu": 7},
        "an old time": {"iat": now - 3600},
        "a future time": {"iat": now + 3600},
        "a time that is text": {"iat": "now"},
        "a huge time": {"iat": 1 << 62},
        "a negative time": {"iat": -(1 << 62)},
        "a fraction out of range": {"iat": 1e300},
        "no time": {"iat": LEAVE_OUT},
        "no identifier": {"jti": LEAVE_OUT},
        "an empty identifier": {"jti": ""},
        "an identifier of a number": {"jti": 7},
        "a huge identifier": {"jti": "x" * 20_000},
    }
    for name, payload in payloads.items():
        refused(name, proof(payload=payload))
    nonces = {
        "no nonce": None,
        "a nonce of our own": "x",
        "a long nonce": "x" * 5_000,
        "a changed nonce": ("A" if client.nonce[0] != "A" else "B") + client.nonce[1:],
    }
    for name, nonce in nonces.items():
        answer = send(("DPoP", proof(nonce=nonce)))
        world.refused(name, answer, "use_dpop_nonce")
        world.check(f"{name}: a nonce comes with it", answer.headers.get("dpop-nonce"))
    refused(
        "a nonce of a number", proof(payload={"nonce": 5}), "use_dpop_nonce", "invalid_dpop_proof"
    )
    # There is no access token yet: reference implementation.
    refused("a hash of a token", proof(payload={"ath": b64(bytes(32))}))

    text = proof()
    head, body, signature = text.split(".")
    refused("a changed signature", f"{head}.{body}.{b64(bytes(64))}")
    refused("no signature", f"{head}.{body}.")
    refused("a signature too long", f"{head}.{body}.{signature}AAAA")
    refused("four parts", text + "." + signature)
    refused("padding", f"{head}=.{body}.{signature}")
    refused("a payload that is an array", client.key.sign(header_of(client), b"[]"))
    refused("a payload that is deep", client.key.sign(header_of(client), b"[" * 5_000))
    refused("a payload that is not JSON", client.key.sign(header_of(client), b"\xff{"))
    der = client.key.private.sign(f"{head}.{body}".encode(), ec.ECDSA(hashes.SHA256()))
    refused("a DER signature", f"{head}.{body}.{b64(der)}")
    large = Key(ec.SECP384R1())
    refused("a key of another curve", client.proof("POST", url, client.nonce, key=large))
    unsigned = jwt_part({**header_of(client), "alg": "none"}) + "." + body + "."
    refused("an unsigned proof", unsigned)
    world.accepted("the good proof afterwards", send(("DPoP", text)), status=(201,))
    refused("the same proof again", text)
    again = json.loads(base64.urlsafe_b64decode(body + "=="))
    refused("another proof with its jti", proof(payload={"jti": again["jti"]}))
    world.accepted(
        "a query in htu", send(("DPoP", proof(payload={"htu": url + "?a=b"}))), status=(201,)
    )


def header_of(client):
    return {"typ": "dpop+jwt", "alg": "ES256", "jwk": client.key.jwk}


def nonce_is_free(world):
    """`use_dpop_nonce` consumes neither the code nor the assertion (RFC 9449, section 8)."""
    client = world.client()
    code = world.code(client)
    body = client.code_parameters(code)
    answer = client.send(
        "/oauth/token", body, {"DPoP": client.proof("POST", client.issuer + "/oauth/token")}
    )
    world.refused("a code without nonce", answer, "use_dpop_nonce")
    world.accepted("then with one", client.post("/oauth/token", body))

    key = Key()
    client_id = world.host.confidential({"one": key}, "/nonce.json")
    confidential = world.client(
        client_id, "https://app.example.com/callback", assertion_key=key, kid="one"
    )
    body = confidential.request_parameters()
    proof = confidential.proof("POST", confidential.issuer + "/oauth/par")
    answer = confidential.send("/oauth/par", body, {"DPoP": proof})
    world.refused("an assertion without nonce", answer, "use_dpop_nonce")
    world.accepted("then with one", confidential.post("/oauth/par", body), status=(201,))
