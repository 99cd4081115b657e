"""An upgrade loses nothing: a store at the schema before the newest one, with people, files and a log in it, is opened by this program,
and every row of before is there afterwards; people go on where they were."""
import pathlib
import random
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import cast as casting
from documents import same_bytes
from installation import BIN, ROOT
from scene import Scene, play

# How the newest migration is taken back. Whoever adds one writes here what undoes it, so that there is a store of before.
UNDO = {"0014_add_party_audit": "DROP TABLE party_audit;", "0015_add_party_access": "DROP TABLE party_access;",
        "0016_list_revoked_readers": "ALTER TABLE dossier_reader DROP COLUMN listed_index;",
        "0017_count_uploads": "DROP TRIGGER upload_counted; DROP TRIGGER upload_counted_anew; DROP TRIGGER upload_not_counted; DROP TABLE upload_usage;"
                             "CREATE INDEX upload_by_authority ON upload (authority, stage, length);"
                             "CREATE INDEX upload_by_party ON upload (party, stage, length);",
        "0018_client_certificates": "ALTER TABLE party_access DROP COLUMN client_ca; ALTER TABLE session DROP COLUMN certificate;",
        "0019_count_uploads_by_member": "DROP TRIGGER upload_counted; DROP TRIGGER upload_counted_anew; DROP TRIGGER upload_not_counted; DROP TABLE upload_usage;"
                                        "DROP INDEX upload_by_entry; CREATE INDEX upload_by_entry ON upload (chain, entry_seq);"
                                        "CREATE INDEX upload_by_account ON upload (account_id, stage, length);"
                                        + "\n".join(line for line in (ROOT / "storage/migrations/0017_count_uploads.sql").read_text().splitlines()
                                                    if not line.startswith("DROP"))}


def newest():
    return sorted(path.stem for path in (ROOT / "storage/migrations").glob("[0-9]*.sql"))[-1]


class World(Scene):
    def __init__(self, folder):
        super().__init__(folder)
        self.sender, self.reader = self.cast["SEN1"], self.cast["OTP1"]
        self.path = folder / "report.bin"
        self.path.write_bytes(random.Random(1).randbytes(300_000))
        self.sent = casting.items(self.sender.run("send", self.path, "--to", "X-OTP", "--title", "before", "--yes"))[0]["dossier"]
        self.code = folder / "open-invitation.txt"
        self.sender.run("member", "invite", "--role", "reader", "--code-out", self.code)
        assert self.server.stop_alone() == 0
        self.before = {}

    def sql(self, script):
        key = (self.server.data / "database.key").read_text().strip()
        done = subprocess.run(["sqlcipher", "-batch", "-bail", str(self.server.data / "rogatory.db")], text=True, capture_output=True,
                              input=f"PRAGMA key = \"x'{key}'\";\n.mode insert\n{script}\n")
        assert done.returncode == 0 and not done.stderr, done.stderr
        return [line for line in done.stdout.splitlines() if line not in ("ok", "INSERT INTO \"table\" VALUES('ok');") and "'ok'" not in line]

    def columns(self):
        """{table: its columns}."""
        tables = [line.split("'")[1] for line in self.sql("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name;")]
        return {table: ", ".join(line.split("'")[1] for line in self.sql(f"SELECT name FROM pragma_table_info('{table}');")) for table in tables}

    def rows(self, columns=None):
        """{table: its rows, in order}; of the columns that are named, or all."""
        return {table: sorted(self.sql(f"SELECT {(columns or {}).get(table, '*')} FROM {table};")) for table in self.columns()}


def there_is_a_way_to_the_schema_of_before(w):
    assert newest() in UNDO, f"{newest()} has no entry in UNDO of tests/functional/upgrade.py"
    w.sql(f"{UNDO[newest()]} DELETE FROM schema_migration WHERE name = '{newest()}';")
    w.before, w.columns_before = w.rows(), w.columns()
    # Enough in it to lose something.
    assert sum(len(rows) for rows in w.before.values()) > 150 and sum(bool(rows) for rows in w.before.values()) > 18, {t: len(r) for t, r in w.before.items()}


def a_check_says_so_and_brings_nothing_forward(w):
    for options in ([], ["--quick"]):
        done = subprocess.run([str(BIN / "rogatoryd"), "check", "--config", str(w.server.config), *options], capture_output=True, text=True)
        assert done.returncode == 0 and "warning schema.older\n" in done.stderr and ": 1 steps" in done.stderr, done.stderr
        assert "the log was not read" in done.stdout or options, done.stdout
        assert w.rows() == w.before


def every_row_of_before_is_there_afterwards(w):
    w.server.start()
    assert w.server.stop_alone() == 0
    done = subprocess.run([str(BIN / "rogatoryd"), "check", "--config", str(w.server.config)], capture_output=True, text=True)
    assert done.returncode == 0 and "database and log are in order" in done.stdout, done.stderr
    after = w.rows(w.columns_before)
    assert len(after["schema_migration"]) == len(w.before["schema_migration"]) + 1
    for table, rows in w.before.items():
        # A server that starts writes down how late it is.
        kept, found = ([row for row in some if "'time.latest'" not in row] for some in (rows, after[table]))
        assert table == "schema_migration" or found == kept, f"{table} differs"


def people_go_on_where_they_were(w):
    w.server.start()
    for person in (w.sender, w.reader):
        person.lock()
        person.sign_in()
    w.reader.run("get", w.sent, "--out", w.folder / "fetched")
    assert same_bytes(next((w.folder / "fetched").rglob("report.bin")), w.path)
    w.sender.run("add", w.sent, w.path)
    newcomer = w.cast.person("SEN9", "sen.crf.9")
    w.cast.approve(w.sender, w.cast.answer(newcomer, w.code))
    newcomer.sign_in()
    assert w.cast["ADMIN"].run("admin", "audit").code == 0


def an_older_program_refuses_the_newer_store(w):
    assert w.server.stop_alone() == 0
    w.sql("INSERT INTO schema_migration (name, digest, applied_at) SELECT '9999_of_tomorrow', digest, applied_at FROM schema_migration LIMIT 1;")
    done = subprocess.run([str(BIN / "rogatoryd"), "check", "--config", str(w.server.config)], capture_output=True, text=True)
    assert done.returncode == 1 and "schema.newer" in done.stderr and "9999_of_tomorrow" in done.stderr, done.stderr
    w.sql("DELETE FROM schema_migration WHERE name = '9999_of_tomorrow';")


STEPS = [there_is_a_way_to_the_schema_of_before, a_check_says_so_and_brings_nothing_forward, every_row_of_before_is_there_afterwards, people_go_on_where_they_were, an_older_program_refuses_the_newer_store]


if __name__ == "__main__":
    sys.exit(play("upgrade", "a server with people, a file and an open invitation", World, STEPS))
