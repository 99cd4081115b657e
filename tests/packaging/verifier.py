"""What anybody can run: `rogatory`, `rogatory-verify` and its two forms in a release (linked statically for Linux; for Windows, run by
Wine) say the same of the same bundles, evidence and releases, in the same words and with the same exit codes, and refuse the same.

    verifier.py                       rogatory against the rogatory-verify of the build
    verifier.py --linux FILE          also a program made by deploy/verifier
    verifier.py --windows FILE.exe    also that one, by Wine (skipped where there is none)
    verifier.py --release             makes both by deploy/verifier first: some minutes
"""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from cases import Cases, Skip
from installation import ROOT

BUILD = pathlib.Path(os.environ.get("ROGATORY_BUILD_DIR", ROOT / "build/release"))
BUNDLES = ROOT / "tests/vectors/custody"
EVIDENCE = ROOT / "tests/vectors/evidence"
PARTIES = [word for line in (BUNDLES / "fingerprints.txt").read_text().splitlines() for word in ("--party", line)]
OK, USAGE, NOT_THERE, CONFLICT, INTEGRITY, REFUSED = 0, 2, 4, 5, 6, 9


class Program:
    """One of the programs, called alike."""

    def __init__(self, name, words, verb=(), environment=None):
        self.name, self.words, self.verb = name, [str(word) for word in words], list(verb)
        self.environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LANG": "C.UTF-8", "COLUMNS": "", **(environment or {})}

    def __call__(self, *words, folder, **environment):
        done = subprocess.run([*self.words, *self.verb, *map(str, words)], capture_output=True, stdin=subprocess.DEVNULL, cwd=folder, timeout=120,
                              env={**self.environment, **environment})
        # Wine's own processes complain on the same screen; what the program itself does is in its exit code and words.
        said = "".join(line for line in done.stderr.decode().splitlines(keepends=True) if not line.startswith("wine: "))
        return done.returncode, done.stdout.decode(), said


def windows(file, prefix):
    wine = shutil.which("wine64") or next((path for path in ("/usr/lib/wine/wine64",) if os.path.exists(path)), None)
    if wine is None:
        raise Skip("there is no Wine here: nothing was tried of the program for Windows (apt-get install wine64)")
    return Program("Windows", [wine, file], environment={"HOME": str(prefix), "WINEPREFIX": str(prefix / "wine"), "WINEDEBUG": "-all", "LC_ALL": "C.UTF-8",
                                                         "ROGATORY_LANG": "en", "WINEDLLOVERRIDES": "mscoree,mshtml=", "DISPLAY": ""})


def tampered(folder):
    """(name, file, exit code): a good bundle, and everything that is none."""
    good = (BUNDLES / "selective.tar").read_bytes()

    def made(name, data):
        (folder / name).write_bytes(data)
        return name

    for name in ("full.tar", "history.tar", "selective.tar"):
        yield name, made(name, (BUNDLES / name).read_bytes()), OK
    yield "a name in French and Chinese", made("dossier n° 3 – pièces à conviction 報告.tar", good), OK
    step = max(1, len(good) // 12)
    for at in range(step // 2, len(good), step):
        data = bytearray(good)
        data[at] ^= 1
        yield f"a bit of byte {at} turned", made("altered.tar", data), INTEGRITY
    yield "cut", made("cut.tar", good[:-512]), INTEGRITY
    yield "longer", made("longer.tar", good + bytes(512)), INTEGRITY
    yield "empty", made("empty.tar", b""), INTEGRITY
    yield "no archive", made("text.tar", b"evidence\n" * 200), INTEGRITY
    yield "nothing", "nowhere.tar", NOT_THERE
    (folder / "a folder").mkdir(exist_ok=True)
    yield "a folder", "a folder", NOT_THERE


def evidence(folder):
    """(what was done, file, exit code, finding or None)."""
    def made(name, data):
        (folder / name).write_bytes(data)
        return name

    for finding in ("two_histories", "two_statements", "testimony"):
        yield f"of {finding}".replace("_", " "), made(f"{finding}.tar", (EVIDENCE / f"{finding}.tar").read_bytes()), OK, finding
    good = (EVIDENCE / "two_histories.tar").read_bytes()
    yield "with a name in French and Chinese", made("preuve n° 3 報告.tar", good), OK, "two_histories"
    signature = bytearray(good)
    signature[good.index("\n— ".encode()) + 60] ^= 2
    yield "with a signature changed", made("unsigned.tar", signature), None, None
    yield "cut", made("cut evidence.tar", good[:-512]), REFUSED, None
    yield "empty", made("no evidence.tar", b""), REFUSED, None
    yield "that is a bundle", made("bundle.tar", (BUNDLES / "selective.tar").read_bytes()), REFUSED, None
    yield "that is not there", "nowhere.tar", NOT_THERE, None


def releases(folder):
    """(what was done, folder, exit code), and the file of signers as signers.txt."""
    key, other = folder / "maintainer", folder / "other"
    for one in (key, other):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", one.name, "-f", str(one)], check=True, stdin=subprocess.DEVNULL)
    kind, text = key.with_suffix(".pub").read_text().split()[:2]
    (folder / "signers.txt").write_text(f'maintainer namespaces="rogatory-release" {kind} {text}\n')

    def release(name, change=lambda path: None, signed_by=key, use="rogatory-release", listed=lambda text: text):
        path = folder / name
        path.mkdir()
        for file in ("rogatory_1.0_amd64.deb", "rogatory-verify.exe"):
            (path / file).write_bytes(os.urandom(100_000))
        sums = subprocess.run("sha256sum *", shell=True, cwd=path, capture_output=True, text=True, check=True).stdout
        (path / "SHA256SUMS").write_text(listed(sums))
        subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-f", str(signed_by), "-n", use, str(path / "SHA256SUMS")], check=True, capture_output=True,
                       stdin=subprocess.DEVNULL)
        change(path)
        return name

    def flip(path):
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)

    yield "good", release("good"), OK
    yield "a file changed", release("changed", lambda path: flip(path / "rogatory-verify.exe")), INTEGRITY
    yield "a file more", release("more", lambda path: (path / "setup.exe").write_text("x")), INTEGRITY
    yield "a file more, in Chinese", release("chinese", lambda path: (path / "安装.exe").write_text("x")), INTEGRITY
    yield "a file less", release("less", lambda path: (path / "rogatory-verify.exe").unlink()), INTEGRITY
    yield "a folder in place of a file", release("folder", lambda path: ((path / "rogatory-verify.exe").unlink(), (path / "rogatory-verify.exe").mkdir())), INTEGRITY
    yield "no signature", release("unsigned", lambda path: (path / "SHA256SUMS.sig").unlink()), INTEGRITY
    yield "a list changed", release("list", lambda path: flip(path / "SHA256SUMS")), INTEGRITY
    yield "another signer", release("stranger", signed_by=other), INTEGRITY
    yield "another use", release("use", use="git"), INTEGRITY
    yield "names elsewhere", release("elsewhere", listed=lambda text: text + "0" * 64 + "  ../good/SHA256SUMS\n"), INTEGRITY
    yield "nothing", "nowhere", NOT_THERE


