"""Request smuggling against the framing of the real server, over TLS.

Rule: what two readers of HTTP/1.1 could cut in two ways is answered once, by a refusal, and the connection ends; no request
hidden in a body is ever answered; nothing sent comes back in a head; the server is as well as before."""
import itertools
import sys

from raw import Wire, ask, served, split_replies
from cases import Cases

HIDDEN = "GET /api/v1/server HTTP/1.1\r\nHost: localhost\r\nX-Hidden: yes\r\n\r\n"
CHUNKED = f"{len(HIDDEN):x}\r\n{HIDDEN}\r\n0\r\n\r\n"
# Ways to write a field that some reader takes for Transfer-Encoding: chunked and another does not.
TRANSFER = ["Transfer-Encoding: chunked", "transfer-encoding: chunked", "Transfer-Encoding: Chunked", "Transfer-Encoding:chunked",
            "Transfer-Encoding: chunked ", "Transfer-Encoding:\tchunked", "Transfer-Encoding : chunked", "Transfer-Encoding\t: chunked",
            " Transfer-Encoding: chunked", "\tTransfer-Encoding: chunked", "X: y\r\n Transfer-Encoding: chunked", "Transfer-Encoding:\r\n chunked",
            "Transfer-Encoding: x\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nTransfer-Encoding: x", "Transfer-Encoding: chunked, identity",
            "Transfer-Encoding: identity, chunked", "Transfer-Encoding: xchunked", "Transfer-Encoding: chunkedx", "Transfer-Encoding: \"chunked\"",
            "Transfer-Encoding: chunked;q=1", "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: cow", "Transfer-Encoding:", "X: y\nTransfer-Encoding: chunked",
            "X: y\rTransfer-Encoding: chunked", "X: y\r\n\nTransfer-Encoding: chunked", "Transfer-Encoding\x0b: chunked", "Transfer-Encoding: chun\x00ked",
            "Transfer-Encoding: \x0bchunked", "Transfer-Encoding: chunked\x00", "Transfer-Encoding\xa0: chunked", "Transfer-Encoding: chunked\x0c",
            "\x00Transfer-Encoding: chunked", "Transfer-Encoding\x00: chunked", "Transfer-Encoding: chunked\r"]
LENGTH = ["", "Content-Length: 0", "Content-Length: {n}", "Content-Length: 3"]
# Lengths that are read differently by different readers, with a hidden request behind.
LENGTHS = ["Content-Length: 0\r\nContent-Length: {n}", "Content-Length: {n}\r\nContent-Length: 0", "Content-Length: {n}\r\nContent-Length: {n}",
           "Content-Length: 0, {n}", "Content-Length: {n}, {n}", "Content-Length: +0", "Content-Length: -0", "Content-Length: 0x0", "Content-Length: 00",
           "Content-Length: 0{n}", "Content-Length: {n}.0", "Content-Length: {n}e0", "Content-Length: 1_0", "Content-Length: ", "Content-Length",
           "Content-Length : 0", " Content-Length: 0", "Content-Length:\r\n 0", "X: y\r\n Content-Length: 0", "X: y\nContent-Length: 0", "X: y\rContent-Length: 0",
           "Content-Length: 0\x00", "Content-Length: \x0b0", "Content-Length: 0;x=1", "Content-Length: 0 0", "Content-Length: \"0\"", "Content-Length: ٠",
           "Content-Length: 18446744073709551616", "Content-Length: 99999999999999999999999999", "Content-Length: 0\rX: y", "Content-Length\x00: 0"]
# Lines of a request that another hop might read as something else.
LINES = ["GET http://localhost/api/v1/server HTTP/1.1", "GET //localhost/api/v1/server HTTP/1.1", "GET /api/v1/server HTTP/1.1 HTTP/1.1", "GET /api/v1/server\tHTTP/1.1",
         "GET\x0b/api/v1/server HTTP/1.1", "GET /api/v1/server HTTP/1.1\x00", "GET /api/v1/\x00server HTTP/1.1", "GET /api/v1/server HTTP/1.2", "GET /api/v1/server HTTP/0.9",
         "GET /api/v1/server", "GET /api/v1/server HTTP/11", "GET /api/v1/server HTTP/1.1\x0b", "GET /api/v1/server http/1.1", " GET /api/v1/server HTTP/1.1",
         "\x16\x03\x01 / HTTP/1.1", "GET /api/v1/../v1/server HTTP/1.1", "GET /api/v1/./server HTTP/1.1", "GET /api\\v1\\server HTTP/1.1",
         "GET /api/v1/server#x HTTP/1.1", "GET * HTTP/1.1", "CONNECT localhost:443 HTTP/1.1", "OPTIONS * HTTP/1.1", "PRI * HTTP/2.0", "GET /api/v1/sérver HTTP/1.1",
         "G\xcbT /api/v1/server HTTP/1.1", "TRACE /api/v1/server HTTP/1.1", "get /api/v1/server HTTP/1.1"]
