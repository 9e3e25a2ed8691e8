"""The `atproto` SDK as a client of our server: sdk_peer.py URL HANDLE PASSWORD

Prints what it has seen as a line of JSON; any failure ends it with a traceback.
"""

import hashlib
import json
import sys

from atproto import CAR, Client, FirehoseSubscribeReposClient, models, parse_subscribe_repos_message
from atproto.exceptions import BadRequestError, UnauthorizedError

COLLECTION = "com.example.note"


def fails(call, error):
    """The name of the error that a call fails with."""
    try:
        call()
    except error as failure:
        return failure.response.content.error
    raise AssertionError("the call did not fail")


def main(address, handle, password):
    seen = {"refused": fails(lambda: Client(address).login(handle, "wrong"), UnauthorizedError)}
    client = Client(address)
    profile = client.com.atproto.server.create_session(
        models.ComAtprotoServerCreateSession.Data(identifier=handle, password=password)
    )
    did = profile.did
    client.request.add_additional_header("Authorization", f"Bearer {profile.access_jwt}")
    repo = client.com.atproto.repo
    seen["did"] = client.com.atproto.identity.resolve_handle({"handle": handle}).did == did

    picture = bytes(range(256)) * 500
    blob = repo.upload_blob(picture).blob
    seen["size"] = blob.size
    uris = [
        repo.create_record(
            {
                "repo": did,
                "collection": COLLECTION,
                "rkey": key,
                "record": {"$type": COLLECTION, "text": key, "picture": blob.model_dump(by_alias=True)},
            }
        ).uri
        for key in ("one", "two", "three")
    ]
    seen["uris"] = [uri.removeprefix(f"at://{did}/") for uri in uris]
    page = {"repo": did, "collection": COLLECTION, "limit": 2}
    first = repo.list_records(page)
    rest = repo.list_records({**page, "cursor": first.cursor})
    seen["pages"] = [[record.value["text"] for record in p.records] for p in (first, rest)]
    got = repo.get_record({"repo": did, "collection": COLLECTION, "rkey": "one"})
    seen["text"] = got.value["text"]
    fetched = client.com.atproto.sync.get_blob({"did": did, "cid": blob.cid.encode()})
    seen["blob"] = hashlib.sha256(fetched).digest() == hashlib.sha256(picture).digest()
    repo.delete_record({"repo": did, "collection": COLLECTION, "rkey": "two"})
    seen["missing"] = fails(
        lambda: repo.get_record({"repo": did, "collection": COLLECTION, "rkey": "two"}),
        BadRequestError,
    )
    seen["invalid"] = fails(
        lambda: repo.list_records({**page, "collection": "none"}), BadRequestError
    )
    car = CAR.from_bytes(client.com.atproto.sync.get_repo({"did": did}))
    seen["texts"] = sorted(
        block["text"] for block in car.blocks.values() if block.get("$type") == COLLECTION
    )

    operations = []
    firehose = FirehoseSubscribeReposClient(
        params={"cursor": 0}, base_uri=address.replace("http", "ws", 1) + "/xrpc"
    )

    def hear(message):
        commit = parse_subscribe_repos_message(message)
        if not isinstance(commit, models.ComAtprotoSyncSubscribeRepos.Commit):
            return
        operations.extend(f"{op.action} {op.path}" for op in commit.ops)
        if operations and operations[-1].startswith("delete"):
            firehose.stop()

    firehose.start(hear)
    seen["heard"] = [line for line in operations if COLLECTION in line]
    print(json.dumps(seen))


main(*sys.argv[1:])
