"""What the scripts here share with those of the PDS, and `atproto relay serve` as a process."""

import base64
import json
import os
import sys
import tempfile
import time
import urllib.error
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../PDSTests/Peers"))

from checks import Checks  # noqa: E402, F401
from served import Process, Server  # noqa: E402, F401


class Relay:
    """A development relay that uses the PLC directory of a PDS."""

    def __init__(self, program, plc):
        self._folder = tempfile.TemporaryDirectory(prefix="relay-peer-")
        self._log = os.path.join(self._folder.name, "log")
        self._process = Process(
            [
                program, "relay", "serve", "--dev", "--bind", "127.0.0.1:0", "--plc-host", plc,
                "--log-level", "warning", "--stop-at-end-of-input",
            ],
            self._log,
        )
        self.url = self._process.first["address"]
        self.password = self._process.first["adminPassword"]

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._process.stop()
        self._folder.cleanup()

    @property
    def socket(self):
        return self.url.replace("http://", "ws://")

    def call(self, path, body=None, isAdministrator=False):
        headers = {}
        if isAdministrator:
            token = base64.b64encode(f"admin:{self.password}".encode()).decode()
            headers["Authorization"] = f"Basic {token}"
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(self.url + path, data, headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return json.loads(response.read() or b"{}")
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{path} -> {error.code}: {error.read()[:500]}") from error

    def crawl(self, server):
        """Requests a crawl of a PDS on this machine, and waits for the connection."""
        port = server.url.rsplit(":", 1)[1]
        self.call("/xrpc/com.atproto.sync.requestCrawl", {"hostname": f"localhost:{port}"})
        until(lambda: f"localhost:{port}" in self.call(
            "/admin/subs/getUpstreamConns", isAdministrator=True
        ))


def until(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError("the condition has not come about")
        time.sleep(0.02)
