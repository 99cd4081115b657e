"""A line that breaks, or is slow and distant: an HTTP CONNECT proxy on the loopback address that cuts connections at chosen offsets, or
now and then, and holds bytes back as a line of so many bits a second would.

The client is sent through it by the usual `https_proxy` variable, so its notion of the server stays what it is. What
flows through is TLS: the proxy counts bytes and can see nothing else.
"""
import contextlib
import fcntl
import os
import pathlib
import queue
import random
import socket
import struct
import tempfile
import threading
import time


class Line:
    """`with Line() as line: person.run(..., environment=line.environment())`.

    `bits_per_second` each way, for all connections together; `round_trip` in seconds; `cuts` is the share of seconds of a busy line
    in which a connection breaks (by `seed`, so that a run can be repeated).
    """

    def __init__(self, bits_per_second=None, round_trip=0.0, cuts=0.0, seed=1):
        self.bits_per_second, self.round_trip, self.cut_share = bits_per_second, round_trip, cuts
        self.chance = random.Random(seed)
        self.free = {"up": 0.0, "down": 0.0}  # when the line can take the next byte
        self.until_chance = self._bytes_of_a_second()
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
            server = socket.create_connection((host.strip("[]"), int(port)), timeout=60)
        except OSError:
            client.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
            client.close()
            return
        server.settimeout(None)
        time.sleep(self.round_trip)
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with self.lock:
            self.connections += 1
        pair = (client, server)
        threading.Thread(target=self._pump, args=(client, server, "up", pair), daemon=True).start()
        self._pump(server, client, "down", pair)

    def _pump(self, source, target, direction, pair):
        far = None
        if self.bits_per_second:
            far = queue.Queue(64)
            threading.Thread(target=self._arrive, args=(far, target), daemon=True).start()
        with contextlib.suppress(OSError):
            while piece := source.recv(max(4096, self.bits_per_second // 400) if far else 256 * 1024):
                action, keep = self._count(direction, len(piece))
                if keep and far:
                    far.put((self._take(direction, keep), piece[:keep]))
                elif keep:
                    target.sendall(piece[:keep])
                if action == "cut":
                    self.cuts += 1
                    if far:
                        far.put((0, b""))
                    for end in pair:  # a reset, as from a line that is gone, and not a polite end
                        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                        # The other direction's thread waits in recv(): without this the socket would live on with it.
                        with contextlib.suppress(OSError):
                            end.shutdown(socket.SHUT_RDWR)
                        end.close()
                    return
                if action:
                    action()
        if far:
            far.put((time.monotonic() + self.round_trip / 2, None))
            return
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    def _take(self, direction, size):
        """Waits until the line has taken so many bytes; when they are at the other end."""
        with self.lock:
            now = time.monotonic()
            done = self.free[direction] = max(self.free[direction], now) + size * 8 / self.bits_per_second
        time.sleep(max(0, done - now))
        return done + self.round_trip / 2

    def _arrive(self, far, target):
        """Gives out what is on its way when its time has come; None ends it politely, and what is empty without a word."""
        while True:
            at, piece = far.get()
            if piece == b"":
                return
            time.sleep(max(0, at - time.monotonic()))
            with contextlib.suppress(OSError):
                if piece is None:
                    target.shutdown(socket.SHUT_WR)
                    return
                target.sendall(piece)

    def _bytes_of_a_second(self):
        return (self.bits_per_second or 0) // 8

    def _count(self, direction, size):
        """(action to take now, how many of these bytes still pass)."""
        with self.lock:
            setattr(self, direction, getattr(self, direction) + size)
            self.until_chance -= size
            if self.cut_share and self.until_chance <= 0:
                self.until_chance += self._bytes_of_a_second()
                if self.chance.random() < self.cut_share:
                    return "cut", 0
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
