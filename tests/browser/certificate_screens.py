#!/usr/bin/env python3
"""A State that lets its people in with a certificate of its own authority only, at the page in a real Chromium: one that has certificates
in its store shows the right one, and who has none is told."""
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support"), str(HERE / "support")]
from certificate_story import CertificateStory
from page_story import tell

if __name__ == "__main__":
    sys.exit(tell("certificate_screens", __doc__, CertificateStory))
