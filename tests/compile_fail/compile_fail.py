"""What must not compile. Each file compiles as it stands; each of its MUST_FAIL cases does not."""
import os
import pathlib
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from cases import Cases

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def compiles(path, number):
    command = [os.environ.get("CXX", "g++"), "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror=unused-result",
               f"-DMUST_FAIL={number}", f"-I{ROOT}", str(path)]
    return subprocess.run(command, capture_output=True, text=True)


def main():
    cases = Cases("compile_fail")
    jobs = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        for path in sorted(HERE.glob("*.cpp")):
            jobs.append((path, 0, "compiles as it stands", pool.submit(compiles, path, 0)))
            for number, why in re.findall(r"MUST_FAIL == (\d+)\s*// (.+)", path.read_text()):
                jobs.append((path, int(number), why, pool.submit(compiles, path, number)))
        for path, number, why, job in jobs:
            with cases.case(f"{path.stem}: " + (why if number == 0 else f"refused: {why}")):
                run = job.result()
                if number == 0:
                    assert run.returncode == 0, run.stderr
                else:
                    assert run.returncode != 0, "it compiled"
                    # Refused for what stands in the case, and not for a header that is not found.
                    assert f"{path.name}:" in run.stderr and "fatal error" not in run.stderr, run.stderr
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
