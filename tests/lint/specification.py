"""docs/cryptographic-specification.md and the vectors: each section names those that show it, each name is a file, each file is named."""
import re
import sys

sys.path.insert(0, str(__import__("pathlib").Path(__file__).resolve().parents[1] / "support"))
from cases import Cases
from tree import ROOT, text, tracked

PAGE = "docs/cryptographic-specification.md"
VECTORS = ROOT / "tests/vectors"
FOLDERS = ("protocol", "custody", "text")  # the others hold vectors of the primitives, fetched, and cases of the casework rules
DATA = {".json", ".tar", ".txt"}


def sections():
    """{title: what stands behind “Vectors:” in it}; what comes before the first is the page's own."""
    parts = re.split(r"(?m)^## ", text(PAGE))
    return {part.splitlines()[0]: "\n".join(re.findall(r"(?m)^\*\*Vectors:\*\* (.*)$", part)) for part in parts}


def files(name):
    """What a name stands for: `…_N.json` for each number."""
    return {one.relative_to(VECTORS).as_posix() for one in VECTORS.glob(name.replace("_N.", "_[0-9]*."))}


def main():
    cases = Cases("lint_specification")
    named = {title: re.findall(r"`([^`]+)`", said) for title, said in sections().items()}
    with cases.case("each section names its vectors, or what holds it in their place"):
        found = [title for title, names in named.items() if not names]
        assert not found, found
    with cases.case("each name is a file"):
        found = [f"{title}: {name}" for title, names in named.items() for name in names
                 if not files(name) and not (ROOT / "tests" / name).is_file()]
        assert not found, "\n".join(found)
    with cases.case("each file of vectors is named"):
        said = set().union(*(files(name) for names in named.values() for name in names))
        there = {path.relative_to("tests/vectors").as_posix() for path in tracked() if path.parts[:2] == ("tests", "vectors") and len(path.parts) == 4
                 and path.parts[2] in FOLDERS and path.suffix in DATA and path.name != "CMakeLists.txt"}
        assert there and there <= said, sorted(there - said)
    with cases.case("what the folder's own list holds is there, and all of it"):
        listed = set().union(*(files(f"protocol/{name}") or {name} for row in re.findall(r"(?m)^\| (`[^|]*\.json`[^|]*) \|", text("tests/vectors/protocol/README.md"))
                               for name in re.findall(r"`([^`]+)`", row)))
        there = {f"protocol/{path.name}" for path in (VECTORS / "protocol").glob("*.json")}
        assert listed == there, sorted(listed ^ there)
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
