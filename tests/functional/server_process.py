"""`rogatoryd` as an operator and systemd see it: set-up, configuration, signals, sockets handed over, what it writes."""
import hashlib
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import ssl
import stat
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from cases import Cases
from installation import BIN, Failed, free_port
from scene import soon

DAEMON = str(BIN / "rogatoryd")


def run(*arguments, **options):
    return subprocess.run([DAEMON, *map(str, arguments)], capture_output=True, text=True, timeout=180, stdin=subprocess.DEVNULL, **options)


def lines(log):
    """Those that are whole: the last may be on its way."""
    return [json.loads(line) for line in log.read_text().split("\n")[:-1]]


class Daemon:
    """A server of its own with a self-signed certificate."""

    def __init__(self, folder, extra="", init=()):
        self.folder, self.data = folder, folder / "data"
        self.port, self.management = free_port(), free_port()
        done = run("init", "--data", self.data, "--host", f"localhost:{self.port}", "--self-signed",
                   "--admin-code-out", folder / "code.txt", "--sheet-out", folder / "sheet.txt", *init)
        assert done.returncode == 0, done.stderr
        self.config = self.data / "rogatoryd.toml"
        self.config.write_text(self.config.read_text().replace("port = 8444", f"port = {self.management}") + extra)
        self.log = folder / "log"
        self.manage_at = None  # where the configuration says something else than 127.0.0.1
        self.context = ssl.create_default_context(cafile=str(self.data / "server.pem"))
        self.process = None

    def start(self, **options):
        self.process = subprocess.Popen([DAEMON, "serve", "--config", str(self.config)], stderr=open(self.log, "ab"),
                                        stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, **options)
        until = time.monotonic() + 120
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise Failed(self.log.read_text())
            try:
                if self.manage("/readyz")[0] == 200:
                    return self
            except OSError:
                time.sleep(0.02)
        raise Failed("not ready")

    def manage(self, path):
        try:
            with urllib.request.urlopen(f"{self.manage_at or f'http://127.0.0.1:{self.management}'}{path}", timeout=60) as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode()

    def ask(self, path, body=None, context=None):
        data = None if body is None else json.dumps(body).encode()
        try:
            with urllib.request.urlopen(urllib.request.Request(f"https://localhost:{self.port}{path}", data=data), timeout=60,
                                        context=context or self.context) as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode()

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        return self.process.wait(90)


def set_up(cases, folder):
    (folder / "set-up").mkdir()
    daemon = Daemon(folder / "set-up")
    with cases.case("init makes everything, readable by its owner alone"):
        for name in ("database.key", "rogatory.db", "rogatoryd.toml", "server.key"):
            assert stat.S_IMODE((daemon.data / name).stat().st_mode) == 0o600, name
        assert stat.S_IMODE(daemon.data.stat().st_mode) == 0o700
        assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}\n", (daemon.folder / "code.txt").read_text())
        sheet = (daemon.folder / "sheet.txt").read_text()
        assert sheet.startswith("rogatory/v1/founding-sheet\n") and f"server: https://localhost:{daemon.port}\n" in sheet
        assert "quorum none\n" in sheet and "registry:" not in sheet
    with cases.case("init a second time changes nothing and says so"):
        before = {path.name: path.read_bytes() for path in daemon.data.iterdir() if path.is_file()}
        again = run("init", "--data", daemon.data, "--host", "localhost:1")
        assert again.returncode == 1 and "init.done" in again.stderr, again.stderr
        assert before == {path.name: path.read_bytes() for path in daemon.data.iterdir() if path.is_file()}
    with cases.case("a host that is none is refused before anything is made"):
        for host in ("", "https://a", "a b", "a:99999", "a:b", "a/b", "A"):
            assert run("init", "--data", folder / "none", "--host", host).returncode != 0, host
            assert not (folder / "none").exists(), host
    with cases.case("check reads and verifies everything"):
        done = run("check", "--config", daemon.config)
        assert done.returncode == 0 and "in order" in done.stdout, done.stderr
    with cases.case("a slip in the configuration is named, and nothing starts"):
        good = daemon.config.read_text()
        for slip, said in (("\n[limits]\nhead_second = 3\n", "limits.head_second"), ("\n[log]\nlevel = \"loud\"\n", "log.level"),
                           ("\nnonsense", "config.malformed")):
            daemon.config.write_text(good + slip)
            done = run("serve", "--config", daemon.config)
            assert done.returncode == 1 and said in done.stderr, (slip, done.stderr)
        daemon.config.write_text(good)
    with cases.case("a key that others may read is refused"):
        (daemon.data / "database.key").chmod(0o640)
        done = run("check", "--config", daemon.config)
        assert done.returncode == 1 and "database_key.mode" in done.stderr, done.stderr
        (daemon.data / "database.key").chmod(0o600)


