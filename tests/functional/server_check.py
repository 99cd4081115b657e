"""`rogatoryd check` names everything that is wrong at once, each with what to do, in the operator's language; and the example of a
configuration is what the program itself prints."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from cases import Cases
from installation import ROOT
from server_process import DAEMON, Daemon, run


def check(daemon, *options, language="C.UTF-8", **more):
    return run("check", "--config", daemon.config, *options, env={**os.environ, "LC_ALL": language}, **more)


def findings(done):
    """{key: (weight, sentence, what to do)}."""
    found = {}
    lines = done.stderr.splitlines()
    for number, line in enumerate(lines):
        start = re.fullmatch(r"(error|warning|erreur|avertissement) ([a-z_.]+)", line)
        if start:
            assert lines[number + 1].startswith("  ") and lines[number + 2].startswith("  → "), f"{line} is not explained"
            assert "{" not in lines[number + 1] + lines[number + 2], lines[number + 1:number + 3]
            found[start[2]] = (start[1], lines[number + 1].strip(), lines[number + 2].strip(" →"))
    return found


# What this machine may say of itself whatever is right with the server: of its own disk and clock.
OF_THE_MACHINE = {"check.clock_unsynchronised", "check.filesystem", "check.fsync_slow", "check.disk_space", "check.open_files"}


def faults(daemon, *options, **more):
    done = check(daemon, *options, **more)
    found = {key: what for key, what in findings(done).items() if key not in OF_THE_MACHINE}
    # Warnings alone stop nothing.
    assert (done.returncode == 0) == (not any(weight in ("error", "erreur") for weight, _, _ in findings(done).values())), done.stderr
    return found


def certificate(daemon, name, days, start=None):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", str(daemon.data / "server.key"),
                    "-out", str(daemon.data / "server.pem"), "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}",
                    *(["-days", str(days)] if days else ["-not_before", "20200101000000Z", "-not_after", "20200201000000Z"])], check=True, capture_output=True)


def each_fault_is_found(cases, daemon):
    good = daemon.config.read_text()
    with cases.case("nothing is wrong with a new server, quick or whole"):
        for options in ([], ["--quick"]):
            assert faults(daemon, *options) == {}, check(daemon, *options).stderr
    modes = [("check.data_mode", daemon.data, 0o750, 0o700), ("check.key_mode", daemon.data / "server.key", 0o644, 0o600),
             ("database_key.mode", daemon.data / "database.key", 0o640, 0o600), ("check.config_mode", daemon.config, 0o622, 0o600)]
    for key, path, wrong, right in modes:
        with cases.case(f"who may read or write {path.name}"):
            path.chmod(wrong)
            assert set(faults(daemon)) == {key}, check(daemon).stderr
            path.chmod(right)
    with cases.case("all of them at once"):
        for _, path, wrong, _ in modes:
            path.chmod(wrong)
        assert {key for key, *_ in modes} <= set(faults(daemon))
        for _, path, _, right in modes:
            path.chmod(right)
        assert faults(daemon) == {}
    pem, key = (daemon.data / "server.pem").read_text(), (daemon.data / "server.key").read_text()
    with cases.case("the certificate: another host's, soon over, of another key, none"):
        certificate(daemon, "elsewhere.example", 90)
        assert set(faults(daemon)) == {"check.certificate_host"} and "localhost" in faults(daemon)["check.certificate_host"][1]
        certificate(daemon, "localhost", 5)
        assert faults(daemon)["check.certificate_soon"][0] == "warning" and check(daemon).returncode == 0
        (daemon.data / "server.key").write_text(key)
        assert set(faults(daemon)) == {"tls.key"}
        (daemon.data / "server.pem").write_text("no certificate")
        assert set(faults(daemon)) == {"tls.certificate"}
        (daemon.data / "server.pem").write_text(pem)
    with cases.case("a certificate that has ended"):
        certificate(daemon, "localhost", 1)
        # Two days on, by a clock that only this process sees.
        faketime = subprocess.run(["which", "faketime"], capture_output=True).returncode == 0
        if faketime:
            done = subprocess.run(["faketime", "-f", "+2d", DAEMON, "check", "--config", str(daemon.config)], capture_output=True, text=True)
            assert "check.certificate_expired" in findings(done) and done.returncode == 1, done.stderr
        (daemon.data / "server.pem").write_text(pem)
        (daemon.data / "server.key").write_text(key)
    with cases.case("settings that are slips: the nearest name is said"):
        for slip, near in (("\n[limits]\nhead_second = 3\n", "limits.head_seconds"), ("\nhead_seconds = 3\n", "limits.head_seconds"),
                           ("\n[limit]\nconnections = 3\n", "limits.connections"), ("\n[log]\nlevle = \"info\"\n", "log.level")):
            daemon.config.write_text(good + slip if slip.startswith("\n[") else slip + good)
            found = faults(daemon)
            assert set(found) == {"config.unknown"} and near in found["config.unknown"][2], found
        daemon.config.write_text(good + "\n[zzzzqqqq]\nxxxxyyyywwww = 1\n")
        assert "{" not in faults(daemon)["config.unknown"][2]
        daemon.config.write_text(good + "\n[log]\nlevel = 3\n")
        assert set(faults(daemon)) == {"config.value"}
        daemon.config.write_text("data = ")
        assert set(faults(daemon)) == {"config.malformed"}
        daemon.config.write_text(good.replace("127.0.0.1\"\nport = " + str(daemon.management), "0.0.0.0\"\nport = " + str(daemon.management)))
        assert set(faults(daemon)) == {"check.management_address"}, check(daemon).stderr
        daemon.config.write_text(good + "\n[limits]\nreserve_bytes = 1000000000000000\n")
        assert set(faults(daemon)) == {"check.disk_full"}
        daemon.config.write_text(good + "\n[limits]\nconnections = 900000\n")
        done = check(daemon, preexec_fn=lambda: __import__("resource").setrlimit(__import__("resource").RLIMIT_NOFILE, (1024, 1024)))
        assert "check.open_files" in findings(done) and "LimitNOFILE=900512" in findings(done)["check.open_files"][2], done.stderr
        daemon.config.write_text(good)
    with cases.case("a page that was altered, and a password that others may read"):
        client = daemon.folder / "web"
        client.mkdir()
        daemon.config.write_text(re.sub(r"\[web\]\n.*\n", "", good) + f"\n[web]\nfolder = \"{client}\"\n[mail]\nurl = \"smtp://m.example\"\nfrom = \"a@b.example\"\npassword_file = \"pw\"\n")
        (daemon.data / "pw").write_text("secret\n")
        (daemon.data / "pw").chmod(0o644)
        assert set(faults(daemon)) == {"page.manifest", "secret_file.mode"}, check(daemon).stderr
        daemon.config.write_text(good)
    with cases.case("a server that runs is no fault, and its folder is left alone"):
        daemon.start()
        assert set(faults(daemon)) == {"storage.locked"} and check(daemon).returncode == 0
        daemon.end()
    database = daemon.data / "rogatory.db"
    whole = database.read_bytes()
    with cases.case("another database's key"):
        own = (daemon.data / "database.key").read_text()
        (daemon.data / "database.key").write_text("0" * 64 + "\n")
        assert set(faults(daemon)) == {"storage.key_or_file"}, check(daemon).stderr
        (daemon.data / "database.key").write_text(own)
    with cases.case("a database that is damaged, and none"):
        with open(database, "r+b") as file:
            file.seek(len(whole) - 3000)
            file.write(b"\0" * 64)
        found = faults(daemon)
        assert found and set(found) <= {"storage.damaged", "storage.key_or_file", "log.behind"}, check(daemon).stderr
        database.unlink()
        assert set(faults(daemon)) == {"init.missing"}
        database.write_bytes(whole)
        database.chmod(0o600)
        assert faults(daemon) == {}
    with cases.case("a tree that is not what was signed"):
        key = (daemon.data / "database.key").read_text().strip()
        subprocess.run(["sqlcipher", str(database)], input=f"PRAGMA key = \"x'{key}'\";\nDELETE FROM log_tile;\nUPDATE log SET size = size + 1;\n", text=True,
                       check=True, capture_output=True)
        assert "log.behind" in faults(daemon), check(daemon).stderr
        assert "log.behind" not in faults(daemon, "--quick")
        database.write_bytes(whole)
    with cases.case("a clock that went back"):
        subprocess.run(["sqlcipher", str(database)], text=True, check=True, capture_output=True,
                       input=f"PRAGMA key = \"x'{(daemon.data / 'database.key').read_text().strip()}'\";\n"
                             "INSERT OR REPLACE INTO server_value (name, bytes) VALUES ('time.latest', x'000000017fffffff');\n")
        assert set(faults(daemon)) == {"check.clock_back"}, check(daemon).stderr
        database.write_bytes(whole)
    with cases.case("in French, every finding too"):
        daemon.data.chmod(0o755)
        (daemon.data / "server.key").chmod(0o644)
        english, french = faults(daemon), faults(daemon, language="fr_FR.UTF-8")
        assert set(english) == set(french) and all(french[key] != english[key] for key in english), french
        assert french["check.data_mode"][0] == "erreur"
        daemon.data.chmod(0o700)
        (daemon.data / "server.key").chmod(0o600)
    with cases.case("data that is not there"):
        daemon.config.write_text(good.replace('data = "."', 'data = "nowhere"'))
        assert "check.data_missing" in faults(daemon)
        daemon.config.write_text(good)


def the_example(cases, daemon):
    printed = run("config", "example")
    with cases.case("the example in the tree is what the program prints"):
        assert printed.returncode == 0
        assert (ROOT / "deploy/rogatoryd.example.toml").read_text() == printed.stdout, "rogatoryd config example > deploy/rogatoryd.example.toml"
    with cases.case("each of its settings is explained, and each value is one that it can have"):
        lines = printed.stdout.splitlines()
        settings = [line for line in lines if re.match(r"#?[a-z_0-9]+ = ", line)]
        assert len(settings) > 50
        for number, line in enumerate(lines):
            if line in settings:
                assert lines[number - 1].startswith("# ") and lines[number - 1].endswith("."), line
        with_all = "\n".join(re.sub(r"^#([a-z_0-9]+ = )", r"\1", line) for line in lines)
        config = daemon.folder / "all.toml"
        config.write_text(with_all)
        done = run("check", "--config", config)
        assert "config." not in done.stderr, done.stderr
    with cases.case("and the guides name no setting that there is not"):
        names = {line.lstrip("#").split(" = ")[0] for line in settings}
        for guide in ("docs/en/administrators.md", "docs/fr/administrateurs.md"):
            for table, name in re.findall(r"`(limits|listen|mail|witnesses|management|sessions|log|web|maintenance)\.([a-z_0-9]+)`", (ROOT / guide).read_text()):
                assert name in names or table == "log", f"{guide}: {table}.{name}"


def main():
    cases = Cases("functional_server_check")
    with tempfile.TemporaryDirectory(prefix="rogatory-") as name:
        daemon = Daemon(pathlib.Path(name))
        each_fault_is_found(cases, daemon)
        the_example(cases, daemon)
    sys.exit(cases.finish())


if __name__ == "__main__":
    main()
