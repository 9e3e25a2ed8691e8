#!/usr/bin/env python3
"""Measures whole authorization flows: Benchmarks/oauth_flows.py PATH-TO-ATPROTO [FLOWS] [PEOPLE]

Each person signs in once on a remembered browser, which is the only time a password is hashed. Then all
of them authorize an app again and again: a pushed request, the page, the consent, the exchange of the
code, and a record written with the new token. The client is Python, and shares the machine.

Needs the Python environment of the tests: .build/python/bin/python Benchmarks/oauth_flows.py …
"""

import pathlib
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "Tests/PDSTests/Peers"))

from browser import Browser  # noqa: E402
from oauth_person import Person  # noqa: E402
from oauth_protocol import Client  # noqa: E402
from served import Server  # noqa: E402

REDIRECT = "http://127.0.0.1/callback"


def app(server):
    return Client(server.url, "http://localhost?scope=atproto+transition%3Ageneric&redirect_uri="
                  "http%3A%2F%2F127.0.0.1%2Fcallback", REDIRECT, socket=server.socket)


def authorize(server, person):
    """One flow; the seconds that it took."""
    client = app(server)
    start = time.perf_counter()
    answer = person.authorize(client.authorization_url())
    tokens = client.exchange(answer["code"])
    assert tokens.status_code == 200, tokens.text
    seconds = time.perf_counter() - start
    written = client.create_record()
    assert written.status_code == 200, written.text
    return seconds


def work(server, person, count, latencies):
    for _ in range(count):
        latencies.append(authorize(server, person))


def main(program, flows=400, people=4):
    with Server(program) as server:
        persons = [
            Person(Browser(server.hosts), server.account(f"person{number}"), remembers=True)
            for number in range(people)
        ]
        for person in persons:
            authorize(server, person)
        latencies = []
        threads = [
            threading.Thread(target=work, args=(server, person, flows // people, latencies))
            for person in persons
        ]
        start = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds = time.perf_counter() - start
        latencies.sort()
        assert len(latencies) == flows // people * people
        p50, p99 = (latencies[len(latencies) * part // 100] * 1e3 for part in (50, 99))
        print(
            f"{len(latencies)} flows in {seconds:.1f} s: {len(latencies) / seconds * 60:.0f} a minute,"
            f" p50 {p50:.0f} ms, p99 {p99:.0f} ms, longest {latencies[-1] * 1e3:.0f} ms"
        )


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
