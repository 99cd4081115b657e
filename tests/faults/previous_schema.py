"""A server's database as the release before the newest migration would have left it, with the content it has now."""
import pathlib
import subprocess

MIGRATIONS = pathlib.Path(__file__).resolve().parents[2] / "storage/migrations"


def ask(database, key, script):
    done = subprocess.run(["sqlcipher", "-bail", str(database)], text=True, capture_output=True,
                          input=f"PRAGMA key = \"x'{key}'\";\n.mode list\n{script}\n")
    assert done.returncode == 0, done.stderr
    return [line for line in done.stdout.splitlines() if line not in ("ok", "")]


def key_of(data):
    return (data / "database.key").read_text().strip()


def newest(data):
    return ask(data / "rogatory.db", key_of(data), "SELECT max(name) FROM schema_migration;")[0]


def columns(database, key):
    """{table: [its columns]}"""
    found = {}
    for row in ask(database, key, "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c "
                                  "WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.cid;"):
        table, column = row.split("|")
        found.setdefault(table, []).append(column)
    return found


def put_back(data):
    """The newest migration's name; the database is as it was before it. No server may run."""
    key, database, older = key_of(data), data / "rogatory.db", data / "rogatory.db.older"
    steps = sorted(MIGRATIONS.glob("*.sql"))
    older.unlink(missing_ok=True)
    ledger = "CREATE TABLE schema_migration (name TEXT PRIMARY KEY, digest BLOB NOT NULL CHECK (length(digest) = 32), " \
             "applied_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    ask(older, key, "PRAGMA foreign_keys = OFF;\n" + ledger + "\n".join(step.read_text() for step in steps[:-1]))
    then, now = columns(older, key), columns(database, key)
    lines = ["PRAGMA foreign_keys = OFF;", f"ATTACH '{database}' AS now KEY \"x'{key}'\";", "BEGIN;"]
    for table in sorted(then.keys() & now.keys()):
        listed = ", ".join(column for column in then[table] if column in now[table])
        lines.append(f"DELETE FROM {table}; INSERT INTO {table} ({listed}) SELECT {listed} FROM now.{table}"
                     + (f" WHERE name <> '{steps[-1].stem}'" if table == "schema_migration" else "") + ";")
    ask(older, key, "\n".join([*lines, "COMMIT;", "PRAGMA journal_mode = WAL;"]))
    for suffix in ("-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    older.chmod(0o600)
    older.replace(database)
    for suffix in ("-wal", "-shm"):
        older.with_name(older.name + suffix).unlink(missing_ok=True)
    return steps[-1].stem
