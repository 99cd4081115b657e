#!/usr/bin/env python3
"""Something for a State that cannot receive yet, at the pages against the real server: kept as a draft, changed by a colleague in French,
sent when the page says so; and the other way out, a file to a key on paper."""
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support"), str(HERE / "support")]
from drafts_story import DraftsStory
from page_story import tell

if __name__ == "__main__":
    sys.exit(tell("drafts_screens", __doc__, DraftsStory))
