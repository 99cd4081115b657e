"""The examples of reverse proxies (deploy/proxy), as nginx and HAProxy read them, and people's work through them.

Rule: each program takes its example without a word; behind each of them two Parties found themselves, send a document and get it, byte for byte; behind
the one that ends TLS nothing that is framed in two ways gets through, and the proxy's disk holds nothing of it."""
import contextlib
import os
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[1] / "support"))
sys.path.insert(0, str(HERE.parents[1] / "adversary"))
from cases import Cases, Skip
from network import free_port
from proxy import Proxy
from scene import Scene
from world import OperatedServer

ROOT = HERE.parents[2]
EXAMPLES = ROOT / "deploy/proxy"
STREAM = pathlib.Path("/usr/lib/nginx/modules/ngx_stream_module.so")


def nginx_conf(folder, example, changes):
    """The example within the rest of a configuration, at ports and certificates of the test's own."""
    text = (EXAMPLES / example).read_text()
    for old, new in changes:
        assert old in text, (example, old)
        text = text.replace(old, new)
    text = re.sub(r"^ *listen \[::\].*\n", "", text, flags=re.M)
    logs = f"error_log {folder}/error.log;\npid {folder}/pid;\nworker_processes 1;\n"
    if example == "nginx-stream.conf":
        return f"load_module {STREAM};\n{logs}events {{ worker_connections 512; }}\n{text}"
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    return f"{logs}events {{ worker_connections 512; }}\nhttp {{\n{temporary}{text}\n}}\n"


def command_of(folder, example, changes):
    """(what checks it, what runs it)."""
    if example == "haproxy.cfg":
        text = (EXAMPLES / example).read_text()
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        (folder / "haproxy.cfg").write_text(text)
        return ["haproxy", "-c", "-V", "-f", str(folder / "haproxy.cfg")], ["haproxy", "-db", "-f", str(folder / "haproxy.cfg")]
    (folder / "nginx.conf").write_text(nginx_conf(folder, example, changes))
    base = ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", f"daemon off;{' user root;' if os.getuid() == 0 else ''}"]
    return [*base, "-t"], base


def needs(example):
    program = "haproxy" if example.startswith("haproxy") else "nginx"
    if not shutil.which(program) or (example == "nginx-stream.conf" and not STREAM.exists()):
        raise Skip(f"{program} is not installed, or without its stream module (deploy/install-dependencies --checks)")


@contextlib.contextmanager
def behind(folder, example):
    """A server behind the running example: (server, where the proxy keeps what it keeps)."""
    port, place = free_port(), folder / "proxy"
    place.mkdir(parents=True)
    certificates = Proxy(folder / "certificates", port)
    ends_tls = example == "nginx-tls.conf"
    server = OperatedServer(folder / "server", port, certificates.certificate if ends_tls else None)
    if not ends_tls:
        server.public_certificate = server.certificate
    listen = ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl") if ends_tls else ("bind :443", f"bind 127.0.0.1:{port}") if example == "haproxy.cfg" else ("listen 443", f"listen 127.0.0.1:{port}")
    changes = [listen, ("127.0.0.1:8443", f"127.0.0.1:{server.hidden_port}")]
    if ends_tls:
        changes += [("/etc/ssl/rogatory/server.pem", str(folder / "certificates/leaf.pem")), ("/etc/ssl/rogatory/server.key", str(folder / "certificates/leaf.key")),
                    ("/etc/ssl/rogatory/upstream-ca.pem", str(server.data / "server.pem")), ("rogatory.example.org", "localhost")]
    if example == "haproxy.cfg":
        changes.append(("port 8444", f"port {server.management_port}"))
    running = None

    def start():
        nonlocal running
        check, run = command_of(place, example, changes)
        done = subprocess.run(check, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stdout + done.stderr
        running = subprocess.Popen(run, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=open(place / "said", "wb"))
        until = time.monotonic() + 90
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                return
            time.sleep(0.05)
        raise AssertionError((place / "said").read_text())

    # The server first: HAProxy asks it whether it is ready.
    started = server.start
    server.start = lambda **more: (started(**more), start())
    world = Scene(folder, server)
    try:
        yield world, place, certificates.certificate if ends_tls else server.certificate
    finally:
        world.close()
        running.terminate()
        running.wait(60)


def over_tls(server, certificate, data):
    context = ssl.create_default_context(cafile=str(certificate))
    with context.wrap_socket(socket.create_connection(("127.0.0.1", server.port), timeout=10), server_hostname="localhost") as wire:
        wire.sendall(data)
        got = b""
        with contextlib.suppress(TimeoutError, OSError):
            while part := wire.recv(65536):
                got += part
        return got


def main():
    cases = Cases("checks_proxies")
    for example in [word for word in sys.argv[1:] if not word.startswith("-")] or ("nginx-stream.conf", "nginx-tls.conf", "haproxy.cfg"):
        with tempfile.TemporaryDirectory(prefix="rogatory-proxy-") as name:
            folder = pathlib.Path(name)
            folder.chmod(0o755)
            with cases.case(f"{example}: taken by its program"):
                needs(example)
                place = folder / "check"
                place.mkdir()
                Proxy(place / "certificates", 1)
                changes = [("/etc/ssl/rogatory/server.pem", str(place / "certificates/leaf.pem")), ("/etc/ssl/rogatory/server.key", str(place / "certificates/leaf.key")),
                           ("/etc/ssl/rogatory/upstream-ca.pem", str(place / "certificates/operator-ca.pem"))] if example == "nginx-tls.conf" else []
                check, _ = command_of(place, example, changes)
                done = subprocess.run(check, capture_output=True, text=True, timeout=300)
                said = [line for line in (done.stdout + done.stderr).splitlines() if re.search(r"warn|emerg|alert|error", line, re.I)]
                assert done.returncode == 0 and not said, done.stdout + done.stderr
            if "--short" in sys.argv[1:] or cases.results[-1][2] != "passed":
                continue
            with cases.case(f"{example}: two Parties work through it"):
                with behind(folder / "work", example) as (world, place, certificate):
                    document = folder / "document.bin"
                    document.write_bytes(os.urandom(5 << 20))
                    world.cast["SEN1"].run("send", document, "--to", "X-OTP", "--title", "Accounts")
                    world.cast["OTP1"].run("get", "latest", "--out", folder / "out")
                    assert (folder / "out/document.bin").read_bytes() == document.read_bytes()
                    if example != "nginx-tls.conf":
                        continue
                    hidden = b"GET /api/v1/server HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    for fields in (b"Content-Length: 5\r\nTransfer-Encoding: chunked", b"Transfer-Encoding: chunked\r\nTransfer-Encoding: x", b"Content-Length: 0\r\nContent-Length: 50", b"Content-Length : 0"):
                        got = over_tls(world.server, certificate, b"POST /api/v1/sign-in/challenge HTTP/1.1\r\nHost: localhost\r\n" + fields + b"\r\n\r\n0\r\n\r\n" + hidden)
                        assert b"log_origin" not in got and got.startswith(b"HTTP/1.1 4") or got.startswith(b"HTTP/1.1 5"), (fields, got[:200])
                    kept = [path for path in place.rglob("*") if path.is_file() and path.name not in ("nginx.conf", "error.log", "pid", "said")]
                    assert not kept, kept
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
