"""A real server and people with the real command line, for tests in TypeScript: orders as lines of JSON on standard
input, one line of JSON for each on standard output. Ends when its input ends, and takes everything it started along.

    {"do": "start", "witnesses": 3, "quorum": 2}           → {"url", "certificate", "sheet", "admin_code"}
    {"do": "cast", "cast": "two_parties"}                  → {}
    {"do": "person", "name": "SEN2", "user": "sen.crf.2"}  → facts of that person
    {"do": "run", "person": "SEN1", "arguments": [...]}    → {"code", "out", "err", "json"}
    {"do": "witness", "number": 0, "runs": false}          → {}
    {"do": "backup"}, {"do": "restore"}                    → {}
    {"do": "later", "hours": 73}                           → {"done": false where faketime is not installed}
    {"do": "call", "of": "cast" | "server" | <person>, "name": "join", "arguments": [...]}
"""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[5]
sys.path.insert(0, str(ROOT / "tests/support"))
import cast as casting  # noqa: E402
from installation import Person, Server  # noqa: E402


class World:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.server = self.cast = None

    def start(self, witnesses=0, quorum=0):
        self.server = Server(self.folder / "server", witnesses, quorum)
        self.server.init()
        self.server.start()
        self.cast = casting.Cast(self.folder, self.server)
        return {"url": self.server.url, "certificate": self.server.certificate.read_text(),
                "sheet": self.server.sheet.read_text(), "admin_code": self.server.admin_code.read_text().strip()}

    def cast_of(self, name):
        if name == "registry":
            self.cast.administrator()
            self.cast.registry_founds()
        else:
            self.cast = getattr(casting, name)(self.folder, self.server)
        return {"sheet": self.cast.sheet.read_text(), "fingerprints": self.cast.fingerprints}

    def facts(self, name):
        person = self.cast[name]
        read = lambda path: path.read_text() if path.exists() else None  # noqa: E731
        return {"user": person.user, "passphrase": read(person.passphrase_file).rstrip("\n"),
                "totp": (read(person.totp_secret_file) or "").strip(), "kit": read(person.kit), "profile": str(person.profile)}

    def secret(self, text):
        file = self.folder / "secret.txt"
        file.write_text(text + "\n")
        file.chmod(0o600)
        return file

    def run(self, name, arguments, expect):
        done = self.cast[name].run(*arguments, expect=expect)
        try:
            value = done.json
        except (ValueError, IndexError):
            value = None
        return {"code": done.code, "out": done.out, "err": done.err, "json": value}

    def later(self, hours):
        """Server and co-signers start anew with clocks that have gone on."""
        if shutil.which("faketime") is None:
            return {"done": False}
        clock = f"+{hours}h"
        preload = subprocess.run(["faketime", "-f", clock, "printenv", "LD_PRELOAD"], check=True, capture_output=True, text=True).stdout.strip()
        # The clock on the wall alone: who waits a moment on the other one would wait for those hours.
        environment = {"LD_PRELOAD": preload, "FAKETIME": clock, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        self.cast.sign_out_all()
        self.server.stop()
        for witness in self.server.witnesses:
            witness.environment = environment
        self.server.start(**environment)
        return {"done": True}

    def backup(self):
        """A copy of all that the server has, which then goes on."""
        self.server.stop_alone()
        shutil.copytree(self.server.data, self.folder / "backup")
        self.server.start()

    def restore(self):
        """The server is put back to that copy; co-signers and clients have seen more."""
        self.server.stop_alone()
        shutil.rmtree(self.server.data)
        shutil.copytree(self.folder / "backup", self.server.data)
        self.server.start_alone()
        until = time.monotonic() + 120
        while not self.server.readiness().startswith("not ready") and time.monotonic() < until:
            time.sleep(0.1)

    def do(self, order):
        what = order.pop("do")
        if what == "start":
            return self.start(**order)
        if what == "cast":
            return self.cast_of(order["cast"])
        if what == "person":
            if order["name"] not in self.cast.people:
                self.cast.person(order["name"], order["user"])
            return self.facts(order["name"])
        if what == "facts":
            return self.facts(order["name"])
        if what == "run":
            return self.run(order["person"], order["arguments"], order.get("expect", 0))
        if what == "invite":  # any command that writes an invitation's code: the code
            person = self.cast[order["person"]]
            code_file = self.folder / f"code-{len(list(self.folder.glob('code-*')))}.txt"
            person.run(*order["arguments"], "--code-out", code_file)
            return {"code": code_file.read_text().strip()}
        if what == "enrol":
            person = self.cast[order["person"]]
            code_file = person.folder / "invitation-code.txt"
            code_file.write_text(order["code"] + "\n")
            return {"json": self.cast.answer(person, code_file).json}
        if what == "sign_in_with":
            person = self.cast[order["person"]]
            person.kit.write_text(order["kit"])
            person.passphrase_file.write_text(order["passphrase"] + "\n")
            done = person.run("sign-in", "--user", person.user, "--kit", person.kit, "--totp-file", self.secret(order["totp"]), expect=None)
            return {"code": done.code, "out": done.out, "err": done.err}
        if what == "witness":
            witness = self.server.witnesses[order["number"]]
            if order["runs"]:
                witness.start(self.server.certificate)
            else:
                witness.stop()
            return {}
        if what in ("backup", "restore"):
            getattr(self, what)()
            return {}
        if what == "later":
            return self.later(order["hours"])
        if what == "call":
            of = {"cast": self.cast, "server": self.server}.get(order["of"]) or self.cast[order["of"]]
            given = [self.cast[a["person"]] if isinstance(a, dict) else a for a in order["arguments"]]
            answer = getattr(of, order["name"])(*given)
            return {} if isinstance(answer, Person) or answer is None else {"value": str(answer)}
        raise ValueError(what)

    def end(self):
        for person in (self.cast.people.values() if self.cast else []):
            person.lock()
        if self.server:
            self.server.stop()


def main():
    folder = tempfile.mkdtemp(prefix="rogatory-web-test-")
    world = World(folder)
    try:
        for line in sys.stdin:
            try:
                answer = {"answer": world.do(json.loads(line))}
            except Exception as error:  # the test shows it
                answer = {"error": f"{type(error).__name__}: {error}"}
            print(json.dumps(answer), flush=True)
    finally:
        world.end()
        shutil.rmtree(folder, ignore_errors=True)


main()
