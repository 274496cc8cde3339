#!/usr/bin/env python3
"""The period of `whole close N` closed in SQL (DuckDB) or in polars: what a user writes who has no library for it.

    HEADSTOCK_ROWS=rows target/release/whole close 100000     # writes rows/*.csv
    python3 closing.py rows duckdb|polars [rounds]            # needs duckdb, or polars

Levels one after the other: stocks priced at the average of the period, orders split by equivalent units, co-products
by weight, every cost carried by original element. Prints CPU seconds of the closing alone, and the totals, which are
those of `whole` to within what floating point loses. What it does not do: whole cents (amounts are doubles, no line
is rounded, nothing adds up to the cent), loops, other methods of valuation, by-products, checks, control totals by
order, events, explanations.
"""

import os
import resource
import sys
import time

ELEMENTS = ["e1 material", "e2 semi-finished", "e3 labour", "e4 machine", "e5 energy", "e6 overhead", "e7 fee",
            "e8 other"]
COLUMNS = [f"c{at}" for at in range(len(ELEMENTS))]


def in_duckdb(directory):
    import duckdb

    base = duckdb.connect()
    base.execute(f"set threads to {os.environ.get('THREADS', '1')}")

    def load(name, columns):
        path = os.path.join(directory, name + ".csv")
        base.execute(f"create table {name} as select {columns} from read_csv('{path}', all_varchar = true)")

    number = "cast(substr({0}, 2) as integer) as {0}"
    item, order = number.format("item"), number.format("order_id")
    quantity, amount = "cast(quantity as double) as quantity", "cast(amount as double) as amount"
    load("items", f"{item}, element")
    load("orders", f"{order}, centre, cast(in_process as double) as in_process, "
                   "cast(done_percent as double) / 100 as done")
    load("outputs", f"{order}, {item}, cast(weight as double) as weight")
    load("stock", f"{item}, {quantity}, {amount}")
    load("movements", f"kind, {item}, {quantity}, {amount}")
    load("issues", f"{number.format('id')}, {order}, {item}, {quantity}")
    load("receipts", f"{order}, {item}, {quantity}")
    load("charges", f"{order}, element, {amount}")
    load("overhead", f"centre, element, base, {amount}")
    load("drivers", f"{order}, cast(hours as double) as hours")
    return lambda: close_duckdb(base.cursor())


def by_element(value, column="element"):
    return ", ".join(f"sum(case when {column} = '{name}' then {value} else 0 end) as {at}"
                     for name, at in zip(ELEMENTS, COLUMNS))


