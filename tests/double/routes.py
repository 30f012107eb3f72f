"""Paths to handlers."""
import urllib.parse

from . import reads, wire, writes

TASK = "/flows/F/runs/R/steps/S/tasks/T"
# Method, path (a capital letter is any segment), handler, what a version must have for it.
ROUTES = (
    ("GET", "/ping", reads.ping, None),
    ("GET", "/version", reads.version, "admin"),
    ("GET", "/healthcheck", reads.healthcheck, "admin"),
    ("GET", "/auth/token", reads.auth_token, None),
    ("GET", "/flows", reads.flows, None),
    ("GET", "/flows/F", reads.flow, None),
    ("GET", "/flows/F/runs", reads.runs, None),
    ("GET", "/flows/F/runs/R", reads.run, None),
    ("GET", "/flows/F/runs/R/steps", reads.steps, None),
    ("GET", "/flows/F/runs/R/steps/S", reads.step, None),
    ("GET", "/flows/F/runs/R/steps/S/tasks", reads.tasks, None),
    ("GET", TASK, reads.task, None),
    ("GET", "/flows/F/runs/R/steps/S/filtered_tasks", reads.filtered_tasks, "filters_tasks"),
    ("GET", "/flows/F/runs/R/metadata", reads.metadata("FR"), None),
    ("GET", TASK + "/metadata", reads.metadata("FRST"), None),
    ("GET", "/flows/F/runs/R/artifacts", reads.artifacts("FR"), None),
    ("GET", "/flows/F/runs/R/steps/S/artifacts", reads.artifacts("FRS"), None),
    ("GET", TASK + "/artifacts", reads.artifacts("FRST"), None),
    ("GET", TASK + "/attempt/N/artifacts", reads.attempt_artifacts, "attempts"),
    ("GET", TASK + "/artifacts/A", reads.artifact, None),
    ("GET", TASK + "/artifacts/A/attempt/N", reads.artifact_of_attempt, "attempts"),
    ("POST", "/flows/F", writes.create_flow, None),
    ("POST", "/flows/F/run", writes.create_run, None),
    ("POST", "/flows/F/runs/R/heartbeat", writes.run_heartbeat, "heartbeats"),
    ("POST", "/flows/F/runs/R/steps/S/step", writes.create_step, None),
    ("POST", "/flows/F/runs/R/steps/S/task", writes.create_task, None),
    ("POST", TASK + "/metadata", writes.register("add_metadata", "metadata_created"), None),
    ("POST", TASK + "/artifact", writes.register("add_artifact", "artifacts_created"), None),
    ("POST", TASK + "/heartbeat", writes.task_heartbeat, "heartbeats"),
    ("PATCH", "/flows/F/runs/R/tag/mutate", writes.mutate_tags, "run_tags"),
)


def split(path):
    return path.split("/")[1:]


def capture(pattern, segments):
    """The ids in a path, or None if it is another path."""
    ids = {}
    for part, segment in zip(pattern, segments):
        if len(part) == 1 and part.isupper():
            if not segment:
                return None
            ids[part] = urllib.parse.unquote(segment)
        elif part != segment:
            return None
    return ids


TABLE = {}
for _method, _path, _handler, _needs in ROUTES:
    TABLE.setdefault(len(split(_path)), []).append((_method, _path, split(_path), _handler, _needs))


def find(version, method, path, writable):
    """(pattern, handler, ids), or (pattern, None, methods that the path has); the pattern of an unknown path is None."""
    segments, allowed, known = split(path), [], None
    for its_method, pattern, parts, handler, needs in TABLE.get(len(segments), ()):
        ids = capture(parts, segments)
        if ids is None or needs and not getattr(version, needs):
            continue
        known = pattern
        if its_method == "GET" or writable:
            if its_method == method:
                return pattern, handler, ids
            allowed.append(its_method)
    return known, None, allowed


def answer(source, version, clock, method, path, query, body, writable):
    """The pattern of the path (None if there is no such route) and what the service says."""
    pattern, handler, found = find(version, method, path, writable)
    if pattern is None:
        return None, wire.framework(404, "404: Not Found")
    if handler is None:
        return pattern, wire.framework(405, "405: Method Not Allowed", {"Allow": ",".join(sorted(set(found)))})
    pairs = urllib.parse.parse_qsl(query, keep_blank_values=True)
    try:
        return pattern, handler(reads.Request(source, version, clock, found, pairs, body))
    except (wire.DbError, wire.Failure) as error:
        return pattern, error.answer()
