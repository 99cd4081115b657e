"""The operator has the log's key: he shows other trees, older ones, or signs what is none."""
from attacks import attack
from forgery import b64, entry
from judge import Told

OPERATOR = "operator"
# Another history, or entries that give no root that was signed: either is the truth, and neither is used.
OTHER = Told(("log.forked", "log.entries"), evidence=("log.forked", "log.entries"))


def note(w, change):
    """The victim lists his files while the checkpoint is changed by `change(log)`, which gives its text."""
    log = None if w.honest else w.log()
    w.tamper("/log/0/checkpoint(.witnessed)?", reply=lambda _, reply: setattr(reply, "body", change(log).encode()))
    return w.client("OTP2").list()


@attack("log-rolled-back", "an older checkpoint, rightly signed", "5", OPERATOR, Told(("log.rolled_back",), evidence="log.rolled_back"))
def _(w):
    return note(w, lambda log: log.checkpoint(len(log.leaves) - 1))


@attack("log-restored-backup", "the server runs on last week's data", "5", OPERATOR, Told(("log.rolled_back",), evidence="log.rolled_back"))
def _(w):
    w.strike("the old data is served", lambda: (w.use_server(w.past), True)[1])
    return w.client("OTP2").list()


@attack("log-split-view", "restored, and then another history of the same length and longer", "5", OPERATOR, Told(("log.forked",), evidence="log.forked"))
def _(w):
    log = None if w.honest else w.log()
    if log:
        log.leaves[-2] = entry("ab" * 32, 0, "cd" * 32)
        log.leaves.append(entry("ab" * 32, 1, "ce" * 32))
        w.serve_log(log)
    return w.client("OTP2").list()


@attack("log-same-size-other-root", "a checkpoint of the known size with another root", "5", OPERATOR, OTHER)
def _(w):
    return note(w, lambda log: log.note_of(f"{log.origin}\n{len(log.leaves)}\n{b64(b'x' * 32)}\n"))


@attack("log-entries-changed", "an entry of a bundle is another one", "5", OPERATOR, OTHER)
def _(w):
    reader = w.client("OTP2")
    w.strike("the profile forgets its log", lambda: w.forget("OTP2", "log/entries*"))
    def flip(_, reply):
        reply.body = reply.body[:-1] + bytes([reply.body[-1] ^ 1])
    w.tamper("/log/0/tile/entries/.*", reply=flip)
    return reader.list()


@attack("log-entries-truncated", "a bundle ends early", "5", OPERATOR, Told(("log.entries",), evidence="log.entries"))
def _(w):
    reader = w.client("OTP2")
    w.strike("the profile forgets its log", lambda: w.forget("OTP2", "log/entries*"))
    w.tamper("/log/0/tile/entries/.*", reply=lambda _, reply: setattr(reply, "body", reply.body[:-66]))
    return reader.list()


@attack("log-other-key", "a checkpoint by another key under the log's name", "5", OPERATOR, Told(("log.signature",), evidence="log.signature"))
def _(w):
    fresh = w.forge.ask("fresh")
    def change(log):
        log.seed = fresh["seed"]
        return log.checkpoint()
    return note(w, change)


@attack("log-other-origin", "a rightly signed checkpoint of another origin", "5", OPERATOR, Told(("log.signature",), evidence="log.signature"))
def _(w):
    return note(w, lambda log: log.note_of(log.body().replace("/log/0", "/log/1", 1)))


@attack("log-not-signed", "a checkpoint without its signature", "5", "network", Told(("log.signature",), evidence="log.signature"))
def _(w):
    return note(w, lambda log: log.body() + "\n")


@attack("log-repeated-label", "two statements are logged for one place of the victim's dossier", "5", OPERATOR + ", its author",
        Told(("chain.forked",), evidence="chain.forked"))
def _(w):
    if not w.honest:
        log = w.log()
        log.leaves.append(entry(w.dossier("A"), 1, "cd" * 32))
        w.serve_log(log)
    return w.client("OTP2").verify(w.dossier("A"))
