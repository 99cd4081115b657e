"""The installation under attack: set up once, copied back before every attack.

The operator owns the port that everybody knows; the real server listens behind him. The people are real clients.
"""
import base64
import os
import pathlib
import random
import shutil
import stat
import time

from concurrent.futures import ThreadPoolExecutor

import cast as casting
from clients import ADAPTERS, NativeClient
from forgery import Forge, Log, Statement
from installation import Server
from network import free_port
from proxy import Proxy, Rule


def chain_file(path):
    """The envelopes that a profile keeps of one chain."""
    data, out = path.read_bytes(), []
    while data:
        length = int.from_bytes(data[:4], "big")
        out.append(data[4:4 + length].decode())
        data = data[4 + length:]
    return out


class OperatedServer(Server):
    """The real server, moved behind the operator: clients know his port and his certificate."""

    def __init__(self, folder, public_port, certificate, **more):
        super().__init__(folder, **more)
        self.hidden_port, self.port = self.port, public_port
        self.url = f"https://localhost:{self.port}"
        self.public_certificate = certificate

    def init(self, **more):
        super().init(**more)
        text = self.config.read_text()
        assert f"port = {self.port}" in text, text
        self.config.write_text(text.replace(f"port = {self.port}", f"port = {self.hidden_port}", 1))
        self.certificate = self.public_certificate


CANARY = "CANARI-7f3a91-{}-ne doit sortir d'aucune boîte"


def document(name, size):
    """Bytes that can be recognised anywhere, every kilobyte."""
    mark = CANARY.format(name).encode()
    filler = random.Random(name)
    out = b""
    while len(out) < size:
        out += mark + filler.randbytes(1024 - len(mark))
    return out[:size]


