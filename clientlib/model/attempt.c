/* Which attempt: the rules of data-model §2.4. */
#include <ctype.h>
#include <stdio.h>

#include "task.h"
#include "task_files.h"

/* The attempt that all recorded artifacts are of, -1: none, or several. Names are sorted, digits come first. */
static int attempt_of_artifacts(const struct fs_names *names)
{
	size_t n = names_lower(names, ":"); /* behind the digits */
	const char *first = n ? fs_name(names, 0) : "", *last = n ? fs_name(names, n - 1) : "";
	bool one = isdigit((unsigned char)first[0]) && str_starts(first + 1, "_artifact_") && last[0] == first[0] &&
		   str_starts(last + 1, "_artifact_");
	return one ? first[0] - '0' : -1;
}

int attempt_latest_done(struct mf_object *o)
{
	static const char prefix[] = "sysmeta_attempt-done_";
	struct meta m;
	int n;
	if (task_list(o, NULL) < 0)
		return -1;
	const struct task *t = o->task;
	/* '`' follows '_': one past the last of them */
	size_t i = names_lower(&t->names, "sysmeta_attempt-done`");
	if (!i || !str_starts(fs_name(&t->names, i - 1), prefix))
		return -1;
	/* artifacts are recorded after attempt-done: if there is only one, it is theirs */
	n = i < 2 || !str_starts(fs_name(&t->names, i - 2), prefix) ? attempt_of_artifacts(&t->names) : -1;
	if (n >= 0)
		return n;
	if (task_read_meta(o, fs_name(&t->names, i - 1), &m, NULL) < 0 ||
		!task_as_attempt(m.value, &n))
		return -1;
	return n;
}

/* Has the task one attempt only, and has it stored its outcome? Told by three or four look-ups of
 * known names where listing the directory would cost as much as all the rest: artifacts are recorded
 * after attempt-done, that after DONE.lock, and another attempt starts with its attempt.json
 * (data-model §2.8). False: not known. */
static bool single_attempt(struct mf_object *o)
{
	struct artifact_record *record;
	struct task *t = task_of(o);
	if (!t || o->attempt >= 0 || t->listed || o->entity != MF_TASK)
		return false;
	const char *done = task_below(o, "/0.DONE.lock"), *next = task_below(o, "/1.attempt.json");
	if (!done || !next)
		return false;
	/* the list's own directory is nearer, unless the datastore is elsewhere */
	bool near = o->base_fd >= 0 && o->client->data_fd == o->client->root_fd;
	int from = near ? o->base_fd : o->client->data_fd;
	size_t skip = near ? o->base_n : 0;
	if (!fs_exists(from, done + skip))
		return false;
	t->has_artifact_attempt = t->single = true;
	t->artifact_attempt = 0;
	/* a success is not tried again */
	if (task_artifact_brief(o, "_task_ok", &record, NULL) == MF_OK &&
		(artifact_is_true(record->sha) || !fs_exists(from, next + skip)))
		return true;
	t->has_artifact_attempt = t->single = false;
	t->records = NULL;
	return false;
}

/* Every attempt registers `attempt` once, so their number tells the current one when it agrees with
 * the latest that is done: nothing needs to be read then. -1: look. */
int attempt_by_count(struct mf_object *o)
{
	static const char prefix[] = "sysmeta_attempt_";
	int n = 0, done = task_artifact_attempt(o);
	if (done >= 0 && o->task->single)
		return done;
	if (o->attempt >= 0 || done < 0 || task_list(o, NULL) < 0)
		return -1;
	const struct fs_names *names = &o->task->names;
	for (size_t i = names_lower(names, prefix);
		i < names->n && str_starts(fs_name(names, i), prefix); i++)
		n += isdigit((unsigned char)fs_name(names, i)[strlen(prefix)]) &&
		     task_is_meta_file(fs_name(names, i));
	return n == done + 1 ? done : -1;
}

int attempt_latest_started(struct mf_object *o)
{
	int n;
	if (o->attempt >= 0)
		return o->attempt;
	const struct meta *m = task_meta_newest(o, "attempt");
	return m && task_as_attempt(m->value, &n) ? n : 0;
}

bool task_has_file(struct mf_object *o, int attempt, const char *name)
{
	char file[64];
	if (task_list_data(o, NULL) < 0)
		return false;
	snprintf(file, sizeof(file), "%d.%s", attempt, name);
	size_t i = names_lower(&o->task->data, file);
	return i < o->task->data.n && str_eq(fs_name(&o->task->data, i), file);
}

int attempt_of_datastore(struct mf_object *o)
{
	for (int n = MF_MAX_ATTEMPTS - 1; n >= 0; n--)
		if (task_has_file(o, n, "attempt.json"))
			return task_has_file(o, n, "DONE.lock") ? n : -1;
	return -1;
}

unsigned attempts_seen(struct mf_object *o)
{
	unsigned seen = 0;
	if (task_meta(o, NULL) < 0)
		return 0;
	for (size_t i = 0; i < o->task->n_meta; i++) {
		const struct meta *m = &o->task->meta[i];
		int n;
		if ((str_eq(m->name, "attempt") || str_eq(m->name, "attempt-done")) &&
			task_as_attempt(m->value, &n) && n < 32)
			seen |= 1u << n;
	}
	return seen;
}

int task_artifact_attempt(struct mf_object *o)
{
	o = task_keeper(o);
	if (o->attempt >= 0)
		return o->attempt;
	struct task *t = task_of(o);
	if (!t)
		return -1;
	if (!t->has_artifact_attempt && !single_attempt(o)) {
		t->artifact_attempt = attempt_latest_done(o);
		t->has_artifact_attempt = t->listed; /* else it could not be told */
	}
	return t->artifact_attempt;
}
