/* model/data.h: where the data of a run is: --datastore-root, else the store that its tasks' metadata names (ds-type, ds-root) or
 * its artifacts' records do, else the history that is read. Hosts come from the configuration alone; what is recorded names
 * buckets, containers and directories. */
#ifndef MF_MODEL_DATA_H
#define MF_MODEL_DATA_H

#include "../store/store.h"
#include "object.h"

/* Open the stores of a client, and the one that the configuration names. */
int client_data_open(struct mf_client *c, struct mf_error *err);
/* The store of the object's run. NULL: none is at hand (err untouched), or it cannot be opened (err says why, and the trouble is
 * noted). Lent. */
struct store *object_store(struct mf_object *o, struct mf_error *err);
/* Where a record says its data is: ds_type and location (":root:ROOT", or a path below the root). NULL as above; *root (may be
 * NULL) is what is recorded, in the arena, NULL when it is not understood. Thread-safe for different arenas. */
struct store *data_recorded(struct mf_object *o, struct arena *a, const char *ds_type, const char *location, const char **root,
	struct mf_error *err);
/* A directory of this machine that a record or an artifact names (":root:ROOT", or a path below one), as far as it is trusted:
 * up to its .metaflow or .metaflow_spin, or all of it with --trust-paths; in the arena. NULL: nobody is sent there. */
const char *data_trusted(const struct mf_client *c, struct arena *a, const char *location);
/* A place as a user or a record writes it, "s3://…", "azure://…", a path: its store and the key in it, in the arena.
 * key NULL: the place is a root. */
int data_locate(struct mf_client *c, struct arena *a, const char *place, struct store **s, const char **key, struct mf_error *err);
/* Read and parse a JSON object of the datastore of o's run, in its arena. */
int object_data_json(struct mf_object *o, const char *key, struct mf_value **out, struct mf_error *err);
/* rc of something that a store was asked: trouble is noted where the store gave no answer; returns rc. */
int data_result(const struct store *s, int rc, const struct mf_error *err);
/* An object of a store has been read. Files are counted here; what came over the network is counted where it was sent. */
void data_tally(struct mf_client *c, const struct store *s, uint64_t bytes);

#endif
