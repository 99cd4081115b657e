#!/usr/bin/env python3
"""Passkeys at the pages, against the real server, with Chromium's own authenticator in software: as the second factor from the
first day, for an access manager's act, alone where the authenticator can open the keys, beside the six digits, and taken away."""
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support"), str(HERE / "support")]
from page_story import tell
from passkey_story import PasskeyStory

if __name__ == "__main__":
    sys.exit(tell("passkey_screens", __doc__, PasskeyStory))
