"""Two consumers of a relay's stream: the package `websockets`, and the firehose client of the
atproto SDK, which verify what they read.

usage: relay_peer.py ATPROTO      (the executable)

The last line is a JSON object that counts the checks.
"""

import asyncio
import json
import sys
import threading
import urllib.request

import cbrrr
import websockets
from atproto import CAR, FirehoseSubscribeReposClient, models, parse_subscribe_repos_message
from atproto_crypto.did import format_did_key_multikey
from atproto_crypto.verify import verify_signature

from shared import Checks, Relay, Server, until

STREAM = "/xrpc/com.atproto.sync.subscribeRepos"
COLLECTION = "com.example.note"


def link(value):
    """A CID in the form of cbrrr; the SDK has its bytes or its text."""
    return cbrrr.CID(value) if isinstance(value, bytes) else cbrrr.CID.decode(str(value))


class Scene:
    """Two PDS with an account each, and a relay that crawls both."""

    def __init__(self, check, first, second, relay):
        self.check = check
        self.relay = relay
        self.accounts = []
        for server, name in ((first, "alice"), (second, "bob")):
            relay.crawl(server)
            account = server.account(name)
            self.accounts.append(account)
            for number in range(5):
                server.call(
                    "com.atproto.repo.createRecord",
                    {
                        "repo": account["did"],
                        "collection": COLLECTION,
                        "record": {"$type": COLLECTION, "text": f"{name} {number}"},
                    },
                    token=account["accessJwt"],
                )
        self.plc = first.plc
        self.frames = []

    @property
    def dids(self):
        return {account["did"] for account in self.accounts}

    def is_complete(self, frames):
        """Whether all records have been seen."""
        records = [
            operation["path"]
            for header, payload in frames
            if header.get("t") == "#commit"
            for operation in payload["ops"]
            if operation["path"].startswith(COLLECTION)
        ]
        return len(records) >= 10

    def key(self, did):
        """The signing key in the DID document, as a did:key."""
        with urllib.request.urlopen(f"{self.plc}/{did}") as response:
            document = json.load(response)
        method = next(m for m in document["verificationMethod"] if m["id"].endswith("#atproto"))
        return format_did_key_multikey(method["publicKeyMultibase"])

    # Parts

    async def reads_frames_with_websockets(self):
        check = self.check
        async with websockets.connect(self.relay.socket + STREAM + "?cursor=0") as socket:
            while not self.is_complete(self.frames):
                message = await asyncio.wait_for(socket.recv(), 30)
                check.quietly("messages are binary", isinstance(message, bytes))
                parts = list(cbrrr.decode_multi_dag_cbor_in_violation_of_the_spec(message))
                check.quietly("a frame has two parts", len(parts) == 2, str(len(parts)))
                self.frames.append(parts)
        sequences = [payload["seq"] for _, payload in self.frames]
        check("numbers rise", sequences == sorted(set(sequences)), str(sequences))
        check("numbers are positive", sequences[0] >= 1)
        types = {header["t"] for header, _ in self.frames}
        expected = {"#identity", "#account", "#commit"}
        check("there are identities, accounts, and commits", expected <= types, str(types))
        seen = {payload.get("repo") or payload.get("did") for _, payload in self.frames}
        check.equal("events are those of both servers", seen, self.dids)

    async def verifies_commits(self):
        check = self.check
        heads = {}
        keys = {did: self.key(did) for did in self.dids}
        for header, payload in self.frames:
            if header["t"] != "#commit":
                continue
            did = payload["repo"]
            car = CAR.from_bytes(bytes(payload["blocks"]))
            commit = dict(car.blocks[car.root])
            check.quietly("the root is the commit", str(car.root) == payload["commit"].encode())
            check.quietly("the commit names the account", commit["did"] == did)
            check.quietly("the commit has the rev", commit["rev"] == payload["rev"])
            signature = bytes(commit.pop("sig"))
            unsigned = {
                key: link(value) if key in ("data", "prev") and value else value
                for key, value in commit.items()
            }
            check.quietly(
                "the signature is valid",
                verify_signature(keys[did], cbrrr.encode_dag_cbor(unsigned), signature),
                did,
            )
            if did in heads:
                since, data = heads[did]
                check.quietly("the chain of revs is unbroken", payload["since"] == since)
                check.quietly("the chain of trees is unbroken", payload["prevData"].encode() == data)
            heads[did] = (payload["rev"], link(commit["data"]).encode())
            for operation in payload["ops"]:
                cid = operation["cid"]
                found = {str(key) for key in car.blocks}
                check.quietly("record blocks are there", cid is None or cid.encode() in found)
        check.equal("both accounts have commits", set(heads), self.dids)
        for did, (rev, _) in heads.items():
            latest = self.relay.call(f"/xrpc/com.atproto.sync.getLatestCommit?did={did}")
            check.equal("the relay's head is the last commit", latest["rev"], rev)

    async def replays_the_same_frames(self):
        middle = self.frames[len(self.frames) // 2][1]["seq"]
        expected = [payload["seq"] for _, payload in self.frames if payload["seq"] > middle]
        found = []
        async with websockets.connect(f"{self.relay.socket}{STREAM}?cursor={middle}") as socket:
            while len(found) < len(expected):
                message = await asyncio.wait_for(socket.recv(), 30)
                parts = list(cbrrr.decode_multi_dag_cbor_in_violation_of_the_spec(message))
                found.append(parts[1]["seq"])
        self.check.equal("a cursor continues after its event", found, expected)

    async def refuses_a_future_cursor(self):
        async with websockets.connect(f"{self.relay.socket}{STREAM}?cursor=1000000000") as socket:
            message = await asyncio.wait_for(socket.recv(), 30)
            header, payload = list(cbrrr.decode_multi_dag_cbor_in_violation_of_the_spec(message))
            self.check.equal("the frame is an error", header, {"op": -1})
            self.check.equal("its name", payload["error"], "FutureCursor")
            try:
                await asyncio.wait_for(socket.recv(), 30)
                self.check("the stream is closed", False)
            except websockets.ConnectionClosed:
                self.check("the stream is closed", True)

    async def refuses_a_malformed_cursor(self):
        try:
            async with websockets.connect(f"{self.relay.socket}{STREAM}?cursor=x"):
                self.check("the handshake is refused", False)
        except websockets.InvalidStatus as error:
            self.check.equal("status of the handshake", error.response.status_code, 400)
            server = error.response.headers.get("Server", "")
            self.check("the relay names itself", "atproto-relay" in server, server)

    async def reads_events_with_the_sdk(self):
        client = FirehoseSubscribeReposClient(
            params={"cursor": 0}, base_uri=self.relay.socket + "/xrpc"
        )
        events = []

        def take(message):
            events.append(parse_subscribe_repos_message(message))
            if len(events) == len(self.frames):
                client.stop()

        thread = threading.Thread(target=client.start, args=(take,), daemon=True)
        thread.start()
        await asyncio.to_thread(thread.join, 60)
        self.check.equal(
            "the SDK reads the same events",
            [event.seq for event in events],
            [payload["seq"] for _, payload in self.frames],
        )
        commits = [
            event for event in events
            if isinstance(event, models.ComAtprotoSyncSubscribeRepos.Commit)
        ]
        texts = {
            CAR.from_bytes(event.blocks).blocks[operation.cid].get("text")
            for event in commits
            for operation in event.ops
            if operation.path.startswith(COLLECTION)
        }
        expected = {f"{name} {number}" for name in ("alice", "bob") for number in range(5)}
        self.check("records are those that were written", expected <= texts, str(texts))

    async def announces_a_takedown(self):
        did = self.accounts[0]["did"]
        last = self.frames[-1][1]["seq"]
        self.relay.call("/admin/repo/takeDown", {"did": did}, isAdministrator=True)
        async with websockets.connect(f"{self.relay.socket}{STREAM}?cursor={last}") as socket:
            while True:
                message = await asyncio.wait_for(socket.recv(), 30)
                header, payload = list(cbrrr.decode_multi_dag_cbor_in_violation_of_the_spec(message))
                if header["t"] == "#account" and payload["did"] == did:
                    break
        self.check.equal("the account is inactive", payload["active"], False)
        self.check.equal("its status", payload["status"], "takendown")
        status = self.relay.call(f"/xrpc/com.atproto.sync.getRepoStatus?did={did}")
        self.check.equal("the status of the account", status["status"], "takendown")
        consumers = self.relay.call("/admin/consumers/list", isAdministrator=True)
        self.check("consumers are listed", isinstance(consumers, list))


async def main(program):
    check = Checks()
    with Server(program) as first:
        second = Server(program, "--did-plc-url", first.plc)
        with second, Relay(program, first.plc) as relay:
            scene = Scene(check, first, second, relay)
            await check.run_async(
                scene.reads_frames_with_websockets, scene.verifies_commits,
                scene.replays_the_same_frames, scene.refuses_a_future_cursor,
                scene.refuses_a_malformed_cursor, scene.reads_events_with_the_sdk,
                scene.announces_a_takedown,
            )
    check.finish()


asyncio.run(main(sys.argv[1]))
