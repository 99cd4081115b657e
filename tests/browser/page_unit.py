#!/usr/bin/env python3
"""What the web client's code says of itself without a browser: types and accessibility hints (svelte-check), then its unit,
vector and live tests (vitest), each counted by name."""
import os
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from cases import Cases, Skip

ROOT = pathlib.Path(__file__).resolve().parents[2]
APP = ROOT / "web/app"
NODE = [ROOT / "deploy/node", APP, "npx", "--no-install"]


def checked(cases):
    with cases.case("svelte-check finds neither error nor warning"):
        run = subprocess.run([*NODE, "svelte-check", "--tsconfig", "./tsconfig.json", "--fail-on-warnings", "--output", "machine"],
                             capture_output=True, text=True)
        assert run.returncode == 0, "\n".join(line for line in run.stdout.splitlines() if " ERROR " in line or " WARNING " in line) or run.stderr


def tested(cases):
    """Every case of vitest's report becomes a case here; a run that leaves no report is a failure of its own."""
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder) / "vitest.xml"
        run = subprocess.run([*NODE, "vitest", "run", "--reporter=default", "--reporter=junit", f"--outputFile.junit={report}"],
                             text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, "CI": "true", "NO_COLOR": "1"})
        if not report.exists():
            with cases.case("vitest leaves a report"):
                raise AssertionError(run.stdout[-4000:])
            return
        seen_failure = False
        for one in ElementTree.parse(report).getroot().iter("testcase"):
            bad = one.find("failure") if one.find("failure") is not None else one.find("error")
            with cases.case(f"{one.get('classname')}: {one.get('name')}"):
                if one.find("skipped") is not None:
                    raise Skip("skipped by the test itself; its output says why")
                if bad is not None:
                    seen_failure = True
                    raise AssertionError((bad.get("message") or "") + "\n" + (bad.text or ""))
        if run.returncode != 0 and not seen_failure:
            with cases.case("vitest ends well"):
                raise AssertionError(run.stdout[-4000:])


def main():
    cases = Cases("page_unit")
    checked(cases)
    tested(cases)
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
