"""Expected renderings of Python values as JSON: the rules, in Python.

render(value) -> Rendering(json=..., json_class=..., why=..., ...)

In short:

  None, bool, int, float, str      JSON (ints exact, any size)
  nan / inf / -inf                 {"$float": "nan" | "inf" | "-inf"}
  tuple, list                      array
  set, frozenset                   array, sorted
  dict, all keys str               object   (no key may start with "$")
  any other dict                   {"$dict": [[key, value], ...]}
  bytes                            {"$bytes": base64}
  numpy.ndarray                    {"$ndarray": {...}}
  numpy scalar                     {"$npscalar": {"dtype":..., "value":...}}
  pandas DataFrame / Series        {"$dataframe": {...}} / {"$series": {...}}
  function, class, builtin         {"$ref": "module.qualname"}
  everything else                  {"$object": "module.Class", "state": ...}
"""
import base64
import collections
import copyreg
import datetime
import decimal
import enum
import fractions
import hashlib
import json
import math
import pathlib
import types
import uuid

try:
    import numpy as np
except ImportError:  # pragma: no cover
    np = None
try:
    import pandas as pd
except ImportError:  # pragma: no cover
    pd = None

MAX_NODES = 1200000      # give up on values bigger than this many nodes
MAX_JSON = 64 * 1024    # bigger renderings are replaced by their sha256
MAX_DEPTH = 400
ND_INLINE = 1000        # arrays with fewer elements carry their data


class Unrenderable(Exception):
    pass


class Cyclic(Unrenderable):
    pass


def canon(x):
    """Canonical JSON text: ASCII, no spaces, keys in insertion order,
    floats as Python's shortest round-trip repr."""
    return json.dumps(x, ensure_ascii=True, separators=(",", ":"), allow_nan=False)


def modname(x):
    m = getattr(x, "__module__", None) or "builtins"
    return "__main__" if m == "__oracle__" else m


def qualname(cls):
    return "%s.%s" % (modname(cls), getattr(cls, "__qualname__", cls.__name__))


def f2j(v):
    if math.isnan(v):
        return {"$float": "nan"}
    if math.isinf(v):
        return {"$float": "inf" if v > 0 else "-inf"}
    return v


def b64(b):
    return {"$bytes": base64.b64encode(bytes(b)).decode("ascii")}


def _sort_key_json(x):
    return canon(x)


