"""JSON that two parsers read in two ways, or that breaks a parser, against routes of the real server that anybody may call.

Rule: every text that is not one strict object is answered by one 4xx in the form of a problem within two seconds (asked again where this machine was busy);
nothing is answered by 5xx; the server grows by less than 64 MiB and serves as before."""
import json
import pathlib
import random
import sys
import time

from raw import ask, served
from cases import Cases

ROUTES = ["/api/v1/sign-in/challenge", "/api/v1/sign-in", "/api/v1/csp-reports"]
GOOD = b'{"user_name":"awa.ndiaye"}'
DEEP = 100_000
ROUNDS = 300 if "--short" in sys.argv[1:] else 2_000


def text(path, body, more=b""):
    return b"POST %b HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n%b\r\n%b" % (path.encode(), len(body), more, body)


def name(value):
    """A body whose user name is this JSON text."""
    return b'{"user_name":' + value + b"}"


MALFORMED = {
    "nothing": b"", "blanks": b" \t\r\n", "a byte order mark": b"\xef\xbb\xbf" + GOOD, "UTF-16": GOOD.decode().encode("utf-16"), "UTF-16BE": GOOD.decode().encode("utf-16-be"),
    "UTF-32": GOOD.decode().encode("utf-32"), "an array": b"[]", "a number": b"1", "a string": b'"a"', "null": b"null", "two objects": GOOD + GOOD, "a newline and more": GOOD + b"\n{}",
    "rubbish behind": GOOD + b"x", "a NUL behind": GOOD + b"\0", "a form feed in front": b"\x0c" + GOOD, "a no-break space": b"\xc2\xa0" + GOOD,
    "two names alike": b'{"user_name":"a","user_name":"b"}', "two names alike, one escaped": b'{"user_name":"a","user\\u005fname":"b"}',
    "two names alike within": b'{"user_name":"a","x":{"y":1,"y":2}}', "a comma too many": b'{"user_name":"a",}', "a comma too few": b'{"user_name":"a" "b":1}',
    "a comment": b'{/*x*/"user_name":"a"}', "a line comment": b'{"user_name":"a"}//x', "a hash comment": b'{"user_name":"a"}#x', "single quotes": b"{'user_name':'a'}", "no quotes": b"{user_name:1}",
    "an open string": b'{"user_name":"a', "an open object": b'{"user_name":"a"', "an open escape": b'{"user_name":"a\\', "NaN": name(b"NaN"), "Infinity": name(b"-Infinity"), "hexadecimal": name(b"0x1"),
    "a leading zero": name(b"01"), "a leading plus": name(b"+1"), "no digit before the dot": name(b".5"), "no digit behind it": name(b"1."), "no digit in the exponent": name(b"1e"),
    "TRUE": name(b"True"), "undefined": name(b"undefined"), "a raw newline": name(b'"a\nb"'), "a raw tab": name(b'"a\tb"'), "a raw NUL": name(b'"a\0b"'), "\\x": name(b'"\\x41"'), "\\u short": name(b'"\\u12"'),
    "a lone high surrogate": name(b'"\\ud800"'), "a lone low surrogate": name(b'"\\udc00"'), "surrogates the wrong way": name(b'"\\udc00\\ud800"'), "a high surrogate and a letter": name(b'"\\ud800a"'),
    "two high surrogates": name(b'"\\ud800\\ud800"'), "a surrogate in UTF-8": name(b'"\xed\xa0\x80"'), "overlong": name(b'"\xc0\xaf"'), "overlong NUL": name(b'"\xc0\x80"'), "five bytes": name(b'"\xf8\x88\x80\x80\x80"'),
    "beyond Unicode": name(b'"\xf4\x90\x80\x80"'), "cut": name(b'"\xe2\x82"'), "a stray byte": name(b'"\x80"'), "0xff": name(b'"\xff"'), "Latin-1": name('"é"'.encode("latin-1")),
}
# Well formed, and not what the route takes.
UNWANTED = {
    "a huge whole number": name(b"9" * 3000), "a huge exponent": name(b"1e999999999"), "a tiny one": name(b"1e-999999999"), "minus zero": name(b"-0"), "2^53 + 1": name(b"9007199254740993"), "2^64": name(b"18446744073709551616"),
    "a long fraction": name(b"0." + b"1" * 3000), "null": name(b"null"), "true": name(b"true"), "an array": name(b'["a"]'), "an object": name(b'{"a":1}'), "an empty name": name(b'""'), "a long one": name(b'"' + b"a" * 3000 + b'"'),
    "a NUL in it": name(b'"a\\u0000b"'), "a name nobody asked for": b'{"user_name":"a","role":"administrator"}', "__proto__": b'{"user_name":"a","__proto__":{"admin":true}}', "an empty key": b'{"user_name":"a","":1}',
    "another case": b'{"USER_NAME":"a"}', "nothing in it": b"{}", "many keys": b"{" + b",".join(b'"k%d":1' % i for i in range(300)) + b"}",
    "a right-to-left mark": name('"a\u202eb"'.encode()), "a zero-width joiner": name('"a\u200db"'.encode()), "line separators": name('"a\u2028b"'.encode()), "a BOM inside": name('"\ufeffa"'.encode()),
}


