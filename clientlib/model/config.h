/* model/config.h: what the rest of the model asks of a configuration. */
#ifndef MF_MODEL_CONFIG_H
#define MF_MODEL_CONFIG_H

#include "../mf.h"

struct mf_config {
	struct mf_config_entry *entries;
	size_t n_entries;
	const char *root, *root_reason, *user, *metadata; /* metadata: the option as given, or NULL */
	const char *datastore_root, *proc, *cwd;
	const char *service_ca, *service_cert, *service_key, *headers_command; /* MFCTL_SERVICE_…, or NULL */
	bool offline, no_cache, trust_paths;
	const char *cache_dir; /* $XDG_CACHE_HOME/mfkit; NULL: no home */
	int64_t deadline;     /* of everything that goes over the network, ms; 0: none */
	uint64_t value_limit; /* bytes of an artifact held in memory; 0: the usual ones */
	int64_t now; /* 0: the system's clock */
	void (*trace)(void *self, const char *what, const char *path, uint64_t bytes);
	void *trace_self;
	const char *const *environ;
	struct arena *arena;
	bool data_by_metadata; /* datastore_root is what --metadata datastore@ROOT names */
};

/* The option that names datastore_root. */
static inline const char *config_data_option(const struct mf_config *c)
{
	return c->data_by_metadata ? "--metadata datastore@ROOT" : "--datastore-root";
}

#endif
