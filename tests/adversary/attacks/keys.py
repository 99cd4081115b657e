"""Signing in, one's own keys, invitations."""
import base64
import json

from attacks import attack
from forgery import b64
from judge import Told
from proxy import Rule


def invitation(w, name, role="reader", inviter="OTP1"):
    """An invitee with a code of his own; nothing is attacked yet."""
    label = f"{name}-{'honest' if w.honest else 'attacked'}"
    person = w.cast.person(label, f"{name}.{'h' if w.honest else 'a'}")
    person.name_in_cast = label
    code = person.folder / "code.txt"
    made = w.cast[inviter].run("member", "invite", "--role", role, "--code-out", code)
    return person, code, made.json["invitation"]


def enrols(w, client, code, sheet=None):
    person = client.person
    return client.act("enrol", "--server", w.server.url, "--sheet", sheet or w.cast.sheet, "--code-file", code, "--user", person.user, "--display-name",
                      person.user, "--totp-secret-file", person.totp_secret_file, "--kit-out", person.kit)


def invitee(name, title, told, path, reply, section="6", method=None, role="reader"):
    """Somebody answers an invitation while the server shows him something else."""
    @attack(name, title, section, "operator", told)
    def _(w):
        person, code, _ = invitation(w, name)
        w.tamper(path, reply=reply(w), method=method)
        return enrols(w, w.client(person.name_in_cast), code)


def changed_json(change):
    def reply(_, answer):
        if answer.status // 100 == 2:
            value = answer.json
            change(value)
            answer.json = value
    return reply


def random_card(value):
    card = bytearray(base64.b64decode(value["card"]))
    card[-1] ^= 1
    value["card"] = b64(bytes(card))


invitee("invitation-card-changed", "another welcome card", Told(("invitation.card",), integrity=None), "/api/v1/invitations/redeem", lambda w: changed_json(random_card))
invitee("invitation-of-another-kind", "an invitation of another kind than was signed", Told(("invitation.differs",)), "/api/v1/invitations/redeem",
        lambda w: changed_json(lambda value: value.update(kind="rekey")))
invitee("invitation-other-id", "the card of one invitation under the number of another", Told(("invitation.card",), integrity=None), "/api/v1/invitations/redeem",
        lambda w: changed_json(lambda value: value.update(invitation_id="ab" * 16)))
invitee("invitation-register-held-back", "a register without the invitation", Told(("register.incomplete", "invitation.differs")),
        "/api/v1/chains/.*", lambda w: changed_json(lambda value: value.update(items=value["items"][:-1])))
invitee("invitation-false-register", "another Party's register is shown to the invitee", Told(("chain.malformed", "chain.not_as_logged", "invitation.differs")),
        "/api/v1/chains/.*", lambda w: changed_json(lambda value: value.update(items=[
            {**one, "envelope": other} for one, other in zip(value["items"], other_register(w, "SEN"))])))


def other_register(w, code):
    import world
    return world.chain_file(w.cast["OTP2"].profile / "chains" / w.authorities[code]["register"])


def approved(name, title, told, change, section="6"):
    """The custodian approves an answer that the server brought; `change(w, rows)` alters the answer."""
    @attack(name, title, section, "operator", told)
    def _(w):
        person, code, number = invitation(w, name)
        other = None
        answered = enrols(w, w.person(person.name_in_cast), code)
        assert answered.ok, answered
        if name == "answer-replayed":
            second, second_code, second_number = invitation(w, name + ".2")
            assert enrols(w, w.person(second.name_in_cast), second_code).ok
            other = second_number
        def reply(_, answer):
            value = answer.json
            rows = {one["invitation_id"]: one for one in value["items"]}
            change(w, rows[number], rows.get(other))
            answer.json = value
        w.tamper("/api/v1/invitations", reply=reply, method="GET")
        return w.client("OTP1").act("member", "approve", number, "--digits", answered.value["comparison_digits"])


def swap_record(w, row, _):
    """The operator's own keys in the answer, signed by them, under the old MAC."""
    signed = json.loads(base64.b64decode(row["record"]))
    fresh = w.forge.ask("fresh")
    from forgery import canonical
    record = {**signed["record"], "key": fresh["key"], "recipient": fresh["recipient"]}
    text = canonical(record)
    signature = w.forge.sign(fresh["seed"], b"rogatory/v1/enrolment-record\0" + len(text).to_bytes(8, "big") + text)
    row["record"] = b64(canonical({"record": record, "signature": b64(signature)}))


