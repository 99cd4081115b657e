"""What a release binary must not hold, and how it must be linked."""
import os
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(__import__("pathlib").Path(__file__).resolve().parents[1] / "support"))
from cases import Cases, Skip

BIN = pathlib.Path(os.environ["ROGATORY_BIN_DIR"])
# Names of test doubles and switches, and shapes of keys, that only tests may hold. A bare prefix is a parser's own word.
FORBIDDEN = [r"fail_?point", r"test_?hook", r"ROGATORY_TEST", r"ROGATORY_FAULT", r"Fake[A-Z]\w+", r"Seeded(?:Random|Entropy)", r"Fixed(?:Random|Clock|Entropy)",
             r"InMemory(?:Server|Blob\w*|Repositor\w+)", r"AGE-SECRET-KEY-(?:PQ-)?1[A-Z0-9]{50,}", r"insecure_skip", r"Catch2?::",
             r"-----BEGIN [A-Z ]*PRIVATE KEY-----\n\w"]


def output(*command):
    return subprocess.run(command, check=True, capture_output=True).stdout.decode("utf-8", "replace")


def main():
    cases = Cases("lint_binaries")
    for name in ("rogatory", "rogatoryd", "rogatory-verify"):
        path = BIN / name
        with cases.case(f"{name} holds no test hook, fail point, double or fixed key"):
            if not path.exists():
                raise Skip(f"{name} is not built in this tree")
            words = output("strings", "-n", "6", str(path)) + output("nm", "-C", "--defined-only", str(path))
            found = sorted({m[0][:60] for pattern in FORBIDDEN for m in re.finditer(pattern, words)})
            assert not found, found
        with cases.case(f"{name} is position independent, with relocations and stack read-only"):
            if not path.exists():
                raise Skip(f"{name} is not built in this tree")
            header, dynamic = output("readelf", "-hlW", str(path)), output("readelf", "-dW", str(path))
            assert re.search(r"Type:\s+DYN", header), "not position independent"
            assert "GNU_RELRO" in header and re.search(r"BIND_NOW|NOW", dynamic), "relocations stay writable"
            assert re.search(r"GNU_STACK.* RW ", header), "executable stack"
            assert not re.search(r"R(?:UN)?PATH", dynamic), "a library path is built in"
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
