"""The status of a run, from the metadata of its step `end` and its heartbeat."""

CUTOFF = 360  # seconds without a heartbeat until a run counts as dead
TRUE = {"true", "t", "yes", "y", "on", "1"}


def run_status(run, end_facts, now_ms):
    """`end_facts` are what a source says about the metadata of the step (store.MemorySource.facts)."""
    ok, attempt = None, None
    for field, value, ts, _, _, _ in end_facts:
        if field == "attempt_ok" and (ok is None or ts > ok[0]):
            ok = ts, value.strip().lower() in TRUE
        elif field == "attempt":
            attempt = ts if attempt is None else max(attempt, ts)
    if ok is not None:
        if ok[1]:
            return "completed"
        return "running" if attempt is not None and attempt > ok[0] else "failed"
    beat = run["last_heartbeat_ts"]
    return "running" if beat is not None and abs(now_ms / 1000 - beat) <= CUTOFF else "failed"
