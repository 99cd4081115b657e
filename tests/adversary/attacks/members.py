"""A member colludes with the operator: statements that no honest server takes, logged and shown all the same.

The honest run is the same dossier, made by the same hand, without the malice.
"""
from attacks import attack
from judge import Told
from operator_server import Dossier, OperatorServer
from world import CANARY

COLLUDES = "operator, member of SEN"
CONTENT = [("pièce.bin", (CANARY.format("forged") * 40).encode())]
MESSAGE = CANARY.format("forged message")


def dossier(w, files=None, message=MESSAGE, title="Sans malice", traitor="SEN2", readers=("SEN", "X-OTP"), build=None, **malice):
    """The victim opens a dossier of the colluding member's making; `malice` takes effect in the attacked run only."""
    server = OperatorServer(w).install()
    hits = []
    def counted(change):
        def changed(value, *more):
            made = change(value, *more)
            if made != value:
                hits.append(1)
            return made
        return changed
    change = {} if w.honest else {name: counted(one) for name, one in malice.items()}
    made = Dossier(server, traitor, [w.authorities[code] for code in readers], **change)
    if build:
        build(w, made)
    else:
        made.entry(files or CONTENT, message=message, title=title)
    made.row()
    if malice:
        w.strike("the forged piece", lambda: hits)
    return made


def forged(name, title, section, told, **malice):
    @attack(name, title, section, COLLUDES, told)
    def _(w):
        made = dossier(w, **malice)
        return w.client("OTP2").get(made.chain)


forged("grant-crlf", "a grant with CR LF", "1", Told(("grant.malformed",)), grant=lambda text: text.replace("\n", "\r\n"))
forged("grant-extra-comment", "a grant with one more comment", "1", Told(("grant.malformed",)), grant=lambda text: text.replace("# epoch", "# note: x\n# epoch"))
forged("grant-two-identities", "a grant with two identities", "1", Told(("grant.malformed",)), grant=lambda text: text + text.splitlines()[-1] + "\n")
forged("grant-plugin-line", "a grant that names a plug-in program", "1", Told(("grant.malformed",)),
       grant=lambda text: "\n".join(text.splitlines()[:-1]) + "\nAGE-PLUGIN-SH-1QQQQQQQQ\n")
forged("grant-other-dossier", "a grant that names another dossier", "1", Told(("grant.mismatch",)),
       grant=lambda text: text.replace(text.split("# chain: ")[1][:64], "ab" * 32))
forged("grant-other-epoch", "a grant that names another epoch", "1", Told(("grant.mismatch",)), grant=lambda text: text.replace("# epoch: 1", "# epoch: 2"))
forged("grant-other-generation", "a grant that names another generation", "1", Told(("grant.mismatch",)),
       grant=lambda text: text.replace("# generation: 1", "# generation: 2"))
forged("grant-other-policy", "a grant that names another policy", "1", Told(("grant.mismatch",)), grant=lambda text: text.replace("0" * 64, "cd" * 32))


def armored(file, *_):
    import base64
    import textwrap
    text = "\n".join(textwrap.wrap(base64.b64encode(file).decode(), 64))
    return f"-----BEGIN AGE ENCRYPTED FILE-----\n{text}\n-----END AGE ENCRYPTED FILE-----\n".encode()


def with_stanzas(name, where, extra, title, told, second=False):
    """The same text in an age file that opens just as well, with one stanza more."""
    @attack(name, title, "1", COLLUDES, told)
    def _(w):
        fresh = w.forge.ask("fresh")["recipient"]
        holder = {}
        def change(file, *rest):
            text = rest[-1]
            recipient = rest[0]["recipient"] if where == "grant_file" else holder["dossier"]
            return w.forge.seal([recipient, *([fresh] if second else [])], text, extra)
        def build(_, made):
            holder["dossier"] = made.identity["recipient"]
            made.entry(CONTENT, message="Bonjour" if where == "attachment_file" else MESSAGE)
        made = dossier(w, build=build, **{where: change})
        return w.client("OTP2").get(made.chain)


