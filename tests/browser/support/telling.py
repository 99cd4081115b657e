"""In which language a story is told. Every story can be told in both: its people read that language, and where two meet who read
different ones, the second reads the other.

In both by tests/browser/run. Told once, as CI does for the time it takes, each in the language that stands here: about half of them in each.
"""
import argparse
import os

from wording import LANGUAGES

ONCE = {
    "account_screens": "fr",
    "casework_screens": "en",
    "certificate_screens": "fr",
    "drafts_screens": "fr",
    "failures": "en",
    "guide_pictures": "fr",
    "passkey_screens": "fr",
    "recovery_screens": "en",
    "working_screens": "en",
}


def arguments(name, description):
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("steps", nargs="*", metavar="STEP", help="these steps alone, and those that every other one rests on")
    parser.add_argument("--language", choices=LANGUAGES, default=os.environ.get("ROGATORY_STORY_LANGUAGE") or ONCE[name],
                        help="the language it is told in; else $ROGATORY_STORY_LANGUAGE, else “%(default)s”")
    given = parser.parse_args()
    if given.language not in LANGUAGES:  # argparse does not look at a default
        parser.error(f"ROGATORY_STORY_LANGUAGE is one of {', '.join(LANGUAGES)}")
    return given
