"""A double of Metaflow's metadata service for tests.

    rows.py       columns of the six kinds of rows, their order, how they are shown
    wire.py       answers and error bodies as the service words them
    versions.py   what each release can do
    store.py      rows in memory, reading and writing them
    history.py    rows of a local .metaflow, read when they are asked for
    synthetic.py  large histories computed from an index
    status.py     the status of a run
    filters.py    the query language of runs and tasks
    reads.py      the GET routes
    writes.py     the POST and PATCH routes
    routes.py     paths to handlers
    server.py     HTTP, faults, counts and the other controls
"""
