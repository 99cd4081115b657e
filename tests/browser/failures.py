#!/usr/bin/env python3
"""What a person reads when something fails, brought about for real against the real server with the shipped page: the ten of “When
something fails”, a limit of the server, a wrong code and a wrong clock. In both languages: the very sentences of the catalogue, what the
button beside them does, and that nothing typed is lost. Pictures of each at 320 and 1440 pixels."""
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support"), str(HERE / "support")]
from failures_story import FailuresStory
from page_story import tell

if __name__ == "__main__":
    sys.exit(tell("failures", __doc__, FailuresStory))
