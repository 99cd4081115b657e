"""Real documents to send: what Debian packages ship, and one large file from a seed."""
import gzip
import hashlib
import pathlib
import shutil
import subprocess

# name to send it under, package, path in the package, first bytes by which it is known to be what it says
KNOWN = [
    ("Annex A, account statements.pdf", "shared-mime-info", "usr/share/doc/shared-mime-info/shared-mime-info-spec.pdf", b"%PDF-"),
    ("comptes et mouvements.csv", "distro-info-data", "usr/share/distro-info/debian.csv", b"version,"),
    ("immeuble, façade.png", "libtomlplusplus-dev", "usr/share/doc/libtomlplusplus-dev/docs/images/banner.png", b"\x89PNG\r\n\x1a\n"),
]


def real_documents(folder):
    """Copies a PDF, a table and a picture into `folder` and returns their paths."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for name, package, inside, magic in KNOWN:
        data = _read(folder.parent / "packages", package, inside)
        assert data.startswith(magic), f"{inside} of {package} is not what it was"
        (folder / name).write_bytes(data)
        found.append(folder / name)
    return found


def _read(cache, package, inside):
    installed = pathlib.Path("/") / inside
    for path in (installed, installed.with_name(installed.name + ".gz")):
        if path.is_file():
            data = path.read_bytes()
            return gzip.decompress(data) if path.suffix == ".gz" else data
    # Images for containers leave /usr/share/doc out: the package still has it.
    unpacked = cache / package
    if not unpacked.exists():
        cache.mkdir(parents=True, exist_ok=True)
        subprocess.run(["apt-get", "-q", "download", package], cwd=cache, check=True, capture_output=True)
        archive = next(cache.glob(f"{package}_*.deb"))
        subprocess.run(["dpkg-deb", "-x", str(archive), str(unpacked)], check=True, capture_output=True)
    path = unpacked / inside
    return path.read_bytes() if path.is_file() else gzip.decompress(path.with_name(path.name + ".gz").read_bytes())


def seeded_file(path, size, seed):
    """Writes `size` bytes that follow from `seed` and do not compress; as fast as the disk takes them."""
    key = hashlib.sha256(f"rogatory demo {seed}".encode()).hexdigest()
    with open(path, "wb") as out:
        zeros = subprocess.Popen(["head", "-c", str(size), "/dev/zero"], stdout=subprocess.PIPE)
        subprocess.run(["openssl", "enc", "-aes-256-ctr", "-nosalt", "-K", key, "-iv", "0" * 32], check=True, stdin=zeros.stdout, stdout=out)
        zeros.wait()
    assert pathlib.Path(path).stat().st_size == size
    return pathlib.Path(path)


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def same_bytes(a, b):
    """Byte for byte, by a program that is not ours."""
    return subprocess.run(["cmp", "--silent", str(a), str(b)]).returncode == 0


def room_for(folder, size):
    return shutil.disk_usage(folder).free > size


def parse_size(text):
    """"2GiB", "64MiB", "1000" to bytes."""
    units = {"KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30, "B": 1}
    upper = text.strip().upper()
    for unit, factor in units.items():
        if upper.endswith(unit):
            return int(float(upper[:-len(unit)]) * factor)
    return int(upper)


def spell_size(size):
    for unit, factor in (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)):
        if size >= factor:
            return f"{size / factor:.3g} {unit}"
    return f"{size} bytes"
