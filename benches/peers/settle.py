#!/usr/bin/env python3
"""Settles one period on the peers that are installed, and prints nanoseconds per member beside ours.

What a peer does, in one transaction: every member of a table (id, class, year_to_date, balance) is
charged the share of the class, at most what is left of the yearly cap; the charge is added to
year_to_date, taken from balance, and written as a line of its own (member, period, charge).
PostgreSQL, SQLite and DuckDB end with a durable commit; Polars and numpy do it in memory and keep
the charges as a column. That is less than a period asks for: the shares are given, nothing is
rounded, and what the yearly cap leaves open falls to nobody.

What ours does: the period is closed (shares from the cost, exact to the cent) and the charge of
every member is written to a column in memory. year_to_date and balance are not stored: they follow
from the rates that were closed (see crates/settle). `huzhu bench settle` says what else is in it.

Peers run one after another, each in a process of its own, so quote the ratios. CPU time is that of
the process that does the work (PostgreSQL: the backend alone), all threads added; the ratio is a
peer's CPU time over our wall time on one thread, which on a busy machine is to the peer's good. A
peer that is not there is named and left out.

    python3 benches/peers/settle.py [--rows 1000000,10000000] [--peers sqlite,duckdb,...]
"""

import argparse
import importlib.util
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARES = [120, 280, 400, 684]  # minor units, one for each class
CAP = 18_800
SEED = 7
RUNS_IN_MEMORY = 5
SECONDS_MAX = 1_800

# The charge of a member, from the row before the period.
CHARGE = "CASE class " + " ".join(
    f"WHEN {number} THEN LEAST({share}, {CAP} - year_to_date)" for number, share in enumerate(SHARES)
) + " END"
LINES = f"INSERT INTO charges SELECT id, 1, {CHARGE} FROM members"
MEMBERS = f"UPDATE members SET year_to_date = year_to_date + {CHARGE}, balance = balance - {CHARGE}"
TABLES = [
    "CREATE TABLE members (id INTEGER PRIMARY KEY, class SMALLINT NOT NULL, "
    "year_to_date INTEGER NOT NULL, balance BIGINT NOT NULL)",
    "CREATE TABLE charges (member INTEGER NOT NULL, period SMALLINT NOT NULL, "
    "charge INTEGER NOT NULL)",
]
# A member's row follows from the number alone, the same for every peer: a part is near the cap.
ROW = "{i}, {i} % 4, ({i} % 97) * 195, 100000"


def expected(rows):
    """The sum of all charges, in whole numbers."""
    total = 0
    for i in range(4 * 97):
        times = (rows - i + 4 * 97 - 1) // (4 * 97)
        total += times * min(SHARES[i % 4], CAP - (i % 97) * 195)
    return total


class Watch:
    """Wall and CPU seconds of this process."""

    def __enter__(self):
        self.begun = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_):
        self.wall = time.perf_counter() - self.begun[0]
        self.cpu = time.process_time() - self.begun[1]


def sqlite(rows, folder):
    database = sqlite3.connect(folder / "plan.sqlite", isolation_level=None)
    for setting in ["journal_mode = WAL", "synchronous = FULL"]:
        database.execute(f"PRAGMA {setting}")
    for table in TABLES:
        database.execute(table)
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {rows - 1})"
    database.execute(f"INSERT INTO members {numbers} SELECT {ROW.format(i='i')} FROM n")
    with Watch() as watch:
        database.execute("BEGIN")
        # SQLite's scalar MIN is the LEAST of the others.
        database.execute(LINES.replace("LEAST", "MIN"))
        database.execute(MEMBERS.replace("LEAST", "MIN"))
        database.execute("COMMIT")
    total = database.execute("SELECT sum(charge) FROM charges").fetchone()[0]
    return watch, total, f"SQLite {sqlite3.sqlite_version}, WAL, synchronous=FULL"


def duckdb(rows, folder):
    import duckdb as module

    database = module.connect(str(folder / "plan.duckdb"))
    for table in TABLES:
        database.execute(table)
    database.execute(f"INSERT INTO members SELECT {ROW.format(i='i')} FROM range({rows}) t(i)")
    with Watch() as watch:
        database.execute("BEGIN")
        database.execute(LINES)
        database.execute(MEMBERS)
        database.execute("COMMIT")
    total = database.execute("SELECT sum(charge) FROM charges").fetchone()[0]
    return watch, total, f"DuckDB {module.__version__}, file, UPDATE and INSERT"


