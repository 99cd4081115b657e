#!/usr/bin/env python3
"""Requests for assistance at the pages against the real server: the Prosecutor asks ten States in one go, a Senegalese official
answers in French with bank records and a freeze, two others are chased, two requests are closed, and the report's reader counts."""
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support"), str(HERE / "support")]
from casework_story import CaseworkStory
from days import today
from page_story import tell

if __name__ == "__main__":
    today()
    sys.exit(tell("casework_screens", __doc__, CaseworkStory))
