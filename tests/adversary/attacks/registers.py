"""Keys: what somebody without the right signs into a register, logged all the same, and registers held back."""
import json
import os

from attacks import attack
from forgery import b64, canonical, sha
from judge import Told
from operator_server import OperatorServer

GHOST = "void, no effect"


def head(w, server, code):
    """(chain, next seq, head id) of a Party's register, from whoever has read furthest."""
    import world
    chain = w.authorities[code]["register"]
    copies = [world.chain_file(path) for person in w.cast.people.values() if (path := person.profile / "chains" / chain).exists()]
    longest = max(copies, key=len)
    return chain, len(longest), world.Statement(longest[-1]).id


def signed_by(name, what, traitor, target, kind, body, victim, look, section="3"):
    """`traitor` signs `kind` into `target`'s register; `look(w, value)` is true when it had no effect."""
    @attack(name, what, section, f"operator, {traitor}", Told(ok=True))
    def _(w):
        if not w.honest:
            server = OperatorServer(w).install()
            chain, seq, prev = head(w, server, target)
            server.take(server.statement(traitor, kind, chain, seq, prev, body(w)))
            w.strike("it stands in the register", lambda: True)
        client = w.client(victim)
        answer = client.act(*look[0])
        if not w.honest:
            assert answer.value is not None and look[1](w, answer.value), f"it took effect: {answer}"
        return answer


def ghost(w, party, authority):
    """An enrolment record of somebody whom nobody invited, rightly signed by his own key."""
    fresh = w.forge.ask("fresh")
    record = {"authority": w.authorities[authority]["authority"], "display_name": "fantôme", "invitation": os.urandom(16).hex(), "key": fresh["key"],
              "member": os.urandom(16).hex(), "party": w.authorities[party]["party"], "recipient": fresh["recipient"], "role": "reader"}
    text = canonical(record)
    signature = w.forge.sign(fresh["seed"], b"rogatory/v1/enrolment-record\0" + len(text).to_bytes(8, "big") + text)
    return {"keyring": os.urandom(32).hex(), "record": {"record": record, "signature": b64(signature)}}


def no_ghost(w, value):
    return len(value["items"]) == w.members["X-OTP"] and not any(one["display_name"] == "fantôme" for one in value["items"])


def no_custodian(w, value):
    return [one["role"] for one in value["items"] if one["member"] == w.traitors["OTP3"]["member"]] == ["officer"]


def still_pinned(w, value):
    return any(one["code"] == "SEN" and one["pinned"] == "note_verbale" for one in value["items"])


MEMBERS, PARTIES = ("member", "list"), ("party", "list")
signed_by("ghost-member-by-officer", "an officer takes in a ghost", "OTP3", "X-OTP", "member_added", lambda w: ghost(w, "X-OTP", "X-OTP"), "OTP1", (MEMBERS, no_ghost))
signed_by("ghost-member-by-other-state", "another State's custodian takes in a ghost", "SEN1", "X-OTP", "member_added", lambda w: ghost(w, "X-OTP", "X-OTP"), "OTP1",
          (MEMBERS, no_ghost))
signed_by("ghost-member-uninvited", "a custodian takes in somebody whom no statement invited", "OTP1", "X-OTP", "member_added",
          lambda w: ghost(w, "X-OTP", "X-OTP"), "OTP2", (MEMBERS, no_ghost))
signed_by("self-promotion", "an officer makes himself custodian", "OTP3", "X-OTP", "role_changed",
          lambda w: {"authority": w.traitors["OTP3"]["authority"], "member": w.traitors["OTP3"]["member"], "role": "custodian"}, "OTP1", (MEMBERS, no_custodian))
signed_by("unpin-by-officer", "an officer unpins a State", "OTP3", "X-OTP", "unpinned", lambda w: {"code": "SEN", "party": w.authorities["SEN"]["party"]}, "OTP1",
          (PARTIES, still_pinned))
signed_by("pin-by-officer", "an officer pins a false key for a State", "OTP3", "X-OTP", "pinned",
          lambda w: {"basis": "note_verbale", "code": "SEN", "party": "ab" * 32}, "OTP1", (PARTIES, still_pinned))
signed_by("register-of-another-by-custodian", "Senegal's custodian promotes a member of the Prosecutor", "SEN1", "X-OTP", "role_changed",
          lambda w: {"authority": w.traitors["OTP3"]["authority"], "member": w.traitors["OTP3"]["member"], "role": "custodian"}, "OTP1", (MEMBERS, no_custodian))


def other_witnesses(w):
    """A policy of the same log whose three witnesses are all the operator's."""
    lines, names = [f"log {w.log_secrets['key']}"], []
    for number in range(3):
        name, key = f"w{number}.example", bytes([4]) + bytes.fromhex(w.forge.ask("fresh")["key"])
        lines.append(f"witness w{number} {name}+{sha(name.encode() + bytes([10]) + key)[:4].hex()}+{b64(key)}")
        names.append(f"w{number}")
    return {"log_policy": "\n".join([*lines, f"group g 2 {' '.join(names)}", "quorum g"]) + "\n"}


signed_by("log-policy-by-officer", "an officer changes who must witness", "OTP3", "X-OTP", "log_policy_set", other_witnesses, "OTP1",
          (("log", "status"), lambda w, value: not value["cosigned"] and "w0.example" not in value["policy"]))


