#!/usr/bin/env python3
"""Measures `atproto lexicon install` and `verify`: Benchmarks/lexicon_install.py PATH-TO-ATPROTO LEXICONS [RUNS]

A PDS on this machine publishes all documents below LEXICONS as one account, and a small one for each
that they refer to and that is not there. A real name server (dnsmasq) names the account for each of their
domains; options do so for reserved domains. Every run of `install` starts with an empty directory: each
record is fetched with its proof, verified, checked, and written.
"""

import json
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "Tests/PDSTests/Peers"))

from served import Server  # noqa: E402

COLLECTION = "com.atproto.lexicon.schema"
RESERVED = ("internal", "test", "example", "local")
REFERRING = ("ref", "refs", "lxm", "collection", "knownValues")
NSID = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9-]+)+\.[a-zA-Z][a-zA-Z0-9]*")
DNSMASQ = ["/usr/sbin/dnsmasq", "/usr/local/sbin/dnsmasq"]


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def name_server(domains, did):
    """dnsmasq with a TXT record for each domain; the process and its port."""
    port = free_port()
    program = next(path for path in DNSMASQ if pathlib.Path(path).exists())
    arguments = [
        program, "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts",
        "--pid-file=", "--user=", "--group=", "--listen-address=127.0.0.1", "--bind-interfaces",
        f"--port={port}", "--log-facility=-",
    ] + [f"--txt-record=_lexicon.{domain},did={did}" for domain in domains]
    return subprocess.Popen(arguments, stderr=subprocess.DEVNULL), port


def references(value, key=""):
    """The NSIDs that a part of a document refers to."""
    if isinstance(value, dict):
        return set().union(*(references(item, name) for name, item in value.items()))
    if isinstance(value, list):
        return set().union(*(references(item, key) for item in value))
    if not isinstance(value, str) or key not in REFERRING or key == "knownValues" and "#" not in value:
        return set()
    name = value.split("#")[0]
    return {name} if NSID.fullmatch(name) else set()


def stub(name):
    main = {"type": "query", "output": {"encoding": "application/json"}}
    return {"lexicon": 1, "id": name, "defs": {"main": main}}


def publish(server, account, documents):
    records = list(documents.items())
    for start in range(0, len(records), 100):
        writes = [
            {
                "$type": "com.atproto.repo.applyWrites#create",
                "collection": COLLECTION,
                "rkey": name,
                "value": {"$type": COLLECTION, **document},
            }
            for name, document in records[start : start + 100]
        ]
        body = {"repo": account["did"], "validate": False, "writes": writes}
        server.call("com.atproto.repo.applyWrites", body, token=account["accessJwt"])


def timed(arguments):
    start = time.perf_counter()
    result = subprocess.run(arguments, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    assert result.returncode == 0, result.stdout + result.stderr
    return seconds, json.loads(result.stdout)


def report(name, seconds):
    print(f"{name}: median {statistics.median(seconds):.3f} s, best {min(seconds):.3f} s, "
          f"worst {max(seconds):.3f} s of {len(seconds)}")


def main(program, lexicons, runs=5):
    documents = {}
    for path in sorted(pathlib.Path(lexicons).rglob("*.json")):
        document = json.loads(path.read_text())
        if "lexicon" in document and "defs" in document:
            documents[document["id"]] = document
    for name in set().union(*map(references, documents.values())) - set(documents):
        documents[name] = stub(name)
    folder = tempfile.mkdtemp(prefix="lexicon-install-")
    with Server(program) as server:
        account = server.account("publisher")
        publish(server, account, documents)
        domains = sorted({".".join(reversed(name.split(".")[:-1])) for name in documents})
        reserved = [domain for domain in domains if domain.split(".")[-1] in RESERVED]
        dns, port = name_server(domains, account["did"])
        try:
            files = ["--manifest", f"{folder}/lexicons.json", "--lexicons", f"{folder}/lexicons"]
            network = ["--dev", "--plc", server.plc, "--dns", f"127.0.0.1:{port}", "--allow-invalid"]
            network += [f"--authority={domain}={account['did']}" for domain in reserved]
            install = [program, "lexicon", "install", "--json", *files, *network]
            verify = [program, "lexicon", "verify", "--json", *files]
            installs, verifications, repeats = [], [], []
            for _ in range(runs):
                shutil.rmtree(folder)
                pathlib.Path(folder).mkdir()
                seconds, result = timed([*install, *documents])
                assert len(result["written"]) == len(documents), result
                installs.append(seconds)
                repeats.append(timed(install)[0])
                seconds, result = timed(verify)
                assert result["ok"] and result["documents"] == len(documents), result
                verifications.append(seconds)
            print(f"{len(documents)} documents")
            report("install", installs)
            report("install again", repeats)
            report("verify", verifications)
        finally:
            dns.terminate()
            dns.wait()
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:]))
