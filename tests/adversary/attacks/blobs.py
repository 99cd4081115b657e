"""Ciphertext on its way: sealed bodies, grants, keyrings, attachments."""
import re

from attacks import attack
from judge import Told
from proxy import Reply


def attachments(w, dossier="A"):
    return f"/api/v1/chains/{w.dossier(dossier)}/attachments/.*"


def got(w, reply, path=None, request=None):
    w.tamper(path or attachments(w), reply=reply, request=request)
    return w.client("OTP2").get(w.dossier("A"))


def flipped(at):
    def reply(_, answer):
        if answer.status in (200, 206):
            body = bytearray(answer.body)
            body[at(len(body))] ^= 1
            answer.body = bytes(body)
    return reply


def changed(name, title, told, reply, colludes="network", section="8"):
    @attack(name, title, section, colludes, told)
    def _(w):
        return got(w, reply)


DIGEST = Told(("attachment.digest",), evidence="attachment.digest")
changed("attachment-bit-flipped", "one bit in the middle of a file", DIGEST, flipped(lambda size: size // 2))
changed("attachment-header-changed", "one bit in a file's header", DIGEST, flipped(lambda size: 200))
changed("attachment-last-byte", "the last byte of a file", DIGEST, flipped(lambda size: size - 1))
changed("attachment-chunks-swapped", "two chunks of a file change places",
        DIGEST, lambda _, answer: setattr(answer, "body", answer.body[:-2 * 65552] + answer.body[-65552:] + answer.body[-2 * 65552:-65552])
        if len(answer.body) > 200_000 else None)
changed("attachment-truncated", "a file ends early, and so does the length it claims", Told(("attachment.truncated", "download.incomplete"), exits=(6,)),
        lambda _, answer: setattr(answer, "body", answer.body[:-65552]) if len(answer.body) > 200_000 else None)
changed("attachment-lengthened", "a file with more behind it", Told(("attachment.size",)), lambda _, answer: setattr(answer, "body", answer.body + b"x" * 5000))
changed("attachment-other-tag", "a file under another entity tag", Told(("client.other_file",)), lambda _, answer: answer.set("ETag", '"' + "ab" * 32 + '"'))
changed("attachment-weak-tag", "the right tag, said to be weak", Told(("client.other_file",)), lambda _, answer: answer.set("ETag", "W/" + (answer.get("ETag") or "")))
changed("attachment-tag-upper-case", "the right tag in capitals", Told(("client.other_file",)), lambda _, answer: answer.set("ETag", (answer.get("ETag") or "").upper()))
changed("attachment-no-length", "a file without a word about its size", Told(integrity=False, exits=(7, 10)), lambda _, answer: setattr(
    answer, "raw", b"HTTP/1.1 200 OK\r\nETag: " + (answer.get("ETag") or "").encode() + b"\r\nConnection: close\r\n\r\n" + answer.body[:-1]))
changed("attachment-withheld", "the file is said not to be there", Told(("attachment.withheld",), integrity=False, exits=(7,), released=True),
        lambda _, answer: Reply(404, [("Content-Type", "application/problem+json")], b'{"type":"urn:rogatory:problem:http.not_found","title":"x","status":404}'), "operator")
changed("attachment-gone-unwithdrawn", "the file is said to be withdrawn, and no statement says so",
        Told(("attachment.withheld",), integrity=False, exits=(7,), released=True),
        lambda _, answer: Reply(410, [("Content-Type", "application/problem+json")], b'{"type":"urn:rogatory:problem:attachment.withdrawn","title":"x","status":410}'),
        "operator", "4")
changed("attachment-partial-unasked", "a range where the whole was asked for", Told(("client.other_file",)),
        lambda _, answer: Reply(206, [*answer.headers, ("Content-Range", f"bytes 0-{len(answer.body) - 1}/{len(answer.body)}")], answer.body))


@attack("attachment-of-another-dossier", "a file of another dossier under the right tag", "4", "operator", DIGEST)
def _(w):
    cached = {}
    tokens = []
    def swap(request, answer):
        if answer.status != 200 or "other" not in cached:
            return
        tag = answer.get("ETag")
        answer.body = (cached["other"] * (len(answer.body) // len(cached["other"]) + 1))[:len(answer.body)]
        answer.set("ETag", tag)
    if not w.honest:
        from proxy import Rule
        w.proxy.add(Rule(attachments(w, "B"), reply=lambda _, answer: cached.setdefault("other", answer.body) and None))
        assert w.person("OTP1").get(w.dossier("B")).ok
        for path in w.person("OTP1").out.rglob("*"):
            path.unlink()
    w.tamper(attachments(w), reply=swap)
    return w.client("OTP2").get(w.dossier("A"))


@attack("range-of-another-file", "the line is cut, and what follows belongs to another file", "8", "operator", DIGEST)
def _(w):
    cut = []
    def reply(request, answer):
        if len(answer.body) > 100_000 and answer.status == 200 and not cut:
            cut.append(1)
            answer.claimed, answer.body, answer.hang_up = len(answer.body), answer.body[:70_000], True
        elif answer.status == 206:
            answer.body = bytes(b ^ 255 for b in answer.body)
    return got(w, reply)


@attack("range-begins-elsewhere", "the rest begins at another place than asked for", "8", "operator", Told(integrity=False, exits=(7, 10)))
def _(w):
    cut = []
    def reply(request, answer):
        if len(answer.body) > 100_000 and answer.status == 200 and not cut:
            cut.append(1)
            answer.claimed, answer.body, answer.hang_up = len(answer.body), answer.body[:70_000], True
        elif answer.status == 206:
            answer.set("Content-Range", re.sub(r"bytes \d+", "bytes 1", answer.get("Content-Range")))
    return got(w, reply)


@attack("range-whole-instead", "the rest is asked for, and the whole is given as the rest", "8", "operator", Told(("client.other_file",)))
def _(w):
    cut, whole = [], {}
    def reply(request, answer):
        if len(answer.body) > 100_000 and answer.status == 200 and not cut:
            cut.append(1)
            whole["body"] = answer.body
            answer.claimed, answer.body, answer.hang_up = len(answer.body), answer.body[:70_000], True
        elif answer.status == 206:
            answer.status, answer.body = 200, whole["body"]
            answer.set("Content-Range", None)
    return got(w, reply)


def swapped_blob(name, title, choose, section="1"):
    """One blob of dossier A is replaced by an age file that somebody without any secret made to the right recipient."""
    @attack(name, title, section, "operator", Told(("blob.digest",), evidence="blob.digest"))
    def _(w):
        import world
        chain = w.dossier("A")
        items = [world.Statement(one) for one in world.chain_file(w.cast["OTP2"].profile / "chains" / chain)]
        digest, recipient = choose(w, items)
        w.forget("OTP2", f"blobs/{digest}")
        reader = w.client("OTP2")
        if not w.honest:
            forged = w.forge.seal([recipient], b"# rogatory/v1/grant\n# made by the operator\n")
            w.tamper(f"/api/v1/chains/.*/blobs/{digest}", reply=lambda _, answer: setattr(answer, "body", forged))
        return reader.get(chain)


def grant_of(w, items):
    lines = items[0].fields["body"]["epoch"]["grants"]
    return next(one["grant"] for one in lines if one["party"] == w.authorities["X-OTP"]["party"]), w.authorities["X-OTP"]["recipient"]


def keyring_of(w, _):
    import world
    items = [world.Statement(one) for one in world.chain_file(w.cast["OTP2"].profile / "chains" / w.authorities["X-OTP"]["register"])]
    newest = [one.fields["body"]["keyring"] for one in items if "keyring" in one.fields["body"]][-1]
    return newest, w.authorities["X-OTP"]["recipient"]


swapped_blob("forged-age-grant", "a grant replaced by an age file to the right recipient", grant_of)
swapped_blob("forged-age-body", "a sealed body replaced by an age file to the right recipient",
             lambda w, items: (items[1].fields["body"]["sealed"], items[0].fields["body"]["epoch"]["recipient"]))
swapped_blob("forged-age-keyring", "a keyring replaced by an age file to the right recipient", keyring_of)


@attack("blob-withheld", "the sealed body is said not to be there", "5", "operator", Told(("attachment.withheld",), integrity=False, exits=(7,), released=True))
def _(w):
    import world
    chain = w.dossier("A")
    sealed = world.Statement(world.chain_file(w.cast["OTP2"].profile / "chains" / chain)[1]).fields["body"]["sealed"]
    w.forget("OTP2", f"blobs/{sealed}")
    reader = w.client("OTP2")
    w.tamper(f"/api/v1/chains/.*/blobs/{sealed}", reply=lambda _, answer: Reply(404, [("Content-Type", "application/problem+json")],
             b'{"type":"urn:rogatory:problem:http.not_found","title":"x","status":404}'))
    return reader.get(chain)
