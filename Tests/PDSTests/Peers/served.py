"""`atproto pds serve` and `atproto plc serve` as processes of a script."""

import json
import os
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request

PASSWORD = "correct horse battery staple"

# Runs a command until standard input ends, which it does, too, when this script is killed.
UNTIL_END_OF_INPUT = ["/bin/sh", "-c", '"$@" & cat > /dev/null; kill $!; wait $!', "sh"]


class Process:
    """A program whose first line of output is a JSON object, and which ends when its input does."""

    def __init__(self, arguments, log, environment=None):
        with open(log, "ab") as errors:
            self._process = subprocess.Popen(
                arguments,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env={**os.environ, **(environment or {})},
            )
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            with open(log, encoding="utf-8", errors="replace") as file:
                raise RuntimeError(f"{arguments} did not start: {file.read()[-3000:]}")
        self.first = json.loads(line)

    @property
    def status(self):
        return self._process.poll()

    def stop(self):
        self._process.stdin.close()
        try:
            status = self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = self._process.wait()
        self._process.stdout.close()
        return status


class Server:
    """A PDS with its data in a temporary directory.

    - program: the executable `atproto`.
    - hostname: nothing for a development server, which is reached at its socket; else the name
      under which it is public, as behind a reverse proxy that ends TLS.
    """

    def __init__(self, program, *settings, hostname=None, environment=None):
        self.program = program
        self.hostname = hostname
        self.folder = tempfile.mkdtemp(prefix="oauth-peer-")
        self.mail = os.path.join(self.folder, "mail.mbox")
        self._directory = None
        self._environment = environment or {}
        self.start(*settings)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def start(self, *settings):
        arguments = [self.program, "pds", "serve", "--port", "0", "--stop-at-end-of-input"]
        arguments += ["--data", os.path.join(self.folder, "data"), "--log-level", "notice"]
        arguments += ["--mail-file", self.mail]
        if self.hostname is None:
            arguments += ["--dev"]
        else:
            if self._directory is None:
                plc = [self.program, "plc", "serve", "--dev", "--port", "0"]
                self._directory = Process(UNTIL_END_OF_INPUT + plc, self.log_file)
            arguments += ["--hostname", self.hostname, "--invite-required", "false"]
            arguments += ["--did-plc-url", self._directory.first["address"]]
            arguments += ["--admin-password", "admin-password"]
        self._process = Process(arguments + list(settings), self.log_file, self._environment)
        first = self._process.first
        self.socket = first["address"]
        self.did = first["did"]
        self.plc = first.get("plc") or self._directory.first["address"]
        self.admin_password = first.get("adminPassword") or "admin-password"
        self.url = self.socket if self.hostname is None else f"https://{self.hostname}"
        self.domain = ".test" if self.hostname is None else f".{self.hostname}"

    def restart(self, *settings):
        """Stops it, and starts it with the same data; a development server keeps its port."""
        status = self._process.stop()
        assert status == 0, f"the server ended with {status}: {self.log[-2000:]}"
        self.start(*settings)

    @property
    def hosts(self):
        """Where the public origin is reached."""
        return {self.url: self.socket}

    @property
    def log_file(self):
        return os.path.join(self.folder, "log")

    @property
    def log(self):
        with open(self.log_file, encoding="utf-8", errors="replace") as file:
            return file.read()

    @property
    def is_running(self):
        return self._process.status is None

    def close(self):
        self._process.stop()
        if self._directory is not None:
            self._directory.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    # Calls besides OAuth.

    def call(self, nsid, body=None, token=None, basic=None, query=""):
        """A call without OAuth: with a session token, the admin password, or neither."""
        headers = {"Host": self.url.split("//")[1]}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if basic:
            headers["Authorization"] = f"Basic {basic}"
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        url = f"{self.socket}/xrpc/{nsid}{query}"
        request = urllib.request.Request(
            url, data, headers, method="GET" if body is None else "POST"
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return json.loads(response.read() or b"{}")
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{nsid} -> {error.code}: {error.read()[:500]}") from error

    def account(self, name, password=PASSWORD):
        """A new account: what `createAccount` answers, with its password and email."""
        email = f"{name}@mail.test"
        body = {"handle": name + self.domain, "email": email, "password": password}
        made = self.call("com.atproto.server.createAccount", body)
        return {**made, "password": password, "email": email}

    def session(self, account):
        body = {"identifier": account["did"], "password": account["password"]}
        return self.call("com.atproto.server.createSession", body)