class World:
    """`honest` runs show that an action works; in the others the adversary is let loose."""

    VICTIMS = ("OTP1", "OTP2", "SEN1", "SEN2", "FRA1", "REG1")
    TRAITORS = ("SEN2", "OTP3", "FRA1", "SEN1", "OTP1")
    WITNESSES, QUORUM = 0, 0
    REFRESH = 420  # a session rests at most 15 minutes: take the picture anew before that

    def __init__(self, folder, adapter="native", say=lambda _: None):
        self.folder, self.say, self.adapter = pathlib.Path(folder), say, adapter
        port = free_port()
        self.proxy = Proxy(self.folder / "operator", port)
        self.server = OperatedServer(self.folder / "server", port, self.proxy.certificate, witnesses=self.WITNESSES, quorum=self.QUORUM)
        self.proxy.upstream = self.server.hidden_port
        self.forge = Forge()
        self.honest, self.rules, self.effects, self.used = True, [], [], {}
        self.traitors, self.documents, self.dossiers = {}, {}, {}
        self.snapshot, self.past = self.folder / "snapshot", self.folder / "past"

    # Set-up -----------------------------------------------------------------------------------------------------------

    def __enter__(self):
        self.proxy.__enter__()
        try:
            self._set_up()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.server.process and self.server.process.poll() is None:
            self.server.stop()
        if hasattr(self, "cast"):
            for person in self.cast.people.values():
                ADAPTERS[self.adapter](person).end()
            self.cast.sign_out_all()
        self.forge.close()
        self.proxy.__exit__()

    def _set_up(self):
        started = time.monotonic()
        self.server.init()
        self.server.start()
        self.cast = casting.Cast(self.folder, self.server)
        cast = self.cast
        cast.administrator()
        cast.registry_founds()
        cast.parties_found([*casting.STATES, *casting.PROSECUTOR])
        cast.pin_everybody()
        cast.join("SEN2", "sen.crf.2", cast["SEN1"], "custodian")
        cast.join("OTP2", "otp.2", cast["OTP1"], "custodian")
        cast.join("OTP3", "otp.3", cast["OTP1"], "officer")
        self.say(f"nine people are enrolled ({time.monotonic() - started:.0f} s)")
        self._devices_begin()
        self.dossiers["A"] = self.send("A", ["rapport.txt", "relevés.bin"], [9_000, 210_000], ("--to", "X-OTP"), ("--onward", "source_consent"))
        self._look("OTP2", "OTP1")
        self._copy_server(self.past)
        self.dossiers["B"] = self.send("B", ["annexe.bin"], [70_000], ("--to", "X-OTP"), ())
        self.dossiers["C"] = self.send("C", ["commun.txt"], [5_000], ("--to", "X-OTP", "--to", "FRA", "--together"), ())
        self._look(*self.VICTIMS)
        self._learn_keys()
        self.proxy.reset()
        self.members = {"X-OTP": len(casting.items(cast["OTP1"].run("member", "list")))}
        self._copy_server(self.snapshot / "server", restart=False)
        self.log_secrets = self.forge.ask("log", data=str(self.server.data))
        self._keep_devices()
        self.taken = time.monotonic()
        self._read_registers()
        self.server.start()
        self.say(f"three files are sent, a picture is taken ({time.monotonic() - started:.0f} s)")

    def _learn_keys(self):
        """The keys of those who will collude, out of their own bundles."""
        bundles = {}
        def keep_bundle(_, reply):
            if reply.status == 200:
                bundles["last"] = reply.body
        self.proxy.add(Rule("/api/v1/me/bundle", reply=keep_bundle, method="GET"))
        for name in self.TRAITORS:
            person = self.cast[name]
            person.sign_in()
            secrets = self.forge.ask("member", bundle=base64.b64encode(bundles["last"]).decode(),
                                     passphrase=person.passphrase_file.read_text().strip(), profile=str(person.profile))
            self.traitors[name] = {**secrets["memberships"][0], "sign_in_seed": secrets["sign_in_seed"], "unlock": secrets["unlock"]}

    def _read_registers(self):
        """Whom one may seal to: each Party's root authority, as its register says."""
        self.authorities = {}
        for path in (self.cast["OTP2"].profile / "chains").iterdir():
            first = Statement(chain_file(path)[0])
            if first.short_kind == "founded":
                body = first.fields["body"]
                self.authorities[body["code"]] = {"party": first.id, "authority": body["authority"]["id"], "recipient": body["recipient"],
                                                  "generation": 1, "register": first.fields["chain"]}

    def send(self, name, files, sizes, to, options):
        folder = self.folder / "documents" / name
        folder.mkdir(parents=True)
        for file, size in zip(files, sizes):
            (folder / file).write_bytes(document(f"{name}-{file}", size))
        self.documents[name] = [folder / file for file in files]
        sent = self.cast["SEN2"].run("send", *self.documents[name], *to, "--title", CANARY.format(f"titre {name}"), "--message",
                                     CANARY.format(f"message {name}"), *options, "--yes")
        return casting.items(sent)[0]["dossier"]

    # Pictures ---------------------------------------------------------------------------------------------------------

    def _copy_server(self, to, restart=True):
        self.server.stop()
        shutil.rmtree(to, ignore_errors=True)
        shutil.copytree(self.server.data, to)
        if restart:
            self.server.start()

    @staticmethod
    def _copy_profile(source, to):
        """Everything but the keeper's socket: the person stays signed in."""
        to.mkdir(parents=True, exist_ok=True)
        for old in to.iterdir():
            if old.is_dir() and not old.is_symlink():
                shutil.rmtree(old)
            elif not stat.S_ISSOCK(old.lstat().st_mode):
                old.unlink()
        for one in source.iterdir():
            if one.is_dir():
                shutil.copytree(one, to / one.name)
            elif stat.S_ISREG(one.lstat().st_mode):
                shutil.copy2(one, to / one.name)
        os.chmod(to, 0o700)

    def _devices_begin(self):
        """The clients that will be put to the test sign in, all at once: each waits for a code of its own."""
        with ThreadPoolExecutor(len(self.VICTIMS)) as pool:
            list(pool.map(lambda name: ADAPTERS[self.adapter](self.cast[name]).begin(), self.VICTIMS))

    def _look(self, *names):
        """These people have seen what there is, with every client they have."""
        for name in names:
            self.cast[name].run("dossier", "list")
            if self.adapter != NativeClient.name:
                answer = ADAPTERS[self.adapter](self.cast[name]).list()
                assert answer.ok, answer

    def _devices(self, name, person):
        """Each device's folder, and where its picture is kept."""
        yield person.profile, self.snapshot / "people" / name
        beside = ADAPTERS[self.adapter](person).profile()
        if beside is not None:
            yield beside, self.snapshot / "beside" / name

    @staticmethod
    def _step_file(person):
        """Where the client notes the last code that it used."""
        return person.totp_secret_file.with_name(person.totp_secret_file.name + ".step")

    def _keep_devices(self):
        self.steps = {name: self._step_file(person).read_text() if self._step_file(person).exists() else "0\n"
                      for name, person in self.cast.people.items()}
        for name, person in self.cast.people.items():
            for profile, picture in self._devices(name, person):
                if profile.exists():
                    self._copy_profile(profile, picture)

    def _put_back_devices(self):
        for name, person in self.cast.people.items():
            for profile, picture in self._devices(name, person):
                if picture.exists():
                    self._copy_profile(picture, profile)
                else:
                    shutil.rmtree(profile, ignore_errors=True)
            for place in ("received", "tmp"):
                shutil.rmtree(person.folder / place, ignore_errors=True)

    def use_server(self, picture):
        """Ends the server and starts it again over a copy of other data: what an operator can do any day."""
        self.server.kill()
        shutil.rmtree(self.server.data)
        shutil.copytree(picture, self.server.data)
        self.server.start()

    def restore(self, honest):
        self.proxy.reset()
        self.use_server(self.snapshot / "server")
        for name in [name for name in self.cast.people if not (self.snapshot / "people" / name).exists()]:
            gone = self.cast.people.pop(name)
            ADAPTERS[self.adapter](gone).end()
            shutil.rmtree(gone.folder, ignore_errors=True)
        self._put_back_devices()
        for name, person in self.cast.people.items():
            if getattr(person, "signed_in_anew", False):
                # Whoever holds the session holds one that the data copied back does not know; and codes used since are unused again.
                self._step_file(person).write_text(self.steps[name])
                person.signed_in_anew = False
                if self.adapter == NativeClient.name:
                    person.sign_in()
                else:
                    ADAPTERS[self.adapter](person).begin()
        if time.monotonic() - self.taken > self.REFRESH:
            self._refresh()
        self.honest, self.rules, self.effects, self.used = honest, [], [], {}

    def _refresh(self):
        for person in self.cast.people.values():
            person.run("session", "list", expect=None)
        for name in self.VICTIMS:
            ADAPTERS[self.adapter](self.cast[name]).rest()
        self._copy_server(self.snapshot / "server")
        self._keep_devices()
        self.taken = time.monotonic()

    # What attacks use -------------------------------------------------------------------------------------------------

    def client(self, name):
        """A person whose client is put to the test."""
        if name not in self.used:
            self.used[name] = ADAPTERS[self.adapter](self.cast[name])
        return self.used[name]

    def forget(self, name, pattern):
        """Nothing of this kind was read on any device of that person; gives how many copies went."""
        person, gone = self.cast[name], 0
        for place in {NativeClient(person).kept(), ADAPTERS[self.adapter](person).kept()}:
            for copy in place.glob(pattern):
                copy.unlink()
                gone += 1
        return gone

    def person(self, name):
        """A person who only plays along (or is the adversary's), at the command line."""
        return NativeClient(self.cast[name])

    def tamper(self, path, reply=None, request=None, method=None, times=None):
        """A rule of the proxy, in the attacked run only; a rule that changed nothing fails the attack."""
        if self.honest:
            return None
        rule = self.proxy.add(Rule(path, reply, request, method, times))
        self.rules.append(rule)
        return rule

    def serve(self, path, reply=None, request=None, method=None):
        """A rule that helps and need not be used."""
        return None if self.honest else self.proxy.add(Rule(path, reply, request, method))

    def strike(self, what, action):
        """Something else the adversary does, once, in the attacked run only; false: it did not take effect."""
        if not self.honest:
            self.effects.append((what, bool(action())))

    def log(self):
        return Log.read(self.forge, self.log_secrets, self.proxy)

    def serve_log(self, log):
        """From now on the operator shows this log."""
        self.tamper("/log/0/checkpoint(.witnessed)?", reply=lambda _, reply: setattr(reply, "body", log.checkpoint().encode()))
        self.serve("/log/0/tile/entries/.*", request=lambda request: self._bundle(log, request))

    @staticmethod
    def _bundle(log, request):
        from proxy import Reply
        return Reply(200, [("Content-Type", "application/octet-stream")], log.bundle(request.target))

    def dossier(self, name):
        return self.dossiers[name]

    def canaries(self):
        """What may lie or be said nowhere: the marks of every document, title and message."""
        return [b"CANARI-7f3a91-"]


