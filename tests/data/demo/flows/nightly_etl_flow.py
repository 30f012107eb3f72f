import datetime
import os
import sys
import time
import traceback

import numpy as np

from metaflow import FlowSpec, Parameter, current, step

GREEN, YELLOW, RED, BOLD, OFF = "\033[32m", "\033[33m", "\033[31m", "\033[1m", "\033[0m"
NAMES = ["Zoë Ångström", "Łukasz Wójcik", "Мария Иванова", "山田 太郎", "José Nuñez", "Ana Đurić", "O'Brien, Pat", "Émile ☕"]


class Log(object):
    """Log lines with the clock of the nightly window."""

    def __init__(self, name, hour):
        self.name, self.now = name, datetime.datetime(2026, 11, 20, hour, 0, 0)

    def line(self, level, text, stream=sys.stdout):
        self.now += datetime.timedelta(milliseconds=137 + len(text) * 7)
        stamp = self.now.strftime("%Y-%m-%d %H:%M:%S,%f")[:-3]
        stream.write("%s %-8s [%s] %s\n" % (stamp, level, self.name, text))


class PartitionError(Exception):
    """A partition of the warehouse cannot be used."""


def open_partition(table, day):
    path = "%s/%s.partition" % (table, day)
    try:
        with open(path) as f:
            return f.read()
    except FileNotFoundError as e:
        raise PartitionError(
            "table %s has no partition for %s\n"
            "  looked for:  warehouse://%s\n"
            "  newest seen: 2026-11-19 (complete, 48,211 rows)\n"
            "  the export job of the shop system has probably not finished" % (table, day, path)) from e


def load_table(table, day):
    rows = open_partition(table, day)
    return rows.count("\n")


class NightlyEtlFlow(FlowSpec):
    """
    Load yesterday's orders, customers and events into the warehouse.

    Runs every night. Three sources are read side by side, checked row by row
    and written in one go.
    """

    day = Parameter("day", help="The day to load", default="2026-11-20")
    batch = Parameter("batch", help="Rows per batch", default=250)
    sample = Parameter("sample", help="Percent of the rows", default=100)
    strict = Parameter("strict", help="Reject a batch with a bad row", default=False)

    @step
    def start(self):
        """Plan the load."""
        self.sources = {"orders": 1200, "customers": 300, "events": 1500}
        print("loading %s: %s" % (self.day, ", ".join(sorted(self.sources))))
        self.next(self.extract_orders, self.extract_customers, self.extract_events)

    def extract(self, name, pause):
        log = Log(name, 2)
        log.line("INFO", "connected to replica-%d" % (len(name) % 3))
        self.table = name
        self.rows = self.sources[name] * self.sample // 100
        time.sleep(pause)
        log.line("INFO", "%d rows" % self.rows)

    @step
    def extract_orders(self):
        """Read the orders."""
        self.extract("orders", 1.2)
        self.next(self.combine)

    @step
    def extract_customers(self):
        """Read the customers."""
        self.extract("customers", 0.3)
        self.next(self.combine)

    @step
    def extract_events(self):
        """Read the click stream."""
        self.extract("events", 0.04 * self.sample + 0.8)
        self.next(self.combine)

    @step
    def combine(self, inputs):
        """Put the three sources together."""
        self.counts = {t.table: t.rows for t in inputs}
        self.total = sum(self.counts.values())
        self.merge_artifacts(inputs, include=["sources"])
        self.next(self.validate)

    @step
    def validate(self):
        """Check every row; this step talks a lot."""
        log = Log("validate", 3)
        rng = np.random.default_rng(sum(self.day.encode()))
        self.rejected = []
        print(BOLD + "Validating %d rows of %s" % (self.total, self.day) + OFF)
        for row in range(self.total):
            amount = float(np.round(rng.gamma(2.0, 40.0), 2))
            who = NAMES[row % len(NAMES)]
            if row % self.batch == 0:
                log.line("INFO", GREEN + "batch %d" % (row // self.batch + 1) + OFF + " begins at row %d" % row)
            if amount > 420:
                log.line("WARNING", YELLOW + "row %d: unusual amount %.2f € for %s" % (row, amount, who) + OFF)
            elif row % 397 == 396:
                log.line("ERROR", RED + "row %d: no customer id (%s)" % (row, who) + OFF)
                self.rejected.append({"row": row, "why": "no customer id", "amount": amount})
            else:
                log.line("DEBUG", "row %d ok: %s, %.2f €" % (row, who, amount))
        try:
            float("12,50")
        except ValueError:
            log.line("ERROR", "cannot parse the price of the last row", sys.stderr)
            traceback.print_exc()
        for done in range(0, 101, 4):
            sys.stdout.write("\rchecking keys %3d%% [%-25s]" % (done, "█" * (done // 4)))
            sys.stdout.flush()
        sys.stdout.write("\n")
        log.line("INFO", GREEN + "✔ %d rows good" % (self.total - len(self.rejected)) + OFF
                 + ", " + RED + "✘ %d rejected" % len(self.rejected) + OFF)
        self.good_rows = self.total - len(self.rejected)
        self.next(self.load)

    @step
    def load(self):
        """Write the rows into the warehouse."""
        log = Log("load", 4)
        log.line("INFO", "attempt %d, %d rows" % (current.retry_count, self.good_rows))
        time.sleep(0.6)
        log.line("INFO", "reading the partition of %s" % self.day)
        self.loaded = load_table(os.environ.get("DEMO_WAREHOUSE", "warehouse"), self.day)
        self.finished_on = datetime.date.fromisoformat(self.day)
        log.line("INFO", "done")
        self.next(self.end)

    @step
    def end(self):
        """Sum up."""
        print("%d rows loaded for %s" % (self.good_rows, self.day))


if __name__ == "__main__":
    NightlyEtlFlow()
