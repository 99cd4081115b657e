#!/usr/bin/env python3
"""The working screens against the real server, with the command line as the counterpart: what one end seals the other opens."""
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support"), str(HERE / "support")]
from page_story import tell
from working_story import WorkingStory

if __name__ == "__main__":
    sys.exit(tell("working_screens", __doc__, WorkingStory))