def nested(open_, close, depth):
    return b'{"user_name":' + open_ * depth + b"1" + close * depth + b"}"


def resident(server):
    line = next(one for one in pathlib.Path(f"/proc/{server.process.pid}/status").read_text().splitlines() if one.startswith("VmRSS"))
    return int(line.split()[1]) * 1024


def refused(server, path, what, body, also=()):
    # What is dear to read is so each time; that a machine stands still in between is nobody's doing.
    for _ in range(3):
        started = time.monotonic()
        replies, _, raw = ask(server, text(path, body))
        took = time.monotonic() - started
        if took < 2:
            break
    assert len(replies) == 1, f"{path}, {what}: {raw[:200]}"
    status, head, content = replies[0]
    assert 400 <= status < 500 or status in also, f"{path}, {what}: {status} {content[:200]}"
    if 400 <= status < 500:
        problem = json.loads(content)
        assert "application/problem+json" in head and problem["status"] == status, f"{path}, {what}: {head}"
    assert took < 2, f"{path}, {what}: {took:.1f} s"


def torture(cases, server):
    with cases.case("the good text is taken"):
        replies, _, raw = ask(server, text(ROUTES[0], GOOD))
        assert [reply[0] for reply in replies] == [200], raw
    before = resident(server)
    with cases.case(f"{len(MALFORMED)} malformed texts are refused by every route"):
        for path in ROUTES:
            for what, body in MALFORMED.items():
                # A list is what browsers report by.
                refused(server, path, what, body, also=(204,) if path.endswith("reports") and what == "an array" else ())
    with cases.case(f"{len(UNWANTED)} well formed texts of the wrong kind are refused"):
        for what, body in UNWANTED.items():
            refused(server, ROUTES[0], what, body, also=(200,) if what in ("a right-to-left mark", "a zero-width joiner", "line separators", "a BOM inside") else ())
    with cases.case(f"depth: 10, 100, 1,000 and {DEEP:,}, of arrays, objects and both, whole and cut off"):
        for depth in (10, 100, 1_000, DEEP):
            for what, body in {"arrays": nested(b"[", b"]", depth), "objects": nested(b'{"a":', b"}", depth), "open arrays": b"[" * depth, "open objects": b'{"":' * depth,
                               "both": nested(b'[{"a":', b"}]", depth)}.items():
                refused(server, ROUTES[0], f"{what}, {depth} deep", body)
    with cases.case("a body that says that it is packed is refused, and nobody unpacks it"):
        for coding in (b"gzip", b"br", b"deflate", b"identity", b"zstd, gzip"):
            replies, ended, raw = ask(server, text(ROUTES[0], GOOD, b"Content-Encoding: " + coding + b"\r\n"))
            assert ended and len(replies) == 1 and replies[0][0] == 415, raw[:300]
    with cases.case(f"{ROUNDS:,} mutations of good texts are never answered by 5xx"):
        rng = random.Random(831)
        seeds = [GOOD, *(body for body in UNWANTED.values() if len(body) < 400)]
        pieces = [b'"', b"\\", b"{", b"}", b"[", b"]", b",", b":", b"\0", b"\xff", b"\xed\xa0\x80", b"1e400", b"\\ud800", b"null", b" " * 50]
        statuses = {}
        # Several in a row on one connection, as long as the server keeps it.
        for _ in range(ROUNDS // 10):
            data = b""
            for _ in range(10):
                body = bytearray(rng.choice(seeds))
                for _ in range(rng.randint(1, 4)):
                    at = rng.randint(0, len(body))
                    body[at:at + rng.randint(0, 3)] = rng.choice(pieces)
                data += text(ROUTES[0], bytes(body)).replace(b"Connection: close\r\n", b"")
            replies, _, raw = ask(server, data, want=10)
            assert replies, raw
            for status, _, content in replies:
                statuses[status] = statuses.get(status, 0) + 1
                assert status < 500, content
        print(f"  {statuses}")
    with cases.case("it has not grown, serves as before, and said nothing of trouble of its own"):
        grown = resident(server) - before
        print(f"  {grown / 2**20:.1f} MiB more")
        assert grown < 64 << 20 and server.get("/api/v1/server")[0] == 200
        assert '"level":"error"' not in server.log.read_text(errors="replace"), server.log_tail()


def main():
    cases = Cases("checks_json_torture")
    with served() as server:
        torture(cases, server)
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
