"""`rogatoryd check` names everything that is wrong at once, each with what to do, in the operator's language; and the example of a
configuration is what the program itself prints."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from cases import Cases
from installation import ROOT
from server_process import Daemon, run


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


def certificate(daemon, name, days):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", str(daemon.data / "server.key"),
                    "-out", str(daemon.data / "server.pem"), "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}",
                    "-days", str(days)], check=True, capture_output=True)


def ended_certificate(daemon):
    """For localhost, of January 2020, with the key that is there."""
    folder = daemon.folder / "authority"
    folder.mkdir(exist_ok=True)
    (folder / "index").write_text("")
    (folder / "serial").write_text("01\n")
    (folder / "config").write_text(f"[ca]\ndefault_ca = c\n[c]\ndatabase = {folder}/index\nserial = {folder}/serial\nnew_certs_dir = {folder}\n"
                                   "default_md = sha256\npolicy = p\nx509_extensions = e\n[p]\ncommonName = supplied\n[e]\nsubjectAltName = DNS:localhost\n")
    key = str(daemon.data / "server.key")
    subprocess.run(["openssl", "req", "-new", "-key", key, "-subj", "/CN=localhost", "-out", str(folder / "request")], check=True, capture_output=True)
    subprocess.run(["openssl", "ca", "-selfsign", "-batch", "-notext", "-config", str(folder / "config"), "-keyfile", key, "-in", str(folder / "request"),
                    "-out", str(daemon.data / "server.pem"), "-startdate", "20200101000000Z", "-enddate", "20200201000000Z"], check=True, capture_output=True)


def each_fault_is_found(cases, daemon):
    good = daemon.config.read_text()
    with cases.case("nothing is wrong with a new server, quick or whole"):
        for options in ([], ["--quick"]):
            assert faults(daemon, *options) == {}, check(daemon, *options).stderr
        # It says no more than it has read.
        assert check(daemon).stdout == "rogatoryd: configuration, certificate, database and log are in order\n"
        assert check(daemon, "--quick").stdout == "rogatoryd: configuration and certificate are in order; neither database nor log was read whole\n"
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
        (daemon.data / "server.pem").unlink()
        assert set(faults(daemon)) == {"tls.certificate"} and "No such file or directory" in check(daemon).stderr, check(daemon).stderr
        (daemon.data / "server.pem").write_text(pem)
    with cases.case("a certificate that has ended"):
        ended_certificate(daemon)
        assert set(faults(daemon)) == {"check.certificate_expired"}, check(daemon).stderr
        (daemon.data / "server.pem").write_text(pem)
    with cases.case("what is to be mended does not keep people from reading: the unit starts it, and it serves"):
        ended_certificate(daemon)
        (daemon.data / "server.key").chmod(0o640)
        daemon.config.write_text(good + "\n[limits]\nreserve_bytes = 1000000000000000\n")
        # Where its secret goes nothing can be written.
        (daemon.data / "management.token.next").mkdir()
        assert {"check.certificate_expired", "check.key_mode", "check.disk_full"} <= set(faults(daemon)), check(daemon).stderr
        for command in re.findall(r"^ExecStartPre=\S+/rogatoryd (.*)$", (ROOT / "deploy/systemd/rogatoryd.service").read_text(), re.MULTILINE):
            words = [str(daemon.config) if word.endswith(".toml") else word for word in command.split()]
            assert run(*words).returncode == 0, f"{command} would keep it from starting"
        daemon.start()
        for words in (["read-only"], ["normal"]):
            refused = run("mode", *words, "--config", daemon.config)
            assert refused.returncode == 1 and "mode.no_secret" in refused.stderr, refused
        assert daemon.manage("/mode") == (200, "normal\n")
        # An empty secret is nobody's.
        for bearer in ("Bearer ", "Bearer"):
            asked = urllib.request.Request(f"http://127.0.0.1:{daemon.management}/mode", data=b"", headers={"Authorization": bearer, "Rogatory-Mode": "maintenance"})
            try:
                urllib.request.urlopen(asked, timeout=60)
                raise AssertionError("it was set without a secret")
            except urllib.error.HTTPError as refusal:
                assert refusal.code == 503, refusal.code
        assert daemon.end() == 0
        (daemon.data / "management.token.next").rmdir()
        (daemon.data / "server.key").chmod(0o600)
        (daemon.data / "server.pem").write_text(pem)
        daemon.config.write_text(good)
        assert faults(daemon) == {}
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
        # What the listener takes and the command of the mode reaches, and no name.
        management = f"127.0.0.1\"\nport = {daemon.management}"
        daemon.config.write_text(good.replace(management, management.replace("127.0.0.1", "localhost")))
        assert set(faults(daemon)) == {"check.management_address"}, check(daemon).stderr
        for address in ("127.0.0.2", "::1"):
            daemon.config.write_text(good.replace(management, management.replace("127.0.0.1", address)))
            assert faults(daemon) == {}, check(daemon).stderr
            host = f"[{address}]" if ":" in address else address
            daemon.manage_at = f"http://{host}:{daemon.management}"
            daemon.start()
            set_to = run("mode", "read-only", "--config", daemon.config)
            assert set_to.returncode == 0 and set_to.stdout == "read-only\n", set_to
            run("mode", "normal", "--config", daemon.config)
            assert daemon.end() == 0
        daemon.manage_at = None
        daemon.config.write_text(good + "\n[limits]\nreserve_bytes = 1000000000000000\n")
        assert set(faults(daemon)) == {"check.disk_full"}
        daemon.config.write_text(good + "\n[limits]\nconnections = 900000\n")
        done = check(daemon, preexec_fn=lambda: __import__("resource").setrlimit(__import__("resource").RLIMIT_NOFILE, (1024, 1024)))
        assert "check.open_files" in findings(done) and "LimitNOFILE=1800512" in findings(done)["check.open_files"][2], done.stderr
        daemon.config.write_text(good)
    with cases.case("a page that was altered, and a password that others may read"):
        client = daemon.folder / "web"
        client.mkdir()
        daemon.config.write_text(re.sub(r"\[web\]\n.*\n", "", good) + f"\n[web]\nfolder = \"{client}\"\n[mail]\nurl = \"smtp://m.example\"\nfrom = \"a@b.example\"\npassword_file = \"pw\"\n")
        (daemon.data / "pw").write_text("secret\n")
        (daemon.data / "pw").chmod(0o644)
        assert set(faults(daemon)) == {"page.manifest", "secret_file.mode"}, check(daemon).stderr
        daemon.config.write_text(good)
    with cases.case("webhooks: an address that is none, a secret that others may read or that is none, a Party that is not there"):
        secret = daemon.data / "hook"
        secret.write_text("whsec_" + "A" * 32 + "\n")
        secret.chmod(0o600)
        hook = '\n[[webhooks.to]]\nparty = "SEN"\nurl = "https://hooks.example/r"\nsecret_file = "hook"\n'
        daemon.config.write_text(good + hook)
        assert faults(daemon)["webhooks.nobody"][0] == "warning" and set(faults(daemon)) == {"webhooks.nobody"}, check(daemon).stderr
        daemon.config.write_text(good + hook.replace("https://", "https://user:hidden@") + hook)
        assert {"webhooks.url", "webhooks.twice"} <= set(faults(daemon)), check(daemon).stderr
        assert "SEN n’a pas d’adresse utilisable." in faults(daemon, language="fr_FR.UTF-8")["webhooks.url"][1]
        assert "hidden" not in check(daemon).stderr
        daemon.config.write_text(good + hook.replace('"hook"', '"none"'))
        assert "secret_file.unreadable" in faults(daemon)
        daemon.config.write_text(good + hook)
        # A credential of the unit's goes before the file.
        credentials = daemon.folder / "credentials"
        credentials.mkdir()
        (credentials / "rogatory-webhook-SEN").write_text("no secret\n")
        with_credentials = {**os.environ, "LC_ALL": "C.UTF-8", "CREDENTIALS_DIRECTORY": str(credentials)}
        # As systemd hands it to a unit with a user of its own: root's, with an ACL that shows as the group's right. Of anybody else's file it is that.
        (credentials / "rogatory-webhook-SEN").chmod(0o440)
        done = run("check", "--config", daemon.config, "--quick", env=with_credentials)
        assert ("webhooks.secret" if os.geteuid() == 0 else "secret_file.mode") in findings(done), done.stderr
        if os.geteuid() == 0:
            own = secret.read_text()
            (credentials / "rogatory-webhook-SEN").write_text(own)
            secret.write_text("password\n")
            assert "webhooks.secret" not in findings(run("check", "--config", daemon.config, "--quick", env=with_credentials))
            daemon.start(env=with_credentials)
            assert daemon.end() == 0
            secret.write_text(own)
        # What stands behind the lines that are read would be signed with by nobody.
        secret.write_text("whsec_" + "A" * 32 + "\n\nwhsec_" + "B" * 32 + "\n")
        assert "webhooks.secret" in faults(daemon)
        secret.write_text("whsec_" + "A" * 32 + "\n")
        daemon.config.write_text(good + "\n[webhooks]\nevery_seconds = 29\n" + hook)
        assert faults(daemon)["webhooks.often"][0] == "warning" and check(daemon).returncode == 0
        assert "toutes les 29 s" in faults(daemon, language="fr_FR.UTF-8")["webhooks.often"][1]
        daemon.config.write_text(good + "\n[webhooks]\nevery_seconds = 30\n" + hook)
        assert "webhooks.often" not in faults(daemon)
        daemon.config.write_text(good + hook)
        # And a server with one that is none does not start, lets nobody in meanwhile, and says what to do.
        secret.write_text("password\n")
        started = run("serve", "--config", daemon.config, env={**os.environ, "LC_ALL": "C.UTF-8"})
        assert started.returncode != 0 and "webhooks.secret" in started.stderr and "openssl rand -base64 32" in started.stderr, started.stderr
        assert "password" not in started.stderr and '"listening"' not in started.stderr, started.stderr
        daemon.config.write_text(good + '\n[mail]\nurl = "smtp://m.example"\nfrom = "nobody"\n')
        started = run("serve", "--config", daemon.config, env={**os.environ, "LC_ALL": "C.UTF-8"})
        assert started.returncode != 0 and "config.value" in started.stderr and '"listening"' not in started.stderr, started.stderr
        daemon.config.write_text(good)
    with cases.case("a server that runs is no fault, and its folder is left alone"):
        daemon.start()
        assert '"listening"' in pathlib.Path(daemon.log).read_text()
        assert set(faults(daemon)) == {"check.running"} and check(daemon).returncode == 0
        assert "database" not in check(daemon).stdout.split(";")[0], check(daemon).stdout
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
        with_all = "\n".join(re.sub(r"^#([a-z_0-9]+ = |\[\[)", r"\1", line) for line in lines)
        config = daemon.folder / "all.toml"
        config.write_text(with_all)
        done = run("check", "--config", config)
        assert "config." not in done.stderr, done.stderr
    with cases.case("and the guides name no setting that there is not"):
        names = {line.lstrip("#").split(" = ")[0] for line in settings}
        for guide in ("docs/en/administrators.md", "docs/fr/administrateurs.md"):
            for table, name in re.findall(r"`(limits|listen|mail|webhooks|witnesses|management|sessions|log|web|maintenance)\.([a-z_0-9]+)`", (ROOT / guide).read_text()):
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
