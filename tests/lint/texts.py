"""What must not stand in any file: promises to do security later, machines, secrets, files too large to read."""
import re
import sys

sys.path.insert(0, str(__import__("pathlib").Path(__file__).resolve().parents[1] / "support"))
from cases import Cases
from tree import ROOT, text, tracked

# Built from pieces, so that this file does not hold what it forbids.
LATER = re.compile("TODO" + r"\(security\)|\bFIX" + r"ME\b|\bX" + r"XX\b(?!-)|not " + "implemented|un" + "implemented")
MACHINE = re.compile(r"(?<![\w.])/(?:work|home/[a-z]\w*|root|Users)/" + r"[\w.]")
HOST = re.compile(r"https?://(?!127\.|localhost|\[::1\])[\w.-]*(?:registry|artifact|mirror|proxy\.golang|pypi|npmjs|deb\.debian)[\w.-]*", re.IGNORECASE)
SECRET = re.compile("BEGIN (?:RSA |EC |OPENSSH |ENCRYPTED )?PRIVATE" + " KEY")
TEXT = {".cpp", ".hpp", ".py", ".md", ".txt", ".cmake", ".json", ".yaml", ".sql", ".sh", ".toml", ".service", ".mjs", ".js", ""}

# A file that has to be longer than the rule names its reason here. The list only shrinks.
LONGER = {
    "LICENSE": "the licence's text",
}
CODE_LINES = 420
BYTES = 400_000


def readable(path):
    return path.suffix in TEXT and "corpus" not in path.parts


def hits(pattern, *skip):
    found = []
    for path in tracked():
        if not readable(path) or str(path) in skip:
            continue
        try:
            source = text(path)
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(source.splitlines(), 1):
            if pattern.search(line):
                found.append(f"{path}:{number}: {line.strip()[:100]}")
    return found


def main():
    cases = Cases("lint_texts")
    with cases.case("nothing about security is left for later"):
        found = hits(LATER)
        assert not found, "\n".join(found)
    with cases.case("no path of somebody's machine"):
        found = hits(MACHINE)
        assert not found, "\n".join(found)
    with cases.case("no host of a package registry or mirror"):
        found = hits(HOST)
        assert not found, "\n".join(found)
    with cases.case("no private key"):
        found = hits(SECRET)
        assert not found, "\n".join(found)
    with cases.case("no file is too large to review"):
        found = [f"{p}: {(ROOT / p).stat().st_size} bytes" for p in tracked() if (ROOT / p).stat().st_size > BYTES]
        found += [f"{p}: {text(p).count(chr(10))} lines; split it by what it is about" for p in tracked()
                  if p.suffix in {".cpp", ".hpp", ".py"} and str(p) not in LONGER and not str(p).startswith("tests/")
                  and text(p).count("\n") > CODE_LINES]
        assert not found, "\n".join(found)
    with cases.case("the list of longer files only shrinks"):
        gone = [name for name in LONGER if not (ROOT / name).exists()]
        assert not gone, gone
    with cases.case("nothing built or fetched is tracked"):
        found = [str(p) for p in tracked() if {"node_modules", "dist", "build", "__pycache__"} & set(p.parts)]
        assert not found, found
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
