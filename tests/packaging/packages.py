"""The Debian packages: the same bytes twice, nothing of the builder's machine in them, complete, and a server that starts from them.

    packages.py            what needs no other machine
    packages.py --root     and installed by apt into a fresh Debian 12, upgraded and purged (mmdebstrap; minutes)"""
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[1] / "support"))
sys.path.insert(0, str(HERE.parent))
import fresh_root
from cases import Cases, Skip
from installation import BIN, ROOT, Server

BUILD = pathlib.Path(os.environ.get("ROGATORY_BUILD_DIR", ROOT / "build/release"))
WEB = pathlib.Path(os.environ.get("ROGATORY_WEB", BUILD / "pages"))
# Findings that are meant, each with why.
LINTIAN = {
    "bogus-mail-host": "the maintainers have no address of their own before the first release",
    "bogus-mail-host-in-debian-changelog": "the same",
    "uses-no-compression-for-data-tarball": "packed where apt is given them (--root), not here",
    "uses-no-compression-for-control-tarball": "the same",
    "maintainer-script-calls-systemctl": "no debhelper here; each call asks first whether systemd runs",
}


def run(*command, **options):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, **{"timeout": 300, **options})


def made(out, **environment):
    # Packing takes most of the time, and is apt's affair: only what apt is given is packed.
    packed = () if "--root" in sys.argv[1:] else ("--uncompressed",)
    done = run(ROOT / "deploy/package", out, "--build", BUILD, "--web", WEB, *packed, env={**os.environ, **environment})
    assert done.returncode == 0, done.stderr
    return {path.name.split("_")[0]: path for path in sorted(out.glob("*.deb"))}


def contents(package):
    """(mode, owner, path) of each file."""
    rows = []
    for line in run("dpkg-deb", "-c", package).stdout.splitlines():
        mode, owner, _, _, _, path = line.split(None, 5)
        rows.append((mode, owner, path.split(" -> ")[0]))
    return rows


def field(package, name):
    return run("dpkg-deb", "-f", package, name).stdout.strip()


def looked_at(cases, folder, packages):
    with cases.case("they hold root's files below /usr, nobody else may write them, and no link leads out"):
        for name, path in packages.items():
            for mode, owner, file in contents(path):
                assert owner == "root/root" and mode[0] in "-d" and file.startswith("./"), (mode, owner, file)
                assert file == "./" or file.startswith("./usr/"), file
                assert mode[5] != "w" and mode[8] != "w" and "s" not in mode.lower(), (mode, file)
    with cases.case("programs are stripped, keep their build-id, and name no folder of the machine that built them"):
        for name, program in (("rogatory", "rogatory"), ("rogatory-server", "rogatoryd")):
            file = folder / name / "usr/bin" / program
            sections = run("readelf", "-SW", file).stdout
            assert ".debug_info" not in sections and ".symtab" not in sections and ".note.gnu.build-id" in sections, sections
            places = {str(ROOT), str(BUILD)} - {"/"}
            words = run("strings", "-n", "6", file).stdout
            assert not [place for place in places if place in words], [line for line in words.splitlines() if str(ROOT) in line][:5]
    with cases.case("they need what their programs need, by the names of packages"):
        for name, needed in (("rogatory", ("libsodium", "libcurl4", "libpangocairo-1.0-0", "libssl3")), ("rogatory-server", ("libsodium", "libcurl4", "libsqlcipher", "libssl3"))):
            depends = field(packages[name], "Depends")
            assert all(word in depends for word in needed) and "${" not in depends, depends
    with cases.case("unit, user, folders, page, guides and manual pages are in them"):
        server, client = ([file for _, _, file in contents(packages[name])] for name in ("rogatory-server", "rogatory"))
        for file in ("lib/systemd/system/rogatoryd.service", "lib/sysusers.d/rogatory.conf", "lib/tmpfiles.d/rogatory.conf", "share/rogatory/web/manifest.json",
                     "share/man/man8/rogatoryd.8.gz", "share/man/fr/man8/rogatoryd.8.gz", "share/doc/rogatory-server/fr/administrateurs.md", "share/doc/rogatory-server/copyright"):
            assert f"./usr/{file}" in server, file
        for file in ("share/man/man1/rogatory.1.gz", "share/man/fr/man1/rogatory.1.gz", "share/bash-completion/completions/rogatory",
                     "share/zsh/vendor-completions/_rogatory", "share/fish/vendor_completions.d/rogatory.fish", "share/doc/rogatory/en/officials.md", "share/doc/rogatory/examples/rogatory-audit.service"):
            assert f"./usr/{file}" in client, file
    with cases.case("lintian finds nothing that is not meant"):
        if not shutil.which("lintian"):
            raise Skip("lintian is not installed (deploy/install-dependencies --checks)")
        done = run("lintian", "--allow-root", "--tag-display-limit", "0", *packages.values())
        found = [line for line in done.stdout.splitlines() if re.match(r"[EW]: ", line) and line.split()[2] not in LINTIAN]
        assert not found, "\n".join(found)


def serves(cases, folder):
    """From the unpacked tree, as it would from /."""
    with cases.case("a server starts from the package and gives the page that is in it"):
        bin_dir = folder / "rogatory-server/usr/bin"
        import installation
        installation.BIN = bin_dir
        server = Server(folder / "served")
        try:
            server.init()
            assert "share/rogatory/web" in server.config.read_text(), server.config.read_text()
            server.start()
            status, page = server.get("/")
            assert status == 200 and page == (bin_dir.parent / "share/rogatory/web/index.html").read_bytes(), status
        finally:
            if server.process:
                server.stop()
            installation.BIN = BIN


def main():
    cases = Cases("packaging_packages")
    with tempfile.TemporaryDirectory(prefix="rogatory-packages-") as name:
        folder = pathlib.Path(name)
        packages = {}
        with cases.case("deploy/package makes both"):
            if not (WEB / "manifest.json").exists():
                raise Skip("the web client is not built (target web_app)")
            packages = made(folder / "first")
            assert set(packages) == {"rogatory", "rogatory-server"}, packages
        if not packages:
            return cases.finish()
        with cases.case("made again, in another place and time zone, by another mask, they are the same bytes"):
            os.umask(0o077)
            again = made(folder / "second", TZ="Pacific/Auckland", LANG="fr_FR.UTF-8", HOME="/nonexistent")
            os.umask(0o022)
            for which, path in packages.items():
                first, second = (hashlib.sha256(one.read_bytes()).hexdigest() for one in (path, again[which]))
                assert first == second, (which, first, second)
        for which, path in packages.items():
            subprocess.run(["dpkg-deb", "-x", str(path), str(folder / which)], check=True)
        looked_at(cases, folder, packages)
        serves(cases, folder)
        if "--root" in sys.argv[1:]:
            fresh_root.installed(cases, folder, packages)
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
