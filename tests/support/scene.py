"""A server with Senegal and the Prosecutor on it, two access managers each, and the steps of a test that are played there in order.

    class World(Scene):
        def __init__(self, folder):
            super().__init__(folder)
            self.sender, self.reader = self.cast["SEN1"], self.cast["OTP1"]

    sys.exit(play("memberships", "a server, Senegal and the Prosecutor", World, STEPS))
"""
import pathlib
import shutil
import sys
import tempfile
import time

import cast as casting
from cases import Cases
from installation import Server


def soon(holds, seconds=90):
    """Whether it holds before so much time is over: for what another process does by itself. As long as only one that hangs takes,
    however busy this machine is."""
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


class Scene:
    def __init__(self, folder, server=None, before_start=lambda server: None):
        self.folder = folder
        self.server = server or Server(folder / "server")
        self.server.init()
        before_start(self.server)
        self.server.start()
        self.cast = casting.two_parties(folder, self.server)

    def close(self):
        if self.server.process.poll() is None:
            self.server.stop()
        self.cast.sign_out_all()


def play(name, title, scene_of, steps):
    """Each step, a function of the scene, under its own name; the ones that the command line names, or all. Gives the exit code."""
    chosen = [step for step in steps if not sys.argv[1:] or step.__name__ in sys.argv[1:]]
    cases = Cases(name)
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"rogatory-{name.replace('_', '-')}-"))
    scene = None
    try:
        with cases.case(title):
            scene = scene_of(folder)
        for step in chosen if scene else []:
            with cases.case(step.__name__.replace("_", " ")):
                step(scene)
    finally:
        if scene:
            scene.close()
        if cases.count("failed"):
            print(f"kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return cases.finish()
