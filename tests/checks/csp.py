"""The content security policies of the page, of its inner frame and of the interface, judged by Google's CSP evaluator.

Rule: no finding of severity HIGH, MEDIUM or SYNTAX, nor one that may be HIGH; each answer carries the headers that docs/asvs.md names."""
import json
import os
import pathlib
import re
import subprocess
import sys

from raw import ask, served
from cases import Cases, Skip
from installation import ROOT

BUILD = pathlib.Path(os.environ.get("ROGATORY_BUILD_DIR", ROOT / "build/release"))
# The evaluator's levels: 10 HIGH, 20 SYNTAX, 30 MEDIUM, 40 HIGH_MAYBE, 45 STRICT_CSP, 50 MEDIUM_MAYBE, 60 INFO.
WORST = 40
ALWAYS = {"strict-transport-security": r"max-age=63072000; includeSubDomains$", "x-content-type-options": "nosniff", "referrer-policy": "no-referrer",
          "cross-origin-opener-policy": "same-origin", "cross-origin-resource-policy": "same-origin", "permissions-policy": r"."}


def headers(server, path, method="GET"):
    replies, _, raw = ask(server, f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    assert len(replies) == 1, raw[:300]
    lines = replies[0][1].split("\r\n")[1:]
    return {line.split(":", 1)[0].lower(): line.split(":", 1)[1].strip() for line in lines}


def judged(policy):
    done = subprocess.run([str(ROOT / "deploy/node"), str(pathlib.Path(__file__).parent / "node"), "node", "csp.mjs"], input=policy, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def main():
    cases = Cases("checks_csp")
    with cases.case("the evaluator sees what is wrong with a policy that is wrong"):
        assert any(one["level"] == 10 for one in judged("script-src 'unsafe-inline' https:"))
    with served() as server:
        pages = {"the page": "/", "an address of the page": "/inbox", "the interface": "/api/v1/server", "a refusal": "/api/v1/nothing"}
        with_page = '\nfolder' in server.config.read_text()
        if with_page:
            for name in ("preview.html", "frame.html"):
                if (BUILD / "pages" / name).exists():
                    pages[name] = "/" + name
        for name, path in pages.items():
            with cases.case(f"{name}: no finding above low"):
                if not with_page and not path.startswith("/api"):
                    raise Skip("the web client is not built (target web_app)")
                policy = headers(server, path)["content-security-policy"]
                findings = judged(policy)
                for one in findings:
                    print(f"  {one['severity']}: {one['directive']} {one['value'] or ''}: {one['text']}")
                bad = [one for one in findings if one["level"] <= WORST]
                assert not bad, (policy, bad)
                directives = {part.split()[0]: part.split()[1:] for part in policy.split(";") if part.strip()}
                assert directives["default-src"] == ["'none'"] and "frame-ancestors" in directives and directives["base-uri"] == ["'none'"], policy
            with cases.case(f"{name}: the other headers are there"):
                if not with_page and not path.startswith("/api"):
                    raise Skip("the web client is not built (target web_app)")
                found = headers(server, path)
                missing = [one for one, pattern in ALWAYS.items() if not re.search(pattern, found.get(one, ""))]
                assert not missing, (missing, found)
                assert "server" not in found and "x-powered-by" not in found, found
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