def duckdb_rewrite(rows, folder):
    import duckdb as module

    database = module.connect(str(folder / "plan.duckdb"))
    # Without the key: a table that is written anew has nothing to look up.
    database.execute(TABLES[0].replace(" PRIMARY KEY", ""))
    database.execute(f"INSERT INTO members SELECT {ROW.format(i='i')} FROM range({rows}) t(i)")
    with Watch() as watch:
        database.execute("BEGIN")
        database.execute(f"CREATE TABLE charges AS SELECT id, 1 AS period, {CHARGE} AS charge "
                         "FROM members")
        database.execute("CREATE TABLE after AS SELECT id, class, "
                         f"year_to_date + {CHARGE} AS year_to_date, balance - {CHARGE} AS balance "
                         "FROM members")
        database.execute("COMMIT")
    total = database.execute("SELECT sum(charge) FROM charges").fetchone()[0]
    return watch, total, f"DuckDB {module.__version__}, file, both tables written anew"


def polars(rows, _):
    import polars as pl

    number = pl.arange(0, rows, eager=True)
    table = pl.DataFrame({"id": number.cast(pl.Int32)}).with_columns(
        (pl.col("id") % 4).cast(pl.Int16).alias("class"),
        ((pl.col("id") % 97) * 195).cast(pl.Int32).alias("year_to_date"),
        pl.lit(100_000, pl.Int64).alias("balance"),
    )
    share = pl.col("class").replace_strict(range(4), SHARES, return_dtype=pl.Int32)
    charge = pl.min_horizontal(share, CAP - pl.col("year_to_date")).alias("charge")
    after = None
    with Watch() as watch:
        for _ in range(RUNS_IN_MEMORY):
            after = table.with_columns(charge).with_columns(
                pl.col("year_to_date") + pl.col("charge"), pl.col("balance") - pl.col("charge")
            )
    watch.wall, watch.cpu = watch.wall / RUNS_IN_MEMORY, watch.cpu / RUNS_IN_MEMORY
    return watch, after["charge"].cast(pl.Int64).sum(), f"Polars {pl.__version__}, in memory"


