"""Out of service for a while, and restarted, without anybody's loss: read-only and maintenance through the management listener, told to
people in their language with the time; transfers that end before the server does, and a socket that is never closed."""
import http.client
import json
import os
import pathlib
import random
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import cast as casting
from documents import same_bytes
from installation import BIN, NOT_SIGNED_IN, OK, UNAVAILABLE
from network import Line
from scene import Scene, play, soon


class World(Scene):
    def __init__(self, folder):
        super().__init__(folder)
        self.sender, self.reader = self.cast["SEN1"], self.cast["OTP1"]
        self.path = folder / "report.bin"
        self.path.write_bytes(random.Random(1).randbytes(200_000))
        self.sent = casting.items(self.sender.run("send", self.path, "--to", "X-OTP", "--yes"))[0]["dossier"]
        self.reader.run("get", self.sent, "--out", folder / "fetched-before")

    def mode(self, *words, expect=0, **more):
        done = subprocess.run([str(BIN / "rogatoryd"), "mode", *words, "--config", str(self.server.config)], capture_output=True, text=True, **more)
        assert done.returncode == expect, done
        return done.stdout.strip()

    def metrics(self):
        return self.server.manage("/metrics")[1]


def read_only_reads_and_changes_nothing(w):
    assert w.mode() == "normal"
    assert w.mode("read-only", "--until", "2099-01-31T06:00Z") == "read-only until 2099-01-31T06:00:00Z"
    assert w.server.readiness() == "ready: read-only" and 'rogatory_mode{mode="read-only"} 1' in w.metrics()
    w.reader.lock()
    w.reader.sign_in()
    assert [one["dossier"] for one in casting.items(w.reader.run("dossier", "list"))] == [w.sent]
    w.reader.run("get", w.sent, "--out", w.folder / "fetched-during")
    assert same_bytes(next((w.folder / "fetched-during").rglob("report.bin")), w.path)
    for refused in (w.sender.run("send", w.path, "--to", "X-OTP", "--yes", expect=None),
                    w.sender.run("member", "invite", "--role", "reader", "--code-out", w.folder / "code-1", expect=None),
                    w.cast["ADMIN"].run("admin", "party", "quota", "SEN", "--bytes", "1TB", expect=None)):
        assert refused.code != OK and refused.refusal["key"] == "server.read_only_until", refused
        assert "2099-01-31 06:00 UTC" in refused.refusal["message"], refused
    french = w.sender.run("--lang", "fr", "member", "invite", "--role", "reader", "--code-out", w.folder / "code-2", expect=UNAVAILABLE)
    assert "ne change rien" in french.refusal["message"] and "2099-01-31 06:00 UTC" in french.refusal["message"], french
    assert w.mode("normal") == "normal"
    w.sender.run("member", "invite", "--role", "reader", "--code-out", w.folder / "code-3")


def whoever_should_not_be_in_is_stopped_in_read_only_too(w):
    admin, guest = w.cast["ADMIN"], w.cast.join("SEN3", "sen.crf.3", w.sender, "reader")
    w.mode("read-only")

    def session_of(person):
        return next(one["id"] for one in casting.items(admin.run("admin", "session", "list")) if one["user"] == person.user)

    admin.run("admin", "session", "end", session_of(guest))
    assert guest.run("dossier", "list", expect=None).code == NOT_SIGNED_IN
    guest.lock()
    guest.sign_in()
    admin.run("admin", "account", "suspend", guest.user, "--reason", "a device was taken")
    assert guest.run("dossier", "list", expect=None).code == NOT_SIGNED_IN
    admin.run("admin", "account", "resume", guest.user, "--reason", "it was found")
    admin.run("admin", "party", "suspend", "SEN", "--reason", "its keys were taken", "--yes")
    assert w.sender.run("dossier", "list", expect=None).code != OK
    admin.run("admin", "party", "resume", "SEN", "--reason", "they were not", "--yes")
    w.sender.lock()
    w.sender.sign_in()
    # One's own other session, and somebody's attempt with one's recovery sheet: it is the session that is asked for, not the mode.
    context = ssl.create_default_context(cafile=str(w.server.certificate))

    def deleting(path):
        connection = http.client.HTTPSConnection("localhost", w.server.port, context=context, timeout=60)
        connection.request("DELETE", path)
        return connection.getresponse().status

    assert deleting("/api/v1/me/sessions/" + "0" * 32) == 401 and deleting("/api/v1/me/kit-attempt") == 401
    assert deleting("/api/v1/me/notices") == 503
    w.mode("normal")