def swap_kept_code(w, row, _):
    """A code of the operator's in an age file to the inviter's own recipient."""
    member = w.traitors["OTP1"]
    lines = w.forge.open(member["identity"], base64.b64decode(row["kept_code"])).split(b"\n")
    lines[-2] = (b"B" if lines[-2][:1] != b"B" else b"C") + lines[-2][1:]
    row["kept_code"] = b64(w.forge.seal([member["recipient"]], b"\n".join(lines)))


approved("answer-keys-swapped", "the operator's keys in the invitee's answer", Told(("invitation.answer_mac",)), swap_record)
approved("answer-kept-code-swapped", "another code in the file that the inviter kept", Told(("invitation.kept_code", "kept_code.malformed", "invitation.kept_code_malformed",
         "invitation.answer_mac")), swap_kept_code)
approved("answer-replayed", "one invitee's answer to another's invitation", Told(("invitation.answer_mac", "invitation.answer_differs")),
         lambda w, row, other: row.update(record=other["record"], mac=other["mac"]))
approved("answer-signature-changed", "one bit of the answer's MAC", Told(("invitation.answer_mac",)),
         lambda w, row, _: row.update(mac=b64(bytes([base64.b64decode(row["mac"])[0] ^ 1]) + base64.b64decode(row["mac"])[1:])))


@attack("code-in-traffic", "the code of an invitation is looked for in everything that is sent", "6", "operator", Told(ok=True, released=True))
def _(w):
    person, code, _ = invitation(w, "code-in-traffic")
    answered = enrols(w, w.client(person.name_in_cast), code)
    letters = code.read_text().strip().replace(" ", "").replace("-", "")
    w.strike("there was traffic to search", lambda: len(w.proxy.seen) > 5)
    for method, target, body in w.proxy.seen:
        for text in (code.read_text().strip(), letters, letters[:26], person.passphrase_file.read_text().strip()):
            for form in (text, text.lower(), b64(text.encode())):
                assert form.encode() not in body and form not in target, f"a secret was sent: {method} {target}"
    assert letters not in w.server.log_text(), "the code stands in the server's log"
    return answered


# One's own keys -------------------------------------------------------------------------------------------------------


def signing_in(name, title, told, path, reply=None, request=None, section="7", who="REG1", method=None):
    @attack(name, title, section, "operator", told)
    def _(w):
        w.tamper(path, reply=reply and reply(w), request=request and request(w), method=method)
        return w.client(who).sign_in()


def other_bundle(w):
    def reply(_, answer):
        if answer.status == 200:
            answer.body = w.forge.seal([w.traitors["OTP1"]["recipient"], w.traitors["SEN2"]["recipient"]], b"# rogatory/v1/bundle\n# version: 9\n")
    return reply


signing_in("bundle-of-somebody-else", "a user bundle made for other keys", Told(("bundle.not_for_this_key",)), "/api/v1/me/bundle", other_bundle)
signing_in("bundle-bit-flipped", "one bit of the user bundle", Told(("bundle.not_for_this_key", "bundle.malformed")), "/api/v1/me/bundle",
           lambda w: lambda _, answer: setattr(answer, "body", answer.body[:-1] + bytes([answer.body[-1] ^ 1])))
signing_in("bundle-no-age-file", "no age file in place of the bundle", Told(("bundle.malformed",)), "/api/v1/me/bundle",
           lambda w: lambda _, answer: setattr(answer, "body", b"AGE-PLUGIN-SH-1QQQ\n"))
signing_in("kdf-weakened", "the server asks for an easy key derivation: it is not heard", Told(ok=True, released=True), "/api/v1/sign-in/challenge",
           lambda w: changed_json(lambda value: value.update(salt="AAAA", m=8, t=1, p=1, kdf="none", memory=1)))
@attack("account-said-to-be-another-kind", "a member is told that he is an administrator: his keys stay closed", "7", "operator",
        Told(("account.no_membership",), integrity=False))
def _(w):
    w.tamper("/api/v1/me", reply=changed_json(lambda value: value.update(kind="administrator")))
    client = w.client("REG1")
    client.sign_in()
    return client.list()


@attack("bundle-rolled-back", "an old user bundle after new keys were made", "1", "operator", Told(("bundle.rolled_back",)))
def _(w):
    old, client = {}, w.client("REG1")
    if not w.honest:
        w.proxy.add(Rule("/api/v1/me/bundle", reply=lambda _, answer: old.setdefault("body", answer.body) and None, method="GET"))
        assert client.sign_in().ok and old
        w.proxy.rules.clear()
    rekeyed = client.act("member", "rekey", "--yes")
    assert rekeyed.ok, rekeyed
    w.tamper("/api/v1/me/bundle", reply=lambda _, answer: setattr(answer, "body", old["body"]), method="GET")
    return client.sign_in()


STANZAS = {}


