"""deploy/training's other half: an instance with invented Parties, made by their people's own command line, and a card for each of them."""
import argparse
import json
import pathlib
import shutil
import signal
import sys
import tempfile

import cast as casting
from documents import seeded_file
from installation import Person, Server
from request_form import write_request

# Codes that ISO 3166-1 leaves to users: no State has or gets one.
PARTIES = [("XTA1", "xta.fiu.1", "XTA", "Aurelia (exercise)", "fiu", "Financial Intelligence Unit"),
           ("XTB1", "xtb.fiu.1", "XTB", "Borelia (exercise)", "fiu", "Financial Intelligence Unit"),
           ("OTP1", "otp.1", "X-OTP", "Office of the Prosecutor (exercise)", "prosecutor", "Investigations")]
SECOND = [("XTA2", "xta.fiu.2", "XTA1", "custodian"), ("XTB2", "xtb.fiu.2", "XTB1", "custodian"), ("OTP2", "otp.2", "OTP1", "custodian"),
          ("XTA3", "xta.fiu.3", "XTA1", "officer"), ("XTB3", "xtb.fiu.3", "XTB1", "officer"), ("OTP3", "otp.3", "OTP1", "officer")]
ROLES = {"custodian": ("access manager", "responsable des habilitations"), "officer": ("case officer", "agent habilité"),
         "administrator": ("administrator", "administrateur")}
PLACES = {"XTA": ("Aurelia", "Aurélie"), "XTB": ("Borelia", "Borélie"), "OTP": ("Office of the Prosecutor", "Bureau du Procureur"),
          "REG": ("Registry", "Greffe"), "ADM": ("Platform", "Plateforme")}


