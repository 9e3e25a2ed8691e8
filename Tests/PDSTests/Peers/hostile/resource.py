"""Calls with tokens: wrong schemes, proofs of others, missing scopes."""

import hashlib
import time

from oauth_protocol import LEAVE_OUT, Key, b64

from .world import localhost_client_id

GET_SESSION = "com.atproto.server.getSession"


def credentials(world):
    client = world.logged_in()
    path = f"/xrpc/{GET_SESSION}"
    url = client.issuer + path
    token = client.tokens["access_token"]
    good = client.call(GET_SESSION)
    world.accepted("a good call", good)
    world.check("its nonce", good.headers.get("dpop-nonce"), good.headers)
    exposed = good.headers.get("access-control-expose-headers", "").lower()
    world.check("the nonce is exposed", "dpop-nonce" in exposed, exposed)
    session = world.server.session(world.alice)["accessJwt"]

    def proof(**options):
        return client.proof(
            "GET", url, **{"nonce": client.resource_nonce, "token": token, **options}
        )

    def send(authorization, *proofs):
        headers = [("Host", client.issuer.split("//")[1]), ("Authorization", authorization)]
        headers += [("DPoP", text) for text in proofs]
        answer = client.http.get(client.socket + path, headers=headers)
        client.resource_nonce = answer.headers.get("dpop-nonce", client.resource_nonce)
        return answer

    def refused(name, answer, *codes, status=(401,)):
        world.refused(name, answer, *codes, status=status)
        if answer.status_code == 401 and codes:
            challenge = answer.headers.get("www-authenticate", "")
            world.check(f"{name}: WWW-Authenticate", challenge.startswith("DPoP"), challenge)
            world.check(f"{name}: a nonce", answer.headers.get("dpop-nonce"), answer.headers)

    world.accepted("the scheme in lower case", send(f"dpop {token}", proof()))
    refused("the token as Bearer", send(f"Bearer {token}"), status=(400, 401))
    refused("the token as Bearer with a proof", send(f"Bearer {token}", proof()), status=(400, 401))
    refused("no proof", send(f"DPoP {token}"), status=(400, 401))
    refused("two proofs", send(f"DPoP {token}", proof(), proof()), status=(400, 401))
    with_session = proof(token=session)
    refused("a session token as DPoP", send(f"DPoP {session}", with_session), status=(400, 401))
    refused("an unknown token", send("DPoP x", proof(token="x")))
    refused("no token", send("DPoP", proof()), status=(400, 401))
    refused(
        "a long token", send("DPoP " + "x" * 8_000, proof(token="x" * 8_000)), status=(400, 401)
    )
    key = Key()
    refused("another key", send(f"DPoP {token}", proof(key=key)))
    answer = send(f"DPoP {token}", proof(nonce=None))
    refused("no nonce", answer, "use_dpop_nonce")
    challenge = answer.headers.get("www-authenticate", "")
    world.check("the challenge says so", 'error="use_dpop_nonce"' in challenge, challenge)
    exposed = answer.headers.get("access-control-expose-headers", "").lower()
    world.check("the challenge is exposed", "www-authenticate" in exposed, exposed)
    refused("a stale nonce", send(f"DPoP {token}", proof(nonce="x")), "use_dpop_nonce")
    for name, payload in {
        "another method": {"htm": "POST"},
        "another method's URL": {"htu": client.issuer + "/xrpc/x.y.z"},
        "no hash of the token": {"ath": LEAVE_OUT},
        "another token's hash": {"ath": b64(hashlib.sha256(b"x").digest())},
        "an old time": {"iat": int(time.time()) - 3600},
        "no identifier": {"jti": LEAVE_OUT},
    }.items():
        refused(name, send(f"DPoP {token}", proof(payload=payload)), status=(400, 401))
    text = proof()
    world.accepted("a proof", send(f"DPoP {token}", text))
    refused("the same proof again", send(f"DPoP {token}", text), status=(400, 401))
    refused(
        "a proof for the authorization server",
        send(f"DPoP {token}", client.proof("POST", client.issuer + "/oauth/par", client.nonce)),
        status=(400, 401),
    )
    world.accepted("a session token as Bearer", send(f"Bearer {session}"))
    world.accepted("a good call afterwards", send(f"DPoP {token}", proof()))


