"""Clients of a load: each is bounded in number and time, sits at a loopback address of its own, and counts what it was answered."""
import collections
import http.client
import json
import os
import select
import socket
import ssl
import subprocess
import sys
import threading
import time
import types


def context(server):
    return ssl.create_default_context(cafile=str(server.certificate))


class Client:
    """One kept connection from one address."""

    def __init__(self, server, address, tls=None):
        self.server, self.address, self.tls, self.connection = server, address, tls or context(server), None

    def ask(self, path, method="GET", body=None, **headers):
        """(status, headers, seconds); a connection that the server has closed is opened anew."""
        for again in (True, False):
            if self.connection is None:
                self.connection = http.client.HTTPSConnection("localhost", self.server.port, timeout=120, context=self.tls,
                                                              source_address=(self.address, 0))
            began = time.monotonic()
            try:
                self.connection.request(method, path, body=body, headers=headers)
                reply = self.connection.getresponse()
                reply.read()
            except (OSError, http.client.HTTPException):
                self.close()
                if not again:
                    raise
                continue
            seconds = time.monotonic() - began
            if reply.will_close:
                self.close()
            return reply.status, reply.headers, seconds
        return None

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None


class Neighbour:
    """Somebody of another Party at another address, who reads a file's state so many times a second: a process of its own, so that
    what it waits for is the server and not the load's own clients."""

    def __init__(self, server, path, token, per_second=25, ahead=False):
        self.order = json.dumps([server.port, str(server.certificate), path, token, 1 / per_second, ahead])
        self.took, self.failed = [], []

    def __enter__(self):
        self.process = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.process.stdin.write(self.order + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "begun\n"
        return self

    def __exit__(self, *_):
        said, _ = self.process.communicate("", timeout=300)
        self.took, self.failed = json.loads(said)


def quantile(ordered, q):
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))]


def be_the_neighbour():
    port, certificate, path, token, pause, ahead = json.loads(sys.stdin.readline())
    if ahead:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    client = Client(types.SimpleNamespace(port=port, certificate=certificate), "127.0.0.2")
    client.ask(path, Authorization=f"Bearer {token}")
    print("begun", flush=True)
    took, failed, over = [], [], False
    # A few answers at least, however short the load.
    while not over or len(took) < 5:
        over = over or bool(select.select([sys.stdin], [], [], pause)[0])
        began = time.monotonic()
        try:
            status, _, _ = client.ask(path, Authorization=f"Bearer {token}")
            if status != 200:
                failed.append(status)
        except OSError as failure:
            failed.append(str(failure))
        took.append(time.monotonic() - began)
    print(json.dumps([took, failed]))


class Idle:
    """Connections that have asked once and then say nothing."""

    def __init__(self, server, number, addresses):
        self.clients, tls = [], context(server)
        for i in range(number):
            client = Client(server, addresses[i % len(addresses)], tls)
            status, _, _ = client.ask("/api/v1/server")
            assert status == 200, status
            self.clients.append(client)

    def answer_still(self):
        return sum(1 for client in self.clients if client.ask("/api/v1/server")[0] == 200)

    def close(self):
        for client in self.clients:
            client.close()


def reach(server, address):
    return socket.create_connection(("127.0.0.1", server.port), timeout=60, source_address=(address, 0))


def wire(server, address, tls):
    return tls.wrap_socket(reach(server, address), server_hostname="localhost")


def slow(server, address, number, seconds, begin, drop):
    """Opens connections, sends `begin`, then `drop` once a second; gives how long each lived (None: longer than this).
    Without `begin` not even the handshake is begun."""
    tls, lived = context(server), []
    lines = [(wire(server, address, tls) if begin else reach(server, address), time.monotonic()) for _ in range(number)]
    for line, _ in lines:
        line.sendall(begin)
        line.settimeout(0)
    lived = [None] * number
    until = time.monotonic() + seconds
    while time.monotonic() < until and None in lived:
        for i, (line, born) in enumerate(lines):
            if lived[i] is not None:
                continue
            try:
                if drop:
                    line.send(drop)
                while line.recv(4096):
                    pass
                lived[i] = time.monotonic() - born
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError, BlockingIOError):
                pass
            except OSError:
                lived[i] = time.monotonic() - born
        time.sleep(1)
    for line, _ in lines:
        line.close()
    return lived


class Storm:
    """So many threads that ask one thing again and again for a while, until they are told that it is too much, and count the answers."""

    def __init__(self, server, address, threads, seconds, ask):
        self.statuses, self.without_wait, self.guard = collections.Counter(), 0, threading.Lock()
        self.server, self.address, self.until, self.question = server, address, time.monotonic() + seconds, ask
        self.threads = [threading.Thread(target=self._run, args=(number,), daemon=True) for number in range(threads)]
        for thread in self.threads:
            thread.start()

    def _run(self, number):
        client = Client(self.server, self.address)
        while time.monotonic() < self.until or (not self.statuses[429] and time.monotonic() < self.until + 60):
            try:
                status, headers, _ = self.question(client, number)
            except OSError:
                status, headers = "cut", {}
            with self.guard:
                self.statuses[status] += 1
                if status == 429 and not str(headers.get("Retry-After", "")).isdigit():
                    self.without_wait += 1
        client.close()

    def wait(self):
        for thread in self.threads:
            thread.join(240)
        return self.statuses


def wrong_sign_in(name):
    def ask(client, _):
        body = json.dumps({"user_name": name, "challenge": "A" * 43 + "=", "with": "sign_in", "signature": "A" * 86 + "==", "totp": "123456"})
        return client.ask("/api/v1/sign-in", "POST", body, **{"Content-Type": "application/json"})
    return ask


if __name__ == "__main__":
    be_the_neighbour()
