/* Changing the user tags of a run (data-model §2.6).
 *
 * There is no lock: the record is read, written beside its place, renamed into it and read again.
 * When the change is not there, another writer was between, and all is done once more. Only the
 * list of tags is replaced in the text of the record; every other byte stays, so unknown keys,
 * their order, creation time and user do too. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "../base/limits.h"
#include "../base/text.h"
#include "../base/vec.h"
#include "../codec/json.h"
#include "ids.h"
#include "object.h"

enum { MAX_TAGS = 50, MAX_CHARACTERS = 500, TRIES = 5 };

struct tags {
	const char *const *v;
	size_t n;
};

struct change {
	struct mf_client *client;
	const char *run;
	struct tags add, remove;
};

static bool is_among(const struct tags *tags, const struct mf_value *v)
{
	for (size_t i = 0; i < tags->n; i++)
		if (value_is(v, tags->v[i]))
			return true;
	return false;
}

static int check_tag(const char *run, const char *tag, struct mf_error *err)
{
	size_t n = strlen(tag), characters = 0;
	if (!n)
		return err_at(err, MF_EFAILED, run, "a tag must not be empty");
	for (size_t i = 0; i < n; characters++) {
		int32_t cp;
		i += utf8_next(tag + i, n - i, &cp);
		if (cp < 0)
			return err_at(err, MF_EFAILED, run, "a tag must be valid UTF-8");
	}
	if (characters > MAX_CHARACTERS)
		return err_at(err, MF_EFAILED, run, "a tag of %zu characters is longer than %d",
			characters, MAX_CHARACTERS);
	return MF_OK;
}

/* ---- the new text of a record ---- */

/* The span of the value of "tags" in the record, of the last one if there are several (as JSON is
 * read). False if there is none: then the span is empty, behind the opening brace. */
static bool find_tags(const char *text, size_t n, struct arena *a, size_t *start, size_t *end)
{
	struct json j;
	bool found = false;
	json_init(&j, text, n, NULL);
	json_next(&j);
	*start = *end = (size_t)(j.p - text);
	while (json_next(&j) == JSON_KEY) {
		size_t key_n;
		const char *key = json_text(&j, a, &key_n);
		bool mine = key && key_n == 4 && memcmp(key, "tags", 4) == 0;
		const char *from = j.p;
		enum json_token t = json_next(&j);
		if (json_skip(&j, t) < 0)
			break;
		if (mine) {
			found = true;
			*start = (size_t)(from - text);
			*end = (size_t)(j.p - text);
		}
	}
	return found;
}

typedef VEC(const struct mf_value *) value_list;

static int print_list(struct buf *b, const value_list *tags, struct mf_error *err)
{
	struct mf_sink sink = {buf_sink_write, b};
	buf_addc(b, '[');
	for (size_t i = 0; i < tags->n; i++) {
		if (i)
			buf_adds(b, ", ");
		int rc = mf_value_print_json(tags->v[i], &sink, 0, err);
		if (rc < 0)
			return rc;
	}
	buf_addc(b, ']');
	return MF_OK;
}

static int print_record(struct buf *b, const char *text, size_t n, const value_list *tags,
	struct arena *a, struct mf_error *err)
{
	size_t start, end;
	bool found = find_tags(text, n, a, &start, &end);
	buf_add(b, text, start);
	buf_adds(b, found ? " " : "\"tags\": ");
	int rc = print_list(b, tags, err);
	if (rc < 0)
		return rc;
	/* an object that has nothing else in it cannot be: a record has at least its id, and is
	 * checked for it */
	if (!found)
		buf_adds(b, ", ");
	buf_add(b, text + end, n - end);
	return buf_err(b, err);
}

/* ---- one try ---- */

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Tags that are there and stay, then the new ones, sorted. *changed tells whether that is another
 * set. */
static int next_tags(const struct change *c, const struct mf_value *record, struct arena *a,
	value_list *out, bool *changed, struct mf_error *err)
{
	const struct mf_value *now = mf_value_get(record, "tags"),
			      *system = mf_value_get(record, "system_tags");
	size_t have = mf_value_kind(now) == MF_LIST ? mf_value_count(now) : 0, n_new = 0;
	for (size_t i = 0; i < c->remove.n; i++) {
		const char *tag = c->remove.v[i];
		if (list_has(system, tag)) {
			err_at(err, MF_EFAILED, c->run,
				"“%.200s” is a system tag and cannot be removed", tag);
			err_hint(err, "Metaflow sets system tags itself; only user tags change");
			return MF_EFAILED;
		}
		/* what breaks the rules can be removed where old versions let it in */
		int rc = list_has(now, tag) ? MF_OK : check_tag(c->run, tag, err);
		if (rc < 0)
			return rc;
	}
	*changed = false;
	for (size_t i = 0; i < have; i++) {
		const struct mf_value *v = mf_value_item(now, i);
		if (is_among(&c->remove, v) && !is_among(&c->add, v))
			*changed = true;
		else if (!vec_push(out, v))
			return err_nomem(err);
	}
	const char **fresh = arena_calloc(a, c->add.n + 1, sizeof(*fresh));
	if (!fresh)
		return err_nomem(err);
	for (size_t i = 0; i < c->add.n; i++)
		if (!list_has(system, c->add.v[i]) && !list_has(now, c->add.v[i]))
			fresh[n_new++] = c->add.v[i];
	if (n_new)
		qsort(fresh, n_new, sizeof(*fresh), by_text);
	for (size_t i = 0; i < n_new; i++) {
		if (i && str_eq(fresh[i], fresh[i - 1]))
			continue;
		struct mf_value *v = value_str(a, fresh[i]);
		if (!v || !vec_push(out, v))
			return err_nomem(err);
		*changed = true;
	}
	if (out->n > MAX_TAGS && out->n > have)
		return err_at(err, MF_EFAILED, c->run,
			"a run has at most %d user tags, and these would be %zu", MAX_TAGS, out->n);
	return MF_OK;
}

