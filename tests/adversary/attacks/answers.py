"""HTTP and JSON: what a hostile server can put into an answer that is about nothing signed."""
import json

from attacks import attack
from judge import Told
from proxy import Reply


def problem(status, kind, **fields):
    return Reply(status, [("Content-Type", "application/problem+json")], json.dumps({"type": kind, "title": "x", "status": status, **fields}).encode())


def listing(name, title, told, reply, path="/api/v1/dossiers", colludes="operator", section="8"):
    @attack(name, title, section, colludes, told)
    def _(w):
        w.tamper(path, reply=reply)
        return w.client("OTP2").list()


NOT_UNDERSTOOD = Told(("client.answer_not_understood",), integrity=False, exits=(7,))
listing("json-truncated", "JSON that ends early", NOT_UNDERSTOOD, lambda _, answer: setattr(answer, "body", answer.body[:-5]))
listing("json-deep", "JSON nested ten thousand deep", NOT_UNDERSTOOD, lambda _, answer: setattr(answer, "body", b"[" * 10_000 + b"]" * 10_000))
listing("json-number-overflow", "numbers beyond every integer", NOT_UNDERSTOOD,
        lambda _, answer: setattr(answer, "body", answer.body.replace(b'"head_seq":', b'"head_seq":99999999999999999999999')))
listing("json-wrong-types", "a chain that is a list", NOT_UNDERSTOOD,
        lambda _, answer: setattr(answer, "body", answer.body.replace(b'"chain":"', b'"chain":["x"],"y":"')))
listing("json-invalid-utf8", "text that is no UTF-8", NOT_UNDERSTOOD, lambda _, answer: setattr(answer, "body", answer.body.replace(b'"share"', b'"sh\xff\xfere"')))
listing("json-upper-case-hex", "a chain's number in capitals", NOT_UNDERSTOOD,
        lambda _, answer: setattr(answer, "body", json.dumps({"items": [{**one, "chain": one["chain"].upper()} for one in answer.json["items"]]}).encode()))
listing("answer-huge", "an answer of 80 MB", Told(("client.answer_too_large",), integrity=False, exits=(7,)),
        lambda _, answer: setattr(answer, "body", b'{"items":[' + b" " * 80_000_000 + b"]}"))
listing("answer-headers-endless", "300 kB of headers", Told(("client.answer_too_large", "client.connection_lost"), integrity=False, exits=(7,)),
        lambda _, answer: [answer.set(f"X-{i}", "y" * 1000) for i in range(300)] and None)
listing("answer-redirected", "another host, says the server", Told(("client.redirect_refused",), integrity=False, exits=(7,)),
        lambda _, answer: Reply(307, [("Location", "https://example.invalid/api/v1/dossiers")]))
listing("answer-of-a-portal", "a page of HTML where an answer was due", NOT_UNDERSTOOD,
        lambda _, answer: Reply(200, [("Content-Type", "text/html")], b"<html>\x1b[2Jsign in</html>"))
listing("problem-drives-terminal", "a refusal whose words drive the terminal", Told(("access.role",), integrity=False, exits=(4,)),
        lambda _, answer: problem(403, "urn:rogatory:problem:access.role", arguments={"name": "x\x1b]0;owned\x07\u009b2J\u202e"}, request_id="r\x1b[31m"))
listing("problem-of-unknown-words", "a refusal under a key of the server's invention", Told(integrity=False, exits=(4,)),
        lambda _, answer: problem(403, "urn:rogatory:problem:please.send.your.passphrase", arguments={"request": "\x1b[2J" * 50}))
listing("problem-key-malformed", "a key with a path in it", Told(("client.answer_not_understood",), integrity=False),
        lambda _, answer: problem(403, "urn:rogatory:problem:../../x\n"))
listing("problem-claims-integrity", "a refusal in the words of an alarm is no alarm", Told(integrity=False), lambda _, answer: problem(403, "urn:rogatory:problem:log.forked"))


