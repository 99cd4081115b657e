"""What a data folder holds, as digests: so that a restored one can be held against the one that was backed up."""
import hashlib
import subprocess

# A session does not come back; the trail has a line more; values of the server say that it is a copy.
LEFT_OUT = {"session", "audit", "server_value", "sqlite_sequence"}


def ask(data, query, sink):
    """The rows of a query, in pieces, from the database itself, by its key."""
    key = (data / "database.key").read_text().strip()
    process = subprocess.Popen(["sqlcipher", "-readonly", str(data / "rogatory.db")], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    process.stdin.write(f"PRAGMA key = \"x'{key}'\";\n.mode quote\n{query}\n".encode())
    process.stdin.close()
    for piece in iter(lambda: process.stdout.read(1 << 20), b""):
        sink(piece)
    if process.wait() != 0:
        raise SystemExit(f"sqlcipher: {query}")


def tables(data):
    """Of each table a digest of its rows in a settled order."""
    listed = []
    ask(data, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name;", listed.append)
    names = [line.strip("'") for line in b"".join(listed).decode().splitlines()]
    out = {}
    for name in names:
        if name == "ok" or name in LEFT_OUT:
            continue
        digest = hashlib.sha256()
        ask(data, f"SELECT * FROM {name} ORDER BY 1, 2;", digest.update)
        out[name] = digest.hexdigest()
    return out


def attachments(data):
    found = {}
    for path in (data / "blobs").glob("*/*"):
        with open(path, "rb") as content:
            found[path.name] = hashlib.file_digest(content, "sha256").hexdigest()
    return found
