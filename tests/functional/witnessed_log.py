"""Three witnesses of whom two are needed: what counts, what waits, and who tells of what stands in a register."""
import pathlib
import shutil
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from cases import Cases
from cast import items, two_parties
from installation import NOT_THERE, OK, UNAVAILABLE, Server
from scene import soon

ATTENTION = 11


def get(person, dossier, out):
    return person.run("get", dossier, "--out", out, expect=None)


def main():
    cases = Cases("witnessed_log")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rogatory-witnessed-"))
    server = Server(folder / "server", witnesses=3, quorum=2)
    server.init()
    server.start()
    cast = None
    try:
        with cases.case("Parties found, join and pin one another under a policy with witnesses"):
            cast = two_parties(folder, server)
        paper = folder / "rapport.txt"
        paper.write_text("un rapport\n")
        with cases.case("what is sent counts within seconds, and log status says who cosigned"):
            sent = cast["SEN1"].run("send", paper, "--to", "X-OTP", "--title", "Comptes").json
            def status_now():
                return cast["SEN1"].run("log", "status").json
            assert soon(lambda: (now := status_now())["fresh"] and now["counting_size"] == now["size"]), status_now()
            status = status_now()
            assert status["quorum"] == 2 and len(status["witnesses"]) == 3 and status["fresh"], status
            assert status["counting_size"] == status["size"], status
            assert sum("cosigned_at" in witness for witness in status["witnesses"]) >= 2, status
            assert sent, "nothing was sent"
        dossier = items(cast["OTP1"].run("dossier", "list"))[0]["dossier"]
        with cases.case("the reader opens it"):
            assert get(cast["OTP1"], dossier, folder / "first").code == OK
        with cases.case("with one witness alone nothing new counts: shown, not opened, not receipted"):
            for witness in server.witnesses[1:]:
                witness.stop()
            cast["SEN1"].run("send", paper, "--to", "X-OTP", "--title", "Suite")
            late = next(row["dossier"] for row in items(cast["OTP1"].run("dossier", "list")) if row["dossier"] != dossier)
            started = time.monotonic()
            outcome = get(cast["OTP1"], late, folder / "second")
            assert outcome.code != OK and "log.not_yet_witnessed" in outcome.out + outcome.err, outcome
            assert time.monotonic() - started < 90
            assert not (folder / "second").exists() or not list((folder / "second").iterdir())
            assert not items(cast["SEN1"].run("receipts", late)), "a receipt for what does not count"
        with cases.case("the second witness comes back: the same file opens"):
            server.witnesses[1].start(server.certificate)
            deadline = time.monotonic() + 180
            while get(cast["OTP1"], late, folder / "third").code != OK:
                assert time.monotonic() < deadline, "the log was not cosigned within 90 s"
                time.sleep(1)
            assert (folder / "third" / "rapport.txt").read_text() == "un rapport\n"
        with cases.case("monitor tells what others signed in one's register, until it is acknowledged"):
            told = cast["SEN2"].run("monitor", "--once", expect=ATTENTION)
            kinds = [line for line in told.out.splitlines() if '"event":"statement"' in line]
            assert any('"founded"' in line for line in kinds), told
            cast["SEN2"].run("monitor", "--acknowledge")
            cast["SEN2"].run("monitor", "--once")
            cast["SEN1"].run("member", "invite", "--role", "reader", "--code-out", folder / "code")
            again = cast["SEN2"].run("monitor", "--once", expect=ATTENTION)
            assert again.out.count('"event":"statement"') == 1 and '"invited"' in again.out, again
            cast["SEN1"].run("monitor", "--acknowledge")
        with cases.case("no alarm was raised"):
            assert items(cast["SEN1"].run("alarm", "list")) == []
            missing = cast["SEN1"].run("alarm", "show", "nothing", expect=NOT_THERE)
            assert missing.refusal["key"] == "alarm.unknown", missing
        with cases.case("an evidence file that is none is refused"):
            (folder / "none.tar").write_bytes(b"\0" * 2048)
            refused = cast["SEN1"].run("verify", "evidence", folder / "none.tar", expect=None)
            assert refused.code not in (OK, UNAVAILABLE) and refused.refusal["key"] == "evidence.malformed", refused
    finally:
        server.stop()
        if cast:
            cast.sign_out_all()
        if not cases.count("failed"):
            shutil.rmtree(folder, ignore_errors=True)
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
