"""deploy/demo's other half: plays the story and, unless --once, keeps the server running for the reader."""
import argparse
import pathlib
import shutil
import signal
import sys
import tempfile
import time

from documents import parse_size, room_for, spell_size
from installation import BIN, Failed
from story import Story


def keep_running(story):
    cast = story.cast
    print("\nThe server keeps running at", story.server.url)
    print("Everybody is signed in; these commands act for them (Ctrl-C ends everything):\n")
    for name, words, line in (("OTP2", "the Prosecutor's list", "dossier list"),
                              ("SEN1", "Senegal's delivery record", f"receipts {story.dossier['X-OTP'][:8]}"),
                              ("REG1", "the Registry sees nothing", "dossier list"),
                              ("FRA1", "in French", "--lang fr dossier list")):
        person = cast[name]
        print(f"  # {words}\n  {BIN}/rogatory --profile {person.profile} --ca {story.server.certificate} {line}")
    print("\nSign-ins (a session ends after 15 minutes without a command):\n")
    for name in ("SEN1", "SEN2", "OTP1", "OTP2", "FRA1", "REG1", "ADMIN"):
        person = cast[name]
        print(f"  {name:<6} --user {person.user:<16} --passphrase-file {person.passphrase_file} --totp-secret-file {person.totp_secret_file}")
    sys.stdout.flush()
    signal.sigwait({signal.SIGINT, signal.SIGTERM})


def main():
    parser = argparse.ArgumentParser(prog="deploy/demo")
    parser.add_argument("--once", action="store_true")
    parser.add_argument("--size", default="2GiB")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--folder", type=pathlib.Path)
    arguments = parser.parse_args()

    # Not under a long path: the keepers' sockets lie below, and a socket's path has 107 bytes.
    folder = arguments.folder or pathlib.Path(tempfile.mkdtemp(prefix="rogatory-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    # Original, sealed twice on the server, drafts, downloads, exported and opened by stock age.
    needed = 9 * parse_size(arguments.size) + (1 << 29)
    if not room_for(folder, needed):
        print(f"deploy/demo: {folder} has less than {spell_size(needed)} free; use --size or --folder", file=sys.stderr)
        return 8
    if not arguments.once:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})

    story, started = Story(folder, arguments.size, arguments.seed), time.monotonic()
    print(f"Everything lies in {folder}; seed {story.seed}.")
    try:
        story.play()
        print("\nFigures of this run")
        for what, value in story.figures:
            print(f"  {what}: {value}")
        print(f"\nAll {story.steps} steps hold ({time.monotonic() - started:.0f} s).")
        if not arguments.once:
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
            keep_running(story)
        return 0
    except Failed as failure:
        print(f"\n✗ step {story.steps}: {failure}", file=sys.stderr)
        print(f"\nThe server's last words:\n{story.server.log_tail()}\n\nEverything is kept in {folder}; the same again: --seed {story.seed}", file=sys.stderr)
        arguments.folder = folder
        return 1
    finally:
        if story.server.process and story.server.process.poll() is None:
            story.server.process.terminate()
            story.server.process.wait(30)
        if story.cast:
            for person in story.cast.people.values():
                person.lock()
        if arguments.folder is None:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
