"""The guide's installation from packages: the same commands in English, French and the manual page, and what can be done without a
machine of its own is done. The server then starts as another user than root, over the socket that systemd would hand it."""
import os
import pathlib
import re
import shlex
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from cases import Cases, Skip
from installation import BIN, ROOT
from network import free_port

DATA, NOBODY = "/var/lib/rogatory", 65534
UNITS = ROOT / "deploy/systemd"


def commands(text):
    """The lines of a block of shell, continued ones joined, without comments."""
    lines = (re.sub(r"\s+# .*$", "", line).strip() for line in text.replace("\\\n", " ").splitlines())
    return [shlex.split(line) for line in lines if line]


def of_guide(path):
    """The block that begins by letting apt reach the libraries."""
    return commands(next(block for block in re.findall(r"```\n(.*?)```", (ROOT / path).read_text(), re.S) if "install-dependencies --sources" in block))


def of_manual():
    text = re.search(r"\.SH EXAMPLES\n.*?\.nf\n(.*?)\.fi", (ROOT / "deploy/man/rogatoryd.en.roff").read_text(), re.S)[1]
    return commands(text.replace("\\\\", "\\").replace("\\-", "-"))


def option(words, name):
    return words[words.index(name) + 1] if name in words else next(word.partition("=")[2] for word in words if word.startswith(f"{name}="))


def one(lines, *beginning):
    (found,) = [words for words in lines if any(words[at:at + len(beginning)] == list(beginning) for at in range(len(words)))]
    return found


class Installation:
    """The guide's own words, with a folder in place of /var/lib/rogatory and another user in place of rogatory."""

    def __init__(self, folder):
        self.folder, self.data = folder, folder / "data"
        self.data.mkdir(mode=0o700)
        self.program = shutil.copy(BIN / "rogatoryd", folder)
        self.user = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.getuid() == 0 else {}
        folder.chmod(0o711)
        if self.user:
            os.chown(self.data, NOBODY, NOBODY)
        self.management = free_port()

    def do(self, words):
        words = [word.replace(DATA, str(self.data)) for word in words]
        if words[:4] == ["runuser", "-u", "rogatory", "--"]:
            return self.run(words[4:])
        if words[0] == "install":
            owner = str(NOBODY if self.user else os.getuid())
            words = [owner if word == "rogatory" else word for word in words]
        return subprocess.run(words, cwd=self.folder, capture_output=True, text=True, stdin=subprocess.DEVNULL)

    def run(self, words):
        assert words[0] == "rogatoryd", words
        return subprocess.run([self.program, *words[1:]], capture_output=True, text=True, stdin=subprocess.DEVNULL, cwd=self.data, **self.user)

    def check(self):
        return self.run(["rogatoryd", "check", "--quick", "--config", str(self.data / "rogatoryd.toml")])

    def start(self, listening=None):
        words, handed = [self.program, "serve", "--config", str(self.data / "rogatoryd.toml")], {}
        environment = dict(os.environ)
        if listening:
            # As systemd does it: the third descriptor, and the number of the very process.
            handed_over = listening.fileno()
            words = ["sh", "-c", 'export LISTEN_PID=$$; exec "$@"', "sh", *words]
            environment |= {"LISTEN_FDS": "1", "LISTEN_FDNAMES": re.search(r"FileDescriptorName=(\S+)", (UNITS / "rogatoryd.socket").read_text())[1]}
            handed = {"preexec_fn": lambda: os.dup2(handed_over, 3, inheritable=True), "pass_fds": (3, handed_over)}
        return subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment, cwd=self.data, **handed, **self.user)


