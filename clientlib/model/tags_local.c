/* Tags of a local run: the record is read, written beside its place, renamed into it and read
 * again. There is no lock: when the change is not there, another writer was between, and all is
 * done once more. Only the list of tags is replaced in the text of the record; every other byte
 * stays, so unknown keys, their order, creation time and user do too. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "../base/fmt.h"
#include "../base/limits.h"
#include "../codec/json.h"
#include "ids.h"
#include "local.h"
#include "tags.h"

enum { TRIES = 5 };

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

static int print_list(struct buf *b, const struct tag_values *tags, struct mf_error *err)
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

static int print_record(struct buf *b, const char *text, size_t n, const struct tag_values *tags,
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

static int read_record(const struct tag_change *c, const char *path, struct arena *a, char **text,
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

static int write_record(const struct tag_change *c, const char *path, const struct buf *b,
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
static bool visible(const struct tag_change *c, const struct mf_value *record)
{
	const struct mf_value *now = mf_value_get(record, "tags"),
			      *system = mf_value_get(record, "system_tags");
	for (size_t i = 0; i < c->add.n; i++)
		if (!list_has(now, c->add.v[i]) && !list_has(system, c->add.v[i]))
			return false;
	for (size_t i = 0; mf_value_kind(now) == MF_LIST && i < mf_value_count(now); i++)
		if (tags_have(&c->remove, mf_value_item(now, i)) &&
			!tags_have(&c->add, mf_value_item(now, i)))
			return false;
	return true;
}

/* 1: done; 0: another writer was between; < 0: an error. */
static int try_change(const struct tag_change *c, struct mf_error *err)
{
	struct arena a;
	struct buf b = BUF_INIT(MF_LIMIT_JSON_FILE);
	struct tag_values tags = {0};
	struct mf_value *record;
	bool changed;
	char *text;
	size_t n;
	int rc;
	arena_init(&a, 0);
	const char *path = arena_printf(&a, "%s/_meta/_self.json", c->run);
	TRY(path ? MF_OK : err_nomem(err));
	TRY(read_record(c, path, &a, &text, &n, &record, err));
	TRY(tags_next(c, record, &a, &tags, &changed, err));
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

int local_change_tags(const struct tag_change *c, struct mf_error *err)
{
	int rc;
	long pause = 360;
	for (int tries = 1; (rc = try_change(c, err)) == 0; tries++, pause += pause / 5) {
		if (tries == TRIES)
			return tags_contended(c, err);
		clock_sleep_ms(pause);
	}
	return rc < 0 ? rc : MF_OK;
}
