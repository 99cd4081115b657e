"""The whole story of deploy/demo with a small large file, a case a step."""
import os
import pathlib
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from cases import Cases
from story import Story


def main():
    cases = Cases("small_story")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rogatory-story-"))
    story = Story(folder, os.environ.get("ROGATORY_STORY_SIZE", "24MiB"))
    print(f"seed {story.seed}")
    try:
        for title, name in story.STEPS:
            with cases.case(title):
                story.step(title, getattr(story, name))
            if cases.count("failed"):
                print(story.server.log_tail())
                break
    finally:
        if story.server.process and story.server.process.poll() is None:
            story.server.stop()
        if story.cast:
            story.cast.sign_out_all()
        if not cases.count("failed"):
            shutil.rmtree(folder, ignore_errors=True)
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
