#!/usr/bin/env python3
"""The work of `whole rollup`, `whole late` and `whole costloop` with what a user picks who has no library for it.

    python3 value.py rollup 1000000 duckdb|polars [elements]     # recipe B, level by level, doubles
    python3 value.py late 1000000 python|duckdb                  # one item's movements valued again from the start
    HEADSTOCK_ROWS=rows target/release/whole costloop 200        # writes rows/*.csv
    python3 value.py loop rows numpy|duckdb                      # the loop as a dense system, or repeated in SQL

Needs duckdb, polars or numpy. Prints CPU seconds of the work alone and the sum that `whole` prints too. Doubles
throughout, but for `late … python`, which rounds every issue to the cent as headstock does. What none of them does:
exact numbers, a value for every line that adds up to the cent, circles found and named, only what a late document
reaches, reasons.
"""

import csv
import os
import sys
import time

MASK = (1 << 64) - 1


def draws(seed):
    state = seed
    while True:
        state = (state * 6364136223846793005 + 1442695040888963407) & MASK
        yield state >> 33


def timed(work, rounds=3):
    times, result = [], None
    for _ in range(rounds):
        started = time.process_time()
        result = work()
        times.append(time.process_time() - started)
    return sorted(times)[len(times) // 2], result


def recipe_b(items, elements):
    """Lines (parent, child, quantity), own costs by element and level starts, as benches/src/recipe_b.rs has them."""
    random = draws(20240229).__next__
    starts = [items * share // 100 for share in (0, 2, 6, 14, 30, 60, 100)]
    parents, children, quantities = [], [], []
    for level in range(5):
        for parent in range(starts[level], starts[level + 1]):
            for _ in range(3 + random() % 5):
                below = level + 1 + (random() % (5 - level) if random() % 4 == 0 else 0)
                child = starts[below] + random() % (starts[below + 1] - starts[below])
                quantity = 1 + random() % 9999 if random() % 4 == 0 else 1000 * (1 + random() % 4)
                parents.append(parent)
                children.append(child)
                quantities.append(quantity / 1000)
    own = [[] for _ in range(elements)]
    for item in range(items):
        cost = 100 + random() % 1000000 if item >= starts[5] else random() % 100000
        for _ in range(3 + item % 2):
            random()
        for element in range(elements):
            own[element].append((cost // elements + (element < cost % elements)) / 10000)
    return parents, children, quantities, own, starts


def roll_up(items, tool, elements):
    import numpy

    parents, children, quantities, own, starts = recipe_b(items, elements)
    columns = [f"c{at}" for at in range(elements)]
    lines = {"parent": numpy.array(parents, dtype="int32"), "child": numpy.array(children, dtype="int32"),
             "quantity": numpy.array(quantities)}
    costs = {"item": numpy.arange(items, dtype="int32")}
    costs.update({at: numpy.array(cost) for at, cost in zip(columns, own)})
    levels = numpy.searchsorted(starts[1:6], costs["item"], side="right").astype("int8")
    del parents, children, quantities, own
    work = {"duckdb": roll_up_duckdb, "polars": roll_up_polars}[tool](lines, costs, levels, columns, starts[1])
    took, total = timed(work)
    print(f"figure rollup.{tool}.elements_{elements}_cpu {took:.3f} s")
    print(f"sum over roots {total:.2f}")


def roll_up_duckdb(lines, costs, levels, columns, roots):
    import duckdb
    import pyarrow

    base = duckdb.connect()
    base.execute("set threads to 1")
    lines = pyarrow.table({**lines, "level": levels[lines["parent"]]})
    costs = pyarrow.table({**costs, "level": levels})
    base.execute("create table lines as select * from lines")
    base.execute("create table own as select * from costs")

    def work():
        run = base.cursor()
        run.execute("create or replace temp table cost as select * exclude level from own where level = 5")
        sums = ", ".join(f"sum({at}) as {at}" for at in columns)
        below = ", ".join(f"quantity * cost.{at} as {at}" for at in columns)
        for level in range(4, -1, -1):
            run.execute(f"insert into cost select item, {sums} from (select parent as item, {below} from lines "
                        f"join cost on child = item where level = {level} union all "
                        f"select item, {', '.join(columns)} from own where level = {level}) group by item")
        return run.execute(f"select sum({' + '.join(columns)}) from cost where item < {roots}").fetchone()[0]

    return work


def roll_up_polars(lines, costs, levels, columns, roots):
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    import polars as pl

    lines = pl.DataFrame({**lines, "level": levels[lines["parent"]]})
    own = pl.DataFrame({**costs, "level": levels})

    def work():
        cost = own.filter(pl.col("level") == 5).drop("level")
        for level in range(4, -1, -1):
            below = lines.filter(pl.col("level") == level).join(cost, left_on="child", right_on="item")
            share = [(pl.col("quantity") * pl.col(at)).alias(at) for at in columns]
            below = below.select(pl.col("parent").alias("item"), *share)
            mine = own.filter(pl.col("level") == level).drop("level")
            cost = pl.concat([cost, pl.concat([mine, below]).group_by("item").agg(pl.sum(*columns))])
        return cost.filter(pl.col("item") < roots).select(pl.sum_horizontal(columns).sum()).item()

    return work


def movements(count):
    """Quantity in thousandths, cents of what comes in; every other one goes out. A late receipt comes first."""
    random = draws(20240229).__next__
    rows, stock = [(5000, 7777, True)], 0
    for at in range(count):
        if at % 2 == 0:
            quantity = 10000 + random() % 90000
            stock += quantity
            rows.append((quantity, quantity * (500 + random() % 1000) // 1000, True))
        else:
            quantity = 1 + random() % min(stock, 120000)
            stock -= quantity
            rows.append((quantity, 0, False))
    # It lies behind the first receipt, as benches/src/movements.rs has it.
    rows[0], rows[1] = rows[1], rows[0]
    return rows


def late(count, tool):
    rows = movements(count)
    if tool == "python":
        took, issued = timed(lambda: moving_average(rows))
        print(f"figure late.python.movingaverage_cpu {took:.3f} s")
    else:
        took, issued = timed(fifo_duckdb(rows))
        print(f"figure late.duckdb.fifo_cpu {took:.3f} s")
    print(f"issued {issued:.0f} cents")


def moving_average(rows):
    stock, value, issued = 0, 0, 0
    for quantity, amount, comes in rows:
        if comes:
            stock, value = stock + quantity, value + amount
        else:
            worth = value if quantity == stock else (2 * value * quantity + stock) // (2 * stock)
            stock, value, issued = stock - quantity, value - worth, issued + worth
    return issued


def fifo_duckdb(rows):
    import duckdb
    import pyarrow

    base = duckdb.connect()
    base.execute("set threads to 1")
    rows = pyarrow.table({"place": range(len(rows)), "quantity": [row[0] for row in rows],
                          "amount": [row[1] for row in rows], "comes": [row[2] for row in rows]})
    base.execute("create table movements as select * from rows")

    def work():
        # A receipt is known by the quantity that came before it: an issue costs the difference of two points on the
        # line of cumulated quantity and value.
        run = base.cursor()
        run.execute("""create or replace temp table ins as select place,
            sum(quantity) over (order by place) - quantity as before, quantity, amount,
            sum(amount) over (order by place) - amount as worth from movements where comes""")
        run.execute("""create or replace temp table outs as select place, quantity,
            sum(quantity) over (order by place) as until from movements where not comes""")
        run.execute("""create or replace temp table points as select o.place, i.worth
            + i.amount * (o.until - i.before) / i.quantity as worth
            from outs o asof join ins i on o.until > i.before""")
        run.execute("""create or replace temp table valued as
            select place, worth - lag(worth, 1, 0) over (order by place) as worth from points""")
        return run.execute("select sum(worth) from valued").fetchone()[0]

    return work


def loop(directory, tool):
    def rows(name):
        with open(os.path.join(directory, name + ".csv"), encoding="utf-8") as file:
            yield from csv.DictReader(file)

    number = {row["item"]: at for at, row in enumerate(rows("items"))}
    product, made, fixed = {}, [0.0] * len(number), [0.0] * len(number)
    for row in rows("receipts"):
        product[row["order_id"]] = number[row["item"]]
        made[number[row["item"]]] += float(row["quantity"])
    for row in rows("charges"):
        fixed[product[row["order_id"]]] += float(row["amount"])
    for table in ("stock", "movements"):
        for row in rows(table):
            if row.get("kind") != "sale":
                made[number[row["item"]]] += float(row["quantity"])
                fixed[number[row["item"]]] += float(row["amount"])
    taken = [(product[row["order_id"]], number[row["item"]], float(row["quantity"])) for row in rows("issues")]
    work = {"numpy": solve_numpy, "duckdb": solve_duckdb}[tool](made, fixed, taken)
    took, costs = timed(work)
    issued = sum(quantity * costs[item] for _, item, quantity in taken)
    print(f"figure loop.{tool}.cpu {took:.4f} s")
    wanted = next(float(line.split(",")[1]) for line in open(os.path.join(directory, "totals.csv"), encoding="utf-8")
                  if line.startswith("issued,"))
    print(f"issued {issued:.2f} headstock {wanted:.2f}")
    return int(abs(issued - wanted) > 1e-6 * wanted)


def solve_numpy(made, fixed, taken):
    import numpy

    def work():
        matrix = numpy.diag(numpy.array(made))
        for order, item, quantity in taken:
            matrix[order, item] -= quantity
        return numpy.linalg.solve(matrix, numpy.array(fixed))

    return work


def solve_duckdb(made, fixed, taken):
    import duckdb
    import pyarrow

    base = duckdb.connect()
    base.execute("set threads to 1")
    orders, items, quantities = zip(*taken)
    lines = pyarrow.table({"maker": orders, "item": items, "quantity": quantities})
    stocks = pyarrow.table({"item": range(len(made)), "made": made, "fixed": fixed})
    base.execute("create table lines as select * from lines")
    base.execute("create table stocks as select * from stocks")

    def work():
        run = base.cursor()
        run.execute("create or replace temp table cost as select item, fixed / made as cost from stocks")
        for _ in range(2000):
            run.execute("""create or replace temp table next as
                select s.item, (fixed + coalesce(taken, 0)) / made as cost from stocks s left join
                (select maker, sum(quantity * cost) as taken from lines join cost using (item) group by maker) t
                on t.maker = s.item""")
            moved = run.execute("select max(abs(n.cost - c.cost) * made) from next n join cost c using (item) "
                                "join stocks using (item)").fetchone()[0]
            run.execute("create or replace temp table cost as select * from next")
            if moved < 0.0001:
                break
        return dict(run.execute("select item, cost from cost").fetchall())

    return work


def main():
    what, of, tool = sys.argv[1:4]
    if what == "rollup":
        return roll_up(int(of), tool, int(sys.argv[4]) if len(sys.argv) > 4 else 8)
    return late(int(of), tool) if what == "late" else loop(of, tool)


if __name__ == "__main__":
    sys.exit(main())
