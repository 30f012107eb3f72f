/* A history of files: its flows, its newest run, and one artifact of it. */
#include "../base/fmt.h"
#include "config.h"
#include "doctor.h"
#include "remote.h"

enum { FLOWS_MAX = 10000, NEWEST_OF = 200, FUTURE_MS = 60000 };

struct history {
	size_t flows, unreadable;
	struct mf_error first;
	int64_t created; /* of the newest run */
};

static int open_list(struct mf_doctor *d, struct mf_iter **it, const char *pathspec,
	const struct mf_list_options *o, struct mf_error *err)
{
	int rc = mf_list(it, d->client, pathspec, o, err);
	if (rc == MF_ENOMEM)
		d->failed = MF_ENOMEM;
	return rc;
}

/* The next object that can be read, yours; NULL: no more. */
static struct mf_object *next_of(struct mf_doctor *d, struct mf_iter *it, struct history *h)
{
	struct mf_object *o;
	struct mf_error mine = MF_ERROR_INIT;
	int rc;
	while ((rc = mf_iter_next(it, &o, &mine)) == 1) {
		const struct mf_error *why = mf_object_error(o);
		if (!why)
			return o;
		if (h->unreadable++ == 0)
			h->first = *why;
		if (why->code == MF_ENOMEM)
			d->failed = MF_ENOMEM;
		mf_object_free(o);
	}
	if (rc == MF_ENOMEM)
		d->failed = MF_ENOMEM;
	return NULL;
}

static const char *keep(struct mf_doctor *d, const char *s)
{
	const char *copy = arena_strdup(&d->arena, s);
	if (!copy)
		d->failed = MF_ENOMEM;
	return copy;
}

/* The newest run of a flow. */
static void look_at_flow(struct mf_doctor *d, struct history *h, const char *flow)
{
	struct mf_list_options o = MF_LIST_INIT;
	struct mf_iter *it;
	o.known = true;
	o.limit = 1;
	if (open_list(d, &it, flow, &o, NULL) < 0)
		return;
	struct mf_object *run = next_of(d, it, h);
	if (run && (!d->run || mf_object_created(run) > h->created)) {
		h->created = mf_object_created(run);
		d->flow = keep(d, flow);
		d->run = keep(d, mf_object_id(run));
	}
	mf_object_free(run);
	mf_iter_free(it);
}

static enum doctor_mine own_runs(struct mf_doctor *d, struct history *h)
{
	struct mf_list_options o = MF_LIST_INIT;
	struct mf_iter *it;
	const char *user = mf_config_user(d->config),
		   *ns = user ? arena_printf(&d->arena, "user:%s", user) : NULL;
	if (!user || !d->flow || d->client->remote) /* there each run would have to be looked into */
		return MINE_UNKNOWN;
	if (!ns) {
		d->failed = MF_ENOMEM;
		return MINE_UNKNOWN;
	}
	o.known = true;
	o.limit = 1;
	o.ns = ns;
	int rc = open_list(d, &it, d->flow, &o, NULL);
	if (rc < 0)
		return rc == MF_ENOTFOUND ? MINE_NONE : MINE_UNKNOWN;
	struct mf_object *run = next_of(d, it, h);
	enum doctor_mine found = run ? MINE_SOME : MINE_NONE;
	mf_object_free(run);
	mf_iter_free(it);
	return found;
}

static const char *field(struct mf_doctor *d, struct mf_object *o, const char *name)
{
	size_t n;
	const struct mf_value *v = mf_object_get(o, name);
	const char *text = mf_value_text(v, &n),
		   *copy = text ? arena_strndup(&d->arena, text, n) : NULL;
	const struct mf_error *why = v ? mf_value_error(v) : NULL;
	if ((text && !copy) || (why && why->code == MF_ENOMEM))
		d->failed = MF_ENOMEM;
	return copy;
}

/* The first child that can be read. */
static struct mf_object *first_below(struct mf_doctor *d, struct history *h, const char *pathspec)
{
	struct mf_list_options o = MF_LIST_INIT;
	struct mf_iter *it;
	o.hidden = o.known = true;
	o.limit = 1;
	if (open_list(d, &it, pathspec, &o, NULL) < 0)
		return NULL;
	struct mf_object *found = next_of(d, it, h);
	mf_iter_free(it);
	return found;
}

