#!/usr/bin/env python3
"""Runs every benchmark once and prints a Markdown table: command, figure, peak memory, count, check, goal.

    cargo build --release -p headstock-benches
    python3 benches/measure.py [path of the runner, default target/release/whole]

Each command makes its plant, compares counts and check sums with the published ones, and only then times. A row
says `differs` where an answer is wrong, and the script ends with 1. Everything runs on one processor (`taskset`,
where there is one) except the row with two threads. It takes some ten minutes on a quiet machine.
"""

import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
RUNNER = sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "target", "release", "whole")
PEAK = "peak"

# Command, rounds, and rows: what, figure, count, goal. A figure is named without its command and size.
COMMANDS = [
    ("weekly 1000", 5, [("weekly, 1 000 items", "plan_cpu", "orders", None)]),
    ("weekly 10000", 5, [("weekly, 10 000 items", "plan_cpu", "orders", None)]),
    (
        "weekly 100000",
        9,
        [
            ("weekly, 100 000 items", "plan_cpu", "orders", 0.4),
            ("… a movement", "per_movement", None, None),
            ("… peak, MB", PEAK, None, 400),
        ],
    ),
    (
        "weekly 1000000",
        3,
        [
            ("weekly, 1 000 000 items", "plan_cpu", "orders", 4),
            ("… time on the clock, one thread", "plan_wall", None, None),
            ("… peak, MB", PEAK, None, 1500),
        ],
    ),
    (
        "weekly 1000000 2",
        3,
        [
            ("weekly, 1 000 000 items, two threads", "plan_cpu", "orders", None),
            ("… time on the clock, two threads", "plan_wall", None, None),
        ],
    ),
    (
        "daily 100000",
        3,
        [
            ("daily, 100 000 items", "plan_cpu", "orders", None),
            ("… a movement (weekly is the goal)", "per_movement", None, None),
        ],
    ),
    (
        "real 100000",
        3,
        [
            ("real, 100 000 items", "plan_cpu", "orders", None),
            ("… an order, times weekly", "times_weekly_per_order", None, 3),
        ],
    ),
    (
        "pegs 100000",
        3,
        [
            ("all pegs, 100 000 items", "all_cpu", "pegs", 1),
            ("pegs of one order, one level, median, µs", "one_level_median", None, 100),
            ("one order to the end demands, median, µs", "to_end_median", None, None),
            ("… bought items only, median, µs", "bought_to_end_median", None, None),
        ],
    ),
    (
        "reasons 100000",
        1,
        [
            ("reason of one order, median, µs", "reason_median", None, None),
            ("record of one item, median, µs", "record_median", None, None),
        ],
    ),
    (
        "netchange 100000",
        1,
        [
            ("net change of one demand, median of 1 000, µs", "change_median", "nodes_median", 5000),
            ("… 95 of 100, µs", "change_p95", None, None),
            ("… a node reached, µs", "per_node", None, 10),
        ],
    ),
    (
        "bom 1000000",
        2,
        [
            ("names, circles, low-level codes, 3 000 819 lines", "book_cpu", None, 0.3),
            ("leaf requirements of 20 000 roots, 1 000 000 items", "leaves_cpu", "leaves", 2.5),
            ("52 weekly buckets, 1 000 000 items", "netting_cpu", "netting_orders", None),
        ],
    ),
    (
        "close 100000",
        3,
        [
            ("closing: 100 000 orders, 1 000 000 issues, 5 levels, 8 elements", "close_cpu", "issues", 3),
            ("… rows checked and numbered before", "load_cpu", None, None),
            ("… all events read afterwards", "events_cpu", "events", None),
            ("… peak with the rows, MB", PEAK, None, 1500),
        ],
    ),
    ("costloop 200", 5, [("a cost loop of 200 items solved exactly", "close_cpu", "issues", 1)]),
    (
        "rollup 1000000",
        3,
        [
            ("standard roll-up, 1 000 000 items, one element", "elements_1_cpu", None, 0.3),
            ("… eight elements", "elements_8_cpu", None, 2),
            ("… lines read off the book of bills", "from_book_1_cpu", None, None),
        ],
    ),
    (
        "late 1000000",
        3,
        [
            ("a receipt late by 500 000 of 1 000 000 movements, moving average, µs", "movingaverage_middle", None,
             20000),
            ("… first in first out, µs", "fifo_middle", None, 20000),
            ("… late by all of them, moving average, µs", "movingaverage_start", None, 20000),
            ("… first in first out, µs", "fifo_start", None, 20000),
        ],
    ),
    ("chain 5000000", 1, [("chain of 5 000 000 items refused", "refused_cpu", None, 1)]),
    ("ring 5000000", 1, [("ring of 5 000 000 items refused", "refused_cpu", None, 1)]),
]