@attack("list-endless", "a list of files that never ends", "8", "operator", Told(("dossiers.endless",)))
def _(w):
    def endless(_, answer):
        answer.json = {"items": [], "next_cursor": "more"}
    w.tamper("/api/v1/dossiers", reply=endless)
    return w.client("OTP2").act("dossier", "list", timeout=240)


@attack("list-drops-a-dossier", "a file that this device knows is no longer listed", "5", "operator", Told(("notice.dossier.not_listed",), ok=True, released=True))
def _(w):
    def drop(_, answer):
        page = answer.json
        page["items"] = [one for one in page["items"] if one["chain"] != w.dossier("A")]
        answer.json = page
    w.tamper("/api/v1/dossiers", reply=drop)
    answer = w.client("OTP2").list()
    assert w.honest or any(one["dossier"] == w.dossier("A") for one in answer.value["items"]), f"the file is gone without a word: {answer}"
    return answer


@attack("list-foreign-dossier", "a file is listed under another one's number", "4", "operator", Told(("state.void", "state.broken", "not_found", "chain.malformed")))
def _(w):
    w.tamper(f"/api/v1/chains/{w.dossier('C')}", request=lambda request: setattr(request, "target", request.target.replace(w.dossier("C"), w.dossier("B"))))
    assert w.forget("OTP2", f"chains/{w.dossier('C')}")
    return w.client("OTP2").list()


# A browser returns every cookie to the host that set it, its session's among them, and no page can forbid that.
@attack("cookie-planted", "a cookie is set: it never comes back", "8", "operator", Told(ok=True, released=True), clients=("native",))
def _(w):
    w.tamper(".*", reply=lambda _, answer: answer.headers.append(("Set-Cookie", "track=me; Path=/")))
    answer = w.client("OTP2").list()
    w.client("OTP2").list()
    assert not any(name.lower() == "cookie" for _, _, _, headers in w.proxy.requests for name, _ in headers), "the cookie came back"
    return answer


@attack("clock-turned-back", "the server's clock is turned back by five minutes", "2", "operator", Told(("notice.clock.differs",), ok=True, released=True))
def _(w):
    w.tamper("/api/v1/server", reply=lambda _, answer: setattr(answer, "body", json.dumps({**answer.json, "time": answer.json["time"] - 300}).encode()))
    return w.client("OTP2").list()


@attack("server-names-another-log", "the server's word about its log key and version counts for nothing", "5", "operator", Told(ok=True, released=True))
def _(w):
    w.tamper("/api/v1/server", reply=lambda _, answer: setattr(answer, "body", json.dumps(
        {**answer.json, "log_origin": "evil.example/log/0", "log_key": "evil.example/log/0+00000000+AAAA", "version": "0.0.1", "protocol": 0}).encode()))
    answer = w.client("OTP2").act("log", "status")
    if not w.honest:
        assert answer.value["origin"] == w.log_secrets["origin"] and "evil" not in answer.text, answer
    return answer


@attack("upload-sent-elsewhere", "an upload is sent to another host", "8", "operator", Told(("client.answer_not_understood",), integrity=False, exits=(7, 10)))
def _(w):
    w.tamper("/api/v1/uploads", reply=lambda _, answer: answer.set("Location", "https://example.invalid/api/v1/uploads/x"), method="POST")
    return w.client("SEN2").add(w.dossier("A"), w.documents["B"][0])


@attack("upload-offset-lied", "the server says that it has more than it got", "8", "operator", Told(integrity=None))
def _(w):
    def lie(_, answer):
        if answer.get("Upload-Offset") is not None:
            answer.set("Upload-Offset", "9999999")
    w.tamper("/api/v1/uploads(/.*)?", reply=lie)
    return w.client("SEN2").add(w.dossier("A"), w.documents["B"][0])


@attack("upload-changed-on-the-way", "what is uploaded is not what arrives", "4", "network", Told(integrity=None))
def _(w):
    def flip(request):
        if request.body:
            request.body = request.body[:-1] + bytes([request.body[-1] ^ 1])
    w.tamper("/api/v1/uploads(/.*)?", request=flip)
    return w.client("SEN2").add(w.dossier("A"), w.documents["B"][0])
