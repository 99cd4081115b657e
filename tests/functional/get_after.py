"""`get --after COMMAND`: each file meets the reader's own scanner before it bears its name."""
import hashlib
import pathlib
import stat
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from cast import items
from installation import INCOMPLETE, REFUSED
from scene import Scene, play


class World(Scene):
    def __init__(self, folder):
        super().__init__(folder)
        self.sender, self.reader = self.cast["SEN1"], self.cast["OTP1"]
        self.clean, self.foul = self.document("relevé 'é' $(id).txt", b"clean " * 4000), self.document("foul.txt", b"EICAR, or what stands for it\n")
        self.seen = folder / "seen"
        self.calls = folder / "calls"
        self.dossier = self.sender.run("send", self.clean, self.foul, "--to", "X-OTP", "--title", "Accounts").json["items"][0]["dossier"]

    def document(self, name, content):
        path = self.folder / name
        path.write_bytes(content)
        return path

    def scanner(self, name, text):
        path = self.folder / name
        path.write_text("#!/bin/sh\n" + text)
        path.chmod(0o755)
        return path

    def receipts(self, dossier=None):
        return {(one["member_name"], one["kind"]) for one in items(self.sender.run("receipts", dossier or self.dossier))}

    def two_entries(self, title):
        """A file of two items with a document each, since a scanner's fault in the second must not hide the first."""
        dossier = self.sender.run("send", self.clean, "--to", "X-OTP", "--title", title).json["items"][0]["dossier"]
        self.sender.run("add", dossier, self.foul)
        return dossier


