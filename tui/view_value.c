/* view_value.c: any artifact, in the ways that make sense for it: tree, table, grid, text, picture,
 * bytes, JSON. */
#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/err.h"
#include "../clientlib/base/text.h"
#include "export.h"
#include "list.h"
#include "view_value_mode.h"
#include "view_value_node.h"
#include "view_value_text.h"

enum { COPY_LIMIT = 1 << 20, JOB_READ = 0, JOB_EXPORT = 1, FIRST_KIND = MODE_JOBS };

/* In the order in which they are gone through. */
static const struct mode_class *const classes[] = {&value_tree_mode, &value_table_mode,
	&value_grid_mode, &value_image_mode, &value_text_mode, &value_json_mode, &value_hex_mode};

struct state {
	struct held *held; /* NULL: not read yet */
	struct mode modes[MODES_MOST];
	int count, now;
	const char *empty;
	struct exporter export;
};

/* ---- the value, and who looks at it ---- */

static void free_held(void *h)
{
	held_unref(h);
}

bool mode_submit(struct mode *m, int kind, void (*run)(struct job *, void *), void *arg,
	void (*free_fn)(void *))
{
	*(struct held **)arg = m->held;
	m->held->refs++;
	return view_submit(m->view, m->kind + kind, run, arg, free_fn, NULL) >= 0;
}

/* ---- modes ---- */

static struct mode *current(const struct view *v)
{
	struct state *s = v->state;

	return s->count ? &s->modes[s->now] : NULL;
}

static void close_mode(struct mode *m)
{
	if (m->state && m->class->close)
		m->class->close(m);
	free(m->state);
	m->state = NULL;
}

static void enter(struct view *v, int i)
{
	struct state *s = v->state;
	struct mode *m = &s->modes[i];

	s->now = i;
	v->ctx = CTX_VALUE | CTX_PAGE | CTX_EXPORT | m->class->ctx;
	v->actions = m->class->actions;
	v->tick_at = 0;
	if (m->open)
		return;
	m->open = true;
	m->state = calloc(1, m->class->state_size);
	if (!m->state || (m->class->open && !m->class->open(m))) {
		app_say(v->app, LEVEL_ERROR, "out of memory");
		s->empty = "There is no memory to show it.";
		close_mode(m);
	}
	if (m->state && *v->filter && m->class->search)
		m->class->search(m, v->filter, true);
}

/* What one most likely wants to see. */
static const struct mode_class *best(const struct held *h)
{
	const struct mf_value *v = h->value;
	enum mf_kind kind = mf_value_kind(v);
	bool rows = kind == MF_LIST && mf_value_kind(mf_value_item(v, 0)) == MF_DICT;

	if (h->image_w)
		return &value_image_mode;
	if (kind == MF_STRING)
		return &value_text_mode;
	if (h->text || kind == MF_BLOB)
		return &value_hex_mode;
	if (h->table && (kind == MF_OBJECT || rows))
		return &value_table_mode;
	return h->array ? &value_grid_mode : &value_tree_mode;
}

static void take(struct view *v)
{
	struct state *s = v->state;
	const struct mode_class *first = best(s->held);
	bool text = s->held->text != NULL;

	for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
		if (classes[i]->fits ? !classes[i]->fits(s->held) : text)
			continue;
		s->modes[s->count] = (struct mode){.class = classes[i],
			.view = v,
			.held = s->held,
			.kind = FIRST_KIND + (int)i * MODE_JOBS};
		if (classes[i] == first)
			s->now = s->count;
		s->count++;
	}
	enter(v, s->now);
}

static void switch_to(struct view *v, int by)
{
	struct state *s = v->state;

	if (s->count)
		enter(v, (s->now + by + s->count) % s->count);
}

static void drop(struct state *s)
{
	for (int i = 0; i < s->count; i++)
		close_mode(&s->modes[i]);
	s->count = s->now = 0;
	held_unref(s->held);
	s->held = NULL;
}

/* ---- the view ---- */

static void load(struct view *v)
{
	struct state *s = v->state;
	struct mf_client *client = data_client(v->app);

	if (!client || s->held || view_loading(v))
		return;
	struct held *h = calloc(1, sizeof(*h));
	if (h)
		*h = (struct held){
			.refs = 1, .client = client, .path = strdup(v->arg), .err = MF_ERROR_INIT};
	if (!h || !h->path) {
		held_unref(h);
		app_say(v->app, LEVEL_ERROR, "out of memory");
		return;
	}
	view_submit(v, JOB_READ, held_read, h, free_held, NULL);
}