@attack("kit-recipient-offered", "at a change of passphrase the server names one more recipient: nothing is encrypted to it", "1", "operator", Told(ok=True, released=True))
def _(w):
    made = w.forge.ask("fresh")
    fresh = made["recipient"]
    sent = []
    w.proxy.add(Rule("/api/v1/me/bundle", request=lambda request: sent.append(request.json), method="PUT"))
    offer = changed_json(lambda value: value.update(kit_recipient=fresh, recipients=[fresh], recovery_recipient=fresh))
    w.tamper("/api/v1/(me|sign-in/challenge|server)", reply=offer)
    client = w.client("OTP2")
    new = w.cast["OTP2"].folder / "tmp" / "new-passphrase.txt"
    new.parent.mkdir(exist_ok=True)
    new.write_text("dix violons remontent la rue froide en dansant\n")
    answer = client.act("passphrase", "change", "--new-passphrase-file", new)
    assert not answer.ok or sent, "no bundle was written"
    for one in sent:
        bundle = base64.b64decode(one["bundle"])
        stanzas = bundle[:bundle.index(b"\n---")].count(b"\n-> ")
        assert stanzas == STANZAS.setdefault("honest", stanzas), "the bundle has another recipient"
        try:
            w.forge.open(made["identity"], bundle)
        except RuntimeError:
            continue
        raise AssertionError("the offered key opens the bundle")
    return answer


@attack("sign-in-replayed", "a sign-in that was overheard is sent once more", "7", "network", Told(ok=True, released=True))
def _(w):
    sent = []
    w.proxy.add(Rule("/api/v1/sign-in", request=lambda request: sent.append((request.target, request.headers, request.body)), method="POST"))
    answer = w.client("OTP2").sign_in()
    def replay():
        target, headers, body = sent[-1]
        kept = [(k, v) for k, v in headers if k.lower() not in ("idempotency-key", "content-length")]
        again = w.proxy.ask("POST", target, kept, body)
        assert again.status == 401, f"it was taken: {again.status} {again.body}"
        return True
    w.strike("it was sent again", replay)
    return answer


@attack("idempotent-sign-in-replayed", "the same, under the same idempotency key", "7", "network", Told(ok=True, released=True))
def _(w):
    sent = []
    w.proxy.add(Rule("/api/v1/sign-in", request=lambda request: sent.append((request.target, request.headers, request.body)), method="POST"))
    answer = w.client("OTP2").sign_in()
    def replay():
        target, headers, body = sent[-1]
        again = w.proxy.ask("POST", target, headers, body)
        assert again.status != 200 or b"token" not in again.body, f"a session was handed out twice: {again.status}"
        return True
    w.strike("it was sent again", replay)
    return answer


@attack("session-after-removal", "a removed member's session is used on", "3", "member who was removed", Told(ok=True, released=True))
def _(w):
    tokens = []
    w.proxy.add(Rule(".*", request=lambda request: tokens.append(request.get("Authorization"))))
    assert w.person("OTP3").list().ok
    token = tokens[-1]
    answer = w.client("OTP1").act("member", "remove", w.traitors["OTP3"]["member"], "--yes")
    def use():
        status = w.proxy.ask("GET", "/api/v1/dossiers", [("Authorization", token)]).status
        assert status == 401, f"his session still works: {status}"
        return True
    w.strike("his token was used", use)
    return answer


@attack("leaver-reads-on", "a removed member tries the keys he has on what came after", "4", "operator, removed member", Told(ok=True, released=True))
def _(w):
    answer = w.client("OTP1").act("member", "remove", w.traitors["OTP3"]["member"], "--yes")
    if not answer.ok:
        return answer
    added = w.client("SEN2").add(w.dossier("A"), w.documents["B"][0])
    assert added.ok, added
    def try_keys():
        import world
        from forgery import Statement
        chain = w.dossier("A")
        items = [Statement(one) for one in world.chain_file(w.client("SEN2").kept() / "chains" / chain)]
        newest = [one for one in items if one.short_kind == "entry"][-1]
        epochs = [one for one in items if one.short_kind == "epoch_started"]
        assert epochs and newest.fields["body"]["epoch"] > 1, "no new epoch was begun"
        grants = {line["grant"] for one in epochs for line in one.fields["body"]["epoch"]["grants"]}
        member, opened = w.traitors["OTP3"], 0
        for digest in [*grants, newest.fields["body"]["sealed"]]:
            for place in w.server.data.rglob(f"*{digest}*"):
                try:
                    w.forge.open(member["identity"], place.read_bytes())
                    opened += 1
                except RuntimeError:
                    continue
        assert opened == 0, "a key of his opens what came after"
        return True
    w.strike("his keys were tried", try_keys)
    return answer