def close_duckdb(run):
    sums = ", ".join(f"sum({at}) as {at}" for at in COLUMNS)
    # What comes into stocks from outside; what each order finished, and the part of its cost that is finished.
    run.execute("create or replace temp table came as "
                f"select item, sum(quantity) as quantity, {by_element('amount')} from ("
                "select item, quantity, amount from stock union all "
                "select item, quantity, amount from movements where kind = 'purchase') join items using (item) "
                "group by item")
    run.execute("""create or replace temp table made as
        select r.order_id, r.item, sum(r.quantity) as quantity,
               sum(r.quantity) * coalesce(any_value(o.weight), 1) as weight
        from receipts r left join outputs o using (order_id, item) group by r.order_id, r.item""")
    run.execute("""create or replace temp table parts as
        select order_id, centre, finished, finished + in_process * done as units
        from orders join (select order_id, sum(quantity) as finished from made group by order_id) using (order_id)""")
    run.execute("""create or replace temp table weights as
        select order_id, item, quantity, weight / sum(weight) over (partition by order_id) as share from made""")
    # Own costs of orders: charges, and overhead on hours and on quantity.
    run.execute("create or replace temp table own as "
                f"select order_id, {by_element('amount')} from ("
                "select order_id, element, amount from charges union all "
                "select p.order_id, o.element, o.amount * d.hours / sum(d.hours) over (partition by o.centre) "
                "from overhead o join parts p using (centre) join drivers d using (order_id) "
                "where o.base = 'labour_hours' union all "
                "select p.order_id, o.element, o.amount * p.units / sum(p.units) over (partition by o.centre) "
                "from overhead o join parts p using (centre) where o.base = 'quantity') group by order_id")
    run.execute("create or replace temp table makers as select item, count(*) as left_over from made group by item")
    run.execute("create or replace temp table priced (item integer, quantity double, "
                + ", ".join(f"{at} double" for at in COLUMNS) + ")")
    run.execute("create or replace temp table finished (order_id integer, item integer, "
                + ", ".join(f"{at} double" for at in COLUMNS) + ")")
    run.execute("insert into priced select c.* from came c where item not in (select item from makers)")
    # Overhead on bought material, which is known now.
    shares = ", ".join(f"sum(x.{at}) as {at}" for at in COLUMNS)
    value = " + ".join(COLUMNS)
    run.execute("create or replace temp table own as "
                f"select order_id, {shares} from (select * from own union all "
                f"select order_id, {by_element('amount')} from (select p.order_id, o.element, "
                "o.amount * m.material / sum(m.material) over (partition by o.centre) as amount "
                "from overhead o join parts p using (centre) join ("
                f"select order_id, sum(i.quantity * ({value}) / c.quantity) as material "
                "from issues i join priced c using (item) group by order_id) m using (order_id) "
                "where o.base = 'purchased_material') group by order_id) x group by order_id")
    done = 0
    while True:
        run.execute("""create or replace temp table ready as select order_id from orders
            where order_id not in (select order_id from finished)
              and order_id not in (select order_id from issues where item not in (select item from priced))""")
        if run.execute("select count(*) from ready").fetchone()[0] == 0:
            break
        issued = ", ".join(f"sum(i.quantity * c.{at} / c.quantity) as {at}" for at in COLUMNS)
        cost = ", ".join(f"sum({at}) * any_value(finished / units) as {at}" for at in COLUMNS)
        run.execute("create or replace temp table cost as "
                    f"select order_id, {cost} from (select order_id, {issued} from ready "
                    "join issues i using (order_id) join priced c using (item) group by order_id "
                    "union all select o.* from own o join ready using (order_id)) "
                    "join parts using (order_id) group by order_id")
        run.execute("insert into finished select order_id, item, "
                    + ", ".join(f"{at} * share" for at in COLUMNS) + " from cost join weights using (order_id)")
        run.execute("insert into priced select item, sum(quantity), " + sums + " from ("
                    f"select item, quantity, {', '.join(COLUMNS)} from came union all "
                    f"select f.item, w.quantity, {', '.join('f.' + at for at in COLUMNS)} "
                    "from finished f join weights w using (order_id, item)) "
                    "where item not in (select item from priced) and item not in ("
                    "select item from made where order_id not in (select order_id from finished)) "
                    "and item in (select item from makers) group by item")
        done += 1
    # The values of every issue and sale, and what is left: the answer a user needs.
    unit = " + ".join(f"c.{at}" for at in COLUMNS)
    run.execute(f"create or replace temp table issue_values as select i.id, i.quantity * ({unit}) / c.quantity as v "
                "from issues i join priced c using (item)")
    issued = run.execute("select sum(v) from issue_values").fetchone()[0]
    sold = run.execute(f"select sum(m.quantity * ({unit}) / c.quantity) from movements m join priced c using (item) "
                       "where m.kind = 'sale'").fetchone()[0]
    came = run.execute(f"select sum({' + '.join(COLUMNS)}) from priced").fetchone()[0]
    total = run.execute("select (select sum(amount) from stock) + (select sum(amount) from charges) + "
                        "(select sum(amount) from overhead) + "
                        "(select sum(amount) from movements where kind = 'purchase')").fetchone()[0]
    stock = came - issued - sold
    received = run.execute(f"select sum({' + '.join(COLUMNS)}) from finished").fetchone()[0]
    return {"rounds": done, "issued": issued, "received": received, "sold": sold, "stock": stock,
            "wip": total - sold - stock}


def in_polars(directory):
    import polars as pl

    def load(name, numbers):
        table = pl.read_csv(os.path.join(directory, name + ".csv"), infer_schema=False)
        ids = [at for at in ("item", "order_id") if at in table.columns]
        cast = [pl.col(at).str.slice(1).cast(pl.Int32) for at in ids]
        return table.with_columns(cast + [pl.col(at).cast(pl.Float64) for at in numbers])

    tables = {
        "items": load("items", []), "orders": load("orders", ["in_process", "done_percent"]),
        "outputs": load("outputs", ["weight"]), "stock": load("stock", ["quantity", "amount"]),
        "movements": load("movements", ["quantity", "amount"]), "issues": load("issues", ["quantity"]),
        "receipts": load("receipts", ["quantity"]), "charges": load("charges", ["amount"]),
        "overhead": load("overhead", ["amount"]), "drivers": load("drivers", ["hours"]),
    }
    return lambda: close_polars(pl, tables)