static void deliver(struct view *v, struct job_result *r)
{
	struct state *s = v->state;

	if (r->spec.kind >= FIRST_KIND) {
		for (int i = 0; i < s->count; i++) {
			struct mode *m = &s->modes[i];
			if (r->spec.kind < m->kind || r->spec.kind >= m->kind + MODE_JOBS ||
				!m->state)
				continue;
			r->spec.kind -= m->kind;
			m->class->deliver(m, r);
			return;
		}
		return;
	}
	if (export_deliver(&s->export, r))
		return;
	v->loaded_at = app_now(v->app);
	drop(s);
	s->held = r->spec.arg;
	r->spec.arg = NULL;
	if (s->held->rc >= 0) {
		take(v);
		return;
	}
	s->empty = s->held->err.hint[0] ? "This value cannot be read; the reason is above."
					: "This value cannot be read.";
	view_set_banner(v, LEVEL_ERROR, "%s%s%s", s->held->err.message,
		s->held->err.hint[0] ? "; " : "", s->held->err.hint);
}

static int open_view(struct view *v, struct mf_error *err)
{
	struct state *s = v->state;

	if (mf_pathspec_entity(v->arg) != MF_ARTIFACT)
		return err_at(err, MF_EUSAGE, v->arg, "only an artifact has a value");
	s->empty = "Reading …";
	export_init(&s->export, v, JOB_EXPORT);
	view_set_path(v, v->arg);
	return MF_OK;
}

static void copy_value(struct view *v)
{
	struct mode *m = current(v);
	struct buf b = BUF_INIT(COPY_LIMIT);

	if (m && m->state && m->class->copy && m->class->copy(m, &b)) {
		if (b.failed)
			app_say(v->app, LEVEL_WARNING, "too large to copy; mfctl cat prints it");
		else
			app_copy(v->app, b.p);
	} else if (m) {
		app_copy(v->app, v->arg);
	}
	buf_release(&b);
}

static int produce(void *ctx, const struct mf_sink *to)
{
	return value_page(((const struct state *)ctx)->held->value, to);
}

/* Bytes right away, where there are bytes to be shown. */
static bool show_bytes(struct view *v)
{
	struct state *s = v->state;

	for (int i = 0; i < s->count; i++)
		if (s->modes[i].class == &value_hex_mode) {
			enter(v, s->modes[s->now].class == &value_hex_mode ? 0 : i);
			return true;
		}
	return false;
}

static bool action(struct view *v, enum action a, const struct key *k)
{
	struct state *s = v->state;
	struct mode *m = current(v);

	(void)k;
	switch (a) {
	case ACT_mode:
	case ACT_next_pane: switch_to(v, 1); return true;
	case ACT_prev_mode:
	case ACT_prev_pane: switch_to(v, -1); return true;
	case ACT_copy: copy_value(v); return true;
	case ACT_export: export_one(&s->export, v->arg); return true;
	case ACT_back:
		if (export_cancel(&s->export))
			return true;
		break;
	case ACT_page:
		if (m)
			app_page(v->app, strrchr(v->arg, '/') + 1, produce, s);
		return true;
	case ACT_hex:
		if (show_bytes(v))
			return true;
		break;
	case ACT_refresh:
		if (s->held && s->held->rc < 0) {
			drop(s);
			view_set_banner(v, LEVEL_NONE, NULL);
		}
		return false;
	default: break;
	}
	if (!m || !m->state)
		return false;
	if (a == ACT_hex && m->class != &value_tree_mode) {
		app_say(v->app, LEVEL_INFO, "only text and bytes are shown as bytes");
		return true;
	}
	return m->class->action && m->class->action(m, a);
}

static bool mouse(struct view *v, const struct key *k)
{
	struct mode *m = current(v);

	return m && m->state && m->class->mouse && m->class->mouse(m, k);
}

static void filter(struct view *v, bool final)
{
	struct mode *m = current(v);

	if (m && m->state && m->class->search)
		m->class->search(m, v->filter, final);
}

static void tick(struct view *v)
{
	struct mode *m = current(v);

	if (m && m->state && m->class->tick)
		m->class->tick(m);
}

/* ---- drawing ---- */

/* All of them by name, or only the one that is shown where there is no room; returns the columns
 * taken from the right. */
