"""`rogatory age` and `rogatory age-keygen` as a person or a script uses them, and what they refuse."""
import os
import pathlib
import re
import signal
import stat
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))
from cases import Cases
from age_programs import ENVIRONMENT, KEYGEN, OURS, on_terminal, run

WORDS = "the witness will be moved on Monday\n".encode()


class Place:
    """A folder with two keys."""

    def __init__(self, folder):
        self.folder = folder
        self.keys, self.recipients = [], []
        for name in ("one.key", "two.key"):
            run([*KEYGEN, "-o", folder / name])
            self.keys.append(folder / name)
            self.recipients.append(run([*KEYGEN, "-y", folder / name]).stdout.decode().strip())

    def sealed(self, *flags, content=WORDS):
        return run([*OURS, "-r", self.recipients[0], *flags], stdin=content).stdout


def keys(cases, place):
    with cases.case("age-keygen makes a post-quantum key in a file of one's own"):
        text = place.keys[0].read_text().splitlines()
        assert text[0].startswith("# created: ") and text[1] == f"# public key: {place.recipients[0]}"
        assert text[2].startswith("AGE-SECRET-KEY-PQ-1") and len(text) == 3
        assert stat.S_IMODE(place.keys[0].stat().st_mode) == 0o600
    with cases.case("age-keygen never writes over a file"):
        before = place.keys[0].read_bytes()
        done = run([*KEYGEN, "-o", place.keys[0]], expect=5)
        assert place.keys[0].read_bytes() == before and b"AGE-SECRET" not in done.stdout
    with cases.case("age-keygen says the public key once, unbroken, beside a secret key that goes to a pipe"):
        done = run(KEYGEN)
        assert done.stdout.splitlines()[2].startswith(b"AGE-SECRET-KEY-PQ-1")
        recipient = done.stdout.splitlines()[1].removeprefix(b"# public key: ")
        assert b" " + recipient + b"\n" in done.stderr
    with cases.case("age-keygen -y refuses what is no identity"):
        run([*KEYGEN, "-y"], stdin=b"hello\n", expect=9)
        run([*KEYGEN, "-y"], stdin=b"# nothing\n", expect=9)


def recipients_and_identities(cases, place):
    with cases.case("a file for two recipients opens for each"):
        both = run([*OURS, "-r", place.recipients[0], "--recipient=" + place.recipients[1]], stdin=WORDS).stdout
        for key in place.keys:
            assert run([*OURS, "--decrypt", "--identity", key], stdin=both).stdout == WORDS
    with cases.case("recipients come from files and from standard input"):
        names = place.folder / "names"
        names.write_text(f"# colleagues\n\n{place.recipients[0]}\n")
        (place.folder / "plain").write_bytes(WORDS)
        sealed = run([*OURS, "-R", names, "-R", "-", place.folder / "plain"], stdin=place.recipients[1].encode()).stdout
        for key in place.keys:
            assert run([*OURS, "-d", "-i", key], stdin=sealed).stdout == WORDS
    with cases.case("an identity comes from standard input, and unused ones do no harm"):
        (place.folder / "sealed").write_bytes(place.sealed())
        done = run([*OURS, "-d", "-i", place.keys[1], "-i", "-", place.folder / "sealed"], stdin=place.keys[0].read_bytes())
        assert done.stdout == WORDS
    with cases.case("-e -i seals to the owner of an identity"):
        sealed = run([*OURS, "-e", "-i", place.keys[1]], stdin=WORDS).stdout
        assert run([*OURS, "-d", "-i", place.keys[1]], stdin=sealed).stdout == WORDS
    with cases.case("armor is recognised, behind white space too"):
        sealed = place.sealed("-a")
        assert sealed.startswith(b"-----BEGIN AGE ENCRYPTED FILE-----\n")
        assert run([*OURS, "-d", "-i", place.keys[0]], stdin=b"\n\r\n" + sealed.replace(b"\n", b"\r\n")).stdout == WORDS
    with cases.case("a plugin is refused and not run"):
        plugins = place.folder / "plugins"
        plugins.mkdir()
        for name in ("age-plugin-evil", "age-plugin-tag"):
            (plugins / name).write_text(f"#!/bin/sh\ntouch '{place.folder}/ran'\n")
            (plugins / name).chmod(0o755)
        environment = {**ENVIRONMENT, "PATH": f"{plugins}:{ENVIRONMENT['PATH']}"}
        (place.folder / "plugin.key").write_text("AGE-PLUGIN-EVIL-1QQQSYQCYQ5RQWZQF3953CC\n")
        done = run([*OURS, "-d", "-i", place.folder / "plugin.key"], stdin=place.sealed(), expect=9, environment=environment)
        assert b"plugin" in done.stderr
        run([*OURS, "-r", "age1evil1qqqsyqcyq5rqwzqfrdd4nv"], expect=9, environment=environment)
        assert not (place.folder / "ran").exists()
    with cases.case("a wrong key is a refusal, a changed file an alarm, and neither leaves a file"):
        sealed, out = place.folder / "sealed", place.folder / "out"
        sealed.write_bytes(place.sealed(content=os.urandom(3_000_000)))
        run([*OURS, "-d", "-i", place.keys[1], "-o", out, sealed], expect=9)
        changed = bytearray(sealed.read_bytes())
        changed[-1000] ^= 1
        sealed.write_bytes(changed)
        run([*OURS, "-d", "-i", place.keys[0], "-o", out, sealed], expect=6)
        run([*OURS, "-d", "-i", place.keys[0]], stdin=b"no age file", expect=9)
        assert not out.exists() and not list(place.folder.glob(".*"))
    with cases.case("recipients of two kinds are not mixed"):
        x25519 = run([*KEYGEN, "-x25519"]).stdout.splitlines()[1].removeprefix(b"# public key: ").decode()
        done = run([*OURS, "-r", place.recipients[0], "-r", x25519], stdin=WORDS, expect=9)
        assert done.stdout == b""


