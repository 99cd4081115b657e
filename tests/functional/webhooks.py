"""Webhooks without content, to a machine of each Party's over real TLS: what it is told, when, and that nothing it does harms the server."""
import base64
import contextlib
import hashlib
import hmac
import json
import re
import secrets
import socket
import ssl
import subprocess
import sys
import pathlib
import threading
import time

import yaml

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from cases import Skip
from installation import BIN, ROOT
from network import free_port
from scene import Scene, play, soon

EVERY, DEADLINE = 1, 2
CONTRACT = yaml.safe_load((ROOT / "web/api/openapi.yaml").read_text(encoding="utf-8"))
TOLD = CONTRACT["webhooks"]["something_new"]["post"]
LONG = 60  # a deadline that nothing here waits for, and less than what it would delay


class Authority:
    """Certificates for machines of the test, of one authority."""

    def __init__(self, folder, name):
        folder.mkdir()
        self.folder, self.pem = folder, folder / "ca.pem"
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", folder / "ca.key", "-out", self.pem,
                     "-subj", f"/CN={name}", "-days", "2")

    @staticmethod
    def openssl(*arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)

    def certificate(self, host):
        """A file with certificate and key."""
        both, request, extensions = self.folder / f"{host}.pem", self.folder / f"{host}.csr", self.folder / f"{host}.ext"
        extensions.write_text(f"subjectAltName=DNS:{host}\nextendedKeyUsage=serverAuth\n")
        self.openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", self.folder / f"{host}.key", "-out", request, "-subj", f"/CN={host}")
        self.openssl("x509", "-req", "-in", request, "-CA", self.pem, "-CAkey", self.folder / "ca.key", "-CAcreateserial", "-days", "2", "-extfile", extensions, "-out", both)
        both.write_text(both.read_text() + (self.folder / f"{host}.key").read_text())
        return both


