"""Things that must not be found on a server, the spellings they could have there, and the search for all of them at once."""
import base64
import pathlib
import re
import subprocess
import unicodedata

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def of_base64(value):
    """What base64 makes of the value at each of the three places it may stand in a longer text, without the ends that depend on
    neighbours."""
    for before in range(3):
        text = base64.b64encode(b"\0" * before + value)
        kept = text[(8 * before + 5) // 6:len(text) - (4 if (before + len(value)) % 3 else 0)]
        yield kept
        yield kept.replace(b"+", b"-").replace(b"/", b"_")


def spellings(value):
    """{name: bytes} of a value, text or bytes."""
    forms = {}
    if isinstance(value, str):
        for form, text in (("", value), (" decomposed", unicodedata.normalize("NFD", value))):
            for name, coded in (("UTF-8", text.encode()), ("UTF-16LE", text.encode("utf-16-le")), ("UTF-16BE", text.encode("utf-16-be"))):
                forms[name + form] = coded
        forms["JSON"] = "".join(c if ord(c) < 128 else f"\\u{ord(c):04x}" for c in value).encode()
        value = value.encode()
    else:
        forms["raw"] = value
    forms["hex"], forms["HEX"] = value.hex().encode(), value.hex().upper().encode()
    for number, text in enumerate(of_base64(value)):
        forms[f"base64/{number}"] = text
    # A pattern is a line for grep; what holds a line's end is left out (only bytes of keys can).
    return {name: form for name, form in forms.items() if b"\n" not in form and len(form) >= 8}


class Search:
    """All spellings of all canaries, in one pass over a file."""

    def __init__(self, folder, canaries):
        self.patterns = folder / "patterns"
        self.whose = {}
        for name, value in canaries.items():
            for spelling, form in spellings(value).items():
                self.whose.setdefault(form, (name, spelling))
        self.patterns.write_bytes(b"\n".join(self.whose) + b"\n")

    def within(self, path):
        """{(canary, spelling)} of what stands in the file."""
        done = subprocess.run(["grep", "-a", "-o", "-h", "-F", "-f", str(self.patterns), str(path)], capture_output=True, env={"LC_ALL": "C"})
        assert done.returncode in (0, 1), done.stderr.decode(errors="replace")
        return {self.whose[line] for line in done.stdout.split(b"\n") if line in self.whose}

    def under(self, folder):
        found = {}
        for path in sorted(pathlib.Path(folder).rglob("*")):
            if path.is_file() and path.stat().st_size:
                for hit in self.within(path):
                    found.setdefault(hit, path.relative_to(folder))
        return found


def decoded(path, into):
    """Whatever in the file looks like base64, decoded, twice: statements lie in the database as envelopes."""
    run = re.compile(rb"[A-Za-z0-9+/_-]{24,}")
    level = [path.read_bytes()]
    for depth in (1, 2):
        level = [plain for data in level for plain in (unwrapped(text) for text in run.findall(data)) if plain]
        with open(into / f"{path.name}.decoded-{depth}", "wb") as file:
            file.write(b"\n".join(level))


def unwrapped(text):
    text = text.replace(b"-", b"+").replace(b"_", b"/")
    text = text[:len(text) - len(text) % 4 or None] if len(text) % 4 == 1 else text + b"=" * (-len(text) % 4)
    try:
        return base64.b64decode(text)
    except ValueError:
        return b""


def memory_image(pid, into):
    """Every readable byte of the process, as whoever holds the machine could take it."""
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", buffering=0) as memory, open(into, "wb") as image:
        for line in maps:
            place, rights, *_ = line.split()
            if "r" not in rights or "[v" in line:
                continue
            start, end = (int(part, 16) for part in place.split("-"))
            memory.seek(start)
            left = end - start
            while left:
                try:
                    piece = memory.read(min(left, 1 << 20))
                except OSError:
                    break  # a page that was never touched, or is a device's
                if not piece:
                    break
                image.write(piece)
                left -= len(piece)
    return into


def code_bytes(text):
    """The bytes that a code for dictation stands for (groups of Crockford's base 32), without its check digits: enough to be found."""
    digits = "".join(c for c in text.upper() if c in CROCKFORD)
    value = 0
    for digit in digits:
        value = value * 32 + CROCKFORD.index(digit)
    bits = len(digits) * 5
    return (value >> bits % 8).to_bytes(bits // 8, "big")
