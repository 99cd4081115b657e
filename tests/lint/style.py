"""clang-format, shellcheck, Python that compiles, links of the documents."""
import ast
import re
import shutil
import subprocess
import sys

sys.path.insert(0, str(__import__("pathlib").Path(__file__).resolve().parents[1] / "support"))
from cases import Cases, Skip
from tree import ROOT, code, text, tracked


def scripts(*interpreters):
    found = []
    for path in tracked():
        if path.suffix not in {"", ".sh"}:
            continue
        with open(ROOT / path, "rb") as file:
            first = file.readline(100)
        if first.startswith(b"#!") and any(name.encode() in first for name in interpreters):
            found.append(str(path))
    return found


def main():
    cases = Cases("lint_style")
    with cases.case("C++ is formatted by .clang-format"):
        # Versions of clang-format disagree on details: one version decides, Debian 12's.
        program = shutil.which("clang-format-14") or shutil.which("clang-format")
        version = subprocess.run([program, "--version"], capture_output=True, text=True).stdout if program else "none"
        if " 14." not in version:
            raise Skip(f"needs clang-format 14, found {version.strip()}")
        run = subprocess.run([program, "--dry-run", "--Werror", "--style=file", *map(str, code())], cwd=ROOT, capture_output=True, text=True)
        bad = sorted(set(re.findall(r"^([\w./-]+):\d+:\d+: error", run.stderr, re.MULTILINE)))
        assert run.returncode == 0, "clang-format -i " + " ".join(bad)
    with cases.case("shell scripts pass shellcheck"):
        run = subprocess.run(["shellcheck", *scripts("bash", "/bin/sh")], cwd=ROOT, capture_output=True, text=True)
        assert run.returncode == 0, run.stdout
    with cases.case("Python compiles and uses what it imports"):
        found = []
        for path in [str(p) for p in tracked() if p.suffix == ".py"] + scripts("python3"):
            source = text(path)
            tree = ast.parse(source, path)
            names = {alias.asname or alias.name.split(".")[0] for node in ast.walk(tree)
                     if isinstance(node, (ast.Import, ast.ImportFrom)) for alias in node.names}
            body = re.sub(r"^\s*(?:import|from)\s.*$", "", source, flags=re.MULTILINE)
            found += [f"{path}: {name} is imported and not used" for name in names if not re.search(rf"\b{re.escape(name)}\b", body)]
        assert not found, "\n".join(found)
    with cases.case("links between documents lead somewhere"):
        found = []
        for page in [p for p in tracked() if p.suffix == ".md"]:
            for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text(page)):
                if not re.match(r"\w+:", target) and not (ROOT / page.parent / target).exists():
                    found.append(f"{page}: {target}")
        assert not found, "\n".join(found)
    with cases.case("programs are executable"):
        found = [name for name in scripts("bash", "/bin/sh", "python3") if not (ROOT / name).stat().st_mode & 0o111]
        assert not found, found
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
