"""Witnesses: the operator has the log's key and at most one of three witnesses; two must have seen what counts."""
import http.server
import threading
import time

from attacks import attack
from forgery import cosignature
from judge import Told
from operator_server import Dossier, OperatorServer
from world import CANARY

CONTENT = [("pièce.bin", (CANARY.format("forged") * 40).encode())]
NOT_YET = Told(("log.not_yet_witnessed",), integrity=None)
FALSE = Told(("log.signature",), evidence="log.signature")


def witness(w, number, **more):
    one = w.witness_keys[number]
    return cosignature(w.forge, one["key"], one["seed"], **more)


def counts(name, title, lines, told=NOT_YET, colludes="operator, one witness of three"):
    """A member's dossier in a history that only one reader is shown; `lines(w, real)` cosign it in the attacked run."""
    @attack(name, title, "5", colludes, told, place="witnessed")
    def _(w):
        real = w.proxy.ask("GET", "/log/0/checkpoint").body.decode()
        server = OperatorServer(w).install()
        server.cosigners = [witness(w, 0), witness(w, 1)]
        if not w.honest:
            server.cosigners = lines(w, real)
            w.strike("what is shown is cosigned by no quorum", lambda: True)
        made = Dossier(server, "SEN2", [w.authorities["SEN"], w.authorities["X-OTP"]])
        made.entry(CONTENT, message=CANARY.format("forged message"))
        made.row()
        return w.client("OTP2").get(made.chain)


def stolen_name(w, number):
    """Somebody else's signature under a witness's name and number."""
    fresh = w.forge.ask("fresh")
    return cosignature(w.forge, w.witness_keys[number]["key"], fresh["seed"])


def replayed(real):
    """A witness's true line under another checkpoint."""
    name = [line for line in real.split("\n") if line.startswith("\u2014")]
    return lambda body: name[-1] + "\n"


counts("witness-one-colludes", "one witness of three has seen another history", lambda w, _: [witness(w, 0)])
counts("witness-one-twice", "one witness, twice, at two times", lambda w, _: [witness(w, 0), witness(w, 0, at=int(time.time()) - 5)])
counts("witness-unknown", "a witness whom no policy names", lambda w, _: [witness(w, 0), cosignature(w.forge, "witness-9.example+0badcafe+x", w.forge.ask("fresh")["seed"])])
counts("witness-name-stolen", "another key under a witness's name", lambda w, _: [witness(w, 0), stolen_name(w, 1)], FALSE)
counts("witness-line-replayed", "a witness's true line of another checkpoint", lambda w, real: [witness(w, 0), replayed(real)], FALSE)
counts("witness-cosignatures-withheld", "no cosignature at all is shown", lambda w, _: [], colludes="operator")


@attack("witness-time-ahead", "cosigned an hour ahead of this computer: nothing is signed", "5", "operator, two witnesses", Told(("log.not_fresh",), integrity=False),
        place="witnessed")
def _(w):
    server = OperatorServer(w).install()
    server.cosigners = [witness(w, 0), witness(w, 1)]
    if not w.honest:
        server.cosigners = [witness(w, number, at=int(time.time()) + 3600) for number in (0, 1)]
        w.strike("the witnesses are an hour ahead", lambda: True)
    made = Dossier(server, "SEN2", [w.authorities["SEN"], w.authorities["X-OTP"]])
    made.entry([("x.txt", b"x")])
    made.row()
    return w.client("OTP2").get(made.chain)


@attack("checkpoint-frozen", "a checkpoint frozen for 25 hours: nothing is sealed or signed", "5", "operator", Told(("log.not_fresh",), integrity=False, exits=(7,)),
        place="witnessed")
def _(w):
    note = w.proxy.ask("GET", "/log/0/checkpoint").body
    w.serve("/log/0/checkpoint(.witnessed)?", reply=lambda _, reply: setattr(reply, "body", note))
    w.strike("a day and an hour go by", lambda: True)
    return w.client("SEN2").act("send", w.documents["A"][0], "--to", "X-OTP", "--yes", ahead="" if w.honest else "+25h")


class Liar(http.server.BaseHTTPRequestHandler):
    """A witness who answers every request that he has seen a log a thousand million long."""

    asked = []

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        Liar.asked.append(self.path)
        self.send_response(409)
        self.send_header("Content-Type", "text/x.tlog.size")
        self.send_header("Content-Length", "11")
        self.end_headers()
        self.wfile.write(b"1000000000\n")

    def log_message(self, *_):
        pass


@attack("witness-claims-a-longer-log", "one witness answers 409 with 1000000000: the others' word counts on", "5", "one witness of three", Told(ok=True, released=True),
        place="witnessed")
def _(w):
    if w.honest:
        return w.client("SEN2").add(w.dossier("A"), w.documents["A"][0])
    witness_3 = w.server.witnesses[2]
    witness_3.stop()
    Liar.asked.clear()
    liar = http.server.ThreadingHTTPServer(("127.0.0.1", witness_3.port), Liar)
    threading.Thread(target=liar.serve_forever, daemon=True).start()
    try:
        added = w.client("SEN2").add(w.dossier("A"), w.documents["A"][0])
        answer = w.client("OTP2").get(w.dossier("A")) if added.ok else added
        w.strike("the liar was asked", lambda: Liar.asked)
        return answer
    finally:
        liar.shutdown()
        liar.server_close()
        witness_3.start(w.server.certificate)
