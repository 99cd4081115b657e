#!/usr/bin/env python3
"""A server restored from an older backup, and repaired by what its clients and a co-signer's copy of the log still have.

Three co-signers, of whom two are needed; the Registry, Senegal and the Prosecutor. After the backup Senegal sends a
file, the Prosecutor receives it and the Registry invites; then the backup is put back.
"""
import base64
import json
import pathlib
import shutil
import ssl
import struct
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import cast as casting
from cases import Cases
from installation import ATTENTION, BIN, OK, Server
from scene import soon


class World:
    def __init__(self, folder):
        self.folder = folder
        self.server = Server(folder / "server", witnesses=3, quorum=2)
        self.server.witnesses[0].mirror = folder / "mirror"
        self.server.init()
        self.server.start()
        self.cast = casting.two_parties(folder, self.server)
        self.invited = 0

    def size(self, name="checkpoint"):
        status, body = self.server.get(f"/log/0/{name}")
        return int(body.decode().splitlines()[1]) if status == 200 else None

    def post(self, path, body):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(self.server.url + path, data=data, headers={
            "Content-Type": "text/plain; charset=utf-8" if isinstance(body, bytes) else "application/json"})
        try:
            with urllib.request.urlopen(request, context=ssl.create_default_context(cafile=str(self.server.certificate)), timeout=60) as reply:
                return reply.status, reply.read()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read()

    def repair(self):
        return json.loads(self.server.get("/api/v1/log/repair")[1])

    def operator(self, *arguments):
        """`rogatoryd log repair …`"""
        done = subprocess.run([str(BIN / "rogatoryd"), "log", "repair", *map(str, arguments), "--config", str(self.server.data / "rogatoryd.toml")],
                              capture_output=True, text=True, timeout=180)
        return done.returncode, done.stdout + done.stderr

    def back_up(self):
        identity = self.folder / "identity.txt"
        subprocess.run(["age-keygen", "-pq", "-o", str(identity)], check=True, capture_output=True)
        recipient = subprocess.run(["age-keygen", "-y", str(identity)], check=True, capture_output=True, text=True).stdout.strip()
        made = subprocess.run([str(BIN / "rogatoryd"), "backup", "create", str(self.folder / "backups"), "--config",
                               str(self.server.config), "--recipient", recipient, "--json"], capture_output=True, text=True, timeout=180)
        assert made.returncode == 0, made.stderr
        self.signer = json.loads(made.stdout)["signer"]

    def put_back(self):
        """The backup takes the data folder's place; the certificate is not in it."""
        lost = self.folder / "lost"
        self.server.data.rename(lost)
        done = subprocess.run([str(BIN / "rogatoryd"), "backup", "restore", str(self.folder / "backups"), "--data", str(self.server.data),
                               "--identity", str(self.folder / "identity.txt"), "--signer", self.signer], capture_output=True, text=True, timeout=180)
        assert done.returncode == 0, done.stderr
        for name in ("server.pem", "server.key"):
            shutil.copy(lost / name, self.server.data / name)

    def paper(self, name, size=3000):
        path = self.folder / name
        path.write_bytes(bytes(i * 7 % 251 for i in range(size)))
        return path

    def send(self, name):
        sender = self.cast["SEN1"]
        return casting.items(sender.run("send", self.paper(name), "--to", "X-OTP", "--title", name, "--yes"))[0]["dossier"]

    def invite(self, expect=OK):
        self.invited += 1
        registry = self.cast["REG1"]
        return registry.run("member", "invite", "--role", "reader", "--code-out", registry.folder / f"code-{self.invited}.txt", expect=expect)

    def sign_everybody_in(self):
        for name in ("REG1", "SEN1", "OTP1", "OTP2"):
            self.cast[name].run("lock", expect=None)
            self.cast[name].sign_in(expect=None)

    def counted(self):
        wanted = self.size()
        assert soon(lambda: self.size("checkpoint.witnessed") == wanted), (wanted, self.size("checkpoint.witnessed"))


def forge_signatures(profile):
    """Every statement of every chain in a profile keeps its content, and so its place, and bears another signature."""
    for file in (profile / "chains").iterdir():
        content, out, at = file.read_bytes(), b"", 0
        while at < len(content):
            (length,) = struct.unpack(">I", content[at:at + 4])
            envelope = json.loads(content[at + 4:at + 4 + length])
            signature = bytearray(base64.b64decode(envelope["signatures"][0]["sig"]))
            signature[3] ^= 1
            envelope["signatures"][0]["sig"] = base64.b64encode(signature).decode()
            text = json.dumps(envelope, separators=(",", ":")).encode()
            out += struct.pack(">I", len(text)) + text
            at += 4 + length
        file.write_bytes(out)


