"""`rogatory age` beside stock age, and the core of it beside OpenSSL alone."""
import json
import subprocess

from documents import same_bytes
from installation import BIN

from .machine import seconds, tool
from .table import Line

LINES = [
    Line("cli-encrypt-null", "rogatory age -e, to nowhere", "age", 3.0),
    Line("cli-decrypt-null", "rogatory age -d, to nowhere", "age", 4.0),
    Line("cli-encrypt-file", "rogatory age -e, to a file", "age", 2.0),
    Line("cli-decrypt-file", "rogatory age -d, to a file", "age", 1.7),
    Line("age-core", "sealing from memory to memory on all cores", "OpenSSL's ChaCha20-Poly1305 on all cores", 0.75),
]


def measure(table, scene):
    if table.wants("cli-encrypt-null", "cli-decrypt-null", "cli-encrypt-file", "cli-decrypt-file"):
        _programs(table, scene)
    if table.wants("age-core"):
        _core(table, scene)


def _programs(table, scene):
    key, recipient = scene.age_key()
    plain, size = scene.plain, scene.size
    programs = {"product": f"{BIN}/rogatory age", "peer": "age"}
    sealed = {who: scene.folder / f"{who}.age" for who in programs}
    for who, program in programs.items():
        seconds(f"{program} -e -r {recipient} -o {sealed[who]} {plain}")
    # Each opens what the other sealed.
    other = {"product": sealed["peer"], "peer": sealed["product"]}
    commands = {
        "cli-encrypt-null": lambda who, out: f"{programs[who]} -e -r {recipient} {plain} >/dev/null",
        "cli-decrypt-null": lambda who, out: f"{programs[who]} -d -i {key} {other[who]} >/dev/null",
        "cli-encrypt-file": lambda who, out: f"{programs[who]} -e -r {recipient} -o {out} {plain}",
        "cli-decrypt-file": lambda who, out: f"{programs[who]} -d -i {key} -o {out} {other[who]}",
    }
    for name in table.wants(*commands):
        pairs = []
        for _ in range(table.rounds):
            rates = []
            for who in programs:
                out = scene.folder / "out"
                scene.warm(size)
                rates.append(size / seconds(commands[name](who, out)) / 1e9)
                if name == "cli-decrypt-file":
                    assert same_bytes(out, plain), who
                out.unlink(missing_ok=True)
            pairs.append(tuple(rates))
        table.report(name, "GB/s", pairs)
    for path in sealed.values():
        path.unlink()


def _core(table, scene):
    done = subprocess.run([tool("age_core"), str(scene.size >> 20), str(table.rounds), "--limit"], check=True, capture_output=True, text=True)
    row = json.loads(done.stdout.splitlines()[-1])
    table.report("age-core", "GB/s", list(zip(row["ours"], row["openssl"])), threads=row["threads"])