def serving(cases, folder):
    (folder / "serving").mkdir()
    daemon = Daemon(folder / "serving").start()
    with cases.case("the management listener says alive, ready and how much, and nothing else"):
        assert daemon.manage("/livez") == (200, "alive\n")
        assert daemon.manage("/readyz") == (200, "ready\n")
        daemon.ask("/api/v1/server")
        # Counted once the answer has gone.
        assert soon(lambda: 'rogatory_requests_total{route="api",status="2xx"} ' in daemon.manage("/metrics")[1])
        status, text = daemon.manage("/metrics")
        assert status == 200 and "rogatory_read_only 0" in text
        assert daemon.manage("/api/v1/server")[0] == 404
        # Where the web client was built, any such address is a page of it, and never a number.
        status, text = daemon.ask("/metrics")
        assert "rogatory_requests" not in text and (status == 404 or text.startswith("<!doctype html>")), (status, text[:200])
    with cases.case("a second server over the same data is refused"):
        other = daemon.folder / "second.toml"
        other.write_text(daemon.config.read_text().replace('"."', f'"{daemon.data}"').replace("server.", f"{daemon.data}/server.")
                         .replace(f"port = {daemon.port}", "port = 0"))
        done = run("serve", "--config", other)
        assert done.returncode == 1 and "storage.locked" in done.stderr and "Never run two servers" in done.stderr, done.stderr
    with cases.case("no core dump, and memory that no other process of the user may read"):
        limits = pathlib.Path(f"/proc/{daemon.process.pid}/limits").read_text()
        assert re.search(r"Max core file size +0 +0 ", limits), limits
        # What cannot be dumped belongs to root under /proc; started by root, everything does.
        if os.getuid() != 0:
            assert os.stat(f"/proc/{daemon.process.pid}/mem").st_uid == 0
    with cases.case("the log has request, route, status, time, and no name or address of anybody"):
        name = "somebody.in.particular"
        assert daemon.ask("/api/v1/sign-in/challenge", {"user_name": name})[0] == 200
        assert daemon.ask("/api/v1/sign-in", {"user_name": name, "challenge": "AAAA", "with": "sign_in", "signature": "A" * 85 + "A==",
                                              "totp": "123456"})[0] == 401
        assert daemon.ask(f"/api/v1/chains/{'5' * 64}")[0] == 401
        request = wait_for_line(daemon, lambda line: line.get("route") == "/api/v1/chains/{chain}")
        text = daemon.log.read_text()
        assert name not in text and "127.0.0.1" not in text and "5" * 64 not in text and "123456" not in text
        assert set(request) == {"time", "level", "message", "request_id", "method", "route", "status", "duration_us", "bytes_in",
                                "bytes_out", "key"}, request
    with cases.case("SIGHUP serves the new certificate without a restart, and a broken one changes nothing"):
        old = (daemon.data / "server.pem").read_text()
        (daemon.data / "server.pem").write_text("broken")
        daemon.process.send_signal(signal.SIGHUP)
        wait_for_line(daemon, says("the certificate was not reloaded"))
        assert daemon.ask("/api/v1/server")[0] == 200
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                        "-keyout", str(daemon.data / "server.key"), "-out", str(daemon.data / "server.pem"), "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
        daemon.process.send_signal(signal.SIGHUP)
        wait_for_line(daemon, says("the certificate was reloaded"))
        assert daemon.ask("/api/v1/server", context=ssl.create_default_context(cafile=str(daemon.data / "server.pem")))[0] == 200
        try:
            daemon.ask("/api/v1/server", context=ssl.create_default_context(cadata=old))
        except (ssl.SSLError, urllib.error.URLError):
            pass
        else:
            raise AssertionError("the old certificate is still served")
    with cases.case("SIGTERM ends it in order, with 0"):
        assert daemon.end() == 0
        assert [line["message"] for line in lines(daemon.log)][-2:] == ["stopping", "stopped"]
    with cases.case("after kill -9 it starts again and everything is in order"):
        daemon.context = ssl.create_default_context(cafile=str(daemon.data / "server.pem"))
        daemon.start()
        daemon.end(signal.SIGKILL)
        assert run("check", "--config", daemon.config).returncode == 0
        daemon.start()
        assert daemon.ask("/api/v1/server")[0] == 200
        assert daemon.end() == 0