static int read_record(const struct change *c, const char *path, struct arena *a, char **text,
	size_t *n, struct mf_value **record, struct mf_error *err)
{
	struct mf_error mine = MF_ERROR_INIT;
	int rc = client_read(c->client, path, a, text, n, &mine);
	if (rc == MF_OK)
		rc = json_parse(record, a, *text, *n, &mine);
	if (rc == MF_OK && ((*record)->kind != MF_DICT || !mf_value_count(*record)))
		rc = err_set(&mine, MF_ECORRUPT, "not a record of a run");
	if (rc == MF_ENOTFOUND)
		return err_at(err, rc, c->run, "run “%s” not found", c->run);
	return rc < 0 ? err_at(err, rc, path, "%s", mine.message) : MF_OK;
}

static int write_record(const struct change *c, const char *path, const struct buf *b,
	struct arena *a, struct mf_error *err)
{
	struct mf_error mine = MF_ERROR_INIT;
	struct stat st;
	const char *full = arena_printf(a, "%s/%s", c->client->root, path);
	if (!full)
		return err_nomem(err);
	unsigned mode = stat(full, &st) == 0 ? st.st_mode & 07777u : 0600;
	int rc = fs_replace(full, b->p, b->n, mode, &mine);
	if (rc == MF_OK)
		return MF_OK;
	if (mine.sys_errno == EROFS)
		rc = MF_EACCESS;
	err_at(err, rc, c->run, "its tags cannot be written: %s", mine.message);
	if (err && err->code == rc)
		err->sys_errno = mine.sys_errno;
	if (rc == MF_EACCESS)
		err_hint(err, "%s belongs to another user or is read-only", path);
	return rc;
}

/* Is the change there? What was to be removed and added again counts as added. */
static bool visible(const struct change *c, const struct mf_value *record)
{
	const struct mf_value *now = mf_value_get(record, "tags"),
			      *system = mf_value_get(record, "system_tags");
	for (size_t i = 0; i < c->add.n; i++)
		if (!list_has(now, c->add.v[i]) && !list_has(system, c->add.v[i]))
			return false;
	for (size_t i = 0; mf_value_kind(now) == MF_LIST && i < mf_value_count(now); i++)
		if (is_among(&c->remove, mf_value_item(now, i)) &&
			!is_among(&c->add, mf_value_item(now, i)))
			return false;
	return true;
}

/* 1: done; 0: another writer was between; < 0: an error. */
static int try_change(const struct change *c, struct mf_error *err)
{
	struct arena a;
	struct buf b = BUF_INIT(MF_LIMIT_JSON_FILE);
	value_list tags = {0};
	struct mf_value *record;
	bool changed;
	char *text;
	size_t n;
	int rc;
	arena_init(&a, 0);
	const char *path = arena_printf(&a, "%s/_meta/_self.json", c->run);
	TRY(path ? MF_OK : err_nomem(err));
	TRY(read_record(c, path, &a, &text, &n, &record, err));
	TRY(next_tags(c, record, &a, &tags, &changed, err));
	rc = 1;
	if (!changed)
		goto done;
	TRY(print_record(&b, text, n, &tags, &a, err));
	TRY(write_record(c, path, &b, &a, err));
	TRY(read_record(c, path, &a, &text, &n, &record, err));
	rc = visible(c, record);
done:
	vec_release(&tags);
	buf_release(&b);
	arena_release(&a);
	return rc;
}

static void wait_ms(long ms)
{
	struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
	while (nanosleep(&t, &t) < 0 && errno == EINTR)
		;
}

int mf_tags_change(struct mf_client *client, const char *run, const char *const *add, size_t n_add,
	const char *const *remove, size_t n_remove, struct mf_error *err)
{
	int rc = MF_OK;
	char pathspec[2 * MF_LIMIT_NAME + 2];
	size_t len = strlen(run);
	while (len && run[len - 1] == '/')
		len--;
	if (mf_pathspec_entity(run) != MF_RUN || len >= sizeof(pathspec)) {
		err_at(err, MF_EUSAGE, run, "tags belong to a run");
		err_hint(err, "name it as Flow/run");
		return MF_EUSAGE;
	}
	if (!n_add && !n_remove)
		return err_at(err, MF_EUSAGE, run, "no tag to add or to remove");
	snprintf(pathspec, sizeof(pathspec), "%.*s", (int)len, run);
	struct change c = {.client = client,
		.run = pathspec,
		.add = {add, n_add},
		.remove = {remove, n_remove}};
	for (size_t i = 0; i < n_add; i++)
		TRY(check_tag(c.run, add[i], err));

	long pause = 360;
	for (int tries = 1; (rc = try_change(&c, err)) == 0; tries++, pause += pause / 5) {
		if (tries == TRIES) {
			rc = err_at(err, MF_EFAILED, c.run,
				"other processes change the tags of this run at the same time");
			if (err)
				err->retriable = true;
			err_hint(err, "try again");
			goto done;
		}
		wait_ms(pause);
	}
	if (rc > 0) {
		mf_client_forget(client); /* tags that it remembers are old now */
		rc = MF_OK;
	}
done:
	return rc;
}