# Costing with what a user picks instead: command that writes rows (or none), script, arguments, figure. Left out
# where duckdb, polars or numpy is not installed.
COSTING = [
    ("close 100000", "closing.py", ["{rows}", "duckdb"], "close_cpu"),
    ("close 100000", "closing.py", ["{rows}", "polars"], "close_cpu"),
    (None, "value.py", ["rollup", "1000000", "duckdb", "8"], "elements_8_cpu"),
    (None, "value.py", ["rollup", "1000000", "polars", "8"], "elements_8_cpu"),
    (None, "value.py", ["late", "1000000", "python"], "movingaverage_cpu"),
    (None, "value.py", ["late", "1000000", "duckdb"], "fifo_cpu"),
    ("costloop 200", "value.py", ["loop", "{rows}", "numpy"], "cpu"),
    ("costloop 200", "value.py", ["loop", "{rows}", "duckdb"], "cpu"),
]

# Arguments of the side-by-side program, and the two published check sums of its orders.
DICTIONARIES = [
    (["100000"], "check 30175093458391 9817392995494157"),
    (["100000", "daily"], "check 33394466306364 10183112891498598"),
]


def run(command, rounds):
    """Figures of one command, and whether its answers were right."""
    pinned = ["taskset", "-c", "1"] if shutil.which("taskset") and not command.endswith(" 2") else []
    env = dict(os.environ, HEADSTOCK_ROUNDS=str(rounds))
    done = subprocess.run(pinned + [RUNNER] + command.split(), env=env, capture_output=True, text=True)
    figures = {}
    for line in done.stdout.splitlines():
        if line.startswith("figure "):
            _, name, value, *unit = line.split()
            figures[name.split(".", 2)[2].removeprefix("threads_2.")] = (value, "".join(unit))
    if done.returncode != 0:
        print(done.stderr, file=sys.stderr)
    return figures, done.returncode == 0


def row(cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def load():
    return " ".join(f"{part:.1f}" for part in os.getloadavg()) if hasattr(os, "getloadavg") else "?"


def beside(command, script, args, figure):
    """Runs a costing program of another kind on the same rows, and prints its row."""
    if importlib.util.find_spec(next((tool for tool in args if tool in ("duckdb", "polars", "numpy")), "sys")) is None:
        return True
    with tempfile.TemporaryDirectory() as rows:
        if command:
            env = dict(os.environ, HEADSTOCK_ROUNDS="1", HEADSTOCK_ROWS=rows)
            subprocess.run([RUNNER] + command.split(), env=env, capture_output=True, check=True)
        path = os.path.join(HERE, "compare", script)
        run = [sys.executable, path] + [rows if arg == "{rows}" else arg for arg in args]
        done = subprocess.run(run, capture_output=True, text=True, env=dict(os.environ, POLARS_MAX_THREADS="1"))
    lines = [line.split() for line in done.stdout.splitlines() if line.startswith("figure ")]
    value = next((line[2] for line in lines if line[1].endswith("." + figure)), "–")
    shown = " ".join("rows" if arg == "{rows}" else arg for arg in args)
    check = "same sums" if done.returncode == 0 else "**differs**"
    row(["the same beside", f"`{script} {shown}`", f"{value} s", "", "", check, "", ""])
    return done.returncode == 0


def main():
    wrong = 0
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} processors, {platform.system()}, "
          f"{time.strftime('%Y-%m-%d %H:%M')}, load {load()}\n")
    row(["what", "command", "figure", "peak, MB", "count", "check", "goal", "held"])
    row(["---"] * 8)
    for command, rounds, rows in COMMANDS:
        figures, right = run(command, rounds)
        wrong += not right
        for what, name, count, goal in rows:
            value, unit = figures.get(name, ("–", ""))
            peak = next((figures[n][0] for n in (PEAK, "netting_peak", "book_peak") if n in figures), "–")
            held = "" if goal is None or value == "–" else ("yes" if float(value) <= goal else "**no**")
            counted = figures.get(count, ("", ""))[0] if count else ""
            check = "as published" if right else "**differs**"
            goal = "" if goal is None else goal
            row([what, f"`whole {command}`", f"{value} {unit}", peak, counted, check, goal, held])
    script = os.path.join(HERE, "compare", "plain_dicts.py")
    for args, published in DICTIONARIES:
        done = subprocess.run([sys.executable, script, *args], capture_output=True, text=True)
        figures = {line.split()[1].rsplit(".", 1)[1]: line.split()[2]
                   for line in done.stdout.splitlines() if line.startswith("figure ")}
        right = published in done.stdout
        wrong += not right
        row([f"the same with Python dictionaries, {' '.join(args[1:]) or 'weekly'}",
             f"`plain_dicts.py {' '.join(args)}`", f"{figures.get('plan_cpu', '–')} s", figures.get("peak", "–"),
             figures.get("orders", ""), "as published" if right else "**differs**", "", ""])
    wrong += sum(not beside(*entry) for entry in COSTING)
    print(f"\nload at the end {load()}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