class Training:
    def __init__(self, folder):
        self.folder = folder
        self.cards = folder / "cards"
        self.server = Server(folder, training=True)
        self.cast = None
        self.waiting = {}

    def made(self):
        return self.server.config.exists() and (self.folder / "ports.json").exists()

    def make(self):
        print(f"An instance for exercises is being made in {self.folder} …", flush=True)
        self.server.init()
        (self.folder / "ports.json").write_text(json.dumps([self.server.port, self.server.management_port]))
        self.server.start()
        cast = self.cast = casting.Cast(self.folder, self.server)
        cast.administrator()
        cast.registry_founds()
        cast.parties_found(PARTIES)
        cast.pin_everybody()
        for name in ("XTA1", "XTB1"):
            cast[name].run("party", "pin", "--sheet", cast.sheet)
        for name, user, inviter, role in SECOND:
            cast.join(name, user, cast[inviter], role)
        self._write_what_waits()
        self.cards.mkdir(mode=0o700)
        for name, person in cast.people.items():
            self._write_card(name, person)
        cast.sign_out_all()

    def start(self):
        """An instance that was made before, on its own ports."""
        self.server.port, self.server.management_port = json.loads((self.folder / "ports.json").read_text())
        self.server.url = f"https://localhost:{self.server.port}"
        self.server.start()

    # What participants find ---------------------------------------------------------------------------------------------

    def _write_what_waits(self):
        cast, documents = self.cast, self.folder / "documents"
        documents.mkdir()
        statement = documents / "account statement.csv"
        statement.write_text("date;amount;counterparty\n" + "".join(f"2026-0{m}-15;{m * 1700}.00;Société Mirage\n" for m in range(1, 9)))
        seeded_file(documents / "scan.bin", 1 << 20, "training")
        sent = cast["XTB3"].run("send", statement, documents / "scan.bin", "--to", "XTA", "--title", "Société Mirage, 2026",
                                "--message", "For your trace of Mirage. Please ask us before you pass it on.", "--onward", "source_consent", "--yes")
        self.waiting["share"] = casting.items(sent)[0]["dossier"]
        self.waiting["request"] = self._request(cast["OTP3"], documents / "request.txt")

    def _request(self, sender, path):
        write_request(sender, path, {"title": "Accounts of Société Mirage", "reference": "OTP/EXERCISE/0001", "due": "2099-12-31"},
                      "Statements of one account.\n\nFrom January 2026 on.",
                      "Société Mirage is said to have bought timber with what it never earned. Everything here is invented.",
                      [("number", "XTA 0042 1700"), ("country", "XTA")])
        return sender.run("request", "send", path, "--to", "XTA", "--yes").json["dossier"]

    def _write_card(self, name, person):
        role = next((role for one, _, _, role in SECOND if one == name), "administrator" if name == "ADMIN" else "custodian")
        (english, french), (place, lieu) = ROLES[role], PLACES[name[:3]]
        kit = person.kit.read_text().strip() if person.kit.exists() else ""
        (self.cards / f"{person.user}.txt").write_text(f"""EXERCISE / EXERCICE   {place} / {lieu}: {english} / {french}

{self.server.url}

User name / nom d’utilisateur            {person.user}
Passphrase / phrase de passe              {person.passphrase_file.read_text().strip()}
Second factor / second facteur (TOTP)    {person.totp_secret_file.read_text().strip()}

On a new device you are asked for the recovery sheet as well:
Sur un nouvel appareil, la fiche de secours est demandée aussi :

{kit}
""")

    # Whether it is what it should be ------------------------------------------------------------------------------------

    def check(self):
        """What the exercises rest on, found by a participant's own eyes: a card signs in on a new device, and what waits is there."""
        status, body = self.server.get("/api/v1/server")
        assert status == 200 and json.loads(body)["training"] is True, body
        card = (self.cards / "xta.fiu.3.txt").read_text()
        maker = self.cast["XTA3"]
        assert all(part in card for part in (maker.user, maker.passphrase_file.read_text().strip(), "EXERCISE"))
        fresh = Person(self.folder / "new-device", self.server, maker.user)
        fresh.passphrase_file, fresh.totp_secret_file = maker.passphrase_file, maker.totp_secret_file
        fresh.run("--server", self.server.url, "sign-in", "--user", fresh.user, "--kit", maker.kit, "--totp-secret-file", fresh.totp_secret_file)
        found = {row["dossier"] for row in casting.items(fresh.run("dossier", "list"))}
        assert set(self.waiting.values()) <= found, (self.waiting, found)
        asked = casting.items(fresh.run("request", "list", "--received"))
        assert [one["dossier"] for one in asked] == [self.waiting["request"]], asked
        fresh.run("get", self.waiting["share"], "--out", self.folder / "out", "--yes")
        assert any(path.name == "account statement.csv" for path in (self.folder / "out").rglob("*")), "what was sent is not what came"
        fresh.lock()


def main():
    parser = argparse.ArgumentParser(prog="deploy/training")
    parser.add_argument("--folder", type=pathlib.Path, default=pathlib.Path.home() / "rogatory-training")
    parser.add_argument("--reset", action="store_true")
    parser.add_argument("--once", action="store_true")
    arguments = parser.parse_args()
    if arguments.once:
        arguments.folder = pathlib.Path(tempfile.mkdtemp(prefix="rogatory-"))
    training = Training(arguments.folder)
    if arguments.folder.exists() and arguments.reset:
        if not training.made() and any(arguments.folder.iterdir()):
            print(f"deploy/training: {arguments.folder} is no instance for exercises; it is left as it is", file=sys.stderr)
            return 2
        shutil.rmtree(arguments.folder)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    try:
        if training.made():
            training.start()
        else:
            arguments.folder.mkdir(parents=True, exist_ok=True)
            arguments.folder.chmod(0o700)
            training.make()
        if arguments.once:
            training.check()
            print("The instance for exercises is what it should be.")
            return 0
        print(f"\n{training.server.url}\nA card for everybody lies in {training.cards}; print them, cut them apart, hand them out."
              "\nThe exercises: docs/en/exercises.md, docs/fr/exercices.md. Ctrl-C stops the server; --reset begins anew.", flush=True)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
        signal.sigwait({signal.SIGINT, signal.SIGTERM})
        return 0
    finally:
        if training.server.process and training.server.process.poll() is None:
            training.server.process.terminate()
            training.server.process.wait(30)
        if arguments.once:
            shutil.rmtree(arguments.folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