with_stanzas("grant-two-stanzas", "grant_file", (), "a grant that a second, unnamed key opens too", Told(("grant.does_not_open",)), second=True)
with_stanzas("grant-x25519-stanza", "grant_file", ("x25519",), "a grant with a stanza that a quantum computer opens", Told(("grant.does_not_open",)))
with_stanzas("body-two-stanzas", "body_file", (), "a sealed body that a second key opens too", Told(("body.does_not_open",)), second=True)
with_stanzas("body-scrypt-stanza", "body_file", ("scrypt",), "a sealed body with a stanza that costs a minute of scrypt", Told(("body.does_not_open",)))
with_stanzas("attachment-x25519-stanza", "attachment_file", ("x25519",), "a file with an X25519 stanza beside the hybrid one", Told(("attachment.does_not_open",)))
with_stanzas("attachment-grease-stanza", "attachment_file", ("grease",), "a file with a stanza of an unknown kind", Told(("attachment.does_not_open",)))

forged("grant-armored", "a grant in text form", "1", Told(("grant.does_not_open",)), grant_file=armored)
forged("body-armored", "a sealed body in text form", "1", Told(("body.does_not_open",)), body_file=armored)
forged("grant-undecryptable", "a grant of random bytes under a right header", "2", Told(("grant.does_not_open",)),
       grant_file=lambda file, *_: file[:-40] + bytes(40))
forged("body-undecryptable", "a sealed body whose last chunk is another", "2", Told(("body.does_not_open",)), body_file=lambda file, *_: file[:-40] + bytes(40))
forged("body-other-chain", "a sealed body made for another dossier", "4", Told(("body.mismatch",)), body=lambda body: {**body, "chain": "ab" * 32})
forged("body-other-author", "a sealed body made by somebody else", "4", Told(("body.mismatch",)),
       body=lambda body: {**body, "author": {**body["author"], "member": "ab" * 16}})
forged("body-other-nonce", "a sealed body of another statement", "4", Told(("body.mismatch",)), body=lambda body: {**body, "nonce": "ab" * 16})
forged("body-unknown-field", "a sealed body with a field of nobody's", "4", Told(("body.malformed",)), body=lambda body: {**body, "zz": "x"})
forged("body-path-in-name", "a file named ../../.bashrc", "4", Told(("body.malformed", "body.mismatch")),
       body=lambda body: {**body, "files": [{**body["files"][0], "name": "../../.bashrc"}]})
forged("body-file-relabelled", "another name than the one committed to", "4", Told(("body.mismatch",)),
       body=lambda body: {**body, "files": [{**body["files"][0], "name": "autre.bin"}]})
forged("body-size-lied", "a size that is not the file's", "4", Told(("body.mismatch",)),
       body=lambda body: {**body, "files": [{**body["files"][0], "size": 1}]})


@attack("attachment-not-as-described", "the file holds another document than its digest says", "4", COLLUDES, Told(("attachment.not_as_described",)))
def _(w):
    other = (CANARY.format("other") * 40).encode()
    holder = {}
    def build(_, made):
        holder["recipient"] = made.identity["recipient"]
        made.entry(CONTENT)
    made = dossier(w, build=build, attachment_file=lambda file, content: w.forge.seal([holder["recipient"]], other))
    return w.client("OTP2").get(made.chain)


@attack("attachment-truncated-by-author", "a file that ends at a chunk's edge, rightly digested", "8", COLLUDES, Told(("attachment.does_not_open",)))
def _(w):
    long = [("long.bin", (CANARY.format("long") * 4000).encode())]
    def cut(file, content):
        head = file.index(b"\n---")
        head = file.index(b"\n", head + 4) + 1 + 16
        return file[:head + 65552]
    made = dossier(w, files=long, message="Bonjour", attachment_file=cut)
    return w.client("OTP2").get(made.chain)


def raw_body(name, title, change):
    """The sealed text itself is not canonical."""
    @attack(name, title, "4", COLLUDES, Told(("body.malformed",)))
    def _(w):
        holder = {}
        def build(_, made):
            holder["recipient"] = made.identity["recipient"]
            made.entry(CONTENT, message=MESSAGE)
        made = dossier(w, build=build, body_file=lambda file, text: w.forge.seal([holder["recipient"]], change(text)))
        return w.client("OTP2").get(made.chain)


raw_body("body-duplicate-key", "a sealed body that says its title twice", lambda text: text[:-30].replace(b'"title"', b'"title":"x","title"', 1) + b" " * 16)
raw_body("body-hidden-padding", "a sealed body padded with something else than it should be", lambda text: text + b" " * 4096)
raw_body("body-number-spelled-twice", "a sealed body whose number has another spelling", lambda text: text.replace(b'"v":1}', b'"v":1e0}')[:4096])