FIELDS = ["Host: localhost\r\nHost: evil.example", "Host: localhost\r\n Host: evil.example", "Host: localhost, evil.example", "Host: local host", "Host: localhost/x",
          "Host: user@localhost", "Host:", "X: no host", "Host: localhost\r\nConnection: close, Content-Length", "Host: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA",
          "Host: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade", "Host: localhost\r\nTE: trailers", "Host: localhost\r\nTrailer: Content-Length",
          "Host: localhost\r\nExpect: 100-continue, x", "Host: localhost\r\nCookie: a=1\r\nCookie: b=2", "Host: localhost\r\nX\x7f: y", "Host: localhost\r\n: y",
          "Host: localhost\r\nX: \x7f", "Host: localhost\r\nX: \xff", "Host: localhost\r\n" + "\r\n".join(f"X-{i}: y" for i in range(80)),
          "Host: localhost\r\nX: " + "y" * 70_000, "Host: localhost\r\n" + "X" * 70_000 + ": y"]


def latin(text):
    return text.encode("utf-8" if any(ord(c) > 255 for c in text) else "latin-1")


def post(fields, body):
    return latin(f"POST /api/v1/sign-in/challenge HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{fields}\r\n\r\n{body}")


def refused(server, name, data):
    replies, ended, raw = ask(server, data)
    assert ended, f"{name!r}: the connection stayed open after {[reply[0] for reply in replies]}"
    # The server may end without a word where no reply would be understood; never does it answer twice.
    assert len(replies) <= 1 and b"log_origin" not in raw, f"{name!r}: {raw[:400]}"
    assert all(reply[0] in (400, 405, 411, 413, 414, 417, 431, 501, 505) for reply in replies), f"{name!r}: {raw[:200]}"
    return bool(replies)


def each(server, rows):
    answered = [refused(server, name, data) for name, data in rows]
    print(f"  {len(answered)} refused, {sum(answered)} with a reply")
    assert sum(answered) * 10 >= len(answered) * 9, "most must be told why"


def smuggling(cases, server):
    with cases.case("TE.CL, CL.TE, TE.TE: no way to write Transfer-Encoding hides a request"):
        rows = []
        for transfer, length in itertools.product(TRANSFER, LENGTH):
            for body in (CHUNKED, "0\r\n\r\n" + HIDDEN):
                fields = "\r\n".join(part for part in (length.format(n=len(body)), transfer) if part)
                rows.append((f"{length} | {transfer}", post(fields, body)))
                if length:
                    rows.append((f"{transfer} | {length}", post("\r\n".join((transfer, length.format(n=len(body)))), body)))
        each(server, rows[::8] if "--short" in sys.argv[1:] else rows)
    with cases.case("CL.CL and CL.0: no length that can be read in two ways is read"):
        each(server, [(length, post(length.format(n=len(HIDDEN)), HIDDEN)) for length in LENGTHS])
    with cases.case("chunk extensions, trailers and sizes of every kind are not even looked at"):
        each(server, [(body, post("Transfer-Encoding: chunked", body)) for body in (
            f"0;x=\r\n\r\n{HIDDEN}", f"0;\n\r\n{HIDDEN}", f"0\n\n{HIDDEN}", f"-1\r\n\r\n{HIDDEN}", f"ffffffffffffffff\r\n{HIDDEN}", f"0x0\r\n\r\n{HIDDEN}",
            f"0\r\nContent-Length: 5\r\n\r\n{HIDDEN}", f"00000000000000000000\r\n\r\n{HIDDEN}", f"1\r\nxx0\r\n\r\n{HIDDEN}")])
    with cases.case("what looks like a field and is none is a body of the length given, and stays one"):
        for field in ("Transfer_Encoding: chunked", "X-Transfer-Encoding: chunked", "Transfer-Encodin: chunked", "Content_Length: 0", "X-Content-Length: 0"):
            replies, _, raw = ask(server, post(f"{field}\r\nContent-Length: {len(HIDDEN)}", HIDDEN), want=1, silence=0.5)
            assert len(replies) == 1 and replies[0][0] == 400 and b"log_origin" not in raw, (field, raw[:300])
    with cases.case("a body where none belongs is never the next request"):
        for method, fields in (("GET", f"Content-Length: {len(HIDDEN)}"), ("HEAD", f"Content-Length: {len(HIDDEN)}"), ("DELETE", f"Content-Length: {len(HIDDEN)}"),
                               ("GET", f"Content-Length: {len(HIDDEN)}\r\nExpect: 100-continue")):
            data = f"{method} /api/v1/nothing-here HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n\r\n{HIDDEN}".encode()
            _, _, raw = ask(server, data, patience=0.5)
            assert b"log_origin" not in raw, (method, raw[:300])


