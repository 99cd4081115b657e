#!/usr/bin/env python3
"""The log under three real co-signers, of whom two are needed: cosigned at once, confirmed after a start, never behind.

The server, `rogatory witness` three times, an administrator and one custodian who founds and invites; then a witness is
stopped, two are, the server is started without them, and put back from an older backup.
"""
import contextlib
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import cast as casting
from cases import Cases
from installation import BIN, UNAVAILABLE, Server, Witness
from scene import soon


def note(server, name):
    status, body = server.get(f"/log/0/{name}")
    return body.decode() if status == 200 else None


def size(text):
    return int(text.splitlines()[1]) if text else None


def signatures(text):
    return sum(line.startswith("\u2014 ") for line in text.splitlines())


class Scene:
    def __init__(self, folder):
        self.server = Server(folder / "server", witnesses=3, quorum=2)
        self.server.witnesses[0].mirror = folder / "mirror"
        self.server.init()
        self.server.start()
        self.cast = casting.Cast(folder, self.server)
        self.invited = 0

    def invite(self, expect=0):
        """One statement, cheaply: a custodian invites a member."""
        self.invited += 1
        registry = self.cast["REG1"]
        return registry.run("member", "invite", "--role", "reader", "--code-out", registry.folder / f"code-{self.invited}.txt", expect=expect)

    def size(self):
        return size(note(self.server, "checkpoint"))

    def witnessed(self):
        return size(note(self.server, "checkpoint.witnessed"))