def numpy(rows, _):
    import numpy as np

    number = np.arange(rows, dtype=np.int32)
    kind = (number % 4).astype(np.int8)
    shares = np.array(SHARES, dtype=np.int32)
    charge = np.empty(rows, dtype=np.int32)
    scratch = np.empty(rows, dtype=np.int32)
    start = (number % 97) * np.int32(195)
    year_to_date, balance = start.copy(), np.full(rows, 100_000, dtype=np.int64)
    watches = []
    for _ in range(RUNS_IN_MEMORY):
        year_to_date[:] = start
        with Watch() as watch:
            np.take(shares, kind, out=charge)
            np.subtract(CAP, year_to_date, out=scratch)
            np.minimum(charge, scratch, out=charge)
            year_to_date += charge
            balance -= charge
        watches.append(watch)
    watch = sorted(watches, key=lambda each: each.cpu)[RUNS_IN_MEMORY // 2]
    total = int(charge.sum(dtype=np.int64))
    return watch, total, f"numpy {np.__version__}, in memory, arrays used again"


def postgres_tool(name):
    found = shutil.which(name)
    if found:
        return found
    installed = sorted(pathlib.Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(installed[-1]) if installed else None


def postgresql(rows, folder):
    initdb, server, psql = (postgres_tool(name) for name in ["initdb", "postgres", "psql"])
    as_owner = []
    if os.geteuid() == 0:
        # PostgreSQL refuses to run as root.
        shutil.chown(folder, "postgres")
        as_owner = ["runuser", "-u", "postgres", "--"]
    data = folder / "data"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": True}
    subprocess.run([*as_owner, initdb, "-D", str(data), "-U", "huzhu", "--no-sync"], **quiet)
    settings = {
        "listen_addresses": "", "unix_socket_directories": str(folder), "fsync": "on",
        "wal_level": "minimal", "max_wal_senders": "0", "autovacuum": "off",
        "shared_buffers": "1GB", "max_wal_size": "4GB",
    }
    options = [part for name, value in settings.items() for part in ["-c", f"{name}={value}"]]
    run = subprocess.Popen([*as_owner, server, "-D", str(data), *options],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        return measure_postgresql(rows, folder, psql)
    finally:
        # The postmaster writes its number in the first line; runuser is only its parent.
        number = int((data / "postmaster.pid").read_text().split()[0])
        os.kill(number, 2)
        run.wait(timeout=60)


def measure_postgresql(rows, folder, psql):
    run = [psql, "-h", str(folder), "-U", "huzhu", "-d", "postgres", "-qAtX", "-v",
           "ON_ERROR_STOP=1"]
    for _ in range(200):
        if subprocess.run([*run, "-c", "SELECT 1"], capture_output=True).returncode == 0:
            break
        time.sleep(0.1)
    session = subprocess.Popen(run, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(statements):
        session.stdin.write(";\n".join(statements) + ";\n\\echo done\n")
        session.stdin.flush()
        answers = []
        while (line := session.stdout.readline().strip()) != "done":
            if not line and session.poll() is not None:
                raise RuntimeError("psql has ended")
            answers.append(line)
        return answers

    def cpu(backend):
        fields = pathlib.Path(f"/proc/{backend}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    backend = int(ask(["SELECT pg_backend_pid()"])[0])
    ask([*TABLES, f"INSERT INTO members SELECT {ROW.format(i='i')} "
         f"FROM generate_series(0, {rows - 1}) i", "ANALYZE members", "CHECKPOINT"])
    before = cpu(backend)
    with Watch() as watch:
        ask(["BEGIN", LINES, MEMBERS, "COMMIT"])
    watch.cpu = cpu(backend) - before
    total = int(ask(["SELECT sum(charge) FROM charges"])[0])
    version = ask(["SHOW server_version"])[0].split()[0]
    session.stdin.close()
    session.wait(timeout=60)
    return watch, total, f"PostgreSQL {version}, fsync on, autovacuum off"


PEERS = {"postgresql": postgresql, "sqlite": sqlite, "duckdb": duckdb,
         "duckdb-rewrite": duckdb_rewrite, "polars": polars, "numpy": numpy}


def missing(peer):
    if peer == "postgresql":
        return any(postgres_tool(name) is None for name in ["initdb", "postgres", "psql"])
    return peer != "sqlite" and importlib.util.find_spec(peer.split("-")[0]) is None


def ours(rows, folder):
    """Nanoseconds per member for everybody's charge, and microseconds for the closing."""
    bench = ["cargo", "run", "--quiet", "--release", "-p", "huzhu", "--", "bench", "settle"]
    bench += ["--members", str(rows), "--dir", str(folder), "--json"]
    done = subprocess.run(bench, cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        return None, (done.stderr + done.stdout).strip()
    # The last plan has four classes and a yearly cap that binds, as the peers have.
    plan = json.loads(done.stdout)["plans"][-1]
    each, closing = plan["columns_nanoseconds_a_member"], plan["closing_microseconds"]
    return each, f"{each:.2f} ns a member for the charges, {closing:,.0f} us for the closing"


def measured(peer, rows, folder):
    run = [sys.executable, __file__, "--peer", peer, "--rows", str(rows)]
    with tempfile.TemporaryDirectory(dir=folder, prefix="huzhu-peer-") as inside:
        done = subprocess.run([*run, "--folder", inside], capture_output=True, text=True,
                              timeout=SECONDS_MAX)
    if done.returncode != 0:
        return None, done.stderr.strip().splitlines()[-1:]
    return json.loads(done.stdout), None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", default="1000000,10000000")
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--folder", default=".", help="on the disk that is measured")
    parser.add_argument("--peer", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.peer:
        rows = int(given.rows)
        watch, total, what = PEERS[given.peer](rows, pathlib.Path(given.folder))
        if total != expected(rows):
            sys.exit(f"charged {total}, expected {expected(rows)}")
        print(json.dumps({"wall": watch.wall, "cpu": watch.cpu, "what": what}))
        return
    for rows in map(int, given.rows.split(",")):
        mine, said = ours(rows, pathlib.Path(given.folder).resolve())
        print(f"{rows:,} members; ours: {said}", flush=True)
        print(f"  {'peer':<15} {'ns CPU':>9} {'ns wall':>9} {'x ours':>9}")
        for peer in given.peers.split(","):
            if missing(peer):
                print(f"  {peer:<15} not installed here, left out")
                continue
            found, error = measured(peer, rows, given.folder)
            if found is None:
                print(f"  {peer:<15} failed: {' '.join(error)}")
                continue
            cpu, wall = (found[part] * 1e9 / rows for part in ["cpu", "wall"])
            times = f"{cpu / mine:>9,.1f}" if mine else f"{'–':>9}"
            print(f"  {peer:<15} {cpu:>9,.1f} {wall:>9,.1f} {times}  {found['what']}", flush=True)


if __name__ == "__main__":
    main()
