"""What a monitor reads: every name that the board and the alert rules use is exported by a running server, what is exported is in
Prometheus' form, and nothing in it or in the log is about anybody."""
import json
import pathlib
import re
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from installation import ROOT
from network import free_port
from scene import Scene, play, soon

FOLDER = ROOT / "deploy/monitoring"
NAME = re.compile(r"\b((?:rogatory|process)_[a-z0-9_]+)\b")
LINE = re.compile(r"([a-z_][a-z0-9_]*)(?:\{((?:[a-z]+=\"[^\"\\\n]*\",?)*)\})? (-?[0-9.]+(?:e[+-]?[0-9]+)?|\+Inf|NaN)")
# What a label may tell: of routes, states and the machine, never of a person, a Party or a file.
LABELS = {"route", "status", "le", "version", "mode", "job", "cosigner"}
FIELDS = {"time", "level", "message", "request_id", "method", "route", "status", "duration_us", "bytes_in", "bytes_out", "principal", "key", "detail", "error",
          "count", "port", "path", "signal", "version"}


class World(Scene):
    def __init__(self, folder):
        super().__init__(folder)
        self.person = self.cast["SEN1"]
        self.path = folder / "report-of-mbacke.bin"
        self.path.write_bytes(b"x" * 30_000)
        self.person.run("send", self.path, "--to", "X-OTP", "--title", "Mbacke villa", "--yes")

    def metrics(self):
        status, body = self.server.manage("/metrics")
        assert status == 200, (status, body)
        return body


def exported(text):
    """{name: type}, and [(name, labels, value)] of the lines, each as Prometheus' text form has it."""
    types, helped, values = {}, set(), []
    for line in text.splitlines():
        if line.startswith("# HELP "):
            helped.add(line.split(" ")[2])
        elif line.startswith("# TYPE "):
            name, kind = line.split(" ")[2:]
            assert name not in types and name in helped and kind in ("counter", "gauge", "histogram"), line
            types[name] = kind
        else:
            found = LINE.fullmatch(line)
            assert found, line
            values.append((found[1], dict(re.findall(r"([a-z]+)=\"([^\"]*)\"", found[2] or "")), float(found[3])))
    seen = [(name, tuple(sorted(labels.items()))) for name, labels, _ in values]
    assert len(seen) == len(set(seen)), "a series stands twice"
    for name, labels, _ in values:
        base = re.sub(r"_(bucket|sum|count)$", "", name)
        kind = types.get(name) or types.get(base)
        assert kind, f"{name} has no type"
        if kind == "counter":
            assert name.endswith("_total"), name
    return types, values


def is_in_the_form_that_prometheus_reads(w):
    types, values = exported(w.metrics())
    assert len(types) > 25, types
    buckets = {}
    for name, labels, value in values:
        if name.endswith("_bucket"):
            where = (name, tuple(sorted((key, text) for key, text in labels.items() if key != "le")))
            buckets.setdefault(where, []).append((float(labels["le"]), value))
    assert buckets
    for where, series in buckets.items():
        assert series == sorted(series) and [count for _, count in series] == sorted(count for _, count in series), where
        assert series[-1][0] == float("inf"), where


def counts_what_happens(w):
    before = {(name, tuple(labels.items())): value for name, labels, value in exported(w.metrics())[1]}
    w.person.run("dossier", "list")
    after = {(name, tuple(labels.items())): value for name, labels, value in exported(w.metrics())[1]}
    grown = {name for (name, labels), value in after.items() if value > before.get((name, labels), 0)}
    assert {"rogatory_requests_total", "rogatory_request_duration_seconds_count"} <= grown, grown
    value = {name: number for (name, labels), number in after.items() if not labels}
    assert value["rogatory_blob_bytes"] > 30_000 and value["rogatory_log_size"] > 10 and value["rogatory_parties"] == 3
    assert value["rogatory_sign_ins_total"] >= 5 and value["rogatory_commits_total"] > 5
    # One that is committed while they are read stands in the one and not yet in the other.
    both = ("rogatory_commit_duration_seconds_count", "rogatory_commits_total")
    assert soon(lambda: len({number for name, _, number in exported(w.metrics())[1] if name in both}) == 1), w.metrics()
    assert value["rogatory_disk_free_bytes"] > 0 and value["rogatory_database_bytes"] > 0 and value["process_open_fds"] > 10
    assert value["rogatory_certificate_not_after_timestamp_seconds"] > 1_700_000_000
    assert value["rogatory_integrity_faults"] == value["rogatory_integrity_unchecked"] == 0
    assert after[("rogatory_mode", (("mode", "normal"),))] == 1