def sha256(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def names(folder):
    """What lies there, but for the sheets of restrictions beside it."""
    return sorted(path.name for path in folder.iterdir() if not path.name.endswith(".restrictions.txt")) if folder.exists() else []


def opened_by(world, dossier=None):
    return {who for who, kind in world.receipts(dossier) if kind.startswith("opened")}


def what_it_refuses_does_not_appear(w):
    out = w.folder / "out"
    scan = w.scanner("scan", f"""printf '%s|%s|%s|%s\\n' "$#" "$1" "$2" "$ROGATORY_FILE_NAME" >>'{w.calls}'
ls -a '{out}' >>'{w.seen}'
echo "scanned $ROGATORY_FILE_NAME"
! grep -q EICAR "$2"
""")
    done = w.reader.run("get", w.dossier, "--out", out, "--after", f"'{scan}' --strict", expect=REFUSED)
    got = done.json
    assert names(out) == [w.clean.name], names(out)
    assert [one["name"] for one in got["files"]] == [w.clean.name] and sha256(out / w.clean.name) == sha256(w.clean), got
    assert [one["problem"] for one in got["missing"]] == ["attachment.refused_here"], got["missing"]
    calls = [line.split("|") for line in w.calls.read_text().splitlines()]
    # The option first, the file last and whole, its name aside: none of it was read by the shell.
    assert [(call[0], call[1], call[3]) for call in calls] == [("2", "--strict", w.clean.name), ("2", "--strict", w.foul.name)], calls
    assert all(pathlib.Path(call[2]).is_absolute() and pathlib.Path(call[2]).name.endswith(".part") for call in calls), calls
    # While it looked, no file bore its name.
    assert w.foul.name not in w.seen.read_text() and w.seen.read_text().splitlines().count(w.clean.name) == 1, w.seen.read_text()
    assert not opened_by(w), w.receipts()


def its_words_are_not_the_answer(w):
    done = w.reader.run("get", w.dossier, "--out", w.folder / "words", "--after", "echo SCANNER-SPEAKS;false", expect=REFUSED)
    assert "SCANNER-SPEAKS" not in done.out and "SCANNER-SPEAKS" in done.err, done
    assert names(w.folder / "words") == [], names(w.folder / "words")


def people_are_told_which_and_why(w):
    for language, words in (("en", "“foul.txt” was refused by the command of --after (exit code 7)"),
                            ("fr", "« foul.txt » a été refusé par la commande de --after (code de sortie 7)")):
        done = w.reader.run("--lang", language, "get", w.dossier, "--out", w.folder / language, "--after", "sh -c 'grep -q EICAR \"$0\" && exit 7; exit 0'",
                            expect=REFUSED, json_output=False)
        said = " ".join(done.err.replace("\u00a0", " ").split())
        assert words in said, done.err
        assert names(w.folder / language) == [w.clean.name]


def a_command_that_cannot_run_lets_nothing_pass(w):
    for command in ("/nowhere/scanner --now", str(w.document("not-executable", b"x"))):
        done = w.reader.run("get", w.dossier, "--out", w.folder / "none", "--after", command, expect=REFUSED)
        assert done.refusal["key"] == "after.not_run" and command in done.refusal["message"], done.refusal
        assert names(w.folder / "none") == [], names(w.folder / "none")
    killed = w.reader.run("get", w.dossier, "--out", w.folder / "none", "--after", "kill -9 $$; true", expect=REFUSED)
    assert {one["problem"] for one in killed.json["missing"]} == {"attachment.refused_here"} and names(w.folder / "none") == []


def what_it_changes_or_takes_away_does_not_appear(w):
    for number, text in enumerate(('echo mended >>"$1"', 'mv "$1" "$1.quarantine"', 'mv "$1" "$1.old" && cp "$1.old" "$1" && echo x >>"$1"', 'rm "$1"')):
        scan = w.scanner(f"changes-{number}", text + "\n")
        out = w.folder / f"changed-{number}"
        done = w.reader.run("get", w.dossier, "--out", out, "--after", scan, expect=REFUSED)
        assert {one["problem"] for one in done.json["missing"]} == {"attachment.altered_here"} and done.json["files"] == [], done.json
        assert not [name for name in names(out) if name in (w.clean.name, w.foul.name)], names(out)


def then_the_same_command_gives_what_passes(w):
    out = w.folder / "passed"
    got = w.reader.run("get", w.dossier, "--out", out, environment={"ROGATORY_AFTER": "test -s"}).json
    assert sorted(names(out)) == sorted([w.clean.name, w.foul.name]) and got["missing"] == [], got
    assert all(stat.S_IMODE((out / name).stat().st_mode) == 0o600 for name in names(out))
    assert opened_by(w), w.receipts()
    # What bears its name already is looked at as well, and stays where it is.
    again = w.reader.run("get", w.dossier, "--out", out, "--after", "false", expect=REFUSED).json
    assert {one["problem"] for one in again["missing"]} == {"attachment.refused_there"} and len(names(out)) == 2, again
    # Changed or taken away there, it is not given out for what was signed.
    for text in ('echo mended >>"$1"', 'rm "$1"'):
        changed = w.reader.run("get", w.dossier, "--out", out, "--after", w.scanner("changes-there", text + "\n"), expect=REFUSED).json
        assert {one["problem"] for one in changed["missing"]} == {"attachment.altered_there"} and changed["files"] == [], changed
        w.reader.run("get", w.dossier, "--out", out, "--overwrite")


def an_empty_command_is_refused(w):
    out = w.folder / "empty"
    for words, environment in ((("--after", ""), {}), (("--after", " \t"), {}), ((), {"ROGATORY_AFTER": ""})):
        done = w.reader.run("get", w.dossier, "--out", out, *words, environment=environment, expect=REFUSED)
        assert done.refusal["key"] == "after.empty" and names(out) == [], (words, done.refusal, names(out))


def the_name_is_this_files_alone(w):
    scan = w.scanner("environment", f"""tr '\\0' '\\n' <"/proc/$$/environ" | grep '^ROGATORY_FILE_NAME=' >>'{w.folder}/named'\n""")
    w.reader.run("get", w.dossier, "--out", w.folder / "environment-out", "--after", scan, environment={"ROGATORY_FILE_NAME": "another.txt"})
    assert sorted((w.folder / "named").read_text().splitlines()) == sorted(f"ROGATORY_FILE_NAME={path.name}" for path in (w.clean, w.foul))


def what_passed_before_a_fault_is_told(w):
    stops = (("cannot", "exit 127", REFUSED, "after.not_run"), ("interrupted", "kill -INT $PPID; sleep 0.3", INCOMPLETE, "download.incomplete"),
             ("hung up", "kill -HUP $PPID; sleep 0.3", INCOMPLETE, "download.incomplete"))
    for name, text, code, key in stops:
        dossier, out = w.two_entries(name), w.folder / name
        # Its own shell's parent is the client.
        scan = f'[ "$ROGATORY_FILE_NAME" = foul.txt ] || exit 0; {text}; true'
        done = w.reader.run("get", dossier, "--out", out, "--after", scan, expect=code)
        assert done.refusal["key"] == key and names(out) == [w.clean.name], (done.refusal, names(out))
        assert opened_by(w, dossier), (name, w.receipts(dossier))


def what_appears_meanwhile_is_not_replaced(w):
    out = w.folder / "meanwhile"
    dossier = w.sender.run("send", w.foul, "--to", "X-OTP", "--title", "Meanwhile").json["items"][0]["dossier"]
    scan = w.scanner("meanwhile-scan", f"""cd '{out}' && for one in foul.txt 'foul (2).txt.restrictions.txt'; do printf mine >"$one"; done\n""")
    got = w.reader.run("get", dossier, "--out", out, "--after", scan).json
    assert [pathlib.Path(one["path"]).name for one in got["files"]] == ["foul (3).txt"], got
    assert sha256(out / "foul (3).txt") == sha256(w.foul) and "foul (3).txt" in (out / "foul (3).txt.restrictions.txt").read_text()
    assert all((out / name).read_text() == "mine" for name in ("foul.txt", "foul (2).txt.restrictions.txt"))
    assert sorted(path.name for path in out.iterdir()) == sorted(["foul.txt", "foul (2).txt.restrictions.txt", "foul (3).txt", "foul (3).txt.restrictions.txt"])


if __name__ == "__main__":
    sys.exit(play("functional_get_after", "two Parties, and two documents of which a scanner refuses one", World, [
        what_it_refuses_does_not_appear, its_words_are_not_the_answer, people_are_told_which_and_why, a_command_that_cannot_run_lets_nothing_pass,
        what_it_changes_or_takes_away_does_not_appear, then_the_same_command_gives_what_passes,
        an_empty_command_is_refused, the_name_is_this_files_alone, what_passed_before_a_fault_is_told, what_appears_meanwhile_is_not_replaced]))
