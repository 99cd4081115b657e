"""The kinds of faults: what a round of each does to a server under work. A round that finds anything raises Lost."""
import collections
import shutil
import signal
import subprocess
import sys
import time

import grounds
import previous_schema
from command_line import CommandLine
from grounds import Folder, NotHere, OwnFileSystem
from installation import Failed, Server
from network import Line
from world import BUILD, BIN, Lost, World

KILLED = -signal.SIGKILL


class Kind:
    """`per_world` rounds share a server and its clients, so that each round meets what earlier ones left."""

    name = ""
    per_world = 50
    short = 3
    long = 100

    def __init__(self):
        self.points = collections.Counter()  # how often each of its moments or mixtures was struck
        self.injected = 0

    def world(self, seed):
        return World(Folder, seed)

    def begin(self, world):
        world.start_well()
        world.check()

    def round(self, world):
        raise NotImplementedError

    def end(self, world):
        world.end()


def somewhere(world, most=8):
    """Each magnitude from a millisecond to a quarter of a second as often as the others."""
    time.sleep(world.random.random() * (1 << world.random.randrange(1, most + 1)) / 1000)


class Kill9(Kind):
    """SIGKILL at any moment of officials at work."""

    name, short, long = "kill9", 15, 1000

    def round(self, world):
        world.work()
        somewhere(world)
        world.server.kill()
        world.tell("stop")
        world.start_well()
        world.check()
        self.points["at work"] += 1


# Where a death is worth most, told by the call that is due: the product needs no hook for it. {n} is drawn anew each time.
WAL, DATABASE, BLOB = "*/rogatory.db-wal", "*/rogatory.db", "*/blobs/*/*"
POINTS = {
    "in the middle of a transaction's pages": (f"pwrite:{WAL}:n={{n}}:kill", 60),
    "half a page written": (f"pwrite:{WAL}:n={{n}}:torn", 60),
    "all pages written, not on the disk": (f"fsync,fdatasync:{WAL}:n={{n}}:kill", 12),
    "committed, nobody told": (f"fsync,fdatasync:{WAL}:n={{n}}:after", 12),
    "an answer is about to go": ("send,write:socket?*:n={n}:kill", 40),
    "an answer has just gone": ("send,write:socket?*:n={n}:after", 40),
    "pages going from the log to the database": (f"pwrite:{DATABASE}:n={{n}}:kill", 30),
    "half a page of the database written": (f"pwrite:{DATABASE}:n={{n}}:torn", 30),
    "the database's pages not on the disk": (f"fsync,fdatasync:{DATABASE}:n=1:kill", 1),
    "the database's pages on the disk": (f"fsync,fdatasync:{DATABASE}:n=1:after", 1),
    "some bytes of an upload": (f"pwrite:{BLOB}:n={{n}}:kill", 12),
    "half a piece of an upload": (f"pwrite:{BLOB}:n={{n}}:torn", 12),
    "bytes of an upload not on the disk": (f"fdatasync:{BLOB}:n={{n}}:kill", 8),
    "bytes of an upload on the disk, row not": (f"fdatasync:{BLOB}:n={{n}}:after", 8),
    "a complete upload without its name": (f"rename:{BLOB}:n={{n}}:kill", 3),
    "a complete upload with its name, folder not": (f"rename:{BLOB}:n={{n}}:after", 3),
    "a folder of uploads not on the disk": ("fsync:*/blobs/??:n={n}:kill", 6),
    "a folder of uploads on the disk": ("fsync:*/blobs/??:n={n}:after", 6),
    "withdrawn, its file still there": (f"unlink:{BLOB}:n=1:kill", 1),
    "withdrawn, its file just gone": (f"unlink:{BLOB}:n=1:after", 1),
}
AT_START = {
    "recovering": ("pwrite,write,fsync,fdatasync,ftruncate,rename,unlink:*/data/*:n={n}:kill", 6),
}


