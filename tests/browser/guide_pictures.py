#!/usr/bin/env python3
"""The acts that the guides for officials and access managers describe, at the shipped page of a real server, with invented Parties; and the guides' pictures.

Without more, each act is done, and what the pictures in docs/en/pictures and docs/fr/images show is compared with what the page shows now: headings, labels, buttons and links.
With --write the pictures are taken anew, in the language given by --language (needs pngquant and optipng). Look at each before it is committed.
"""
import functools
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support"), str(HERE / "support")]
from guide_story import GuideStory
from page_story import tell

if __name__ == "__main__":
    write = "--write" in sys.argv
    sys.argv = [one for one in sys.argv if one != "--write"]
    sys.exit(tell("guide_pictures", __doc__, functools.partial(GuideStory, write=write)))
