#include "start.h"

#include <stdlib.h>

#include "../clientlib/base/err.h"
#include "../clientlib/base/fmt.h"
#include "data.h"

enum { THREADS_LOCAL = 4, THREADS_SERVICE = 12 };

struct start_data {
	struct mf_config *config;
	struct mf_client *client;
	char *ns; /* of the user, if that is wanted */
};

static struct mf_config_options config_options(const struct start_options *o)
{
	struct mf_config_options c = {0};

	if (o) {
		c.metadata = o->metadata;
		c.datastore_root = o->datastore_root;
		c.profile = o->profile;
		c.file = o->config;
		c.offline = o->offline;
		c.no_cache = o->no_cache;
		c.trust_paths = o->trust_paths;
	}
	return c;
}

int start_load(struct start_options *o, struct mf_error *err)
{
	struct mf_config_options c = config_options(o);
	struct start_data *d = calloc(1, sizeof(*d));
	int rc;

	if (!d)
		return err_nomem(err);
	const char *now = getenv("MFKIT_NOW"); /* tests and pictures fix the present */
	if (now)
		parse_time(now, 0, &c.now);
	o->data = d;
	TRY(mf_config_load(&d->config, &c, err));
	if (o->my_runs) {
		struct buf ns = BUF_INIT(4096);
		const char *user = mf_config_user(d->config);
		if (!user) {
			rc = err_at(err, MF_EFAILED, "--my-runs", "the user is not known: set METAFLOW_USER");
			goto done;
		}
		buf_addf(&ns, "user:%s", user);
		TRY(buf_err(&ns, err));
		o->ns = d->ns = buf_take(&ns);
	}
	TRY(mf_client_open(&d->client, d->config, err));
done:
	if (rc < 0)
		start_unload(o);
	return rc;
}

void start_unload(struct start_options *o)
{
	if (!o->data)
		return;
	mf_client_free(o->data->client);
	mf_config_free(o->data->config);
	free(o->data->ns);
	free(o->data);
	o->data = NULL;
}

int start_threads(const struct start_options *o)
{
	const char *source = o->data && o->data->client ? mf_client_source(o->data->client) : "";

	return str_starts(source, "service@") ? THREADS_SERVICE : THREADS_LOCAL;
}

static int take_data(struct app *a, const struct start_options *o, struct mf_error *err)
{
	if (o && o->data && o->data->client) {
		struct start_data d = *o->data;
		*o->data = (struct start_data){.ns = d.ns};
		return data_adopt(a, d.config, d.client, o->ns, err);
	}
	struct mf_config_options c = config_options(o);
	return data_open(a, &c, o ? o->ns : NULL, err);
}

static void open_path(struct app *a, const char *pathspec)
{
	data_find(a, pathspec);
}

bool app_open_start(struct app *a, const char *pathspec)
{
	struct mf_error err = MF_ERROR_INIT;

	app_on_path(a, open_path);
	if (!data_of(a) && take_data(a, app_start(a), &err) < 0) {
		app_say_error(a, &err);
		return app_open(a, "messages", NULL) != NULL;
	}
	data_of(a)->choose = !pathspec || !*pathspec;
	if (!app_open(a, "flows", NULL))
		return false;
	if (pathspec && *pathspec)
		data_find(a, pathspec);
	return true;
}
