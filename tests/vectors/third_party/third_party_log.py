#!/usr/bin/env python3
"""Our checkpoints, tiles and proofs, read by another implementation, and its read by us.

The other one is golang.org/x/mod/sumdb/{note,tlog}, from Debian's golang-golang-x-mod-dev; it is built with Debian's Go,
from Debian's sources, without a network. Where they are not installed this says so and is skipped.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "support"))
from cases import Cases, Skip

SOURCES = pathlib.Path("/usr/share/gocode")
OURS = pathlib.Path(os.environ["ROGATORY_BUILD_DIR"]) / "tests/tlog_exchange"


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=600, **options)
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout.strip()


def main():
    cases = Cases("third_party_log")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rogatory-tlog-"))
    theirs = folder / "tlog_reader"
    try:
        with cases.case("the other implementation builds"):
            if not shutil.which("go") or not (SOURCES / "src/golang.org/x/mod/sumdb/tlog").is_dir():
                raise Skip("NOT CHECKED: golang-go and golang-golang-x-mod-dev are not installed")
            run("go", "build", "-o", theirs, HERE / "tlog_reader.go",
                env={"PATH": os.environ["PATH"], "HOME": str(folder), "GOPATH": str(SOURCES), "GO111MODULE": "off", "GOPROXY": "off",
                     "GOCACHE": os.environ.get("GOCACHE", str(folder / "cache")), "CGO_ENABLED": "0", "GOFLAGS": ""})
        if theirs.exists():
            with cases.case("it verifies our checkpoints, cosignature, tiles and proofs"):
                run(OURS, "write", folder / "ours")
                print(run(theirs, "read", folder / "ours"))
            with cases.case("it refuses ours when a tile is spoiled"):
                tile = folder / "ours/tile/0/000"
                spoiled = bytearray(tile.read_bytes())
                spoiled[100] ^= 1
                tile.write_bytes(spoiled)
                done = subprocess.run([str(theirs), "read", str(folder / "ours")], capture_output=True, text=True, timeout=600)
                assert done.returncode != 0, "accepted"
            with cases.case("we verify its checkpoints and proofs"):
                run(theirs, "write", folder / "theirs")
                print(run(OURS, "read", folder / "theirs"))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
