"""Commands, processes and what they take: the measuring side of tests/bench/compare."""
import contextlib
import json
import os
import pathlib
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
BUILD = pathlib.Path(os.environ.get("ROGATORY_BIN_DIR", ROOT / "build/release/bin")).parent
TOOLS = BUILD / "tests"
SHARED = ROOT.parent / "shared" / "bench"
CORES = sorted(os.sched_getaffinity(0))


class Absent(Exception):
    """What a line needs is not on this machine."""


def seconds(command, **more):
    """What a shell command takes; it ends with whatever makes its output durable, where that is part of the question."""
    started = time.monotonic()
    subprocess.run(["bash", "-o", "pipefail", "-c", command], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.PIPE, **more)
    return time.monotonic() - started


def on_core(number, command):
    return ["taskset", "-c", str(CORES[number % len(CORES)]), *map(str, command)]


def tool(name):
    path = TOOLS / name
    if not path.exists():
        raise RuntimeError(f"{path.name} is not built (cmake --build --preset release --target tests_bench)")
    return path


def load(port, mode, path, core=1, **options):
    """One run of load_client, on a core of its own where there are two."""
    command = [tool("load_client"), mode, "--port", port, "--path", path]
    for name, value in options.items():
        for one in value if isinstance(value, (list, tuple)) else [value]:
            command += [f"--{name}"] if one is True else [f"--{name}", str(one)]
    done = subprocess.run(on_core(core, command), capture_output=True, text=True, timeout=900)
    if done.returncode != 0:
        raise RuntimeError(f"load_client {mode} {path}: {done.stderr}{done.stdout}")
    return json.loads(done.stdout.splitlines()[-1])


def family(pid):
    """A process and what it started."""
    found = [pid]
    for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in task.read_text().split():
                found += family(int(child))
    return found


def processor_seconds(pid):
    ticks = 0
    for one in family(pid):
        with contextlib.suppress(OSError):
            fields = pathlib.Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _kibibytes(pid, file, field):
    total = 0
    for one in family(pid):
        with contextlib.suppress(OSError):
            for line in pathlib.Path(f"/proc/{one}/{file}").read_text().splitlines():
                if line.startswith(f"{field}:"):
                    total += int(line.split()[1])
    return total


def proportional_kib(pid):
    return _kibibytes(pid, "smaps_rollup", "Pss")


def highest_kib(pid):
    return _kibibytes(pid, "status", "VmHWM")


def forget_highest(pid):
    for one in family(pid):
        with contextlib.suppress(OSError):
            pathlib.Path(f"/proc/{one}/clear_refs").write_text("5")


def compiled(source, *flags):
    """A program of the shared folder of peers and limits, built beside ours; Absent where that folder is not."""
    path = SHARED / "src" / source
    if not path.exists():
        raise Absent(f"{source} is not here")
    program = BUILD / "bench" / path.stem
    if not program.exists() or program.stat().st_mtime < path.stat().st_mtime:
        program.parent.mkdir(exist_ok=True)
        subprocess.run(["g++", "-O2", "-std=c++20", "-w", str(path), "-o", str(program), *flags], check=True)
    return program


def figures(command, **more):
    """`name unit value` lines, as those programs print them."""
    done = subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True, timeout=1800, **more)
    return {line.split()[0]: float(line.split()[2]) for line in done.stdout.splitlines() if len(line.split()) == 3}
