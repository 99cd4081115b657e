"""The operator's machine: it ends the client's TLS with a certificate that the client trusts, reads every request and
answer, and changes what an attack tells it to change. Without rules it forwards, byte for byte.

A rule counts as having worked only when what left the proxy differs from what came in.
"""
import http.client
import json
import re
import socket
import ssl
import subprocess
import threading

HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "proxy-connection"}


class Reply:
    """An answer: what the server gave, or what the adversary makes up."""

    def __init__(self, status=200, headers=(), body=b"", raw=None, hang_up=False):
        self.status, self.headers, self.body = status, [tuple(h) for h in headers], body
        self.raw = raw            # sent as it is, instead of an answer
        self.hang_up = hang_up    # close the connection after `body`, whatever Content-Length says
        self.claimed = None       # a Content-Length of one's own

    def get(self, name):
        return next((v for k, v in self.headers if k.lower() == name.lower()), None)

    def set(self, name, value):
        self.headers = [(k, v) for k, v in self.headers if k.lower() != name.lower()]
        if value is not None:
            self.headers.append((name, value))

    @property
    def json(self):
        return json.loads(self.body)

    @json.setter
    def json(self, value):
        if json.loads(self.body) != value:  # the same in another spelling is no tampering
            self.body = json.dumps(value).encode()

    def fingerprint(self):
        return (self.status, tuple(self.headers), self.body, self.raw, self.hang_up, self.claimed)


class Request:
    def __init__(self, method, target, headers, body):
        self.method, self.target, self.headers, self.body = method, target, headers, body

    @property
    def path(self):
        return self.target.split("?", 1)[0]

    def get(self, name):
        return next((v for k, v in self.headers if k.lower() == name.lower()), None)

    def set(self, name, value):
        self.headers = [(k, v) for k, v in self.headers if k.lower() != name.lower()]
        if value is not None:
            self.headers.append((name, value))

    @property
    def json(self):
        return json.loads(self.body)

    @json.setter
    def json(self, value):
        if json.loads(self.body) != value:
            self.body = json.dumps(value, ensure_ascii=False).encode()

    def fingerprint(self):
        return (self.method, self.target, tuple(self.headers), self.body)


class Rule:
    """`path` is a regular expression of the whole path. `request(r)` may change it or return a Reply of its own;
    `reply(r, answer)` may change the answer or return another. `times`: how often at most."""

    def __init__(self, path, reply=None, request=None, method=None, times=None):
        self.path, self.reply, self.request, self.method = re.compile(path), reply, request, method
        self.times, self.hits = times, 0
        self.lock = threading.Lock()

    def fits(self, request):
        return (self.method is None or request.method == self.method) and self.path.fullmatch(request.path) and (
            self.times is None or self.hits < self.times)

    def hit(self):
        with self.lock:
            self.hits += 1


