#include "columns.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* ---- which there are ---- */

/* A name to be saved of a column that is no field. */
static const char *own_name(struct columns *c, int i)
{
	char *to = c->own_names[i];
	const struct list_column *own = &c->spec.own[i];

	snprintf(to, sizeof(c->own_names[i]), "%s", own->name ? own->name : own->title);
	for (; *to; to++)
		*to = isalnum((unsigned char)*to) ? (char)tolower((unsigned char)*to) : '_';
	return c->own_names[i];
}

static bool has_name(const struct columns *c, const char *name)
{
	for (int i = 0; i < c->count; i++)
		if (str_eq(c->names[i], name))
			return true;
	return false;
}

static void add_fields(struct columns *c)
{
	size_t n;
	const struct mf_field *f = mf_fields(c->spec.entity, &n);

	for (size_t i = 0; i < n && c->count < LIST_COLUMNS; i++) {
		bool wanted = f[i].flags & (MF_FIELD_COLUMN | MF_FIELD_WIDE);
		if (!wanted || has_name(c, f[i].name) || str_eq(f[i].name, "pathspec"))
			continue;
		bool number = f[i].type == MF_T_INT || f[i].type == MF_T_DURATION ||
			      f[i].type == MF_T_SIZE;
		c->names[c->count] = c->field[c->count] = f[i].name;
		c->all[c->count++] = (struct list_column){.title = f[i].title,
			.min = 5,
			.max = 30,
			.align = number ? ALIGN_RIGHT : ALIGN_LEFT,
			.hide = 9,
			.off = true};
	}
}

static bool listed(const char *const *names, const char *name)
{
	for (; names && *names; names++)
		if (str_eq(*names, name))
			return true;
	return false;
}

/* Always those of the view, and those of the columns that are shown. */
static bool collect_fields(struct columns *c)
{
	int n = 0;
	bool more = false;
	const char *before[ROWS_FIELDS_MOST + 1];

	memcpy(before, c->fields, sizeof(before));
	for (; c->spec.fields[n] && n < ROWS_FIELDS_MOST; n++)
		c->fields[n] = c->spec.fields[n];
	for (int i = c->spec.count; i < c->count && n < ROWS_FIELDS_MOST; i++)
		if (c->list->shown[i] && !listed(c->spec.fields, c->field[i]) &&
			!listed(c->spec.late, c->field[i])) {
			more = more || !listed(before, c->field[i]);
			c->fields[n++] = c->field[i];
		}
	c->fields[n] = NULL;
	return more;
}

void columns_init(
	struct columns *c, struct view *v, struct list *l, const struct columns_spec *spec)
{
	*c = (struct columns){.view = v, .list = l, .spec = *spec};
	for (int i = 0; i < spec->count; i++) {
		const char *field = spec->sort_fields ? spec->sort_fields[i] : NULL;
		c->all[i] = spec->own[i];
		c->names[i] = field && !has_name(c, field) ? field : own_name(c, i);
		c->count++;
	}
	if (spec->fields)
		add_fields(c);
}

const char *columns_field(const struct columns *c, int column)
{
	return column >= 0 && column < c->count ? c->field[column] : NULL;
}

const char *columns_sort(const struct columns *c)
{
	int i = c->list->sort;

	return i < 0 ? NULL : i < c->spec.count ? c->spec.sort_fields[i] : c->field[i];
}

void columns_auto(struct columns *c, int column, bool on)
{
	c->list->shown[column] = on && !c->refused[column];
}

/* ---- as chosen ---- */

static void saved_name(const struct columns *c, struct buf *out)
{
	buf_addf(out, "columns.%s", c->view->info->id);
}

/* "status,id,-user_name": what has a minus is hidden; what is not named stays as it is, at the end.
 */
static void apply_text(struct columns *c, const char *text)
{
	int order[LIST_COLUMNS], n = 0;
	bool there[LIST_COLUMNS] = {false};

	while (*text) {
		size_t len = strcspn(text, ",");
		bool off = text[0] == '-';
		for (int i = 0; i < c->count; i++) {
			if (there[i] || strlen(c->names[i]) != len - off ||
				strncmp(c->names[i], text + off, len - off) != 0)
				continue;
			there[i] = true;
			order[n++] = i;
			c->refused[i] = off;
			/* Some come and go by themselves: those are only refused. */
			c->list->shown[i] = !off && (!c->all[i].off || c->field[i]);
		}
		text += len + (text[len] == ',');
	}
	for (int i = 0; i < c->count; i++)
		if (!there[i])
			order[n++] = i;
	list_order(c->list, order);
}

void columns_recall(struct columns *c, void (*changed)(struct view *v))
{
	struct buf b = BUF_INIT(256);

	saved_name(c, &b);
	const char *text = saved_get(app_saved(c->view->app), b.p);
	if (text)
		apply_text(c, text);
	buf_release(&b);
	if (c->spec.fields)
		collect_fields(c);
	c->changed = changed;
}

/* ---- the popup ---- */