class Message:
    def __init__(self, raw, at):
        self.raw, self.at = raw, at
        head, self.body = raw.split(b"\r\n\r\n", 1)
        first, *lines = head.decode("ascii").split("\r\n")
        self.request = first
        self.headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}

    @property
    def id(self):
        return self.headers["webhook-id"]

    @property
    def told_at(self):
        """By the server's clock: when it came here says as much of this machine."""
        return int(self.headers["webhook-timestamp"])

    def signed_by(self, secret):
        """As the guide tells a receiver to check it."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = f"{self.id}.{self.headers['webhook-timestamp']}.".encode() + self.body
        expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        given = [one.removeprefix("v1,") for one in self.headers["webhook-signature"].split(" ")]
        fresh = abs(time.time() - int(self.headers["webhook-timestamp"])) < 300
        return fresh and any(hmac.compare_digest(one, expected) for one in given)


class Machine:
    """A Party's machine. `answer`: what it does with a request that came whole."""

    def __init__(self, certificate):
        self.messages, self.connections, self.open, self.most_open = [], 0, 0, 0
        self.answer = self.take
        self.lock = threading.Lock()
        self.ended, self.let_go = threading.Event(), threading.Event()
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.use(certificate)
        self.port = free_port()
        self.listener = socket.create_server(("127.0.0.1", self.port), backlog=16)
        threading.Thread(target=self.accept, daemon=True).start()

    def use(self, certificate):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate)

    def accept(self):
        while not self.ended.is_set():
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        with self.lock:
            self.connections += 1
            self.open += 1
            self.most_open = max(self.most_open, self.open)
        try:
            connection.settimeout(180)
            with self.context.wrap_socket(connection, server_side=True) as line:
                raw = b""
                while b"\r\n\r\n" not in raw or len(raw.split(b"\r\n\r\n", 1)[1]) < int(re.search(rb"(?i)content-length: (\d+)", raw)[1]):
                    piece = line.recv(4096)
                    if not piece:
                        return
                    raw += piece
                answer = self.answer
                with self.lock:
                    self.messages.append(Message(raw, time.time()))
                answer(line)
        except OSError:  # a TLS alert is one of them
            pass
        finally:
            with self.lock:
                self.open -= 1

    # Answers ----------------------------------------------------------------------------------------------------------

    def take(self, line):
        line.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    def break_down(self, line):
        line.sendall(b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n")

    def answer_with(self, status, body=b""):
        def answer(line):
            line.sendall(b"HTTP/1.1 %d Said\r\nContent-Length: %d\r\n\r\n" % (status, len(body)) + body)
        return answer

    def say_nothing(self, line):
        """Until the other side ends it, or the test."""
        line.settimeout(0.1)
        while not self.let_go.is_set():
            with contextlib.suppress(TimeoutError):
                if not line.recv(4096):
                    return

    def drip_head(self, line):
        line.sendall(b"HTTP/1.1 200 OK\r\n")
        while not self.ended.is_set():
            line.sendall(b"X: y\r\n")
            time.sleep(0.2)

    def go_on_for_ever(self, line):
        line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while not self.ended.is_set():
            line.sendall(b"x" * 16384)

    def send_away_to(self, other):
        def away(line):
            line.sendall(f"HTTP/1.1 307 Temporary Redirect\r\nLocation: https://localhost:{other.port}/\r\nContent-Length: 0\r\n\r\n".encode())
        return away

    def told(self, count):
        assert soon(lambda: len(self.messages) >= count), f"{len(self.messages)} of {count} messages"
        return self.messages[count - 1]


class World(Scene):
    def __init__(self, folder):
        self.ours, self.others = Authority(folder / "ours", "Machines"), Authority(folder / "others", "Somebody Else")
        self.good, self.elsewhere, self.foreign = self.ours.certificate("localhost"), self.ours.certificate("elsewhere.example"), self.others.certificate("localhost")
        self.senegal, self.prosecutor, self.bystander = Machine(self.good), Machine(self.good), Machine(self.good)
        self.secrets = {code: "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode() for code in ("SEN", "X-OTP")}
        # A proxy that the environment names is none of these connections' business: nobody listens there.
        self.environment = {"HTTPS_PROXY": f"http://127.0.0.1:{free_port()}", "ALL_PROXY": f"http://127.0.0.1:{free_port()}"}
        super().__init__(folder)
        self.plain = self.server.config.read_text()
        self.path = folder / "bordereau-mbacke.bin"
        self.path.write_bytes(b"x" * 3000)
        self.configure()
        self.restart()

    def configure(self, deadline=DEADLINE):
        tables = [f"[webhooks]\nevery_seconds = {EVERY}\ndeadline_seconds = {deadline}\n"]
        for code, machine in (("SEN", self.senegal), ("X-OTP", self.prosecutor)):
            secret = self.server.data / f"secret-{code}"
            secret.write_text(self.secrets[code] + "\n")
            secret.chmod(0o600)
            tables.append(f'[[webhooks.to]]\nparty = "{code}"\nurl = "https://localhost:{machine.port}/hooks/rogatory"\nca = "{self.ours.pem}"\nsecret_file = "{secret.name}"\n')
        self.server.config.write_text(self.plain + "\n" + "\n".join(tables))

    def restart(self):
        assert self.server.stop_alone() == 0
        self.start()

    def start(self):
        """After it each is told once in any case."""
        before = len(self.senegal.messages), len(self.prosecutor.messages)
        self.server.start(**self.environment)
        return self.senegal.told(before[0] + 1), self.prosecutor.told(before[1] + 1)

    def value(self, name):
        status, body = self.server.manage("/metrics")
        assert status == 200
        return float(re.search(rf"^{name} (\S+)$", body, re.MULTILINE)[1])

    def act_of_senegal(self):
        """One that concerns Senegal alone."""
        self.cast["SEN1"].run("member", "invite", "--role", "reader", "--code-out", self.folder / f"code-{secrets.token_hex(4)}")

    def looked(self):
        """When the server has last looked at who is to be told."""
        return int(re.search(r'rogatory_job_last_done_timestamp_seconds\{job="webhooks"\} (\d+)', self.server.manage("/metrics")[1])[1])

    def untold(self):
        """Of how many Parties the server has kept that they do not know of all that is new for them."""
        kept = self.server.rows("SELECT substr(hex(bytes), 1, 32) FROM server_value WHERE name LIKE 'webhook.%'")
        assert len(kept) == 2, kept
        return sum(1 for numbers in kept if numbers[:16] != numbers[16:])

    def settled(self):
        """Until the server has looked at all that has happened so far, and everybody was told of it."""
        for _ in range(2):  # the first of these may have begun before
            last = self.looked()
            assert soon(lambda last=last: self.looked() != last)
        assert soon(lambda: self.untold() == 0 and self.value("rogatory_webhooks_failing") == 0), "somebody is never told"


def each_is_told_once_at_first_as_the_guide_says_it(w):
    for code, machine in (("SEN", w.senegal), ("X-OTP", w.prosecutor)):
        message = machine.told(1)
        assert message.request == "POST /hooks/rogatory HTTP/1.1", message.request
        assert message.body == b'{"type":"something_new","party":"%s"}' % code.encode(), message.body
        assert set(message.headers) == {"host", "accept", "user-agent", "content-type", "content-length", "webhook-id", "webhook-timestamp", "webhook-signature"}, message.headers
        assert message.headers["content-type"] == "application/json" and message.headers["user-agent"] == "rogatory"
        assert message.headers["host"] == f"localhost:{machine.port}" and re.fullmatch(r"msg_[0-9a-f]{32}", message.id)
        assert message.signed_by(w.secrets[code])
        assert not message.signed_by(w.secrets["SEN" if code != "SEN" else "X-OTP"])
        other = Message(message.raw.replace(b"something_new", b"something_old"), message.at)
        assert not other.signed_by(w.secrets[code])
    w.settled()
    assert len(w.senegal.messages) == len(w.prosecutor.messages) == 1


def another_partys_act_gives_it_nothing(w):
    before, others = len(w.senegal.messages), len(w.prosecutor.messages)
    w.act_of_senegal()
    assert w.senegal.told(before + 1).signed_by(w.secrets["SEN"])
    w.settled()
    assert len(w.prosecutor.messages) == others


def many_news_are_one_message_and_nothing_of_them_is_in_it(w):
    before, others = len(w.senegal.messages), len(w.prosecutor.messages)
    for title in ("Villa Mbacke", "Compte bancaire"):
        w.cast["SEN1"].run("send", w.path, "--to", "X-OTP", "--title", title, "--yes")
    w.prosecutor.told(others + 1)
    w.settled()
    for machine, first in ((w.senegal, before), (w.prosecutor, others)):
        told = machine.messages[first:]
        # By turns of the interval, one at most in each: a register, a dossier, its entry, an upload and a receipt are far more than these. The
        # first may be told late, when the next turn comes.
        assert 1 <= len(told) <= (told[-1].told_at - told[0].told_at) / EVERY + 2, [message.told_at for message in told]
    lines = w.server.rows("SELECT count(*) FROM outbox")
    assert int(lines[0]) > len(w.prosecutor.messages) + 5, lines
    for machine in (w.senegal, w.prosecutor):
        assert len({message.id for message in machine.messages}) == len(machine.messages)
        # The same for every occasion, but for what says which message it is.
        plain = {re.sub(rb"(?m)^(webhook-(?:id|timestamp|signature)): .*$", rb"\1", message.raw) for message in machine.messages}
        assert len(plain) == 1 and len({len(message.raw) for message in machine.messages}) == 1, plain
    assert w.senegal.most_open == w.prosecutor.most_open == 1


def what_is_sent_is_what_the_contract_says(w):
    schemas = CONTRACT["components"]["schemas"]
    [(kind, body)] = TOLD["requestBody"]["content"].items()
    schema = schemas[body["schema"]["$ref"].rsplit("/", 1)[1]]
    party = schemas[schema["properties"]["party"]["$ref"].rsplit("/", 1)[1]]
    headers = {one["name"]: one["schema"] for one in TOLD["parameters"]}
    assert len(headers) == len(TOLD["parameters"]) and all(one["required"] for one in TOLD["parameters"])
    for message in w.senegal.messages + w.prosecutor.messages:
        # Beside what every request has it is these headers, and each is as it is described.
        assert set(message.headers) == {*headers, "host", "accept", "content-type", "content-length"}, message.headers
        assert message.headers["content-type"] == kind
        for name, given in headers.items():
            assert message.headers[name] == given["const"] if "const" in given else re.search(given["pattern"], message.headers[name]), (name, message.headers[name])
        said = json.loads(message.body)
        assert set(said) == set(schema["properties"]) == set(schema["required"]) and said["type"] == schema["properties"]["type"]["const"]
        assert re.search(party["pattern"], said["party"])


def what_is_taken_is_what_the_contract_says(w):
    assert set(TOLD["responses"]) == {"2XX", "default"}
    most = TOLD["x-largest-answer"]
    for status, body in ((200, b"x" * most), (202, b"{}"), (299, b"")):
        taken, before = w.value("rogatory_webhooks_taken_total"), len(w.senegal.messages)
        w.senegal.answer = w.senegal.answer_with(status, body)
        w.act_of_senegal()
        w.senegal.told(before + 1)
        assert soon(lambda: w.value("rogatory_webhooks_taken_total") > taken), (status, len(body))
    for status, body in ((200, b"x" * (most + 1)), (304, b""), (410, b""), (503, b"")):
        before = len(w.senegal.messages)
        w.senegal.answer = w.senegal.answer_with(status, body)
        w.act_of_senegal()
        first = w.senegal.told(before + 1)
        assert soon(lambda: w.value("rogatory_webhooks_failing") == 1), (status, len(body))
        w.senegal.answer = w.senegal.take
        # Not taken: it comes again. The turn before may have been told already when it changed.
        assert soon(lambda: w.senegal.messages[-1] is not first and w.value("rogatory_webhooks_failing") == 0), (status, len(body))
        w.settled()


def a_machine_that_breaks_down_is_told_when_it_is_back(w):
    before, failed = len(w.senegal.messages), w.value("rogatory_webhooks_failed_total")
    w.senegal.answer = w.senegal.break_down
    w.act_of_senegal()
    first, second = w.senegal.told(before + 1), w.senegal.told(before + 2)
    # The same news again: by its id a receiver knows that it has seen it.
    assert first.id == second.id and second.signed_by(w.secrets["SEN"])
    assert soon(lambda: w.value("rogatory_webhooks_failing") == 1 and w.value("rogatory_webhooks_failed_total") >= failed + 2)
    # What came since is other news.
    w.act_of_senegal()
    assert soon(lambda: w.senegal.messages[-1].id != first.id), "told of the old only"
    w.senegal.answer = w.senegal.take
    assert soon(lambda: w.value("rogatory_webhooks_failing") == 0)
    # Each pause has twice as many turns of the interval as the one before, and of turns there is one in each second.
    failures = int(w.value("rogatory_webhooks_failed_total") - failed)
    told = w.senegal.messages[before:]
    assert failures >= 3 and len(told) == failures + 1, (failures, len(told))
    for number, (one, again) in enumerate(zip(told, told[1:])):
        assert again.told_at - one.told_at >= EVERY * (2 ** number - 1), [message.told_at for message in told]
    w.settled()
    assert w.server.logs('"a webhook was not taken","path":"SEN","key":"webhooks.refused","detail":"500"'), w.server.log_tail()
    assert soon(lambda: w.server.logs('"webhooks are taken again","path":"SEN"')), w.server.log_tail()


def whoever_is_not_known_by_the_certificate_is_told_nothing(w):
    before, connections = (len(w.senegal.messages), len(w.prosecutor.messages)), (w.senegal.connections, w.prosecutor.connections)
    w.senegal.use(w.foreign)  # of an authority that is not ours
    w.prosecutor.use(w.elsewhere)  # of ours, for another host
    w.cast["SEN1"].run("send", w.path, "--to", "X-OTP", "--title", "Villa", "--yes")
    assert soon(lambda: w.value("rogatory_webhooks_failing") == 2)
    assert w.senegal.connections > connections[0] and w.prosecutor.connections > connections[1]
    assert (len(w.senegal.messages), len(w.prosecutor.messages)) == before
    assert soon(lambda: set(re.findall(r'"path":"([^"]+)","key":"client.certificate_refused"', w.server.log.read_text())) == {"SEN", "X-OTP"})
    w.senegal.use(w.good)
    w.prosecutor.use(w.good)
    assert w.senegal.told(before[0] + 1).signed_by(w.secrets["SEN"]) and w.prosecutor.told(before[1] + 1).signed_by(w.secrets["X-OTP"])
    w.settled()


def one_that_never_answers_delays_nobody_and_a_redirect_is_not_followed(w):
    w.configure(deadline=LONG)
    w.restart()
    w.settled()
    before, others, reached = len(w.senegal.messages), len(w.prosecutor.messages), w.senegal.connections
    w.senegal.answer, w.prosecutor.answer = w.senegal.say_nothing, w.prosecutor.send_away_to(w.bystander)
    w.act_of_senegal()
    w.senegal.told(before + 1)
    # Meanwhile requests are answered, and the other Party is told.
    w.cast["OTP1"].run("member", "invite", "--role", "reader", "--code-out", w.folder / "code-otp")
    assert w.server.get("/api/v1/server")[0] == 200
    w.prosecutor.told(others + 1)
    assert w.senegal.open == 1 and w.senegal.connections == reached + 1, "they waited until it was given up"
    w.senegal.let_go.set()
    assert soon(lambda: w.value("rogatory_webhooks_failing") == 2)
    assert w.bystander.connections == 0
    w.senegal.answer, w.prosecutor.answer = w.senegal.take, w.prosecutor.take
    w.senegal.told(before + 2)
    w.prosecutor.told(others + 2)
    assert w.senegal.most_open == w.prosecutor.most_open == 1 and w.bystander.connections == 0
    w.senegal.let_go.clear()
    w.configure()
    w.restart()
    w.settled()


def one_that_never_ends_costs_no_more_than_its_deadline(w):
    told, failed, resident = (len(w.senegal.messages), len(w.prosecutor.messages)), w.value("rogatory_webhooks_failed_total"), w.value("process_resident_memory_bytes")
    w.senegal.answer, w.prosecutor.answer = w.senegal.drip_head, w.prosecutor.go_on_for_ever
    w.cast["SEN1"].run("send", w.path, "--to", "X-OTP", "--title", "Villa", "--yes")
    w.senegal.told(told[0] + 1)
    w.prosecutor.told(told[1] + 1)
    assert soon(lambda: w.value("rogatory_webhooks_failing") == 2)
    assert w.server.get("/api/v1/server")[0] == 200
    assert w.value("process_resident_memory_bytes") - resident < 32 << 20
    w.senegal.answer, w.prosecutor.answer = w.senegal.take, w.prosecutor.take
    w.settled()
    assert soon(lambda: w.senegal.open == w.prosecutor.open == 0)
    wanted = {("SEN", "client.timed_out"), ("X-OTP", "client.answer_too_large"), ("X-OTP", "client.redirect_refused")}
    assert soon(lambda: wanted <= set(re.findall(r'"path":"([^"]+)","key":"(client[^"]+)"', w.server.log.read_text()))), w.server.log_tail()


def a_server_that_is_killed_in_between_tells_it_after_its_start(w):
    w.senegal.answer = w.senegal.break_down
    before = len(w.senegal.messages)
    w.act_of_senegal()
    w.senegal.told(before + 1)
    w.server.kill()
    w.senegal.answer = w.senegal.take
    told, _ = w.start()
    assert told.signed_by(w.secrets["SEN"])
    w.settled()


def after_each_start_both_are_told_once_at_the_same_turn(w):
    # Also where nothing is new: so both ends see that it works, and nobody on the line that anything was.
    apart = []
    while True:
        before = len(w.senegal.messages), len(w.prosecutor.messages)
        assert w.server.stop_alone() == 0
        one, other = w.start()
        w.settled()
        assert (len(w.senegal.messages), len(w.prosecutor.messages)) == (before[0] + 1, before[1] + 1)
        apart.append(abs(one.at - other.at))
        if apart[-1] < EVERY:
            break
        # Told at turns of their own they would come apart each time; a machine that stood still in between does not do so three times.
        assert len(apart) < 3, apart


def it_ends_at_once_while_one_is_being_told(w):
    w.configure(deadline=LONG)
    w.restart()
    w.senegal.answer = w.senegal.say_nothing
    before = len(w.senegal.messages)
    w.act_of_senegal()
    w.senegal.told(before + 1)
    begun = time.monotonic()
    assert w.server.stop_alone() == 0
    assert time.monotonic() - begun < LONG / 2, time.monotonic() - begun
    w.senegal.answer = w.senegal.take
    w.start()


def a_name_that_nobody_answers_for_holds_nothing_up(w):
    silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        silent.bind(("127.0.0.77", 53))
        subprocess.run(["unshare", "-m", "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as not_allowed:
        raise Skip(f"a name server of its own needs root: {not_allowed}") from not_allowed
    silent.settimeout(90)
    w.settled()
    others = len(w.prosecutor.messages)
    w.configure(deadline=LONG)
    w.server.config.write_text(w.server.config.read_text().replace(f"https://localhost:{w.senegal.port}/", "https://machine.nowhere.example/"))
    names = w.folder / "resolv.conf"
    names.write_text("nameserver 127.0.0.77\noptions timeout:30 attempts:2\n")
    w.act_of_senegal()
    assert w.server.stop_alone() == 0
    with open(w.server.log, "ab") as log:
        w.server.process = subprocess.Popen(["unshare", "-m", "sh", "-c", 'mount --bind "$1" /etc/resolv.conf && exec "$2" serve --config "$3"', "sh",
                                             str(names), str(BIN / "rogatoryd"), str(w.server.config)], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    w.server.wait_ready()
    assert silent.recv(512)
    w.cast["OTP1"].run("member", "invite", "--role", "reader", "--code-out", w.folder / "code-otp-2")
    # After the one of the start.
    w.prosecutor.told(others + 2)
    begun = time.monotonic()
    assert w.server.stop_alone() == 0
    assert time.monotonic() - begun < LONG / 2, time.monotonic() - begun
    silent.close()
    w.configure()
    w.start()


def whoever_signs_in_to_look_is_not_told_of_that(w):
    w.settled()
    # Late in this story: a one-time code is good once, and the next would have to be waited for.
    before = len(w.senegal.messages)
    w.cast["SEN1"].lock()
    w.cast["SEN1"].sign_in()
    w.cast["SEN1"].run("dossier", "list")
    w.settled()
    assert len(w.senegal.messages) == before


def while_a_secret_takes_the_others_place_either_is_enough(w):
    old, new = w.secrets["SEN"], "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
    (w.server.data / "secret-SEN").write_text(f"{new}\n{old}\n")
    w.restart()
    before = len(w.senegal.messages)
    w.act_of_senegal()
    message = w.senegal.told(before + 1)
    assert message.signed_by(old) and message.signed_by(new) and not message.signed_by(w.secrets["X-OTP"])
    assert " " in message.headers["webhook-signature"]
    what_is_sent_is_what_the_contract_says(w)


def neither_log_nor_store_nor_metrics_hold_a_secret(w):
    text = w.server.log_text() + w.server.manage("/metrics")[1]
    for secret in w.secrets.values():
        assert secret not in text and secret.removeprefix("whsec_") not in text
    assert "whsec_" not in text and "SEN" not in w.server.manage("/metrics")[1]
    kept = w.server.rows("SELECT name || ' ' || length(bytes) FROM server_value WHERE name LIKE 'webhook%' ORDER BY name")
    assert kept == ["webhook.SEN 24", "webhook.X-OTP 24", "webhooks.outbox 8"], kept
    # It is known that it goes on, too.
    looked = w.looked()
    assert soon(lambda: w.looked() > looked)
    # So short an interval is the test's; whoever sets one is warned.
    assert '"key":"webhooks.often"' in w.server.log_text()
    assert "nobody was told" not in text and "was not noted" not in text


STEPS = [each_is_told_once_at_first_as_the_guide_says_it, another_partys_act_gives_it_nothing,
         many_news_are_one_message_and_nothing_of_them_is_in_it, what_is_sent_is_what_the_contract_says, what_is_taken_is_what_the_contract_says, a_machine_that_breaks_down_is_told_when_it_is_back,
         whoever_is_not_known_by_the_certificate_is_told_nothing, one_that_never_answers_delays_nobody_and_a_redirect_is_not_followed,
         one_that_never_ends_costs_no_more_than_its_deadline,
         a_server_that_is_killed_in_between_tells_it_after_its_start, after_each_start_both_are_told_once_at_the_same_turn, it_ends_at_once_while_one_is_being_told, a_name_that_nobody_answers_for_holds_nothing_up,
         whoever_signs_in_to_look_is_not_told_of_that, while_a_secret_takes_the_others_place_either_is_enough, neither_log_nor_store_nor_metrics_hold_a_secret]

if __name__ == "__main__":
    sys.exit(play("webhooks", "a server that tells Senegal and the Prosecutor, each by a machine of its own", World, STEPS))
