"""A server of the check's own, and bytes sent to it as they are, over TLS."""
import contextlib
import pathlib
import socket
import ssl
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from installation import Server


@contextlib.contextmanager
def served(extra=""):
    """A fresh server on a port of its own; `extra` is added to its configuration."""
    with tempfile.TemporaryDirectory(prefix="rogatory-check-") as name:
        server = Server(pathlib.Path(name) / "server")
        server.init()
        server.config.write_text(server.config.read_text() + extra)
        server.start_alone()
        server.wait_ready()
        try:
            yield server
        finally:
            server.stop_alone()


class Wire:
    """One connection. What comes back is read until the server ends it, or is silent for `patience` seconds: long, where something is to come."""

    def __init__(self, server, patience=60.0):
        context = ssl.create_default_context(cafile=str(server.certificate))
        self.socket = context.wrap_socket(socket.create_connection(("127.0.0.1", server.port), timeout=60), server_hostname="localhost")
        self.socket.settimeout(patience)

    def send(self, data):
        with contextlib.suppress(BrokenPipeError, ConnectionResetError, ssl.SSLError):
            self.socket.sendall(data)

    def read(self, want=None):
        """(bytes, whether the server ended the connection); stops early when `want` replies are whole."""
        got = b""
        try:
            while want is None or len(split_replies(got)) < want:
                part = self.socket.recv(65536)
                if not part:
                    return got, True
                got += part
        except TimeoutError:
            return got, False
        except (ConnectionResetError, ssl.SSLError):
            return got, True
        return got, False

    def close(self):
        with contextlib.suppress(OSError):
            self.socket.close()


def split_replies(data):
    """(status, head, body) of each whole reply, by Content-Length; our server sends nothing else to such requests."""
    found = []
    while True:
        end = data.find(b"\r\n\r\n")
        if end < 0:
            return found
        head = data[:end].decode("latin-1")
        lengths = [line.split(":", 1)[1].strip() for line in head.split("\r\n")[1:] if line.lower().startswith("content-length:")]
        length = int(lengths[0]) if lengths else 0
        if len(data) < end + 4 + length:
            return found
        found.append((int(head.split()[1]), head, data[end + 4:end + 4 + length]))
        data = data[end + 4 + length:]


def ask(server, data, patience=60.0, want=None, silence=None):
    """`silence`: so long nothing may come behind what is wanted."""
    wire = Wire(server, patience)
    try:
        wire.send(data)
        got, ended = wire.read(want)
        if silence is not None and not ended:
            wire.socket.settimeout(silence)
            more, ended = wire.read()
            got += more
        return split_replies(got), ended, got
    finally:
        wire.close()
