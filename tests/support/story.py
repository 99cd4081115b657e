"""The story of deploy/demo, a function a step. Each says in plain words what happens and checks that it did.

Two States, the Court, one server on this machine: nothing is simulated but the people.
"""
import contextlib
import pathlib
import random
import shutil
import subprocess
import threading
import time

import cast as casting
from cast import items
from documents import parse_size, real_documents, same_bytes, seeded_file, sha256, spell_size
from installation import (BIN, INCOMPLETE, NOT_SIGNED_IN, NOT_THERE, OK, REFUSED, UNAVAILABLE, Failed, Server)
from measure import Watch
from network import Line
from scene import soon


class Story:
    def __init__(self, folder, size="2GiB", seed=None, out=print):
        self.folder = pathlib.Path(folder)
        self.size = parse_size(size)
        self.seed = seed if seed is not None else random.SystemRandom().randrange(1 << 32)
        self.random = random.Random(self.seed)
        self.out = out
        self.server = Server(self.folder / "server")
        self.cast = None
        self.figures = []  # (what, figure)
        self.steps = 0
        self.failures = []

    # Telling ----------------------------------------------------------------------------------------------------------

    def tell(self, text):
        self.out(f"  {text}")

    def checked(self, text, condition, evidence=""):
        if not condition:
            raise Failed(f"{text}: this does not hold. {evidence}")
        self.out(f"    ✓ {text}")

    def figure(self, what, value):
        self.figures.append((what, value))
        self.out(f"    · {what}: {value}")

    def step(self, title, action):
        self.steps += 1
        self.out(f"\n{self.steps}. {title}")
        started = time.monotonic()
        action()
        self.out(f"✓ step {self.steps} ({time.monotonic() - started:.1f} s)")

    # Steps ------------------------------------------------------------------------------------------------------------

    def start(self):
        self.tell("rogatoryd makes its keys and an empty log, and starts on the loopback address.")
        self.server.init()
        self.server.start()
        status, _ = self.server.get("/api/v1/server")
        self.checked("it answers over TLS 1.3 with its certificate", status == 200)
        status, checkpoint = self.server.get("/log/0/checkpoint")
        self.checked("its log is empty and signed", status == 200 and b"\n0\n" in checkpoint, checkpoint)

    def enrol(self):
        self.cast = casting.whole_cast(self.folder, self.server, self.tell)
        names = sorted(self.cast.people)
        self.checked(f"{len(names)} people are enrolled and signed in", len(names) >= 12, names)
        listed = items(self.cast["SEN1"].run("party", "list"))
        pinned = {p["code"] for p in listed if p["pinned"] and p["pinned"] != "own"}
        self.checked("Senegal has checked the keys of the Registry, the Prosecutor and France", {"X-REG", "X-OTP", "FRA"} <= pinned, listed)

    def prepare(self):
        self.documents = real_documents(self.folder / "documents")
        for path in self.documents:
            self.tell(f"{path.name}, {spell_size(path.stat().st_size)}")
        started = time.monotonic()
        self.large = seeded_file(self.folder / "documents" / "relevés complets.bin", self.size, self.seed)
        self.tell(f"{self.large.name}, {spell_size(self.size)}, from seed {self.seed} in {time.monotonic() - started:.1f} s")
        self.originals = {path.name: path for path in [*self.documents, self.large]}
        self.digests = {name: sha256(path) for name, path in self.originals.items()}

    RESTRICTIONS = ("--caveat", "93-8-b", "--onward", "source_consent")

    def send(self):
        """Three documents to both, in one command; separate by default, so neither sees the other."""
        sender = self.cast["SEN2"]
        sent = sender.run("send", *self.documents, "--to", "X-OTP", "--to", "FRA/fiu", "--title", "Comptes de la société Baobab",
                          "--message", "Voir l'annexe A, page 3.", *self.RESTRICTIONS, "--yes")
        dossiers = items(sent)
        self.checked("two files were opened, one for each recipient", len(dossiers) == 2, sent)
        self.dossier = {d["to"][0].split("/")[0]: d["dossier"] for d in dossiers}

    def sealed(self, person):
        """Waits until the file lies sealed in the profile, which its plan says, written after the last of it: sealing takes its time
        where others use the machine, and a run that is ended before leaves nothing to go on with."""
        def lies_there():
            with contextlib.suppress(FileNotFoundError):  # renamed meanwhile: looked at again
                staged = [path.stat() for path in (person.profile / "outgoing").rglob("*") if path.is_file()]
                plans = [path.stat().st_mtime_ns for path in (person.profile / "drafts/plan").rglob("*") if path.is_file()]
                return any(one.st_size >= self.size and plans and max(plans) >= one.st_mtime_ns for one in staged)
            return False
        return soon(lies_there, 25)  # shorter than a line may stand still

    def interrupted(self, person, arguments, direction, halfway):
        """Runs a command over a line that is cut once, kills it (kill -9) further on, looks `halfway`, and runs it again."""
        # A file is sent while it is sealed, and goes on after a kill once it is sealed: the line takes as long as real ones do, at least,
        # and the kill waits for it.
        seconds = min(30, max(4, self.size // 70_000_000))
        with Line(bits_per_second=self.size * 8 // seconds if direction == "up" else None) as line, Watch(server=self.server.process.pid) as watch:
            first = self.random.randrange(self.size // 8, self.size // 3)
            second = self.random.randrange(self.size // 8, self.size // 3)
            killed = threading.Event()
            line.after(direction, first)
            processes = []
            line.after(direction, first + second, lambda: (direction != "up" or self.sealed(person), killed.set(), processes[-1].kill()))
            while not killed.is_set() and len(processes) < 3:
                processes.append(person.start(*arguments, environment=line.environment()))
                code = processes[-1].wait(1200)
                # Cut, it goes on by itself where it can; where it ends, it must say that the transfer is not complete.
                if code not in (-9, INCOMPLETE, UNAVAILABLE):
                    break
            self.checked(f"the line was cut after {spell_size(first)}, and the client killed (kill -9) {spell_size(second)} later",
                         line.cuts == 1 and killed.is_set() and processes[-1].returncode == -9, person.last_output())
            before = getattr(line, direction)
            halfway()
            started = time.monotonic()
            process = person.start(*arguments, environment=line.environment())
            watch.add("client", process.pid)
            process.wait(1200)
            seconds = time.monotonic() - started
            self.checked("the same command, run again, ends well", process.returncode == OK, person.last_output())
            rest = getattr(line, direction) - before
            self.checked(f"it moved what was missing, {spell_size(rest)} of {spell_size(self.size)}, and not the whole again",
                         rest < self.size * 7 // 8, rest)
        self.figure("after the break", f"{rest / seconds / 1e6:.0f} MB/s ({seconds:.1f} s)")
        self.memory("it", watch)

    def send_large(self):
        """One command whose line is cut and whose process is killed; run again, it goes on."""
        def one_is_waiting():
            left = items(self.cast["SEN2"].run("draft", "list"))
            self.checked("one unfinished transmission is waiting, sealed, in the sender's profile", len(left) == 1, left)

        arguments = ("add", self.dossier["X-OTP"], self.large, "--message", "Relevés complets.", "--yes")
        self.interrupted(self.cast["SEN2"], arguments, "up", one_is_waiting)

    def throughput(self):
        """The same file to France on an undisturbed line, for the figures."""
        sender = self.cast["SEN2"]
        with Watch(server=self.server.process.pid) as watch:
            started = time.monotonic()
            process = sender.start("add", self.dossier["FRA"], self.large, "--message", "Relevés complets.", "--yes")
            watch.add("client", process.pid)
            process.wait(1200)
            seconds = time.monotonic() - started
        self.checked("France gets it too, on an undisturbed line", process.returncode == OK, sender.last_output())
        self.figure("seal, upload, sign", f"{self.size / seconds / 1e6:.0f} MB/s ({seconds:.1f} s)")
        self.memory("undisturbed upload", watch)

    def memory(self, what, watch):
        for name, peak in watch.peak.items():
            self.figure(f"memory of the {name} during {what}", f"at most {peak / 1e6:.0f} MB resident")
            # 256 MB is far below the file, whatever its size: Argon2id alone takes 128 MiB for a moment.
            self.checked(f"memory of the {name} does not follow the size of the file", peak < max(384e6, 0), peak)

    def fetch(self):
        reader = self.cast["OTP2"]
        unread = items(reader.run("dossier", "list", "--unread"))
        self.checked("the Prosecutor sees one unread file, from Senegal", len(unread) == 1 and unread[0]["opener"]["party"] == "SEN", unread)
        self.checked("its title is not shown before it is opened", not unread[0].get("title"), unread)
        chain, out = self.dossier["X-OTP"], self.folder / "received" / "otp"
        arguments = ("get", chain, "--out", out)
        self.interrupted(reader, arguments, "down",
                         lambda: self.checked("no half file bears its name", not list(out.rglob(self.large.name))))
        self.compare(out, [*self.documents, self.large])
        sheets = [p for p in out.rglob("*") if p.is_file() and "93" in p.read_text(errors="ignore")[:4000] and p.stat().st_size < 20000
                  and p.name not in self.originals]
        self.checked("a restriction sheet lies beside the restricted files", sheets, list(out.rglob("*")))

    def compare(self, folder, paths):
        for path in paths:
            got = next((p for p in folder.rglob(path.name)), None)
            self.checked(f"{path.name} equals what was sent, byte for byte", got is not None and same_bytes(got, path), folder)

    def receipts(self):
        sender = self.cast["SEN1"]
        seen = items(sender.run("receipts", self.dossier["X-OTP"]))
        kinds = {(r["party"], r["kind"]) for r in seen}
        self.checked("Senegal sees that the Prosecutor downloaded and opened", {("X-OTP", "fetched"), ("X-OTP", "opened_receipt")} <= kinds, seen)

    def strangers(self):
        """Who has no part in it, finds nothing: the same answer as for something that never was."""
        chain = self.dossier["X-OTP"]
        never = "".join(self.random.choice("0123456789abcdef") for _ in range(64))
        for name, who in (("REG1", "the Registry"), ("FRA1", "France, which has a file of its own from Senegal"),
                          ("SENA", "Senegal's asset recovery office"), ("FRAA", "France's asset recovery office")):
            person = self.cast[name]
            listed = [d["dossier"] for d in items(person.run("dossier", "list"))]
            self.checked(f"{who} lists nothing of it", chain not in listed and (name == "FRA1" or not listed), listed)
            real = person.run("dossier", "show", chain, expect=NOT_THERE)
            false = person.run("dossier", "show", never, expect=NOT_THERE)
            # Both are "not found"; that a number which somebody already knows stands in the public log, anyone can compute.
            self.checked("asked by its number, it is not found, like one that never was",
                         real.refusal["code"] == false.refusal["code"] == "not_found", f"{real}\n{false}")
            person.run("get", chain, "--out", self.folder / "received" / name, expect=NOT_THERE)

    def onward(self):
        prosecutor, source = self.cast["OTP1"], self.cast["SEN1"]
        chain = self.dossier["X-OTP"]
        refused = prosecutor.run("grant", chain, "--to", "FRA/aro", "--yes", expect=(NOT_THERE, REFUSED))
        self.checked(f"the Prosecutor may not pass it on without Senegal's consent (exit {refused.code})", "consent" in refused.err + refused.out, refused)
        source.run("consent", chain, "--to", "FRA/aro", "--purpose", "Saisie d'un immeuble à Lyon", "--yes")
        prosecutor.run("grant", chain, "--to", "FRA/aro", "--yes")
        out = self.folder / "received" / "fra-aro"
        self.cast["FRAA"].run("get", chain, "1", "--out", out)
        self.compare(out, self.documents)
        again = prosecutor.run("grant", chain, "--to", "X-REG", "--yes", expect=(NOT_THERE, REFUSED))
        self.checked("the consent was for that authority alone: the Registry stays out", again.code != OK)

    def removal(self):
        """A member leaves: what comes after is closed to him, even if he kept everything he had and the server helps him."""
        leaver, custodian, sender = self.cast["OTP3"], self.cast["OTP1"], self.cast["SEN2"]
        kept = self.folder / "kept-by-the-leaver"
        leaver.run("export", "--out", kept, "--yes")
        custodian.run("member", "remove", leaver.user, "--yes")
        refused = leaver.run("dossier", "list", expect=(NOT_SIGNED_IN, NOT_THERE))
        self.checked(f"his session has ended (exit {refused.code})", refused.code in (NOT_SIGNED_IN, NOT_THERE))
        before = self.blobs()
        later = self.folder / "documents" / "après le départ.txt"
        later.write_text("Ce document vient après le départ.\n" * 200)
        sender.run("add", self.dossier["X-OTP"], later, "--message", "Suite.", "--yes")
        self.originals[later.name] = later
        out = self.folder / "received" / "otp-later"
        self.cast["OTP2"].run("get", self.dossier["X-OTP"], "--out", out)
        self.compare(out, [later])
        fresh = sorted(self.blobs() - before)
        self.checked("the server stores new ciphertext", fresh, before)
        older = [path for path in sorted(before, key=lambda p: p.stat().st_size) if self.stock_age_opens(path, self.identities(kept))]
        self.checked(f"with the keys he kept he still opens what he had ({len(older)} age files)", older)
        opened = [path for path in fresh if self.stock_age_opens(path, self.identities(kept))]
        self.checked(f"none of the {len(fresh)} new age files opens with all keys he kept, given the server's disk", not opened, opened)

    def blobs(self):
        """Age files on the server's disk, whatever it calls them."""
        found = set()
        for path in self.server.data.rglob("*"):
            if path.is_file():
                with open(path, "rb") as file:
                    if file.read(21) == b"age-encryption.org/v1":
                        found.add(path)
        return found

    def identities(self, folder):
        return [p for p in sorted(folder.rglob("*")) if p.is_file() and p.stat().st_size < 1 << 20
                and b"AGE-SECRET-KEY-" in p.read_bytes()]

    def stock_age_opens(self, path, identities, out="/dev/null"):
        flags = [f for identity in identities for f in ("-i", str(identity))]
        return subprocess.run(["age", "-d", *flags, "-o", str(out), str(path)], capture_output=True).returncode == 0

    def export(self):
        """Stock age, exported identities, and nothing of ours."""
        if shutil.which("age") is None:
            raise Failed("stock age is not installed (deploy/install-dependencies)")
        exported, plain = self.folder / "exported", self.folder / "opened-by-stock-age"
        plain.mkdir()
        self.cast["OTP2"].run("export", "--out", exported, "--yes")
        identities = self.identities(exported)
        sealed = [p for p in sorted(exported.rglob("*")) if p.is_file() and p.open("rb").read(21) == b"age-encryption.org/v1"]
        opened = {}
        for number, path in enumerate(sealed):
            target = plain / str(number)
            if self.stock_age_opens(path, identities, target):
                opened[sha256(target)] = path
                target.unlink()
        for name, digest in self.digests.items():
            self.checked(f"stock age opens {name} from exported identities alone, byte for byte", digest in opened, sorted(map(str, sealed)))

    def withdraw(self):
        sender, reader = self.cast["SEN1"], self.cast["FRA2"]
        chain = self.dossier["FRA"]
        entries = sender.run("dossier", "show", chain).json["entries"]
        sender.run("withdraw", chain, entries[-1]["seq"], "--reason", "Envoyé deux fois.", "--yes")
        got = reader.run("get", chain, "--out", self.folder / "received" / "fra", expect=None)
        self.compare(self.folder / "received" / "fra", self.documents)
        self.checked("what Senegal withdrew is a removal notice, not a file", not list((self.folder / "received" / "fra").rglob(self.large.name)), got)

    def kit(self):
        """The recovery sheet on a machine that knows nothing."""
        person = self.cast["FRA2"]
        person.lock()
        new = casting.Person(self.folder / "people" / "FRA2-new-device", self.server, person.user, "huit horloges attendent le train du nord")
        new.totp_secret_file = person.totp_secret_file
        without = new.run("sign-in", "--server", self.server.url, "--user", new.user, "--totp-secret-file", new.totp_secret_file, expect=None)
        self.checked(f"a new device without the account key does not get in (exit {without.code})",
                     without.code in (NOT_THERE, NOT_SIGNED_IN), without)
        new.run("sign-in", "--user", new.user, "--server", self.server.url, "--kit", person.kit,
                "--kit-out", new.kit, "--new-passphrase-file", new.passphrase_file, "--totp-secret-file", new.totp_secret_file)
        listed = [d["dossier"] for d in items(new.run("dossier", "list"))]
        self.checked("with the recovery sheet it does, and reads its files", self.dossier["FRA"] in listed, listed)

    def verify(self):
        for name, code in (("SEN1", "X-OTP"), ("OTP1", "X-OTP"), ("FRA1", "FRA")):
            checked = self.cast[name].run("verify", self.dossier[code]).json
            self.checked(f"{name} replays the whole file from signatures and log: no contradiction", not checked["problems"], checked)

    def restart(self):
        self.server.kill()
        self.server.start()
        self.checked("killed (kill -9) and started again, the server has everything", self.dossier["X-OTP"] in
                     [d["dossier"] for d in items(self.cast["OTP1"].run("dossier", "list"))])

    def custody(self):
        """The Prosecutor hands evidence on; a machine that knows nothing checks it without network or account."""
        chain, folder = self.dossier["X-OTP"], self.folder / "custody"
        folder.mkdir()
        shown, other = self.documents[0].name, self.documents[1].name
        prosecutor = self.cast["OTP2"]
        prosecutor.run("bundle", "make", chain, "--entry", "1", "--history", "--out", folder / "whole.tar")
        prosecutor.run("bundle", "make", chain, "--file", shown, "--out", folder / "one.tar")
        parties = [flag for row in items(prosecutor.run("party", "list")) if row["code"] in ("SEN", "X-OTP", "FRA")
                   for flag in ("--party", f"{row['code']}={row['fingerprint']}")]

        def check(name, *more):
            # No profile, no server, no network namespace with anything in it where the system allows one.
            alone = ["unshare", "-rn"] if subprocess.run(["unshare", "-rn", "true"], capture_output=True).returncode == 0 else []
            call = [*alone, str(BIN / "rogatory"), "--json", "verify", "bundle", str(folder / name), *parties, *map(str, more)]
            return subprocess.run(call, capture_output=True, text=True, env={"HOME": str(folder / "nobody"), "LANG": "C.UTF-8"})
        whole = check("whole.tar", "--report", folder / "report.pdf", "--report", folder / "report.html")
        self.checked("an item with the whole course of its file verifies on a machine that knows nothing", whole.returncode == OK, whole.stderr)
        one = check("one.tar", "--extract", folder / "proved")
        self.checked("so does a bundle of one document", one.returncode == OK, one.stderr)
        self.checked("that document is the one that was sent", same_bytes(folder / "proved" / shown, self.documents[0]), folder)
        self.checked("it names no other and holds no key", other not in one.stdout and b"AGE-SECRET-KEY" not in
                     (folder / "one.tar").read_bytes(), one.stdout)
        changed = bytearray((folder / "one.tar").read_bytes())
        changed[len(changed) // 2] ^= 1
        (folder / "changed.tar").write_bytes(changed)
        refused = check("changed.tar")
        self.checked(f"one bit changed, and it is refused (exit {refused.returncode})", refused.returncode == 6, refused.stderr)

    def stop(self):
        code = self.server.stop()
        self.checked("the server ends in order", code == 0, self.server.log_tail())
        self.cast.sign_out_all()

    STEPS = [
        ("The server starts", "start"),
        ("Everybody enrols", "enrol"),
        ("Documents are made ready", "prepare"),
        ("Senegal seals three documents to the Prosecutor and to France", "send"),
        ("Senegal adds a large file; the line is cut, the client is killed, it resumes", "send_large"),
        ("The same file goes to France undisturbed", "throughput"),
        ("The Prosecutor lists, fetches (cut and killed again) and opens", "fetch"),
        ("The delivery record reaches Senegal", "receipts"),
        ("The Registry and others see that nothing exists", "strangers"),
        ("Passing on needs the source's consent", "onward"),
        ("A member is removed and cannot open what comes after", "removal"),
        ("Stock age opens it from exported identities alone", "export"),
        ("Senegal withdraws an item", "withdraw"),
        ("A recovery sheet signs in on a new machine", "kit"),
        ("The server is killed and started again", "restart"),
        ("Everything is verified from the beginning", "verify"),
        ("The Prosecutor hands evidence on, and a stranger checks it offline", "custody"),
    ]

    def play(self):
        for title, name in self.STEPS:
            self.step(title, getattr(self, name))
