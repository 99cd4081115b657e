#!/usr/bin/env python3
"""Coming in, staying in and administering, against the real server with the shipped page: an administrator enrols and invites, a
State is founded by two people in one sitting, an officer and a reader enrol, people lock, unlock, change and lose what they sign in
with. Headings are counted: six screens for a founder, four for anybody else."""
import pathlib
import shutil
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support"), str(HERE / "support")]
from account_story import AccountStory
from browser import Browser
from cases import Cases


def main():
    cases = Cases("account_screens")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rogatory-account-"))
    browser = Browser()
    story = AccountStory(folder, browser)
    going = True
    try:
        for title, step in story.steps():
            before = cases.count("failed")
            with cases.case(title):
                assert going, "the step it rests on failed"
                step()
                troubles = story.troubles()
                assert not troubles, f"the console is not silent: {troubles}"
            if cases.count("failed") > before and step.__name__ in story.NEEDED:
                going = False
    finally:
        browser.close()
        story.end()
        if cases.count("failed"):
            print(f"left in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
