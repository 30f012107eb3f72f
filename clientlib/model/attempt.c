/* Which attempt: the rules of data-model §2.4. */
#include <ctype.h>
#include <stdio.h>

#include "provider.h"
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
	if (task_list(o, ROWS_META | ROWS_ARTIFACTS, NULL) < 0)
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

/* Every attempt registers `attempt` once, so their number tells the current one when it agrees with
 * the latest that is done: nothing needs to be read then. -1: look. */
int attempt_by_count(struct mf_object *o)
{
	static const char prefix[] = "sysmeta_attempt_";
	int n = 0, done = task_artifact_attempt(o);
	if (done >= 0 && o->task->single)
		return done;
	if (o->attempt >= 0 || done < 0 || task_list(o, ROWS_META, NULL) < 0)
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
	if (!t->has_artifact_attempt)
		t->artifact_attempt = o->client->provider->artifact_attempt(o, &t->has_artifact_attempt);
	return t->artifact_attempt;
}
