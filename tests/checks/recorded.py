"""A served story whose calls are recorded, so that scanners attack real addresses with a real session, in the wrong places."""
import contextlib
import json
import pathlib
import re
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[1] / "support"))
sys.path.insert(0, str(HERE.parents[1] / "adversary"))
from network import free_port
from proxy import Proxy
from scene import Scene
from world import OperatedServer


class Call:
    def __init__(self, method, target, body, headers):
        self.method, self.target, self.body = method, target, body
        self.token = next((v for k, v in headers if k.lower() == "authorization"), None)
        self.path, _, self.query = target.partition("?")
        try:
            self.json = json.loads(body) if body else None
        except ValueError:
            self.json = None

    @property
    def route(self):
        """The path without what names something: hex, numbers, codes."""
        return self.method + " " + re.sub(r"/([0-9a-f]{32,}|\d+|[A-Z]{3}|X-[A-Z]+)(?=/|$)", "/{}", self.path)


@contextlib.contextmanager
def story():
    """(server, calls, a token that is in force). The server is reached at its own port, past the recorder."""
    with tempfile.TemporaryDirectory(prefix="rogatory-scan-") as name:
        folder = pathlib.Path(name)
        port = free_port()
        proxy = Proxy(folder / "recorder", port)
        server = OperatedServer(folder / "server", port, proxy.certificate)
        proxy.upstream = server.hidden_port
        with proxy:
            world = Scene(folder, server)
            document = folder / "document.txt"
            document.write_text("accounts\n")
            sender, reader = world.cast["SEN1"], world.cast["OTP1"]
            sender.run("send", document, "--to", "X-OTP", "--title", "Accounts")
            reader.run("get", "latest", "--out", folder / "out")
            reader.run("dossier", "list")
            sender.run("receipts", "latest")
            sender.run("session", "list")
            world.cast["ADMIN"].run("admin", "audit")
            world.cast["ADMIN"].run("admin", "party", "list")
            by_route = {}
            for method, target, body, headers in proxy.requests:
                call = Call(method, target, body, headers)
                by_route.setdefault(call.route, call)
            calls = list(by_route.values())
            tokens = [call for call in (Call(*one) for one in proxy.requests) if call.token and "/admin" not in call.path]
            try:
                yield server, calls, tokens[-1].token
            finally:
                world.close()


def trouble(server):
    """What the server's log says of faults of its own: 5xx and errors."""
    found = []
    for line in server.log_text().splitlines():
        with contextlib.suppress(ValueError):
            entry = json.loads(line)
            # 507 and 503 are words about the machine, not about the request.
            if entry.get("level") == "error" or entry.get("status", 0) in (500, 502, 504):
                found.append(line)
    return found
