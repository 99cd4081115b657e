"""Resident memory of processes while something runs, from /proc."""
import pathlib
import threading


def resident(pid):
    """Resident bytes of a process (VmRSS); 0 when it has gone."""
    try:
        for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


class Watch:
    """`with Watch(server=pid) as watch: …; watch.peak["server"]`."""

    def __init__(self, **processes):
        self.processes = processes
        self.start = {name: resident(pid) for name, pid in processes.items()}
        self.peak = dict(self.start)
        self.done = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def add(self, name, pid):
        self.peak.setdefault(name, 0)
        self.processes[name] = pid

    def _run(self):
        while not self.done.wait(0.05):
            for name, pid in list(self.processes.items()):
                self.peak[name] = max(self.peak[name], resident(pid))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()
