"""An access manager removes somebody from an authority of two hundred files; the command is struck down with kill -9
again and again, and goes on where it was.

    ROGATORY_ROTATION_FILES=N python3 tests/functional/rotation.py
"""
import os
import pathlib
import random
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import cast as casting
from installation import INCOMPLETE, NOT_THERE, OK
from scene import Scene, play

FILES = int(os.environ.get("ROGATORY_ROTATION_FILES", "200"))
KILLS, MOST = 12, 40


class World(Scene):
    def __init__(self, folder):
        super().__init__(folder)
        self.cast.join("OTP3", "otp.3", self.cast["OTP1"], "officer")
        self.sender, self.manager, self.leaver = self.cast["SEN1"], self.cast["OTP1"], self.cast["OTP3"]
        self.paper = folder / "rapport.txt"
        self.paper.write_text("un rapport\n")

    def stale(self):
        status = self.manager.run("rotation", "status", expect=(OK, INCOMPLETE)).json
        assert status["dossiers"] == FILES, status
        return status


def files_are_sent(w):
    for number in range(FILES):
        w.sender.run("send", w.paper, "--to", "X-OTP", "--title", f"Nr. {number}", "--yes")
    listed = casting.items(w.leaver.run("dossier", "list"))
    assert len(listed) == FILES, len(listed)
    w.fetched = [row["dossier"] for row in listed[:4]]
    for dossier in w.fetched:
        w.leaver.run("get", dossier, "--out", w.folder / "leaver")
    assert w.stale()["stale"] == []


def removed_under_kill_9(w):
    """Removal and new keys, struck down at random moments; each time the next run goes on."""
    random.seed(20260)
    member = next(m["member"] for m in casting.items(w.manager.run("member", "list")) if m["display_name"] == "otp.3")
    process = w.manager.start("member", "remove", member, "--yes")
    seen, before, most = [], None, 0.5
    while len(seen) < KILLS or (len(set(seen)) < 3 and len(seen) < MOST):
        time.sleep(random.uniform(0.2, most))
        if process.poll() is None:
            process.kill()
        process.wait()
        status = w.stale()
        seen.append(len(status["stale"]))
        # Too early to have done anything: later next time. So it is struck in between on a fast machine as on a slow one.
        if before == (status["generation"], seen[-1]):
            most *= 1.4
        before = (status["generation"], seen[-1])
        if status["generation"] == 1:  # struck down before the removal stood
            process = w.manager.start("member", "remove", member, "--yes")
        else:
            process = w.manager.start("rotation", "resume")
    process.wait()
    w.manager.run("rotation", "resume")
    assert len(set(seen)) > 2, f"it was never struck down in between: {seen}"
    # After the removal stood, every run left fewer than the one before.
    began = seen.index(max(seen))
    assert seen[began:] == sorted(seen[began:], reverse=True), seen
    status = w.stale()
    assert status["stale"] == [] and status["generation"] == 2 and not status["unfinished"], status
    print(f"  files with old keys after each kill -9: {seen}")


def one_removal_stands(w):
    statements = w.manager.run("monitor", "--once", expect=None).out
    assert '"kind":"authority_rekeyed"' not in statements
    shown = w.manager.run("dossier", "show", w.fetched[0]).json
    assert shown["epoch"] == 2, shown
    refused = w.leaver.run("dossier", "list", expect=None)
    assert refused.code not in (OK,), refused


def report_of_what_he_may_have_kept(w):
    report = w.manager.run("member", "kept", "otp.3").json
    assert report["entries"] == FILES and report["fetched"] == 4 and len(report["items"]) == FILES, report["entries"]
    by_him = {row["dossier"] for row in report["items"] if row["fetched"]}
    assert by_him == set(w.fetched), by_him
    assert "until" in report and report["generations"] == 1, report
    table = w.manager.run("member", "kept", "otp.3", json_output=False).out
    assert "Nr. 1" not in table or "otp.3" in table
    unknown = w.manager.run("member", "kept", "nobody", expect=NOT_THERE)
    assert unknown.refusal["key"] == "member.unknown", unknown


def progress_is_told(w):
    rekeyed = w.manager.run("authority", "rekey")
    events = [line for line in rekeyed.out.splitlines() if '"event":"progress"' in line and '"phase":"rotation"' in line]
    assert len(events) >= FILES, len(events)
    assert len(rekeyed.json["epochs_started"]) == FILES, rekeyed.json["epochs_started"]
    assert w.stale()["generation"] == 3


CASES = [files_are_sent, removed_under_kill_9, one_removal_stands, report_of_what_he_may_have_kept, progress_is_told]


if __name__ == "__main__":
    sys.exit(play("rotation", "a server, Senegal and the Prosecutor", World, CASES))
