"""kill -9 of the server while the real command line uploads and appends: what a person would see.

Each round adds an item with a file of random size; at a random moment the server is killed and started again. Items whose command
ended with 0 are there; besides them at most the one whose answer was cut; running the same command again settles that one without a
double. In the end every file opens as it was sent and the whole dossier verifies.
"""
import random
import time

import cast as casting
from documents import same_bytes
from installation import INCOMPLETE, OK, UNAVAILABLE, Server, last_json
from world import Lost


def hold(condition, what):
    if not condition:
        raise Lost(what)


class CommandLine:
    def __init__(self, folder, seed):
        self.folder, self.random = folder, random.Random(seed)
        self.server = Server(folder / "server")
        self.server.init()
        self.server.start()
        self.cast = casting.two_parties(folder, self.server)
        self.sender, self.reader = self.cast["SEN2"], self.cast["OTP2"]
        self.files = folder / "files"
        self.files.mkdir()
        done = self.sender.run("send", self.new_file(), "--to", "X-OTP", "--yes")
        sent, self.usual_seconds = casting.items(done)[0], done.seconds
        self.dossier = sent["dossier"]
        self.acknowledged = {sent["entry"]}
        self.killed_midway = 0

    def new_file(self):
        path = self.files / f"{len(list(self.files.iterdir())):04d}.bin"
        size = self.random.choice([0, 1, 65_536, self.random.randrange(1 << 20), self.random.randrange(8 << 20)])
        path.write_bytes(self.random.randbytes(size))
        return path

    def entries(self):
        return {entry["id"] for entry in self.reader.run("dossier", "show", self.dossier).json["entries"]}

    def round(self):
        path = self.new_file()
        process = self.sender.start("add", self.dossier, path, "--yes")
        time.sleep(self.random.random() * self.usual_seconds)  # somewhere in what a command takes on this machine
        self.killed_midway += process.poll() is None
        self.server.kill()
        code = process.wait(120)
        output = self.sender.last_output()
        self.server.start()
        if code == OK:
            self.acknowledged.add(last_json(output)["items"][0]["entry"])
        else:
            hold(code in (INCOMPLETE, UNAVAILABLE), f"exit {code}:\n{output}")
        seen = self.entries()
        hold(self.acknowledged <= seen, f"acknowledged and lost: {self.acknowledged - seen}")
        extra = seen - self.acknowledged
        hold(len(extra) <= (code != OK), f"there without an acknowledgement: {extra}")
        if code != OK:
            again = self.sender.run("add", self.dossier, path, "--yes")
            self.acknowledged.add(casting.items(again)[0]["entry"])
            hold(extra <= self.acknowledged, "running it again made a second item")
            hold(self.entries() == self.acknowledged, "after running it again there is something else")

    def finish(self):
        out = self.folder / "received"
        self.reader.run("get", self.dossier, "--out", out, timeout=1200)
        for path in self.files.iterdir():
            got = next(out.rglob(path.name), None)
            hold(got is not None and same_bytes(got, path), f"{path.name} is lost or altered")
        checked = self.reader.run("verify", self.dossier).json
        hold(not checked["problems"], str(checked))

    def close(self):
        if self.server.process and self.server.process.poll() is None:
            self.server.stop()
        self.cast.sign_out_all()