class Renderer(object):
    def __init__(self, cycles=False):
        self.nodes = 0
        self.extended = False
        self.stack = []          # (id, path) of the ancestors
        self.cycles = cycles     # True: replace back references by {"$cycle": path}

    # -- helpers ---------------------------------------------------------
    def obj(self, name, state, via=None):
        self.extended = True
        r = {"$object": name, "state": state}
        if via and via != name:
            r["via"] = via
        return r

    def go(self, v, path=""):
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise Unrenderable("more than %d nodes" % MAX_NODES)
        if len(self.stack) > MAX_DEPTH:
            raise Unrenderable("nested deeper than %d levels" % MAX_DEPTH)
        t = type(v)
        # scalars
        if v is None or t is bool or t is int:
            return v
        if t is float:
            return f2j(v)
        if t is str:
            return v
        if t is bytes:
            return b64(v)
        # containers and objects: guard against cycles
        for i, p in self.stack:
            if i == id(v):
                if self.cycles:
                    return {"$cycle": p or "/"}
                raise Cyclic("self-referencing")
        self.stack.append((id(v), path))
        try:
            return self.container(v, t, path)
        finally:
            self.stack.pop()

    def seq(self, v, path):
        return [self.go(x, "%s/%d" % (path, i)) for i, x in enumerate(v)]

    def pairs(self, items, path):
        return [
            [self.go(k, "%s/%d/0" % (path, i)), self.go(x, "%s/%d/1" % (path, i))]
            for i, (k, x) in enumerate(items)
        ]

    def mapping(self, d, path):
        if all(type(k) is str and not k.startswith("$") for k in d):
            return {
                k: self.go(x, "%s/%s" % (path, k.replace("~", "~0").replace("/", "~1")))
                for k, x in d.items()
            }
        return {"$dict": self.pairs(d.items(), path + "/$dict")}

    def container(self, v, t, path):
        if t is list or t is tuple:
            return self.seq(v, path)
        if t is dict:
            return self.mapping(v, path)
        if t is set or t is frozenset:
            try:
                vals = sorted(v)
                return self.seq(vals, path)
            except TypeError:
                return sorted(self.seq(v, path), key=_sort_key_json)
        if np is not None:
            if t is np.ndarray or t is np.memmap:
                return {"$ndarray": self.ndarray(v)}
            if isinstance(v, np.generic):
                self.extended = True
                return {"$npscalar": {"dtype": self.dtype(v.dtype), "value": self.npval(v, v.dtype)}}
            if isinstance(v, np.dtype):
                return self.obj("numpy.dtype", self.dtype(v))
        if pd is not None:
            if isinstance(v, pd.DataFrame):
                return {"$dataframe": self.dataframe(v)}
            if isinstance(v, pd.Series):
                self.extended = True
                return {"$series": self.series(v)}
            if isinstance(v, pd.MultiIndex):
                self.extended = True
                return self.obj("pandas.MultiIndex", {
                    "names": [self.cell(n) for n in v.names], "length": len(v),
                    "head": [self.cell(x) for x in v[:5]]})
            if isinstance(v, pd.Index):
                return self.obj(qualname(t), {
                    "name": self.cell(v.name), "dtype": str(v.dtype), "length": len(v),
                    "head": [self.cell(x) for x in v[:5]]})
            if isinstance(v, pd.Timestamp):
                return self.obj("pandas.Timestamp", v.isoformat())
            if v is pd.NaT:
                return self.obj("pandas.NaT", None)
            if v is pd.NA:
                return self.obj("pandas.NA", None)
            if isinstance(v, (pd.Timedelta, pd.Period, pd.Interval)):
                return self.obj("pandas." + t.__name__, str(v))
        if isinstance(v, enum.Enum):
            return self.obj(qualname(t), self.go(v.value, path + "/state"))
        if t is bytearray:
            return self.obj("builtins.bytearray", b64(v))
        if t is complex:
            return self.obj("builtins.complex", [f2j(v.real), f2j(v.imag)])
        if t is range:
            return self.obj("builtins.range", [v.start, v.stop, v.step])
        if t is slice:
            return self.obj("builtins.slice", self.seq((v.start, v.stop, v.step), path + "/state"))
        if v is Ellipsis:
            return self.obj("builtins.Ellipsis", None)
        if v is NotImplemented:
            return self.obj("builtins.NotImplemented", None)
        if t is datetime.datetime or t is datetime.date or t is datetime.time:
            return self.obj(qualname(t), v.isoformat())
        if t is datetime.timedelta:
            return self.obj("datetime.timedelta", {
                "days": v.days, "seconds": v.seconds, "microseconds": v.microseconds})
        if t is datetime.timezone:
            off = v.utcoffset(None)
            return self.obj("datetime.timezone", {
                "offset_seconds": off.total_seconds(), "name": v.tzname(None)})
        if t is decimal.Decimal:
            return self.obj("decimal.Decimal", str(v))
        if t is fractions.Fraction:
            return self.obj("fractions.Fraction", "%d/%d" % (v.numerator, v.denominator))
        if t is uuid.UUID:
            return self.obj("uuid.UUID", str(v))
        if isinstance(v, pathlib.PurePath):
            return self.obj(qualname(t), str(v))
        if t is collections.OrderedDict:
            return self.obj("collections.OrderedDict", self.mapping(v, path + "/state"))
        if t is collections.Counter:
            return self.obj("collections.Counter", self.mapping(v, path + "/state"))
        if t is collections.defaultdict:
            return self.obj("collections.defaultdict", {
                "default_factory": self.go(v.default_factory, path + "/state/default_factory"),
                "items": self.mapping(v, path + "/state/items")})
        if t is collections.deque:
            return self.obj("collections.deque", {
                "maxlen": v.maxlen, "items": self.seq(v, path + "/state/items")})
        if t is types.SimpleNamespace:
            return self.obj("types.SimpleNamespace", self.mapping(vars(v), path + "/state"))
        if isinstance(v, tuple) and hasattr(t, "_fields"):
            return self.obj(qualname(t), self.seq(v, path + "/state"))
        if isinstance(v, type) or isinstance(v, (types.FunctionType, types.BuiltinFunctionType)):
            if isinstance(v, types.BuiltinFunctionType) and v.__self__ is not None and not isinstance(v.__self__, types.ModuleType):
                return self.reduce(v, t, path)
            self.extended = True
            return {"$ref": "%s.%s" % (modname(v), getattr(v, "__qualname__", v.__name__))}
        return self.reduce(v, t, path)

    def reduce(self, v, t, path):
        """Any other object, as its pickle would carry it (__reduce_ex__(4))."""
        try:
            special = copyreg.dispatch_table.get(t)
            red = special(v) if special else v.__reduce_ex__(4)
        except Exception as e:
            raise Unrenderable("cannot be reduced: %s" % type(e).__name__)
        if isinstance(red, str):
            self.extended = True
            return {"$ref": "%s.%s" % (modname(v), red)}
        func, args = red[0], red[1]
        state = red[2] if len(red) > 2 else None
        listitems = list(red[3]) if len(red) > 3 and red[3] is not None else None
        dictitems = list(red[4]) if len(red) > 4 and red[4] is not None else None
        name = qualname(t)
        fname = "%s.%s" % (modname(func),
                           getattr(func, "__qualname__", getattr(func, "__name__", "?")))
        via = None
        if fname in ("copyreg.__newobj__", "copyreg.__newobj_ex__"):
            if fname.endswith("_ex__"):
                args, kwargs = tuple(args[1]), dict(args[2])
            else:
                args, kwargs = tuple(args[1:]), {}
            via = None
        else:
            kwargs = {}
            via = fname
        p = path + "/state"
        if isinstance(state, tuple) and len(state) == 2 and isinstance(state[1], dict) \
                and (state[0] is None or isinstance(state[0], dict)):
            merged = dict(state[0] or {})
            merged.update(state[1])
            state = merged
        parts = {}
        if args:
            parts["args"] = self.seq(args, p + "/args")
        if kwargs:
            parts["kwargs"] = self.mapping(kwargs, p + "/kwargs")
        if listitems is not None:
            parts["items"] = self.seq(listitems, p + "/items")
        if dictitems is not None:
            parts["dict"] = self.pairs(dictitems, p + "/dict")
        if state is not None and not parts:
            return self.obj(name, self.go(state, p), via)
        if state is not None:
            parts["state"] = self.go(state, p + "/state")
        return self.obj(name, parts or None, via)

    # -- numpy -----------------------------------------------------------
    def dtype(self, dt):
        if dt.names:
            try:
                return [list(map(self._descr, x)) for x in dt.descr]
            except ValueError:      # overlapping fields have no descr
                return {"names": list(dt.names), "formats": [self.dtype(dt.fields[n][0]) for n in dt.names],
                        "offsets": [dt.fields[n][1] for n in dt.names], "itemsize": dt.itemsize}
        if dt.subdtype:
            return [self.dtype(dt.subdtype[0]), list(dt.subdtype[1])]
        return dt.str

    def _descr(self, x):
        if isinstance(x, tuple):
            return [self._descr(y) for y in x]
        if isinstance(x, list):
            return [self._descr(y) for y in x]
        return x

    def npval(self, x, dt):
        k = dt.kind
        if k == "b":
            return bool(x)
        if k in "iu":
            return int(x)
        if k == "f":
            if dt.itemsize > 8:
                return {"$longdouble": repr(x) if not hasattr(x, "item") else np.format_float_scientific(x, unique=True)}
            return f2j(float(x))
        if k == "c":
            if dt.itemsize > 16:
                return {"$clongdouble": str(x)}
            c = complex(x)
            return [f2j(c.real), f2j(c.imag)]
        if k == "U":
            return str(x)
        if k == "S":
            return b64(x)
        if k == "M":
            return str(np.datetime64(x))
        if k == "m":
            return int(np.asarray(x).astype("i8"))
        if k == "V":
            if dt.names:
                return [self.npval(x[n], dt.fields[n][0]) if not dt.fields[n][0].subdtype
                        else self.nd_data(np.asarray(x[n])) for n in dt.names]
            return b64(x.tobytes() if hasattr(x, "tobytes") else bytes(x))
        if k == "O":
            return self.go(x)
        raise Unrenderable("dtype %s" % dt)

    def nd_data(self, a):
        if a.ndim == 0:
            return self.npval(a[()], a.dtype)
        return [self.nd_data(a[i]) if a.ndim > 1 else self.npval(a[i], a.dtype)
                for i in range(a.shape[0])]

    def ndarray(self, a):
        out = {"dtype": self.dtype(a.dtype), "shape": list(a.shape)}
        if a.dtype.hasobject:
            out["sha256"] = None
        else:
            le = a.astype(a.dtype.newbyteorder("<"), copy=False)
            out["sha256"] = hashlib.sha256(np.ascontiguousarray(le).tobytes()).hexdigest()
        if a.size < ND_INLINE:
            out["data"] = self.nd_data(a)
        return out

    # -- pandas ----------------------------------------------------------
    def cell(self, x):
        """A DataFrame/Series/Index cell."""
        if x is None:
            return None
        if pd is not None:
            if x is pd.NaT or x is pd.NA:
                return None
            if isinstance(x, (pd.Timestamp,)):
                return x.isoformat()
            if isinstance(x, (pd.Timedelta, pd.Period, pd.Interval)):
                return str(x)
        if isinstance(x, (datetime.datetime, datetime.date, datetime.time)):
            return x.isoformat()
        if np is not None and isinstance(x, np.generic):
            return self.npval(x, x.dtype)
        if isinstance(x, tuple):
            return [self.cell(y) for y in x]
        if isinstance(x, decimal.Decimal):
            return str(x)
        return self.go(x)

    def dataframe(self, df):
        n = min(5, len(df))
        head = []
        for i in range(n):
            head.append([self.cell(df.iloc[i:i + 1, j].array[0]) for j in range(df.shape[1])])
        return {
            "columns": [self.cell(c) for c in df.columns],
            "dtypes": [str(d) for d in df.dtypes],
            "nrows": int(df.shape[0]),
            "head": head,
            "index_head": [self.cell(x) for x in df.index[:5]],
            "index_names": [self.cell(x) for x in df.index.names],
            "nulls": [int(x) for x in df.isna().sum().tolist()],
        }

    def series(self, s):
        return {
            "name": self.cell(s.name),
            "dtype": str(s.dtype),
            "length": int(len(s)),
            "head": [self.cell(x) for x in s.array[:5]],
            "index_head": [self.cell(x) for x in s.index[:5]],
            "nulls": int(s.isna().sum()),
        }


