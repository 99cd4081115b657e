"""A release: the same twice, signed, and refused by whoever verifies it as soon as anything of it was touched."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from cases import Cases, Skip
from installation import INTEGRITY, NOT_THERE, ROOT

BUILD = pathlib.Path(os.environ.get("ROGATORY_BUILD_DIR", ROOT / "build/release"))
WEB = pathlib.Path(os.environ.get("ROGATORY_WEB", BUILD / "pages"))


def run(*command, **options):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL, **options)


def key(folder, name):
    assert run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", folder / name).returncode == 0
    return folder / name


def line_of(path, namespaces="rogatory-release"):
    kind, text = path.with_suffix(".pub").read_text().split()[:2]
    return f'{path.name} namespaces="{namespaces}" {kind} {text}\n'


def verified(folder, signers):
    return run(ROOT / "deploy/verify-release", folder, "--signers", signers)


def verified_by_program(folder, signers, *options):
    return run(BUILD / "bin/rogatory", "verify", "release", folder, "--signers", signers, *(options or ("--lang", "en")))


def refusals(folder, release, signers, mine, other):
    """(what was done to it, what verifying says)."""
    def altered(change):
        copy = folder / "altered"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(release, copy)
        change(copy)
        return copy

    def flip(path):
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)

    def forge(copy):
        # Somebody else signs a list that fits what he put there.
        package = next(copy.glob("rogatory_*.deb"))
        package.write_bytes(b"another program")
        sums = run("sh", "-c", "sha256sum rogatory*", cwd=copy).stdout
        (copy / "SHA256SUMS").write_text(sums)
        (copy / "SHA256SUMS.sig").unlink()
        run("ssh-keygen", "-q", "-Y", "sign", "-f", other, "-n", "rogatory-release", copy / "SHA256SUMS")

    def other_use(copy):
        (copy / "SHA256SUMS.sig").unlink()
        run("ssh-keygen", "-q", "-Y", "sign", "-f", mine, "-n", "git", copy / "SHA256SUMS")

    def elsewhere(copy):
        (copy / "SHA256SUMS").write_text(f"{'0' * 64}  ../../etc/passwd\n")
        (copy / "SHA256SUMS.sig").unlink()
        run("ssh-keygen", "-q", "-Y", "sign", "-f", mine, "-n", "rogatory-release", copy / "SHA256SUMS")

    def linked(copy):
        package = next(copy.glob("rogatory_*.deb"))
        package.rename(folder / "package-elsewhere")
        package.symlink_to(folder / "package-elsewhere")

    yield "a package with one bit changed", altered(lambda c: flip(next(c.glob("rogatory-server_*.deb"))))
    yield "a list with one digit changed", altered(lambda c: (c / "SHA256SUMS").write_text((c / "SHA256SUMS").read_text().replace("a", "b", 1)))
    yield "a file more", altered(lambda c: (c / "rogatory-extra.deb").write_text("x"))
    yield "a file less", altered(lambda c: next(c.glob("*.cdx.json")).unlink())
    yield "no signature", altered(lambda c: (c / "SHA256SUMS.sig").unlink())
    yield "somebody else’s signature over his own list", altered(forge)
    yield "the right key’s signature for another use", altered(other_use)
    yield "a signed list that names files elsewhere", altered(elsewhere)
    yield "a folder more", altered(lambda c: (c / "more").mkdir())
    yield LINKED, altered(linked)


# What the script follows, and the program refuses.
LINKED = "a link in place of a package"
# (what is done to it, what the program says and its exit code): every refusal of the program has its own.
SAID = {
    "a package with one bit changed": "release.altered", "a list with one digit changed": "release.signature_bad", "a file more": "release.not_listed",
    "a file less": "release.missing", "no signature": "release.missing", "somebody else’s signature over his own list": "ssh.signer_unknown",
    "the right key’s signature for another use": "release.signature_other_use", "a signed list that names files elsewhere": "release.list_malformed",
    "a folder more": "release.not_listed", LINKED: "release.not_plain",
}


def main():
    cases = Cases("packaging_release")
    with tempfile.TemporaryDirectory(prefix="rogatory-release-") as name:
        folder = pathlib.Path(name)
        mine, other = key(folder, "maintainer"), key(folder, "somebody")
        signers = folder / "signers"
        signers.write_text(line_of(mine))
        first = folder / "first"
        with cases.case("deploy/release fills a folder and signs it"):
            if not (WEB / "manifest.json").exists():
                raise Skip("the web client is not built (target web_app)")
            done = run(ROOT / "deploy/release", first, "--build", BUILD, "--web", WEB, "--key", mine, "--uncompressed")
            assert done.returncode == 0, done.stderr
            kinds = {re.sub(r"_[^_]*?(_[a-z0-9]+\.deb|\.html|\.tar\.gz|\.manifest\.json|\.cdx\.json)$", r"\1", path.name) for path in first.iterdir()}
            assert len(kinds) == 10, kinds
        if not first.exists():
            return cases.finish()
        with cases.case("verified by its signers' list"):
            done = verified(first, signers)
            assert done.returncode == 0 and "signed by maintainer; 8 files" in done.stdout, done.stdout + done.stderr
        with cases.case("verified by the program, in its reader's language or as JSON"):
            done = verified_by_program(first, signers)
            assert done.returncode == 0 and "Signed by maintainer: 8 files are as they were signed" in done.stdout, done.stdout + done.stderr
            done = verified_by_program(first, signers, "--lang", "fr")
            assert done.returncode == 0 and "8 fichiers" in done.stdout, done.stdout + done.stderr
            told = json.loads(verified_by_program(first, signers, "--json").stdout)
            assert told["verified"] and told["signed_by"] == "maintainer" and len(told["files"]) == 8, told
        with cases.case("the version is said: an older release is signed as well"):
            version = next(first.glob("rogatory_*.deb")).name.split("_")[1]
            assert told["versions"] == [version], told
            assert f"Version {version}. An older release is signed" in " ".join(verified_by_program(first, signers).stdout.split())
            assert f"Version {version}." in verified_by_program(first, signers, "--lang", "fr").stdout
            older = folder / "older"
            older.mkdir()
            for file in ("rogatory_0.0.9_amd64.deb", "rogatory-web_0.0.8.tar.gz"):
                (older / file).write_text("x")
            (older / "SHA256SUMS").write_text(run("sh", "-c", "sha256sum rogatory*", cwd=older).stdout)
            run("ssh-keygen", "-q", "-Y", "sign", "-f", mine, "-n", "rogatory-release", older / "SHA256SUMS")
            for done in (verified(older, signers), verified_by_program(older, signers)):
                assert done.returncode == 0 and "0.0.8, 0.0.9" in done.stdout, done.stdout + done.stderr
        with cases.case("made again, it is the same but for the signature"):
            done = run(ROOT / "deploy/release", folder / "second", "--build", BUILD, "--web", WEB, "--uncompressed", env={**os.environ, "TZ": "Asia/Tokyo"})
            assert done.returncode == 0 and "NOT SIGNED" in done.stderr, done.stderr
            compared = run(ROOT / "deploy/release", "--compare", first, folder / "second")
            assert compared.returncode == 0, compared.stdout + compared.stderr
        for what, altered in refusals(folder, first, signers, mine, other):
            with cases.case(f"refused: {what}"):
                if what != LINKED:
                    done = verified(altered, signers)
                    assert done.returncode == 1 and "verify-release:" in done.stderr, done.stdout + done.stderr
                done = verified_by_program(altered, signers, "--json")
                error = json.loads(done.stderr)["error"]
                assert (done.returncode, done.stdout, error["key"]) == (INTEGRITY, "", SAID[what]), done.stdout + done.stderr
                french = verified_by_program(altered, signers, "--lang", "fr")
                assert french.returncode == INTEGRITY and french.stderr.startswith("rogatory: erreur") and french.stdout == "", french.stderr
        with cases.case("refused: a signer who is not in the list, or may sign other things only"):
            def refused(text, key, script=True):
                signers.write_text(text)
                if script:
                    assert verified(first, signers).returncode == 1, text
                done = verified_by_program(first, signers, "--json")
                assert json.loads(done.stderr)["error"]["key"] == key and done.returncode != 0, done.stderr
            refused(line_of(other), "ssh.signer_unknown")
            refused(line_of(mine, "git"), "ssh.signer_other_purpose")
            public = " ".join(mine.with_suffix(".pub").read_text().split()[:2])
            refused(f'maintainer valid-before="20200101Z" {public}\n', "ssh.signer_not_now")
            refused(f'maintainer valid-after="21000101Z" {public}\n', "ssh.signer_not_now")
            refused(f"maintainer cert-authority {public}\n", "ssh.signers_none")
            refused(f'maintainer valid-after="20200101" {public}\n', "ssh.signers_zone", script=False)
            refused("maintainer\n", "ssh.signers_malformed")
            refused("", "ssh.signers_none")
            signers.unlink()
            assert verified_by_program(first, signers).returncode == NOT_THERE
            signers.write_text(line_of(mine))
            assert verified_by_program(folder / "nowhere", signers).returncode == NOT_THERE
        with cases.case("taken: a signer whose time it is"):
            signers.write_text(f'maintainer namespaces="rogatory-*",valid-after="20200101Z",valid-before="21000101Z" {public}\n')
            assert verified(first, signers).returncode == 0
            assert verified_by_program(first, signers).returncode == 0
        with cases.case("two releases that differ are said to differ"):
            (folder / "second/SHA256SUMS").write_text("x\n")
            assert run(ROOT / "deploy/release", "--compare", first, folder / "second").returncode == 1
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
