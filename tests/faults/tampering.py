"""That the checker can fail: after officials have worked, something is taken away, added or altered behind the server's back."""
import shutil

import previous_schema
from grounds import Folder
from world import Lost, World


def sql(world, script):
    previous_schema.ask(world.server.data / "rogatory.db", previous_schema.key_of(world.server.data), "PRAGMA foreign_keys = OFF;\n" + script)


def blob_files(world):
    files = [path for path in (world.server.data / "blobs").rglob("*") if path.is_file() and path.stat().st_size > 1000]
    assert files, "no upload lies on the disk"
    return sorted(files)


def an_upload_cut(world):
    path = max(blob_files(world), key=lambda one: one.stat().st_size)
    with open(path, "r+b") as file:
        file.truncate(path.stat().st_size - 1)


def an_upload_altered(world):
    with open(blob_files(world)[0], "r+b") as file:
        file.seek(500)
        byte = file.read(1)
        file.seek(500)
        file.write(bytes([byte[0] ^ 1]))


def an_upload_gone(world):
    blob_files(world)[0].unlink()


def a_sealed_body_gone(world):
    sql(world, "DELETE FROM inline_blob WHERE rowid = (SELECT max(rowid) FROM inline_blob);")


def a_statement_altered(world):
    sql(world, "UPDATE statement SET envelope = CAST(envelope || ' ' AS BLOB) WHERE log_index = (SELECT max(log_index) FROM statement);")


def a_statement_gone(world):
    sql(world, "DELETE FROM statement WHERE log_index = (SELECT max(log_index) FROM statement);")


def an_earlier_day(world):
    """All of the data directory as it was before the last statements: every checkpoint since then is of a tree that is gone."""
    shutil.rmtree(world.server.data)
    shutil.copytree(world.folder / "earlier", world.server.data)


def something_never_sent(world):
    """A statement that the ledger does not know: for the checker it was never sent."""
    world.tell("forget")


ALL = [
    ("an upload's last byte is gone", an_upload_cut), ("a byte of an upload is another", an_upload_altered),
    ("an upload is gone", an_upload_gone), ("a sealed body is gone", a_sealed_body_gone),
    ("a statement is altered", a_statement_altered), ("a statement is gone", a_statement_gone),
    ("a backup of an earlier hour is put in the place", an_earlier_day), ("something is there that nobody sent", something_never_sent),
]

FEW = [ALL[1], ALL[5], ALL[7]]  # of each sort one: where every second counts


def must_be_found(tamper):
    with World(Folder, 7) as world:
        world.start_well()
        world.work(20)
        world.tell("finish")
        world.check()
        world.server.stop_alone()
        shutil.copytree(world.server.data, world.folder / "earlier")
        world.start_well()
        world.work(20)
        world.tell("finish")
        world.check(everything=True)
        world.server.stop_alone()
        tamper(world)
        # Some of it the server sees by itself, and then reads only: the checker is to find it all the same.
        assert world.start(path="/livez"), world.server.log_tail()
        try:
            world.check(everything=True)
        except Lost:
            assert world.last["lost_count"] + world.last["visible_count"] > 0, world.last
            return
        raise AssertionError("the checker found nothing")
