"""The unit: how much it leaves open, and that the server lives within it.

Rule: `systemd-analyze security` at most 2.0; every system call, socket family and mapping that a served story makes is one
that the unit allows; user and folders come about as sysusers and tmpfiles say."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[1] / "support"))
from cases import Cases, Skip

ROOT = HERE.parents[2]
UNITS = ROOT / "deploy/systemd"
UNIT = UNITS / "rogatoryd.service"
MOST = 2.0
NOBODY = 65534
# Asked for, refused by the unit, and done without; each with what that costs.
WITHOUT = {"clock_adjtime": "`rogatoryd check`, run by the unit, cannot tell whether the clock is synchronised; run by hand it can"}


def output(*command, **options):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=True, **options).stdout


def settings(name):
    """The values of a setting, in the order in which they stand."""
    return [line.split("=", 1)[1].strip() for line in UNIT.read_text().splitlines() if line.startswith(name + "=")]


def members(group):
    """The system calls of a set such as @system-service, and of the sets within it."""
    found = set()
    for line in output("systemd-analyze", "--no-pager", "syscall-filter", group).splitlines()[1:]:
        word = line.strip()
        if word.startswith("@"):
            found |= members(word)
        elif word and not word.startswith("#"):
            found.add(word)
    return found


def allowed_calls():
    """As systemd reads SystemCallFilter: the first line begins the list, `~` takes away."""
    allowed = members("@default")
    for line in settings("SystemCallFilter"):
        away = line.startswith("~")
        for word in line.lstrip("~").split():
            calls = members(word) if word.startswith("@") else {word}
            allowed = allowed - calls if away else allowed | calls
    # What every process needs stays, whatever is taken away.
    return allowed | members("@default")


def traced_story(folder):
    """Sends and fetches a document, reloads the certificate and stops, with the server under strace; its lines."""
    real = pathlib.Path(os.environ.get("ROGATORY_BIN_DIR", ROOT / "build/release/bin")).resolve()
    programs = folder / "bin"
    programs.mkdir()
    (programs / "rogatory").symlink_to(real / "rogatory")
    trace = folder / "trace"
    # As the unit has it, not root: SQLite, run by root, would give its files to their folder's owner.
    user = f"setpriv --reuid={NOBODY} --regid={NOBODY} --clear-groups" if os.getuid() == 0 else ""
    place = folder / "world/server"
    place.mkdir(parents=True)
    if user:
        folder.chmod(0o711)
        for one in (folder, place):
            os.chown(one, NOBODY, NOBODY)
    # -D: the tracer is a child of the server, which keeps the process number that signals go to.
    (programs / "rogatoryd").write_text(f"""#!/bin/sh
