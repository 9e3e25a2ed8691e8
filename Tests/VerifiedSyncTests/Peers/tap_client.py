"""A client of `/channel` that behaves like npm's @atproto/tap, which has no Python version.

tap_client.py URL COUNT DID

Prints and acknowledges events until there are COUNT different ones, then prints the response of
`/info`. An event that does not have the expected form is an error. The client reconnects if the
connection is lost, but exits after a close frame.
"""

import asyncio
import json
import re
import sys
import urllib.request

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

DID = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]*[A-Za-z0-9._-]")
HANDLE = re.compile(r"([a-z0-9-]+\.)+[a-z][a-z0-9-]*")
NSID = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9-]+)+\.[A-Za-z][A-Za-z0-9]*")
RECORD_KEY = re.compile(r"[A-Za-z0-9_~.:-]{1,512}")
STATUSES = {"active", "takendown", "suspended", "deactivated", "deleted"}


def check(condition: bool, what: str, value: object) -> None:
    if not condition:
        raise ValueError(f"{what}: {json.dumps(value)}")


def matches(pattern: re.Pattern, value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def check_record(record: dict) -> None:
    check(matches(DID, record["did"]), "did", record)
    check(isinstance(record["rev"], str), "rev", record)
    check(matches(NSID, record["collection"]), "collection", record)
    check(matches(RECORD_KEY, record["rkey"]), "rkey", record)
    check(record["action"] in ("create", "update", "delete"), "action", record)
    check(isinstance(record["live"], bool), "live", record)
    # Optional fields are absent, not null.
    check(isinstance(record.get("record", {}), dict), "record", record)
    check(isinstance(record.get("cid", ""), str), "cid", record)
    check(("cid" in record) == (record["action"] != "delete"), "cid", record)


def check_identity(identity: dict) -> None:
    check(matches(DID, identity["did"]), "did", identity)
    check(matches(HANDLE, identity["handle"]), "handle", identity)
    check(isinstance(identity["is_active"], bool), "is_active", identity)
    check(identity["status"] in STATUSES, "status", identity)


def check_event(event: dict) -> None:
    check(type(event["id"]) is int, "id", event)
    check(event["type"] in ("record", "identity"), "type", event)
    {"record": check_record, "identity": check_identity}[event["type"]](event[event["type"]])


def check_info(info: dict) -> None:
    for name in ("did", "handle", "state", "rev"):
        check(isinstance(info[name], str), name, info)
    check(type(info["records"]) is int, "records", info)
    check(type(info.get("retries", 0)) is int, "retries", info)
    check(isinstance(info.get("error", ""), str), "error", info)


async def follow(url: str, count: int) -> None:
    seen = set()
    while True:
        try:
            async with connect("ws" + url.removeprefix("http") + "/channel") as channel:
                while len(seen) < count:
                    event = json.loads(await channel.recv())
                    check_event(event)
                    if event["id"] not in seen:
                        print(json.dumps(event), flush=True)
                    seen.add(event["id"])
                    await channel.send(json.dumps({"type": "ack", "id": event["id"]}))
                return
        except ConnectionClosed as closing:
            if closing.rcvd is not None:
                sys.exit("the server has sent a close frame")
        except (OSError, InvalidHandshake):
            pass
        await asyncio.sleep(0.1)


url, count, did = sys.argv[1:]
asyncio.run(asyncio.wait_for(follow(url, int(count)), 60))
with urllib.request.urlopen(f"{url}/info/{did}", timeout=20) as response:
    info = json.load(response)
check_info(info)
print(json.dumps(info))
