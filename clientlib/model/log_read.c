/* Finding and reading the log files of a task (data-model §3.3, §5).
 *
 * A task's files are below the root of the client's datastore where its directory there has files
 * of an attempt, else where its metadata says (ds-root, or the location of a plain log of old
 * versions), unless --datastore-root names the one place to look at. */
#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>

#include "../codec/json.h"
#include "../codec/logline.h"
#include "data.h"
#include "log.h"
#include "log_tail.h"
#include "provider.h"
#include "task.h"

static const struct {
	unsigned stream;
	const char *name;
} streams[] = {{MF_STDOUT, "stdout"}, {MF_STDERR, "stderr"}};

/* A directory with log files. */
struct place {
	struct store *s; /* NULL: none is at hand */
	const char *dir; /* in it */
	const struct fs_names *names; /* sorted */
	struct fs_names own;          /* storage of a place outside of our root */
};

/* ---- lines ---- */

static int add_lines(
	struct log_lines *lines, struct log_file *f, uint32_t index, struct mf_error *err)
{
	for (size_t at = 0; at < f->n;) {
		const char *p = f->p + at, *newline = memchr(p, '\n', f->n - at);
		size_t n = newline ? (size_t)(newline - p) : f->n - at;
		struct log_line line = {.us = LOG_UNSTAMPED,
			.file = index,
			.start = (uint32_t)at,
			.text = (uint32_t)at,
			.n = (uint32_t)n};
		struct logline parsed;
		if (!f->plain && logline_parse(&parsed, p, n)) {
			line.us = parsed.us;
			line.source = (uint32_t)(parsed.source - f->p);
			line.source_n = (uint32_t)parsed.source_n;
			line.text = (uint32_t)(parsed.text - f->p);
			line.n = (uint32_t)parsed.text_n;
			f->p[line.source + line.source_n] = '\0';
		}
		if (lines->n >= LOG_LINES_MAX)
			return err_set(err, MF_ELIMIT, "more than %u lines", LOG_LINES_MAX);
		if (!vec_push(lines, line))
			return err_nomem(err);
		at += n + 1;
	}
	return MF_OK;
}

/* Hand the content of the scratch buffer to the arena. */
static char *keep(struct mf_log *log, size_t n)
{
	if (n < 1 << 16)
		return arena_strndup(&log->arena, log->scratch.p, n);
	char *p = buf_take(&log->scratch);
	return p && arena_adopt(&log->arena, p, n) ? p : NULL;
}

static int read_file(struct mf_log *log, struct mf_client *c, const struct place *place,
	const char *name, bool plain, unsigned stream, struct mf_error *err)
{
	struct log_file f = {.plain = plain, .stream = stream, .task = (uint32_t)log->tasks.n - 1};
	struct mf_error mine = MF_ERROR_INIT;
	const char *path = arena_printf(&log->arena, "%s/%s", place->dir, name);
	if (!path)
		return err_nomem(err);
	buf_clear(&log->scratch);
	int rc = store_is_local(place->s) ? store_read(place->s, path, &log->scratch, NULL, &mine)
					  : log_tail_read(c->tails, place->s, path, &log->scratch, &mine);
	data_tally(c, place->s, rc == MF_OK ? log->scratch.n : 0);
	if (rc == MF_ENOTFOUND)
		return MF_OK; /* gone since the listing */
	f.n = log->scratch.n;
	if (rc == MF_OK && f.n > LOG_BYTES_MAX - log->bytes)
		rc = err_at(&mine, MF_ELIMIT, path, "more than %llu bytes of logs at once",
			(unsigned long long)LOG_BYTES_MAX);
	if (rc == MF_OK) {
		log->bytes += f.n;
		f.p = keep(log, f.n);
		if (!f.p || !vec_push(&log->files, f))
			return err_nomem(err);
		struct log_lines *lines = stream == MF_STDOUT ? &log->lines : &log->stderr_lines;
		rc = add_lines(
			lines, &log->files.v[log->files.n - 1], (uint32_t)log->files.n - 1, &mine);
	}
	if (rc < 0 && !store_is_local(place->s) && err && err->code == MF_OK)
		*err = mine; /* names its place better */
	return rc < 0 ? err_at(err, rc, path, "%s", mine.message) : MF_OK;
}

