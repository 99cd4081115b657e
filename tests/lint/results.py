"""A refusal cannot be overlooked: every function in a header that returns a Result says [[nodiscard]]."""
import re
import sys

sys.path.insert(0, str(__import__("pathlib").Path(__file__).resolve().parents[1] / "support"))
from cases import Cases
from tree import code, line_of, text, without_strings

# A declaration at the start of a line (after attributes and specifiers) whose type is Result and which has a parameter list.
DECLARED = re.compile(r"^[ \t]*((?:(?:\[\[[\w, ]+\]\]|virtual|static|constexpr|inline|friend|explicit)\s+)*)"
                      r"(?:rogatory::)?(?:age::|crypto::)?(?:Result|Expected)<[^;(){}=]*>\s+(?:\w+::)*\w+\s*\(", re.MULTILINE)


def private(source, offset):
    """Whether the last word on access before an offset is `private:`; a private function's callers stand beside it."""
    words = re.findall(r"\b(public|private|protected)\s*:|\b(?:class|struct)\s+\w+[^;{]*\{", source[:offset])
    return bool(words) and words[-1] == "private"


def droppable(source):
    plain = without_strings(source)
    return [m.start(1) for m in DECLARED.finditer(plain) if "nodiscard" not in m[1] and not private(plain, m.start())]


def main():
    cases = Cases("lint_results")
    with cases.case("the check refuses what it must"):
        assert droppable("    Result<int> find(Id id);") and droppable("virtual Result<> store(View v) = 0;")
        assert not droppable("    [[nodiscard]] virtual Result<std::vector<Item>> page(int n) = 0;")
        assert not droppable("class A {\nprivate:\n    Result<int> find(Id id);") and droppable("class A {\nprivate:\n int a;\n};\nstruct B {\n    Result<int> find(Id id);")
        assert not droppable("    Result<int> kept_;") and not droppable("using R = Result<int>;")
    with cases.case("every function in a header that returns a Result is [[nodiscard]]"):
        found = [f"{p}:{line_of(text(p), at)}" for p in code("platform", "crypto", "storage", "web") if p.suffix == ".hpp"
                 for at in droppable(text(p))]
        assert not found, "\n".join(found)
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