class Failpoint(Kind):
    """Dies at a named place: at the nth call of a sort, or within it."""

    name, short, long = "failpoint", len(POINTS) + 1, 1000

    def __init__(self):
        super().__init__()
        self.left = []

    def next_point(self, world):
        if not self.left:
            self.left = [*POINTS.items(), *AT_START.items()]
            world.random.shuffle(self.left)
        name, (rule, most) = self.left.pop()
        return name, rule.format(n=world.random.randint(1, most))

    def round(self, world):
        name, rule = self.next_point(world)
        world.server.kill()
        if name in AT_START:
            # Something to recover from, then a death while recovering.
            world.start_well()
            world.work(10)
            world.server.kill()
            world.tell("stop")
            struck = not world.start(rule, armed=True) and world.ended(1) == KILLED
        else:
            world.start(rule)
            world.control.arm()
            world.tell("work")
            struck = world.ended(10) == KILLED
            world.control.arm(False)
            world.tell("stop")
        if struck:
            self.points[name] += 1
        else:
            self.points["not come to: " + name] += 1
        world.restart()
        world.check()


class Migration(Kind):
    """Dies while the schema is brought forward over a server's content."""

    name, per_world, short, long = "migration", 40, 2, 100

    def begin(self, world):
        super().begin(world)
        world.work(30)
        world.tell("finish")
        world.server.stop_alone()

    def round(self, world):
        calls = world.random.choice(["pwrite", "fsync,fdatasync"])
        how = world.random.choice(["kill", "after"] + (["torn"] if calls == "pwrite" else []))
        # A small migration makes few calls: where the nth was not come to, an earlier one is taken, and the first is there.
        most = 40 if calls == "pwrite" else 4
        while True:
            world.server.stop_alone()
            name = previous_schema.put_back(world.server.data)
            nth = world.random.randint(1, most)
            if not world.start(f"{calls}:*/rogatory.db*:n={nth}:{how}", armed=True):
                break
            if nth == 1:
                raise Lost(f"no {calls} while {name} ran")
            most = nth - 1
        self.points[f"in {name}"] += 1
        world.restart()
        applied = previous_schema.newest(world.server.data)
        if applied != name:
            raise Lost(f"the schema stands at {applied}")
        world.check(everything=True)


class IoErrors(Kind):
    """Calls fail with EIO, or do half of what they were asked, with a chance. A failed fsync must end the process."""

    name, per_world, short, long = "io-errors", 40, 6, 600
    WRITES = "pwrite,write,ftruncate,rename,unlink,mkdir"
    MIXTURES = ("writes", "writes cut short", "syncs", "all", "all, from the start", "syncs of the database's pages")

    def round(self, world):
        mixture = self.MIXTURES[sum(self.points.values()) % len(self.MIXTURES)]
        chance = world.random.choice([0.05, 0.2] if "sync" in mixture else [0.002, 0.01, 0.05, 0.2])
        rules = {
            "writes": f"{self.WRITES}:*/data/*:p={chance}:EIO",
            "writes cut short": f"pwrite,write:*/data/*:p={chance}:short;{self.WRITES}:*/data/*:p={chance / 4}:EIO",
            "syncs of the database's pages": f"fsync,fdatasync:{DATABASE}:n=1:EIO",
            "syncs": f"fsync,fdatasync:*/data/*:p={chance}:EIO",
        }
        rule = rules.get(mixture, f"{self.WRITES},fsync,fdatasync:*/data/*:p={chance}:EIO")
        before, syncs_before = world.control.injected, world.control.failed_syncs
        world.server.kill()
        started = world.start(rule, armed=mixture == "all, from the start")
        if started:
            world.control.arm()
            world.tell("work")
            world.ended(10 if "pages" in mixture else world.random.choice([0.3, 1.0]))
        # Nothing fails from here on: what is seen now is all there is to see.
        world.control.arm(False)
        died = world.server.process.poll()
        syncs = world.control.failed_syncs - syncs_before
        if syncs:
            code = world.ended(60)
            if code is None:
                raise Lost(f"{mixture}: {syncs} fsync failed and the process goes on")
            if code < 0:
                raise Failed(f"{mixture}: ended by signal {-code} after a failed fsync\n{world.server.log_tail(5)}")
        elif died is not None and started:
            raise Failed(f"{mixture}: ended with {died} and no fsync had failed\n{world.server.log_tail(5)}")
        self.injected += world.control.injected - before
        self.points[mixture] += 1
        if world.server.process.poll() is None and world.random.random() < 0.5:
            # The device has recovered, the same process goes on.
            world.tell("finish")
            world.check()
            return
        world.tell("stop")
        world.restart()
        world.check()