def maintenance_says_so_to_everybody(w):
    assert w.mode("maintenance", "--minutes", "30").startswith("maintenance until ")
    assert w.server.readiness() == "not ready: server.maintenance"
    status, body = w.server.get("/api/v1/parties")
    problem = json.loads(body)
    assert status == 503 and problem["type"].endswith("server.maintenance_until") and problem["arguments"]["until"].endswith(" UTC"), body
    refused = w.reader.run("dossier", "list", expect=UNAVAILABLE)
    assert refused.refusal["key"] == "server.maintenance_until" and "Nothing of yours is lost" in refused.refusal["message"], refused
    # What a client asks first, and what the page is made of, is answered.
    assert w.server.get("/api/v1/server")[0] == 200
    w.mode("maintenance")
    refused = w.reader.run("--lang", "fr", "dossier", "list", expect=UNAVAILABLE)
    assert refused.refusal["key"] == "server.maintenance" and "maintenance" in refused.refusal["message"], refused


def a_restart_goes_on_in_the_mode_of_before(w):
    assert w.server.stop_alone() == 0
    w.server.start_alone()
    assert soon(lambda: w.server.readiness() == "not ready: server.maintenance"), w.server.readiness()
    assert w.mode() == "maintenance"
    w.mode("normal")
    assert w.server.readiness() == "ready"
    w.reader.run("dossier", "list")


def nobody_else_of_the_machine_sets_it(w):
    url = f"http://127.0.0.1:{w.server.management_port}/mode"
    for headers in ({}, {"Authorization": "Bearer "}, {"Authorization": "Bearer " + "0" * 64}):
        try:
            urllib.request.urlopen(urllib.request.Request(url, data=b"", headers={**headers, "Rogatory-Mode": "maintenance"}), timeout=60)
        except urllib.error.HTTPError as refusal:
            assert refusal.code == 401, refusal.code
        else:
            raise AssertionError("it was set without the secret")
    assert w.mode() == "normal"
    token = w.server.data / "management.token"
    assert token.stat().st_mode & 0o077 == 0
    assert "mode.until" in subprocess.run([str(BIN / "rogatoryd"), "mode", "read-only", "--until", "2001-01-01T00:00Z", "--config", str(w.server.config)],
                                          capture_output=True, text=True).stderr


class Activated:
    """The server as systemd starts it: over a listening socket that outlives it."""

    def __init__(self, server):
        self.server = server
        self.socket = socket.create_server(("127.0.0.1", server.port), backlog=64)

    def start(self):
        handed = self.socket.fileno()

        def take_place():
            os.dup2(handed, 3, inheritable=True)

        launcher = [sys.executable, "-c", "import os, sys; os.environ['LISTEN_PID'] = str(os.getpid()); os.execv(sys.argv[1], sys.argv[1:])",
                    str(BIN / "rogatoryd"), "serve", "--config", str(self.server.config)]
        log = open(self.server.log, "ab")
        self.server.process = subprocess.Popen(launcher, stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=take_place,
                                               env={**os.environ, "LISTEN_FDS": "1", "LISTEN_FDNAMES": "https"}, pass_fds=(3, handed))
        log.close()

    def is_listened_to_by(self, process):
        """Whether the server, who has the socket as its descriptor 3, would still take who comes."""
        try:
            return os.readlink(f"/proc/{process.pid}/fd/3") == f"socket:[{os.fstat(self.socket.fileno()).st_ino}]"
        except FileNotFoundError:
            return False
        except PermissionError:  # not started by root, nobody is shown that; it closes the socket as the first thing
            time.sleep(0.5)
            return False


