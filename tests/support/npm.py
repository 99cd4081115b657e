"""Packages of a folder with a lock file: there after `installed()`, exactly those of the lock, no script of theirs run."""
import fcntl
import pathlib
import subprocess
import sys


def installed(folder):
    """`npm ci` where what is installed is older than the lock file, or another lock's; one process at a time."""
    folder = pathlib.Path(folder)
    lock, there = folder / "package-lock.json", folder / "node_modules/.rogatory-lock.json"
    with open(folder / ".npm-install.lock", "w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if there.exists() and there.read_bytes() == lock.read_bytes():
            return
        run = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress"], cwd=folder, capture_output=True, text=True)
        if run.returncode != 0:
            raise RuntimeError(f"npm ci in {folder} failed:\n{run.stdout[-2000:]}{run.stderr[-2000:]}")
        there.write_bytes(lock.read_bytes())


if __name__ == "__main__":
    for one in sys.argv[1:]:
        installed(one)
