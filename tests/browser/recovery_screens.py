#!/usr/bin/env python3
"""What people see who have lost something, against the real server with co-signers: the four questions, a sheet on a new computer,
a new invitation, and an authority without any access manager that is taken over 72 hours later."""
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support"), str(HERE.parent / "functional"), str(HERE / "support")]
from page_story import tell
from recovery_story import RecoveryStory

if __name__ == "__main__":
    sys.exit(tell("recovery_screens", __doc__, RecoveryStory))
