#!/usr/bin/env python3
"""What a person reads when something fails, brought about for real against the real server with the shipped page: the line cut, the
server down, the disk full. In both languages: the very sentence of the catalogue, what the button beside it does, and that nothing typed
is lost. Pictures of each at 320 and 1440 pixels. By hand until it has all ten of “When something fails”."""
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support"), str(HERE / "support")]
from failures_story import FailuresStory
from page_story import tell

if __name__ == "__main__":
    sys.exit(tell("failures", FailuresStory))