class WitnessedWorld(World):
    """Three witnesses, of whom two must have seen what counts. They never forget, so the server is not set back: only
    the devices are, and an honest run before leaves more of the log behind."""

    VICTIMS = ("OTP2", "SEN2")
    TRAITORS = ("SEN2",)
    WITNESSES, QUORUM = 3, 2

    def _set_up(self):
        started = time.monotonic()
        self.server.init()
        self.server.start()
        self.cast = cast = casting.Cast(self.folder, self.server)
        cast.administrator()
        cast.registry_founds()
        cast.parties_found([casting.STATES[0], *casting.PROSECUTOR])
        cast.pin_everybody()
        cast.join("SEN2", "sen.crf.2", cast["SEN1"], "custodian")
        cast.join("OTP2", "otp.2", cast["OTP1"], "custodian")
        self._devices_begin()
        self.dossiers["A"] = self.send("A", ["rapport.txt"], [9_000], ("--to", "X-OTP"), ())
        self._look(*self.VICTIMS)
        self._learn_keys()
        self.proxy.reset()
        self.log_secrets = self.forge.ask("log", data=str(self.server.data))
        self._keep_devices()
        self.witness_keys = [{"key": one.key, "seed": (one.folder / "key").read_text().split("seed ")[1].strip()} for one in self.server.witnesses]
        self._read_registers()
        self.taken = time.monotonic()
        self.say(f"with three witnesses: six people are enrolled, one file is sent ({time.monotonic() - started:.0f} s)")

    def restore(self, honest):
        self.proxy.reset()
        self._put_back_devices()
        self.honest, self.rules, self.effects, self.used = honest, [], [], {}


WORLDS = {"plain": World, "witnessed": WitnessedWorld}
