"""Naughty strings in every place of every call that a story makes, by ffuf, with a session in force.

Rule: no answer of 5xx, no error in the server's log, the server serves as before."""
import http.client
import json
import shutil
import ssl
import subprocess
import sys
import urllib.parse

from recorded import story, trouble
from cases import Cases, Skip

RATE = 150
SECONDS = 240


def strings():
    """What people and programs stumble over, by kind; written here, of no list of others."""
    yield from ("", " ", "  ", "0", "-1", "00", "1e309", "NaN", "Infinity", "null", "nil", "None", "undefined", "true", "false", "[]", "{}", "[object Object]", "9007199254740993",
                "18446744073709551616", "2147483648", "-9223372036854775809", "0x0", "1.0", "١٢٣", "½", "1,000", "0;", "%", "%%", "%n%n%n%n", "%s%s%s%s", "%x%x", "{0}", "{{7*7}}", "${7*7}", "#{7*7}",
                "<%= 7*7 %>", "${jndi:ldap://localhost/a}", "$(id)", "`id`", ";id", "|id", "&& id", "\nid", "../../../../etc/passwd", "..\\..\\..\\windows\\win.ini", "....//....//etc/passwd",
                "/etc/passwd", "file:///etc/passwd", "http://localhost:1/", "//localhost/", "C:\\con", "CON", "aux.txt", "~root", ".", "..", "...", ".git/config", ".htaccess")
    yield from ("' OR '1'='1", "\" OR \"\"=\"", "' OR 1=1--", "'; DROP TABLE accounts;--", "1' UNION SELECT sqlite_version()--", "1 AND randomblob(100000000)", "' AND 1=LIKE('ABCDEFG',UPPER(HEX(RANDOMBLOB(100000000/2))))--",
                "x'00'", "'||'", "\\'", "''", "'", "\"", "`", "--", "/*", "*/", "%27", "%2527", "%c0%a7", ") OR (1=1", "1; PRAGMA key='x'", "1; ATTACH '/tmp/x' AS x")
    yield from ("<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "javascript:alert(1)", "<svg/onload=alert(1)>", "'-alert(1)-'", "</title><script>", "<!--", "]]>", "<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]><x>&y;</x>",
                "&lt;", "&#0;", "\u2028alert(1)", "data:text/html,x", "\x00<script>", "<iframe srcdoc=x>")
    yield from ("\0", "a\0b", "\x01", "\x1b[2J", "\x7f", "\x80", "\r\nX-Evil: 1", "\r\n\r\n", "\n", "\t", "\x0b", "\u0085", "\u00a0", "\u00ad", "\u200b", "\u200d", "\u202e", "\u2066", "\ufeff", "\ufffe", "\uffff",
                "\U0010ffff", "\ue000", "é", "e\u0301", "ﬀ", "ß", "İ", "ı", "ſ", "K", "Ω", "ａ", "𝔞", "ﷺ", "a" + "\u0300" * 200, "👩‍👩‍👧‍👦", "🏳️‍🌈", "田中さん", "ﺎﻠﻋﺮﺒﻳﺓ", "עברית", "ไทย", "\u0627\u0644\u0652", "Zalgo\u0336\u0334")
    yield from ("a" * 255, "a" * 256, "a" * 1000, "0" * 64, "f" * 64, "F" * 64, "g" * 64, "f" * 63, "f" * 65, "../" * 50, "%2e%2e%2f" * 20, "A" * 43 + "=", "=" * 44, "-" * 44, "latest", "self", "me", "*", "?", "#", "a/b", "a%2fb", "a;b=c", "a&b=c", "a=b&a=c")


def lists(folder):
    """One file for addresses, percent-encoded, and one for JSON, as it stands between quotes. A line each."""
    for_path, for_json, raw_json = (folder / name for name in ("path.txt", "json.txt", "value.txt"))
    every = list(strings())
    for_path.write_text("".join(urllib.parse.quote(one.encode("utf-8", "surrogatepass"), safe="") + "\n" for one in every if one) + "%ff\n%c0%80\n%ed%a0%80\n")
    for_json.write_text("".join(json.dumps(one, ensure_ascii=bool(i % 2))[1:-1] + "\n" for i, one in enumerate(every) if one) + "\\ud800\n\\udc00\n")
    raw_json.write_text("null\ntrue\n-1\n0\n1.5\n1e400\n9007199254740993\n[]\n{}\n[[]]\n[null]\n{\"a\":1}\n\"\"\n\" \"\n[1,2,3]\n" + "\n".join(json.dumps("a" * n) for n in (300, 5000, 60000)) + "\n")
    return for_path, for_json, raw_json