def answers(server, address, certificate, host):
    context = ssl.create_default_context(cafile=str(certificate))
    until = time.monotonic() + 120
    while server.poll() is None and time.monotonic() < until:
        try:
            with socket.create_connection(address, timeout=30) as plain, context.wrap_socket(plain, server_hostname=host) as secret:
                secret.sendall(f"GET /api/v1/server HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
                return secret.recv(64).startswith(b"HTTP/1.1 200 ")
        except OSError:
            time.sleep(0.1)
    return False


def main():
    cases = Cases("packaging_guide")
    guide = of_guide("docs/en/administrators.md")
    init = one(guide, "rogatoryd", "init")
    host = option(init, "--host")
    units = one(guide, "systemctl", "enable")[3:]
    with cases.case("the French guide and the manual page have the same commands"):
        assert of_guide("docs/fr/administrateurs.md") == guide
        assert of_manual() == [words for words in guide if words[0] not in ("deploy/install-dependencies", "apt")], of_manual()
    with cases.case("the sheet of the key ceremony has the guide's commands, in English and in French"):
        sealed, enabled = one(guide, "systemd-creds", "encrypt"), one(guide, "systemctl", "enable")
        for sheet, guides in (("docs/en/key-ceremony.md", "docs/en/administrators.md"), ("docs/fr/ceremonie-des-cles.md", "docs/fr/administrateurs.md")):
            shown = [shlex.split(line) for line in re.findall(r"`((?:runuser|systemd-creds|systemd-run|systemctl|shred) [^`]+)`", (ROOT / sheet).read_text())]
            founded = one(shown, "rogatoryd", "init")
            at = founded.index("--policy")
            with_host = [host if words == option(founded, "--host") else words for words in founded[:at] + founded[at + 2:]]
            assert with_host == init, (sheet, founded)
            assert sealed in shown and enabled in shown, (sheet, shown)
            checked = one(shown, "rogatoryd", "check")
            assert checked in [words for block in re.findall(r"```\n(systemd-run.*?)```", (ROOT / guides).read_text(), re.S) for words in commands(block)], (sheet, checked)
            # What must be gone is what init was told to write, and the key that was sealed.
            assert {words[-1] for words in shown if words[0] == "shred"} == {option(init, "--admin-code-out"), sealed[-2]}, (sheet, shown)
    with cases.case("the key is sealed under the name and to the place where the unit looks for it"):
        sealed = one(guide, "systemd-creds", "encrypt")
        name = option(sealed, "--name")
        assert f"LoadCredentialEncrypted={name}\n" in (UNITS / "rogatoryd.service").read_text()
        assert sealed[-2:] == [f"{DATA}/database.key", f"/etc/credstore.encrypted/{name}"]
    with tempfile.TemporaryDirectory(prefix="rogatory-guide-") as temporary:
        folder = pathlib.Path(temporary)
        installed = Installation(folder)
        with cases.case("init as it stands there; without the step after it, the certificate is missing"):
            done = installed.do(init)
            assert done.returncode == 0, done.stderr
            config = installed.data / "rogatoryd.toml"
            config.write_text(config.read_text().replace("port = 8444", f"port = {installed.management}"))
            done = installed.check()
            assert done.returncode != 0 and "server.pem" in done.stderr, done.stderr
        with cases.case("with the certificate put where the guide says, everything is in order before the start"):
            done = subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "365", "-subj", f"/CN={host}",
                                   "-addext", f"subjectAltName=DNS:{host}", "-out", folder / "fullchain.pem", "-keyout", folder / "privkey.pem"], capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
            puts = [words for words in guide if words[0] == "install"]
            before_the_start = guide[:guide.index(one(guide, "systemctl", "enable"))]
            assert len(puts) == 2 and all(words in before_the_start for words in puts)
            for words in puts:
                done = installed.do(words)
                assert done.returncode == 0, done.stderr
            done = installed.check()
            assert done.returncode == 0, done.stderr
        with cases.case("what is enabled holds the port that init wrote, which the server’s user may not open"):
            port = int(re.search(r"\[listen\][^[]*?port = (\d+)", (installed.data / "rogatoryd.toml").read_text())[1])
            listens = int(re.search(r"ListenStream=(?:\S*:)?(\d+)", (UNITS / "rogatoryd.socket").read_text())[1])
            assert port == listens and units == ["rogatoryd.socket", "rogatoryd"], (port, listens, units)
            assert "CapabilityBoundingSet=\n" in (UNITS / "rogatoryd.service").read_text()
            if port >= int(pathlib.Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text()):
                raise Skip("here every user may open it")
            alone = installed.start()
            assert alone.wait(30) != 0 and "server.listen" in (said := alone.stderr.read()), said
        with cases.case("over that socket it starts, and answers under its name"):
            with socket.create_server(("127.0.0.1", 0)) as listening:
                server = installed.start(listening)
                try:
                    assert answers(server, listening.getsockname(), folder / "fullchain.pem", host), "no answer"
                finally:
                    server.terminate()
                    said = server.stderr.read()
                    assert server.wait(60) == 0, said
        with cases.case("systemctl knows the units, and how they are enabled"):
            if not shutil.which("systemctl"):
                raise Skip("systemctl is not installed")
            root = folder / "root"
            shutil.copytree(UNITS, root / "usr/lib/systemd/system")
            done = subprocess.run(["systemctl", f"--root={root}", "enable", *units], capture_output=True, text=True)
            enabled = sorted(str(path.relative_to(root / "etc/systemd/system")) for path in root.glob("etc/systemd/system/*.wants/*"))
            assert done.returncode == 0 and enabled == ["multi-user.target.wants/rogatoryd.service", "sockets.target.wants/rogatoryd.socket"], (enabled, done.stderr)
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
