"""What is prepared and not sent: drafts that an authority keeps, and files sealed to a key on paper for whoever has no account."""
import hashlib
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from cast import items
from installation import CONFLICT, NOT_THERE, REFUSED, USAGE
from scene import Scene, play


class World(Scene):
    def __init__(self, folder):
        super().__init__(folder)
        self.first, self.second, self.prosecutor = self.cast["SEN1"], self.cast["SEN2"], self.cast["OTP1"]
        self.small = self.document("annexe é.pdf", b"%PDF-1.4 annexe " * 200)
        self.large = self.document("relevés.bin", bytes(range(256)) * 20_000)
        self.draft = None

    def document(self, name, content):
        path = self.folder / name
        path.write_bytes(content)
        return path

    def kept(self, person):
        return [one for one in items(person.run("draft", "list")) if one["stage"] == "kept"]


def refused(outcome, key, *words):
    assert outcome.refusal["key"] == key, outcome
    assert all(word in outcome.refusal["message"] for word in words), outcome.refusal["message"]


def sha256(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def kept_for_a_state_without_an_account(w):
    kept = w.first.run("draft", "keep", w.small, w.large, "--to", "MLI", "--to", "X-OTP/Office of the Prosecutor", "--title", "Comptes Baobab",
                       "--message", "À compléter.", "--onward", "source_consent", "--caveat", "73", "--restriction-words", "Demander d’abord.").json
    assert [one["party"] for one in kept["to"]] == ["MLI", "X-OTP"] and "authority_id" not in kept["to"][0] and kept["to"][1]["authority"] == "Office of the Prosecutor", kept
    assert [one["name"] for one in kept["files"]] == ["annexe é.pdf", "relevés.bin"] and kept["version"] == 1, kept
    w.draft = kept["draft"]
    listed = w.kept(w.first)
    assert [one["title"] for one in listed] == ["Comptes Baobab"] and listed[0]["read"], listed
    assert w.first.run("dossier", "show", w.draft).json["draft"]


def is_a_colleagues_too_and_nobody_elses(w):
    unread = w.kept(w.second)[0]
    assert not unread["read"] and "title" not in unread and unread["author_name"] == "sen.crf.1", unread
    refused(w.second.run("draft", "send", w.draft, expect=CONFLICT), "draft.unread", "draft show")
    refused(w.second.run("draft", "keep", "--of", w.draft, "--title", "x", expect=CONFLICT), "draft.unread")
    shown = w.second.run("draft", "show", w.draft).json
    assert shown["message"] == "À compléter." and shown["policy"]["words"] == "Demander d’abord.", shown
    receipts = items(w.first.run("receipts", w.draft))
    assert [(one["member_name"], one["kind"]) for one in receipts] == [("sen.crf.2", "fetched")], receipts
    for words in (("draft", "show"), ("dossier", "show"), ("draft", "discard")):
        w.prosecutor.run(*words, shown["dossier"], expect=NOT_THERE)
    assert w.kept(w.prosecutor) == []


def waits_for_a_recipient_who_cannot_receive(w):
    refused(w.second.run("draft", "send", w.draft, expect=NOT_THERE), "party.unknown")
    assert len(w.kept(w.second)) == 1 and items(w.prosecutor.run("dossier", "list")) == []


def is_written_anew_by_a_colleague(w):
    addition = w.document("annexe B.txt", b"B")
    w.second.run("draft", "keep", addition, "--of", w.draft, "--without", "annexe é.pdf", "--title", "Comptes, version 2")
    before = w.kept(w.first)[0]
    assert before["newer"] and before["title"] == "Comptes Baobab", before
    refused(w.first.run("draft", "send", w.draft, expect=CONFLICT), "draft.changed")
    refused(w.first.run("draft", "keep", "--of", w.draft, "--message", "x", expect=CONFLICT), "draft.changed")
    now = w.first.run("draft", "show", w.draft).json
    assert [one["name"] for one in now["files"]] == ["relevés.bin", "annexe B.txt"], now
    assert [one["party"] for one in now["to"]] == ["MLI", "X-OTP"] and now["message"] == "À compléter." and now["policy"]["caveats"] == ["73"], now
    refused(w.first.run("draft", "keep", "--of", w.draft, "--without", "annexe é.pdf", expect=NOT_THERE), "draft.no_such_file", "annexe é.pdf")


def is_approved_by_a_second_officer(w):
    w.first.run("draft", "keep", "--of", w.draft, "--to", "X-OTP")
    refused(w.first.run("draft", "approve", w.draft, "--yes", expect=NOT_THERE), "void.not_second_officer")
    refused(w.second.run("draft", "approve", w.draft, "--yes", expect=CONFLICT), "draft.changed")
    w.second.run("draft", "show", w.draft)
    assert w.second.run("draft", "approve", w.draft, "--yes").json["approved_by"] == ["sen.crf.2"]
    refused(w.second.run("draft", "approve", w.draft, "--yes", expect=NOT_THERE), "void.nothing_changed")
    assert w.kept(w.first)[0]["approved_by"] == ["sen.crf.2"]
    w.first.run("draft", "keep", "--of", w.draft, "--message", "Complété.")
    assert w.kept(w.first)[0]["approved_by"] == []


def is_sent_and_then_gone(w):
    sent = items(w.first.run("draft", "send", w.draft))
    assert len(sent) == 1 and sent[0]["to"] == ["X-OTP/Office of the Prosecutor"], sent
    got = w.prosecutor.run("get", sent[0]["dossier"], "--out", w.folder / "got", "--yes").json
    assert got["entries"][0]["title"] == "Comptes, version 2" and got["missing"] == [], got
    assert sha256(w.folder / "got" / "relevés.bin") == sha256(w.large)
    assert "Demander d’abord." in (w.folder / "got" / "relevés.bin.restrictions.txt").read_text()
    assert w.prosecutor.run("verify", sent[0]["dossier"]).json["problems"] == []
    for person in (w.first, w.second):
        assert w.kept(person) == []
        refused(person.run("draft", "send", w.draft, expect=NOT_THERE), "draft.unknown")
    shown = w.first.run("dossier", "show", w.draft).json
    assert shown["state"] == "closed" and all("withdrawn" in entry["warnings"] for entry in shown["entries"]), shown


def is_given_up(w):
    unwanted = w.second.run("draft", "keep", "--to", "KEN", "--title", "Non", "--message", "Rien.").json["draft"]
    assert w.second.run("draft", "discard", unwanted).json["discarded"].startswith(unwanted)
    assert w.kept(w.second) == []
    refused(w.second.run("draft", "discard", unwanted, expect=NOT_THERE), "draft.unknown")
    refused(w.second.run("draft", "keep", "--of", unwanted, "--title", "x", expect=NOT_THERE), "draft.unknown")


def is_refused_where_there_is_nothing_to_it(w):
    refused(w.first.run("draft", "keep", "--to", "MLI", expect=REFUSED), "send.nothing")
    refused(w.first.run("draft", "keep", "--to", "mali", "--title", "x", expect=REFUSED), "party.code")
    refused(w.first.run("draft", "keep", "--to", "MLI/fiu", "--title", "x", expect=NOT_THERE), "party.unknown")
    nobody = w.first.run("draft", "keep", "--title", "Pour nous", "--message", "x").json["draft"]
    refused(w.first.run("draft", "send", nobody, expect=REFUSED), "send.to_nobody")
    bare = w.first.run("draft", "keep", "--title", "Un titre", "--to", "X-OTP").json["draft"]
    refused(w.first.run("draft", "send", bare, expect=REFUSED), "send.nothing")
    for draft in (nobody, bare):
        w.first.run("draft", "discard", draft)
    reader = w.cast.join("SEN3", "sen.crf.3", w.first, "reader")
    refused(reader.run("draft", "keep", "--to", "MLI", "--title", "x", expect=NOT_THERE), "role.needed")
    refused(reader.run("seal", w.small, "--to", "age1", "-o", w.folder / "x.tar.age", expect=REFUSED), "age.recipient")


def is_no_draft_once_another_authority_was_let_in(w):
    w.cast.second_authority("SENA", "sen.bra.1", w.first, "BRA", "aro")
    ours = w.second.run("draft", "keep", "--to", "X-OTP", "--title", "À nous", "--message", "x").json["draft"]
    w.second.run("grant", ours, "--to", "SEN/BRA")
    for person in (w.second, w.cast["SENA"]):
        assert w.kept(person) == []
    refused(w.second.run("draft", "discard", ours, expect=NOT_THERE), "draft.unknown")
    w.second.run("revoke", ours, "SEN/BRA", expect=None)
    refused(w.second.run("draft", "show", ours, expect=NOT_THERE), "draft.unknown")


def speaks_french_to_an_official(w):
    kept = w.first.run("--lang", "fr", "draft", "keep", w.small, "--to", "MLI", "--title", "Un projet", json_output=False)
    assert "Conservé comme projet" in kept.out, kept
    listed = w.first.run("--lang", "fr", "draft", "list", json_output=False)
    assert "conservé, non transmis" in listed.out and "Un projet" in listed.out, listed
    name = re.search(r"\b[0-9a-f]{12}\b", listed.out)[0]
    shown = w.first.run("--lang", "fr", "draft", "show", name, json_output=False).out
    assert "Pour\u00a0: MLI" in shown and "annexe é.pdf" in shown, shown
    assert "Abandonné" in w.first.run("--lang", "fr", "draft", "discard", name, json_output=False).out


def keygen(folder, *how):
    path = folder / f"key{''.join(how)}.txt"
    subprocess.run(["age-keygen", *how, "-o", path], check=True, capture_output=True)
    return path, subprocess.run(["age-keygen", "-y", path], check=True, capture_output=True, text=True).stdout.strip()


def is_sealed_to_a_key_on_paper_and_opened_by_stock_age(w):
    before = len(items(w.first.run("dossier", "list")))
    for how in ((), ("-pq",)):
        key, recipient = keygen(w.folder, *how)
        paper = w.document("paper.txt", ("\r\n".join(recipient[i:i + 60] for i in range(0, len(recipient), 60)) + "\n").encode())
        out = w.folder / f"pour-le-mali{''.join(how)}.tar.age"
        made = w.first.run("seal", w.small, w.large, "--to-file", paper, "-o", out, "--title", "Comptes", "--message", "Voir l’annexe.",
                           "--onward", "source_consent", "--caveat", "73")
        assert made.json["sha256"] == sha256(out) and made.json["key"] == ("hybrid" if how else "x25519"), made
        assert ("quantum" in made.err) == (not how), made
        opened = w.folder / f"opened{''.join(how)}"
        opened.mkdir()
        plain = subprocess.run(["age", "-d", "-i", key, out], check=True, capture_output=True).stdout
        subprocess.run(["tar", "-xf", "-", "-C", opened], input=plain, check=True)
        inside = opened / out.name.removesuffix(".tar.age")
        assert sorted(path.name for path in inside.iterdir()) == ["documents", "message.txt", "restrictions.txt"]
        assert sha256(inside / "documents" / "relevés.bin") == sha256(w.large)
        assert sha256(inside / "documents" / "annexe é.pdf") == sha256(w.small)
        assert (inside / "message.txt").read_text() == "Comptes\n\nVoir l’annexe.\n"
        assert f"SHA-256: {sha256(w.large)}" in (inside / "restrictions.txt").read_text()
        assert f"SHA-256: {sha256(out)}" in pathlib.Path(made.json["restriction_sheet"]).read_text()
        refused(w.first.run("seal", w.small, "--to-file", paper, "-o", out, expect=CONFLICT), "seal_to_file.exists")
        w.first.run("seal", w.small, "--to-file", paper, "-o", out, "--overwrite")
    assert len(items(w.first.run("dossier", "list"))) == before, "the platform learns nothing of it"


def is_not_sealed_to_a_slip_of_the_pen(w):
    other = w.folder / "other"
    other.mkdir()
    key, recipient = keygen(other, "-pq")
    out = w.folder / "nothing.tar.age"
    slip = recipient[:-9] + ("q" if recipient[-9] != "q" else "p") + recipient[-8:]
    refused(w.first.run("seal", w.small, "--to", slip, "-o", out, expect=REFUSED), "age.recipient")
    secret = next(line for line in key.read_text().splitlines() if line.startswith("AGE-SECRET-KEY-"))
    refused(w.first.run("seal", w.small, "--to", secret, "-o", out, expect=REFUSED), "paper_key.secret", "age1")
    refused(w.first.run("seal", "--to", recipient, "-o", out, expect=REFUSED), "send.nothing")
    refused(w.first.run("seal", w.small, "--to", recipient, "-o", w.folder / "nothing.age", expect=REFUSED), "seal_to_file.name")
    refused(w.first.run("seal", w.small, "-o", out, expect=USAGE), "usage.seal_key")
    refused(w.first.run("seal", "-", "--to", recipient, "-o", out, expect=REFUSED), "seal_to_file.pipe")
    left = [path.name for path in w.folder.iterdir() if path.name.startswith(("nothing", ".")) and path.is_file()]
    assert left == [], left


STEPS = [kept_for_a_state_without_an_account, is_a_colleagues_too_and_nobody_elses, waits_for_a_recipient_who_cannot_receive,
         is_written_anew_by_a_colleague, is_approved_by_a_second_officer, is_sent_and_then_gone, is_given_up, is_refused_where_there_is_nothing_to_it,
         is_no_draft_once_another_authority_was_let_in, speaks_french_to_an_official, is_sealed_to_a_key_on_paper_and_opened_by_stock_age,
         is_not_sealed_to_a_slip_of_the_pen]

if __name__ == "__main__":
    sys.exit(play("drafts", "a server, Senegal and the Prosecutor", World, STEPS))