case "$1" in serve|check) exec {user} strace -D -f -qq -X verbose -o {trace}.$1 -e signal=none {real}/rogatoryd "$@" ;; esac
exec {user} {real}/rogatoryd "$@"
""")
    (programs / "rogatoryd").chmod(0o755)
    os.environ["ROGATORY_BIN_DIR"] = str(programs)
    import installation
    import scene
    world = scene.Scene(folder / "world")
    document = folder / "document.bin"
    document.write_bytes(os.urandom(3 << 20))
    sender, reader = world.cast["SEN1"], world.cast["OTP1"]
    sender.run("send", document, "--to", "X-OTP", "--title", "Accounts")
    reader.run("get", "latest", "--out", folder / "out")
    assert (folder / "out" / "document.bin").read_bytes() == document.read_bytes()
    world.server.process.send_signal(1)
    world.close()
    subprocess.run([str(installation.BIN / "rogatoryd"), "check", "--config", str(world.server.config)], check=True, capture_output=True)
    lines = []
    for part in ("serve", "check"):
        lines += pathlib.Path(f"{trace}.{part}").read_text(errors="replace").splitlines()
    return lines


def unit(cases):
    with cases.case(f"systemd-analyze security says at most {MOST}"):
        for path in sorted(UNITS.rglob("*.service")):
            said = output("systemd-analyze", "--no-pager", "security", "--offline=yes", path)
            level = float(re.search(r"Overall exposure level for \S+: ([0-9.]+)", said)[1])
            print(f"  {path.name}: exposure {level}")
            assert level <= MOST, said
    with cases.case("systemd finds nothing to say about the units"):
        with tempfile.TemporaryDirectory() as name:
            for path in [*UNITS.rglob("*.service"), *UNITS.glob("*.socket"), *UNITS.glob("*.timer")]:
                # The program is where packages put it; what is checked here need not be installed.
                (pathlib.Path(name) / path.name).write_text(re.sub(r"/usr/bin/rogatoryd?\b", "/bin/true", path.read_text()))
            for path in sorted(pathlib.Path(name).iterdir()):
                done = subprocess.run(["systemd-analyze", "verify", "--man=no", str(path)], capture_output=True, text=True)
                said = [line for line in done.stderr.splitlines() if "rogatory" in line]
                assert done.returncode == 0 and not said, "\n".join(said)
    with cases.case("the credential has the name that the server looks for"):
        name = re.search(r'kKeyCredential = "([^"]+)"', (ROOT / "storage/sql_store.cpp").read_text())[1]
        assert settings("LoadCredentialEncrypted") == [name], (settings("LoadCredentialEncrypted"), name)
    with cases.case("sysusers and tmpfiles make the user and the folders, for nobody else to read"):
        if os.getuid() != 0:
            raise Skip("only root makes users")
        with tempfile.TemporaryDirectory() as name:
            tree = pathlib.Path(name)
            (tree / "etc").mkdir()
            for file in ("passwd", "group"):
                shutil.copy(f"/etc/{file}", tree / "etc" / file)
            output("systemd-sysusers", f"--root={tree}", UNITS / "rogatory.sysusers.conf")
            assert re.search(r"^rogatory:[^:]*:\d+:\d+:Rogatory server:/var/lib/rogatory:/usr/sbin/nologin$", (tree / "etc/passwd").read_text(), re.M)
            output("systemd-tmpfiles", f"--root={tree}", "--create", UNITS / "rogatory.tmpfiles.conf")
            assert (tree / "var/lib/rogatory").stat().st_mode & 0o777 == 0o700
            user = re.search(r"^rogatory:[^:]*:(\d+):", (tree / "etc/passwd").read_text(), re.M)[1]
            assert (tree / "var/lib/rogatory").stat().st_uid == int(user)


def life_within(cases, folder):
    if not shutil.which("strace"):
        with cases.case("the server lives within the unit"):
            raise Skip("strace is not installed")
        return
    with cases.case("a story is served under strace"):
        lines = traced_story(folder)
    calls = {match[1] for match in (re.match(r"\d+ +(?:<\.\.\. )?([a-z_0-9]+)[( ]", line) for line in lines) if match}
    with cases.case("every system call of it is allowed by SystemCallFilter"):
        allowed = allowed_calls()
        assert "fsync" in calls and len(calls) > 40, calls
        refused = sorted(calls - allowed - set(WITHOUT))
        for name in sorted(calls & set(WITHOUT)):
            print(f"  refused, and done without: {name}: {WITHOUT[name]}")
        print(f"  {len(calls)} system calls, {len(allowed)} allowed")
        assert not refused, refused
    with cases.case("it opens sockets of the families allowed, and no other"):
        families = set(settings("RestrictAddressFamilies")[0].split())
        opened = {match for line in lines for match in re.findall(r"\bsocket(?:pair)?\(0x\w+ /\* (AF_\w+) \*/|\bsocket(?:pair)?\((AF_\w+)", line)}
        opened = {one or other for one, other in opened}
        assert "AF_INET" in opened or "AF_INET6" in opened, opened
        assert opened <= families | {"AF_NETLINK"}, opened - families
        # AF_NETLINK is refused there: the resolver asks it for the order of addresses, and does without.
        if "AF_NETLINK" in opened:
            print("  AF_NETLINK asked for (order of addresses); the resolver does without")
    with cases.case("it maps no memory that is writable and executable"):
        both = [line for line in lines if re.search(r"\b(mmap|mprotect|pkey_mprotect)\(", line) and "PROT_WRITE" in line and "PROT_EXEC" in line]
        assert not both, both[:3]
        later = [line for line in lines if re.search(r"\b(mprotect|pkey_mprotect)\(", line) and "PROT_EXEC" in line]
        assert not later, later[:3]


def main():
    cases = Cases("checks_systemd_unit")
    if not shutil.which("systemd-analyze"):
        with cases.case("the unit"):
            raise Skip("systemd is not installed")
        return cases.finish()
    unit(cases)
    if "--short" not in sys.argv[1:]:
        with tempfile.TemporaryDirectory(prefix="rogatory-unit-") as name:
            life_within(cases, pathlib.Path(name))
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
