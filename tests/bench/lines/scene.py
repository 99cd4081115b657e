"""What the lines share: a folder, a large document, keys, and the servers that are compared, each on one core."""
import functools
import json
import os
import pathlib
import shutil
import socket
import subprocess
import time

import cast as casting
from documents import seeded_file
from installation import Server
from network import free_port

from .machine import Absent, on_core, tool


class Scene:
    def __init__(self, folder, size, short):
        self.folder, self.size, self.short = pathlib.Path(folder), size, short
        self.running = []

    @functools.cached_property
    def plain(self):
        return seeded_file(self.folder / "plain", self.size, "bench")

    @functools.cache
    def age_key(self):
        key = self.folder / "key.txt"
        if not key.exists():
            subprocess.run(["age-keygen", "-pq", "-o", str(key)], check=True, capture_output=True)
        recipient = subprocess.run(["age-keygen", "-y", str(key)], check=True, capture_output=True, text=True).stdout.strip()
        return key, recipient

    def warm(self, size):
        """The first touch of memory that the host took back is slow: whoever is measured first would pay for both."""
        path = self.folder / "warm"
        with open(path, "wb") as out:
            piece = bytes(1 << 20)
            for _ in range((size >> 20) + 64):
                out.write(piece)
        path.unlink()

    @functools.cached_property
    def product(self):
        return Product(self)

    @functools.cached_property
    def nginx(self):
        return Nginx(self)

    def close(self):
        for server in self.running:
            server.stop()


def without_limits(server):
    """The client of a measurement is one address and one person; what is measured are requests, not refusals."""
    config = server.config.read_text()
    config = config.replace("requests_per_second_and_address = 5000", "requests_per_second_and_address = 1000000")
    config = config.replace("burst_per_address = 20000", "burst_per_address = 1000000")
    server.config.write_text(config + "requests_per_second_and_account = 1000000\nburst_per_account = 1000000\n"
                             "connections_per_address = 20000\nopen_uploads_per_member = 100000\n")


class Product:
    """rogatoryd with Senegal and the Prosecutor; after prepare() on one core, with a session of each."""

    def __init__(self, scene, name="server"):
        self.scene = scene
        self.server = Server(scene.folder / name)
        self.server.init()
        without_limits(self.server)
        self.server.start()
        scene.running.append(self)
        self.cast = casting.two_parties(scene.folder / f"{name}-cast", self.server)

    @property
    def port(self):
        return self.server.port

    @property
    def pid(self):
        return self.server.process.pid

    def session(self, user, *filling):
        """Opens a session of that person, and adds dossiers (fill_server); the server is stopped meanwhile and comes back on one core."""
        self.server.stop()
        done = subprocess.run([tool("fill_server"), str(self.server.data), user, *map(str, filling)], check=True, capture_output=True, text=True)
        self.start_on_one_core()
        row = json.loads(done.stdout)
        return row["token"], row["authority"]

    def start_on_one_core(self):
        self.server.start()
        self.pin()

    def pin(self):
        subprocess.run(["taskset", "-a", "-c", "-p", on_core(0, [])[2], str(self.pid)], check=True, capture_output=True)

    @functools.cached_property
    def token(self):
        return self.session("otp.2")[0]

    @property
    def bearer(self):
        return f"Authorization: Bearer {self.token}"

    @functools.cached_property
    def dossier(self):
        """A small one, which both may read."""
        note = self.scene.folder / "note.txt"
        note.write_text("Un mot.\n")
        return casting.items(self.cast["SEN2"].run("send", note, "--to", "X-OTP", "--yes"))[0]["dossier"]

    def stop(self):
        self.server.stop()


class Nginx:
    """The peer: TLS 1.3 on one core, files and PUT."""

    def __init__(self, scene):
        if shutil.which("nginx") is None:
            raise Absent("nginx is not installed (deploy/install-dependencies)")
        self.root, self.port = scene.folder / "nginx", free_port()
        (self.root / "dav").mkdir(parents=True)
        (self.root / "health").write_text('{"status":"ok"}')
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-keyout",
                        str(self.root / "key.pem"), "-out", str(self.root / "cert.pem"), "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
        (self.root / "nginx.conf").write_text(f"""
daemon off; worker_processes 1; pid {self.root}/nginx.pid; error_log {self.root}/error.log warn; {"user root;" if os.geteuid() == 0 else ""}
worker_rlimit_nofile 65536; events {{ worker_connections 8192; multi_accept on; }}
http {{ access_log off; default_type application/octet-stream; sendfile on; tcp_nopush on; tcp_nodelay on; keepalive_requests 100000000;
  keepalive_timeout 300; client_max_body_size 0; client_body_temp_path {self.root}/tmp; open_file_cache max=1000;
  ssl_protocols TLSv1.3; ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256; ssl_ecdh_curve X25519:prime256v1;
  ssl_session_cache off; ssl_session_tickets off; ssl_buffer_size 16k;
  server {{ listen 127.0.0.1:{self.port} ssl backlog=4096; ssl_certificate {self.root}/cert.pem; ssl_certificate_key {self.root}/key.pem;
    root {self.root}; location = /health {{ default_type application/json; }}
    location /dav/ {{ dav_methods PUT; client_body_buffer_size 256k; }} }} }}
""")
        self.process = subprocess.Popen(on_core(0, ["nginx", "-c", self.root / "nginx.conf", "-p", self.root]), stderr=subprocess.DEVNULL)
        scene.running.append(self)
        until = time.monotonic() + 60
        while not self.listens():
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError((self.root / "error.log").read_text())
            time.sleep(0.05)

    def listens(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=10).close()
        except OSError:
            return False
        return True

    @property
    def pid(self):
        return self.process.pid

    @property
    def curl(self):
        return f"curl -sf --cacert {self.root}/cert.pem"

    @property
    def url(self):
        return f"https://localhost:{self.port}/dav"

    def stop(self):
        self.process.terminate()
        self.process.wait(60)
