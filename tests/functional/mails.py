"""Mails without content, through a real SMTP server on this machine: who gets one, when, what it says, and what a refusal does."""
import base64
import email
import os
import pathlib
import socketserver
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from cases import Cases
from scene import soon

BUILD = pathlib.Path(os.environ.get("ROGATORY_BUILD_DIR", pathlib.Path(__file__).resolve().parents[2] / "build/release"))


class MailServer(socketserver.ThreadingTCPServer):
    """As much of RFC 5321 as a submission needs. `refuse`: recipients that are answered with 550."""

    allow_reuse_address, daemon_threads = True, True

    def __init__(self):
        self.messages, self.refuse, self.busy, self.silent, self.arrived = [], set(), False, threading.Event(), threading.Condition()
        self.unanswered = threading.Event()
        super().__init__(("127.0.0.1", 0), Talk)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self):
        return self.server_address[1]

    def wait_for(self, count, seconds=90):
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.messages) >= count, seconds), f"{len(self.messages)} of {count} mails"
            return self.messages[count - 1]


class Talk(socketserver.StreamRequestHandler):
    def handle(self):
        self.say("220 mail.example")
        to = []
        while line := self.rfile.readline():
            if self.server.silent.is_set():
                self.server.unanswered.set()
                continue
            verb = line.strip().upper()
            if verb.startswith((b"EHLO", b"HELO")):
                self.say("250 mail.example")
            elif verb.startswith(b"MAIL FROM:"):
                self.say("451 later" if self.server.busy else "250 ok")
            elif verb.startswith(b"RCPT TO:"):
                address = line.strip()[8:].strip(b"<>").decode()
                refused = address in self.server.refuse
                self.say("550 no such mailbox" if refused else "250 ok")
                to += [] if refused else [address]
            elif verb == b"DATA":
                self.say("354 go on")
                lines = []
                while (line := self.rfile.readline()) not in (b".\r\n", b""):
                    lines.append(line[1:] if line.startswith(b"..") else line)
                with self.server.arrived:
                    self.server.messages.append((to, email.message_from_bytes(b"".join(lines))))
                    self.server.arrived.notify_all()
                to = []
                self.say("250 taken")
            elif verb == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")


class Round:
    """tests/functional/mail_round.cpp: three officials, what they have set, and one act after the other on request."""

    def __init__(self, port):
        self.process = subprocess.Popen([str(BUILD / "tests/mail_round"), str(port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, f"mail_round ended at: {line}"
        return answer.strip()

    def settle(self):
        """Until everybody who is to have a mail has it, by the time of this world."""
        assert soon(lambda: self.ask("due") == "0"), "somebody's mail never goes"

    def end(self):
        self.process.stdin.close()
        return self.process.wait(50)  # less than one mail may take here


def main():
    cases = Cases("functional_mails")
    server = MailServer()
    mails = Round(server.port)
    with cases.case("one mail for many news, in the person's language, to those who read the chain and nobody else"):
        assert mails.ask("address sen awa@sen.example 3600") == "ok"
        assert mails.ask("address fra luc@fra.example 3600") == "ok"
        for _ in range(5):
            assert mails.ask("entry") == "ok"
        to, mail = server.wait_for(1)
        other_to, other = server.wait_for(2)
        assert sorted(to + other_to) == ["awa@sen.example", "luc@fra.example"], (to, other_to)
        body = base64.b64decode(mail.get_payload()).decode()
        # The officials of this world have chosen French.
        assert body.startswith("Vous avez du nouveau dans Rogatory.") and mail["Subject"] == "Vous avez du nouveau dans Rogatory", body
        assert mail["Content-Language"] == "fr"
        assert mail["Auto-Submitted"] == "auto-generated" and mail["From"] == "Rogatory <rogatory@exchange.example>"
    with cases.case("a mail holds nothing of what is new, no name, no number and no link"):
        for message in (mail, other):
            text = base64.b64decode(message.get_payload()).decode()
            assert "http" not in text and "www" not in text and not any(c.isdigit() for c in text), text
            assert all(ord(c) < 128 for c in message["Subject"])
    with cases.case("not one for each: whoever wants one an hour gets one an hour"):
        # Of the five entries some may have come after the first mail.
        assert mails.ask("address sen awa@sen.example 0") == "ok"
        mails.settle()
        before = len(server.messages)
        assert mails.ask("entry") == "ok"
        to, _ = server.wait_for(before + 1)
        assert to == ["awa@sen.example"]
        mails.settle()
        assert len(server.messages) == before + 1
        assert mails.ask("pass 3600") == "ok"
        to, _ = server.wait_for(before + 2)
        assert to == ["luc@fra.example"]
    with cases.case("in quiet hours nothing goes out, and afterwards one does"):
        assert mails.ask("quiet sen awa@sen.example now 120") == "ok"
        before = len(server.messages)
        assert mails.ask("entry") == "ok"
        mails.settle()
        assert ["awa@sen.example"] not in [to for to, _ in server.messages[before:]]
        assert mails.ask("pass 7200") == "ok"
        assert soon(lambda: ["awa@sen.example"] in [to for to, _ in server.messages[before:]]), server.messages[before:]
    with cases.case("an address that the mail server refuses is shown to the person, and not tried again"):
        server.refuse.add("gone@sen.example")
        assert mails.ask("address sen gone@sen.example 0") == "ok"
        assert mails.ask("entry") == "ok"
        assert soon(lambda: mails.ask("show sen").startswith("refused 550")), mails.ask("show sen")
        before = len(server.messages)
        assert mails.ask("address sen awa@sen.example 0") == "ok" and mails.ask("show sen") == "well"
        server.wait_for(before + 1)
    with cases.case("a mail server that is busy, or gone, is tried again later, and nothing is lost"):
        server.busy = True
        before = len(server.messages)
        assert mails.ask("entry") == "ok"
        assert soon(lambda: mails.ask("show sen").startswith("failed 451")), mails.ask("show sen")
        server.busy = False
        assert mails.ask("pass 7200") == "ok"
        server.wait_for(before + 1)
        assert soon(lambda: mails.ask("show sen") == "well"), mails.ask("show sen")
    with cases.case("one that has stopped answering does not hold up the end, nor while a mail is under way"):
        server.silent.set()
        begun = time.monotonic()
        assert mails.end() == 0
        server.silent.clear()
        assert time.monotonic() - begun < 30, time.monotonic() - begun
        mails, before = Round(server.port), len(server.messages)
        assert mails.ask("address sen awa@sen.example 0") == "ok" and mails.ask("entry") == "ok"
        server.wait_for(before + 1)
        mails.settle()
        server.unanswered.clear()
        server.silent.set()
        assert mails.ask("entry") == "ok"
        assert server.unanswered.wait(90)
        begun = time.monotonic()
        assert mails.end() == 0
        assert time.monotonic() - begun < 30, time.monotonic() - begun
    server.shutdown()
    sys.exit(cases.finish())


if __name__ == "__main__":
    main()
