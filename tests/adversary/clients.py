"""The one thing an attack knows of a client: what a person can ask of it, and what it answers.

An adapter for another client (the web client) implements `Client` and is added to ADAPTERS; every attack then runs
against it as it stands.
"""
import abc
import json
import os
import pathlib
import select
import shutil
import subprocess

from installation import BIN, INTEGRITY, OK, ROOT


class Answer:
    """What a client said: `keys` are the catalogue's keys of errors, warnings and problems of single items."""

    def __init__(self, ok, integrity, keys, text, value, code=None):
        self.ok, self.integrity, self.keys, self.text, self.value, self.code = ok, integrity, keys, text, value, code

    def __str__(self):
        return f"ok={self.ok} integrity={self.integrity} exit={self.code} keys={sorted(self.keys)}\n{self.text}"


class Client(abc.ABC):
    """One person at one device. `out` is where files are put."""

    name = "?"
    out: pathlib.Path

    def begin(self):
        """Takes its place beside the person's command line, before the first picture is taken."""

    def end(self):
        """Lets go of what it started."""

    def profile(self):
        """The folder that the device's owner carries about, beside the command line's."""
        return None

    def kept(self):
        """Where this client keeps what it has read, under the names of platform/agent/README.md."""
        return self.person.profile

    def rest(self):
        """Shows the server that somebody is still there."""

    @abc.abstractmethod
    def act(self, *words, **more):
        """Does what the command line calls `words`; never raises because of what the server did."""

    @abc.abstractmethod
    def evidence(self):
        """The alarms that were kept: {name: text}."""

    @abc.abstractmethod
    def places(self):
        """Folders in which nothing of a refused file may lie."""

    # What people do ---------------------------------------------------------------------------------------------------

    def list(self):
        return self.act("dossier", "list")

    def show(self, dossier):
        return self.act("dossier", "show", dossier)

    def get(self, dossier):
        return self.act("get", dossier, "--out", self.out, "--yes")

    def verify(self, dossier):
        return self.act("verify", dossier)

    def send(self, *files, to, options=()):
        words = [w for one in ([to] if isinstance(to, str) else to) for w in ("--to", one)]
        return self.act("send", *files, *words, *options, "--yes")

    def add(self, dossier, *files, options=()):
        return self.act("add", dossier, *files, *options, "--yes")

    def sign_in(self):
        return self.act("sign-in")


def keys_in(value):
    """Every key of a problem in a JSON answer."""
    found = set()
    if isinstance(value, dict):
        for name, one in value.items():
            if name in ("problem", "key", "warning") and isinstance(one, str):
                found.add(one)
            elif name in ("warnings", "problems", "alarms") and isinstance(one, list):
                found |= {str(w) for w in one}
            elif name in ("outcome", "state") and one in ("broken", "incomplete", "unverified", "unreadable", "void"):
                found.add(f"{name}.{one}")
            found |= keys_in(one)
    elif isinstance(value, list):
        for one in value:
            found |= keys_in(one)
    return found


class NativeClient(Client):
    name = "native"

    def __init__(self, person):
        self.person = person
        self.out = person.folder / "received"

    def act(self, *words, environment=None, text="", json_output=True, timeout=300, ahead=""):
        if words == ("sign-in",):
            self.person.signed_in_anew = True
            words = ("sign-in", "--user", self.person.user, "--totp-secret-file", self.person.totp_secret_file)
        scratch = self.person.folder / "tmp"
        scratch.mkdir(exist_ok=True)
        if ahead:  # this computer's clock, and nobody else's
            libraries = sorted(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
            assert libraries, "libfaketime is not installed"
            environment = {**(environment or {}), "LD_PRELOAD": str(libraries[0]), "FAKETIME": ahead, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        run = self.person.run(*words, expect=None, json_output=json_output, timeout=timeout, text=text,
                              environment={"TMPDIR": str(scratch), **(environment or {})})
        lines = []
        for line in (run.out + "\n" + run.err).splitlines():
            try:
                lines.append(json.loads(line))
            except ValueError:
                continue
        answers = [one for one in lines if isinstance(one, dict) and "error" not in one and "warning" not in one]
        keys = set()
        for one in lines:
            keys |= keys_in(one)
        return Answer(run.code == OK, run.code == INTEGRITY, keys, run.out + run.err, answers[-1] if answers else None, run.code)

    def evidence(self):
        folder = self.person.profile / "evidence"
        return {p.name: p.read_text() for p in folder.glob("*.json")} if folder.exists() else {}

    def places(self):
        return [self.out, self.person.profile, self.person.folder / "tmp"]

    def forget_files(self):
        for place in (self.out, self.person.folder / "tmp"):
            shutil.rmtree(place, ignore_errors=True)


class WebClient(Client):
    """The page's trusted end, as it is shipped, in a process of its own (web/app/test/adversary/person.ts)."""

    name = "web"
    PATIENCE = 180

    def __init__(self, person):
        self.person = person
        self.out = person.folder / "received"
        self.browser = person.folder / "browser"

    def profile(self):
        return self.browser

    def kept(self):
        return self.browser / "small"

    def begin(self):
        assert self.act("sign-in").ok, "the page does not sign in"
        self.person.signed_in_anew = False

    def rest(self):
        self.act("session", "list")

    def end(self):
        process = self.person.__dict__.pop("page", None)
        if process and process.poll() is None:
            process.stdin.close()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _process(self):
        (self.person.folder / "tmp").mkdir(exist_ok=True)
        process = self.person.__dict__.get("page")
        if process is None or process.poll() is not None:
            program = BIN.parent / "tests/web_person/person.js"
            facts = {"url": self.person.server.url, "certificate": str(self.person.server.certificate), "profile": str(self.browser),
                     "passphrase": str(self.person.passphrase_file), "totp": str(self.person.totp_secret_file), "kit": str(self.person.kit)}
            process = self.person.page = subprocess.Popen(
                [ROOT / "deploy/node", ROOT / "web/app", "node", program, json.dumps(facts)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=open(self.person.folder / "page.log", "ab"), env={**os.environ, "TMPDIR": str(self.person.folder)})
        return process

    def act(self, *words, ahead="", timeout=PATIENCE, **_):
        process = self._process()
        if words == ("sign-in",):
            self.person.signed_in_anew = True
        process.stdin.write(json.dumps({"words": [str(word) for word in words], "ahead": ahead}).encode() + b"\n")
        process.stdin.flush()
        if not select.select([process.stdout], [], [], max(timeout, self.PATIENCE))[0]:
            self.end()
            return Answer(False, False, set(), f"no answer within {timeout} s", None)
        line = process.stdout.readline()
        if not line:
            return Answer(False, False, set(), "the page's process ended: " + (self.person.folder / "page.log").read_text(errors="replace")[-2000:], None)
        answer = json.loads(line)
        keys = set()
        for one in answer["lines"]:
            keys |= keys_in(one)
        # What people are shown is text in a page; a control character drives nothing there and is spelled out here.
        text = json.dumps(answer["lines"], ensure_ascii=False)
        return Answer(answer["ok"], answer["code"] == INTEGRITY, keys, "".join(c if c == "\n" or c.isprintable() else f"\\u{ord(c):04x}" for c in text),
                      answer.get("value"), answer["code"])

    def evidence(self):
        folder = self.browser / "small/evidence"
        return {p.name: p.read_text() for p in folder.glob("*.json")} if folder.exists() else {}

    def places(self):
        return [self.out, self.browser]

    def forget_files(self):
        shutil.rmtree(self.out, ignore_errors=True)


ADAPTERS = {"native": NativeClient, "web": WebClient}
