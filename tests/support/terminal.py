"""A person at a real terminal: a pseudo-terminal that the program controls, and somebody who reads and types."""
import errno
import fcntl
import os
import pty
import select
import subprocess
import termios
import time

CTRL_C = b"\x03"


class Terminal:
    """`with Terminal(command, environment) as t: t.expect("Passphrase"); t.type("…"); t.end()`."""

    def __init__(self, command, environment):
        self.shown = ""
        self.read_to = 0
        self.master, self.slave = pty.openpty()  # the slave stays open here, so that its modes can be read at the end

        def take_terminal():
            os.setsid()
            fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)

        self.process = subprocess.Popen(list(map(str, command)), stdin=self.slave, stdout=self.slave, stderr=self.slave, env=environment,
                                        preexec_fn=take_terminal, close_fds=True, pass_fds=(self.slave,))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.master)
        os.close(self.slave)

    def _read(self, seconds):
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        try:
            piece = os.read(self.master, 65536)
        except OSError as end:
            if end.errno == errno.EIO:
                return False
            raise
        self.shown += piece.decode(errors="replace")
        return bool(piece)

    def expect(self, words, seconds=120):
        """Waits until these words are shown, behind what was waited for before; gives what stood before them."""
        deadline = time.monotonic() + seconds
        while True:
            at = self.shown.find(words, self.read_to)
            if at >= 0:
                before = self.shown[self.read_to:at]
                self.read_to = at + len(words)
                return before
            assert time.monotonic() < deadline, f"{words!r} was not shown:\n{self.shown}"
            if not self._read(0.1) and self.process.poll() is not None and not self._read(0.1):
                raise AssertionError(f"ended with {self.process.returncode} before {words!r} was shown:\n{self.shown}")

    def echoes(self):
        """Whether what is typed now would be seen."""
        return bool(termios.tcgetattr(self.slave)[3] & termios.ECHO)

    def type(self, text):
        os.write(self.master, (text + "\n").encode())

    def press(self, key):
        os.write(self.master, key)

    def end(self, seconds=120):
        """Reads to the end; gives the exit code (negative: the signal)."""
        deadline = time.monotonic() + seconds
        while self.process.poll() is None:
            assert time.monotonic() < deadline, f"still running:\n{self.shown}"
            self._read(0.1)
        while self._read(0.1):
            pass
        return self.process.returncode