static void local_data(struct mf_doctor *d, struct history *h)
{
	const char *step = arena_printf(&d->arena, "%s/%s/_parameters", d->flow, d->run);
	struct mf_object *task, *artifact = NULL;
	if (!step) {
		d->failed = MF_ENOMEM;
		return;
	}
	task = first_below(d, h, step);
	if (task)
		artifact = first_below(d, h, mf_object_pathspec(task));
	if (artifact) {
		struct doctor_blob b = {mf_object_id(artifact), field(d, artifact, "ds_type"),
			field(d, artifact, "location"), field(d, artifact, "sha")};
		doctor_blob(d, &b);
	} else {
		doctor_say(d, MF_NOTE, "datastore", NULL,
			"the newest run, %s/%s, has stored nothing yet", d->flow, d->run);
	}
	mf_object_free(artifact);
	mf_object_free(task);
}

/* A datastore may have the records of a run, or nothing but its data. */
static void say_records(struct mf_doctor *d)
{
	const char *path = arena_printf(&d->arena, "%s/%s", d->flow, d->run);
	struct mf_object *run = NULL;
	if (!path) {
		d->failed = MF_ENOMEM;
		return;
	}
	if (mf_get(&run, d->client, path, NULL, NULL) == MF_OK && !remote_has_record(run))
		doctor_say(d, MF_NOTE, "history",
			"its records are where it was run, in a .metaflow directory or a metadata service: read them there for tags and users",
			"the store has the data of the newest run, %s, but not its metadata: what it shows is made from the data", path);
	mf_object_free(run);
}

static void say_history(struct mf_doctor *d, const struct history *h)
{
	const struct mf_config *c = d->config;
	const char *why = c->metadata && !str_eq(c->metadata, "local") ? "as --metadata says"
								       : c->root_reason,
		   *root = d->client->remote ? d->client->remote->store->where : d->client->root;
	struct buf count = BUF_INIT(64), ago = BUF_INIT(64);
	fmt_count(&count, (int64_t)h->flows);
	if (!h->flows)
		doctor_say(d, MF_WARNING, "history",
			"change to a directory where flows were run, or use --metadata local@DIR",
			"%s holds no flow (%s)", root, why ? why : "");
	else
		doctor_say(d, MF_FINE, "history", NULL, "%s holds %s%s flow%s (%s)", root,
			h->flows > FLOWS_MAX ? "more than " : "", count.p, h->flows == 1 ? "" : "s",
			why ? why : "");
	if (d->run && d->client->remote)
		say_records(d);
	if (h->unreadable)
		doctor_say(d, MF_WARNING, "history", h->first.hint,
			"%zu record%s cannot be read, the first of them: %s: %s", h->unreadable,
			h->unreadable == 1 ? "" : "s", h->first.where, h->first.message);
	int64_t now = mf_client_now(d->client);
	if (d->run && h->created > now && h->created - now > FUTURE_MS) {
		fmt_duration(&ago, h->created - now);
		doctor_say(d, MF_WARNING, "clock",
			"set the one that is wrong (NTP): states of running tasks are judged by "
			"the clock",
			"the newest run, %s/%s, was made %s from now: the clock of this machine or "
			"of the one that made it is wrong",
			d->flow, d->run, ago.p);
	}
	if (count.failed || ago.failed)
		d->failed = MF_ENOMEM;
	buf_release(&count);
	buf_release(&ago);
}

void doctor_local(struct mf_doctor *d)
{
	struct mf_list_options o = MF_LIST_INIT;
	struct mf_error err = MF_ERROR_INIT;
	struct history h = {.first = MF_ERROR_INIT, .created = MF_NO_TIME};
	struct mf_iter *it;
	struct mf_object *flow;
	o.limit = FLOWS_MAX + 1;
	if (open_list(d, &it, "", &o, &err) < 0) {
		doctor_error(d, MF_PROBLEM, err.code == MF_EACCESS ? "access" : "history",
			"flows cannot be listed: ", &err);
	} else {
		while (!d->failed && (flow = next_of(d, it, &h))) {
			if (h.flows++ < NEWEST_OF)
				look_at_flow(d, &h, mf_object_id(flow));
			mf_object_free(flow);
		}
		mf_iter_free(it);
		enum doctor_mine mine = d->failed ? MINE_UNKNOWN : own_runs(d, &h);
		if (!d->failed)
			say_history(d, &h);
		doctor_user(d, mine);
	}
	doctor_datastore(d);
	if (d->run && !d->failed)
		local_data(d, &h);
}
