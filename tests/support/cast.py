"""The people of the story, enrolled as people enrol: codes handed over in files, digits compared, States pinned.

An administrator; the Registry, which founds first; the Office of the Prosecutor; Senegal and France with a financial
intelligence unit and an asset recovery office each. Every authority that sends has two custodians, because an authority
with one is not live.
"""
from installation import Person

PASSPHRASES = {
    "REG": "quatre marées comptent les phares éteints", "OTP": "eleven copper kettles argue about snow",
    "SEN": "sept lampes boivent la pluie du matin", "FRA": "neuf ponts dorment sous une cloche verte",
}


class Cast:
    """Everybody by name: cast["SEN1"]. `say` is told what happens."""

    def __init__(self, folder, server, say=lambda _: None):
        self.folder, self.server, self.say = folder, server, say
        self.people = {}
        self.sheet = folder / "founding-sheet.txt"
        self.fingerprints = {}
        self.display_names = {}  # of whoever shall be shown by another name than the user's

    def __getitem__(self, name):
        return self.people[name]

    def person(self, name, user):
        passphrase = PASSPHRASES.get(name[:3], "six bouteilles traversent le port en silence") + f" {user}"
        self.people[name] = Person(self.folder / "people" / name, self.server, user, passphrase)
        return self.people[name]

    # Enrolment --------------------------------------------------------------------------------------------------------

    def administrator(self):
        admin = self.person("ADMIN", "administrator.1")
        admin.run("admin", "enrol", "--server", self.server.url, "--code-file", self.server.admin_code, "--user", admin.user,
                  "--totp-secret-file", admin.totp_secret_file, "--kit-out", admin.kit)
        admin.sign_in()
        return admin

    def found(self, name, user, code, party_name, kind, authority_name, sheet):
        """A Party's first custodian founds it; the administrator has created it and hands over the code."""
        admin, founder = self["ADMIN"], self.person(name, user)
        code_file = founder.folder / "founder-code.txt"
        admin.run("admin", "party", "create", code, "--name", party_name)
        admin.run("admin", "party", "invite", code, "--code-out", code_file)
        founded = founder.run("enrol", "--server", self.server.url, "--sheet", sheet, "--code-file", code_file, "--user", user,
                              "--found", code, "--party-name", party_name, "--authority", kind, "--authority-name", authority_name, "--display-name", self.display_names.get(user, user),
                              "--totp-secret-file", founder.totp_secret_file, "--kit-out", founder.kit)
        founder.sign_in()
        self.fingerprints[code] = founded.json["fingerprint"]
        return founder

    def join(self, name, user, inviter, role, code_file=None):
        """A custodian invites, the invitee answers, both compare digits, the custodian approves."""
        invitee = self.person(name, user)
        if code_file is None:
            code_file = invitee.folder / "invitation-code.txt"
            inviter.run("member", "invite", "--role", role, "--code-out", code_file)
        answered = self.answer(invitee, code_file)
        self.approve(inviter, answered)
        invitee.sign_in()
        return invitee

    def answer(self, invitee, code_file):
        return invitee.run("enrol", "--server", self.server.url, "--sheet", self.sheet, "--code-file", code_file, "--user", invitee.user,
                           "--display-name", self.display_names.get(invitee.user, invitee.user), "--totp-secret-file", invitee.totp_secret_file, "--kit-out", invitee.kit)

    def approve(self, inviter, answered):
        digits = answered.json["comparison_digits"]
        pending = [p for p in items(inviter.run("member", "pending")) if p["comparison_digits"] == digits]
        assert len(pending) == 1, "the invitee's digits and the inviter's differ"
        inviter.run("member", "approve", pending[0]["invitation"], "--digits", digits)

    def second_authority(self, name, user, root, authority_name, kind):
        """The root authority's custodian invites the first custodian of another one, and can never read its files."""
        first = self.person(name, user)
        code_file = first.folder / "invitation-code.txt"
        root.run("authority", "add", authority_name, "--kind", kind, "--code-out", code_file)
        answered = self.answer(first, code_file)
        self.approve(root, answered)
        first.sign_in()
        return first

    # The whole cast ---------------------------------------------------------------------------------------------------

    def registry_founds(self):
        self.found("REG1", "registry.1", "X-REG", "Registry", "registry", "Registry", self.server.sheet)
        self["REG1"].run("sheet", "make", "--out", self.sheet)

    def parties_found(self, parties):
        for name, user, code, party_name, kind, authority_name in parties:
            self.found(name, user, code, party_name, kind, authority_name, self.sheet)

    def pin_everybody(self):
        """The Registry pins by the digits each State sends by note verbale; everybody else by the Registry's new sheet."""
        registry = self["REG1"]
        for code, digits in self.fingerprints.items():
            if code != "X-REG":
                registry.run("party", "pin", code, "--fingerprint", digits)
        everybody = self.folder / "founding-sheet-all.txt"
        registry.run("sheet", "make", "--out", everybody)
        self.sheet = everybody
        for name in ("OTP1", "SEN1", "FRA1"):
            if name in self.people:
                self[name].run("party", "pin", "--sheet", everybody)

    def sign_out_all(self):
        for person in self.people.values():
            person.lock()


STATES = [("SEN1", "sen.crf.1", "SEN", "Senegal", "fiu", "CRF"), ("FRA1", "fra.crf.1", "FRA", "France", "fiu", "CRF")]
PROSECUTOR = [("OTP1", "otp.1", "X-OTP", "Office of the Prosecutor", "prosecutor", "Office of the Prosecutor")]


def items(outcome):
    """The list a command printed, bare or under "items"."""
    value = outcome.json
    return value if isinstance(value, list) else value["items"]


def two_parties(folder, server, say=lambda _: None):
    """The smallest cast that can exchange something: Senegal and the Prosecutor, two custodians each."""
    cast = Cast(folder, server, say)
    cast.administrator()
    cast.registry_founds()
    cast.parties_found([STATES[0], *PROSECUTOR])
    cast.pin_everybody()
    cast.join("SEN2", "sen.crf.2", cast["SEN1"], "custodian")
    cast.join("OTP2", "otp.2", cast["OTP1"], "custodian")
    return cast


def whole_cast(folder, server, say=lambda _: None):
    cast = Cast(folder, server, say)
    say("An administrator enrols with the code that the server printed once.")
    cast.administrator()
    say("The Registry founds its Party and writes everybody else's founding sheet.")
    cast.registry_founds()
    say("Senegal, France and the Office of the Prosecutor found theirs with that sheet.")
    cast.parties_found([*STATES, *PROSECUTOR])
    say("Custodians pin one another's keys by the digits of notes verbales.")
    cast.pin_everybody()
    say("Each authority takes in a second custodian; the Prosecutor one more officer; both States an asset recovery office.")
    cast.join("REG2", "registry.2", cast["REG1"], "custodian")
    cast.join("OTP2", "otp.2", cast["OTP1"], "custodian")
    cast.join("OTP3", "otp.3", cast["OTP1"], "officer")
    cast.join("SEN2", "sen.crf.2", cast["SEN1"], "custodian")
    cast.join("FRA2", "fra.crf.2", cast["FRA1"], "custodian")
    cast.second_authority("SENA", "sen.bra.1", cast["SEN1"], "BRA", "aro")
    cast.second_authority("FRAA", "fra.bra.1", cast["FRA1"], "BRA", "aro")
    return cast