def main():
    cases = Cases("log_repair")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rogatory-log-repair-"))
    w = None
    try:
        with cases.case("a backup is taken; then Senegal sends, the Prosecutor receives, the Registry invites"):
            w = World(folder)
            server = w.server
            earlier = w.send("earlier.bin")
            w.counted()
            kept = w.size()
            w.back_up()
            w.sign_everybody_in()
            w.dossier = w.send("later.bin")
            w.counted()
            w.cast["OTP1"].run("get", w.dossier, "--out", folder / "received")
            w.cast["OTP2"].run("dossier", "show", w.dossier)
            w.cast["SEN1"].run("receipts", w.dossier, expect=None)
            w.invite()
            w.counted()
            lost = w.size()
            assert lost >= kept + 5, (kept, lost)
            assert soon(lambda: server.witnesses[0].status().get("mirrored") == lost), server.witnesses[0].status()

        with cases.case("put back, the server only reads; clients say that it shows an older log, and what to do"):
            server.stop_alone()
            w.put_back()
            server.start_alone()
            assert soon(lambda: server.readiness() == "not ready: log.read_only"), server.readiness()
            assert w.size() == kept
            w.sign_everybody_in()
            refused = w.invite(expect=None)
            assert refused.code != 0 and w.size() == kept, refused
            said = w.cast["SEN1"].run("log", "status", expect=None)
            assert said.refusal["key"] == "log.rolled_back" and "log resubmit" in said.refusal["message"], said
            assert w.repair()["behind"] and w.repair()["target"] == lost, w.repair()
            code, text = w.operator("status")
            assert code == 0 and f"size {kept}\n" in text and f"target {lost}\n" in text, text

        with cases.case("a larger checkpoint that the log has not signed, and entries of another history, are taken for nothing"):
            note = server.get("/log/0/checkpoint")[1].decode().splitlines()
            note[1] = str(lost + 100)
            w.post("/log/0/checkpoint", ("\n".join(note) + "\n").encode())
            assert w.repair()["target"] == lost, w.repair()
            wrong = base64.b64encode(bytes(64 * (lost - kept))).decode()
            status, body = w.post("/api/v1/log/repair/entries", {"from": kept, "entries": wrong, "consistency": ""})
            assert status == 422 and b"repair.other_history" in body, (status, body)
            status, body = w.post("/api/v1/log/repair/entries", {"from": kept + 1, "entries": wrong[:128 - 128 % 4], "consistency": ""})
            assert status in (400, 409), (status, body)
            assert w.repair()["entries"] == kept, w.repair()
            status, body = w.post("/api/v1/log/repair/statements", {"statements": [], "blobs": []})
            assert status == 401, (status, body)

        with cases.case("the operator takes the log's entries from a co-signer's copy"):
            code, text = w.operator("from-mirror", "http://127.0.0.1:9/mirror/x")
            assert code != 0 and "storage.locked" in text, text
            server.stop_alone()
            name = next((folder / "mirror").iterdir()).name
            code, text = w.operator("from-mirror", f"{server.witnesses[0].url}/mirror/{name}")
            assert code == 0 and f"entries {lost}\n" in text and f"missing {lost - kept}\n" in text, text
            server.start_alone()
            assert soon(lambda: server.readiness() == "not ready: log.read_only"), server.readiness()
            w.sign_everybody_in()

        with cases.case("one who brings forged signatures is found out when the log is put together, and named in the audit trail"):
            liar = w.cast["OTP2"]
            shutil.copytree(liar.profile / "chains", folder / "untouched")
            forge_signatures(liar.profile)
            forged = liar.run("log", "resubmit", expect=ATTENTION)
            assert forged.json["statements"] > 0 and forged.json["after"]["missing"] > 0, forged
            shutil.rmtree(liar.profile / "chains")
            shutil.copytree(folder / "untouched", liar.profile / "chains")

        with cases.case("Senegal, the Prosecutor and the Registry give back what they have; with the last record the log is whole"):
            one = w.cast["SEN1"].run("log", "resubmit", expect=ATTENTION, json_output=False)
            assert "still missing" in one.out, one
            w.cast["OTP1"].run("log", "resubmit", expect=ATTENTION)
            assert w.size() == kept, "nothing is put in its place before all of it is there"
            last = w.cast["REG1"].run("log", "resubmit", expect=(OK, ATTENTION))
            assert not last.json["after"]["behind"] and last.json["after"]["size"] == lost, last
            assert w.size() == lost
            trail = w.cast["ADMIN"]
            trail.sign_in()
            rows = json.dumps(casting.items(trail.run("admin", "audit", "--limit", "300")))
            assert "log.repaired" in rows and "log.resubmission_refused" in rows and "statement.restored" in rows, rows

        with cases.case("the co-signers confirm it, the server writes again, and everybody goes on in the same history"):
            assert soon(lambda: server.readiness() == "ready"), server.readiness()
            w.invite()
            w.counted()
            assert w.size() == lost + 1
            assert soon(lambda: all(one.status()["size"] == lost + 1 for one in server.witnesses)), [one.status() for one in server.witnesses]
            w.cast["SEN1"].run("dossier", "show", w.dossier)
            w.cast["OTP1"].run("dossier", "show", w.dossier)
            w.cast["OTP1"].run("get", earlier, "--out", folder / "earlier")
            w.send("after.bin")
            again = w.cast["SEN1"].run("log", "resubmit", expect=(OK, ATTENTION))
            assert not again.json["before"]["behind"], again

        with cases.case("the grants and the sealed body are back; the file's own bytes are not, and are called withheld"):
            status = w.repair()
            assert status["missing"] == 0 and status["lost"] == 1, status
            shown = w.cast["OTP2"].run("get", w.dossier, "--out", folder / "second", expect=None)
            assert shown.code != OK and "withheld" in shown.err + shown.out, shown
    finally:
        if w:
            w.cast.sign_out_all()
            w.server.stop()
        if cases.count("failed"):
            print(f"kept: {folder}")
            if w:
                print(w.server.log_tail(40))
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
