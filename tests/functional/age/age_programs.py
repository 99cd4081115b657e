"""What the scripts of this folder share: our program, stock age, and a terminal to type passphrases on."""
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))
from cases import Skip  # noqa: E402

ROGATORY = [str(pathlib.Path(os.environ["ROGATORY_BIN_DIR"]) / "rogatory")]
OURS = [*ROGATORY, "age"]
STOCK = ["age"]
KEYGEN = [*ROGATORY, "age-keygen"]
ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8", "ROGATORY_LANG": "en"}


def stock_age():
    """Skips the case unless a stock age that knows post-quantum keys is there."""
    if not shutil.which("age") or not shutil.which("age-keygen"):
        raise Skip("no stock age on this machine")
    version = subprocess.run(["age", "--version"], capture_output=True, text=True).stdout.strip().lstrip("v")
    numbers = tuple(int(n) for n in re.findall(r"\d+", version)[:2])
    if numbers < (1, 3):
        raise Skip(f"stock age {version} is older than 1.3")


def run(command, stdin=b"", expect=0, cwd=None, environment=None):
    done = subprocess.run([str(c) for c in command], input=stdin, capture_output=True, cwd=cwd, env=environment or ENVIRONMENT, timeout=300)
    if expect is not None:
        assert done.returncode == expect, f"exit {done.returncode}, not {expect}: {done.stderr.decode(errors='replace')}"
    return done


def on_terminal(command, answers, cwd=None, stdout_too=True, seconds=120):
    """Runs a command on a terminal of its own and types an answer at each question (text that ends in a colon).

    Returns (exit code, what the terminal showed). Without stdout_too standard output is thrown away, so that it is
    no terminal.
    """
    child, terminal = pty.fork()
    if child == 0:
        try:
            if cwd:
                os.chdir(cwd)
            if not stdout_too:
                os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os.execvpe(str(command[0]), [str(c) for c in command], ENVIRONMENT)
        finally:
            os._exit(127)
    shown, seen, answers, deadline = b"", 0, list(answers), time.monotonic() + seconds
    try:
        while True:
            assert time.monotonic() < deadline, f"no end after {seconds} s: {shown!r}"
            if select.select([terminal], [], [], 0.2)[0]:
                try:
                    piece = os.read(terminal, 4096)
                except OSError:  # the terminal is gone with the child
                    break
                if not piece:
                    break
                shown += piece
            elif answers and re.search(rb":\s*$", shown[seen:]):
                seen = len(shown)
                os.write(terminal, answers.pop(0) + b"\n")
        _, status = os.waitpid(child, 0)
        child = None
    finally:
        if child is not None:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        os.close(terminal)
    assert not answers, f"never asked for {len(answers)} of the answers: {shown!r}"
    return os.waitstatus_to_exitcode(status), shown.decode(errors="replace")
