"""The operator changes what he gives of a chain; the log stays what it is."""

import base64
import json
import re

from attacks import attack
from forgery import Statement
from judge import Told

OPERATOR = "operator"


def chain_path(w, dossier):
    return f"/api/v1/chains/{w.dossier(dossier)}"


def changed_page(w, change, dossier="B", act="verify"):
    """The victim, who has not read this chain on this device, reads it while the page is changed."""
    reader = w.client("OTP2")
    assert w.forget("OTP2", f"chains/{w.dossier(dossier)}*"), "the profile keeps chains somewhere else"
    def reply(_, answer):
        page = answer.json
        page["items"] = change(page["items"])
        answer.json = page
    w.tamper(chain_path(w, dossier), reply=reply, method="GET")
    return getattr(reader, act)(w.dossier(dossier))


def rewritten(item, change):
    statement = Statement(item["envelope"])
    change(statement)
    return {**item, "envelope": statement.envelope()}


@attack("chain-entry-dropped", "the last entry is left out", "5", OPERATOR, Told(("register.incomplete", "dossier.incomplete", "incomplete", "state.incomplete")))
def _(w):
    return changed_page(w, lambda items: items[:-1], act="get")


@attack("chain-signature-flipped", "one bit of a signature", "2", "network", Told(("dossier.broken",), evidence="dossier.broken"))
def _(w):
    def change(statement):
        statement.signature = ("A" if statement.signature[0] != "A" else "B") + statement.signature[1:]
    return changed_page(w, lambda items: [*items[:-1], rewritten(items[-1], change)])


def page(name, title, told, change, dossier="B", act="verify", section="2", colludes=OPERATOR):
    @attack(name, title, section, colludes, told)
    def _(w):
        return changed_page(w, lambda items: change(w, items), dossier, act)


def payload(change):
    """Changes the last statement's payload and leaves its signature."""
    def rewrite(_, items):
        def edit(statement):
            statement.payload = change(statement.payload)
        return [*items[:-1], rewritten(items[-1], edit)]
    return rewrite


MALFORMED = Told(("chain.malformed",), evidence="chain.malformed")
NOT_LOGGED = Told(("chain.not_as_logged",), evidence="chain.not_as_logged")
page("chain-reordered", "two acts change places", MALFORMED, lambda _, items: items[::-1])
page("chain-replayed", "an act is given twice", MALFORMED, lambda _, items: [items[0], items[0], *items[1:]])
page("chain-of-another-dossier", "an act of another dossier", MALFORMED, lambda w, items: [*items[:-1], {**items[-1], "envelope": other_envelope(w, "A", items[-1]["seq"])}])
page("chain-payload-changed", "an act is relabelled, under its old signature", NOT_LOGGED, payload(lambda text: text.replace(b'"epoch":1', b'"epoch":2')))
page("chain-time-changed", "an act is dated back", NOT_LOGGED, payload(lambda text: re.sub(rb'"at":(\d+)', lambda m: b'"at":%d' % (int(m[1]) - 60), text, count=1)))
page("chain-not-canonical", "the same act with a space in it", MALFORMED, payload(lambda text: text.replace(b",", b", ", 1)))
page("chain-duplicate-key", "an act that names its chain twice", MALFORMED, payload(lambda text: text.replace(b'"chain"', b'"chain":"x","chain"', 1)))
page("chain-upper-case-hex", "the same act with its numbers in capitals", MALFORMED,
     payload(lambda text: re.sub(rb'"chain":"([0-9a-f]+)"', lambda m: b'"chain":"' + m[1].upper() + b'"', text)))
page("chain-unknown-field", "an act with a field more", MALFORMED, payload(lambda text: text.replace(b'"seq"', b'"sep":1,"seq"')))


def envelope(change):
    def rewrite(_, items):
        return [*items[:-1], {**items[-1], "envelope": change(items[-1]["envelope"])}]
    return rewrite


page("envelope-two-signatures", "an envelope with two signatures", MALFORMED, envelope(lambda text: re.sub(r'\[(\{"sig":"[^"]+"\})\]', r"[\1,\1]", text)))
page("envelope-key-id", "an envelope that says whose signature it is", MALFORMED, envelope(lambda text: text.replace('{"sig"', '{"keyid":"x","sig"')))
page("envelope-base64-spelled-twice", "a signature in a second spelling of base64", MALFORMED,
     envelope(lambda text: re.sub(r'(.)=="\}', lambda m: chr(ord(m[1]) + 1) + '=="}', text)))
page("envelope-kind-changed", "another kind on the envelope", Told(("chain.malformed", "chain.not_as_logged")),
     envelope(lambda text: text.replace("vnd.rogatory.entry.v1", "vnd.rogatory.closed.v1")))
page("envelope-later-version", "a kind of a later version: update, and no alarm", Told(("chain.unsupported",), integrity=False, exits=(9,)),
     envelope(lambda text: text.replace("vnd.rogatory.entry.v1", "vnd.rogatory.entry.v2")))
page("envelope-truncated", "an envelope that ends early", MALFORMED, envelope(lambda text: text[:-3]))


def other_envelope(w, dossier, seq):
    import world
    return world.chain_file(w.cast["OTP1"].profile / "chains" / w.dossier(dossier))[seq]


@attack("chain-beyond-the-log", "an act that is not in the log", "5", OPERATOR + ", its author", Told(("chain.unlogged",), evidence="chain.unlogged"))
def _(w):
    """The operator gives one act more than the log has, in its author's own hand: a private history for one reader."""
    from operator_server import OperatorServer
    if not w.honest:
        server = OperatorServer(w)
        last = Statement(other_envelope(w, "B", 1))
        body = {name: value for name, value in last.fields["body"].items() if name != "attachments"}
        more = server.statement("SEN2", "entry", w.dossier("B"), 2, last.id, {**body, "sealed": "ab" * 32})
        extra = {"seq": 2, "id": Statement(more).id, "index": 999, "envelope": more}
        return changed_page(w, lambda items: [*items, extra])
    return changed_page(w, lambda items: items)


@attack("same-seq-fork", "its author signed two acts for one place; both are logged, each reader gets one", "5", OPERATOR + ", its author",
        Told(("chain.forked",), evidence="chain.forked"))
def _(w):
    from operator_server import OperatorServer
    if not w.honest:
        server = OperatorServer(w).install()
        last = Statement(other_envelope(w, "B", 1))
        body = {name: value for name, value in last.fields["body"].items() if name != "attachments"}
        for digest in ("ab" * 32, "cd" * 32):
            server.take(server.statement("SEN2", "entry", w.dossier("B"), 2, last.id, {**body, "sealed": digest}))
        shown = {}
        def one_each(request, items):
            mine = len(shown.setdefault(request.get("Authorization"), [])) == 0 and len(shown) % 2
            return [one for one in items if one["seq"] < 2 or ("ab" * 32 in base64.b64decode(json.loads(one["envelope"])["payload"]).decode()) == bool(mine)]
        server.hidden = one_each
        w.strike("both are logged", lambda: True)
        other = w.client("OTP1").verify(w.dossier("B"))
        assert other.integrity and "chain.forked" in other.keys, f"the other reader was not alarmed: {other}"
    return w.client("OTP2").verify(w.dossier("B"))
