"""The artifacts of a task as the Python client loads them, rendered by ../data/oracle/render.py.

usage: values.py PROJECT PATHSPEC    prints {"artifact": "canonical JSON text"}; "!" and a reason where there is no rendering
"""
import json
import os
import sys
import warnings

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "data", "oracle"))
import render  # noqa: E402


def main(project, pathspec):
    from metaflow import Task, metadata, namespace
    warnings.simplefilter("ignore")
    metadata("local@" + project)
    namespace(None)
    out = {}
    for a in Task(pathspec):
        if a.id.startswith("_") or a.id == "name":
            continue
        try:
            out[a.id] = render.canon(render.Renderer().go(a.data))
        except render.Unrenderable as e:
            out[a.id] = "!%s" % e
    json.dump(out, sys.stdout)


def same(want, got):
    """Equal but for what a reader without classes prints differently (json-values.md §9: no `via` it does not know)."""
    if isinstance(want, dict) and isinstance(got, dict):
        if "via" in want and "via" not in got:
            return same(want.get("state"), got.get("state"))
        return list(want) == list(got) and all(same(want[k], got[k]) for k in want)
    if isinstance(want, list) and isinstance(got, list):
        return len(want) == len(got) and all(same(a, b) for a, b in zip(want, got))
    return want == got


if __name__ == "__main__":
    main(*sys.argv[1:])
