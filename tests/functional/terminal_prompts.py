"""What a person meets at a real terminal: hidden passphrases typed twice, mistakes, Ctrl-C, colours."""
import base64
import hashlib
import hmac
import os
import pathlib
import re
import shutil
import struct
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from cases import Cases
from installation import BIN, NOT_SIGNED_IN, OK, Server
from terminal import CTRL_C, Terminal

PASSPHRASE = "onze cloches dorment sous la neige bleue"
WRONG = "onze cloches veillent sous la neige bleue"


class Authenticator:
    """RFC 6238, six digits, thirty seconds; a code is never given twice."""

    def __init__(self):
        self.secret, self.last = b"", 0

    def learn(self, base32):
        self.secret = base64.b32decode(base32 + "=" * (-len(base32) % 8))

    def code(self):
        while int(time.time()) // 30 <= self.last:
            time.sleep(0.5)
        self.last = int(time.time()) // 30
        digest = hmac.new(self.secret, struct.pack(">Q", self.last), hashlib.sha1).digest()
        at = digest[-1] & 15
        return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7fffffff) % 1_000_000:06d}"


class World:
    def __init__(self, folder):
        self.folder, self.totp = folder, Authenticator()
        self.server = Server(folder / "server")
        self.server.init()
        self.server.start()

    def at(self, *arguments, **environment):
        kept = {name: value for name, value in os.environ.items()
                if "proxy" not in name.lower() and name != "NO_COLOR" and not name.startswith("ROGATORY_PASS")}
        command = [BIN / "rogatory", "--profile", self.folder / "profile", "--ca", self.server.certificate, "--lang", "en", *arguments]
        return Terminal(command, {**kept, "TERM": "xterm", "LC_ALL": "C.UTF-8", **environment})

    def enrol(self):
        return self.at("admin", "enrol", "--server", self.server.url, "--user", "administrator.1")

    def give_code(self, terminal):
        terminal.expect("The code you were given:")
        terminal.type(self.server.admin_code.read_text().strip())
        terminal.expect("New passphrase")


def interrupt(terminal):
    """Ctrl-C, and again when nothing happens, as people do: readpassphrase misses one that comes between its prompt and its read."""
    for _ in range(20):
        terminal.press(CTRL_C)
        try:
            return terminal.end(seconds=1)
        except AssertionError:
            continue
    return terminal.end()


def unseen(terminal):
    """Waits until nothing typed is seen any more."""
    deadline = time.monotonic() + 90
    while terminal.echoes():
        assert time.monotonic() < deadline, f"a passphrase would be seen:\n{terminal.shown}"
        time.sleep(0.01)


def hidden(terminal, text):
    """Types a secret as soon as nothing typed is seen any more."""
    unseen(terminal)
    terminal.type(text)


def interrupted_enrolment(w):
    with w.enrol() as terminal:
        w.give_code(terminal)
        unseen(terminal)
        terminal.press(b"half a passphr")
        assert interrupt(terminal) != OK, terminal.shown
        assert terminal.echoes(), "the terminal stays without echo"
        assert "half a" not in terminal.shown, terminal.shown
    with w.at("status") as terminal:
        assert terminal.end() == OK and "Nobody has enrolled here yet" in terminal.shown, terminal.shown


def enrolment(w):
    with w.enrol() as terminal:
        w.give_code(terminal)
        hidden(terminal, "kurz")
        terminal.expect("New passphrase")
        hidden(terminal, PASSPHRASE)
        terminal.expect("The same again:")
        hidden(terminal, WRONG)
        terminal.expect("not the same")
        terminal.expect("New passphrase")
        hidden(terminal, PASSPHRASE)
        terminal.expect("The same again:")
        hidden(terminal, PASSPHRASE)
        terminal.expect("Is this right?")
        terminal.type("y")
        terminal.expect("into your authenticator: ")
        terminal.expect("six digits")
        w.totp.learn(re.search(r"into your authenticator: ([A-Z2-7]+)", terminal.shown)[1])
        terminal.type(w.totp.code())
        terminal.expect("recovery sheet")
        terminal.expect("Have you copied or printed it?")
        terminal.type("y")
        assert terminal.end() == OK, terminal.shown
        assert terminal.echoes()
        for secret in (PASSPHRASE, WRONG, "kurz"):
            assert secret not in terminal.shown, "a passphrase was shown"


def wrong_then_right(w):
    with w.at("sign-in") as terminal:
        terminal.expect("Passphrase of administrator.1:")
        hidden(terminal, WRONG)
        terminal.expect("six digits")
        terminal.type(w.totp.code())
        assert terminal.end() == NOT_SIGNED_IN, terminal.shown
        assert "passphrase" in terminal.shown.lower() and WRONG not in terminal.shown, terminal.shown
    w.totp.last -= 1  # the server has not taken that code: whoever mistypes need not wait for the next one
    with w.at("sign-in") as terminal:
        terminal.expect("Passphrase of administrator.1:")
        hidden(terminal, PASSPHRASE)
        terminal.expect("six digits")
        terminal.type(w.totp.code())
        assert terminal.end() == OK, terminal.shown


def interrupted_sign_in(w):
    with w.at("lock") as terminal:
        terminal.end()
    with w.at("sign-in") as terminal:
        terminal.expect("Passphrase of administrator.1:")
        assert interrupt(terminal) != OK, terminal.shown
        assert terminal.echoes(), "the terminal stays without echo"
    with w.at("sign-in") as terminal:
        terminal.expect("Passphrase of administrator.1:")
        hidden(terminal, PASSPHRASE)
        terminal.expect("six digits")
        terminal.type(w.totp.code())
        assert terminal.end() == OK, "after Ctrl-C the same command works: " + terminal.shown


def enter_says_no(w):
    with w.at("admin", "party", "create", "X-REG", "--name", "Registry") as terminal:
        assert terminal.end() == OK, terminal.shown
    with w.at("admin", "party", "suspend", "X-REG", "--reason", "a test") as terminal:
        terminal.expect("[y/N]")
        terminal.type("")
        assert terminal.end() != OK, terminal.shown
    with w.at("--json", "admin", "party", "list") as terminal:
        assert terminal.end() == OK and "suspended" not in terminal.shown, terminal.shown


def colours(w):
    red = "\033[31m"
    refusal = ("admin", "party", "create", "X-REG", "--name", "Registry")
    with w.at(*refusal) as terminal:
        assert terminal.end() != OK and red in terminal.shown, terminal.shown
    for off in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        with w.at(*refusal, **off) as terminal:
            assert terminal.end() != OK and "\033[" not in terminal.shown, f"{off}: {terminal.shown!r}"


CASES = [("Ctrl-C at the passphrase: nothing was made, the code still works", interrupted_enrolment),
         ("a passphrase is typed twice, unseen; too weak and mistyped are asked again", enrolment),
         ("a wrong passphrase is refused, the right one with the same code signs in", wrong_then_right),
         ("Ctrl-C at sign-in leaves terminal and profile as they were", interrupted_sign_in),
         ("Enter is no", enter_says_no),
         ("colours only where they are wanted", colours)]


def main():
    cases = Cases("terminal_prompts")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rogatory-terminal-"))
    world = None
    try:
        with cases.case("a server"):
            world = World(folder)
        for title, run in CASES if world else []:
            with cases.case(title):
                run(world)
    finally:
        if world:
            with world.at("lock") as terminal:
                terminal.end()
            if world.server.process.poll() is None:
                world.server.stop()
        if not cases.count("failed"):
            shutil.rmtree(folder, ignore_errors=True)
        else:
            print(f"kept: {folder}")
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