@attack("epoch-identity-repeated", "one key for two epochs, so that an old reader reads on", "1", COLLUDES, Told(ok=True, released=False))
def _(w):
    def build(w, made):
        second = made.identity if not w.honest else made.forge.ask("fresh")
        made.basis = made.append("epoch_started", {"epoch": made.epoch(2, second, made.statements[0].id), "policy": made.statements[0].id}).id
        w.strike("the key stands twice", lambda: second is made.identity)
        made.entry(CONTENT, message=MESSAGE, epoch=2, identity=second)
    made = dossier(w, build=build)
    answer = w.client("OTP2").show(made.chain)
    if w.honest:
        return w.client("OTP2").get(made.chain)
    assert not answer.value["entries"] and sum(act["void"] for act in answer.value["acts"]) == 2, f"it is not void: {answer}"
    return w.client("OTP2").get(made.chain)


@attack("stranger-writes", "another State's member, who takes no part, writes in a dossier", "4", "operator, member of FRA", Told(ok=True, released=True))
def _(w):
    def build(w, made):
        made.entry(CONTENT, message="Bonjour")
        if not w.honest:
            body = dict(made.statements[-1].fields["body"])
            made.traitor = "FRA1"
            body.pop("attachments")
            made.append("entry", {**body, "sealed": "ab" * 32})
            w.strike("a stranger's entry stands in the chain", lambda: True)
    made = dossier(w, build=build)
    shown = w.client("OTP2").show(made.chain)
    if not w.honest:
        assert len(shown.value["entries"]) == 1, f"the stranger's entry is shown as one: {shown}"
        assert any(act.get("void") for act in shown.value["acts"]), f"it is not shown as void: {shown}"
    return w.client("OTP2").get(made.chain)


@attack("seen-forged", "a statement that claims a checkpoint nobody signed: void, and the others go on", "2", COLLUDES, Told(ok=True, released=True))
def _(w):
    def build(w, made):
        made.entry(CONTENT, message="Bonjour")
        if not w.honest:
            log = w.log().copy()
            log.seed = w.forge.ask("fresh")["seed"]
            body = dict(made.statements[-1].fields["body"])
            body.pop("attachments")
            made.append("entry", {**body, "sealed": "ab" * 32}, log=log)
            w.strike("it stands in the chain", lambda: True)
    made = dossier(w, build=build)
    shown = w.client("OTP2").show(made.chain)
    if not w.honest:
        assert len(shown.value["entries"]) == 1 and any(act.get("void") for act in shown.value["acts"]), f"not void: {shown}"
    return w.client("OTP2").get(made.chain)


@attack("seen-of-another-history", "a member saw another tree that the log signed: the proof of a fork", "2", COLLUDES,
        Told(("log.forked", "broken", "state.broken"), evidence="log.forked"))
def _(w):
    def build(w, made):
        log = None
        if not w.honest:
            log = made.server.log.copy()
            log.leaves[-1] = b"\0" * 64
            w.strike("he saw another tree", lambda: log.root() != made.server.log.root())
        body = dict(made.entry(CONTENT, message=MESSAGE).fields["body"])
        body.pop("attachments")
        if log:
            made.append("entry", {**body, "sealed": "ab" * 32}, log=log)
    made = dossier(w, build=build)
    return w.client("OTP2").get(made.chain)


def shown_safely(name, what, **text):
    """What a member wrote must not drive the terminal of whoever reads it, as text or as JSON."""
    @attack(name, what, "8", "member of SEN", Told(ok=True, released=True))
    def _(w):
        plain = {"title": "Sans malice", "message": "Bonjour", "file": "pièce.bin"}
        said = plain if w.honest else {**plain, **text}
        made = dossier(w, files=[(said["file"], CONTENT[0][1])], title=said["title"], message=said["message"])
        w.strike("the text arrived", lambda: said != plain)
        reader = w.client("OTP2")
        answer = reader.get(made.chain)
        for again in (reader.act("dossier", "show", made.chain, json_output=False), reader.act("dossier", "list", json_output=False),
                      reader.act("dossier", "show", made.chain)):
            answer.text += again.text
        if not w.honest:
            for bad in "\x1b\x9b\u202e\u2066\x07":
                assert bad not in answer.text, f"{bad!r} reaches the terminal: {answer.text!r}"
        return answer


