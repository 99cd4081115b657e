"""`rogatory age` and stock age open each other's files.

    age_interop.py            sizes around the chunk of 64 KiB, each kind of key
    age_interop.py --large    2 GiB and one byte, each way
"""
import hashlib
import os
import pathlib
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))
from cases import Cases
from age_programs import KEYGEN, OURS, STOCK, on_terminal, run, stock_age

SIZES = [0, 1, 65535, 65536, 65537, 131072, 1 << 20]
LARGE = (2 << 30) + 1
PIECE = os.urandom(1 << 20)
BOTH_WAYS = [("rogatory", OURS, "stock age", STOCK), ("stock age", STOCK, "rogatory", OURS)]


def make_keys(folder):
    """{kind: (identity file, recipient)}, each kind made once by us and once by stock age."""
    keys = {}
    for kind, command in {"hybrid, made by rogatory": [*KEYGEN, "-pq"], "hybrid, made by stock age": ["age-keygen", "-pq"],
                          "x25519, made by rogatory": [*KEYGEN, "-x25519"], "x25519, made by stock age": ["age-keygen"]}.items():
        path = folder / (kind.replace(" ", "_").replace(",", "") + ".key")
        run([*command, "-o", path])
        ours, stock = run([*KEYGEN, "-y", path]).stdout, run(["age-keygen", "-y", path]).stdout
        assert ours == stock, "the two derive different recipients from one identity"
        keys[kind] = (path, ours.decode().strip())
    return keys


def small(cases, folder):
    keys = {}
    with cases.case("each makes keys that the other reads"):
        stock_age()
        keys = make_keys(folder)
    for sealer, seal, opener, open_ in BOTH_WAYS:
        for kind in ("hybrid", "x25519"):
            for size in SIZES:
                for armor in ([], ["-a"]):
                    with cases.case(f"{opener} opens what {sealer} sealed: {size} bytes, {kind}{', armored' if armor else ''}"):
                        stock_age()
                        identity, recipient = keys[f"{kind}, made by {opener}"]
                        plain, sealed, opened = (folder / name for name in ("plain", "sealed", "opened"))
                        plain.write_bytes(PIECE[:size])
                        for path in (sealed, opened):
                            path.unlink(missing_ok=True)
                        run([*seal, "-e", *armor, "-r", recipient, "-o", sealed, plain])
                        run([*open_, "-d", "-i", identity, "-o", opened, sealed])
                        # Stock age makes no file for an empty plaintext.
                        assert (opened.read_bytes() if opened.exists() else b"") == PIECE[:size]
                        assert run([*open_, "-d", "-i", identity], stdin=sealed.read_bytes()).stdout == PIECE[:size]
                        if armor:
                            continue
                        cut = run([*open_, "-d", "-i", identity], stdin=sealed.read_bytes()[:-1], expect=None)
                        assert cut.returncode != 0, "a file that was cut short opened"
    for sealer, seal, opener, open_ in BOTH_WAYS:
        with cases.case(f"{opener} opens what {sealer} sealed with a passphrase"):
            stock_age()
            plain, sealed, opened = (folder / name for name in ("p_plain", f"p_sealed_{opener[:2]}", f"p_opened_{opener[:2]}"))
            plain.write_bytes(PIECE[:100_000])
            code, shown = on_terminal([*seal, "-e", "-p", "-o", sealed, plain], [b"correct horse battery", b"correct horse battery"])
            assert code == 0, shown
            code, shown = on_terminal([*open_, "-d", "-o", opened, sealed], [b"correct horse battery"])
            assert code == 0, shown
            assert opened.read_bytes() == PIECE[:100_000]
        with cases.case(f"{opener} uses an identity file that {sealer} sealed with a passphrase"):
            stock_age()
            identity, recipient = keys["hybrid, made by rogatory"]
            locked, sealed, opened = (folder / f"{name}_{opener[:2]}" for name in ("locked", "l_sealed", "l_opened"))
            code, shown = on_terminal([*seal, "-p", "-a", "-o", locked, identity], [b"open sesame", b"open sesame"])
            assert code == 0, shown
            run([*seal, "-r", recipient, "-o", sealed], stdin=b"hello")
            code, shown = on_terminal([*open_, "-d", "-i", locked, "-o", opened, sealed], [b"open sesame"])
            assert code == 0, shown
            assert opened.read_bytes() == b"hello"
    with cases.case("stock age opens a keyring with a header for 501 recipients"):
        stock_age()
        identity, recipient = keys["hybrid, made by rogatory"]
        _, other = keys["hybrid, made by stock age"]
        recipients = folder / "recipients"
        recipients.write_text(f"{other}\n" * 500 + f"{recipient}\n")
        run([*OURS, "-R", recipients, "-o", folder / "keyring"], stdin=b"keys")
        assert (folder / "keyring").stat().st_size > 780_000
        assert run([*STOCK, "-d", "-i", identity, folder / "keyring"]).stdout == b"keys"


def large_pieces():
    left, number = LARGE, 0
    while left:
        piece = (number.to_bytes(8, "big") + PIECE[8:])[:left]
        left, number = left - len(piece), number + 1
        yield piece


def large(cases, folder):
    expected, identity = hashlib.sha256(), folder / "large.key"
    for piece in large_pieces():
        expected.update(piece)
    for sealer, seal, opener, open_ in BOTH_WAYS:
        with cases.case(f"{opener} opens {LARGE} bytes that {sealer} sealed, in pipes"):
            stock_age()
            identity.unlink(missing_ok=True)
            run([*KEYGEN, "-o", identity])
            recipient = run([*KEYGEN, "-y", identity]).stdout.decode().strip()
            sealing = subprocess.Popen([*seal, "-r", recipient], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            opening = subprocess.Popen([*open_, "-d", "-i", str(identity)], stdin=sealing.stdout, stdout=subprocess.PIPE)
            sealing.stdout.close()

            def feed(pipe=sealing.stdin):
                with pipe:
                    for piece in large_pieces():
                        pipe.write(piece)

            feeder = threading.Thread(target=feed)
            feeder.start()
            seen = hashlib.sha256()
            while piece := opening.stdout.read(1 << 20):
                seen.update(piece)
            feeder.join()
            assert (sealing.wait(), opening.wait()) == (0, 0)
            assert seen.digest() == expected.digest()
    with cases.case(f"both open {LARGE} bytes that rogatory sealed from file to file"):
        stock_age()
        plain, sealed, opened = (folder / name for name in ("plain", "sealed", "opened"))
        with plain.open("wb") as out:
            for piece in large_pieces():
                out.write(piece)
        recipient = run([*KEYGEN, "-y", identity]).stdout.decode().strip()
        run([*OURS, "-r", recipient, "-o", sealed, plain])
        plain.unlink()
        for command in (STOCK, OURS):
            run([*command, "-d", "-i", identity, "-o", opened, sealed])
            with opened.open("rb") as file:
                seen = hashlib.sha256()
                while piece := file.read(1 << 20):
                    seen.update(piece)
            opened.unlink()
            assert seen.digest() == expected.digest(), command


def main():
    is_large = "--large" in sys.argv[1:]
    cases = Cases("age_interop_large" if is_large else "age_interop")
    with tempfile.TemporaryDirectory(prefix="rogatory-age-") as folder:
        (large if is_large else small)(cases, pathlib.Path(folder))
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