def main():
    cases = Cases("witnesses")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rogatory-witnesses-"))
    scene = None
    try:
        with cases.case("the server is ready once its co-signers have answered, and the founding sheet names them"):
            scene = Scene(folder)
            server = scene.server
            sheet = server.sheet.read_text()
            assert "group cosigners 2 witness-1 witness-2 witness-3" in sheet, sheet
            assert scene.witnessed() == 0
            assert soon(lambda: signatures(note(server, "checkpoint")) == 4), note(server, "checkpoint")
        if not scene:
            return cases.finish()
        server, witnesses = scene.server, scene.server.witnesses

        with cases.case("what is appended is cosigned within seconds, by all, and mirrored by the one that mirrors"):
            scene.cast.administrator()
            scene.cast.registry_founds()
            scene.invite()
            wanted = scene.size()
            assert wanted > 0
            assert soon(lambda: scene.witnessed() == wanted), (wanted, note(server, "checkpoint.witnessed"))
            assert soon(lambda: all(w.status()["size"] == wanted for w in witnesses)), [w.status() for w in witnesses]
            assert soon(lambda: witnesses[0].status().get("mirrored") == wanted), witnesses[0].status()
            assert "mirrored" not in witnesses[1].status()
            first = note(server, "checkpoint.witnessed?covers=1")
            assert 1 <= size(first) <= wanted and signatures(first) >= 3, first

        with cases.case("the copy is served as tiles: a reader of C2SP tlog-tiles gets from it what the server has"):
            name = next((folder / "mirror").iterdir()).name
            base = f"{witnesses[0].url}/mirror/{name}"

            def mirrored(path):
                try:
                    with urllib.request.urlopen(f"{base}/{path}", timeout=60) as reply:
                        return reply.status, reply.read()
                except urllib.error.HTTPError as refusal:
                    return refusal.code, b""
            held = size(mirrored("checkpoint")[1].decode())
            assert held == wanted, (held, wanted)
            for path in (f"tile/0/000.p/{held}", f"tile/entries/000.p/{held}"):
                assert mirrored(path) == server.get(f"/log/0/{path}"), path
            for path in (f"tile/0/000.p/{held + 1}", "tile/entries/001", "tile/../../state", "../state", "tile/0/000.p/0", ""):
                assert mirrored(path)[0] in (400, 404), path
            with contextlib.suppress(urllib.error.HTTPError):
                urllib.request.urlopen(f"{witnesses[1].url}/mirror/{name}/checkpoint", timeout=60)
                raise AssertionError("a co-signer without a copy serves one")

        with cases.case("one co-signer away: nothing waits for it, and it catches up when it is back"):
            witnesses[2].kill()
            scene.invite()
            wanted = scene.size()
            assert soon(lambda: scene.witnessed() == wanted)
            witnesses[2].start()
            assert soon(lambda: witnesses[2].status()["size"] == wanted), witnesses[2].status()

        with cases.case("with a certificate of its own it speaks TLS, and with --client-ca only to those who show one"):
            certificate, key = server.certificate, server.data / "server.key"
            alone = Witness(folder / "alone")
            alone.init()
            url = f"https://localhost:{alone.port}"
            tls = ["--certificate", certificate, "--private-key", key]

            def status(*options):
                return subprocess.run([str(BIN / "rogatory"), "--ca", str(certificate), "--json", *map(str, options)], capture_output=True, text=True)
            for more, answers in (([], True), (["--client-ca", certificate], False)):
                alone.start_with(*tls, *more)
                until = time.monotonic() + 90
                while (done := status("witness", "status", url)).returncode == UNAVAILABLE and answers and time.monotonic() < until:
                    time.sleep(0.05)
                if not answers:
                    assert soon(lambda: "listening" in alone.log.read_text()[marked:])
                    done = status("witness", "status", url)
                marked = len(alone.log.read_text())
                assert (done.returncode == 0) == answers, done
                alone.stop()
            plain = subprocess.run([str(BIN / "rogatory"), "--json", "witness", "serve", str(alone.folder), "--listen", "0.0.0.0:0"],
                                   capture_output=True, text=True, timeout=120)
            assert "witness.plain_http" in plain.stderr, plain

        with cases.case("two away: the server goes on, and what it takes is not yet witnessed"):
            witnesses[1].kill()
            witnesses[2].kill()
            before = scene.witnessed()
            scene.invite(expect=None)  # it may say that this is not yet witnessed
            assert scene.size() == before + 1 and scene.witnessed() == before
            time.sleep(1)
            assert scene.witnessed() == before

        with cases.case("started while two are away it takes nothing, and says why"):
            server.stop_alone()
            server.start_alone()
            assert soon(lambda: server.readiness() == "not ready: log.unconfirmed"), server.readiness()
            assert soon(lambda: server.get("/log/0/checkpoint")[0] == 200)
            scene.cast["REG1"].sign_in()
            refused = scene.invite(expect=UNAVAILABLE)
            # The client may see by itself that the newest checkpoint is not cosigned, before the server says so.
            assert refused.refusal["key"] in ("log.unconfirmed", "log.not_fresh", "log.not_yet_witnessed"), refused
            assert scene.size() == before + 1

        with cases.case("once one of them is back, it takes again"):
            witnesses[1].start()
            assert soon(lambda: server.readiness() == "ready"), server.readiness()
            scene.invite()
            wanted = scene.size()
            assert soon(lambda: scene.witnessed() == wanted)

        backup, newer = folder / "backup", folder / "newer"
        with cases.case("put back from an older backup it only reads, and says so"):
            witnesses[2].start()
            server.stop_alone()
            shutil.copytree(server.data, backup)
            server.start()
            scene.cast["REG1"].sign_in()
            scene.invite()
            lost = scene.size()
            assert soon(lambda: scene.witnessed() == lost)
            server.stop_alone()
            shutil.copytree(server.data, newer)
            shutil.rmtree(server.data)
            shutil.copytree(backup, server.data)
            server.start_alone()
            assert soon(lambda: server.readiness() == "not ready: log.read_only"), server.readiness()
            assert scene.size() == lost - 1
            scene.cast["REG1"].sign_in(expect=None)
            refused = scene.invite(expect=None)
            assert refused.code != 0, refused
            assert scene.size() == lost - 1, "something was appended to a log that is behind"

        with cases.case("it stays so after a restart without any co-signer"):
            server.stop_alone()
            for witness in witnesses:
                witness.kill()
            server.start_alone()
            assert soon(lambda: server.readiness() == "not ready: log.read_only"), server.readiness()
            server.stop_alone()

        with cases.case("with the newer copy put back it goes on as if nothing had been"):
            shutil.rmtree(server.data)
            shutil.copytree(newer, server.data)
            server.start()
            # What the custodian's client says of all this is its own tests' subject.
            assert scene.size() == lost and scene.witnessed() == lost
            assert soon(lambda: all(w.status()["size"] == lost for w in witnesses))
    finally:
        if scene:
            scene.cast.sign_out_all()
            scene.server.stop()
        if cases.count("failed"):
            print(f"kept: {folder}")
            if scene:
                print(scene.server.log_tail(40))
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
