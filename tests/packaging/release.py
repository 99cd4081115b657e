"""A release: the same twice, signed, and refused by whoever verifies it as soon as anything of it was touched."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from cases import Cases, Skip
from installation import ROOT

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

    yield "a package with one bit changed", altered(lambda c: flip(next(c.glob("rogatory-server_*.deb"))))
    yield "a list with one digit changed", altered(lambda c: (c / "SHA256SUMS").write_text((c / "SHA256SUMS").read_text().replace("a", "b", 1)))
    yield "a file more", altered(lambda c: (c / "rogatory-extra.deb").write_text("x"))
    yield "a file less", altered(lambda c: next(c.glob("*.cdx.json")).unlink())
    yield "no signature", altered(lambda c: (c / "SHA256SUMS.sig").unlink())
    yield "somebody else’s signature over his own list", altered(forge)
    yield "the right key’s signature for another use", altered(other_use)
    yield "a signed list that names files elsewhere", altered(elsewhere)


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
            kinds = {re.sub(r"_[^_]*?(_[a-z0-9]+\.deb|\.tar\.gz|\.manifest\.json|\.cdx\.json)$", r"\1", path.name) for path in first.iterdir()}
            assert len(kinds) == 9, kinds
        if not first.exists():
            return cases.finish()
        with cases.case("verified by its signers' list"):
            done = verified(first, signers)
            assert done.returncode == 0 and "signed by maintainer; 7 files" in done.stdout, done.stdout + done.stderr
        with cases.case("made again, it is the same but for the signature"):
            done = run(ROOT / "deploy/release", folder / "second", "--build", BUILD, "--web", WEB, "--uncompressed", env={**os.environ, "TZ": "Asia/Tokyo"})
            assert done.returncode == 0 and "NOT SIGNED" in done.stderr, done.stderr
            compared = run(ROOT / "deploy/release", "--compare", first, folder / "second")
            assert compared.returncode == 0, compared.stdout + compared.stderr
        for what, altered in refusals(folder, first, signers, mine, other):
            with cases.case(f"refused: {what}"):
                done = verified(altered, signers)
                assert done.returncode == 1 and "verify-release:" in done.stderr, done.stdout + done.stderr
        with cases.case("refused: a signer who is not in the list, or may sign other things only"):
            signers.write_text(line_of(other))
            assert verified(first, signers).returncode == 1
            signers.write_text(line_of(mine, "git"))
            assert verified(first, signers).returncode == 1
        with cases.case("two releases that differ are said to differ"):
            (folder / "second/SHA256SUMS").write_text("x\n")
            assert run(ROOT / "deploy/release", "--compare", first, folder / "second").returncode == 1
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
