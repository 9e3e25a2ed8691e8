"""OAuth of the AT Protocol request by request, so that a test can get each of them wrong.

`Client` does the right thing by default; every parameter, proof and header can be replaced.
"""

import base64
import hashlib
import json
import secrets
import time
import urllib.parse

import httpx
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

FORM = "application/x-www-form-urlencoded"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LEAVE_OUT = object()


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def jwt_part(value):
    return b64(value if isinstance(value, bytes) else json.dumps(value).encode())


class Key:
    """A key pair for ES256."""

    def __init__(self, curve=None):
        self.private = ec.generate_private_key(curve or ec.SECP256R1())
        numbers = self.private.public_key().public_numbers()
        size = (self.private.curve.key_size + 7) // 8
        self.size = size
        name = {"secp256r1": "P-256", "secp384r1": "P-384"}[self.private.curve.name]
        self.jwk = {
            "kty": "EC",
            "crv": name,
            "x": b64(numbers.x.to_bytes(size, "big")),
            "y": b64(numbers.y.to_bytes(size, "big")),
        }

    @property
    def thumbprint(self):
        members = {name: self.jwk[name] for name in ("crv", "kty", "x", "y")}
        return b64(hashlib.sha256(json.dumps(members, separators=(",", ":")).encode()).digest())

    @property
    def private_jwk(self):
        value = self.private.private_numbers().private_value
        return {**self.jwk, "d": b64(value.to_bytes(self.size, "big"))}

    def sign(self, header, payload):
        text = jwt_part(header) + "." + jwt_part(payload)
        r, s = decode_dss_signature(self.private.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
        return text + "." + b64(r.to_bytes(self.size, "big") + s.to_bytes(self.size, "big"))


def pkce():
    verifier = b64(secrets.token_bytes(32))
    return verifier, b64(hashlib.sha256(verifier.encode()).digest())


def replaced(values, changes):
    merged = {**values, **changes}
    return {name: value for name, value in merged.items() if value is not LEAVE_OUT}


class Client:
    """A client of one authorization server.

    - issuer: the public origin of the server.
    - socket: where it is reached, if that is not the issuer.
    - assertion_key, kid: those of a confidential client.
    - on_answer: is called with each answer of PAR, token and revocation.
    """

    def __init__(
        self,
        issuer,
        client_id,
        redirect_uri,
        scope="atproto transition:generic",
        key=None,
        socket=None,
        assertion_key=None,
        kid=None,
        on_answer=None,
    ):
        self.issuer = issuer
        self.socket = socket or issuer
        self.client_id = client_id
        self.redirect_uri = redirect_uri
        self.scope = scope
        self.key = key or Key()
        self.assertion_key = assertion_key
        self.kid = kid
        self.on_answer = on_answer or (lambda name, answer: None)
        self.nonce = None
        self.resource_nonce = None
        self.verifier, self.challenge = pkce()
        self.state = secrets.token_urlsafe(16)
        self.http = httpx.Client(trust_env=False, timeout=60)
        self.tokens = {}

    def again(self, **changes):
        """The same client starting another authorization."""
        same = dict(
            issuer=self.issuer,
            client_id=self.client_id,
            redirect_uri=self.redirect_uri,
            scope=self.scope,
            socket=self.socket,
            assertion_key=self.assertion_key,
            kid=self.kid,
            on_answer=self.on_answer,
        )
        other = Client(**{**same, **changes})
        other.nonce, other.resource_nonce = self.nonce, self.resource_nonce
        return other

    # Parts of requests.

    def proof(self, method, url, nonce=None, token=None, header=None, payload=None, key=None):
        """A DPoP proof; `header` and `payload` replace members, or leave them out."""
        key = key or self.key
        claims = {
            "jti": secrets.token_urlsafe(16),
            "htm": method,
            "htu": url.split("?")[0],
            "iat": int(time.time()),
            "nonce": LEAVE_OUT if nonce is None else nonce,
            "ath": b64(hashlib.sha256(token.encode()).digest()) if token else LEAVE_OUT,
        }
        fields = {"typ": "dpop+jwt", "alg": "ES256", "jwk": key.jwk}
        return key.sign(replaced(fields, header or {}), replaced(claims, payload or {}))

    def assertion(self, header=None, payload=None, key=None):
        now = int(time.time())
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": self.issuer,
            "jti": secrets.token_urlsafe(16),
            "iat": now,
            "exp": now + 60,
        }
        fields = {"alg": "ES256", "kid": self.kid}
        key = key or self.assertion_key
        return key.sign(replaced(fields, header or {}), replaced(claims, payload or {}))

    def authentication(self):
        if self.assertion_key is None:
            return {"client_id": self.client_id}
        return {
            "client_id": self.client_id,
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": self.assertion(),
        }

    # Requests to the authorization server.

    def send(self, path, body, headers=None, method="POST"):
        """One request without retries; `body` is pairs, a dictionary, text or bytes."""
        if isinstance(body, (list, dict)):
            body = urllib.parse.urlencode(body)
        sent = [("Host", self.issuer.split("//")[1]), ("Content-Type", FORM)]
        given = headers.items() if isinstance(headers, dict) else headers or []
        names = {name.lower() for name, _ in given}
        sent = [(name, value) for name, value in sent if name.lower() not in names]
        answer = self.http.request(
            method, self.socket + path, content=body, headers=sent + list(given)
        )
        self.nonce = answer.headers.get("dpop-nonce", self.nonce)
        self.on_answer(f"{method} {path}", answer)
        return answer

    def post(self, path, body, proof=None, key=None):
        """A request with a proof, repeated once when the server wants another nonce."""
        for attempt in range(2):
            text = proof or self.proof("POST", self.issuer + path, self.nonce, key=key)
            answer = self.send(path, body, {"DPoP": text})
            if error(answer) != "use_dpop_nonce" or proof or attempt:
                return answer
        return answer

    def request_parameters(self, **changes):
        values = {
            **self.authentication(),
            "response_type": "code",
            "redirect_uri": self.redirect_uri,
            "scope": self.scope,
            "state": self.state,
            "code_challenge": self.challenge,
            "code_challenge_method": "S256",
        }
        return replaced(values, changes)

    def par(self, **changes):
        return self.post("/oauth/par", self.request_parameters(**changes))

    def authorization_url(self, **changes):
        """Pushes a request, and gives the URL to open."""
        answer = self.par(**changes)
        assert answer.status_code == 201, f"PAR: {answer.status_code} {answer.text[:500]}"
        query = {"client_id": self.client_id, "request_uri": answer.json()["request_uri"]}
        return f"{self.issuer}/oauth/authorize?{urllib.parse.urlencode(query)}"

    def code_parameters(self, given, **changes):
        values = {
            **self.authentication(),
            "grant_type": "authorization_code",
            "code": given,
            "redirect_uri": self.redirect_uri,
            "code_verifier": self.verifier,
        }
        return replaced(values, changes)

    def exchange(self, given, **changes):
        return self._keep(self.post("/oauth/token", self.code_parameters(given, **changes)))

    def refresh_parameters(self, **changes):
        values = {
            **self.authentication(),
            "grant_type": "refresh_token",
            "refresh_token": self.tokens.get("refresh_token"),
        }
        return replaced(values, changes)

    def refresh(self, **changes):
        return self._keep(self.post("/oauth/token", self.refresh_parameters(**changes)))

    def revoke(self, token=None, **changes):
        values = {**self.authentication(), "token": token or self.tokens["refresh_token"]}
        return self.post("/oauth/revoke", replaced(values, changes))

    def _keep(self, answer):
        if answer.status_code == 200:
            self.tokens = answer.json()
        return answer

    # Calls to the resource server.

    def call(self, nsid, body=None, query=None, token=None, headers=None, key=None):
        """A call with DPoP: by GET without a body, by POST with one, which may be empty."""
        path = f"/xrpc/{nsid}" + ("?" + urllib.parse.urlencode(query) if query else "")
        token = token or self.tokens["access_token"]
        for attempt in range(2):
            method = "GET" if body is None else "POST"
            proof = self.proof(method, self.issuer + path, self.resource_nonce, token, key=key)
            sent = {"Authorization": f"DPoP {token}", "DPoP": proof}
            answer = self.send_call(path, body, {**sent, **(headers or {})})
            if answer.status_code != 401 or error(answer) != "use_dpop_nonce" or attempt:
                return answer
        return answer

    def send_call(self, path, body=None, headers=None):
        """One call without retries; a header that is nothing is left out."""
        sent = {"Host": self.issuer.split("//")[1]}
        if body not in (None, ""):
            sent["Content-Type"] = "application/json"
        sent = {n: v for n, v in {**sent, **(headers or {})}.items() if v is not None}
        content = None if body in (None, "") else json.dumps(body)
        method = "GET" if body is None else "POST"
        answer = self.http.request(method, self.socket + path, content=content, headers=sent)
        self.resource_nonce = answer.headers.get("dpop-nonce", self.resource_nonce)
        return answer

    def create_record(self, text="hello", **options):
        record = {"$type": "com.example.note", "text": text, "createdAt": "2026-11-30T00:00:00Z"}
        body = {"repo": self.tokens["sub"], "collection": "com.example.note", "record": record}
        return self.call("com.atproto.repo.createRecord", body, **options)


def error(answer):
    """The error code of an answer, or nothing."""
    try:
        body = answer.json()
    except ValueError:
        return None
    return body.get("error") if isinstance(body, dict) else None
