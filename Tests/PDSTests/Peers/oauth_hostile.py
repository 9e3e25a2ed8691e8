"""What an attacker sends to the authorization server of `atproto pds serve`.

usage: oauth_hostile.py ATPROTO      (the executable)

ONLY=proofs,tokens in the environment runs these parts by themselves.
"""

import functools
import sys

from checks import Checks
from client_host import ClientHost
from hostile import (
    assertions,
    discovery,
    documents,
    limits,
    pages,
    parameters,
    proofs,
    resource,
    tokens,
)
from hostile.world import World
from served import Server

PARTS = [
    discovery.discovery,
    discovery.methods,
    parameters.parameters,
    parameters.repeated,
    parameters.huge,
    parameters.bodies,
    proofs.proofs,
    proofs.nonce_is_free,
    documents.client_ids,
    documents.fields,
    documents.transfers,
    documents.caching,
    assertions.assertions,
    assertions.binding,
    assertions.foreign_keys,
    pages.requests,
    pages.forms,
    pages.markup,
    pages.answers,
    pages.accounts,
    pages.prompts,
    tokens.codes,
    tokens.replay,
    tokens.refreshes,
    tokens.challenges,
    tokens.revocation,
    resource.credentials,
    resource.scopes,
]
SHORT = {
    "PDS_OAUTH_REQUEST_TTL": "3",
    "PDS_OAUTH_CODE_TTL": "3",
    "PDS_OAUTH_ACCESS_TOKEN_TTL": "3",
    "PDS_OAUTH_REFRESH_TTL": "7",
    "PDS_OAUTH_SESSION_TTL": "600",
}


def main(program):
    check, host = Checks(), ClientHost()
    with Server(program) as server:
        world = World(server, host, check)

        def named(part):
            return functools.update_wrapper(lambda: part(world), part)

        check.run(*map(named, PARTS))
        kept = {}

        def before_restart():
            kept["persisted"] = limits.Persisted(world)

        def after_restart():
            kept["persisted"].check(world)

        check.run(before_restart)
        server.restart(
            "--rate-limits-enabled",
            "true",
            "--allow-private-addresses",
            "false",
            "--trusted-proxies",
            "1",
        )
        check.run(after_restart, named(limits.production), named(limits.guessing))
        server.restart(*[word for name, value in SHORT.items() for word in option(name, value)])
        check.run(named(limits.lifetimes))
        check("the server still runs", server.is_running, server.log[-2000:])
        check("it logs no error", " error pds" not in server.log, errors(server.log))
        check("it logs no tokens", not leaked(world, server.log), "see the log")
    host.close()
    check.finish()


def option(name, value):
    return ["--" + name.removeprefix("PDS_").lower().replace("_", "-"), value]


def errors(log):
    return "\n".join(line for line in log.splitlines() if " error " in line)[:2000]


def leaked(world, log):
    return world.alice["password"] in log or "refresh_token" in log


if __name__ == "__main__":
    main(sys.argv[1])
