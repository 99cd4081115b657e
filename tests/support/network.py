"""A line that breaks: an HTTP CONNECT proxy on the loopback address that cuts connections at chosen offsets.

The client is sent through it by the usual `https_proxy` variable, so its notion of the server stays what it is. What
flows through is TLS: the proxy counts bytes and can see nothing else.
"""
import contextlib
import fcntl
import os
import pathlib
import random
import socket
import struct
import tempfile
import threading


class Line:
    """`with Line() as line: person.run(..., environment=line.environment())`."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.lock = threading.Lock()
        self.up = self.down = self.connections = self.cuts = 0
        self.triggers = []  # [direction, bytes still to flow, action]
        self.ended = False

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.ended = True
        self.listener.close()

    def environment(self):
        url = f"http://127.0.0.1:{self.port}"
        return {"https_proxy": url, "HTTPS_PROXY": url, "no_proxy": "", "NO_PROXY": ""}

    def after(self, direction, count, action="cut"):
        """Once `count` more bytes have flowed "up" or "down": cut the connection, or call `action`."""
        with self.lock:
            self.triggers.append([direction, count, action])

    def _accept(self):
        while not self.ended:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        head = b""
        while b"\r\n\r\n" not in head and len(head) < 8192:
            piece = client.recv(4096)
            if not piece:
                client.close()
                return
            head += piece
        method, target = head.split(b" ", 2)[:2]
        host, _, port = target.decode().rpartition(":")
        if method != b"CONNECT" or host.strip("[]") not in {"localhost", "127.0.0.1", "::1"}:
            client.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            client.close()
            return
        try:
            server = socket.create_connection((host.strip("[]"), int(port)), timeout=10)
        except OSError:
            client.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
            client.close()
            return
        server.settimeout(None)
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with self.lock:
            self.connections += 1
        pair = (client, server)
        threading.Thread(target=self._pump, args=(client, server, "up", pair), daemon=True).start()
        self._pump(server, client, "down", pair)

    def _pump(self, source, target, direction, pair):
        with contextlib.suppress(OSError):
            while piece := source.recv(256 * 1024):
                action, keep = self._count(direction, len(piece))
                if keep:
                    target.sendall(piece[:keep])
                if action == "cut":
                    self.cuts += 1
                    for end in pair:  # a reset, as from a line that is gone, and not a polite end
                        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                        # The other direction's thread waits in recv(): without this the socket would live on with it.
                        with contextlib.suppress(OSError):
                            end.shutdown(socket.SHUT_RDWR)
                        end.close()
                    return
                if action:
                    action()
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    def _count(self, direction, size):
        """(action to take now, how many of these bytes still pass)."""
        with self.lock:
            setattr(self, direction, getattr(self, direction) + size)
            for trigger in self.triggers:
                if trigger[0] != direction:
                    continue
                if trigger[1] <= size:
                    self.triggers.remove(trigger)
                    return trigger[2], (trigger[1] if trigger[2] == "cut" else size)
                trigger[1] -= size
        return None, size


RESERVED = []  # files whose locks say that a port is this process's


def free_port():
    """A port that is nobody's, now and while this process lives: a server that is killed finds it again. It lies below those that
    the kernel gives to outgoing connections, and a lock keeps other tests of this machine off it."""
    folder = pathlib.Path(tempfile.gettempdir()) / f"rogatory-ports-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    for _ in range(1000):
        port = random.SystemRandom().randrange(12_000, 32_000)
        reserved = open(folder / str(port), "w")
        try:
            fcntl.flock(reserved, fcntl.LOCK_EX | fcntl.LOCK_NB)
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            reserved.close()
            continue
        RESERVED.append(reserved)
        return port
    raise RuntimeError("no port is free")