static int draw_modes(const struct state *s, struct canvas *c)
{
	bool all = true;
	int w = 0;

	if (s->count < 2)
		return 0;
	for (int i = 0; i < s->count; i++)
		w += canvas_width(c, s->modes[i].class->name) + 2;
	if (w > c->w * 2 / 5) {
		all = false;
		w = canvas_width(c, s->modes[s->now].class->name) + 2;
	}
	int x = c->w - w - 1;
	for (int i = 0; i < s->count; i++) {
		unsigned attr = i == s->now ? ST_TAB_ACTIVE : ST_TAB;
		if (i == s->now || all)
			x += canvas_textf(c, x, 0, attr, " %s ", s->modes[i].class->name);
	}
	return w + 2;
}

/* "numpy.ndarray  float64 (400, 8)  25.2 KB  sha d45d61d6" */
static void draw_head(const struct state *s, struct canvas *c)
{
	struct buf b = BUF_INIT(4096);
	const struct mf_object *o = s->held->object;
	const struct mode *m = s->count ? &s->modes[s->now] : NULL;
	struct canvas left = canvas_sub(c, 2, 0, c->w - 2 - draw_modes(s, c), 1);
	const char *type = data_text(o, "type");

	if (!*type && s->held->value) { /* it was not recorded */
		node_type(s->held->value, &b);
		type = b.p;
	}
	int x = canvas_text(&left, 0, 0, ST_TYPE | CA_BOLD, type) + 2;
	buf_clear(&b);

	if (m && m->state && m->class->head) {
		m->class->head(m, &b);
	} else if (s->held->value && !node_array(s->held->value, &b)) {
		size_t n = mf_value_count(s->held->value);
		if (n) {
			list_number(&b, n);
			buf_adds(&b, n == 1 ? " item" : " items");
		}
	}
	if (b.n)
		x += canvas_text(&left, x, 0, ST_STRONG, b.p) + 2;
	buf_clear(&b);
	if (data_int(o, "size", -1) >= 0) {
		cell_size(&b, data_int(o, "size", -1));
		x += canvas_text(&left, x, 0, ST_TEXT, b.p) + 2;
	}
	if (left.w - x >= 14)
		canvas_textf(&left, x, 0, ST_DIM, "sha %.10s", data_text(o, "sha"));
	buf_release(&b);
}

/* An object of another class as Python would show it: its parts below say less. */
static bool draw_summary(const struct state *s, struct canvas *c)
{
	struct buf b = BUF_INIT(4096);
	struct mf_sink sink = {buf_sink_write, &b};
	const struct mode *m = s->count ? &s->modes[s->now] : NULL;
	bool object = m && m->class == &value_tree_mode &&
		      mf_value_kind(s->held->value) == MF_OBJECT && !s->held->array &&
		      !s->held->table;

	if (object && c->h > 0) {
		(void)mf_value_print_text(
			s->held->value, &sink, (size_t)(c->w > 4 ? c->w - 4 : 1), NULL);
		canvas_fit(c, 2, 0, c->w - 3, ALIGN_LEFT, ST_STRONG, b.p);
	}
	buf_release(&b);
	return object;
}

static void draw(struct view *v, struct canvas *c)
{
	struct state *s = v->state;
	struct mode *m = current(v);
	int y = 0;

	if (s->held && s->held->object) {
		struct canvas line = canvas_sub(c, 0, 0, c->w, 1);
		draw_head(s, &line);
		line = canvas_sub(c, 0, 1, c->w, 1);
		y = draw_summary(s, &line) ? 3 : 2;
	}
	struct canvas body = canvas_sub(c, 0, y, c->w, c->h - y);
	if (m && m->state)
		m->class->draw(m, &body);
	else
		canvas_fit(&body, 2, body.h > 4 ? body.h / 3 : 0, body.w - 4, ALIGN_CENTER, ST_DIM,
			s->empty);
}

static void status(const struct view *v, struct buf *out)
{
	const struct mode *m = current(v);
	const struct state *s = v->state;

	export_status(&s->export, out);
	if (m && m->state && m->class->status)
		m->class->status(m, out);
}

static void twin(const struct view *v, struct buf *out)
{
	buf_addf(out, "mfctl cat %s", v->arg);
}

static void close_view(struct view *v)
{
	struct state *s = v->state;

	drop(s);
	export_release(&s->export);
}

static const enum action actions[] = {ACT_mode, ACT_copy, ACT_copy_twin, ACT_page, ACT_NONE};

const struct view_class view_value_class = {
	.state_size = sizeof(struct state),
	.ctx = CTX_TREE | CTX_VALUE | CTX_PAGE | CTX_EXPORT,
	.actions = actions,
	.open = open_view,
	.load = load,
	.deliver = deliver,
	.action = action,
	.mouse = mouse,
	.draw = draw,
	.status = status,
	.filter = filter,
	.tick = tick,
	.twin = twin,
	.close = close_view,
};
