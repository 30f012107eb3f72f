/* Who the user is; where data is, and whether it can be read. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../store/cas.h"
#include "../store/local.h"
#include "config.h"
#include "data.h"
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
			"data is read from %s, as %s says", c->datastore_root, config_data_option(c));
}

/* An object store: as whom, can its keys be listed. False: no use asking for more. */
static bool ask_store(struct mf_doctor *d, struct store *s)
{
	struct mf_error err = MF_ERROR_INIT;
	struct buf who = BUF_INIT(4096);
	struct store_list list = {.prefix = "", .limit = 1};
	bool fine = false;
	int rc = s->backend->who(s, &who, NULL, &err);
	if (rc < 0) {
		doctor_error(d, MF_PROBLEM, "access", "no credentials for the datastore: ", &err);
		goto done;
	}
	doctor_say(d, MF_FINE, "access", NULL, "%s is read as %s", s->where, who.p);
	rc = s->backend->list(s, &list, &err);
	fine = rc == MF_OK || rc == MF_EACCESS;
	if (rc == MF_EACCESS)
		doctor_error(d, MF_WARNING, "access", "what is in the datastore cannot be listed: ", &err);
	else if (rc < 0)
		doctor_error(d, MF_PROBLEM, doctor_topic(&err), "the datastore: ", &err);
	else if (!list.names.n)
		doctor_say(d, MF_WARNING, "datastore", "is this the right root?", "nothing is in %s", s->where);
	else
		doctor_say(d, MF_FINE, "datastore", NULL, "%s can be listed", s->where);
done:
	fs_names_release(&list.names);
	free(list.next);
	buf_release(&who);
	return fine;
}

/* Can the blob be opened? */
static void open_blob(struct mf_doctor *d, const struct doctor_blob *b, struct store *s)
{
	const char *what = b->name ? b->name : "an artifact";
	const char *path = arena_printf(&d->arena, "%s/data/%.2s/%s", d->flow, b->sha, b->sha);
	struct mf_error err = MF_ERROR_INIT;
	struct store_info info;
	char hint[256];
	if (!path) {
		d->failed = MF_ENOMEM;
		return;
	}
	int rc;
	if (store_is_local(s)) {
		rc = store_local_open(s, path, &info, &err);
		if (rc >= 0)
			close(rc);
	} else {
		rc = ask_store(d, s) ? store_head(s, path, &info, &err) : MF_ECANCELLED;
	}
	client_count(d->client, 1, 0, 0);
	client_trace(d->client, "blob", path, 0);
	snprintf(hint, sizeof(hint),
		"`mfctl verify %.80s/%.80s` tells all that is missing or damaged", d->flow, d->run);
	if (rc >= 0)
		doctor_say(d, MF_FINE, "datastore", NULL,
			"the data of the newest run, %s/%s, is in %s, and can be read", d->flow,
			d->run, s->where);
	else if (rc == MF_ECANCELLED)
		return; /* that has been told */
	else if (rc == MF_EACCESS && store_is_local(s))
		doctor_say(d, MF_PROBLEM, "access", "its owner has to let you read it",
			"%s/%s may not be read: %s of %s/%s", s->where, path, what, d->flow, d->run);
	else if (rc == MF_ENOTFOUND)
		doctor_say(d, MF_PROBLEM, "datastore", hint,
			"the data of the newest run is not all there: %s of %s/%s is missing from "
			"%s",
			what, d->flow, d->run, s->where);
	else
		doctor_error(d, MF_PROBLEM, rc == MF_EACCESS ? "access" : "datastore", "the data of the newest run: ", &err);
}

void doctor_blob(struct mf_doctor *d, const struct doctor_blob *b)
{
	struct mf_client *c = d->client;
	struct mf_error err = MF_ERROR_INIT;
	int kind = b->ds_type ? store_kind_named(b->ds_type) : STORE_LOCAL;
	const char *recorded = b->location && str_starts(b->location, ":root:") ? b->location + strlen(":root:") : NULL;
	struct store *s = NULL;
	if (kind == STORE_LOCAL && c->service && !data_trusted(c, &d->arena, recorded))
		recorded = NULL; /* nobody is sent there */
	if (!b->sha || !cas_key_valid(b->sha)) {
		doctor_say(d, MF_NOTE, "datastore", NULL,
			"the newest run, %s/%s, names no data that could be looked for", d->flow,
			d->run);
		return;
	}
	if (d->config->datastore_root) {
		s = c->data;
	} else if (kind < 0) {
		doctor_say(d, MF_NOTE, "datastore",
			"--datastore-root DIR reads a copy of it, or where it is mounted",
			"the data of the newest run, %s/%s, is in “%s”, a kind of datastore that is not known: values and logs "
			"cannot be shown",
			d->flow, d->run, b->ds_type);
		return;
	} else if (kind != STORE_LOCAL && recorded) {
		if (stores_get(c->stores, (enum store_kind)kind, recorded, &s, &err) < 0) {
			doctor_error(d, MF_PROBLEM, "datastore", "the data of the newest run: ", &err);
			return;
		}
	} else if (c->service && recorded) {
		/* where the record says, else in the history of this directory */
		s = service_local_store(c, recorded);
		if (!s && access(recorded, F_OK) == 0) {
			doctor_say(d, MF_PROBLEM, "access", "its owner has to let you read it",
				"the data of the newest run, %s/%s, is in %s, which may not be read",
				d->flow, d->run, recorded);
			return;
		}
	}
	if (!s)
		s = c->data;
	if (s)
		open_blob(d, b, s);
	else
		doctor_say(d, MF_WARNING, "datastore",
			"--datastore-root DIR says where it can be read; until then there are "
			"records, but "
			"neither values nor logs",
			"the data of the newest run, %s/%s, is in %s, which is not on this machine",
			d->flow, d->run, recorded ? recorded : "a place that is not recorded");
}