def says(message):
    return lambda line: line["message"] == message


def wait_for_line(daemon, wanted):
    """The first line that is wanted: lines come a tenth of a second late, together."""
    until = time.monotonic() + 90
    while time.monotonic() < until:
        for line in lines(daemon.log):
            if wanted(line):
                return line
        time.sleep(0.02)
    raise AssertionError(f"the log never said it:\n{daemon.log.read_text()}")


def activated(cases, folder):
    with cases.case("a socket that systemd hands over is served, on whatever port it listens"):
        (folder / "activated").mkdir()
        daemon = Daemon(folder / "activated")
        with socket.create_server(("127.0.0.1", 0)) as listening:
            handed = listening.fileno()

            def take_place():
                os.dup2(handed, 3, inheritable=True)

            # As sd_listen_fds(3) has it: the first socket is descriptor 3, and LISTEN_PID names the process itself.
            environment = {**os.environ, "LISTEN_FDS": "1", "LISTEN_FDNAMES": "https"}
            launcher = [sys.executable, "-c", "import os, sys; os.environ['LISTEN_PID'] = str(os.getpid()); os.execv(sys.argv[1], sys.argv[1:])",
                        DAEMON, "serve", "--config", str(daemon.config)]
            process = subprocess.Popen(launcher, stderr=open(daemon.log, "ab"), stdin=subprocess.DEVNULL, env=environment,
                                       pass_fds=(3, handed) if handed != 3 else (3,), preexec_fn=take_place)
            daemon.process, daemon.port = process, listening.getsockname()[1]
            until = time.monotonic() + 120
            while time.monotonic() < until:
                try:
                    if daemon.manage("/readyz")[0] == 200:
                        break
                except OSError:
                    time.sleep(0.02)
            assert daemon.ask("/api/v1/server")[0] == 200
            assert daemon.end() == 0
    with cases.case("two sockets of one name: one of them would never be answered"):
        with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
            def take_places():
                ends = [os.dup(one.fileno()), os.dup(other.fileno())]
                for place, end in enumerate(ends):
                    os.dup2(end, 3 + place, inheritable=True)

            done = subprocess.run(launcher, stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL, timeout=120, preexec_fn=take_places, close_fds=False,
                                  env={**environment, "LISTEN_FDS": "2", "LISTEN_FDNAMES": "https:https"})
            assert done.returncode == 1 and "server.sockets name=https" in done.stderr, done.stderr


def web_client(folder, files):
    """A folder as deploy/web-app leaves one, with these files."""
    listed = []
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
        listed.append({"path": path, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()})
    (folder / "manifest.json").write_text(json.dumps({"version": "0", "files": listed}))
    return folder


