"""The page's worker beside age-encryption, the npm package, in the same Chromium (tests/bench/browser)."""
import json
import shutil
import subprocess

from .machine import ROOT, Absent
from .table import Line

LINES = [
    Line("browser-encrypt", "sealing in the page's worker", "age-encryption", 2.0),
    Line("browser-decrypt", "opening in the page's worker", "age-encryption", 2.0),
]


def measure(table, scene):
    if not table.wants("browser-encrypt", "browser-decrypt"):
        return
    if shutil.which("chromium") is None:
        raise Absent("chromium is not installed (deploy/install-dependencies)")
    size = min(scene.size, 256 << 20)
    done = subprocess.run([ROOT / "deploy/node", ROOT / "web/app", "node", ROOT / "tests/bench/browser", "--size", f"{size >> 20}MiB",
                           "--rounds", str(table.rounds), "--only", "both"], check=True, capture_output=True, text=True, timeout=1800)
    rows = {row["what"]: row for row in map(json.loads, done.stdout.splitlines())}
    for name, what in (("browser-encrypt", "browser seal, wall clock"), ("browser-decrypt", "browser open, wall clock")):
        table.report(name, rows[what]["unit"], [(rows[what]["ours"], rows[what]["peer"])])
