#!/usr/bin/env python3
"""Coming in, staying in and administering, against the real server with the shipped page: an administrator enrols and invites, a
State is founded by two people in one sitting, an officer and a reader enrol, people lock, unlock, change and lose what they sign in
with. Headings are counted: six screens for a founder, four for anybody else."""
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support"), str(HERE / "support")]
from account_story import AccountStory
from page_story import tell

if __name__ == "__main__":
    sys.exit(tell("account_screens", __doc__, AccountStory))
