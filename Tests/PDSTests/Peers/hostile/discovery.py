"""The documents that clients begin with, CORS, and methods that are not served."""


def discovery(world):
    check, client = world.check, world.client()
    http, base, issuer = client.http, world.server.socket, world.server.url
    host = {"Host": issuer.split("//")[1]}

    resource = http.get(base + "/.well-known/oauth-protected-resource", headers=host)
    check.equal("protected resource: status", resource.status_code, 200)
    check.equal(
        "protected resource: one server", resource.json().get("authorization_servers"), [issuer]
    )
    document = http.get(base + "/.well-known/oauth-authorization-server", headers=host)
    check.equal("metadata: status", document.status_code, 200)
    found = document.json()
    paths = {
        "issuer": "",
        "authorization_endpoint": "/oauth/authorize",
        "token_endpoint": "/oauth/token",
        "pushed_authorization_request_endpoint": "/oauth/par",
        "jwks_uri": "/oauth/jwks",
        "revocation_endpoint": "/oauth/revoke",
    }
    for name, path in paths.items():
        check.equal(f"metadata: {name}", found.get(name), issuer + path)
    # Only the static values: https://github.com/ascorbic/cirrus/pull/185.
    check.equal(
        "metadata: scopes",
        sorted(found.get("scopes_supported", [])),
        ["atproto", "transition:chat.bsky", "transition:email", "transition:generic"],
    )
    lists = {
        "response_types_supported": ["code"],
        "code_challenge_methods_supported": ["S256"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_methods_supported": ["none", "private_key_jwt"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "dpop_signing_alg_values_supported": ["ES256"],
        "token_endpoint_auth_signing_alg_values_supported": ["ES256"],
    }
    for name, values in lists.items():
        check(f"metadata: {name}", set(values) <= set(found.get(name, [])), f"{found.get(name)}")
    check("metadata: not plain", "plain" not in found.get("code_challenge_methods_supported", []))
    check("metadata: not none", "none" not in found.get("dpop_signing_alg_values_supported", []))
    for name in (
        "authorization_response_iss_parameter_supported",
        "require_pushed_authorization_requests",
        "client_id_metadata_document_supported",
    ):
        check.equal(f"metadata: {name}", found.get(name), True)
    keys = http.get(base + "/oauth/jwks", headers=host)
    check("keys are a set", isinstance(keys.json().get("keys"), list), keys.text[:200])
    check("no private key is published", not any("d" in key for key in keys.json()["keys"]))
    for name, answer in (("resource", resource), ("metadata", document), ("keys", keys)):
        check.equal(f"{name}: CORS", answer.headers.get("access-control-allow-origin"), "*")
        check("no redirect", answer.history == [])


def methods(world):
    check, client = world.check, world.client()
    for path in ("/oauth/par", "/oauth/token", "/oauth/revoke"):
        for method in ("GET", "PUT", "DELETE", "PATCH"):
            answer = client.send(path, b"", method=method)
            check.equal(f"{method} {path}", answer.status_code, 405)
        preflight = client.http.request(
            "OPTIONS",
            world.server.socket + path,
            headers={
                "Origin": "https://app.example.com",
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "content-type,dpop",
            },
        )
        allowed = preflight.headers.get("access-control-allow-headers", "").lower()
        check(
            f"preflight of {path}", preflight.status_code in (200, 204), f"{preflight.status_code}"
        )
        check(
            f"preflight of {path}: headers",
            "dpop" in allowed and "content-type" in allowed,
            allowed,
        )
        origin = preflight.headers.get("access-control-allow-origin")
        check.equal(f"preflight of {path}: origin", origin, "*")
    for path in (
        "/.well-known/oauth-protected-resource",
        "/.well-known/oauth-authorization-server",
        "/oauth/jwks",
    ):
        for method in ("POST", "DELETE"):
            check.equal(f"{method} {path}", client.send(path, b"", method=method).status_code, 405)
    for method in ("PUT", "DELETE"):
        answer = client.send("/oauth/authorize", b"", method=method)
        check.equal(f"{method} /oauth/authorize", answer.status_code, 405)
    check.equal(
        "an unknown path", client.send("/oauth/nothing", b"", method="GET").status_code, 404
    )
    preflight = client.send(
        "/oauth/authorize", b"", {"Origin": "https://evil.example"}, method="OPTIONS"
    )
    check(
        "pages have no CORS",
        "access-control-allow-origin" not in preflight.headers,
        f"{preflight.headers}",
    )
