"""A real server in a folder, and people with the real command line.

Nothing here knows how Rogatory works inside: it starts `rogatoryd`, types `rogatory …`, and reads what a person would.
"""
import json
import os
import pathlib
import signal
import ssl
import subprocess
import time
import urllib.error
import urllib.request

from network import free_port

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("ROGATORY_BIN_DIR", ROOT / "build/release/bin"))

# Exit codes of `rogatory`, as docs/en/officials.md lists them.
OK, UNEXPECTED, USAGE, NOT_SIGNED_IN, NOT_THERE, CONFLICT, INTEGRITY, UNAVAILABLE, NO_ROOM, REFUSED, INCOMPLETE, ATTENTION = range(12)


class Failed(AssertionError):
    """A command ended otherwise than it should have."""


class Server:
    """`rogatoryd` with its data under `folder`; ports are chosen by us, so that a restart keeps them."""

    def rows(self, query):
        """From the database itself, by its key."""
        key = (self.data / "database.key").read_text().strip()
        done = subprocess.run(["sqlcipher", "-readonly", str(self.data / "rogatory.db")], text=True, capture_output=True, check=True,
                              input=f"PRAGMA key = \"x'{key}'\";\n.mode list\n{query}\n")
        return [line for line in done.stdout.splitlines() if line not in ("ok", "")]

    def __init__(self, folder, witnesses=0, quorum=0, training=False):
        self.training = training
        self.folder = pathlib.Path(folder)
        self.witnesses = [Witness(self.folder / f"witness-{number + 1}") for number in range(witnesses)]
        self.quorum = quorum
        self.data = self.folder / "data"
        self.port, self.management_port = free_port(), free_port()
        self.url = f"https://localhost:{self.port}"
        self.certificate = self.data / "server.pem"
        self.config = self.data / "rogatoryd.toml"
        self.admin_code = self.folder / "admin-code.txt"
        self.sheet = self.folder / "founding-sheet-first.txt"
        self.log = self.folder / "rogatoryd.log"
        self.process = None

    def init(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        for witness in self.witnesses:
            witness.init()
        self.make()
        written = self.config.read_text()
        assert "port = 8444" in written, written
        # Everybody of the story sits at one address: the limit for an address is set to what many offices would need.
        self.config.write_text(written.replace("port = 8444", f"port = {self.management_port}")
                               + "\n[limits]\nrequests_per_second_and_address = 5000\nburst_per_address = 20000\n")

        for witness in self.witnesses:
            witness.follow(self.sheet, f"{self.url}/log/0")

    def make(self):
        """`rogatoryd init`, and nothing else."""
        run = subprocess.run([str(BIN / "rogatoryd"), "init", "--data", str(self.data), "--host", f"localhost:{self.port}", "--self-signed",
                              "--admin-code-out", str(self.admin_code), "--sheet-out", str(self.sheet), *self._policy_option(),
                              *(["--training"] if self.training else [])],
                             capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if run.returncode != 0:
            raise Failed(f"rogatoryd init: {run.stderr}{run.stdout}")

    def _policy_option(self):
        if not self.witnesses:
            return []
        policy = self.folder / "witnesses.policy"
        lines = [f"witness {w.name} {w.key} {w.url}" for w in self.witnesses]
        names = " ".join(w.name for w in self.witnesses)
        policy.write_text("\n".join([*lines, f"group cosigners {self.quorum} {names}", "quorum cosigners"]) + "\n")
        return ["--policy", str(policy)]

    def start(self, **environment):
        """Starts the witnesses that do not run, and the server; it is ready when enough of them have answered."""
        for witness in self.witnesses:
            if not witness.running():
                witness.start(self.certificate)
        self.start_alone(**environment)
        self.wait_ready()

    def start_alone(self, **environment):
        log = open(self.log, "ab")
        self.process = subprocess.Popen([str(BIN / "rogatoryd"), "serve", "--config", str(self.config)], stdin=subprocess.DEVNULL,
                                        stdout=log, stderr=log, env={**os.environ, **environment})
        log.close()

    def wait_ready(self, seconds=120):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise Failed(f"rogatoryd ended with {self.process.returncode}:\n{self.log_tail()}")
            if self.ready():
                return
            time.sleep(0.02)
        raise Failed(f"rogatoryd was not ready after {seconds} s:\n{self.log_tail()}")

    def ready(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.management_port}/readyz", timeout=10) as reply:
                return reply.status == 200
        except OSError:
            return False

    def get(self, path, **headers):
        """(status, body) of a request without a session; for what the public may see."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        request = urllib.request.Request(self.url + path, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60, context=context) as reply:
                return reply.status, reply.read()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read()

    def manage(self, path):
        """(status, text) of the management listener."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.management_port}{path}", timeout=60) as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode()

    def readiness(self):
        """What /readyz says, as text."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.management_port}/readyz", timeout=30) as reply:
                return reply.read().decode().strip()
        except urllib.error.HTTPError as refusal:
            return refusal.read().decode().strip()
        except OSError as silent:
            return f"no answer: {silent}"

    def stop(self):
        """As an operator does: SIGTERM, and it ends in order; then its witnesses."""
        code = self.stop_alone()
        for witness in self.witnesses:
            witness.stop()
        return code

    def stop_alone(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(90)
            except subprocess.TimeoutExpired as late:
                self.process.kill()
                self.process.wait()
                raise Failed("rogatoryd did not end within 90 s of SIGTERM") from late
        return self.process.returncode if self.process else None

    def kill(self):
        """As a power cut does, as far as a process can tell."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def log_text(self):
        """All that was logged until now, as a rule: the server writes lines of one tenth of a second together. For what must not be there;
        what must be is waited for (`logs`)."""
        time.sleep(0.5)
        return self.log.read_text(errors="replace")

    def logs(self, text, since=0):
        """Whether this stands in the log, behind so many characters: for `soon`."""
        return text in self.log.read_text(errors="replace")[since:]

    def log_tail(self, lines=20):
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return "(no log)"


class Witness:
    """`rogatory witness` in a folder of its own, on a port of its own, as a State would run it behind its proxy."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.name = self.folder.name
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.mirror = None  # a folder: keep a copy of the log there
        self.environment = {}  # of its process; a clock that is elsewhere
        self.log = self.folder.parent / f"{self.name}.log"
        self.key = None
        self.process = None

    def run(self, *arguments):
        done = subprocess.run([str(BIN / "rogatory"), "--json", "witness", *map(str, arguments)], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL)
        if done.returncode != 0:
            raise Failed(f"rogatory witness {arguments}: {done.stderr}{done.stdout}")
        return last_json(done.stdout) if done.stdout.strip() else None

    def init(self):
        self.key = self.run("init", self.folder, "--name", f"{self.name}.example")["key"]

    def follow(self, sheet, url):
        self.run("follow", self.folder, "--sheet", sheet, "--url", url)

    def start(self, ca=None):
        self.start_with(*(["--mirror", self.mirror] if self.mirror else []), ca=ca)
        self.wait_answers()

    def start_with(self, *options, ca=None):
        command = [str(BIN / "rogatory"), *(["--ca", str(ca)] if ca else []), "witness", "serve", str(self.folder),
                   "--listen", f"127.0.0.1:{self.port}", "--rate", "1000", *map(str, options)]
        log = open(self.log, "ab")
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, **self.environment})
        log.close()

    def wait_answers(self):
        deadline = time.monotonic() + 90
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise Failed(f"{self.name} does not answer:\n{self.log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.02)

    def answers(self):
        try:
            with urllib.request.urlopen(self.url + "/status", timeout=10) as reply:
                return reply.status == 200
        except OSError:
            return False

    def running(self):
        return self.process is not None and self.process.poll() is None

    def status(self):
        """The first log's row of `rogatory witness status`."""
        return self.run("status", self.url if self.running() else self.folder)["logs"][0]

    def stop(self):
        if self.running():
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(90)

    def kill(self):
        if self.running():
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()


def last_json(text):
    """The last JSON value printed: with --json a command prints one, transfers a line for each event before it."""
    text = text.strip()
    try:
        return json.loads(text)
    except ValueError:
        return json.loads(text.splitlines()[-1])


class Outcome:
    def __init__(self, command, code, out, err, seconds):
        self.command, self.code, self.out, self.err, self.seconds = command, code, out, err, seconds

    @property
    def json(self):
        return last_json(self.out)

    @property
    def refusal(self):
        """What a failing command said with --json: {"code", "key", "message", "arguments", "exit"}."""
        return last_json(self.err)["error"]

    def __str__(self):
        return f"$ {' '.join(self.command)}\n{self.out}{self.err}(exit {self.code}, {self.seconds:.1f} s)"


class Person:
    """One person at one device: a profile folder, a passphrase, an authenticator."""

    def __init__(self, folder, server, user, passphrase=None):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        self.server, self.user = server, user
        self.profile = self.folder / "profile"
        self.kit = self.folder / "recovery-sheet.txt"
        self.passphrase_file = self._secret("passphrase.txt", passphrase or f"sept lampes boivent {user} lentement hier matin")
        self.totp_secret_file = self.folder / "totp-secret.txt"

    def _secret(self, name, text):
        path = self.folder / name
        path.write_text(text + "\n")
        path.chmod(0o600)
        return path

    def command(self, *arguments, json_output=True):
        start = [str(BIN / "rogatory"), "--profile", str(self.profile), "--ca", str(self.server.certificate)]
        return [*start, *(["--json"] if json_output else []), *map(str, arguments)]

    def environment(self, extra=None):
        kept = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
        return {**kept, "ROGATORY_PASSPHRASE_FILE": str(self.passphrase_file), "NO_COLOR": "1", "LC_ALL": "C.UTF-8", **(extra or {})}

    def run(self, *arguments, expect=OK, environment=None, json_output=True, timeout=600, text=""):
        """Runs `rogatory …`; raises unless it ends with `expect` (a code, a tuple of codes, or None for any)."""
        command = self.command(*arguments, json_output=json_output)
        started = time.monotonic()
        done = subprocess.run(command, input=text, capture_output=True, text=True, env=self.environment(environment), timeout=timeout)
        outcome = Outcome(command, done.returncode, done.stdout, done.stderr, time.monotonic() - started)
        if expect is not None and done.returncode not in (expect if isinstance(expect, tuple) else (expect,)):
            raise Failed(f"expected exit {expect}:\n{outcome}")
        return outcome

    def start(self, *arguments, environment=None, json_output=True):
        """Starts `rogatory …` and leaves it running; for those that are killed on the way."""
        output = open(self.folder / "last-output.txt", "wb")
        process = subprocess.Popen(self.command(*arguments, json_output=json_output), stdin=subprocess.DEVNULL, stdout=output,
                                   stderr=subprocess.STDOUT, env=self.environment(environment))
        output.close()
        return process

    def last_output(self):
        """What the last started command printed."""
        return (self.folder / "last-output.txt").read_text(errors="replace")

    def sign_in(self, expect=OK, **more):
        """With the authenticator's secret in a file, the client computes the code, and waits for the next where one is used."""
        return self.run("sign-in", "--user", self.user, "--totp-secret-file", self.totp_secret_file, expect=expect, **more)

    def lock(self):
        self.run("lock", expect=None)
