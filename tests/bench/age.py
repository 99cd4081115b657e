"""Speed of `rogatory age` beside stock age, in one interleaved run: JSON lines on stdout, nothing asserted.

    age.py [--size BYTES] [--rounds N] [--folder DIR]

Prints one JSON object a line: {"what", "unit", "ours", "peer", "peer_name", "ratio", "rounds", "size"}; ratio above 1 means
ours is faster: the median of the ratios of each round. Machines are shared: quote the ratio. tests/bench/compare has the
whole way of a document; this has the program alone, to a file and to nowhere.
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

BIN = pathlib.Path(os.environ.get("ROGATORY_BIN_DIR", pathlib.Path(__file__).resolve().parents[2] / "build/release/bin"))
PIECE = 1 << 20


def timed(command, stdout):
    started = time.monotonic()
    subprocess.run(command, check=True, stdout=stdout, stderr=subprocess.DEVNULL)
    return time.monotonic() - started


def make_file(path, size):
    with open(path, "wb") as out:
        piece = os.urandom(PIECE)
        for _ in range(size // PIECE):
            out.write(piece)
        out.write(piece[: size % PIECE])


def same(one, other):
    return subprocess.run(["cmp", "-s", one, other]).returncode == 0


def cases(program, key, recipient, plain, sealed, out):
    """(name, command, whether its output is a file) of one program."""
    yield "encrypt_to_null", [*program, "-e", "-r", recipient, plain], False
    yield "decrypt_to_null", [*program, "-d", "-i", key, sealed], False
    yield "encrypt_to_file", [*program, "-e", "-r", recipient, "-o", out, plain], True
    yield "decrypt_to_file", [*program, "-d", "-i", key, "-o", out, sealed], True


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=1 << 30)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", default=None)
    options = parser.parse_args()
    if not shutil.which("age") or not shutil.which("age-keygen"):
        print("age.py: no stock age to compare with", file=sys.stderr)
        return 77
    programs = {"rogatory": [str(BIN / "rogatory"), "age"], "stock": ["age"]}
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        key, plain, sealed, out = (os.path.join(folder, name) for name in ("key", "plain", "sealed", "out"))
        subprocess.run(["age-keygen", "-pq", "-o", key], check=True, stderr=subprocess.DEVNULL)
        recipient = subprocess.run(["age-keygen", "-y", key], check=True, capture_output=True, text=True).stdout.strip()
        make_file(plain, options.size)
        subprocess.run(["age", "-e", "-r", recipient, "-o", sealed, plain], check=True)
        subprocess.run([*programs["rogatory"], "-d", "-i", key, "-o", out, sealed], check=True)
        assert same(plain, out), "rogatory age does not open what stock age sealed"
        seconds = {}
        for _ in range(options.rounds):
            runs = [[(name, *case) for case in cases(program, key, recipient, plain, sealed, out)] for name, program in programs.items()]
            for pair in zip(*runs):
                for name, case, command, to_file in pair:
                    if to_file and os.path.exists(out):
                        os.unlink(out)
                    os.sync()
                    taken = timed(command, subprocess.DEVNULL)
                    seconds.setdefault(case, {}).setdefault(name, []).append(taken)
        for case, taken in seconds.items():
            ratios = [stock / ours for ours, stock in zip(taken["rogatory"], taken["stock"])]
            speed = {name: options.size / statistics.median(all_) / 1e9 for name, all_ in taken.items()}
            print(json.dumps({"what": f"age {case}", "unit": "GB/s", "ours": round(speed["rogatory"], 3), "peer": round(speed["stock"], 3),
                              "peer_name": "age", "ratio": round(statistics.median(ratios), 2), "rounds": options.rounds,
                              "size": options.size}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
