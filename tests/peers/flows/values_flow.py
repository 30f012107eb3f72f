"""Random values of every kind. The seed makes them the same each time."""
import collections
import datetime
import decimal
import fractions
import pathlib
import random
import uuid

from metaflow import FlowSpec, Parameter, step


class Maker(object):
    def __init__(self, seed):
        self.r = random.Random(seed)

    def text(self):
        return "".join(self.r.choice("abc xyz\"\\\n\t\u00e9\u2603\U0001f600\ud800") for _ in range(self.r.randrange(12)))

    def leaf(self):
        r = self.r
        return r.choice([
            lambda: None, lambda: r.random() < .5, lambda: r.randrange(-10, 10), lambda: r.getrandbits(r.choice([31, 63, 64, 200])),
            lambda: -r.getrandbits(70), lambda: r.uniform(-1, 1) * 10.0 ** r.randrange(-20, 20), lambda: float(r.choice(["nan", "inf", "-0.0"])),
            self.text, lambda: bytes(r.getrandbits(8) for _ in range(r.randrange(20))), lambda: bytearray(b"ab"),
            lambda: complex(r.random(), -r.random()), lambda: decimal.Decimal(r.randrange(1000)).scaleb(-3),
            lambda: fractions.Fraction(r.randrange(-9, 9), 7), lambda: uuid.UUID(int=r.getrandbits(128)),
            lambda: pathlib.PurePosixPath("a/%d" % r.randrange(9)), lambda: range(r.randrange(9)), lambda: slice(1, None, 2),
            lambda: datetime.datetime(2024, 1, 1 + r.randrange(28), 3, 4, 5, r.choice([0, 7])),
            lambda: datetime.datetime(2024, 1, 2, tzinfo=datetime.timezone(datetime.timedelta(minutes=r.randrange(-700, 700)))),
            lambda: datetime.date(1999, 12, 1 + r.randrange(31)), lambda: datetime.time(r.randrange(24), 5),
            lambda: datetime.timedelta(days=r.randrange(-9, 9), microseconds=r.randrange(10 ** 6)), lambda: len, lambda: dict,
        ])()

    def plain(self, depth=0):
        r, k = self.r, self.r.randrange(12)
        n = r.randrange(5)
        if depth > 3 or k < 4:
            return self.leaf()
        if k == 4:
            return {self.text() + str(i): self.plain(depth + 1) for i in range(n)}
        if k == 5:
            return {r.choice([i, str(i), (i, "t"), i + .5]): self.plain(depth + 1) for i in range(n)}
        if k == 6:
            return tuple(self.plain(depth + 1) for _ in range(n))
        if k == 7:
            return set(r.sample(range(50), n))
        if k == 8:
            return frozenset(r.sample("abcdefgh", n))
        if k == 9:
            return collections.OrderedDict((str(i), self.plain(depth + 1)) for i in range(n))
        if k == 10:
            return r.choice([lambda: collections.Counter("hello"), lambda: collections.deque([1, self.leaf()], 5),
                             lambda: collections.defaultdict(list, a=[self.leaf()])])()
        return [self.plain(depth + 1) for _ in range(n)]

    def array(self):
        import numpy as np
        r = self.r
        shape = tuple(r.choice([0, 1, 2, 3, 5]) for _ in range(r.randrange(4)))
        if r.random() < .1:
            shape = (r.choice([999, 1000, 1001]),)
        code = r.choice(["?", "i1", "u2", "i4", "i8", "u8", ">i2", ">f8", "f2", "f4", "f8", "c8", "c16", "U4", "S3", "M8[ns]", "M8[D]",
                         "m8[s]", "O", "V3", "rec"])
        n = int(np.prod(shape))
        if code == "rec":
            a = np.zeros(n, dtype=[("a", "<i4"), ("b", ">f8"), ("s", "U2"), ("m", "<i2", (2,))])
            a["a"] = range(n)
        elif code == "O":
            a = np.empty(n, dtype=object)
            for i in range(n):
                a[i] = self.leaf()
        elif code[0] in "US":
            a = np.array([r.choice(["a", "bcd", ""]) for _ in range(n)], dtype=code)
        elif code[0] in "Mm":
            a = np.array([r.randrange(-10 ** 9, 10 ** 9) for _ in range(n)], dtype="i8").view(code) if n else np.zeros(0, code)
        elif code == "V3":
            a = np.zeros(n, code)
        else:
            a = np.array([r.randrange(0, 100) for _ in range(n)]).astype(code)
            if a.dtype.kind == "f" and n:
                a[r.randrange(n)] = r.choice([float("nan"), 1e-7, 0.1])
        a = a.reshape(shape)
        k = r.randrange(6)
        if k == 0:
            a = np.asfortranarray(a)
        elif k == 1 and a.ndim:
            a = a[::-1]
        elif k == 2 and a.size and a.dtype.kind != "O":
            return a[(0,) * a.ndim]
        return a

    def column(self, n):
        import numpy as np
        import pandas as pd
        r = self.r
        some = [r.randrange(100) for _ in range(n)]
        holes = [None if r.random() < .3 else x for x in some]
        return r.choice([
            lambda: np.array(some), lambda: np.array(some, dtype="f4"), lambda: np.array(holes, dtype="f8"), lambda: np.array(some) > 50,
            lambda: pd.array(holes, dtype="Int64"), lambda: pd.array([None if x is None else x > 50 for x in holes], dtype="boolean"),
            lambda: pd.array([None if x is None else str(x) for x in holes], dtype="string"),
            lambda: pd.Series([self.leaf() for _ in range(n)], dtype=object).values,
            lambda: pd.Categorical([None if x is None else "c%d" % (x % 3) for x in holes]),
            lambda: pd.to_datetime([None if x is None else 10 ** 18 + x for x in holes]),
            lambda: pd.to_datetime([None if x is None else 10 ** 18 + x for x in holes], utc=True).tz_convert("Europe/Helsinki"),
            lambda: pd.to_timedelta(some, unit="min"), lambda: pd.period_range("2024-01", periods=n, freq="D").array,
            lambda: pd.arrays.IntervalArray.from_breaks(range(n + 1)), lambda: pd.arrays.SparseArray([x % 3 for x in some]),
        ])()

    def index(self, n):
        import pandas as pd
        r = self.r
        return r.choice([
            lambda: pd.RangeIndex(n), lambda: pd.RangeIndex(5, 5 + 2 * n, 2), lambda: pd.Index(["r%d" % i for i in range(n)], name="rows"),
            lambda: pd.date_range("2024-01-01", periods=n, freq="D"), lambda: pd.Index([i * .5 for i in range(n)]),
            lambda: pd.MultiIndex.from_arrays([[i // 2 for i in range(n)], ["x%d" % i for i in range(n)]], names=["a", None]),
            lambda: pd.CategoricalIndex(["k%d" % (i % 2) for i in range(n)]),
        ])()

    def frame(self):
        import pandas as pd
        r = self.r
        n = r.choice([0, 1, 4, 9])
        k = r.randrange(6)
        if k == 0:
            return pd.Series(self.column(n), index=self.index(n), name=r.choice([None, "s", 3]))
        if k == 1:
            return self.index(n)
        if k == 2:
            return r.choice([pd.Timestamp("2024-01-01 01:02:03.5"), pd.Timestamp("2024-07-01", tz="America/New_York"), pd.Timedelta("1 days 02:03:04"),
                             pd.Period("2024Q1"), pd.Interval(0, 5), pd.NaT, pd.NA])
        d = pd.DataFrame(index=self.index(n))
        for i in range(r.randrange(6)):
            d["c%d" % i] = self.column(n)
        return d if r.random() < .7 else d.iloc[::2]

    def model(self):
        import numpy as np
        import scipy.sparse
        from sklearn import cluster, linear_model, pipeline, preprocessing, tree
        r = self.r
        x = np.array([[r.randrange(9), r.random()] for _ in range(8)])
        y = np.array([0, 1] * 4)
        return r.choice([
            lambda: linear_model.LinearRegression().fit(x, y), lambda: linear_model.LogisticRegression().fit(x, y),
            lambda: preprocessing.StandardScaler().fit(x), lambda: cluster.KMeans(2, n_init=1, random_state=1).fit(x),
            lambda: tree.DecisionTreeClassifier(max_depth=2, random_state=1).fit(x, y),
            lambda: pipeline.make_pipeline(preprocessing.MinMaxScaler(), linear_model.Ridge()).fit(x, y),
            lambda: scipy.sparse.csr_matrix(x), lambda: scipy.sparse.coo_matrix(x), lambda: np.random.RandomState(3),
            lambda: np.ma.MaskedArray([1, 2, 3], mask=[0, 1, 0]), lambda: np.matrix([[1, 2], [3, 4]]), lambda: np.dtype("f4"),
        ])()


class ValuesFlow(FlowSpec):
    seed = Parameter("seed", default=1)
    count = Parameter("count", default=120)

    @step
    def start(self):
        m = Maker(self.seed)
        for kind in ("plain", "array", "frame", "model"):
            for i in range(self.count if kind != "model" else 24):
                setattr(self, "%s_%03d" % (kind, i), getattr(m, kind)())
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    ValuesFlow()
