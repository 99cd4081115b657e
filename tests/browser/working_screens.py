#!/usr/bin/env python3
"""The working screens against the real server, with the command line as the counterpart: what one end seals the other opens."""
import os
import pathlib
import shutil
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support"), str(HERE / "support")]
from browser import Browser
from cases import Cases
from working_story import Story


def main():
    cases = Cases("working_screens")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rogatory-working-"))
    browser = Browser()
    story = Story(folder, browser, pathlib.Path(os.environ["ROGATORY_SCREENSHOTS"]) if "ROGATORY_SCREENSHOTS" in os.environ else None)
    try:
        wanted = sys.argv[1:]
        for title, step in story.steps():
            if wanted and step.__name__ not in wanted and step.__name__ not in story.FIRST:
                continue
            before = cases.count("failed")
            with cases.case(title):
                step()
                troubles = story.troubles()
                assert not troubles, f"the console is not silent: {troubles}"
            if cases.count("failed") > before:
                story.failed(title)
                if step.__name__ in story.FIRST:
                    break
    finally:
        browser.close()
        story.end()
        if not cases.count("failed"):
            shutil.rmtree(folder, ignore_errors=True)
        else:
            print(f"left in {folder}")
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
