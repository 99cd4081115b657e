"""A fresh Debian 12, made by mmdebstrap: the packages are installed there by apt, run by their own user, upgraded and purged."""
import os
import pathlib
import re
import shutil
import subprocess

from cases import Skip
from installation import ROOT

READY = """set -e
cd /var/lib/rogatory
runuser -u rogatory -- rogatoryd init --data /var/lib/rogatory --host localhost:8443 --self-signed \
  --admin-code-out /var/lib/rogatory/code.txt --sheet-out /var/lib/rogatory/sheet.txt
"""
# As systemd hands a sealed key over where the file system knows ACLs: root's, and the mask shows as the group's right.
SERVE = """set -e
mkdir -m 711 /run/credentials-of-rogatoryd
cp /var/lib/rogatory/database.key /run/credentials-of-rogatoryd/rogatory-database-key
chown root:rogatory /run/credentials-of-rogatoryd/rogatory-database-key
chmod 440 /run/credentials-of-rogatoryd/rogatory-database-key
rm /var/lib/rogatory/database.key
CREDENTIALS_DIRECTORY=/run/credentials-of-rogatoryd runuser -u rogatory -w CREDENTIALS_DIRECTORY -- \
  sh -c 'rogatoryd check --config /var/lib/rogatory/rogatoryd.toml && exec rogatoryd serve --config /var/lib/rogatory/rogatoryd.toml' &
server=$!
trap 'kill $server; wait $server || true' EXIT
for i in $(seq 100); do
  if curl -s http://127.0.0.1:8444/readyz | grep -q ready; then
    curl -s --cacert /var/lib/rogatory/server.pem https://localhost:8443/api/v1/server && exit 0
  fi
  sleep 0.1
done
exit 1
"""


def installed(cases, folder, packages):
    tree = folder / "debian"

    def inside(script, timeout=600):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
        enter = f"mount -t proc proc '{tree}/proc' && mount -t tmpfs tmpfs '{tree}/run' && exec chroot '{tree}' sh -c \"$1\""
        return subprocess.run(["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", enter, "sh", script], capture_output=True, text=True,
                              timeout=timeout, env=environment, stdin=subprocess.DEVNULL)

    def must(script):
        done = inside(script)
        assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
        return done.stdout

    with cases.case("a fresh Debian 12 is made"):
        if os.getuid() != 0 or not shutil.which("mmdebstrap"):
            raise Skip("needs root and mmdebstrap (deploy/install-dependencies --checks)")
        done = subprocess.run(["mmdebstrap", "--quiet", "--variant=apt", "--mode=root", "--include=ca-certificates,curl,util-linux", "bookworm", str(tree)],
                              capture_output=True, text=True, timeout=900)
        assert done.returncode == 0, done.stderr
        # Its own proxy settings, if apt has any here.
        for part in pathlib.Path("/etc/apt/apt.conf.d").glob("*"):
            if re.search(r"proxy|ssl|ca", part.read_text(errors="replace"), re.I):
                shutil.copy(part, tree / "etc/apt/apt.conf.d")
        shutil.copy(ROOT / "deploy/install-dependencies", tree / "install-dependencies")
        for path in packages.values():
            shutil.copy(path, tree / path.name)
    if not (tree / "install-dependencies").exists():
        return
    names = " ".join(f"./{path.name}" for path in packages.values())
    with cases.case("install-dependencies --sources and apt install them with all they need"):
        must(f"./install-dependencies --sources && apt-get install -q -y --no-install-recommends {names}")
    with cases.case("user, data folder and programs are there, and nothing was started"):
        said = must("getent passwd rogatory; stat -c '%a %U' /var/lib/rogatory; rogatory --version; rogatoryd --help >/dev/null; ls /var/lib/rogatory | wc -l")
        assert re.search(r"rogatory:[^:]*:\d+:\d+:.*nologin", said) and "700 rogatory" in said and said.endswith("0\n"), said
    with cases.case("init and the server run as that user, with the key as systemd hands it over"):
        must(READY)
        assert '"log_origin"' in must(SERVE)
    with cases.case("an upgrade keeps user and data"):
        must("apt-get install -q -y --reinstall --no-install-recommends ./rogatory-server_*.deb && test -s /var/lib/rogatory/rogatory.db")
    with cases.case("purged, the programs are gone and what was entrusted to the server is not"):
        done = inside("apt-get purge -q -y rogatory-server rogatory")
        assert done.returncode == 0 and "were left where they are" in done.stdout + done.stderr, done.stdout + done.stderr
        must("test ! -e /usr/bin/rogatoryd && test -s /var/lib/rogatory/rogatory.db && test ! -e /usr/share/rogatory")