class DiskFull(Kind):
    """The device of a running server fills up: refusals that say so, reading goes on, and it works again when there is room."""

    name, per_world, short, long = "disk-full", 20, 2, 100

    def world(self, seed):
        return World(lambda folder: OwnFileSystem(folder, 160), seed, reserve=0)

    def round(self, world):
        world.work(5)
        refused = int(world.tell("refusals"))
        leave = world.random.choice([0, 0, 4096, 65_536, 1 << 20])
        world.ground.fill(leave)
        # Until somebody has met it, and then a little on.
        until = time.monotonic() + 60
        while time.monotonic() < until and world.server.process.poll() is None:
            time.sleep(0.2)
            if int(world.tell("refusals")) > refused and world.random.random() < 0.2:
                break
        # With delayed allocation a full device may show in an fsync first: then the process has ended, as it must.
        died = world.server.process.poll()
        world.was_full = getattr(world, "was_full", False) or died is not None
        how = "refused" if died is None else "ended by a failed fsync"
        if died is not None and died < 0:
            raise Failed(f"ended by signal {-died}")
        world.tell("stop")
        if died is None:
            found = world.check()  # reading goes on while the device is full
            if found["refusals"]:
                how = "refused, and read meanwhile"
        if died is not None or world.random.random() < 0.3:
            if died is None:
                world.server.kill()
            if world.start():
                world.check()
                how += ", started while full"
            else:
                how += ", start refused while full"
        world.ground.make_room()
        if world.server.process.poll() is not None:
            world.start_well()
        self.points[how] += 1
        if not world.work(5, seconds=120):
            raise Lost("nothing goes on when there is room again")
        world.tell("finish")
        world.check()

    def end(self, world):
        if not world.last["refusals"] and not world.was_full:
            raise Lost("the device was never full")
        world.end()


class PowerCut(Kind):
    """The file system loses its power under a working server, is mounted again, and the server starts.

    What is answered after the cut has begun counts as unanswered: the ioctl takes a moment in which fdatasync() says yes to what is
    gone (a bare loop of write and fdatasync lost what it was told in 7 of 80 cuts, none of it told before the cut)."""

    name, per_world, short, long = "power-cut", 40, 6, 300

    def world(self, seed):
        return World(lambda folder: OwnFileSystem(folder, 1024), seed)

    def begin(self, world):
        super().begin(world)
        self.set_up_is_durable(world)

    def set_up_is_durable(self, world):
        """`rogatoryd init` has said that it is done: the power may go."""
        folder = world.folder / "set-up"
        folder.mkdir()
        ground = OwnFileSystem(folder, 256)
        try:
            server = Server(folder)
            server.data, server.config = ground.path / "data", ground.path / "data/rogatoryd.toml"
            server.make()
            ground.cut()
            ground.power_again()
            done = subprocess.run([str(BIN / "rogatoryd"), "check", "--config", str(server.config)], capture_output=True, text=True)
            if done.returncode != 0:
                raise Lost(f"after init and a power cut: {done.stderr}{done.stdout}")
            self.points["right after init"] += 1
        finally:
            ground.close()

    def round(self, world):
        world.work()
        somewhere(world)
        world.tell("doubt")
        world.ground.cut()
        if world.random.random() < 0.5:
            self.points["the process saw it and ended" if world.ended(0.3) is not None else "the process lived on until killed"] += 1
        else:
            self.points["the process ended with it"] += 1
        world.server.kill()
        world.tell("stop")
        world.ground.power_again()
        world.start_well()
        world.check()


