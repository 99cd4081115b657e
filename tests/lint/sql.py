"""SQL is written out: columns are listed, values are bound, and it stands in storage alone."""
import re
import sys

sys.path.insert(0, str(__import__("pathlib").Path(__file__).resolve().parents[1] / "support"))
from cases import Cases
from tree import code, line_of, text, tracked, without_comments

STRING = r'(?:R"([^()\s\\]*)\((?:.|\n)*?\)\1"|"(?:\\.|[^"\\\n])*")'
STATEMENT = re.compile(r'^(?:R"[^(]*\(|")\s*(?:SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|PRAGMA|WITH|REPLACE|ATTACH)\s', re.IGNORECASE)


def select_star(source):
    """Offsets of SELECT * and alias.*; COUNT(*) is fine."""
    return [m.start() for m in re.finditer(r"\bSELECT\s+(?:DISTINCT\s+)?(?:\w+\.)?\*|,\s*\w+\.\*", source, re.IGNORECASE)]


def concatenated(source):
    """Offsets of SQL literals with something added to them, or formatted, at run time."""
    plain, found = without_comments(source), []
    for match in re.finditer(STRING, plain):
        if not STATEMENT.match(match[0]):
            continue
        after, before = plain[match.end():match.end() + 40].lstrip(), plain[max(0, match.start() - 60):match.start()].rstrip()
        if after.startswith("+") or before.endswith("+") or re.search(r"(fmt::format|std::format|snprintf|append)\s*\([^;]*$", before):
            found.append(match.start())
        if re.search(r"%[sdu]|\{\w*\}", match[0]) and re.search(r"format", before):
            found.append(match.start())
    return found


def main():
    cases = Cases("lint_sql")
    with cases.case("the check refuses what it must"):
        assert select_star("SELECT * FROM a") and select_star("select a.* from a") and select_star("SELECT x, a.* FROM a")
        assert not select_star("SELECT COUNT(*) FROM a")
        assert concatenated('run("SELECT a FROM b WHERE c = " + name)') and concatenated('fmt::format("DELETE FROM {}", t)')
        assert concatenated('std::string q = R"(SELECT a FROM b WHERE c = )" + name;')
        assert not concatenated('run("SELECT a FROM b WHERE c = ?", name + x)'), "a bound value may be computed"
    with cases.case("no SELECT *"):
        found = [f"{p}:{line_of(text(p), at)}" for p in tracked() if p.suffix in {".cpp", ".hpp", ".sql"}
                 for at in select_star(text(p))]
        assert not found, "\n".join(found)
    with cases.case("no SQL is put together at run time"):
        found = [f"{p}:{line_of(text(p), at)}: bind the value" for p in code() for at in concatenated(text(p))]
        assert not found, "\n".join(found)
    with cases.case("SQL stands in storage alone"):
        found = [f"{p}:{line_of(text(p), m.start())}" for p in code("platform", "crypto", "web")
                 for m in re.finditer(r'["(]\s*(?:SELECT\s+\w[\w\s,.]*\sFROM|INSERT\s+INTO|DELETE\s+FROM|UPDATE\s+\w+\s+SET)\b', text(p))]
        assert not found, "\n".join(found)
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
