/* Code packages as lists of members (data-model §12). */
#include "package.h"

#include <stdlib.h>

#include "../base/err.h"
#include "../base/suggest.h"
#include "../base/vec.h"
#include "../codec/json.h"
#include "parts.h"
#include "run.h"

enum { LIMIT_PACKAGE = 512 << 20, LIMIT_INFO = 16 << 20 };

/* ---- which members are the user's ---- */

static bool below(const char *path, const char *dir)
{
	size_t n = strlen(dir);
	return strncmp(path, dir, n) == 0 && (path[n] == '/' || !path[n]);
}

static bool among(const char *path, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (below(path, names[i]))
			return true;
	return false;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* What .mf_install lists beside the code directory, sorted; NULL terminates nothing: *n tells. */
static int module_files(struct mf_package *p, const struct buf *install, const char ***out,
	size_t *n, struct mf_error *err)
{
	struct mf_value *doc = NULL;
	*n = 0;
	int rc = json_parse(&doc, &p->arena, install->p, install->n, NULL);
	if (rc == MF_ENOMEM)
		return err_nomem(err);
	const struct mf_value *list = rc == MF_OK ? mf_value_get(doc, "module_files") : NULL;
	size_t count = mf_value_count(list);
	*out = arena_calloc(&p->arena, count + 1, sizeof(**out));
	if (!*out)
		return err_nomem(err);
	for (size_t i = 0; i < count; i++) {
		size_t len;
		const char *text = mf_value_text(mf_value_item(list, i), &len);
		if (text && !((*out)[(*n)++] = arena_strndup(&p->arena, text, len)))
			return err_nomem(err);
	}
	if (*n > 1)
		qsort(*out, *n, sizeof(**out), by_text);
	return MF_OK;
}

static int mark_users(
	struct mf_package *p, const struct buf *install, bool has_install, struct mf_error *err)
{
	static const char *const added[] = {".mf_code", ".mf_meta", ".mf_install"};
	static const char *const added_before[] = {"INFO", "CONFIG", "conda.manifest", "uv.lock",
		"pyproject.toml", "condav2-1.cnd", "metaflow", "metaflow_extensions"};
	const char **modules = NULL;
	size_t n = 0;
	if (has_install) {
		int rc = module_files(p, install, &modules, &n, err);
		if (rc < 0)
			return rc;
	}
	for (size_t i = 0; i < p->n; i++) {
		const char *path = p->members[i].path;
		p->members[i].user = has_install
					     ? !among(path, added, ARRAY_SIZE(added)) &&
						       !(n && bsearch(&path, modules, n,
								      sizeof(*modules), by_text))
					     : !among(path, added_before, ARRAY_SIZE(added_before));
	}
	return MF_OK;
}

/* ---- reading the archive ---- */

/* Archive paths as people write them. */
static const char *trimmed(const char *path)
{
	while (str_starts(path, "./") && path[2])
		path += 2;
	return path;
}

struct listing {
	struct mf_package *p;
	struct buf info, install;
	bool has_install;
	struct mf_sink sink;
};

static int add_member(void *arg, const struct archive_member *m, const struct mf_sink **content,
	struct mf_error *err)
{
	struct listing *l = arg;
	struct mf_package *p = l->p;
	const char *path = trimmed(m->path);
	size_t len = strlen(path);
	while (len > 1 && path[len - 1] == '/')
		len--;
	if (!vec_grow((void **)&p->members, &p->cap, p->n + 1, sizeof(*p->members)))
		return err_nomem(err);
	struct mf_member *to = &p->members[p->n];
	*to = (struct mf_member){.path = arena_strndup(&p->arena, path, len),
		.target = m->target ? arena_strdup(&p->arena, m->target) : NULL,
		.size = m->size,
		.mode = m->mode,
		.mtime = m->mtime,
		.kind = m->kind == ARCHIVE_FILE        ? MF_MEMBER_FILE
			: m->kind == ARCHIVE_DIRECTORY ? MF_MEMBER_DIRECTORY
			: m->kind == ARCHIVE_LINK      ? MF_MEMBER_LINK
						       : MF_MEMBER_OTHER};
	if (!to->path || (m->target && !to->target))
		return err_nomem(err);
	p->n++;
	struct buf *keep = NULL;
	if (m->kind != ARCHIVE_FILE)
		return MF_OK;
	if (str_eq(to->path, ".mf_meta/INFO") || str_eq(to->path, "INFO"))
		keep = &l->info;
	if (str_eq(to->path, ".mf_install")) {
		keep = &l->install;
		l->has_install = true;
	}
	if (keep) {
		buf_clear(keep);
		l->sink = (struct mf_sink){buf_sink_write, keep};
		*content = &l->sink;
	}
	return MF_OK;
}

static int by_path(const void *a, const void *b, void *members)
{
	const struct mf_member *m = members;
	size_t i = *(const size_t *)a, k = *(const size_t *)b;
	int c = strcmp(m[i].path, m[k].path);
	return c ? c : (i > k) - (i < k);
}

static int mark_shadowed(struct mf_package *p, struct mf_error *err)
{
	size_t *order = calloc(p->n + 1, sizeof(*order));
	p->shadowed = arena_calloc(&p->arena, p->n + 1, sizeof(*p->shadowed));
	if (!order || !p->shadowed) {
		free(order);
		return err_nomem(err);
	}
	size_t n = 0;
	for (size_t i = 0; i < p->n; i++) {
		const char *target = p->members[i].target;
		/* tar stores a file that it meets again as a link to itself, which takes nothing
		 * away */
		p->shadowed[i] = target && str_eq(trimmed(target), p->members[i].path);
		if (!p->shadowed[i])
			order[n++] = i;
	}
	if (n > 1)
		qsort_r(order, n, sizeof(*order), by_path, p->members);
	for (size_t i = 1; i < n; i++)
		p->shadowed[order[i - 1]] =
			str_eq(p->members[order[i - 1]].path, p->members[order[i]].path);
	free(order);
	return MF_OK;
}

static int list_members(struct mf_package *p, struct mf_error *err)
{
	struct listing l = {.p = p, .info = BUF_INIT(LIMIT_INFO), .install = BUF_INIT(LIMIT_INFO)};
	struct archive_visitor v = {.member = add_member, .arg = &l};
	struct mf_error mine = MF_ERROR_INIT;
	struct mf_value *info = NULL;
	int rc = archive_walk(p->bytes.p, p->bytes.n, &v, &mine);
	if (rc < 0) {
		if (mine.code == MF_OK) /* a buffer has refused */
			err_set(&mine, rc,
				rc == MF_ENOMEM
					? "out of memory"
					: "INFO or .mf_install of the package is too large");
		if (err && err->code == MF_OK)
			*err = mine;
		goto done;
	}
	/* INFO that is no JSON names no script; all else can be read without it */
	if (l.info.n && json_parse(&info, &p->arena, l.info.p, l.info.n, NULL) == MF_ENOMEM) {
		rc = err_nomem(err);
		goto done;
	}
	const struct mf_value *script = mf_value_get(info, "script");
	p->script = mf_value_kind(script) == MF_STRING
			    ? arena_strndup(&p->arena, script->u.s.p, script->u.s.n)
			    : NULL;
	if (mf_value_kind(script) == MF_STRING && !p->script) {
		rc = err_nomem(err);
		goto done;
	}
	TRY(mark_users(p, &l.install, l.has_install, err));
	TRY(mark_shadowed(p, err));
done:
	buf_release(&l.info);
	buf_release(&l.install);
	return rc;
}

static int new_package(struct mf_package **out, struct mf_error *err)
{
	*out = calloc(1, sizeof(**out));
	if (!*out)
		return err_nomem(err);
	arena_init(&(*out)->arena, 0);
	buf_init(&(*out)->bytes, LIMIT_PACKAGE);
	return MF_OK;
}

int package_make(
	struct mf_package **out, const char *bytes, size_t n, const char *sha, struct mf_error *err)
{
	int rc = new_package(out, err);
	if (rc < 0)
		return rc;
	struct mf_package *p = *out;
	buf_add(&p->bytes, bytes, n);
	p->sha = arena_strdup(&p->arena, sha);
	TRY(buf_err(&p->bytes, err));
	TRY(p->sha ? MF_OK : err_nomem(err));
	TRY(list_members(p, err));
	return rc;
done:
	mf_package_free(p);
	*out = NULL;
	return rc;
}

/* ---- opening ---- */

/* 1: the task has one. */
static int of_task(void *self, struct mf_object *task, struct mf_error *err)
{
	struct mf_package *p = self;
	struct mf_sink sink = {buf_sink_write, &p->bytes};
	const char *sha;
	int rc = code_package(task, &sink, &sha, err);
	object_settle(task);
	if (rc < 0 && p->bytes.failed)
		return buf_err(&p->bytes, err);
	if (rc < 0 || !sha)
		return rc;
	p->sha = arena_strdup(&p->arena, sha);
	return p->sha ? 1 : err_nomem(err);
}

int package_open(struct mf_package **out, struct mf_object *o, bool hidden, struct mf_error *err)
{
	struct mf_package *p = NULL;
	int rc;
	*out = NULL;
	TRY(new_package(&p, err));
	TRY(o->entity == MF_TASK ? of_task(p, o, err) : code_of_run(o, hidden, of_task, p, err));
	if (!p->sha) {
		rc = MF_OK;
		goto done;
	}
	TRY(list_members(p, err));
	*out = p;
	p = NULL;
done:
	mf_package_free(p);
	return rc;
}

int mf_package_open(struct mf_package **out, struct mf_client *client, const char *pathspec,
	struct mf_error *err)
{
	struct mf_object *o = NULL;
	struct mf_package *p = NULL;
	struct mf_error mine = MF_ERROR_INIT;
	int rc;
	*out = NULL;
	TRY(mf_get(&o, client, pathspec, NULL, &mine));
	if (o->entity != MF_RUN && o->entity != MF_TASK) {
		rc = err_set(&mine, MF_EUSAGE, "code packages are of a run or a task");
		goto done;
	}
	TRY(package_open(&p, o, false, &mine));
	if (!p) {
		rc = err_set(&mine, MF_ENOTFOUND, "it has no code package");
		err_hint(&mine, "remote tasks always have one; local runs only with "
				"METAFLOW_FEAT_ALWAYS_UPLOAD_CODE_PACKAGE=1");
		goto done;
	}
	*out = p;
done:
	mf_object_free(o);
	if (rc < 0) {
		err_at(err, rc, mine.where[0] ? mine.where : pathspec, "%s", mine.message);
		if (mine.hint[0])
			err_hint(err, "%s", mine.hint);
	}
	return rc;
}

void mf_package_free(struct mf_package *p)
{
	if (!p)
		return;
	free(p->members);
	buf_release(&p->bytes);
	arena_release(&p->arena);
	free(p);
}

const char *mf_package_sha(const struct mf_package *p)
{
	return p->sha;
}

const char *mf_package_script(const struct mf_package *p)
{
	return p->script;
}

size_t mf_package_members(const struct mf_package *p, const struct mf_member **out)
{
	*out = p->members;
	return p->n;
}

/* ---- going through it ---- */

struct counted {
	const struct mf_package *p;
	const struct package_walk *walk;
	size_t at;
};

static int count_member(void *arg, const struct archive_member *m, const struct mf_sink **content,
	struct mf_error *err)
{
	struct counted *c = arg;
	size_t i = c->at++;
	(void)m;
	if (i >= c->p->n || c->p->shadowed[i] || c->p->members[i].kind != MF_MEMBER_FILE)
		return MF_OK;
	return c->walk->want(c->walk->arg, i, content, err);
}

static int end_member(void *arg, struct mf_error *err)
{
	struct counted *c = arg;
	return c->walk->end ? c->walk->end(c->walk->arg, err) : MF_OK;
}

int package_walk(const struct mf_package *p, const struct package_walk *walk, struct mf_error *err)
{
	struct counted c = {p, walk, 0};
	struct archive_visitor v = {.member = count_member, .end = end_member, .arg = &c};
	return archive_walk(p->bytes.p, p->bytes.n, &v, err);
}

size_t package_find(const struct mf_package *p, const char *path)
{
	path = trimmed(path);
	for (size_t i = 0; i < p->n; i++)
		if (!p->shadowed[i] && str_eq(p->members[i].path, path))
			return i;
	return p->n;
}

/* ---- one member ---- */

enum { FOUND = -1000 }; /* ends a walk that has done its work */

struct one {
	size_t index;
	const struct mf_sink *sink;
};

static int want_one(void *arg, size_t index, const struct mf_sink **sink, struct mf_error *err)
{
	struct one *one = arg;
	(void)err;
	if (index == one->index)
		*sink = one->sink;
	return MF_OK;
}

static int end_one(void *arg, struct mf_error *err)
{
	(void)arg;
	(void)err;
	return FOUND;
}

static int not_found(const struct mf_package *p, const char *path, struct mf_error *err)
{
	const char **names = calloc(p->n + 1, sizeof(*names));
	size_t n = 0;
	for (size_t i = 0; names && i < p->n; i++)
		if (p->members[i].user && p->members[i].kind == MF_MEMBER_FILE)
			names[n++] = p->members[i].path;
	const char *near = names ? suggest(path, names, n) : NULL;
	err_at(err, MF_ENOTFOUND, path, "the code package has no file of that name");
	if (near)
		err_hint(err, "did you mean “%s”?", near);
	else
		err_hint(err, "mfctl code list names its files");
	free(names);
	return MF_ENOTFOUND;
}

int mf_package_read(const struct mf_package *p, const char *path, const struct mf_sink *sink,
	struct mf_error *err)
{
	struct one one = {.sink = sink};
	struct package_walk walk = {.want = want_one, .end = end_one, .arg = &one};
	if (!path && !(path = p->script))
		return err_set(err, MF_ENOTFOUND,
			"the code package does not say which file is the flow's script");
	one.index = package_find(p, path);
	if (one.index == p->n)
		return not_found(p, path, err);
	if (p->members[one.index].kind != MF_MEMBER_FILE)
		return err_at(err, MF_EUSAGE, path,
			p->members[one.index].kind == MF_MEMBER_DIRECTORY ? "it is a directory"
									  : "it is no file");
	int rc = package_walk(p, &walk, err);
	return rc == FOUND ? MF_OK : rc;
}