def a_restart_cuts_no_transfer_and_refuses_nobody(w):
    context = ssl.create_default_context(cafile=str(w.server.certificate))
    assert w.server.stop_alone() == 0
    activated = Activated(w.server)
    activated.start()
    w.server.wait_ready()
    path, out = w.folder / "large.bin", w.folder / "fetched-large"
    with open(path, "wb") as file:
        for part in range(64):
            file.write(random.Random(part).randbytes(1 << 20))
    dossier = casting.items(w.sender.run("send", path, "--to", "X-OTP", "--yes"))[0]["dossier"]
    told = len(w.server.log.read_text())
    with Line() as line:
        # In the middle of the file the line holds everything back, and the server is told to end: what lies between the two in kernel and
        # line is a few MiB, so most of it is still the server's to send.
        in_the_middle, goes_on = threading.Event(), threading.Event()
        line.after("down", 8 << 20, lambda: (in_the_middle.set(), goes_on.wait(120)))
        fetching = w.reader.start("get", dossier, "--out", out, environment=line.environment())
        assert in_the_middle.wait(90), w.reader.last_output()
        outcomes = restarted_meanwhile(w, activated, context, goes_on)
        assert fetching.wait(120) == 0, w.reader.last_output()
    assert outcomes == [200] * 8, outcomes
    assert same_bytes(next(out.rglob("large.bin")), path)
    lines = [json.loads(line) for line in w.server.log_text()[told:].splitlines()]
    stopped = next(number for number, line in enumerate(lines) if line["message"] == "stopped")
    whole = [line for line in lines[:stopped] if line.get("route") == "/api/v1/chains/{chain}/attachments/{id}"]
    assert len(whole) == 1 and whole[0]["status"] in (200, 206) and whole[0]["bytes_out"] > 64 << 20, whole
    assert not any("attachments" in line.get("route", "") for line in lines[stopped:]), "it was fetched twice"
    activated.socket.close()


def restarted_meanwhile(w, activated, context, goes_on):
    """Tells the server to end while a transfer stands still, lets that go on, and starts the next; what newcomers were answered."""
    old, outcomes = w.server.process, []
    told = len(w.server.log.read_text())

    def newcomer():
        # Comes while the old one ends: its connection waits in the socket for the new one.
        connection = http.client.HTTPSConnection("localhost", w.server.port, context=context, timeout=60)
        connection.request("GET", "/api/v1/server")
        outcomes.append(connection.getresponse().status)

    old.send_signal(signal.SIGTERM)
    assert soon(lambda: w.server.logs("stopping", told)) and soon(lambda: not activated.is_listened_to_by(old))
    waiting = [threading.Thread(target=newcomer) for _ in range(8)]
    for thread in waiting:
        thread.start()
    time.sleep(0.5)
    assert old.poll() is None, "it did not wait for the transfer"
    goes_on.set()
    assert old.wait(90) == 0
    activated.start()
    w.server.wait_ready()
    for thread in waiting:
        thread.join(60)
    return outcomes


STEPS = [read_only_reads_and_changes_nothing, whoever_should_not_be_in_is_stopped_in_read_only_too, maintenance_says_so_to_everybody, a_restart_goes_on_in_the_mode_of_before, nobody_else_of_the_machine_sets_it,
         a_restart_cuts_no_transfer_and_refuses_nobody]


if __name__ == "__main__":
    sys.exit(play("modes", "a server, Senegal and the Prosecutor, a file fetched", World, STEPS))
