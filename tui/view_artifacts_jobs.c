#include "view_artifacts_jobs.h"

#include <stdlib.h>
#include <string.h>

#include "data.h"
#include "view_value_node.h"

enum { PARENTS_MOST = 64, SMALL = 64 << 10 };

/* ---- where it was made ---- */

void origins_free(void *arg)
{
	struct origins_job *j = arg;

	if (!j)
		return;
	for (size_t i = 0; i < j->made.n; i++) {
		free(j->made.v[i].name);
		free(j->made.v[i].sha);
		free(j->made.v[i].line);
	}
	vec_release(&j->made);
	mf_cancel_free(j->cancel);
	free(j->path);
	free(j);
}

void origins_cancel(void *arg)
{
	mf_cancel_set(((struct origins_job *)arg)->cancel);
}

struct made *origins_find(const struct origins_job *j, const char *name)
{
	for (size_t i = 0; i < j->made.n; i++)
		if (str_eq(j->made.v[i].name, name))
			return &j->made.v[i];
	return NULL;
}

static char *look(const struct origins_job *j, struct mf_object *a)
{
	const struct mf_value *size = mf_object_get(a, "size"), *value;
	struct buf b = BUF_INIT(4096);
	struct mf_sink sink = {buf_sink_write, &b};

	if (mf_cancel_is_set(j->cancel) || mf_value_kind(size) != MF_INT ||
		mf_value_int(size) > SMALL || mf_artifact_value(a, &value, NULL) < 0)
		return NULL;
	if (!node_array(value, &b))
		(void)mf_value_print_text(value, &sink, 200, NULL);
	return buf_take(&b);
}

/* Go through the artifacts of a task: our own (fill in), or those of one before it (compare). */
static int each_artifact(struct origins_job *j, const char *task, bool own)
{
	struct mf_list_options o = MF_LIST_INIT;
	int field = mf_field_find(MF_ARTIFACT, "sha"), rc;
	struct mf_iter *iter = NULL;
	struct mf_object *a;

	o.hidden = true;
	o.fields = &field;
	o.n_fields = 1;
	o.cancel = j->cancel;
	rc = mf_list(&iter, j->client, task, &o, NULL);
	while (rc >= 0 && (rc = mf_iter_next(iter, &a, NULL)) == 1) {
		size_t n = 0;
		const char *p = mf_value_text(mf_object_field(a, field), &n);
		char sha[64] = "";
		if (p && n < sizeof(sha))
			memcpy(sha, p, n);
		if (own) {
			struct made m = {strdup(mf_object_id(a)), strdup(sha), ORIGIN_NEW, NULL};
			m.line = look(j, a);
			if (!m.name || !m.sha || !vec_push(&j->made, m)) {
				free(m.name);
				free(m.sha);
				free(m.line);
				rc = MF_ENOMEM;
			}
		} else {
			struct made *m = origins_find(j, mf_object_id(a));
			if (m && *sha && str_eq(m->sha, sha))
				m->origin = ORIGIN_INHERITED;
			else if (m && m->origin == ORIGIN_NEW)
				m->origin = ORIGIN_CHANGED;
		}
		mf_object_free(a);
	}
	mf_iter_free(iter);
	return rc;
}

void origins_run(struct job *job, void *arg)
{
	struct origins_job *j = arg;
	struct mf_object *task = NULL;

	j->rc = mf_get(&task, j->client, j->path, NULL, NULL);
	if (j->rc >= 0)
		j->rc = each_artifact(j, j->path, true);
	if (j->rc >= 0) {
		const struct mf_value *parents = mf_object_get(task, "parent_tasks");
		j->parents = mf_value_count(parents);
		for (size_t i = 0; i < j->parents && i < PARENTS_MOST && !job_cancelled(job); i++) {
			size_t n;
			const char *p = mf_value_text(mf_value_item(parents, i), &n);
			char *path = p ? strndup(p, n) : NULL;
			if (path && each_artifact(j, path, false) >= 0)
				j->looked_at++;
			free(path);
		}
	}
	mf_object_free(task);
}

/* ---- the preview ---- */

struct preview *preview_new(struct mf_client *client, const char *path)
{
	struct preview *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->client = client;
	p->path = strdup(path);
	p->cancel = mf_cancel_new();
	p->err = (struct mf_error)MF_ERROR_INIT;
	buf_init(&p->text, PREVIEW_BYTES);
	if (p->path && p->cancel)
		return p;
	preview_free(p);
	return NULL;
}

void preview_free(void *arg)
{
	struct preview *p = arg;

	if (!p)
		return;
	doc_release(&p->doc);
	buf_release(&p->text);
	mf_cancel_free(p->cancel);
	free(p->path);
	free(p);
}

void preview_cancel(void *arg)
{
	mf_cancel_set(((struct preview *)arg)->cancel);
}

static int write_unless_cancelled(void *self, const char *text, size_t n)
{
	struct preview *p = self;

	return mf_cancel_is_set(p->cancel) ? MF_ECANCELLED : buf_sink_write(&p->text, text, n);
}

/* A look at it: text as it is, everything else as Python would print it. Of large arrays no more is
 * read than the head. */
void preview_run(struct job *j, void *arg)
{
	struct preview *p = arg;
	struct mf_sink sink = {write_unless_cancelled, p};
	struct mf_object *o = NULL;
	const struct mf_value *value;
	struct mf_error print = MF_ERROR_INIT;
	enum language lang = LANG_PLAIN;
	size_t n = 0;

	(void)j;
	p->rc = mf_get(&o, p->client, p->path, NULL, &p->err);
	if (p->rc >= 0 && !mf_cancel_is_set(p->cancel))
		p->rc = mf_artifact_head(o, &value, &p->err);
	if (p->rc >= 0 && !mf_cancel_is_set(p->cancel)) {
		const char *s = mf_value_kind(value) == MF_STRING ? mf_value_text(value, &n) : NULL;
		if (s) {
			lang = language_of(NULL, s, n);
			buf_add(&p->text, s, n < PREVIEW_BYTES ? n : PREVIEW_BYTES - 1);
		} else {
			(void)mf_value_print_text(value, &sink, 0, &print);
		}
		p->doc.cut = p->text.failed == MF_ELIMIT || (s && n >= PREVIEW_BYTES);
		if (!doc_text(&p->doc, p->text.p, p->text.n, lang))
			p->rc = MF_ENOMEM;
	}
	mf_object_free(o);
}
