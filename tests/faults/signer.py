#!/usr/bin/env python3
"""kill -9 around the log's signer, with three real witnesses attached: no fork, no cosignature that was not kept.

    tests/faults/signer.py                 12 rounds (part of tests/run --only faults)
    tests/faults/signer.py --rounds 1000
"""
import argparse
import os
import pathlib
import random
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from cases import Cases
from installation import BIN

LOOP = pathlib.Path(os.environ.get("ROGATORY_BUILD_DIR", BIN.parent)) / "tests/signer_loop"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    arguments = parser.parse_args()
    cases = Cases("faults_signer")
    with cases.case(f"{arguments.rounds} deaths of the server or a witness: no fork, nothing signed is forgotten"):
        command = [str(LOOP), str(BIN / "rogatory"), str(arguments.rounds), str(arguments.seed)]
        done = subprocess.run(command, capture_output=True, text=True)
        lines = done.stdout.splitlines()
        print("\n".join(lines[-2:]), flush=True)
        assert done.returncode == 0, f"--seed {arguments.seed}: {done.stderr.strip()}"
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