@attack("withheld-removal", "a removal is logged, and held back from the others: they refuse to seal", "5", "operator",
        Told(("register.incomplete",), exits=(6,)))
def _(w):
    person = w.person("OTP1")
    removed = person.act("member", "remove", w.traitors["OTP3"]["member"], "--yes")
    assert removed.ok, removed
    hold_back(w, w.authorities["X-OTP"]["register"], "member_removed")
    return w.client("SEN2").send(w.documents["A"][0], to="X-OTP")


@attack("register-head-withheld-own", "what colleagues signed into one's own register is held back: nothing is signed", "5", "operator",
        Told(("register.incomplete",)))
def _(w):
    assert w.person("OTP1").act("member", "role", w.traitors["OTP3"]["member"], "reader", "--yes").ok
    hold_back(w, w.authorities["X-OTP"]["register"], "role_changed")
    return w.client("OTP2").act("member", "invite", "--role", "reader", "--code-out", w.cast["OTP2"].folder / "tmp" / "code.txt")


@attack("register-not-the-founded", "another register in place of one's own Party's", "6", "operator", Told(("register.not_the_founded", "chain.not_as_logged", "chain.malformed")))
def _(w):
    own, other = w.authorities["X-OTP"]["register"], w.authorities["SEN"]["register"]
    w.tamper(f"/api/v1/chains/{own}", request=lambda request: setattr(request, "target", request.target.replace(own, other)))
    return w.client("OTP2").list()


@attack("register-signature-flipped", "one bit of a register's signature", "2", "network", Told(("register.broken", "register.not_the_founded"), evidence="register.broken"))
def _(w):
    from forgery import Statement
    reader = w.client("SEN2")
    register = w.authorities["FRA"]["register"]
    w.forget("SEN2", f"chains/{register}")
    def change(_, reply):
        page = reply.json
        for item in page["items"][-1:]:
            statement = Statement(item["envelope"])
            statement.signature = ("A" if statement.signature[0] != "A" else "B") + statement.signature[1:]
            item["envelope"] = statement.envelope()
        reply.json = page
    w.tamper(f"/api/v1/chains/{register}", reply=change)
    return reader.send(w.documents["A"][0], to="FRA")


@attack("directory-names-another-party", "the directory gives another Party's key under a State's code", "6", "operator", Told(("pin.digits_differ",)))
def _(w):
    digits = w.cast.fingerprints["FRA"]
    def change(_, reply):
        page = reply.json
        rows = {one["code"]: one for one in page["items"]}
        rows["FRA"]["founded_id"], rows["FRA"]["register"] = rows["SEN"]["founded_id"], rows["SEN"]["register"]
        reply.json = page
    w.tamper("/api/v1/parties", reply=change)
    return w.client("REG1").act("party", "pin", "FRA", "--fingerprint", digits)


@attack("key-substitution-by-directory", "a dossier is to be sealed to another Party's key", "6", "operator", Told(ok=True, released=True))
def _(w):
    def change(_, reply):
        page = reply.json
        rows = {one["code"]: one for one in page["items"]}
        for name in ("founded_id", "register"):
            rows["FRA"][name], rows["X-REG"][name] = rows["X-REG"][name], rows["FRA"][name]
        reply.json = page
    w.serve("/api/v1/parties", reply=change)
    posted = []
    w.strike("the directory lies", lambda: True)
    if not w.honest:
        from proxy import Rule
        w.proxy.add(Rule("/api/v1/statements", request=lambda request: posted.append(request.json), method="POST"))
    answer = w.client("SEN2").send(w.documents["A"][0], to="FRA")
    if posted:
        from forgery import Statement
        readers = {line["party"] for line in Statement(posted[0]["statements"][0]["envelope"]).fields["body"]["epoch"]["grants"]}
        assert readers == {w.authorities["FRA"]["party"], w.authorities["SEN"]["party"]}, f"sealed to {readers}"
    return answer


@attack("removal-withheld-from-list", "a colleague was removed; the operator keeps him in the list of members", "5", "operator",
        Told(("notice.register.incomplete",), ok=True))
def _(w):
    assert w.person("OTP1").act("member", "role", w.traitors["OTP3"]["member"], "reader", "--yes").ok
    hold_back(w, w.authorities["X-OTP"]["register"], "role_changed")
    return w.client("OTP2").act("member", "list")


@attack("receipts-withheld", "who downloaded and opened is held back from the sender", "4", "operator", Told(("notice.receipts.incomplete",), ok=True))
def _(w):
    assert w.person("OTP2").get(w.dossier("A")).ok
    receipts = sha(b"rogatory/v1/receipts\0" + bytes.fromhex(w.dossier("A")) + bytes.fromhex(w.authorities["X-OTP"]["authority"])).hex()
    hold_back(w, receipts, "")
    return w.client("SEN2").act("receipts", w.dossier("A"))


def hold_back(w, chain, kind):
    """The operator gives this chain without the statements of a kind."""
    def reply(_, answer):
        if answer.status == 200:
            page = answer.json
            page["items"] = [one for one in page["items"] if kind not in one["envelope"]]
            answer.json = page
    w.tamper(f"/api/v1/chains/{chain}", reply=reply)
