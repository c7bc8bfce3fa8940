#!/usr/bin/env python3
"""Times the Holzinger-Swineford three-factor model beside the peers that are installed.

Ours runs 5,000 bootstrap draws; a peer runs fewer and its time is scaled to 5,000. Peers: lavaan
(Debian: r-cran-lavaan) through Rscript, semopy (PyPI). A peer that is not there is named and left
out. All run one after another on this machine: quote the ratios, not the seconds.

    python3 benches/peers/lab.py
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

# One thread each: a peer whose linear algebra spins on all cores would be charged for waiting.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT / "data/sem/holzinger_swineford1939.csv"
MODEL = "visual =~ x1+x2+x3; textual =~ x4+x5+x6; speed =~ x7+x8+x9"
DRAWS = 5000
PEER_DRAWS = 100
SECONDS_MAX = 300


def ours():
    run = ["cargo", "run", "--quiet", "--release", "-p", "lab", "--example", "sem_bootstrap_speed"]
    printed = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return float(re.search(r"on 1 thread\(s\): ([0-9.]+) s", printed).group(1))


def lavaan():
    if shutil.which("Rscript") is None:
        return None
    script = f"""
        suppressMessages(library(lavaan))
        fit <- cfa("{MODEL.replace('; ', chr(10))}", data = read.csv("{DATA}"))
        cat(system.time(bootstrapLavaan(fit, R = {PEER_DRAWS}))["user.self"])
    """
    run = ["Rscript", "-e", script]
    done = subprocess.run(run, capture_output=True, text=True, timeout=SECONDS_MAX)
    return float(done.stdout.split()[-1]) if done.returncode == 0 else None


def semopy():
    try:
        import numpy
        import pandas
        from semopy import Model
    except ImportError:
        return None
    table = pandas.read_csv(DATA)
    draw = numpy.random.default_rng(1)
    text = MODEL.replace("; ", "\n")
    begun = time.process_time()
    for _ in range(PEER_DRAWS):
        rows = draw.integers(0, len(table), len(table))
        Model(text).fit(table.iloc[rows].reset_index(drop=True))
    return time.process_time() - begun


def main():
    mine = ours()
    print(f"ours    {DRAWS} draws, one thread  {mine:9.3f} s")
    for name, peer in [("lavaan", lavaan), ("semopy", semopy)]:
        seconds = peer()
        if seconds is None:
            print(f"{name:<7} not installed here, left out")
            continue
        scaled = seconds * DRAWS / PEER_DRAWS
        print(f"{name:<7} {DRAWS} draws, scaled      {scaled:9.1f} s   {scaled / mine:6.0f} x ours")
    return 0


if __name__ == "__main__":
    sys.exit(main())
