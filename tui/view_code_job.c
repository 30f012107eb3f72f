/* view_code_job.c: packages are opened and compared, and files read, here. */
#include "view_code_job.h"

#include <stdlib.h>
#include <string.h>

enum { FILE_MOST = 8 << 20, LOOKED_AT = 8000 };

void code_unref(struct code *c)
{
	if (!c || --c->refs)
		return;
	mf_package_diff_free(c->diff);
	mf_package_free(c->package);
	code_unref(c->other);
	free(c->path);
	free(c);
}

/* ---- packages ---- */

static void code_job_free(void *arg)
{
	struct code_job *j = arg;

	code_unref(j->code);
	free(j->path);
	free(j->other);
	free(j);
}

static struct code *open_code(struct code_job *j, const char *path)
{
	struct code *c = calloc(1, sizeof(*c));

	if (c) {
		c->refs = 1;
		c->path = strdup(path);
	}
	if (!c || !c->path) {
		free(c);
		j->err.code = MF_ENOMEM;
		return NULL;
	}
	if (mf_package_open(&c->package, j->client, path, &j->err) < 0) {
		c->package = NULL;
		code_unref(c);
		return NULL;
	}
	return c;
}

static void code_run(struct job *job, void *arg)
{
	struct code_job *j = arg;

	j->code = open_code(j, j->path);
	if (!j->code || !j->other || job_cancelled(job))
		return;
	j->code->other = open_code(j, j->other);
	if (j->code->other && mf_package_diff(&j->code->diff, j->code->other->package,
				      j->code->package, j->all, &j->err) < 0)
		j->code->diff = NULL;
}

int code_submit(struct view *v, int kind, const char *path, const char *other, bool all)
{
	struct mf_client *client = data_client(v->app);
	struct code_job *j = client ? calloc(1, sizeof(*j)) : NULL;

	if (j) {
		j->client = client;
		j->path = strdup(path);
		j->other = other ? strdup(other) : NULL;
		j->all = all;
		j->err = (struct mf_error)MF_ERROR_INIT;
	}
	if (!j || !j->path || (other && !j->other)) {
		if (j)
			code_job_free(j);
		return MF_ENOMEM;
	}
	return view_submit(v, kind, code_run, j, code_job_free, NULL);
}

/* ---- files ---- */

void file_job_free(void *arg)
{
	struct file_job *j = arg;

	if (!j)
		return;
	code_unref(j->code);
	doc_release(&j->doc);
	buf_release(&j->text);
	free(j->name);
	free(j);
}

static void file_run(struct job *job, void *arg)
{
	struct file_job *j = arg;
	struct mf_sink sink = {buf_sink_write, &j->text};
	enum language lang = LANG_DIFF;

	(void)job;
	if (j->name)
		j->rc = mf_package_read(j->code->package, j->name, &sink, &j->err);
	else
		j->rc = mf_package_diff_text(j->code->diff, j->change, &sink, &j->err);
	j->doc.cut = j->text.failed == MF_ELIMIT;
	if (j->rc < 0 && !j->doc.cut)
		return;
	j->rc = MF_OK;
	j->binary = memchr(j->text.p, '\0', j->text.n < LOOKED_AT ? j->text.n : LOOKED_AT) != NULL;
	if (j->name)
		lang = language_of(j->name, j->text.p, j->text.n);
	if (!(j->binary ? doc_hex(&j->doc, j->text.p, j->text.n)
			: doc_text(&j->doc, j->text.p, j->text.n, lang)))
		j->rc = MF_ENOMEM;
	j->doc.numbers = j->name != NULL;
}

int file_submit(struct view *v, int kind, struct code *code, const char *name, size_t change)
{
	struct file_job *j = calloc(1, sizeof(*j));

	if (j) {
		j->name = name ? strdup(name) : NULL;
		j->code = code;
		code->refs++;
		j->change = change;
		j->err = (struct mf_error)MF_ERROR_INIT;
		buf_init(&j->text, FILE_MOST);
	}
	if (!j || (name && !j->name)) {
		file_job_free(j);
		return MF_ENOMEM;
	}
	return view_submit(v, kind, file_run, j, file_job_free, NULL);
}
