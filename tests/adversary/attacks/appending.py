"""Answers to what one signs: refusals that are none, promises that are none, and somebody who was faster."""
import json

from attacks import attack
from forgery import Statement
from judge import Told
from proxy import Reply


def problem(status, key, **arguments):
    body = {"type": f"urn:rogatory:problem:{key}", "title": "x", "status": status, "arguments": arguments}
    return Reply(status, [("Content-Type", "application/problem+json")], json.dumps(body).encode())


def taken(w, act, path="/api/v1/statements"):
    """Every statement that left the victim, by (chain, prev): two ids for one place are a broken promise."""
    from proxy import Rule
    places = {}
    def note(request):
        sent = request.json
        for one in sent.get("statements", []) or sent["append"]["statements"]:
            statement = Statement(one["envelope"])
            places.setdefault((statement.fields["chain"], statement.fields.get("prev")), set()).add(statement.id)
    w.proxy.add(Rule(path, request=note, method="POST"))
    answer = act()
    assert places, "nothing was signed"
    if not w.honest:
        assert all(len(ids) == 1 for ids in places.values()), f"two statements were signed for one place: {places}\n{answer}"
    return answer


@attack("append-lying-conflict", "a conflict that is none, so that the same place is signed twice", "2", "operator",
        Told(("append.lying_conflict",), evidence="append.lying_conflict"))
def _(w):
    def act():
        w.tamper("/api/v1/statements", request=lambda request: problem(409, "statement.seq_taken"), method="POST")
        return w.client("SEN2").add(w.dossier("A"), w.documents["B"][0])
    return taken(w, act)


@attack("append-lying-201", "a promise without a proof, for what is not logged", "2", "operator", Told(("append.proof",), evidence="append.proof"))
def _(w):
    def promise(request):
        items = [{"id": Statement(one["envelope"]).id, "index": 999, "proof": "c2sp.org/tlog-proof@v1\n"} for one in request.json["statements"]]
        return Reply(201, [("Content-Type", "application/json")], json.dumps({"items": items}).encode())
    w.tamper("/api/v1/statements", request=promise, method="POST")
    return w.client("SEN2").add(w.dossier("A"), w.documents["B"][0])


@attack("append-promise-broken", "a promise with a true proof, and the log that is shown afterwards goes on without it", "5", "operator",
        Told(("append.not_logged", "log.forked", "log.rolled_back")))
def _(w):
    from operator_server import OperatorServer
    def promise(request):
        server = OperatorServer(w)
        server.append(request)
        items = [{"id": one.id, "index": server.places[(one.fields["chain"], one.fields["seq"])]} for one in server.appended]
        for item in items:
            item["proof"] = server.proof(item["index"])
        return Reply(201, [("Content-Type", "application/json")], json.dumps({"items": items}).encode())
    w.tamper("/api/v1/statements", request=promise, method="POST")
    return w.client("SEN2").add(w.dossier("A"), w.documents["B"][0])


@attack("append-lying-refusal", "refused, says the server, and logs it an hour later", "2", "operator",
        Told(("append.lying_refusal", "state.broken"), evidence="append.lying_refusal", released=True))
def _(w):
    client = w.client("SEN2")
    w.tamper("/api/v1/statements", reply=lambda _, reply: problem(403, "access.role"), method="POST", times=1)
    first = client.add(w.dossier("A"), w.documents["B"][0])
    if not w.honest:
        assert not first.ok and first.code == 4, first
    return client.list()


@attack("append-answer-lost", "stored, and the answer is lost: the same bytes go out again, and nothing stands twice", "2", "network", Told(ok=True, released=True))
def _(w):
    def act():
        w.tamper("/api/v1/statements", reply=lambda _, reply: Reply(raw=b""), method="POST", times=1)
        return w.client("SEN2").add(w.dossier("A"), w.documents["B"][0])
    answer = taken(w, act)
    shown = w.client("SEN2").show(w.dossier("A"))
    assert len(shown.value["entries"]) == 2, shown
    return answer


@attack("append-time-out-then-withheld", "no answer at all, and the next act at the same place", "2", "operator", Told(("append.unsettled",), integrity=False, exits=(10,)))
def _(w):
    def act():
        w.tamper("/api/v1/statements", request=lambda request: Reply(raw=b""), method="POST")
        client = w.client("SEN2")
        client.add(w.dossier("A"), w.documents["B"][0])
        return client.act("dossier", "close", w.dossier("A"))
    return taken(w, act)


@attack("invitation-lying-conflict", "a conflict that is none, while somebody is invited", "2", "operator",
        Told(("append.lying_conflict",), evidence="append.lying_conflict"))
