#!/usr/bin/env python3
"""Recipe A planned with plain Python dictionaries: what a user writes who has no library for it.

    python3 plain_dicts.py 10000 [daily]

Prints CPU seconds of the plan alone, planned orders by level, quantities by level and the two check sums of
docs/benchmarks.md. No pegging, no calendars, no reasons.
"""

import resource
import sys
import time
from collections import defaultdict

LEVELS = 5
MASK = (1 << 64) - 1
LOTS = [(1, 1), (50, 1), (1, 10), (20, 5)]


def generate(items, daily):
    state = 12345

    def draw(m):
        nonlocal state
        state = (state * 6364136223846793005 + 1442695040888963407) & MASK
        return (state >> 33) % m

    n = items // LEVELS
    lead, safety, on_hand, lines = [], [], [], []
    for number in range(n * LEVELS):
        level, index = divmod(number, n)
        made = level < LEVELS - 1
        if daily:
            lead.append(1 + draw(5) if made else 7 + draw(22))
        else:
            lead.append(7 * (1 + draw(2 if made else 4)))
        safety.append(25 if index % 10 == 0 else 0)
        on_hand.append(safety[-1] + draw(101))
        taken = {}
        while made and len(taken) < 5:
            component = (level + 1) * n + draw(n)
            if component not in taken:
                taken[component] = 1 + draw(3)
        lines.append(list(taken.items()))
    demand = [[(119 + 7 * week, 1 + draw(20)) for week in range(52)] for _ in range(n)]
    return n, lead, safety, on_hand, lines, demand


def plan(n, lead, safety, on_hand, lines, demand):
    needs = defaultdict(lambda: defaultdict(int))
    for index, rows in enumerate(demand):
        for day, quantity in rows:
            needs[index][day] += quantity
    orders = []
    for number in range(n * LEVELS):
        least, multiple = LOTS[number % n % 4]
        balance, floor = on_hand[number], safety[number]
        mine = needs.pop(number, {})
        for day in sorted(mine):
            balance -= mine[day]
            if balance >= floor:
                continue
            quantity = max(floor - balance, least)
            quantity = -(-quantity // multiple) * multiple
            balance += quantity
            orders.append((number, quantity, day))
            start = day - lead[number]
            for component, per in lines[number]:
                needs[component][start] += quantity * per
    return orders


def main():
    items = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    daily = "daily" in sys.argv[2:]
    data = generate(items, daily)
    before = time.process_time()
    orders = plan(*data)
    took = time.process_time() - before
    n = data[0]
    counts, totals, a, b = [0] * LEVELS, [0] * LEVELS, 0, 0
    for number, quantity, day in orders:
        counts[number // n] += 1
        totals[number // n] += quantity
        a += quantity * day
        b += (number + 1) * (quantity + day)
    name = f"plain_dicts.{'daily' if daily else 'weekly'}.{items}"
    print("orders", *counts, "quantities", *totals, "check", a & MASK, b & MASK)
    print(f"figure {name}.plan_cpu {took:.3f} s")
    print(f"figure {name}.orders {len(orders)} orders")
    print(f"figure {name}.peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 // 1_000_000} MB")


if __name__ == "__main__":
    main()
