import time

import numpy as np

from metaflow import FlowSpec, Parameter, card, catch, current, retry, step
from metaflow.cards import Markdown, ProgressBar, Table, ValueBox

CITIES = """
    Amsterdam Athens Barcelona Berlin Bologna Bordeaux Bristol Brno Bruges Cork Dresden Dublin Florence Gdańsk
    Geneva Ghent Glasgow Göteborg Graz Hamburg Helsinki Köln Kraków Leipzig Lille Lisboa Ljubljana Lyon Malmö
    Milano München Napoli Oslo Porto Praha Riga Sevilla Tallinn Wien Zürich
""".split()


class ForecastFlow(FlowSpec):
    """
    Weekly sales forecast, one model per shop.

    A shop whose history is too short does not stop the others: its failure
    is caught and listed in the report.
    """

    shops = Parameter("shops", help="How many shops", default=40)
    horizon = Parameter("horizon", help="Weeks to look ahead", default=12)
    season = Parameter("season", help="Weeks in a season", default=13)

    @step
    def start(self):
        """Choose the shops."""
        self.names = CITIES[: self.shops]
        print("forecasting %d weeks for %d shops" % (self.horizon, len(self.names)))
        self.next(self.fit, foreach="names")

    @catch(var="problem", print_exception=True)
    @retry(times=1, minutes_between_retries=0)
    @step
    def fit(self):
        """Fit a seasonal model to the sales of one shop."""
        self.shop = self.input
        seed = sum(self.shop.encode("utf-8"))
        rng = np.random.default_rng(seed)
        weeks = 11 if self.shop == "Cork" else 104
        if self.shop in ("Bruges", "Lyon") and current.retry_count == 0:
            raise TimeoutError("sales database: no answer within 30 s (shop %s)" % self.shop)
        if weeks < 2 * self.season:
            raise ValueError("only %d weeks of sales for %s, at least %d are needed" % (weeks, self.shop, 2 * self.season))
        t = np.arange(weeks)
        sales = 900 + 3.5 * t + 180 * np.sin(2 * np.pi * t / self.season + seed) + rng.normal(0, 40, weeks)
        time.sleep(0.1 * (seed % 23))
        design = np.column_stack([np.ones(weeks), t, np.sin(2 * np.pi * t / self.season), np.cos(2 * np.pi * t / self.season)])
        coef, *_ = np.linalg.lstsq(design, sales, rcond=None)
        ahead = np.arange(weeks, weeks + self.horizon)
        self.forecast = np.round(np.column_stack([
            np.ones(self.horizon), ahead, np.sin(2 * np.pi * ahead / self.season),
            np.cos(2 * np.pi * ahead / self.season)]) @ coef, 2)
        residual = sales - design @ coef
        self.quality = {"mape": round(float(np.mean(np.abs(residual / sales))), 4),
                        "rmse": round(float(np.sqrt(np.mean(residual ** 2))), 2)}
        print("%-10s trend %+.2f per week, MAPE %.2f%%" % (self.shop, coef[1], 100 * self.quality["mape"]))
        self.next(self.collect)

    @card(type="blank", id="forecast")
    @step
    def collect(self, inputs):
        """Put the forecasts together."""
        c = current.card["forecast"]
        tasks = list(inputs)
        bar = ProgressBar(max=len(tasks), label="shops", unit="shops")
        c.append(Markdown("# Sales forecast"))
        c.append(bar, id="bar")
        self.forecasts, self.failed, rows = {}, [], []
        for n, task in enumerate(tasks):
            if getattr(task, "problem", None):
                self.failed.append((task.index, str(task.problem.exception)))
            else:
                self.forecasts[task.shop] = task.forecast
                rows.append([task.shop, float(task.forecast[0]), float(task.forecast[-1]), task.quality["mape"]])
            bar.update(n + 1)
        c.append(ValueBox(title="Shops", value=len(self.forecasts), subtitle="%d failed" % len(self.failed)))
        c.append(Table(rows, headers=["shop", "next week", "last week", "MAPE"]))
        self.total = np.sum(list(self.forecasts.values()), axis=0)
        for index, why in self.failed:
            print("WARNING shop %d left out: %s" % (index, why))
        self.next(self.end)

    @step
    def end(self):
        """Print the total."""
        print("total of the first week: {:,.0f}".format(self.total[0]))


if __name__ == "__main__":
    ForecastFlow()