def same(programs, folder, code, *words, **environment):
    """All say what the first one says; without `code` they may say whatever they all say."""
    first, *others = programs
    said = first(*words, folder=folder, **environment)
    assert said[0] == code or code is None, f"{first.name} {words}: {said}"
    for other in others:
        also = other(*words, folder=folder, **environment)
        assert also == said, f"{words}\n{first.name}: {said}\n{other.name}: {also}"
    return said


def check(cases, programs, folder, thorough):
    name = " and ".join(program.name for program in programs[1:])
    languages = ("en", "fr")
    bundles = list(tampered(folder))
    for what, file, code in bundles:
        with cases.case(f"{name} – a bundle: {what}"):
            for language in languages:
                out = same(programs, folder, code, "bundle", file, *PARTIES, "--lang", language)
                assert bool(out[1]) != (what in ("nothing", "a folder")), out
            if thorough or what in ("full.tar", "cut"):
                same(programs, folder, code, "bundle", file, *PARTIES, "--json")
                same(programs, folder, code, "bundle", file, ROGATORY_LANG="fr")
    with cases.case(f"{name} – fingerprints and sheets that are others, or none"):
        wrong = PARTIES[1][:-1] + ("0" if PARTIES[1][-1] != "0" else "1")
        assert "custody.fingerprint" in same(programs, folder, INTEGRITY, "bundle", "full.tar", "--party", wrong, "--json")[2]
        same(programs, folder, REFUSED, "bundle", "full.tar", "--party", "SEN")
        same(programs, folder, NOT_THERE, "bundle", "full.tar", "--sheet", "nowhere.txt", "--lang", "fr")
        (folder / "sheet.txt").write_text("no sheet\n")
        same(programs, folder, REFUSED, "bundle", "full.tar", "--sheet", "sheet.txt")
    with cases.case(f"{name} – documents and reports are the same, and replace nothing"):
        made = []
        for program in programs:
            out = folder / f"out {program.name} é"
            done = program("bundle", "selective.tar", *PARTIES, "--extract", out.name, "--report", f"rapport {program.name} é.html", folder=folder)
            assert done[0] == OK, done
            files = {path.name: path.read_bytes() for path in out.iterdir()}
            made.append((files, (folder / f"rapport {program.name} é.html").read_bytes(), done[1]))
            again = program("bundle", "selective.tar", *PARTIES, "--extract", out.name, "--json", folder=folder)
            assert again[0] == CONFLICT and "custody.exists" in again[2], again
            assert {path.name: path.read_bytes() for path in out.iterdir()} == files
            over = program("bundle", "selective.tar", *PARTIES, "--extract", out.name, "--overwrite", folder=folder)
            assert over[0] == OK and {path.name: path.read_bytes() for path in out.iterdir()} == files, over
        assert len(made[0][0]) == 1 and b"<article lang=\"fr\">" in made[0][1]
        assert all(one == made[0] for one in made), made
    with cases.case(f"{name} – a report of another kind, and a PDF where there is none"):
        same(programs, folder, REFUSED, "bundle", "selective.tar", "--report", "report.txt")
        for program in programs[1:]:
            done = program("bundle", "selective.tar", "--report", "report.pdf", "--json", folder=folder)
            assert "custody.pdf" in done[2] and done[0] == 7, done
            assert not (folder / "report.pdf").exists()
    for what, file, code, finding in evidence(folder):
        with cases.case(f"{name} – evidence {what}"):
            for language in languages:
                said = same(programs, folder, code, "evidence", file, "--lang", language)
                assert (said[0] == OK) == (finding is not None) and bool(said[1]) == (finding is not None), said
            said = same(programs, folder, code, "evidence", file, "--json")
            assert finding is None or f'"finding":"{finding}"' in said[1], said
    for what, path, code in releases(folder):
        with cases.case(f"{name} – a release: {what}"):
            for language in languages if thorough or code == OK else ("fr",):
                same(programs, folder, code, "release", path, "--signers", "signers.txt", "--lang", language)
            if thorough or code == OK:
                same(programs, folder, code, "release", path, "--signers", "signers.txt", "--json")
    with cases.case(f"{name} – a command line that is none"):
        for words in (["nothing"], []):
            assert all(program(*words, folder=folder)[0] == USAGE for program in programs[1:]), words
        # A word too many is refused by name, also where a dossier could stand above.
        for words in (["bundle", "full.tar", "bbb"], ["evidence", "testimony.tar", "bbb"], ["release", "good", "bbb", "--signers", "signers.txt"], ["release", "good", "--signers", "signers.txt", "bbb"]):
            for program in programs:
                for language, said in (("en", "“bbb” is not known here"), ("fr", "« bbb » n’est pas connu ici")):
                    done = program(*words, "--lang", language, folder=folder)
                    assert done[0] == USAGE and done[1] == "" and said in done[2].replace("\u00a0", " "), (program.name, words, done)
        for words in (["bundle"], ["evidence"], ["release", "good"], ["bundle", "full.tar", "--unknown"], ["bundle", "full.tar", "--party"],
                      ["bundle", "full.tar", "--lang", "de"]):
            for program in programs:
                done = program(*words, folder=folder)
                assert done[0] == USAGE and done[1] == "" and done[2].startswith("rogatory: error: "), (program.name, words, done)
    with cases.case(f"{name} – help and version, in both languages"):
        for program in programs[1:]:
            for language, word in (("en", "without network or account"), ("fr", "sans réseau ni compte")):
                done = program("--help", "--lang", language, folder=folder)
                assert done[0] == OK and word in " ".join(done[1].split()) and "--signers" in done[1] and done[2] == "", done
            assert program("--version", folder=folder)[1].startswith("rogatory-verify 0"), program.name