def scopes(world):
    """403 with the scope that is missing, before the record is looked at."""
    none = world.logged_in(world.client(localhost_client_id("atproto"), scope="atproto"))
    found = none.call(GET_SESSION)
    world.accepted("getSession without any", found)
    world.check("it tells no email", "email" not in found.json(), found.text)
    for collection, record in (
        ("com.example.note", {}),
        ("app.bsky.feed.post", {"$type": "app.bsky.feed.post"}),
        ("x", None),
    ):
        body = {"repo": world.alice["did"], "collection": collection, "record": record}
        answer = none.call("com.atproto.repo.createRecord", body)
        status = (403,) if collection != "x" and record is not None else (400, 403)
        world.refused(f"createRecord in {collection}", answer, status=status)
        if collection == "com.example.note":
            world.check("it names the scope", "repo:com.example.note" in answer.text, answer.text)
    for nsid, body in {
        "com.atproto.server.createAppPassword": {"name": "x"},
        "com.atproto.server.deactivateAccount": {},
        "com.atproto.server.requestAccountDelete": "",
        "com.atproto.identity.updateHandle": {"handle": "mallory" + world.server.domain},
        "com.atproto.identity.requestPlcOperationSignature": "",
        "com.atproto.server.updateEmail": {"email": "x@mail.test"},
    }.items():
        world.refused(nsid, none.call(nsid, body), status=(403,))
    query = {"aud": "did:web:app.example.com#svc", "lxm": "com.example.method"}
    world.refused(
        "getServiceAuth", none.call("com.atproto.server.getServiceAuth", query=query), status=(403,)
    )
    for nsid in ("refreshSession", "deleteSession"):
        answer = none.call("com.atproto.server." + nsid, "")
        world.refused(nsid, answer, status=(400, 401, 403))

    scope = "atproto repo:com.example.note?action=create"
    narrow = world.logged_in(world.client(localhost_client_id(scope), scope=scope))
    made = narrow.create_record()
    world.accepted("createRecord as permitted", made)
    rkey = made.json()["uri"].split("/")[-1]
    body = {"repo": world.alice["did"], "collection": "com.example.note", "rkey": rkey}
    world.refused("deleteRecord", narrow.call("com.atproto.repo.deleteRecord", body), status=(403,))
    put = {**body, "record": {"$type": "com.example.note", "text": "x"}}
    world.refused("putRecord", narrow.call("com.atproto.repo.putRecord", put), status=(403,))
    writes = [
        {
            "$type": "com.atproto.repo.applyWrites#create",
            "collection": collection,
            "value": {"$type": collection},
        }
        for collection in ("com.example.note", "com.example.other")
    ]
    before = world.server.call(
        "com.atproto.sync.getLatestCommit", query="?did=" + world.alice["did"]
    )["rev"]
    answer = narrow.call(
        "com.atproto.repo.applyWrites", {"repo": world.alice["did"], "writes": writes}
    )
    world.refused("a batch with one write too much", answer, status=(403,))
    after = world.server.call(
        "com.atproto.sync.getLatestCommit", query="?did=" + world.alice["did"]
    )["rev"]
    world.check.equal("nothing of it is written", after, before)
    foreign = {
        "repo": world.bob["did"],
        "collection": "com.example.note",
        "record": {"$type": "com.example.note"},
    }
    answer = narrow.call("com.atproto.repo.createRecord", foreign)
    world.refused("another account's repository", answer, status=(400, 401, 403))

    mail = "atproto transition:email"
    client = world.logged_in(world.client(localhost_client_id(mail), scope=mail))
    world.check.equal(
        "the email as permitted", client.call(GET_SESSION).json().get("email"), world.alice["email"]
    )
