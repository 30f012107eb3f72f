/* view_value_doc.c: a value as lines: text, JSON, bytes. JSON is written by a job. */
#include <stdlib.h>
#include <string.h>

#include "doc.h"
#include "view_value_mode.h"

enum { JSON_MOST = 32 << 20, COPY_LIMIT = 1 << 20, SCAN = 5000 };

struct state {
	struct pager pager;
	struct doc doc;
	struct doc_job *job; /* what the document is of, once it is there */
};

struct doc_job {
	struct held *held;
	struct buf out;
	struct doc doc;
	struct mf_error err;
	bool json, ok;
};

/* ---- jobs ---- */

static void job_free(void *arg)
{
	struct doc_job *j = arg;

	held_unref(j->held);
	doc_release(&j->doc);
	buf_release(&j->out);
	free(j);
}

struct stopping {
	struct job *job;
	struct buf *out;
};

static int write_unless_stopped(void *self, const char *p, size_t n)
{
	struct stopping *s = self;

	if (job_cancelled(s->job))
		return MF_ECANCELLED;
	return buf_sink_write(s->out, p, n);
}

static void job_run(struct job *job, void *arg)
{
	struct doc_job *j = arg;
	const struct held *h = j->held;
	struct stopping stopping = {job, &j->out};
	struct mf_sink sink = {write_unless_stopped, &stopping};

	if (!j->json && h->text) {
		j->ok = doc_text(
			&j->doc, h->text, h->text_n, language_of(NULL, h->text, h->text_n));
		return;
	}
	int rc = j->json ? mf_value_print_json(h->value, &sink, MF_PRINT_INDENT, &j->err)
			 : mf_value_print_text(h->value, &sink, 0, &j->err);
	j->doc.cut = j->out.failed == MF_ELIMIT;
	if (rc < 0 && rc != MF_EPARTIAL && !j->doc.cut)
		return;
	j->ok = doc_text(
		&j->doc, j->out.p ? j->out.p : "", j->out.n, j->json ? LANG_JSON : LANG_PLAIN);
}

static bool start_job(struct mode *m, bool json)
{
	struct doc_job *j = calloc(1, sizeof(*j));

	if (!j)
		return false;
	j->json = json;
	j->err = (struct mf_error)MF_ERROR_INIT;
	buf_init(&j->out, JSON_MOST);
	return mode_submit(m, 0, job_run, j, job_free);
}

/* ---- the modes ---- */

static void start_pager(struct state *s)
{
	pager_init(&s->pager, &(struct pager_source){doc_count, doc_line, &s->doc});
	s->pager.empty = "Empty.";
}

static bool open_text(struct mode *m)
{
	struct state *s = m->state;

	start_pager(s);
	s->pager.wrap = true;
	s->pager.empty = "reading …";
	return start_job(m, false);
}

static bool open_json(struct mode *m)
{
	struct state *s = m->state;

	start_pager(s);
	s->pager.empty = "reading …";
	return start_job(m, true);
}

static bool open_hex(struct mode *m)
{
	struct state *s = m->state;
	const char *p = m->held->text;
	size_t n = m->held->text_n;

	start_pager(s);
	if (!p) { /* the head of a large one */
		uint64_t all = mf_value_blob(m->held->value, &p, &n);
		s->doc.cut = all > n;
	}
	bool ok = doc_hex(&s->doc, p ? p : "", p ? n : 0);
	s->pager.gutter = doc_gutter(&s->doc);
	return ok;
}

static void deliver(struct mode *m, struct job_result *r)
{
	struct state *s = m->state;
	struct doc_job *j = r->spec.arg;

	if (!j->ok) {
		s->pager.empty = "This cannot be shown so.";
		if (j->err.code)
			app_say_error(m->view->app, &j->err);
		return;
	}
	r->spec.arg = NULL;
	s->job = j;
	s->doc = j->doc;
	j->doc = (struct doc){0};
	s->doc.numbers = s->doc.starts.n > 1;
	s->pager.gutter = doc_gutter(&s->doc);
	s->pager.empty = "Empty.";
	pager_refresh(&s->pager, true);
}

static bool action(struct mode *m, enum action a)
{
	if (a == ACT_follow || a == ACT_open)
		return false;
	return pager_action(&((struct state *)m->state)->pager, a);
}

static bool mouse(struct mode *m, const struct key *k)
{
	return pager_mouse(&((struct state *)m->state)->pager, k);
}

static void draw(struct mode *m, struct canvas *c)
{
	struct canvas body = canvas_sub(c, 2, 0, c->w - 2, c->h);

	pager_draw(&((struct state *)m->state)->pager, &body);
}

static void status(const struct mode *m, struct buf *out)
{
	const struct state *s = m->state;

	pager_status(&s->pager, out);
}

static void look_on(struct mode *m, size_t lines)
{
	struct state *s = m->state;

	if (pager_scan(&s->pager, lines))
		m->view->tick_at = app_now(m->view->app) + 1;
}

static void search(struct mode *m, const char *text, bool final)
{
	pager_search(&((struct state *)m->state)->pager, text, final);
	look_on(m, 0); /* the rest between the keys */
}

static void tick(struct mode *m)
{
	look_on(m, SCAN);
	app_dirty(m->view->app);
}

static bool copy(struct mode *m, struct buf *out)
{
	const struct state *s = m->state;

	if (s->doc.hex)
		return false;
	buf_add(out, s->doc.p ? s->doc.p : "", s->doc.n);
	return true;
}

static void close_doc(struct mode *m)
{
	struct state *s = m->state;

	pager_release(&s->pager);
	doc_release(&s->doc);
	if (s->job)
		job_free(s->job);
}

static bool fits_text(const struct held *h)
{
	return mf_value_kind(h->value) == MF_STRING;
}

static bool fits_hex(const struct held *h)
{
	return h->text || mf_value_kind(h->value) == MF_BLOB;
}

static bool fits_json(const struct held *h)
{
	return mf_value_kind(h->value) != MF_BLOB;
}

static const enum action text_actions[] = {ACT_mode, ACT_wrap, ACT_next_match, ACT_export, ACT_copy,
	ACT_copy_twin, ACT_page, ACT_NONE};

#define DOC_MODE(word, open_fn, fits_fn)                                                           \
	{                                                                                          \
		.name = word, .ctx = CTX_TEXT, .actions = text_actions,                            \
		.state_size = sizeof(struct state), .fits = fits_fn, .open = open_fn,              \
		.deliver = deliver, .action = action, .mouse = mouse, .draw = draw,                \
		.status = status, .search = search, .tick = tick, .copy = copy, .close = close_doc \
	}

const struct mode_class value_text_mode = DOC_MODE("text", open_text, fits_text);
const struct mode_class value_json_mode = DOC_MODE("JSON", open_json, fits_json);
const struct mode_class value_hex_mode = DOC_MODE("bytes", open_hex, fits_hex);
