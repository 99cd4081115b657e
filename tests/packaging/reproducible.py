"""The programs themselves, built twice from the same commit in two folders of different names, without a cache: the same bytes.

    reproducible.py                                  the client and the server (an hour on two cores)
    reproducible.py --targets rogatory_age_command   these targets of preset dist, and what they are made of"""
import hashlib
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from cases import Cases

ROOT = pathlib.Path(__file__).resolve().parents[2]


def built(folder, targets):
    """A clone of the commit, its targets built; {path: digest} of each object, library and program."""
    def run(*command):
        done = subprocess.run([str(word) for word in command], cwd=folder, capture_output=True, text=True, env={**os.environ, "CCACHE_DISABLE": "1"})
        assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]

    folder.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["git", "clone", "-q", "--no-hardlinks", str(ROOT), str(folder)], check=True)
    run("cmake", "--preset", "dist")
    run("cmake", "--build", "--preset", "dist", "--target", *targets)
    build = folder / "build/dist"
    made = [path for path in build.rglob("*") if path.is_file() and "CMakeFiles/3" not in str(path) and "CompilerId" not in str(path)
            and (path.suffix in (".o", ".a") or path.parent.name == "bin")]
    return {str(path.relative_to(build)): hashlib.sha256(path.read_bytes()).hexdigest() for path in made}, build


def main():
    words = sys.argv[1:]
    targets = words[words.index("--targets") + 1:] if "--targets" in words else ["rogatory", "rogatoryd"]
    cases = Cases("packaging_reproducible")
    with tempfile.TemporaryDirectory(prefix="rogatory-twice-") as name:
        with cases.case(f"{' '.join(targets)}: built twice, the same bytes, with debugging sections and build-id"):
            first, _ = built(pathlib.Path(name) / "a", targets)
            second, build = built(pathlib.Path(name) / "somewhere/quite-else", targets)
            print(f"  {len(first)} objects, libraries and programs")
            assert first and first.keys() == second.keys(), first.keys() ^ second.keys()
            assert first == second, [path for path in first if first[path] != second[path]]
        with cases.case("no folder of the build is named in them"):
            found = [path for path in first if str(pathlib.Path(name)).encode() in (build / path).read_bytes()]
            assert not found, found
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
