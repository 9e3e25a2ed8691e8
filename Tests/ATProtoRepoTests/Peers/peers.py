"""Other implementations of repositories, for tests: atmst and the atproto SDK.

usage: peers.py read|write|invert REQUEST.json     (prints one JSON object)

read    {"car", "key"}            a repository: what atmst and the SDK find in it
write   {"car", "did", "rev", "records": {path: record}}
                                  a repository that atmst builds and the SDK signs
invert  {"car", "data", "ops"}    a slice: the tree's root after atmst has inverted the operations
"""

import json
import sys

import cbrrr
from atmst.blockstore import MemoryBlockStore, OverlayBlockStore
from atmst.blockstore.car_file import ReadOnlyCARBlockStore, encode_varint
from atmst.mst.node_store import NodeStore
from atmst.mst.node_walker import NodeWalker
from atmst.mst.node_wrangler import NodeWrangler
from atproto_core.car import CAR
from atproto_crypto.verify import verify_signature
from cbrrr import CID
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


def read(request):
    with open(request["car"], "rb") as file:
        store = ReadOnlyCARBlockStore(file)
        commit = cbrrr.decode_dag_cbor(store.get_block(bytes(store.car_root)))
        entries = []
        for path, value in NodeWalker(NodeStore(store), commit["data"]).iter_kv():
            store.get_block(bytes(value))
            entries.append([path, value.encode()])
    with open(request["car"], "rb") as file:
        car = CAR.from_bytes(file.read())
    signature = commit.pop("sig")
    return {
        "commit": store.car_root.encode(),
        "data": commit["data"].encode(),
        "did": commit["did"],
        "rev": commit["rev"],
        "entries": entries,
        "sdkRoot": str(car.root),
        "sdkBlocks": len(car.blocks),
        "isSignatureValid": verify_signature(
            request["key"], cbrrr.encode_dag_cbor(commit), signature
        ),
    }


def write(request):
    blocks = MemoryBlockStore()
    nodes = NodeStore(blocks)
    wrangler = NodeWrangler(nodes)
    root = nodes.get_node(None).cid
    records = []
    for path, record in request["records"].items():
        block = cbrrr.encode_dag_cbor(record)
        cid = CID.cidv1_dag_cbor_sha256_32_from(block)
        records.append((cid, block))
        root = wrangler.put_record(root, path, cid)
    key = ec.generate_private_key(ec.SECP256K1())
    commit = {
        "did": request["did"], "rev": request["rev"], "data": root, "prev": None, "version": 3,
    }
    der = key.sign(cbrrr.encode_dag_cbor(commit), ec.ECDSA(hashes.SHA256()))
    r, s = utils.decode_dss_signature(der)
    commit["sig"] = r.to_bytes(32, "big") + min(s, ORDER - s).to_bytes(32, "big")
    block = cbrrr.encode_dag_cbor(commit)
    head = CID.cidv1_dag_cbor_sha256_32_from(block)
    found = [(cid, blocks.get_block(bytes(cid))) for cid in NodeWalker(nodes, root).iter_node_cids()]
    with open(request["car"], "wb") as file:
        header = cbrrr.encode_dag_cbor({"version": 1, "roots": [head]})
        file.write(encode_varint(len(header)) + header)
        # Nodes and records first, because any order must be accepted.
        for cid, block in found + records + [(head, block)]:
            file.write(encode_varint(36 + len(block)) + bytes(cid) + block)
    point = key.public_key().public_numbers()
    return {
        "commit": head.encode(),
        "data": root.encode(),
        "point": (bytes([2 + point.y % 2]) + point.x.to_bytes(32, "big")).hex(),
    }


def invert(request):
    with open(request["car"], "rb") as file:
        store = OverlayBlockStore(MemoryBlockStore(), ReadOnlyCARBlockStore(file))
        wrangler = NodeWrangler(NodeStore(store))
        root = CID.decode(request["data"])
        for op in reversed(request["ops"]):
            if op["prev"] is None:
                root = wrangler.del_record(root, op["path"])
            else:
                root = wrangler.put_record(root, op["path"], CID.decode(op["prev"]))
    return {"data": root.encode()}


with open(sys.argv[2], encoding="utf-8") as file:
    print(json.dumps({"read": read, "write": write, "invert": invert}[sys.argv[1]](json.load(file))))
