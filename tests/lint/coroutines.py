"""co_await only at the edge, and only in shapes that the compiler of Debian 12 gets right.

g++ 12.2 destroys some temporaries twice when they are built inside a co_await expression: brace-built aggregates and
lambdas with captures. So: name it, then await it (platform/decisions/0002-coroutine-edge.md).
"""
import re
import sys

sys.path.insert(0, str(__import__("pathlib").Path(__file__).resolve().parents[1] / "support"))
from cases import Cases
from tree import code, line_of, text, without_strings

EDGE = ("web/transport/",)


def bad_awaits(source):
    """Offsets of co_await expressions that build an object or a capturing lambda in place."""
    plain = without_strings(source)
    found = []
    for match in re.finditer(r"\bco_await\b", plain):
        depth = 0
        for at in range(match.end(), len(plain)):
            character = plain[at]
            if character in "([":
                if character == "[" and re.match(r"\[[^\]]*\]\s*[({]", plain[at:]):
                    found.append(match.start())
                    break
                depth += 1
            elif character in ")]":
                if depth == 0:
                    break
                depth -= 1
            elif character == "{":
                # `if (co_await x) {` ends at the bracket above; a brace met here belongs to the expression.
                found.append(match.start())
                break
            elif character == ";" and depth == 0:
                break
    return found


def main():
    cases = Cases("lint_coroutines")
    with cases.case("the check refuses what it must and takes the named forms"):
        for shape in ("co_await run({.a = x});", "co_await offload(pool, [key] { return key; });",
                      "auto r = co_await run(std::vector<std::string>{a});", "co_await f(Command{a, b});",
                      "co_await offload(pool, [key]() mutable { return key; });"):
            assert bad_awaits(shape), shape
        for shape in ("co_await run(std::move(job));", "if (co_await ready(x)) { go(); }", "auto r = co_await f(a[i], b);",
                      'co_await log("a { brace in a string");', "co_await f(a); // {b}"):
            assert not bad_awaits(shape), shape
    with cases.case("no co_await expression builds an object or a capturing lambda in place"):
        found = [f"{p}:{line_of(text(p), at)}: name it, then await it" for p in code() for at in bad_awaits(text(p))]
        assert not found, "\n".join(found)
    with cases.case("coroutines live in web/transport alone"):
        found = [f"{p}" for p in code("platform", "crypto", "storage", "web")
                 if not str(p).startswith(EDGE) and re.search(r"\bco_(await|return|yield)\b", without_strings(text(p)))
                 and p.name != "try.hpp"]
        assert not found, "\n".join(found)
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
