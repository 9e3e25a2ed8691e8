"""A web server on loopback for client documents, good and hostile ones, and for callbacks."""

import collections
import http.server
import json
import threading


class ClientHost:
    """Answers each path with what a test puts there.

    A dictionary or a list is sent as a JSON document, bytes are sent as JSON as they are, and a
    function gets the request handler and sends what it likes.
    """

    def __init__(self):
        self.paths = {}
        self.hits = collections.Counter()
        self.requests = []
        self._lock = threading.Lock()
        self.is_closing = threading.Event()
        host = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                host.answer(self)

            def do_POST(self):
                length = int(self.headers.get("content-length") or 0)
                self.body = self.rfile.read(length)
                host.answer(self)

            def log_message(self, *arguments):
                pass

        class HTTPServer(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, request, address):
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def answer(self, handler):
        path = handler.path.split("?")[0]
        with self._lock:
            self.hits[path] += 1
            self.requests.append(handler)
        value = self.paths.get(path)
        if value is None:
            send(handler, b"not found", status=404, kind="text/plain")
        elif callable(value):
            value(handler)
        else:
            send(handler, value)

    def client(self, path="/client.json", **changes):
        """Puts a good document at the path, with changes; nothing leaves a member out.

        Returns the client ID.
        """
        self.paths[path] = self.document(path, **changes)
        return self.url + path

    def document(self, path="/client.json", **changes):
        document = {
            "client_id": self.url + path,
            "client_name": "A peer",
            "application_type": "native",
            "redirect_uris": ["http://127.0.0.1/callback"],
            "response_types": ["code"],
            "grant_types": ["authorization_code", "refresh_token"],
            "scope": "atproto transition:generic transition:email",
            "token_endpoint_auth_method": "none",
            "dpop_bound_access_tokens": True,
        }
        document.update(changes)
        return {name: value for name, value in document.items() if value is not None}

    def confidential(self, keys, path="/confidential.json", **changes):
        """Puts the document of a confidential web client there; `keys` are by their IDs."""
        confidential = {
            "application_type": "web",
            "redirect_uris": ["https://app.example.com/callback"],
            "token_endpoint_auth_method": "private_key_jwt",
            "token_endpoint_auth_signing_alg": "ES256",
            "jwks": jwks(keys),
        }
        return self.client(path, **{**confidential, **changes})

    def close(self):
        self.is_closing.set()
        self._server.shutdown()
        self._server.server_close()


def jwks(keys):
    members = {"use": "sig", "alg": "ES256"}
    return {"keys": [{**key.jwk, "kid": kid, **members} for kid, key in keys.items()]}


def send(handler, value, status=200, kind="application/json", headers=None):
    """Sends a whole answer; documents are not to be reused."""
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    handler.send_header("Cache-Control", "no-store")
    for name, text in (headers or {}).items():
        handler.send_header(name, text)
    handler.end_headers()
    handler.wfile.write(body)
