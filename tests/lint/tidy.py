#!/usr/bin/env python3
"""clang-tidy with .clang-tidy's checks, newest changes first, for as long as it is given.

A file costs seconds (minutes where Beast is included), so the time is bounded and the count of files is printed.
"""
import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from cases import Cases, Skip
from tree import ROOT

# What g++ takes and clang 14 does not know.
EXTRA = ["--extra-arg=-w",
         "--extra-arg=-ftrivial-auto-var-init=uninitialized"]


def newest_first(files):
    """Files ordered by their last commit; those never committed come first."""
    log = subprocess.run(["git", "-C", str(ROOT), "log", "-n", "300", "--name-only", "--format="], capture_output=True, text=True).stdout
    order = {}
    for rank, name in enumerate(log.split()):
        order.setdefault(name, rank)
    changed = subprocess.run(["git", "-C", str(ROOT), "diff", "--name-only", "HEAD"], capture_output=True, text=True).stdout.split()
    return sorted(files, key=lambda f: (-1 if f in changed else order.get(f, 10**6), f))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release")
    parser.add_argument("--seconds", type=int, default=240)
    parser.add_argument("files", nargs="*")
    arguments = parser.parse_args()
    cases = Cases("lint_tidy")
    with cases.case("clang-tidy finds nothing"):
        program = shutil.which("clang-tidy-14") or shutil.which("clang-tidy")
        version = subprocess.run([program, "--version"], capture_output=True, text=True).stdout if program else "none"
        if " 14." not in version:
            raise Skip("needs clang-tidy 14, as on Debian 12: other versions have other findings")
        commands = json.loads((arguments.build / "compile_commands.json").read_text())
        known = {str(pathlib.Path(c["file"]).relative_to(ROOT)) for c in commands if pathlib.Path(c["file"]).is_relative_to(ROOT)
                 and not pathlib.Path(c["file"]).is_relative_to(ROOT / "build")}
        files = arguments.files or newest_first([f for f in known if not f.startswith("tests/")])
        deadline, findings, done = time.monotonic() + arguments.seconds, [], 0

        def check(name):
            if time.monotonic() > deadline:
                return None
            return subprocess.run([program, "-p", str(arguments.build), "--quiet", *EXTRA, name], cwd=ROOT, capture_output=True, text=True)

        with ThreadPoolExecutor(max_workers=2) as pool:
            for name, run in zip(files, pool.map(check, files)):
                if run is None:
                    continue
                done += 1
                if run.returncode != 0:
                    findings.append(run.stdout.replace(str(ROOT) + "/", "") or run.stderr)
        print(f"  {done} of {len(files)} files within {arguments.seconds} s", flush=True)
        assert done, "no file was looked at"
        assert not findings, "\n".join(findings)
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
