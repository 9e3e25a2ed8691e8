"""A third-party consumer of a server's data (the atproto SDK, atmst), for tests.

firehose WS-URL COUNT    reads COUNT events from the beginning with the SDK's client, and prints
                         each as one JSON object
repo URL DID FILE        downloads a repository to FILE with the SDK's client, reads it with the SDK
                         and with atmst, and prints what both found
"""

import json
import sys

import cbrrr
from atmst.blockstore.car_file import ReadOnlyCARBlockStore
from atmst.mst.node_store import NodeStore
from atmst.mst.node_walker import NodeWalker
from atproto import CAR, Client, FirehoseSubscribeReposClient
from atproto import models, parse_subscribe_repos_message


def firehose(url: str, count: int) -> None:
    client = FirehoseSubscribeReposClient(params={"cursor": 0}, base_uri=url)
    seen = 0

    def take(message) -> None:
        nonlocal seen
        event = parse_subscribe_repos_message(message)
        line = {"type": type(event).__name__, "seq": event.seq}
        if isinstance(event, models.ComAtprotoSyncSubscribeRepos.Commit):
            blocks = CAR.from_bytes(event.blocks).blocks
            line["rev"] = event.rev
            line["paths"] = [op.path for op in event.ops]
            line["records"] = [blocks[op.cid] for op in event.ops if op.cid is not None]
        print(json.dumps(line, default=str))
        seen += 1
        if seen == count:
            client.stop()

    client.start(take)


def repo(url: str, did: str, path: str) -> None:
    data = Client(url).com.atproto.sync.get_repo({"did": did})
    with open(path, "wb") as file:
        file.write(data)
    car = CAR.from_bytes(data)
    with open(path, "rb") as file:
        store = ReadOnlyCARBlockStore(file)
        commit = cbrrr.decode_dag_cbor(store.get_block(bytes(store.car_root)))
        entries = {}
        for key, value in NodeWalker(NodeStore(store), commit["data"]).iter_kv():
            store.get_block(bytes(value))
            entries[key] = value.encode()
    print(
        json.dumps({
            "root": str(car.root), "blocks": len(car.blocks), "did": commit["did"],
            "rev": commit["rev"], "entries": entries,
        })
    )


if sys.argv[1] == "firehose":
    firehose(sys.argv[2], int(sys.argv[3]))
else:
    repo(*sys.argv[2:])