class Clock(Kind):
    """The server's wall clock jumps by a day, forward and back, while it runs and across restarts."""

    name, per_world, short, long = "clock", 10, 1, 40
    DAY = 86_400

    def round(self, world):
        world.control.clock(0)
        world.tell("clock 0")
        if world.tell("session") != "ok" and world.tell("sign-in") != "ok":
            raise Lost("nobody can sign in")
        world.work(5)
        world.tell("finish")
        # The server's clock alone: everybody else's is right. What expires goes by the latest time that the server has ever
        # seen, so each round goes a day further.
        world.days = getattr(world, "days", 0) + 1
        world.control.clock(world.days * self.DAY)
        if world.tell("session") == "ok":
            raise Lost("a session lives a day after its last use")
        world.control.clock(0)
        if world.tell("session") == "ok":
            raise Lost("the clock was set back and revived a session")
        restart = world.random.random() < 0.5
        if restart:
            world.restart()
            if world.tell("session") == "ok":
                raise Lost("a restart revived a session")
        if world.tell("sign-in") != "ok":
            raise Lost("nobody can sign in after the clock was set back")
        if not world.work(5):
            raise Lost("nothing is taken after the clock was set back")
        world.control.clock(-self.DAY)  # in the middle of work
        time.sleep(0.2)
        world.tell("stop")
        if world.random.random() < 0.5:
            world.restart()
        if world.tell("session") != "ok":
            raise Lost("a clock a day behind ended a session")
        world.tell(f"clock {-self.DAY}")
        if not world.work(5):
            raise Lost("nothing is taken a day behind, from people whose clocks say the same")
        world.tell("finish")
        world.check()
        self.points["restarted between" if restart else "in one life"] += 1

    def end(self, world):
        world.control.clock(0)
        world.tell("clock 0")
        world.end(known=["check.clock_back"])
        times = [int(line) for line in world.server.rows("SELECT appended_at FROM statement ORDER BY log_index;")]
        back = sum(1 for earlier, later in zip(times, times[1:]) if later < earlier)
        if not times or back:
            raise Lost(f"times of the log went back {back} times among {len(times)}")


class Connection(Kind):
    """Packets are lost, connections are reset or fall silent, in a network of their own; the server is never restarted. Where there
    can be no such network, a proxy cuts connections at chosen offsets instead."""

    name, per_world, short, long = "connection", 30, 2, 200

    RULES = {
        "2 % lost": "numgen random mod 100 < 2 drop", "20 % lost": "numgen random mod 100 < 20 drop",
        "silence": "drop", "1 % reset": "numgen random mod 100 < 1 reject with tcp reset",
        "10 % reset": "numgen random mod 100 < 10 reject with tcp reset",
    }

    def __init__(self):
        super().__init__()
        self.line = None
        try:
            grounds.own_network()
        except NotHere as reason:
            print(f"connection: no packets are disturbed, a proxy cuts instead: {reason}", file=sys.stderr, flush=True)
            self.line = Line().__enter__()

    def world(self, seed):
        return World(Folder, seed, line=self.line)

    def round(self, world):
        world.work()
        if self.line:
            name = self.cut_at_offsets(world)
        else:
            name, rule = world.random.choice([*self.RULES.items()])
            grounds.disturb(world.server.port, rule)
            time.sleep(0.2 + world.random.random() / 2)
            grounds.disturb(world.server.port, "")
        world.tell("finish")
        world.check()
        if world.server.process.poll() is not None:
            raise Failed("the server has ended")
        self.points[name] += 1


    def cut_at_offsets(self, world):
        for _ in range(20):
            self.line.after(world.random.choice(["up", "down"]), world.random.randrange(1, 1 << world.random.randrange(1, 20)))
            time.sleep(0.05)
        with self.line.lock:
            self.line.triggers.clear()
        return "cut by a proxy"


class ByCommandLine(Kind):
    """kill -9 while the real command line sends and adds (command_line.py)."""

    name, short, long = "command-line", 3, 60

    def run_all(self, rounds, seed):
        folder = grounds.work_folder()
        people = CommandLine(folder, seed)
        try:
            for _ in range(rounds):
                people.round()
            people.finish()
        finally:
            people.close()
        shutil.rmtree(folder, ignore_errors=True)
        self.points["while a command was at work"] = people.killed_midway
        return len(people.acknowledged), f"{len(people.acknowledged)} items"


class Signer(Kind):
    """kill -9 around the log's signer with three real witnesses (signer_loop.cpp), which has its own checker."""

    name, per_world, short, long = "signer", 1000, 6, 1000

    def run_all(self, rounds, seed):
        done = subprocess.run([str(BUILD / "tests/signer_loop"), str(BIN / "rogatory"), str(rounds), str(seed)], capture_output=True,
                              text=True)
        if done.returncode != 0:
            raise Lost(f"signer_loop --seed {seed}: {done.stderr.strip()}")
        words = done.stdout.splitlines()[-1]
        self.points["server or witness killed"] += rounds
        return int(words.split()[0]), words


ALL = {kind.name: kind for kind in (Kill9, Failpoint, Migration, IoErrors, DiskFull, PowerCut, Clock, Connection, ByCommandLine, Signer)}