def page(cases, folder):
    script = b"// a script\n" * 60000
    client = web_client(folder / "web", {"index.html": b"<!doctype html><p>page", "assets/index-0a.js": script})
    (client / "assets/index-0a.js.br").write_bytes(b"compressed")
    with cases.case("init refuses a web client that is not whole, and makes nothing"):
        broken = web_client(folder / "broken", {"index.html": b"page"})
        (broken / "index.html").write_bytes(b"altered")
        done = run("init", "--data", folder / "none", "--host", "localhost", "--web", broken)
        assert done.returncode == 1 and "page.file file=index.html" in done.stderr and not (folder / "none").exists(), done.stderr
    daemon = Daemon(folder, init=("--web", client)).start()

    def ask(path, method="GET", **headers):
        connection = http.client.HTTPSConnection("localhost", daemon.port, context=daemon.context, timeout=60)
        connection.request(method, path, headers=headers)
        reply = connection.getresponse()
        body = reply.read()
        connection.close()
        return reply, body

    with cases.case("the page and its files come with their headers, whole and by HEAD"):
        reply, body = ask("/inbox")
        assert (reply.status, body) == (200, b"<!doctype html><p>page") and "script-src 'self'" in reply.headers["Content-Security-Policy"]
        reply, body = ask("/assets/index-0a.js")
        assert body == script and reply.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        tag = reply.headers["ETag"]
        assert ask("/assets/index-0a.js", **{"If-None-Match": tag})[0].status == 304
        reply, body = ask("/assets/index-0a.js", "HEAD")
        assert body == b"" and int(reply.headers["Content-Length"]) == len(script)
        reply, body = ask("/assets/index-0a.js", **{"Accept-Encoding": "gzip, br"})
        assert body == b"compressed" and reply.headers["Content-Encoding"] == "br" and reply.headers["ETag"] != tag
        # Answered without a body, so that the next request on this connection is understood.
        connection = http.client.HTTPSConnection("localhost", daemon.port, context=daemon.context, timeout=60)
        for _ in range(2):
            connection.request("GET", "/assets/index-0a.js", headers={"If-None-Match": tag})
            reply = connection.getresponse()
            assert reply.status == 304 and reply.read() == b""
    with cases.case("no path reaches a file that the manifest does not list"):
        (client / "later.html").write_text("later")
        for path in ("/later.html", "/../data/rogatoryd.toml", "/assets/../../data/rogatoryd.toml", "/%2e%2e/data/rogatoryd.toml",
                     "/assets/..%2f..%2fdata/rogatoryd.toml", "/data/server.key", "/manifest.json/..", "/.git/config", "/assets/"):
            reply, body = ask(path)
            assert reply.status in (400, 404) and b"urn:rogatory:problem:http." in body, (path, reply.status)
    with cases.case("files are read once: what changes on disk is not served before a restart"):
        (client / "index.html").write_bytes(b"altered")
        assert ask("/")[1] == b"<!doctype html><p>page"
        assert daemon.end() == 0
        try:
            daemon.start()
        except Failed as refused:
            assert "page.file" in str(refused)
        else:
            raise AssertionError("it started with an altered page")
    with cases.case("what browsers report is counted and not kept"):
        (client / "index.html").write_bytes(b"<!doctype html><p>page")
        daemon.start()
        report = [{"type": "csp-violation", "url": "https://secret.example", "body": {"effectiveDirective": "img-src", "blockedURL": "https://secret.example"}}]
        assert daemon.ask("/api/v1/csp-reports", report)[0] == 204
        assert daemon.ask("/api/v1/csp-reports", {"no": "report"})[0] == 400
        assert "rogatory_csp_reports_total 1" in daemon.manage("/metrics")[1]
        assert daemon.end() == 0
        assert "secret.example" not in daemon.log.read_text() and '"img-src"' in daemon.log.read_text()


def main():
    cases = Cases("functional_server_process")
    with tempfile.TemporaryDirectory(prefix="rogatory-") as name:
        folder = pathlib.Path(name)
        for part in (set_up, serving, activated, page):
            (folder / part.__name__).mkdir(exist_ok=True)
            part(cases, folder / part.__name__)
    sys.exit(cases.finish())


if __name__ == "__main__":
    main()