struct state {
	struct columns *target; /* of the view below */
	uint32_t view;
	struct list list;
	int order[LIST_COLUMNS];
	bool on[LIST_COLUMNS];
};

static size_t count(void *ctx)
{
	return (size_t)((struct state *)ctx)->target->count;
}

static uint64_t id(void *ctx, size_t row)
{
	return (uint64_t)((struct state *)ctx)->order[row];
}

static unsigned text(void *ctx, size_t row, int column, struct buf *out)
{
	const struct state *s = ctx;
	int i = s->order[row];
	const struct columns *c = s->target;
	int f = mf_field_find(c->spec.entity, c->names[i]);
	size_t n;

	if (column == 0) {
		buf_adds(out, s->on[i] ? "[x] " : "[ ] ");
		buf_adds(out, c->all[i].name ? c->all[i].name : c->all[i].title);
		return s->on[i] ? ST_STRONG : ST_DIM;
	}
	buf_adds(out, f >= 0 ? mf_fields(c->spec.entity, &n)[f].help : "");
	return ST_DIM;
}

static const struct list_column chooser_columns[] = {
	{.title = "COLUMN", .min = 16, .max = 30, .no_sort = true},
	{.title = "", .min = 10, .weight = 1, .no_sort = true},
};

static void apply(struct view *v)
{
	struct state *s = v->state;
	struct columns *c = s->target;
	struct buf name = BUF_INIT(256), value = BUF_INIT(1024);

	for (int i = 0; i < c->count; i++) {
		int k = s->order[i];
		buf_addf(&value, "%s%s%s", i ? "," : "", s->on[k] ? "" : "-", c->names[k]);
		c->refused[k] = !s->on[k];
		c->list->shown[k] = s->on[k];
	}
	list_order(c->list, s->order);
	saved_name(c, &name);
	if (!name.failed && !value.failed)
		saved_set(app_saved(v->app), name.p, value.p);
	buf_release(&name);
	buf_release(&value);
	bool more = c->spec.fields && collect_fields(c);
	struct view *under = c->view;
	void (*changed)(struct view *) = c->changed;
	app_back(v->app); /* v is gone */
	if (more && changed)
		changed(under);
}

static void shift(struct state *s, int by)
{
	size_t row;

	if (!list_row(&s->list, &row) || (by < 0 && !row) || (by > 0 && row + 1 >= count(s)))
		return;
	size_t to = by < 0 ? row - 1 : row + 1;
	int kept = s->order[row];
	s->order[row] = s->order[to];
	s->order[to] = kept;
	list_select(&s->list, to);
}

static void toggle(struct state *s)
{
	size_t row;

	if (list_row(&s->list, &row))
		s->on[s->order[row]] = !s->on[s->order[row]];
}

/* Later views may have pushed the one below out of history. */
static bool alone(const struct view *v)
{
	const struct state *s = v->state;

	return app_base_view(v->app)->id != s->view;
}

static bool action(struct view *v, enum action a, const struct key *k)
{
	struct state *s = v->state;

	(void)k;
	if (alone(v))
		return false;
	switch (a) {
	case ACT_toggle: toggle(s); return true;
	case ACT_move_up: shift(s, -1); return true;
	case ACT_move_down: shift(s, 1); return true;
	case ACT_apply: apply(v); return true;
	default: return list_action(&s->list, a) != LIST_NOTHING;
	}
}

static bool mouse(struct view *v, const struct key *k)
{
	struct state *s = v->state;
	enum list_event e = alone(v) ? LIST_NOTHING : list_mouse(&s->list, k);

	if (e == LIST_OPEN)
		toggle(s); /* a click on the one that is selected */
	return e != LIST_NOTHING;
}

static void draw(struct view *v, struct canvas *c)
{
	if (!alone(v))
		list_draw(&((struct state *)v->state)->list, c, true);
}

static void close_view(struct view *v)
{
	list_release(&((struct state *)v->state)->list);
}

static const enum action actions[] = {
	ACT_apply, ACT_toggle, ACT_move_up, ACT_move_down, ACT_back, ACT_NONE};

static const struct view_class chooser_class = {
	.state_size = sizeof(struct state),
	.ctx = CTX_CHOOSE,
	.actions = actions,
	.action = action,
	.mouse = mouse,
	.draw = draw,
	.close = close_view,
};

static const struct view_info chooser_info = {"columns", "Columns", VF_OVERLAY, "", &chooser_class};

void columns_choose(struct columns *c)
{
	struct view *v = app_open_view(c->view->app, &chooser_info, "");
	struct state *s = v ? v->state : NULL;

	if (!s)
		return;
	s->target = c;
	s->view = c->view->id;
	for (int i = 0; i < c->count; i++) {
		s->order[i] = c->list->order[i];
		/* What the view shows when it has something to show is on unless it was refused. */
		bool comes = i < c->spec.count && c->all[i].off;
		s->on[i] = c->list->shown[i] || (comes && !c->refused[i]);
	}
	list_init(&s->list, chooser_columns, ARRAY_SIZE(chooser_columns),
		&(struct list_source){count, id, text, s});
	s->list.gutter = 2;
}