def lines(cases, server):
    with cases.case("request lines: absolute, authority and asterisk form, other versions, blanks, bytes that are none"):
        each(server, [(line, latin(f"{line}\r\nHost: localhost\r\n\r\n{HIDDEN}")) for line in LINES])
    with cases.case("fields: two hosts, hop-by-hop, upgrades, bytes, numbers and sizes beyond the limits"):
        each(server, [(fields[:60], latin(f"GET /api/v1/server HTTP/1.1\r\n{fields}\r\n\r\n{HIDDEN}")) for fields in FIELDS])
    with cases.case("bare line feeds and carriage returns end no line"):
        whole = "GET /api/v1/server HTTP/1.1\r\nHost: localhost\r\nX: y\r\n\r\n"
        rows = []
        for end in ("\n", "\r", "\n\r", "\r\r\n", "\r\n\n", "\x85", "\x0b"):
            parts = whole.split("\r\n")
            # Behind the empty line, the request is whole, and what follows is the next one's fault.
            for at in range(len(parts) - (2 if end.startswith("\r\n") else 1)):
                rows.append((f"{end!r} after line {at + 1}", latin("\r\n".join(parts[:at + 1]) + end + "\r\n".join(parts[at + 1:]) + HIDDEN)))
        each(server, [row for row in rows if b"\r\n\r\n" in row[1]])
    with cases.case("nothing sent comes back as a field of a reply"):
        for target in ("/x%0d%0aX-Evil:%20yes", "/%0aX-Evil:yes", "/assets/%0d%0a%0d%0a<script>", "/api/v1/chains/%0d%0aSet-Cookie:%20a=b", "/?x=%0d%0aX-Evil:%20yes", "/%5cevil.example"):
            replies, _, raw = ask(server, f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            assert len(replies) == 1 and "evil" not in replies[0][1].lower() and "set-cookie" not in replies[0][1].lower(), raw[:400]
            assert "location:" not in replies[0][1].lower(), raw[:400]
        replies, _, _ = ask(server, b"GET / HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\nX-Original-URL: /evil\r\nForwarded: host=evil.example\r\nConnection: close\r\n\r\n")
        assert all(b"evil" not in body and "evil" not in head for _, head, body in replies), replies


def in_order(cases, server):
    one = b"GET /api/v1/server HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with cases.case("a hundred requests in one packet are answered in their order, each once"):
        body = b'{"user_name":"a"}'
        challenge = b"POST /api/v1/sign-in/challenge HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
        replies, _, raw = ask(server, (one + challenge) * 50, want=100)
        assert [b"log_origin" in reply[2] for reply in replies] == [True, False] * 50 and all(reply[0] == 200 for reply in replies), raw[-300:]
    with cases.case("a refusal in the middle of a row ends it: what stands behind is not answered"):
        replies, ended, _ = ask(server, one * 3 + post("Transfer-Encoding: chunked", CHUNKED) + one * 3)
        assert ended and [reply[0] for reply in replies] == [200] * 3 + [501], replies
    with cases.case("a request in single bytes is the same request"):
        wire = Wire(server)
        for at in range(len(one)):
            wire.send(one[at:at + 1])
        got, _ = wire.read(want=1)
        wire.close()
        assert [reply[0] for reply in split_replies(got)] == [200]
    with cases.case("after all of it, the server serves as before and said nothing of trouble of its own"):
        assert server.get("/api/v1/server")[0] == 200 and server.process.poll() is None
        assert '"level":"error"' not in server.log.read_text(errors="replace"), server.log_tail()


def main():
    cases = Cases("checks_framing")
    with served() as server:
        for part in (smuggling, lines, in_order):
            part(cases, server)
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
