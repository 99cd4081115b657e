"""The web client as it is served: what the build tree has, where it is newer than its sources, else built once beside it."""
import fcntl
import os
import pathlib
import subprocess

from installation import ROOT

SOURCES = ("web/app/src", "web/app/catalogue", "web/app/tooling", "web/cli/catalogue")


def is_fresh(folder):
    manifest = pathlib.Path(folder) / "manifest.json"
    return manifest.exists() and manifest.stat().st_mtime >= max(
        path.stat().st_mtime for name in SOURCES for path in (ROOT / name).rglob("*") if path.is_file())


def page_folder():
    """$ROGATORY_WEB_FOLDER where it is set, whatever its age."""
    if "ROGATORY_WEB_FOLDER" in os.environ:
        return pathlib.Path(os.environ["ROGATORY_WEB_FOLDER"])
    beside = ROOT / "build/web-app"
    beside.parent.mkdir(exist_ok=True)
    with open(beside.with_name("web-app.lock"), "w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)  # parts may run beside one another
        return _fresh(beside)


def _fresh(beside):
    for folder in (pathlib.Path(os.environ.get("ROGATORY_BUILD_DIR", ROOT / "build/release")) / "pages", beside):
        if is_fresh(folder):
            return folder
    subprocess.run([str(ROOT / "deploy/web-app"), str(beside)], check=True)
    return beside


def serve_pages(server, folder):
    """The server's configuration names the folder; to be read when it starts."""
    kept = [line for line in server.config.read_text().splitlines() if not line.startswith(("[web]", "# folder", "folder ="))]
    server.config.write_text("\n".join(kept) + (f'\n\n[web]\nfolder = "{folder}"\n' if folder else "\n"))
