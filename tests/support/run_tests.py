"""Runs CTest in a build tree and counts cases, not programs.

A test program may leave a JUnit report at <build>/reports/<test>.xml: Catch2 programs do, and so do scripts that use
cases.py. Its cases are counted one by one. A test without a report is one case. A test that CTest calls failed although
its report has no failure (a crash, a time-out, a sanitizer's finding at exit) adds one failure, so that nothing is lost.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import xml.etree.ElementTree as ElementTree


def cases_in(report):
    """(passed, failed, skipped) of one JUnit file."""
    passed = failed = skipped = 0
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif case.find("skipped") is not None:
            skipped += 1
        else:
            passed += 1
    return passed, failed, skipped


def failures_in(report, most=800):
    """What failed of one JUnit file, with the beginning of what it said."""
    said = []
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        bad = case.find("failure") if case.find("failure") is not None else case.find("error")
        if bad is not None:
            text = f"{bad.get('message') or ''}\n{bad.text or ''}".strip()
            said.append(f"✗ {case.get('name')}: {text[:most]}")
    return said


def count(build, ctest_report):
    """The sums, a row for each test, and a text for each failure."""
    total = [0, 0, 0]
    rows, failures = [], []
    for test in ElementTree.parse(ctest_report).getroot().iter("testcase"):
        name, status = test.get("name"), test.get("status")
        report = build / "reports" / f"{name}.xml"
        counted = [0, 0, 0]
        said = []
        try:
            counted = list(cases_in(report))
            said = failures_in(report)
        except FileNotFoundError:
            counted[{"run": 0, "fail": 1}.get(status, 2)] = 1
        except ElementTree.ParseError:  # the program ended in the middle of its report
            counted = [0, 1, 0]
        if status == "fail" and counted[1] == 0:
            counted[1] = 1
        if status == "notrun" and counted == [0, 0, 0]:
            counted[1] = 1
        if counted[1]:
            failures += [f"{name} {one}" for one in said] or [f"{name} ✗ without a case that says why: see its output above"]
        rows.append((name, counted, float(test.get("time") or 0)))
        total = [a + b for a, b in zip(total, counted)]
    return total, rows, failures


def names(chosen):
    """Of the tests that this command of CTest would run."""
    listed = subprocess.run([*chosen, "--show-only=json-v1"], capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL).stdout
    return [test["name"] for test in json.loads(listed)["tests"]]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("--jobs", type=int, default=2, help="processors to keep busy")
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--summary", type=pathlib.Path)
    arguments = parser.parse_args()
    build = arguments.build.resolve()

    # Two runs in one tree, of other tests each, leave each other's reports alone.
    ctest_report = build / ("-".join(["ctest", *arguments.only]) + ".xml")
    ctest_report.unlink(missing_ok=True)
    chosen = ["ctest", "--test-dir", str(build)]
    if arguments.only:
        chosen += ["-L", "^(" + "|".join(arguments.only) + ")$"]
    (build / "reports").mkdir(parents=True, exist_ok=True)
    for name in names(chosen):
        (build / "reports" / f"{name}.xml").unlink(missing_ok=True)
    # Two places for each processor: a program of Catch2 or a browser takes two (deploy/cmake/RogatoryTargets.cmake), another script
    # one, because it waits for half of its time: for the next code of a second factor, for a server's start, for an answer.
    places = str(2 * arguments.jobs)
    command = [*chosen, "--output-on-failure", "--no-tests=error", "-j", places, "--output-junit", str(ctest_report)]
    code = subprocess.run(command, stdin=subprocess.DEVNULL).returncode
    if not ctest_report.exists():
        print("run_tests: ctest left no report", file=sys.stderr)
        print("0 passed, 1 failed")
        return 1

    (passed, failed, skipped), rows, failures = count(build, ctest_report)
    print()
    for name, (ok, bad, left), seconds in rows:
        extra = (f", {bad} FAILED" if bad else "") + (f", {left} skipped" if left else "")
        print(f"  {name:<36} {ok:>6} cases  {seconds:>7.1f} s{extra}")
    if code != 0 and failed == 0:
        failed = 1
    line = f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "")
    if arguments.summary:
        arguments.summary.write_text(f"{passed} {failed} {skipped}\n")
        arguments.summary.with_suffix(".failures").write_text("".join(one + "\n" for one in failures))
    # Once more at the end, where they are found: a test's own output has a line for each of its cases.
    for one in failures:
        print(one)
    print(line)
    return 0 if failed == 0 and passed > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
