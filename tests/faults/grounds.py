"""Where a server's data lies while it is made to fail: a folder, or a small file system of its own that can lose its power or be full."""
import ctypes
import fcntl
import mmap
import os
import pathlib
import shutil
import struct
import subprocess
import tempfile


class NotHere(Exception):
    """This machine does not allow it; says why."""


class Folder:
    """A folder of the machine's own disk."""

    def __init__(self, folder):
        self.path = folder / "ground"
        self.path.mkdir()

    def close(self):
        pass


class OwnFileSystem:
    """An ext4 in a file, mounted through a loop device."""

    SHUTDOWN = 0x8004587D  # _IOR('X', 125, __u32): EXT4_IOC_SHUTDOWN
    WITHOUT_FLUSH = struct.pack("I", 2)  # EXT4_GOING_FLAGS_NOLOGFLUSH: what is not in the journal yet never gets there

    def __init__(self, folder, mebibytes):
        self.image, self.path = folder / "image", folder / "ground"
        self.path.mkdir()
        if os.geteuid() != 0:
            raise NotHere("mounting a file system of one's own takes root's rights")
        if shutil.which("mkfs.ext4") is None:
            raise NotHere("mkfs.ext4 is not installed")
        with open(self.image, "wb") as image:
            image.truncate(mebibytes << 20)
        subprocess.run(["mkfs.ext4", "-q", "-m", "0", str(self.image)], check=True, capture_output=True)
        self.mounted = False
        self.mount()

    def mount(self):
        done = subprocess.run(["mount", "-o", "loop", str(self.image), str(self.path)], capture_output=True, text=True)
        if done.returncode != 0:
            raise NotHere(f"no loop device can be mounted: {done.stderr.strip()}")
        self.mounted = True

    def cut(self):
        """The power goes: no write of this file system reaches its device any more, and its journal ends where it is."""
        descriptor = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.ioctl(descriptor, self.SHUTDOWN, self.WITHOUT_FLUSH)
        finally:
            os.close(descriptor)

    def power_again(self):
        self.unmount()
        self.mount()  # and the journal is replayed

    def unmount(self):
        if self.mounted:
            subprocess.run(["umount", str(self.path)], check=True, capture_output=True)
            self.mounted = False

    def fill(self, leave):
        """Something else takes all room but so many bytes."""
        ballast = self.path / "ballast"
        with open(ballast, "wb", buffering=0) as file:
            size = 0
            for piece in (1 << 20, 1 << 16, 1 << 12):
                try:
                    while True:
                        size += file.write(b"\xa5" * piece)
                except OSError:
                    pass
            os.fsync(file.fileno())
            file.truncate(max(0, size - leave))
            os.fsync(file.fileno())

    def make_room(self):
        (self.path / "ballast").unlink(missing_ok=True)

    def close(self):
        self.unmount()


class Control:
    """The other end of preload.cpp's switches, in a file both map."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.path.write_bytes(bytes(4096))
        with open(self.path, "r+b") as file:
            self.map = mmap.mmap(file.fileno(), 4096)

    def _set(self, offset, form, value):
        size = struct.calcsize(form)
        self.map[offset:offset + size] = struct.pack(form, value)

    def _get(self, offset):
        return struct.unpack("Q", self.map[offset:offset + 8])[0]

    def arm(self, on=True):
        self._set(0, "I", int(on))

    def clock(self, seconds):
        self._set(8, "q", seconds)

    @property
    def injected(self):
        return self._get(16)

    @property
    def matched(self):
        return self._get(24)

    @property
    def failed_syncs(self):
        return self._get(32)


def own_network():
    """Makes a network of this process's own, with a loopback device alone; what it starts lives in it, too."""
    if shutil.which("nft") is None or shutil.which("ip") is None:
        raise NotHere("nft and ip are not installed")
    library = ctypes.CDLL(None, use_errno=True)
    if library.unshare(0x40000000) != 0:  # CLONE_NEWNET
        raise NotHere(f"no network namespace of one's own: {os.strerror(ctypes.get_errno())}")
    for command in (["ip", "link", "set", "lo", "up"], ["nft", "add", "table", "inet", "faults"],
                    ["nft", "add chain inet faults in { type filter hook input priority 0; policy accept; }"]):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise NotHere(f"{' '.join(command)}: {done.stderr.strip()}")


def disturb(port, rule):
    """What nft does with packets to and from the port: "drop" or "reject with tcp reset" with a chance, or nothing."""
    lines = ["flush chain inet faults in"]
    if rule:
        lines += [f"add rule inet faults in tcp {end} {port} {rule}" for end in ("dport", "sport")]
    subprocess.run(["nft", "-f", "-"], input="\n".join(lines) + "\n", text=True, check=True, capture_output=True)


def work_folder():
    return pathlib.Path(tempfile.mkdtemp(prefix="rogatory-faults-"))