def close_polars(pl, t):
    def spread(table):
        # Amounts by element, each element a column.
        return table.with_columns([pl.when(pl.col("element") == name).then(pl.col("amount")).otherwise(0.0).alias(at)
                                   for name, at in zip(ELEMENTS, COLUMNS)])

    value = pl.sum_horizontal(COLUMNS)
    bought = t["movements"].filter(pl.col("kind") == "purchase")
    came = pl.concat([table.select("item", "quantity", "amount") for table in (t["stock"], bought)])
    came = spread(came.join(t["items"], on="item")).group_by("item").agg(pl.sum("quantity", *COLUMNS))
    made = t["receipts"].group_by("order_id", "item").agg(pl.sum("quantity"))
    made = made.join(t["outputs"], on=["order_id", "item"], how="left").with_columns(pl.col("weight").fill_null(1.0))
    weight = pl.col("quantity") * pl.col("weight")
    made = made.with_columns((weight / weight.sum().over("order_id")).alias("share"))
    parts = t["orders"].join(made.group_by("order_id").agg(pl.sum("quantity").alias("finished")), on="order_id")
    parts = parts.with_columns(
        (pl.col("finished") + pl.col("in_process") * pl.col("done_percent") / 100).alias("units"))
    hours = parts.join(t["drivers"], on="order_id")
    priced = came.join(made, on="item", how="anti")
    unit = priced.with_columns((value / pl.col("quantity")).alias("unit")).select("item", "unit")
    material = t["issues"].join(unit, on="item").group_by("order_id").agg(
        (pl.col("quantity") * pl.col("unit")).sum().alias("material"))
    bases = {"labour_hours": (hours, "hours"), "quantity": (parts, "units"),
             "purchased_material": (parts.join(material, on="order_id"), "material")}
    own = [t["charges"].select("order_id", "element", "amount")]
    for base, (table, column) in bases.items():
        rows = t["overhead"].filter(pl.col("base") == base).join(table, on="centre")
        share = pl.col("amount") * pl.col(column) / pl.col(column).sum().over("centre", "element")
        own.append(rows.select("order_id", "element", share.alias("amount")))
    own = spread(pl.concat(own)).group_by("order_id").agg(pl.sum(*COLUMNS))
    waiting, finished, done = t["orders"].select("order_id"), None, 0
    while True:
        blocked = t["issues"].join(waiting, on="order_id", how="semi").join(priced, on="item", how="anti")
        ready = waiting.join(blocked, on="order_id", how="anti")
        if ready.height == 0:
            break
        issued = t["issues"].join(ready, on="order_id", how="semi").join(priced, on="item", suffix="_all")
        issued = issued.select("order_id", *[pl.col(at) * pl.col("quantity") / pl.col("quantity_all")
                                             for at in COLUMNS])
        cost = pl.concat([issued, own.join(ready, on="order_id", how="semi").select("order_id", *COLUMNS)])
        cost = cost.group_by("order_id").agg(pl.sum(*COLUMNS)).join(parts, on="order_id").join(made, on="order_id")
        part = pl.col("finished") / pl.col("units") * pl.col("share")
        cost = cost.select("order_id", "item", "quantity", *[pl.col(at) * part for at in COLUMNS])
        finished = cost if finished is None else pl.concat([finished, cost])
        waiting = waiting.join(ready, on="order_id", how="anti")
        open_items = made.join(waiting, on="order_id", how="semi")
        new = finished.join(open_items, on="item", how="anti").join(priced, on="item", how="anti")
        old = came.join(new, on="item", how="semi")
        new = pl.concat([old.select("item", "quantity", *COLUMNS), new.select("item", "quantity", *COLUMNS)])
        priced = pl.concat([priced, new.group_by("item").agg(pl.sum("quantity", *COLUMNS)).select(priced.columns)])
        done += 1
    unit = priced.select("item", (value / pl.col("quantity")).alias("unit"))

    def at_price(table):
        return table.join(unit, on="item").select((pl.col("quantity") * pl.col("unit")).alias("v"))

    issue_values = at_price(t["issues"])
    issued, sold = issue_values["v"].sum(), at_price(t["movements"].filter(pl.col("kind") == "sale"))["v"].sum()
    total = sum(table["amount"].sum() for table in (t["stock"], bought, t["charges"], t["overhead"]))
    stock = priced.select(value.sum()).item() - issued - sold
    received = finished.select(value.sum()).item()
    return {"rounds": done, "issued": issued, "received": received, "sold": sold, "stock": stock,
            "wip": total - sold - stock}


def main():
    directory, tool = sys.argv[1], sys.argv[2]
    if tool == "polars":
        os.environ.setdefault("POLARS_MAX_THREADS", os.environ.get("THREADS", "1"))
    close = {"duckdb": in_duckdb, "polars": in_polars}[tool](directory)
    times, totals = [], {}
    for _ in range(int(sys.argv[3]) if len(sys.argv) > 3 else 3):
        started = time.process_time()
        totals = close()
        times.append(time.process_time() - started)
    expected = {}
    with open(os.path.join(directory, "totals.csv"), encoding="utf-8") as file:
        for line in file:
            name, amount = line.strip().split(",")
            expected[name] = float(amount)
    wrong = 0
    for name, amount in expected.items():
        # Whole cents differ from doubles: a tie of a cent goes to what is finished, level after level.
        apart = abs(totals[name] - amount)
        wrong += apart > 1e-6 * abs(amount) + 1
        print(f"{name} {totals[name]:.2f} headstock {amount:.2f} apart {apart:.2f}")
    print(f"figure {tool}.close_cpu {sorted(times)[len(times) // 2]:.3f} s")
    print(f"figure {tool}.peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 // 1000000} MB")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
