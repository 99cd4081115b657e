"""The container image: what its digests say, no privilege, a read-only root, and a server that starts from it.

    container.py IMAGE.tar     an image that deploy/container made; without one, it is made from the packages of a build (root, mmdebstrap; minutes)"""
import gzip
import hashlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from cases import Cases, Skip
from installation import ROOT
from network import free_port

BUILD = pathlib.Path(os.environ.get("ROGATORY_BUILD_DIR", ROOT / "build/release"))
# As podman run --read-only --cap-drop=all --security-opt=no-new-privileges does: the root cannot be written, one volume can.
ENTER = """set -e
mount --bind "$TREE" "$TREE"
mount -o remount,bind,ro "$TREE"
mount -t proc proc "$TREE/proc"
mount -t tmpfs tmpfs "$TREE/tmp"
mount --bind "$VOLUME" "$TREE/var/lib/rogatory"
exec chroot "$TREE" setpriv --reuid=10001 --regid=10001 --clear-groups --bounding-set=-all --inh-caps=-all --no-new-privs env -i PATH=/usr/bin:/bin LC_ALL=C.UTF-8 "$@"
"""


def made(folder):
    if os.getuid() != 0 or not shutil.which("mmdebstrap"):
        raise Skip("needs root and mmdebstrap (deploy/install-dependencies --checks)")
    for command in ([ROOT / "deploy/package", folder / "packages", "--build", BUILD], [ROOT / "deploy/container", folder / "packages", folder / "image.tar"]):
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=1800, stdin=subprocess.DEVNULL)
        assert done.returncode == 0, done.stderr[-3000:]
    return folder / "image.tar"


class Image:
    def __init__(self, path):
        with tarfile.open(path) as archive:
            self.files = {entry.name: archive.extractfile(entry).read() for entry in archive.getmembers()}

    def blob(self, descriptor):
        data = self.files["blobs/sha256/" + descriptor["digest"].removeprefix("sha256:")]
        assert len(data) == descriptor["size"] and hashlib.sha256(data).hexdigest() == descriptor["digest"].removeprefix("sha256:"), descriptor
        return data


def start(tree, volume, *command):
    return subprocess.Popen(["unshare", "--mount", "--pid", "--fork", "--kill-child=TERM", "sh", "-c", ENTER, "sh", *command], env={**os.environ, "TREE": str(tree), "VOLUME": str(volume)},
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def main():
    cases = Cases("packaging_container")
    with tempfile.TemporaryDirectory(prefix="rogatory-container-") as name:
        folder = pathlib.Path(name)
        path = None
        with cases.case("deploy/container makes an image"):
            path = pathlib.Path(sys.argv[1]) if sys.argv[1:] else made(folder)
        if path is None:
            return cases.finish()
        image = Image(path)
        tree, volume = folder / "tree", folder / "volume"
        with cases.case("every digest of the layout is that of its bytes, and nothing else lies in it"):
            assert json.loads(image.files["oci-layout"]) == {"imageLayoutVersion": "1.0.0"}
            index = json.loads(image.files["index.json"])
            manifest = json.loads(image.blob(index["manifests"][0]))
            config = json.loads(image.blob(manifest["config"]))
            layer = gzip.decompress(image.blob(manifest["layers"][0]))
            assert "sha256:" + hashlib.sha256(layer).hexdigest() == config["rootfs"]["diff_ids"][0]
            assert len(image.files) == 5, sorted(image.files)
            (folder / "layer.tar").write_bytes(layer)
        with cases.case("it runs as nobody in particular, writes to one volume, and stops on SIGTERM"):
            asked = config["config"]
            assert asked["User"] == "10001:10001" and list(asked["Volumes"]) == ["/var/lib/rogatory"] and asked["Entrypoint"] == ["/usr/bin/rogatoryd"] and asked["StopSignal"] == "SIGTERM", asked
        with cases.case("no program in it changes its user, no file of it is anybody's to write, and no trace of the making is left"):
            tree.mkdir()
            subprocess.run(["tar", "-C", str(tree), "-xpf", str(folder / "layer.tar")], check=True)
            files = [one for one in tree.rglob("*") if one.is_file() and not one.is_symlink()]
            open_to_all = [str(one) for one in files if one.stat().st_mode & 0o002]
            left = [str(one) for one in files if one.name.endswith(".deb") or one.name == "install-dependencies" or "var/lib/apt/lists/" in str(one)]
            assert not open_to_all and not left, (open_to_all, left)
            changing = sorted(str(one.relative_to(tree)) for one in files if one.stat().st_mode & 0o6000)
            # Debian's essential ones, which no-new-privileges makes harmless; nothing of ours.
            print(f"  {len(files)} files; set-user or set-group: {len(changing)}")
            assert not [one for one in changing if "rogatory" in one], changing
        with cases.case("a server is set up and serves from it, without a capability and with its root read-only"):
            if os.getuid() != 0:
                raise Skip("only root enters another root")
            volume.mkdir()
            os.chown(volume, 10001, 10001)
            volume.chmod(0o700)
            port, management = free_port(), free_port()
            setting_up = start(tree, volume, *config["config"]["Entrypoint"], "init", "--data", "/var/lib/rogatory", "--host", f"localhost:{port}", "--self-signed", "--admin-code-out", "/var/lib/rogatory/code.txt",
                               "--sheet-out", "/var/lib/rogatory/sheet.txt")
            said, _ = setting_up.communicate(timeout=60)
            assert setting_up.returncode == 0, said
            configuration = volume / "rogatoryd.toml"
            assert "/usr/share/rogatory/web" in configuration.read_text()
            configuration.write_text(configuration.read_text().replace('[listen]\naddress = "127.0.0.1"', '[listen]\naddress = "0.0.0.0"').replace("port = 8444", f"port = {management}"))
            os.chown(configuration, 10001, 10001)
            serving = start(tree, volume, *config["config"]["Entrypoint"], *config["config"]["Cmd"])
            ready = False
            for _ in range(200):
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{management}/readyz", timeout=2) as reply:
                        ready = reply.status == 200
                        break
                except OSError:
                    time.sleep(0.1)
            owners = [one.stat().st_uid for one in volume.iterdir()]
            # unshare waits for its child, which is process 1 in there; the stop signal of the image goes to that one.
            for child in pathlib.Path(f"/proc/{serving.pid}/task/{serving.pid}/children").read_text().split():
                os.kill(int(child), signal.SIGTERM)
            said, _ = serving.communicate(timeout=60)
            assert ready and serving.returncode == 0 and '"stopped"' in said, said[-2000:]
            assert set(owners) == {10001}, owners
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