def _(w):
    def act():
        w.tamper("/api/v1/invitations", request=lambda request: problem(409, "statement.seq_taken"), method="POST")
        return w.client("SEN1").act("member", "invite", "--role", "reader", "--code-out", w.cast["SEN1"].folder / "tmp" / "code.txt")
    return taken(w, act, "/api/v1/invitations")


def invited(w, name):
    (w.cast["SEN1"].folder / "tmp").mkdir(exist_ok=True)
    return w.client("SEN1").act("member", "invite", "--role", "reader", "--code-out", w.cast["SEN1"].folder / "tmp" / f"{name}.txt")


@attack("invitation-answer-lost", "an invitation is stored and no answer comes, not even to the third asking: the same bytes go out again, with one code",
        "2", "network", Told(ok=True, released=True))
def _(w):
    orders = []
    def act():
        from proxy import Rule
        w.proxy.add(Rule("/api/v1/invitations", request=lambda request: orders.append(json.dumps(request.json, sort_keys=True)), method="POST"))
        silence = w.tamper("/api/v1/invitations", reply=lambda _, reply: Reply(raw=b""), method="POST")
        first = invited(w, "lost")
        if not w.honest:
            assert not first.ok and "append.unsettled" in first.keys, first
            w.proxy.rules.remove(silence)
        return invited(w, "found")
    answer = taken(w, act, "/api/v1/invitations")
    if not w.honest:
        assert len(orders) >= 4 and len(set(orders)) == 1, f"{len(set(orders))} orders were sent in {len(orders)} requests"
        codes = [path.name for path in (w.cast["SEN1"].folder / "tmp").glob("*.txt")]
        assert "found.txt" in codes and "lost.txt" not in codes, codes
    return answer


@attack("invitation-time-out-then-withheld", "no answer at all to an invitation, and the next act at the same place", "2", "operator",
        Told(("append.unsettled",), integrity=False, exits=(10,)))
def _(w):
    def act():
        w.tamper("/api/v1/invitations", request=lambda request: Reply(raw=b""), method="POST")
        invited(w, "withheld")
        return w.client("SEN1").act("party", "unpin", "FRA", "--yes")
    return taken(w, act, "/api/v1/(invitations|statements)")


@attack("invitation-stored-and-factor-asked", "an invitation is stored, the second factor is asked for ever after, and the next act is at the same place", "2", "operator",
        Told(("append.earlier_waits",), integrity=False, exits=(10,)), clients=("native",))
def _(w):
    # A page shows the factor at once, and its session goes on under another token: web/app/test/agent/account.test.ts.
    def act():
        w.tamper("/api/v1/(invitations|statements)", reply=lambda _, reply: problem(403, "session.step_up"), method="POST")
        invited(w, "asked")
        return w.client("SEN1").act("party", "unpin", "FRA", "--yes")
    return taken(w, act, "/api/v1/(invitations|statements)")


@attack("invitation-stored-and-refused", "an invitation is stored, refused in words, and something else is signed at its place", "2", "operator",
        Told(("append.refused_before", "draft.refused_before", "append.unsettled", "append.lying_refusal"), integrity=None))
def _(w):
    client = w.client("SEN1")
    places = {}
    from proxy import Rule
    def note(request):
        sent = request.json
        for one in sent.get("statements", []) or sent["append"]["statements"]:
            statement = Statement(one["envelope"])
            places.setdefault((statement.fields["chain"], statement.fields.get("prev")), set()).add(statement.id)
    if not w.honest:
        w.proxy.add(Rule("/api/v1/(invitations|statements)", request=note, method="POST"))
    w.tamper("/api/v1/invitations", request=lambda request: problem(403, "access.role"), method="POST")
    client.act("member", "invite", "--role", "reader", "--code-out", w.cast["SEN1"].folder / "tmp" / "code.txt")
    # Without --yes: nobody is there to say that it may be signed all the same.
    answer = client.act("party", "unpin", "FRA")
    if not w.honest:
        assert all(len(ids) == 1 for ids in places.values()), f"two statements were signed for one place, and nobody was asked: {answer}"
    return answer


@attack("interposed-grant", "while one adds a document, a colleague lets another State in: nobody unseen reads it", "2", "nobody",
        Told(("entry.basis_changed",), integrity=False, exits=(5,)))
def _(w):
    done = []
    def interpose(request):
        if not done:
            done.append(1)
            granted = w.person("SEN1").act("grant", w.dossier("B"), "--to", "FRA", "--yes")
            assert granted.ok, granted
            request.set("X-Interposed", "1")
    w.tamper("/api/v1/statements", request=interpose, method="POST", times=1)
    return w.client("SEN2").act("add", w.dossier("B"), w.documents["A"][0])