def tried(cases, reference, program, thorough):
    with tempfile.TemporaryDirectory(prefix="rogatory-verifier-") as name:
        check(cases, [reference, program], pathlib.Path(name), thorough)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--linux", type=pathlib.Path)
    parser.add_argument("--windows", type=pathlib.Path)
    parser.add_argument("--release", action="store_true")
    given = parser.parse_args()
    cases = Cases("packaging_verifier")
    reference = Program("rogatory", [BUILD / "bin/rogatory"], ["verify"], {"ROGATORY_LANG": "en"})
    with tempfile.TemporaryDirectory(prefix="rogatory-verifier-programs-") as name:
        folder = pathlib.Path(name)
        if given.release:
            with cases.case("deploy/verifier makes both programs"):
                done = subprocess.run([ROOT / "deploy/verifier", folder, "--windows"], capture_output=True, text=True, stdin=subprocess.DEVNULL)
                assert done.returncode == 0, done.stderr
                given.linux, given.windows = folder / "rogatory-verify", folder / "rogatory-verify.exe"
        if not given.linux and not given.windows:
            tried(cases, reference, Program("rogatory-verify", [BUILD / "bin/rogatory-verify"], environment={"ROGATORY_LANG": "en"}), True)
        if given.linux:
            with cases.case("the program for Linux needs no library"):
                kinds = subprocess.run(["readelf", "-ldW", given.linux], capture_output=True, text=True, check=True).stdout
                assert "NEEDED" not in kinds and "INTERP" not in kinds and "GNU_RELRO" in kinds, kinds
            tried(cases, reference, Program("Linux", [given.linux.resolve()], environment={"ROGATORY_LANG": "en"}), True)
        if given.windows:
            (folder / "home").mkdir()
            program = None
            with cases.case("the program for Windows starts"):
                program = windows(given.windows.resolve(), folder / "home")
                done = program("--version", folder=folder)
                assert done[0] == OK, done
            if program is not None:
                with cases.case("it speaks the language of the desktop, or of a variable"):
                    for language, word in (("fr_FR.UTF-8", "Vérifie"), ("en_GB.UTF-8", "Checks")):
                        assert program("--help", folder=folder, ROGATORY_LANG=language)[1].startswith(word), language
                tried(cases, reference, program, False)
                subprocess.run([shutil.which("wineserver") or "/usr/lib/wine/wineserver", "-k"], env=program.environment, capture_output=True, check=False)
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
