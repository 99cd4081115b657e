"""TLS as testssl.sh sees it.

Rule: no finding above LOW, but those that a certificate made for trying things out must have; TLS 1.3 alone is offered."""
import json
import shutil
import subprocess
import sys

from raw import ask, served
from cases import Cases, Skip

# What an authority signs, revokes and announces is the operator's; the check's own certificate has none of it.
OF_THE_CERTIFICATE = {"cert_trust", "cert_chain_of_trust", "cert_revocation", "cert_ocspRevoked", "cert_crlDistributionPoints", "cert_ocspURL", "cert_expirationStatus",
                      "cert_notAfter", "cert_validityPeriod", "cert_extlifeSpan", "DNS_CAArecord", "cert_caIssuers", "OCSP_stapling", "cert_mustStapleExtension",
                      # Files of the page are compressed: they are public, and hold no secret and nothing of a request. A case below holds
                      # that nothing else is.
                      "BREACH",
                      # These sum up the rows above.
                      "overall_grade", "grade_cap_reason_1", "grade_cap_reason_2", "grade_cap_reason_3"}


def main():
    cases = Cases("checks_tls")
    program = shutil.which("testssl") or shutil.which("testssl.sh")
    if not program:
        with cases.case("testssl.sh"):
            raise Skip("testssl.sh is not installed (deploy/install-dependencies --checks)")
        return cases.finish()
    with served("connections_per_address = 1000\n") as server:
        out = server.folder / "testssl.json"
        rows = []
        with cases.case("testssl.sh comes to its end"):
            done = subprocess.run([program, "--quiet", "--color", "0", "--warnings", "batch", "--ip", "127.0.0.1", "--nodns", "min",
                                   "--jsonfile", str(out), f"localhost:{server.port}"], capture_output=True, text=True, timeout=900, stdin=subprocess.DEVNULL)
            rows = json.loads(out.read_text())
            assert len(rows) > 60, done.stdout[-2000:]
            print(f"  {len(rows)} findings, by severity: {dict(sorted(tally(rows).items()))}")
        with cases.case("no finding above LOW"):
            bad = [row for row in rows if row["severity"] in ("MEDIUM", "HIGH", "CRITICAL", "FATAL") and row["id"].split(" ")[0] not in OF_THE_CERTIFICATE]
            assert rows and not bad, "\n".join(f"{row['severity']} {row['id']}: {row['finding']}" for row in bad)
        with cases.case("TLS 1.3 is offered, and nothing older"):
            found = {row["id"]: row["finding"] for row in rows}
            assert "offered" in found["TLS1_3"] and "not" not in found["TLS1_3"].replace("not ok", ""), found["TLS1_3"]
            for version in ("SSLv2", "SSLv3", "TLS1", "TLS1_1", "TLS1_2"):
                assert found[version].startswith("not offered"), (version, found[version])
        with cases.case("no reply of the interface is compressed, whoever asks for it"):
            for path in ("/api/v1/server", "/api/v1/nothing", "/log/0/checkpoint"):
                replies, _, raw = ask(server, f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip, br, deflate\r\nConnection: close\r\n\r\n".encode())
                assert len(replies) == 1 and "content-encoding" not in replies[0][1].lower(), raw[:400]
        with cases.case("the server serves as before"):
            assert server.get("/api/v1/server")[0] == 200
    return cases.finish()


def tally(rows):
    counts = {}
    for row in rows:
        counts[row["severity"]] = counts.get(row["severity"], 0) + 1
    return counts


if __name__ == "__main__":
    sys.exit(main())
