"""SQL injection as sqlmap looks for it, in every kind of place of the calls that a story makes, with a session in force.

Rule: sqlmap finds nothing injectable; no 5xx and no error in the server's log; the server serves as before."""
import http.server
import json
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import urllib.parse

from recorded import story, trouble
from cases import Cases, Skip

SECONDS = 45  # a call, at most


def targets(calls):
    """(address, body) with sqlmap's mark `*` in one place; each route once for its path, its query and its body."""
    for call in calls:
        if call.path.startswith("/log/") or call.path.endswith(("/events", "/live")) or call.method not in ("GET", "POST"):
            continue
        parts = call.path.split("/")
        named = [at for at in range(4, len(parts)) if re.fullmatch(r"[0-9a-f]{32,}|\d+|[A-Z]{3}|X-[A-Z]+", parts[at])]
        if named:
            yield call.method, "/".join([*parts[:named[0]], parts[named[0]] + "*", *parts[named[0] + 1:]]), None
        if call.query:
            yield call.method, call.path + "?" + call.query + "*", None
        if isinstance(call.json, dict):
            key = next((key for key, value in call.json.items() if isinstance(value, str)), None)
            if key:
                yield call.method, call.target, json.dumps({**call.json, key: call.json[key] + "*"})
    yield "GET", "/api/v1/chains?after=1*", None
    yield "POST", "/api/v1/sign-in/challenge", '{"user_name":"sen.crf.1*"}'
    yield "GET", "/log/0/tile/0/000*", None


INJECTABLE = r"is vulnerable|identified the following injection|appears to be '.*' injectable"


class Careless(http.server.BaseHTTPRequestHandler):
    """What this product must never do, so that the scanner is seen to see it."""

    def do_GET(self):
        given = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query).get("name", [""])[0]
        database = sqlite3.connect(":memory:")
        database.execute("CREATE TABLE people (name TEXT)")
        database.execute("INSERT INTO people VALUES ('awa')")
        try:
            status, body = 200, str(database.execute(f"SELECT name FROM people WHERE name = '{given}'").fetchall())
        except sqlite3.Error as wrong:
            status, body = 500, str(wrong)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


def control(cases, program):
    with cases.case("sqlmap sees what is injectable"):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Careless)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with tempfile.TemporaryDirectory() as name:
            said = subprocess.run([program, "-u", f"http://127.0.0.1:{server.server_port}/?name=awa*", "--batch", "--level", "2", "--risk", "1", "--dbms", "sqlite", "--technique", "BEUT",
                                   "--time-sec", "2", "--flush-session", "--disable-coloring", "--skip-waf", "--output-dir", name], capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL).stdout
        server.shutdown()
        assert re.search(INJECTABLE, said), said[-1500:]


def main():
    cases = Cases("checks_sqlmap")
    program = shutil.which("sqlmap")
    if not program:
        with cases.case("sqlmap"):
            raise Skip("sqlmap is not installed (deploy/install-dependencies --checks)")
        return cases.finish()
    control(cases, program)
    with story() as (server, calls, token):
        tried, cut = 0, 0
        with cases.case("sqlmap finds nothing injectable"):
            found, unread = [], []
            for method, target, body in targets(calls):
                command = [program, "-u", f"https://127.0.0.1:{server.hidden_port}{target}", "--method", method, "--batch", "--level", "2", "--risk", "1", "--dbms", "sqlite", "--technique", "BEUT",
                           "--time-sec", "2", "--threads", "2", "--timeout", "10", "--retries", "0", "--flush-session", "--disable-coloring", "--skip-waf", "--skip-heuristics",
                           "--ignore-code", "*", "--output-dir", str(server.folder / "sqlmap"), "-H", f"Authorization: {token}", "-H", "Host: localhost"]
                if body:
                    command += ["--data", body, "-H", "Content-Type: application/json"]
                try:
                    said = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, stdin=subprocess.DEVNULL).stdout
                except subprocess.TimeoutExpired as late:
                    said, cut = (late.stdout or b"").decode("utf-8", "replace"), cut + 1
                tried += 1
                if re.search(INJECTABLE, said):
                    found.append((method, target, body, said[-1500:]))
                elif "testing" not in said:
                    unread.append((method, target, said[-600:]))
            print(f"  {tried} places tried, {cut} of them for {SECONDS} s only")
            assert tried >= 10 and not unread, unread[:2]
            assert not found, found[:2]
        with cases.case("the server said nothing of trouble of its own, and serves as before"):
            assert not trouble(server), trouble(server)[:5]
            assert server.process.poll() is None and server.ready()
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
