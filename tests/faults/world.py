"""A real server whose data lies on ground that fails, and its real clients with their ledger (fault_client)."""
import json
import os
import pathlib
import random
import re
import shutil
import socket
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from grounds import Control, work_folder
from installation import BIN, Failed, Server

BUILD = pathlib.Path(os.environ.get("ROGATORY_BUILD_DIR", BIN.parent))
CLIENT = BUILD / "tests/fault_client"
PRELOAD = BUILD / "tests/fault_preload.so"

LIMITS = """requests_per_second_and_account = 1000000
burst_per_account = 1000000
open_uploads_per_member = 1000000
"""


class Lost(AssertionError):
    """The checker has found something; carries what it said."""


class World:
    """`with World(ground, seed) as world:` a server that runs, and clients that have not begun."""

    def __init__(self, ground, seed, chains=3, reserve=None, line=None):
        self.folder = work_folder()
        self.random = random.Random(seed)
        self.seed = seed
        self.client = None
        self.ground = ground(self.folder)
        self.server = Server(self.folder)
        self.server.data = self.ground.path / "data"
        self.server.certificate = self.server.data / "server.pem"
        self.server.config = self.server.data / "rogatoryd.toml"
        self.control = Control(self.folder / "control")
        self.server.init()
        shutil.copy(self.server.certificate, self.folder / "server.pem")
        with open(self.server.config, "a", encoding="utf-8") as config:
            config.write(LIMITS + (f"reserve_bytes = {reserve}\n" if reserve is not None else ""))
            config.flush()
            os.fsync(config.fileno())
        self.recoveries, self.rounds = [], 0
        command = [CLIENT, self.server.data, self.server.url, self.folder / "server.pem", self.server.admin_code,
                   self.folder / "journal", seed % (1 << 63), chains]
        self.client = subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                       env={**os.environ, **(line.environment() if line else {"no_proxy": "*"})})
        if self.client.stdout.readline() != "ready\n":
            raise Failed("fault_client did not begin")

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if self.server.process and self.server.process.poll() is None:
            self.server.kill()
        if self.client:
            self.client.stdin.close()
            try:
                self.client.wait(30)
            except subprocess.TimeoutExpired:
                self.client.kill()
                self.client.wait()
        self.ground.close()
        if kind is None:
            shutil.rmtree(self.folder, ignore_errors=True)
        else:
            print(f"kept: {self.folder}", flush=True)

    # The server -------------------------------------------------------------------------------------------------------

    def start(self, rules="", armed=False, path="/readyz"):
        """Starts it; True when it is ready (or alive), False when it ended before. How long it took is kept."""
        self.control.arm(armed)
        began = time.monotonic()
        self.server.start_alone(LD_PRELOAD=str(PRELOAD), ROGATORY_FAULT_CONTROL=str(self.control.path), ROGATORY_FAULT_RULES=rules,
                                ROGATORY_FAULT_SEED=str(self.random.randrange(1 << 62)))
        while self.server.process.poll() is None:
            if time.monotonic() - began > 240:
                raise Failed(f"not ready after four minutes:\n{self.server.log_tail()}")
            if self.answers(path):
                self.recoveries.append(time.monotonic() - began)
                return True
            time.sleep(0.003)
        return False

    def answers(self, path):
        try:
            with socket.create_connection(("127.0.0.1", self.server.management_port), timeout=10) as line:
                line.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
                return line.recv(64).startswith(b"HTTP/1.1 200 ")
        except OSError:
            return False

    def start_well(self):
        if not self.start():
            raise Lost(f"the server does not start:\n{self.server.log_tail(5)}")

    def restart(self):
        if self.server.process.poll() is None:
            self.server.kill()
        self.start_well()

    def ended(self, seconds):
        """Its exit code (negative: the signal), or None when it still runs after so long."""
        try:
            return self.server.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    # Its clients ------------------------------------------------------------------------------------------------------

    def tell(self, line):
        self.client.stdin.write(line + "\n")
        self.client.stdin.flush()
        answer = self.client.stdout.readline()
        if not answer:
            raise Failed("fault_client has ended")
        return answer.strip()

    def work(self, answers=1, seconds=60.0):
        """The clients begin; back when they have had so many answers, or after so long, as nothing but a hang takes."""
        self.tell("work")
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if int(self.tell("answers")) >= answers:
                return True
            time.sleep(0.003)
        return False

    def check(self, everything=False):
        """The comparison; raises Lost when anything acknowledged is not there, or anything is there that should not be."""
        found = json.loads(self.tell("check all" if everything else "check"))
        self.last = found
        if found["trouble"]:
            raise Lost(f"the check could not be made: {found['trouble']}\n{self.server.log_tail(5)}")
        if found["lost_count"] or found["visible_count"] or found["surprises"]:
            raise Lost(json.dumps(found, indent=1) + "\n" + self.server.log_tail(5))
        return found

    def end(self, known=()):
        """Everything once more, by a server without faults; then what only the database can tell. `known`: errors that the fault itself
        explains, such as a clock that went back."""
        self.restart()
        found = self.check(everything=True)
        self.server.stop_alone()
        done = subprocess.run([str(BIN / "rogatoryd"), "check", "--config", str(self.server.config)], capture_output=True, text=True)
        errors = set(re.findall(r"^error (\S+)", done.stdout + done.stderr, re.M))
        if (done.returncode != 0 and not errors) or errors - set(known):
            raise Lost(f"rogatoryd check: {done.stderr}{done.stdout}")
        told, stand = self.server.rows("SELECT count(*) FROM audit WHERE action = 'statement.appended'; SELECT count(*) FROM statement;")
        if told != stand:
            raise Lost(f"the audit record tells of {told} statements, {stand} stand")
        return found
