"""The operator says that his log could not be repaired and goes on in a new one, whose key he has made for himself."""
from attacks import attack
from forgery import Log, b64, entry, sha
from judge import Told
from proxy import Reply

OPERATOR = "operator"
# What only the client that follows a log can be told of; the page refuses every one as it is, before it looks into it.
NATIVE = ("native",)


def part(text):
    data = text.encode()
    return len(data).to_bytes(8, "big") + data


def first_entry(origin, last):
    """Entry 0 of the log `origin` after a log that ended with the checkpoint of this text (decision 1602)."""
    return sha(b"rogatory/v1/successor\0" + part(origin)) + sha(b"rogatory/v1/predecessor\0" + part(origin) + part(last))


def verifier_key(name, key):
    """C2SP signed-note, "Verifier keys", of an Ed25519 key."""
    typed = b"\1" + key
    key_id = sha(name.encode() + b"\n" + typed)[:4].hex()
    return f"{name}+{key_id}+{b64(typed)}"


def announce(w, end=None, commits_to=None, more=(), hidden=()):
    """The log ends with its first `end` entries; another one, under a key of the operator's, goes on from there. Once
    `hidden` holds something, he denies it."""
    if w.honest:
        return
    old = w.log()
    end = len(old.leaves) if end is None else end(len(old.leaves))
    origin = old.origin.replace("/log/0", "/log/1")
    fresh = w.forge.ask("fresh")
    key = verifier_key(origin, bytes.fromhex(fresh["key"]))
    last = old.body(end)
    new = Log(w.forge, {"origin": origin, "seed": fresh["seed"], "key": key}, [first_entry(origin, commits_to or last), *more])
    said = Reply(200, [("Content-Type", "text/plain; charset=utf-8")], (key + "\n").encode())
    w.tamper("/log/0/successor", request=lambda _: None if hidden else said)
    w.serve("/log/0/checkpoint(.witnessed)?", reply=lambda _, reply: setattr(reply, "body", old.checkpoint(end).encode()))
    w.serve("/log/1/checkpoint(.witnessed)?", request=lambda _: Reply(200, [("Content-Type", "text/plain; charset=utf-8")], new.checkpoint().encode()))
    w.serve("/log/1/tile/entries/.*", request=lambda request: Reply(200, [("Content-Type", "application/octet-stream")], new.bundle(request.target)))


@attack("successor-nobody-adopted", "a new log that rightly goes on from the old one, which no custodian has adopted", "5", OPERATOR,
        Told(("log.moved",), integrity=False))
def _(w):
    announce(w)
    return w.client("SEN2").send(w.documents["A"][0], to="X-OTP")


@attack("successor-of-an-older-state", "a new log that goes on from before what the victim has seen count", "5", OPERATOR,
        Told(("log.successor_older",), evidence="log.successor_older", exits=(6,)), clients=NATIVE)
def _(w):
    announce(w, end=lambda size: size - 2)
    return w.client("SEN2").send(w.documents["A"][0], to="X-OTP")


@attack("successor-commits-to-another", "a new log whose first entry commits to another history than the old one", "5", OPERATOR,
        Told(("log.successor_differs",), evidence="log.successor_differs", exits=(6,)), clients=NATIVE)
def _(w):
    announce(w, commits_to="localhost/log/0\n7\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")
    return w.client("SEN2").send(w.documents["A"][0], to="X-OTP")


@attack("successor-says-it-again", "a new log that gives the victim's file another statement at a place that is taken", "5", OPERATOR,
        Told(("log.repeated_in_successor",), evidence="log.repeated_in_successor", exits=(6,)), clients=NATIVE)
def _(w):
    announce(w, more=[entry(w.dossier("A"), 1, "cd" * 32)])
    return w.client("SEN2").send(w.documents["A"][0], to="X-OTP")


@attack("successor-denied", "a new log was shown, and the next day the server says that there is none", "5", OPERATOR,
        Told(("log.successor_denied",), evidence="log.successor_denied", exits=(6,)), clients=NATIVE)
def _(w):
    if w.honest:
        return w.client("SEN2").send(w.documents["A"][0], to="X-OTP")
    hidden = []
    announce(w, hidden=hidden)
    w.client("SEN2").send(w.documents["A"][0], to="X-OTP")
    hidden.append(True)
    return w.client("SEN2").send(w.documents["A"][0], to="X-OTP")
