#!/usr/bin/env python3
"""kill -9 of the real server, in a loop, while the real command line uploads and appends.

    tests/faults/kill9.py                  40 rounds (part of tests/run --only faults)
    tests/faults/kill9.py --rounds 200

Each round adds an item with files of random size; at a random moment the server is killed, started again and asked.
What must hold after every round:
  - nothing acknowledged is lost: each item whose command ended with 0 is in the file;
  - nothing unacknowledged is half there: the file has no other item than those, and the ones whose command ended without
    an answer (the answer itself may have been cut); running the same command again settles these, without a double;
and at the end: every attachment opens and equals what was sent, the whole file verifies against the log.
"""
import argparse
import pathlib
import random
import shutil
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import cast as casting
from cases import Cases
from documents import same_bytes
from installation import INCOMPLETE, OK, UNAVAILABLE, Server, last_json


class Loop:
    def __init__(self, folder, seed):
        self.folder, self.random = folder, random.Random(seed)
        self.server = Server(folder / "server")
        self.server.init()
        self.server.start()
        self.cast = casting.two_parties(folder, self.server)
        self.sender, self.reader = self.cast["SEN2"], self.cast["OTP2"]
        self.files = folder / "files"
        self.files.mkdir()
        first = self.new_file()
        done = self.sender.run("send", first, "--to", "X-OTP", "--yes")
        sent, self.usual_seconds = casting.items(done)[0], done.seconds
        self.dossier = sent["dossier"]
        self.acknowledged = {sent["entry"]}
        self.unanswered = []  # commands to run again
        self.killed_midway = 0

    def new_file(self):
        path = self.files / f"{len(list(self.files.iterdir())):04d}.bin"
        size = self.random.choice([0, 1, 65_536, self.random.randrange(1 << 20), self.random.randrange(8 << 20)])
        path.write_bytes(self.random.randbytes(size))
        return path

    def entries(self):
        return {e["id"] for e in self.reader.run("dossier", "show", self.dossier).json["entries"]}

    def round(self):
        path = self.new_file()
        process = self.sender.start("add", self.dossier, path, "--yes")
        time.sleep(self.random.random() * self.usual_seconds)  # somewhere in what a command takes on this machine
        running = process.poll() is None
        self.server.kill()
        self.killed_midway += running
        code = process.wait(120)
        output = (self.sender.folder / "last-output.txt").read_text(errors="replace")
        self.server.start()
        if code == OK:
            self.acknowledged.add(last_json(output)["items"][0]["entry"])
        else:
            assert code in (INCOMPLETE, UNAVAILABLE), f"exit {code}:\n{output}"
        seen = self.entries()
        lost = self.acknowledged - seen
        assert not lost, f"acknowledged and lost: {lost}"
        extra = seen - self.acknowledged
        # At most the one item whose answer was cut.
        assert len(extra) <= (code != OK), f"there without an acknowledgement: {extra}"
        if code != OK:
            again = self.sender.run("add", self.dossier, path, "--yes")
            self.acknowledged.add(casting.items(again)[0]["entry"])
            assert extra <= self.acknowledged, "running it again made a second item"
            seen = self.entries()
            assert seen == self.acknowledged, f"after running it again: {seen ^ self.acknowledged}"

    def finish(self):
        out = self.folder / "received"
        self.reader.run("get", self.dossier, "--out", out, timeout=1200)
        for path in self.files.iterdir():
            got = next(out.rglob(path.name), None)
            assert got is not None and same_bytes(got, path), f"{path.name} is lost or altered"
        checked = self.reader.run("verify", self.dossier).json
        assert not checked["problems"], checked
        return checked


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    arguments = parser.parse_args()
    cases = Cases("faults_kill9")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rogatory-kill9-"))
    loop = None
    try:
        print(f"seed {arguments.seed}", flush=True)
        with cases.case("a server, Senegal and the Prosecutor"):
            loop = Loop(folder, arguments.seed)
        for number in range(arguments.rounds if loop else 0):
            with cases.case(f"round {number + 1}: killed, started again, nothing lost and nothing half there"):
                loop.round()
            if cases.count("failed"):
                break
        if loop and not cases.count("failed"):
            with cases.case("every attachment opens as it was sent, and everything verifies"):
                loop.finish()
            with cases.case("at least a third of the kills struck while a command was at work"):
                assert loop.killed_midway * 3 >= arguments.rounds, loop.killed_midway
            print(f"{loop.killed_midway} of {arguments.rounds} kills struck while a command was at work")
    finally:
        if loop and loop.server.process and loop.server.process.poll() is None:
            loop.server.stop()
            loop.cast.sign_out_all()
        if cases.count("failed"):
            print(f"kept: {folder}; the same again: --seed {arguments.seed}")
            if loop:
                print(loop.server.log_tail())
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