class Proxy:
    """`with Proxy(folder, port) as proxy:`; `upstream` is the port of the real server."""

    def __init__(self, folder, port, upstream=None):
        self.folder, self.port, self.upstream = folder, port, upstream
        self.certificate = folder / "operator-ca.pem"
        self.rules = []
        self.seen = []            # (method, target, body) of every request since the last reset
        self.requests = []        # the same, with the headers
        self.lock = threading.Lock()
        self.listener, self.ended = None, False
        self.context = self._certify()

    def _certify(self):
        """A certification authority of the operator's own, and a certificate for the server's name."""
        self.folder.mkdir(parents=True, exist_ok=True)
        ca, key = self.certificate, self.folder / "operator-ca.key"
        leaf, leaf_key, request = self.folder / "leaf.pem", self.folder / "leaf.key", self.folder / "leaf.csr"
        run = lambda *words: subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)
        curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
        run("req", "-x509", *curve, "-days", "30", "-keyout", key, "-out", ca, "-subj", "/CN=operator", "-addext", "basicConstraints=critical,CA:TRUE")
        run("req", *curve, "-keyout", leaf_key, "-out", request, "-subj", "/CN=localhost")
        extensions = self.folder / "leaf.cnf"
        extensions.write_text("subjectAltName=DNS:localhost\nextendedKeyUsage=serverAuth\n")
        run("x509", "-req", "-in", request, "-CA", ca, "-CAkey", key, "-days", "30", "-out", leaf, "-extfile", extensions, "-CAcreateserial")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(leaf, leaf_key)
        return context

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.ended = True
        self.listener.close()

    # What attacks use -------------------------------------------------------------------------------------------------

    def reset(self):
        with self.lock:
            self.rules, self.seen, self.requests = [], [], []

    def add(self, rule):
        with self.lock:
            self.rules.append(rule)
        return rule

    def ask(self, method, target, headers=(), body=b""):
        """The operator's own request to his server, past the rules."""
        return self._forward(Request(method, target, list(headers), body), {})

    # How it works -----------------------------------------------------------------------------------------------------

    def _accept(self):
        while not self.ended:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        links = {}
        try:
            with self.context.wrap_socket(client, server_side=True) as line:
                line.settimeout(120)
                stream = line.makefile("rb")
                while request := self._read(stream):
                    reply = self._answer(request, links)
                    if not self._write(line, request, reply):
                        return
        except (OSError, ValueError):
            pass  # the client hung up, or refused the certificate
        finally:
            client.close()
            for link in links.values():
                link.close()

    @staticmethod
    def _read(stream):
        first = stream.readline(65536)
        if not first.strip():
            return None
        method, target, _ = first.decode("latin-1").split(" ", 2)
        headers = []
        while (line := stream.readline(65536)) not in (b"\r\n", b"\n", b""):
            name, _, value = line.decode("latin-1").partition(":")
            headers.append((name.strip(), value.strip()))
        length = int(next((v for k, v in headers if k.lower() == "content-length"), 0))
        return Request(method, target, headers, stream.read(length) if length else b"")

    def _answer(self, request, links):
        with self.lock:
            self.seen.append((request.method, request.target, request.body))
            self.requests.append((request.method, request.target, request.body, list(request.headers)))
            rules = [rule for rule in self.rules if rule.fits(request)]
        for rule in rules:
            if rule.request:
                before = request.fingerprint()
                made = rule.request(request)
                if made is not None:
                    rule.hit()
                    return made
                if request.fingerprint() != before and not rule.reply:
                    rule.hit()
        reply = self._forward(request, links)
        for rule in rules:
            if rule.reply and rule.fits(request):
                before = reply.fingerprint()
                reply = rule.reply(request, reply) or reply
                if reply.fingerprint() != before:
                    rule.hit()
        return reply

    def _forward(self, request, links):
        headers = {k: v for k, v in request.headers if k.lower() not in HOP}
        for attempt in (1, 2):
            link = links.pop("server", None) or http.client.HTTPSConnection("127.0.0.1", self.upstream, timeout=60, context=ssl._create_unverified_context())
            try:
                link.request(request.method, request.target, body=request.body or None, headers={**headers, **({"Content-Length": str(len(request.body))} if request.body or request.method in ("POST", "PUT", "PATCH") else {})})
                answer = link.getresponse()
                body = answer.read()
            except (http.client.HTTPException, OSError):
                link.close()
                if attempt == 2:
                    return Reply(502, [("Content-Type", "text/plain")], b"the operator's server is away")
                continue
            reply = Reply(answer.status, [(k, v) for k, v in answer.getheaders() if k.lower() not in HOP], body)
            if request.method == "HEAD":
                reply.claimed = answer.getheader("Content-Length")
            if answer.will_close:
                link.close()
            else:
                links["server"] = link
            return reply
        return None

    @staticmethod
    def _write(line, request, reply):
        """True while the connection may go on."""
        if reply.raw is not None:
            line.sendall(reply.raw)
            return False
        length = reply.claimed if reply.claimed is not None else len(reply.body)
        head = [f"HTTP/1.1 {reply.status} {http.client.responses.get(reply.status, 'Answer')}", *(f"{k}: {v}" for k, v in reply.headers)]
        if reply.status not in (204, 304):
            head.append(f"Content-Length: {length}")
        line.sendall("\r\n".join([*head, "", ""]).encode("latin-1", "replace") + (b"" if request.method == "HEAD" else reply.body))
        return not reply.hang_up
