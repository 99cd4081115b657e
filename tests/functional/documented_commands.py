"""Every command that a document shows exists, with every option shown."""
import functools
import re
import shlex
import subprocess
import sys

sys.path.insert(0, str(__import__("pathlib").Path(__file__).resolve().parents[1] / "support"))
from cases import Cases
from installation import BIN, ROOT

PAGES = ["README.md", "SECURITY.md", *sorted(str(p.relative_to(ROOT)) for p in (ROOT / "docs").rglob("*.md"))]


def commands(text):
    """Command lines of `rogatory` and `rogatoryd` in fenced blocks and inline code."""
    blocks = re.findall(r"^```[^\n]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    lines += re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))
    for line in lines:
        match = re.match(r"(?:\S*/)?(rogatoryd?)((?: .*)?)$", line.strip())
        if match:
            yield match[1], shlex.split(match[2].replace("…", "X"), comments=True)


@functools.lru_cache(maxsize=None)
def help_of(program, path):
    run = subprocess.run([str(BIN / program), *path, "--help"], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120)
    return run.returncode, run.stdout + run.stderr


def problems(program, words):
    leading = []
    rest = list(words)
    while rest and rest[0] == "--lang":
        rest = rest[2:]
    for word in rest:
        if not re.fullmatch(r"[a-z][a-z-]*", word):
            break
        leading.append(word)
    # The longest run of words that is a verb: what stands behind it are names and files.
    for length in range(len(leading), -1, -1):
        code, text = help_of(program, tuple(leading[:length]))
        if code == 0 and all(word in text for word in leading[:length][-1:]):
            break
    else:
        return [f"{program} {' '.join(words)}: no such verb"]
    if leading and length == 0:
        return [f"{program} {' '.join(words)}: no such verb"]
    known = help_of(program, tuple(leading[:length]))[1] + help_of(program, ())[1]
    return [f"{program} {' '.join(words)}: no option {word}" for word in words if word.startswith("--") and word.split("=")[0] not in known]


def main():
    cases = Cases("documented_commands")
    with cases.case("the check refuses what does not exist"):
        assert problems("rogatory", ["frobnicate"]) and problems("rogatory", ["sign-in", "--as-somebody-else"])
    for page in PAGES:
        shown = list(commands((ROOT / page).read_text()))
        if not shown:
            continue
        with cases.case(f"{page}: {len(shown)} commands exist as shown"):
            found = [problem for program, words in shown for problem in problems(program, words)]
            assert not found, "\n".join(found)
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