def malformed(server, token, method, target, body):
    """Escapes that ffuf itself would not send."""
    connection = http.client.HTTPSConnection("127.0.0.1", server.hidden_port, timeout=60, context=ssl._create_unverified_context())
    for word in ("%", "%zz", "%0"):
        connection.request(method, target.replace("FUZZ", word), body, {"Authorization": token, "Host": "localhost", "Content-Type": "application/json"})
        reply = connection.getresponse()
        reply.read()
        yield word, reply.status
    connection.close()


def leaves(value, path=()):
    """The place of each member and item of a JSON value."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*path, key)
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list) and value:
        yield (*path, 0)
        yield from leaves(value[0], (*path, 0))


def replaced(value, path, mark):
    if not path:
        return mark
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(copy[path[0]], path[1:], mark)
    return copy


def places(calls, lists_):
    """(method, target, body, list): each call with FUZZ in one place of it."""
    for_path, for_json, raw_json = lists_
    for call in calls:
        if call.path.startswith("/log/") or call.path.endswith(("/events", "/live")):
            continue
        parts = call.path.split("/")
        body = json.dumps(call.json) if call.json is not None else None
        for at in range(3, len(parts)):
            yield call.method, "/".join([*parts[:at], "FUZZ", *parts[at + 1:]]) + (f"?{call.query}" if call.query else ""), body, for_path
        for pair in filter(None, call.query.split("&")):
            yield call.method, f"{call.path}?{call.query.replace(pair, pair.split('=')[0] + '=FUZZ')}", body, for_path
        yield call.method, f"{call.path}?{call.query + '&' if call.query else ''}FUZZ=1", body, for_path
        for path in list(leaves(call.json))[:25]:
            yield call.method, call.target, json.dumps(replaced(call.json, path, "FUZZ")), for_json
            yield call.method, call.target, json.dumps(replaced(call.json, path, "FUZZ")).replace('"FUZZ"', "FUZZ"), raw_json


def main():
    cases = Cases("checks_naughty")
    if not shutil.which("ffuf"):
        with cases.case("ffuf"):
            raise Skip("ffuf is not installed (deploy/install-dependencies --checks)")
        return cases.finish()
    with story() as (server, calls, token):
        server_url = f"https://127.0.0.1:{server.hidden_port}"
        sent, statuses, wrong = 0, {}, []
        with cases.case(f"the calls of a story with naughty strings in each of their places, {RATE} a second"):
            words = lists(server.folder)
            every = list(places(calls, words))
            # Spread over what there is time for; the places are the same in every run.
            step = max(1, -(-sum(len(w.read_text().splitlines()) for _, _, _, w in every) // (RATE * SECONDS)))
            for method, target, body, words_of in every:
                some = server.folder / "some.txt"
                lines = list(filter(None, words_of.read_text().splitlines()))
                out = server.folder / "ffuf.json"
                command = ["ffuf", "-s", "-u", server_url + target, "-X", method, "-w", str(some), "-mc", "all", "-t", "3", "-p", str(round(3 / RATE, 3)), "-timeout", "10", "-o", str(out), "-of", "json",
                           "-H", f"Authorization: {token}", "-H", "Host: localhost", "-H", "Content-Type: application/json", "-maxtime", "30"]
                command += ["-d", body] if body else []
                expected, rows = lines[(sent % step)::step], []
                # Each word has its answer: a run that was cut short, or asked nobody, would show nothing. Of some ten thousand
                # words one comes back without a row, another each time; it is asked again, once.
                for _ in range(2):
                    unanswered = [word for word in expected if word not in {row["input"]["FUZZ"] for row in rows}]
                    if not unanswered:
                        break
                    some.write_text("\n".join(unanswered) + "\n")
                    out.unlink(missing_ok=True)
                    done = subprocess.run(command, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL)
                    assert done.returncode == 0 and out.exists(), (method, target, done.returncode, done.stderr[-800:])
                    rows += json.loads(out.read_text())["results"]
                unanswered = [word for word in expected if word not in {row["input"]["FUZZ"] for row in rows}]
                assert not unanswered and len(rows) == len(expected), (method, target, len(rows), len(expected), unanswered)
                for row in rows:
                    sent += 1
                    statuses[row["status"]] = statuses.get(row["status"], 0) + 1
                    if row["status"] >= 500 and row["status"] != 501:
                        wrong.append((method, target, body, row["input"], row["status"]))
                if words_of == words[0]:
                    wrong += [(method, target, body, word, status) for word, status in malformed(server, token, method, target, body) if status >= 500]
            print(f"  {len(every)} places, {sent} requests, by status: {dict(sorted(statuses.items()))}")
            assert sent > 1000 and statuses.get(400, 0) + statuses.get(404, 0) > sent // 3, statuses
            assert not wrong, wrong[:5]
        with cases.case("the server said nothing of trouble of its own, and serves as before"):
            assert not trouble(server), trouble(server)[:5]
            assert server.process.poll() is None and server.ready()
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