def safe_repr(v, limit=500):
    try:
        r = repr(v)
    except RecursionError:
        return None, "RecursionError"
    except Exception as e:
        return None, type(e).__name__
    return r[:limit], len(r)


def render(v):
    """Dictionary with the expected rendering of a value."""
    out = {"pytype": qualname(type(v))}
    r = Renderer()
    try:
        j = r.go(v)
        text = canon(j)
        cls = "extended" if r.extended else "strict"
        if len(text) <= MAX_JSON:
            out["json"] = j
        else:
            out["json"] = None
            cls += "-hash"
            out["why"] = "larger than %d bytes" % MAX_JSON
        out["json_class"] = cls
        out["json_len"] = len(text)
        out["json_sha256"] = hashlib.sha256(text.encode("ascii")).hexdigest()
    except Cyclic as e:
        out["json"] = None
        out["json_class"] = "none"
        out["why"] = str(e)
        r2 = Renderer(cycles=True)
        try:
            out["json_cyclic"] = r2.go(v)
        except (Unrenderable, RecursionError) as e2:
            out["why"] += "; " + str(e2)
    except (Unrenderable, RecursionError) as e:
        out["json"] = None
        out["json_class"] = "none"
        out["why"] = str(e) if isinstance(e, Unrenderable) else "RecursionError"
    except Exception as e:
        out["json"] = None
        out["json_class"] = "none"
        out["why"] = "%s: %s" % (type(e).__name__, e)
    if type(v) is str:
        b = v.encode("utf-8", "surrogatepass")
        out["str"] = {"chars": len(v), "utf8_bytes": len(b), "utf8_sha256": hashlib.sha256(b).hexdigest()}
    elif type(v) in (bytes, bytearray):
        out["bytes"] = {"len": len(v), "sha256": hashlib.sha256(bytes(v)).hexdigest()}
    elif type(v) in (list, tuple, dict, set, frozenset):
        out["len"] = len(v)
    if r.nodes > MAX_NODES and not isinstance(v, (str, bytes)):
        rep, n = None, "not attempted"     # may be exponential in size
    else:
        rep, n = safe_repr(v)
    out["repr"] = rep
    if rep is not None:
        out["repr_len"] = n
    else:
        out["repr_error"] = n
    return out