def board_and_rules_name_nothing_else(w):
    types, values = exported(w.metrics())
    names = {name for name, _, _ in values}
    board = json.loads((FOLDER / "grafana-board.json").read_text())
    expressions = [target["expr"] for panel in board["panels"] for target in panel.get("targets", [])]
    expressions += [variable["query"] for variable in board["templating"]["list"] if variable["type"] == "query"]
    rules = (FOLDER / "rogatory-alerts.yml").read_text()
    expressions += re.findall(r"^ *expr: (.*)$", rules, re.MULTILINE)
    assert len(expressions) > 50, len(expressions)
    used = {name for expression in expressions for name in NAME.findall(expression)}
    # A server of this test has no co-signers: these have a type and no line.
    known = names | set(types)
    assert used <= known, f"not exported: {sorted(used - known)}"
    # And what is exported is looked at somewhere.
    unused = {name for name in types if not any(one.startswith(name) for one in used)}
    assert not unused, f"on no board and in no rule: {sorted(unused)}"
    for label, value in re.findall(r"(route|status|mode|job)[!=~]+\"([^\"]+)\"", " ".join(expressions)):
        for one in value.split("|"):
            there = {labels.get(label) for _, labels, _ in values}
            # This server has neither co-signers nor a mail server, and tells nobody's machine.
            assert one in there or one in ("$job", "rogatory", "cosigned", "mail", "webhooks"), f"{label}={one} is never exported"
    # Every alert says what to do.
    assert rules.count("- alert:") == rules.count("action:") == rules.count("summary:")


def done(w, jobs):
    """Once they are there: the whole log is read right after the start."""
    soon(lambda: set(last_done(w)) == jobs)
    return last_done(w)


def last_done(w):
    return {labels["job"]: value for name, labels, value in exported(w.metrics())[1] if name == "rogatory_job_last_done_timestamp_seconds"}


def what_never_gets_done_is_missed_from_the_start_on(w):
    found = done(w, {"tidy", "integrity"})
    assert set(found) == {"tidy", "integrity"}, found
    good = w.server.config.read_text()
    assert w.server.stop_alone() == 0
    before = int(time.time())
    # Nobody listens there: no mail ever goes.
    w.server.config.write_text(good + f'\n[mail]\nurl = "smtp://127.0.0.1:{free_port()}"\nfrom = "a@b.example"\nplain_on_this_machine = true\n')
    w.server.start()
    found = done(w, {"tidy", "integrity", "mail"})
    assert set(found) == {"tidy", "integrity", "mail"} and all(before <= at <= time.time() for at in found.values()), found
    # So no rule may ask for more than the time that has passed.
    rules = (FOLDER / "rogatory-alerts.yml").read_text()
    stale = re.findall(r"^ *expr: (time\(\) - rogatory_(?:job_last_done|cosigner_heard).*)$", rules, re.MULTILINE)
    assert len(stale) == 5 and all(re.fullmatch(r"time\(\) - [a-z_]+(\{job=\"[a-z]+\"\})? > [0-9]+", one) for one in stale), stale
    assert w.server.stop_alone() == 0
    w.server.config.write_text(good)
    w.server.start()


def nothing_is_about_anybody(w):
    text = w.metrics()
    for _, labels, _ in exported(text)[1]:
        assert set(labels) <= LABELS, labels
    log = w.server.log_text()
    secrets = [*(person.user for person in w.cast.people.values()), "SEN", "X-OTP", "mbacke", "Mbacke", "villa", "127.0.0.1", str(w.server.data)]
    for secret in secrets:
        assert secret not in text, f"{secret} in the metrics"
    for secret in [*(person.user for person in w.cast.people.values()), "mbacke", "Mbacke", "villa", "127.0.0.1"]:
        assert secret not in log, f"{secret} in the log"


def log_lines_are_json_with_the_documented_fields(w):
    guides = [(ROOT / guide).read_text() for guide in ("docs/en/administrators.md", "docs/fr/administrateurs.md")]
    lines = [json.loads(line) for line in w.server.log_text().splitlines()]
    assert len(lines) > 20
    for line in lines:
        assert set(line) <= FIELDS and {"time", "level", "message"} <= set(line) and line["level"] in ("debug", "info", "warning", "error"), line
    for guide in guides:
        for field in FIELDS:
            assert f"`{field}`" in guide, f"the guide does not tell what {field} is"


STEPS = [is_in_the_form_that_prometheus_reads, counts_what_happens, board_and_rules_name_nothing_else, what_never_gets_done_is_missed_from_the_start_on, nothing_is_about_anybody,
         log_lines_are_json_with_the_documented_fields]


if __name__ == "__main__":
    sys.exit(play("monitoring", "a server, Senegal and the Prosecutor, a file sent", World, STEPS))
