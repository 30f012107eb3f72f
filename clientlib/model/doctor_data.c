/* Who the user is; where data is, and whether it can be read. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "../store/cas.h"
#include "config.h"
#include "doctor.h"

/* ---- the user ---- */

void doctor_user(struct mf_doctor *d, enum doctor_mine mine)
{
	const char *user = mf_config_user(d->config);
	const char *set = mf_config_get(d->config, "USER");
	if (!user) {
		doctor_say(d, MF_WARNING, "namespace", "set METAFLOW_USER",
			"the user is not known: there are no “my runs”");
		return;
	}
	const char *from =
		set && str_eq(set, user) ? doctor_source(d, "USER") : "the name of the login";
	if (mine == MINE_NONE)
		doctor_say(d, MF_NOTE, "namespace",
			"METAFLOW_USER says who you are; without --my-runs everybody's runs are "
			"listed",
			"you are %s (%s); no run of %s is in your namespace, user:%s", user, from,
			d->flow, user);
	else
		doctor_say(d, MF_FINE, "namespace", NULL,
			"you are %s (%s); your namespace is user:%s%s%s%s", user, from, user,
			mine == MINE_SOME ? ", and " : "", mine == MINE_SOME ? d->flow : "",
			mine == MINE_SOME ? " has runs in it" : "");
}

/* ---- the datastore ---- */

void doctor_datastore(struct mf_doctor *d)
{
	const struct mf_config *c = d->config;
	const char *kind = mf_config_get(c, "DEFAULT_DATASTORE");
	doctor_say(d, MF_FINE, "datastore", NULL, "new runs store their data in: %s, %s",
		kind ? kind : "local", doctor_source(d, "DEFAULT_DATASTORE"));
	if (c->datastore_root)
		doctor_say(d, MF_FINE, "datastore", NULL,
			"data is read from %s, as --datastore-root says", c->datastore_root);
}

/* The root of ":root:/data/.metaflow/F/…", NULL if there is none; the same that the readers of a
 * service's data take. */
static const char *recorded_root(struct mf_doctor *d, const char *location)
{
	const char *end = NULL;
	if (location && str_starts(location, ":root:"))
		location += strlen(":root:");
	if (!location || location[0] != '/' || strstr(location, "/../"))
		return NULL;
	for (const char *p = location; (p = strstr(p, "/.metaflow")); p++)
		end = p;
	if (!end)
		return NULL;
	end += 1 + strcspn(end + 1, "/");
	const char *root = arena_strndup(&d->arena, location, (size_t)(end - location));
	if (!root)
		d->failed = MF_ENOMEM;
	return root;
}

/* Can the blob be opened below the root? */
static void open_blob(struct mf_doctor *d, const struct doctor_blob *b, int fd, const char *root)
{
	const char *what = b->name ? b->name : "an artifact";
	const char *path = arena_printf(&d->arena, "%s/data/%.2s/%s", d->flow, b->sha, b->sha);
	char hint[256];
	if (!path) {
		d->failed = MF_ENOMEM;
		return;
	}
	int blob = openat(fd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), why = errno;
	client_count(d->client, 1, 0, 0);
	client_trace(d->client, "blob", path, 0);
	if (blob >= 0)
		close(blob);
	snprintf(hint, sizeof(hint),
		"`mfctl verify %.80s/%.80s` tells all that is missing or damaged", d->flow, d->run);
	if (blob >= 0)
		doctor_say(d, MF_FINE, "datastore", NULL,
			"the data of the newest run, %s/%s, is in %s, and can be read", d->flow,
			d->run, root);
	else if (why == EACCES || why == EPERM)
		doctor_say(d, MF_PROBLEM, "access", "its owner has to let you read it",
			"%s/%s may not be read: %s of %s/%s", root, path, what, d->flow, d->run);
	else if (why == ENOENT || why == ENOTDIR)
		doctor_say(d, MF_PROBLEM, "datastore", hint,
			"the data of the newest run is not all there: %s of %s/%s is missing from "
			"%s",
			what, d->flow, d->run, root);
	else
		doctor_say(d, MF_PROBLEM, "datastore", hint, "%s/%s cannot be opened: %s", root,
			path, strerror(why));
}

void doctor_blob(struct mf_doctor *d, const struct doctor_blob *b)
{
	struct mf_client *c = d->client;
	const char *recorded = recorded_root(d, b->location);
	if (d->failed)
		return;
	if (b->ds_type && !str_eq(b->ds_type, "local") && !d->config->datastore_root) {
		doctor_say(d, MF_NOTE, "datastore",
			"--datastore-root DIR reads a copy of it, or where it is mounted",
			"the data of the newest run, %s/%s, is in %s, which this version does not "
			"read: values and logs cannot be shown",
			d->flow, d->run, b->ds_type);
		return;
	}
	if (!b->sha || !cas_key_valid(b->sha)) {
		doctor_say(d, MF_NOTE, "datastore", NULL,
			"the newest run, %s/%s, names no data that could be looked for", d->flow,
			d->run);
		return;
	}
	if (!c->service || d->config->datastore_root) {
		open_blob(d, b, c->data_fd, c->data_root ? c->data_root : "");
		return;
	}
	/* where the record says, else in the history of this directory */
	int fd = recorded ? open(recorded, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1, why = errno;
	if (fd >= 0) {
		open_blob(d, b, fd, recorded);
		close(fd);
	} else if (recorded && why == EACCES) {
		doctor_say(d, MF_PROBLEM, "access", "its owner has to let you read it",
			"the data of the newest run, %s/%s, is in %s, which may not be read",
			d->flow, d->run, recorded);
	} else if (c->data_fd >= 0) {
		open_blob(d, b, c->data_fd, c->data_root);
	} else {
		doctor_say(d, MF_WARNING, "datastore",
			"--datastore-root DIR says where it can be read; until then there are "
			"records, but "
			"neither values nor logs",
			"the data of the newest run, %s/%s, is in %s, which is not on this machine",
			d->flow, d->run, recorded ? recorded : "a place that is not recorded");
	}
}
