"""The files of the repository, as the lints see them."""
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
CODE = (".cpp", ".hpp")


def tracked():
    """Paths relative to the root, of what git tracks or would track."""
    names = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                           check=True, capture_output=True).stdout.decode().split("\0")
    return sorted(pathlib.PurePosixPath(n) for n in set(names) if n and (ROOT / n).is_file())


def code(*folders):
    return [p for p in tracked() if p.suffix in CODE and (not folders or p.parts[0] in folders)]


def text(path):
    return (ROOT / path).read_text(encoding="utf-8")


def without_comments(source):
    """C++ source with comments blanked, line numbers kept. Strings stay."""
    pattern = re.compile(r'R"([^()\s\\]*)\((?:.|\n)*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'|//[^\n]*|/\*(?:.|\n)*?\*/')
    return pattern.sub(lambda m: re.sub(r"[^\n]", " ", m[0]) if m[0][0] == "/" else m[0], source)


def without_strings(source):
    """C++ source with comments and the insides of literals blanked, line numbers kept."""
    pattern = re.compile(r'R"([^()\s\\]*)\((?:.|\n)*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\'')
    return pattern.sub(lambda m: '"' + re.sub(r"[^\n]", " ", m[0][1:-1]) + '"', without_comments(source))


def line_of(source, offset):
    return source.count("\n", 0, offset) + 1