def outputs(cases, place):
    with cases.case("an output keeps its old content until the new one is complete"):
        out, sealed = place.folder / "kept", place.folder / "sealed"
        out.write_text("old")
        out.chmod(0o640)
        sealed.write_bytes(place.sealed(content=os.urandom(2_000_000))[:-1])
        run([*OURS, "-d", "-i", place.keys[0], "-o", out, sealed], expect=6)
        assert out.read_text() == "old"
        sealed.write_bytes(place.sealed())
        run([*OURS, "-d", "-i", place.keys[0], "-o", out, sealed])
        assert out.read_bytes() == WORDS and stat.S_IMODE(out.stat().st_mode) == 0o640
    with cases.case("a process that is killed leaves nothing beside the output"):
        out = place.folder / "killed"
        process = subprocess.Popen([*OURS, "-r", place.recipients[0], "-o", str(out)], stdin=subprocess.PIPE)
        process.stdin.write(os.urandom(4_000_000))
        process.stdin.flush()
        time.sleep(0.2)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdin.close()
        assert not out.exists()
        if list(place.folder.glob(".killed*")):
            # Where the file system has no nameless files, a hidden one is what is left.
            assert len(list(place.folder.glob(".killed*"))) == 1
    with cases.case("no core is dumped of a process that holds keys"):
        # Nothing reads what it writes, so it must not be a pipe: this side would wait for it, and it for this side.
        process = subprocess.Popen([*OURS, "-r", place.recipients[0]], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        process.stdin.write(os.urandom(1_000_000))
        process.stdin.flush()  # more than a pipe holds: it reads by now, so it has seen to its memory
        limits = pathlib.Path(f"/proc/{process.pid}/limits").read_text()
        process.kill()
        process.communicate()
        assert re.search(r"Max core file size +0 +0 ", limits), limits
    with cases.case("the input may be the output"):
        same = place.folder / "same"
        same.write_bytes(WORDS)
        run([*OURS, "-r", place.recipients[0], "-o", same, same])
        run([*OURS, "-d", "-i", place.keys[0], "-o", same, same])
        assert same.read_bytes() == WORDS
    with cases.case("a link is written through, a device is not replaced"):
        target, link = place.folder / "target", place.folder / "link"
        target.write_text("old")
        link.symlink_to(target)
        run([*OURS, "-d", "-i", place.keys[0], "-o", link], stdin=place.sealed())
        assert link.is_symlink() and target.read_bytes() == WORDS
        run([*OURS, "-r", place.recipients[0], "-o", "/dev/null"], stdin=WORDS)
        assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    with cases.case("a full disk is said as such"):
        run([*OURS, "-r", place.recipients[0], "-o", "/dev/full"], stdin=os.urandom(300_000), expect=8)
    with cases.case("an output that cannot be made, an input that is not there"):
        run([*OURS, "-r", place.recipients[0], "-o", place.folder / "no" / "where"], stdin=WORDS, expect=9)
        run([*OURS, "-r", place.recipients[0], place.folder / "nothing"], expect=4)
        run([*OURS, "-r", place.recipients[0], place.folder], expect=4)


def terminals(cases, place):
    (place.folder / "plain").write_bytes(WORDS)
    with cases.case("binary does not go to a terminal unless it is asked for"):
        code, shown = on_terminal([*OURS, "-r", place.recipients[0], place.folder / "plain"], [])
        assert code == 9 and "age-encryption.org" not in shown, shown
        code, shown = on_terminal([*OURS, "-r", place.recipients[0], "-a", place.folder / "plain"], [])
        assert code == 0 and "BEGIN AGE" in shown, shown
        code, shown = on_terminal([*OURS, "-r", place.recipients[0], "-o", "-", place.folder / "plain"], [])
        assert code == 0 and "age-encryption.org" in shown, shown
    with cases.case("text is decrypted to a terminal, control characters are not"):
        for content, code, visible in ((WORDS, 0, True), (b"a\x1b]0;title\x07b", 9, False), ("a\u009bb".encode(), 9, False)):
            (place.folder / "sealed").write_bytes(place.sealed(content=content))
            ended, shown = on_terminal([*OURS, "-d", "-i", place.keys[0], place.folder / "sealed"], [])
            assert ended == code and ("witness" in shown) == visible and "\x1b]0;" not in shown, shown
    with cases.case("a passphrase is asked for twice, is not shown, and must be the same"):
        sealed = place.folder / "with_passphrase"
        code, shown = on_terminal([*OURS, "-p", "-o", sealed, place.folder / "plain"], [b"swordfish", b"swordfisch"])
        assert code == 9 and not sealed.exists() and "swordfis" not in shown, shown
        code, shown = on_terminal([*OURS, "-p", "-o", sealed, place.folder / "plain"], [b"swordfish", b"swordfish"])
        assert code == 0 and "swordfish" not in shown, shown
        code, shown = on_terminal([*OURS, "-d", sealed], [b"swordfish"])
        assert code == 0 and WORDS.decode().strip() in shown, shown
        code, shown = on_terminal([*OURS, "-d", sealed], [b"sword"])
        assert code == 9 and "witness" not in shown, shown
    with cases.case("an empty passphrase has one made that opens the file"):
        sealed = place.folder / "made"
        code, shown = on_terminal([*OURS, "-p", "-o", sealed, place.folder / "plain"], [b""])
        assert code == 0, shown
        made = shown.replace("\r", "").replace("\n", " ").split("passphrase is: ")[1].split()[0]
        assert len(made.replace("-", "")) == 26, made
        code, shown = on_terminal([*OURS, "-d", sealed], [made.encode()])
        assert code == 0 and "witness" in shown, shown
    with cases.case("an identity file with a passphrase is asked for only when its turn comes"):
        locked = place.folder / "locked.key"
        code, shown = on_terminal([*OURS, "-p", "-o", locked, place.keys[0]], [b"sesame", b"sesame"])
        assert code == 0, shown
        (place.folder / "sealed").write_bytes(place.sealed())
        code, shown = on_terminal([*OURS, "-d", "-i", locked, place.folder / "sealed"], [b"sesame"])
        assert code == 0 and "witness" in shown, shown
        code, shown = on_terminal([*OURS, "-d", "-i", locked, place.folder / "sealed"], [b"simsim"])
        assert code == 9 and "locked.key" in shown and "witness" not in shown, shown
        code, shown = on_terminal([*OURS, "-d", "-i", place.keys[0], "-i", locked, place.folder / "sealed"], [])
        assert code == 0 and "witness" in shown, shown
        code, shown = on_terminal([*OURS, "-e", "-a", "-i", locked, place.folder / "plain"], [b"sesame"])
        assert code == 0 and "BEGIN AGE" in shown, shown
    with cases.case("without a terminal nothing waits for a passphrase"):
        done = subprocess.run([*OURS, "-d", str(place.folder / "with_passphrase")], stdin=subprocess.DEVNULL, capture_output=True,
                              start_new_session=True, timeout=60, env=ENVIRONMENT)
        assert done.returncode == 7 and done.stdout == b"", done


def misuse(cases, place):
    recipient, key = place.recipients[0], place.keys[0]
    for arguments in (["-x"], ["-r"], ["-e", "-d"], ["-d", "-a"], ["-d", "-p"], ["-d", "-r", recipient], ["-d", "-R", "x"], ["-i", key],
                      ["-a"], ["-p", "-r", recipient], ["-p", "-R", "x"], ["-e", "-p", "-i", key], ["-r", recipient, "a", "b"],
                      ["-a=yes", "-r", recipient], ["-R", "-"], ["-e", "-i", "-"], ["-d", "-i", "-"]):
        with cases.case("the command line is refused: age " + " ".join(str(a)[:12] for a in arguments)):
            done = run([*OURS, *arguments], expect=2)
            assert done.stdout == b"" and done.stderr != b""
    with cases.case("help says every flag, in English and in French"):
        for language, word in (("C.UTF-8", "Usage"), ("fr_SN.UTF-8", "SORTIE")):
            environment = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "ROGATORY_LANG"))}
            shown = run([*OURS, "--help"], environment={**environment, "LANG": language}).stdout.decode()
            assert word in shown
            for flag in ("-e,", "-d,", "-o,", "-a,", "-p,", "-r,", "-R,", "-i,"):
                assert flag in shown, flag


def main():
    cases = Cases("age_command")
    with tempfile.TemporaryDirectory(prefix="rogatory-age-") as folder:
        place = Place(pathlib.Path(folder))
        for part in (keys, recipients_and_identities, outputs, terminals, misuse):
            part(cases, place)
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