/* ---- places ---- */

static bool has_name(const struct fs_names *names, const char *name)
{
	for (size_t lo = 0, hi = names->n; lo < hi;) {
		size_t mid = lo + (hi - lo) / 2;
		int c = strcmp(name, fs_name(names, mid));
		if (!c)
			return true;
		if (c < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return false;
}

/* Does the directory hold anything of an attempt ("0.data.json")? */
static bool has_data(const struct fs_names *names)
{
	for (size_t i = 0; i < names->n; i++)
		if (isdigit((unsigned char)fs_name(names, i)[0]) && fs_name(names, i)[1] == '.')
			return true;
	return false;
}

/* Look at the task's directory below another root; one that does not exist holds nothing. */
static int place_below(struct place *p, struct mf_object *o, const char *root, struct mf_error *err)
{
	struct mf_error mine = MF_ERROR_INIT;
	p->names = &p->own;
	client_count(o->client, 0, 1, 0);
	int rc = stores_get(o->client->stores, STORE_LOCAL, root, &p->s, &mine);
	if (rc == MF_OK)
		rc = store_files(p->s, p->dir, &p->own, &mine);
	if (rc < 0 && rc != MF_ENOTFOUND)
		return err_at(err, rc, p->dir, "%s", mine.message);
	fs_names_sort(&p->own);
	return MF_OK;
}

/* The text of a metadata field of the task itself, not of what it was cloned from; NULL. */
static const char *own_meta(struct mf_object *o, const char *field)
{
	const char *prefix = arena_printf(&o->arena, "sysmeta_%s_", field);
	if (!prefix || task_list(o, ROWS_META, NULL) < 0)
		return NULL;
	for (size_t i = 0; i < o->task->names.n; i++)
		if (str_starts(fs_name(&o->task->names, i), prefix))
			return task_meta_text(o, field);
	return NULL;
}

/* The plain log that old versions recorded: its attempt, and the root that its location names. */
struct legacy {
	bool recorded;
	int attempt;
	const char *root;
};

static int read_legacy(
	struct legacy *l, struct mf_object *o, const char *stream, struct mf_error *err)
{
	struct mf_value *v;
	char field[32];
	*l = (struct legacy){.attempt = -1};
	snprintf(field, sizeof(field), "log_location_%s", stream);
	const char *text = own_meta(o, field);
	if (!text)
		return MF_OK;
	l->recorded = true;
	int rc = json_parse(&v, &o->arena, text, strlen(text), NULL);
	if (rc == MF_ENOMEM)
		return err_nomem(err);
	if (rc < 0)
		return MF_OK;
	const char *attempt = record_str(&o->arena, v, "attempt"),
		   *location = record_str(&o->arena, v, "location");
	if (attempt && isdigit((unsigned char)attempt[0]) && !attempt[1])
		l->attempt = attempt[0] - '0';
	/* ROOT/flow/run/step/task/file */
	size_t n = location && location[0] == '/' ? strlen(location) : 0;
	for (int cut = 0; cut < 5 && n; cut++)
		while (n && location[--n] != '/')
			;
	l->root = n ? arena_strndup(&o->arena, location, n) : NULL;
	return MF_OK;
}

/* Where the files of the task are. `recorded` is the root of a plain log, or NULL. */
static int find_place(
	struct place *p, struct mf_object *o, const char *recorded, struct mf_error *err)
{
	struct mf_error mine = MF_ERROR_INIT;
	*p = (struct place){.s = object_store(o, &mine)};
	int rc = mine.code ? mine.code : task_list_data(o, &mine);
	if (rc < 0) {
		if (err && err->code == MF_OK)
			*err = mine;
		return rc;
	}
	p->names = &o->task->data;
	p->dir = object_path(&o->arena, o->id, MF_TASK + 1);
	if (!p->dir)
		return err_nomem(err);
	if (has_data(p->names) || o->client->config->datastore_root)
		return MF_OK;
	const char *root = recorded ? recorded : own_meta(o, "ds-root");
	root = data_trusted(o->client, &o->arena, root);
	return root && fs_is_dir(AT_FDCWD, root) ? place_below(p, o, root, err)
								   : MF_OK;
}

/* ---- one task ---- */

/* Read the files of one stream; *found counts them. The first that cannot be read decides the code,
 * the others are read all the same. */
static int read_stream(struct mf_log *log, struct mf_object *o, const struct place *p, size_t s,
	const struct legacy *legacy, int attempt, size_t *found, struct mf_error *err)
{
	static const char *const sources[] = {"runtime_", "task_", ""};
	int first = MF_OK;
	size_t before = *found;
	for (size_t i = 0; i < ARRAY_SIZE(sources); i++) {
		char name[64];
		bool plain = !sources[i][0];
		snprintf(name, sizeof(name), "%d.%s%s.log", attempt, sources[i], streams[s].name);
		if (!p->s || (plain ? *found > before : legacy->recorded) || !has_name(p->names, name))
			continue;
		(*found)++;
		int rc = read_file(log, o->client, p, name, plain, streams[s].stream, err);
		if (rc == MF_ENOMEM)
			return rc;
		if (!first)
			first = rc;
	}
	return first;
}

/* The files of the task itself. */
static int read_own(struct mf_log *log, struct mf_object *o, const struct mf_log_options *opts,
	size_t *found, struct mf_error *err)
{
	struct legacy legacy[ARRAY_SIZE(streams)] = {{0}};
	struct place place = {0};
	const char *recorded = NULL;
	int rc, attempt = opts->attempt;
	TRY(task_list(o, ROWS_META, err));
	for (size_t s = 0; s < ARRAY_SIZE(streams); s++) {
		if (!(opts->streams & streams[s].stream))
			continue;
		TRY(read_legacy(&legacy[s], o, streams[s].name, err));
		if (legacy[s].recorded) {
			recorded = legacy[s].root;
			if (attempt < 0)
				attempt = legacy[s].attempt;
		}
	}
	if (attempt < 0)
		attempt = attempt_latest_started(o);
	log->tasks.v[log->tasks.n - 1].attempt = attempt;
	TRY(find_place(&place, o, recorded, err));
	for (size_t s = 0; s < ARRAY_SIZE(streams) && rc != MF_ENOMEM; s++)
		if (opts->streams & streams[s].stream) {
			int got = read_stream(log, o, &place, s, &legacy[s], attempt, found, err);
			rc = got == MF_ENOMEM || !rc ? got : rc;
		}
done:
	fs_names_release(&place.own);
	return rc;
}

bool log_place_known(struct mf_object *o, const struct mf_log_options *opts)
{
	bool type = false, root = false;
	if (task_meta(o, NULL) < 0)
		return false;
	for (size_t i = 0; i < o->task->n_meta; i++) {
		const struct meta *m = &o->task->meta[i];
		if (m->value->kind == MF_NULL ||
			(opts->attempt >= 0 && !m->inherited &&
				!task_meta_of_attempt(o, m, opts->attempt)))
			continue;
		if (str_starts(m->name, "log_location_"))
			return true;
		type = type || str_eq(m->name, "ds-type");
		root = root || str_eq(m->name, "ds-root");
	}
	return type && root;
}

int log_read_task(struct mf_log *log, struct mf_object *task, const struct mf_log_options *opts,
	struct mf_error *err)
{
	struct mf_error mine = MF_ERROR_INIT;
	struct mf_log_task t = {
		.pathspec = arena_strdup(&log->arena, task->pathspec), .attempt = 0};
	size_t found = 0;
	if (!t.pathspec || !vec_push(&log->tasks, t))
		return err_nomem(err);
	struct mf_object *o = task;
	int rc = read_own(log, o, opts, &found, &mine);
	for (int i = 0; i < MF_LIMIT_ORIGIN_CHAIN && !found; i++) {
		struct mf_object *origin = task_origin(o);
		if (!origin || (rc < 0 && rc != MF_EUNSUPPORTED))
			break;
		struct mf_log_task *entry = &log->tasks.v[log->tasks.n - 1];
		entry->origin = arena_strdup(&log->arena, origin->pathspec);
		if (!entry->origin)
			return err_nomem(err);
		o = origin;
		err_clear(&mine);
		rc = read_own(log, o, opts, &found, &mine);
	}
	if (rc == MF_ENOMEM)
		return err_nomem(err);
	if (rc < 0 && !log->n_errors++)
		log->first_error = mine;
	return MF_OK;
}