shown_safely("terminal-escape-in-title", "a title and message with escape sequences", title="x\x1b]0;owned\x07y", message="a\x1b[2Jb\x1b[31m\nc")
shown_safely("terminal-c1-in-title", "a title with an 8-bit control sequence", title="x\u009b2Jy", message="x\u009b31my")
shown_safely("bidi-in-title", "a title that reads backwards", title="facture \u202efdp.exe", message="\u2066a\u2069")


@attack("bidi-in-file-name", "a program whose name reads as a document's", "4", "member of SEN", Told(("body.malformed",)))
def _(w):
    name = "rapport.exe" if w.honest else "rapport\u202efdp.exe"
    made = dossier(w, files=[(name, CONTENT[0][1])], message=MESSAGE)
    w.strike("the name arrived", lambda: True)
    return w.client("OTP2").get(made.chain)


@attack("hidden-file-name", "a file that the shell runs at the next log-in (.bash_profile)", "4", "member of SEN", Told(ok=True, released=True))
def _(w):
    made = dossier(w, files=[("profil.txt" if w.honest else ".bash_profile", CONTENT[0][1])], message="Bonjour")
    w.strike("the name arrived", lambda: True)
    reader = w.client("OTP2")
    answer = reader.get(made.chain)
    if not w.honest:
        names = [path.name for path in reader.out.rglob("*")]
        assert not [name for name in names if name.startswith(".")], f"a hidden file was written: {names}"
    return answer


@attack("restriction-sheet-overwrites", "a file named like the sheet of restrictions of another one", "4", "member of SEN", Told(ok=True, released=True))
def _(w):
    second = "pièce.bin.txt" if w.honest else "pièce.bin.restrictions.txt"
    made = dossier(w, files=[(second, b"the first document" * 50), ("pièce.bin", CONTENT[0][1])], message="Bonjour")
    w.strike("the name arrived", lambda: True)
    reader = w.client("OTP2")
    answer = reader.get(made.chain)
    contents = [path.read_bytes() for path in reader.out.rglob("*") if path.is_file()]
    assert b"the first document" * 50 in contents and CONTENT[0][1] in contents, f"a document was overwritten: {answer}"
    return answer


def overridden(name, what, kind, body, section="4", colludes="operator, member of X-OTP"):
    """A participant signs into another's dossier what he may not: it is shown as void, and the restriction stands."""
    @attack(name, what, section, colludes, Told(ok=True, released=True))
    def _(w):
        def build(w, made):
            entry = made.entry(CONTENT, message="Bonjour")
            if not w.honest:
                made.traitor = "OTP1"
                made.append(kind, body(w, made, entry))
                w.strike("it stands in the dossier", lambda: True)
        made = dossier(w, build=build)
        shown = w.client("OTP2").show(made.chain)
        if not w.honest:
            assert [act["kind"] for act in shown.value["acts"] if act["void"]] == [kind], f"it is not void: {shown}"
            assert shown.value["entries"][0]["policy"]["onward"] == "participants_only" and len(shown.value["participants"]) == 2, f"it took effect: {shown}"
        return w.client("OTP2").get(made.chain)


def grant_to_france(w, made, _):
    line = {"epoch": 1, "grant": "ab" * 32}
    return {"authority": w.authorities["FRA"]["authority"], "basis": made.basis, "generation": 1, "grants": [line], "party": w.authorities["FRA"]["party"]}


overridden("caveat-released-by-another", "a restriction is lifted by somebody whose document it is not", "released",
           lambda w, made, entry: {"entries": [entry.id], "policy": {"onward": "free"}})
overridden("granted-without-consent", "another State is let in without its source's consent", "granted", grant_to_france)
overridden("withdrawn-by-another", "a document is withdrawn by somebody whose it is not", "withdrawn", lambda w, made, entry: {"entries": [entry.id]})
overridden("revoked-by-another", "the opener is shut out by another State", "revoked",
           lambda w, made, entry: {"authority": w.authorities["SEN"]["authority"], "party": w.authorities["SEN"]["party"],
                                   "epoch": made.epoch(2, w.forge.ask("fresh"), made.statements[0].id)})
