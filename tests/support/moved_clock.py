"""A world whose clocks go on by days: server, co-signers and people alike."""
import shutil
import subprocess

from cases import Skip


class MovedClock:
    def __init__(self, server, cast):
        self.server, self.cast = server, cast
        self.later, self.preload = 0, ""

    def clock(self):
        # Waits are by the monotonic clock, which is nobody's to set.
        return {"LD_PRELOAD": self.preload, "FAKETIME": f"+{self.later}h", "FAKETIME_DONT_FAKE_MONOTONIC": "1"} if self.later else {}

    def run(self, person, *words, **more):
        return person.run(*words, environment=self.clock(), **more)

    def pass_hours(self, hours):
        """Everybody's clock goes on: server and co-signers start anew with it, people sign in again."""
        if shutil.which("faketime") is None:
            raise Skip("faketime is not installed")
        self.later += hours
        self.preload = subprocess.run(["faketime", "-f", f"+{self.later}h", "printenv", "LD_PRELOAD"], check=True, capture_output=True,
                                      text=True).stdout.strip()
        self.cast.sign_out_all()
        self.server.stop()
        for witness in self.server.witnesses:
            witness.environment = self.clock()
        self.server.start(**self.clock())

    def sign_in(self, *people):
        for person in people:
            person.sign_in(environment=self.clock())
