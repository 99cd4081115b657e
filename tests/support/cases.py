"""Cases of a test written in Python: run each, go on after a failure, leave a JUnit report for run_tests.py.

    cases = Cases("lint_sql")
    with cases.case("no SELECT * in storage"):
        assert not found, found
    sys.exit(cases.finish())
"""
import contextlib
import os
import pathlib
import sys
import time
import traceback
import xml.etree.ElementTree as ElementTree


class Skip(Exception):
    """Raised inside a case to say, with the reason, that it cannot run here."""


class Cases:
    def __init__(self, name):
        self.name = name
        self.results = []  # (title, seconds, kind, text)

    @contextlib.contextmanager
    def case(self, title):
        started = time.monotonic()
        kind, text = "passed", ""
        try:
            yield
        except Skip as reason:
            kind, text = "skipped", str(reason)
        except Exception as failure:
            kind = "failed"
            text = str(failure) if isinstance(failure, AssertionError) and str(failure) else traceback.format_exc()
        seconds = time.monotonic() - started
        self.results.append((title, seconds, kind, text))
        mark = {"passed": "✓", "failed": "✗", "skipped": "-"}[kind]
        print(f"{mark} {title}" + (f": {text}" if text else ""), flush=True)

    def count(self, kind):
        return sum(1 for result in self.results if result[2] == kind)

    def finish(self):
        """Writes the report and prints the count; returns the exit code."""
        suite = ElementTree.Element("testsuite", name=self.name)
        for title, seconds, kind, text in self.results:
            element = ElementTree.SubElement(suite, "testcase", classname=self.name, name=title, time=f"{seconds:.3f}")
            if kind == "failed":
                # XML 1.0 cannot carry most control characters, and a child's output may hold them.
                printable = "".join(c if c in "\n\t" or ord(c) >= 32 else "?" for c in text)
                ElementTree.SubElement(element, "failure", message=printable)
            elif kind == "skipped":
                ElementTree.SubElement(element, "skipped", message=text)
        folder = os.environ.get("ROGATORY_REPORTS")
        if folder:
            path = pathlib.Path(folder)
            path.mkdir(parents=True, exist_ok=True)
            ElementTree.ElementTree(suite).write(path / f"{self.name}.xml", encoding="utf-8", xml_declaration=True)
        summary = os.environ.get("ROGATORY_SUMMARY")
        if summary:
            pathlib.Path(summary).write_text(f"{self.count('passed')} {self.count('failed')} {self.count('skipped')}\n")
        skipped = self.count("skipped")
        print(f"{self.count('passed')} passed, {self.count('failed')} failed" + (f", {skipped} skipped" if skipped else ""))
        sys.stdout.flush()
        return 1 if self.count("failed") or not self.results else 0
