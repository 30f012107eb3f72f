/* dagdraw_text.c: the texts of a drawing. Names, cases and variables come from data and are escaped
 * here. */
#include "dagdraw.h"

#include "../base/fmt.h"
#include "../base/text.h"

enum { BAR = 8 };

/* Make a text of what is in the scratch buffer. */
static int keep(struct dag *d, struct arena *a, struct dag_text *out)
{
	struct buf *b = &d->scratch;
	char *p = b->failed ? NULL : arena_strndup(a, b->p, b->n);

	if (p)
		*out = (struct dag_text){p, (int)b->n, (int)text_width(p, b->n)};
	buf_clear(b);
	return p ? 0 : MF_ENOMEM;
}

int dag_cut(struct dag *d, struct dag_text *out, const struct dag_text *text, int width)
{
	*out = *text;
	if (text->w <= width)
		return 0;
	text_fit(&d->scratch, text->p, (size_t)text->n, (size_t)(width > 0 ? width : 0), false,
		d->opts.ascii);
	return keep(d, &d->trial, out);
}

/* Append text from data, of bounded length whatever it is. */
static void add_data(struct dag *d, const char *s)
{
	struct buf part = BUF_INIT(64 * 1024);

	text_escape(&part, s ? s : "", s ? strnlen(s, 4 * DAG_TEXT) : 0,
		d->opts.ascii ? TEXT_ASCII : 0);
	text_fit(&d->scratch, part.p, part.n, DAG_TEXT, false, d->opts.ascii);
	if (part.failed)
		d->scratch.failed = part.failed;
	buf_release(&part);
}

/* Between two texts of one line. */
static void add_gap(struct dag *d)
{
	if (d->scratch.n)
		buf_adds(&d->scratch, d->opts.ascii ? ", " : " · ");
}

static void add_times(struct dag *d, int64_t n)
{
	buf_adds(&d->scratch, d->opts.ascii ? "x" : "×");
	buf_addf(&d->scratch, "%lld", (long long)n);
}

static int status_of(const struct mf_node *node)
{
	static const char *const names[] = {[MF_COMPLETED] = "completed",
		[MF_FAILED] = "failed",
		[MF_RUNNING] = "running",
		[MF_PENDING] = "pending"};
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (node->status && str_eq(node->status, names[i]))
			return (int)i;
	return MF_UNKNOWN;
}

static int region_title(struct dag *d, struct dag_region *r)
{
	const struct mf_node *split = &d->g->nodes[r->split];
	int64_t around = d->regions[r->parent].total;

	buf_adds(&d->scratch, str_eq(split->type, "split-parallel") ? "parallel" : "foreach");
	if (split->foreach_artifact) {
		buf_addc(&d->scratch, ' ');
		add_data(d, split->foreach_artifact);
	}
	if (d->opts.status && r->total >= 0) {
		/* the width of one, when those around it all have the same */
		bool same = around > 0 && r->total % around == 0;
		buf_addc(&d->scratch, ' ');
		add_times(d, same ? r->total / around : r->total);
		if (!same && around > 1)
			buf_addf(&d->scratch, " in %lld", (long long)around);
	}
	return keep(d, &d->arena, &r->title);
}

/* ▓▓▓▒░░░░ 120/300 ✗2 */
static void add_bar(struct dag *d, const size_t counts[5], int64_t total)
{
	static const char *const fill[2][3] = {{"▓", "▒", "░"}, {"#", "=", "."}};
	int64_t done = (int64_t)(counts[MF_COMPLETED] + counts[MF_FAILED]),
		run = (int64_t)counts[MF_RUNNING];
	int a = (int)(done * BAR / total), b = (int)((done + run) * BAR / total);

	if (run && b == a)
		b = a + 1;
	for (int i = 0; i < BAR; i++)
		buf_adds(&d->scratch, fill[d->opts.ascii][i < a ? 0 : i < b ? 1 : 2]);
	buf_addf(&d->scratch, " %zu/%lld", counts[MF_COMPLETED], (long long)total);
	if (counts[MF_FAILED])
		buf_addf(&d->scratch, d->opts.ascii ? " x%zu" : " ✗%zu", counts[MF_FAILED]);
}

static int node_status(struct dag *d, int i)
{
	static const int32_t glyphs[2][5] = {
		{0x2713, 0x2717, 0x25cf, 0x25cc, '?'}, {'+', 'x', '*', '.', '?'}};
	const struct mf_node *node = &d->g->nodes[i];
	struct dag_node *out = &d->nodes[i];
	bool own = !out->opens && node->num_splits >= 0;
	int64_t total = own ? node->num_splits : out->maybe ? -1 : d->regions[out->region].total;
	int64_t done = (int64_t)node->counts[MF_COMPLETED];
	int status = status_of(node), rc = 0;

	if (out->untaken)
		return 0;
	out->glyph = glyphs[d->opts.ascii][status];
	if (total < (int64_t)node->n_tasks)
		total = (int64_t)node->n_tasks;
	bool many = total > 1 && !out->self;
	if (many && done < total && (status == MF_RUNNING || !node->n_tasks)) {
		add_times(d, total);
		rc = keep(d, &d->arena, &out->count);
		if (!rc && status == MF_RUNNING) {
			add_bar(d, node->counts, total);
			rc = keep(d, &d->arena, &out->bar);
		}
	}
	if (many && !out->bar.w && node->n_tasks) {
		buf_addf(&d->scratch, "%lld/%lld", (long long)done, (long long)total);
		if (node->counts[MF_FAILED])
			buf_addf(&d->scratch, d->opts.ascii ? " x%zu" : " ✗%zu",
				node->counts[MF_FAILED]);
	}
	if (node->started_at != MF_NO_TIME && node->finished_at != MF_NO_TIME &&
		node->finished_at >= node->started_at && status != MF_RUNNING &&
		status != MF_PENDING) {
		add_gap(d);
		fmt_duration(&d->scratch, node->finished_at - node->started_at);
	}
	return rc ? rc : keep(d, &d->arena, &out->info);
}

/* ↺ ×4 for the edge to itself, ↺ name for others that have no rail; the cases that lead there. */
static int node_loops(struct dag *d, int i)
{
	struct dag_node *out = &d->nodes[i];
	const struct mf_node *node = &d->g->nodes[i];
	const char *sign = d->opts.ascii ? "loop" : "↺";
	int rc;

	if (out->self) {
		buf_adds(&d->scratch, sign);
		if (d->opts.status && node->n_tasks) {
			buf_addc(&d->scratch, ' ');
			add_times(d, (int64_t)node->n_tasks);
		}
	}
	for (int k = d->out_at[i]; k < d->out_at[i + 1]; k++) {
		const struct dag_edge *e = &d->edges[d->out[k]];
		if (!e->back || e->rail || e->to == i || e->same != d->out[k])
			continue;
		add_gap(d);
		buf_adds(&d->scratch, sign);
		buf_addc(&d->scratch, ' ');
		add_data(d, d->g->nodes[e->to].name);
	}
	rc = keep(d, &d->arena, &out->loop);
	bool cond = false;
	for (int k = d->out_at[i]; !rc && k < d->out_at[i + 1]; k++) {
		const char *label = d->g->edges[d->out[k]].label;
		if (!d->edges[d->out[k]].back || !label)
			continue;
		if (d->scratch.n)
			buf_adds(&d->scratch, ", ");
		if (!cond && node->condition) {
			add_data(d, node->condition);
			buf_adds(&d->scratch, " = ");
		}
		cond = true;
		add_data(d, label);
	}
	return rc ? rc : keep(d, &d->arena, &out->again);
}

/* The cases of all edges that are drawn as this one. */
static void add_cases(struct dag *d, int e)
{
	const char *sep = "";

	for (; e >= 0; e = d->edges[e].more) {
		const char *label = d->g->edges[e].label;
		if (!label || d->scratch.n > 4 * DAG_TEXT)
			continue;
		buf_adds(&d->scratch, sep);
		add_data(d, label);
		sep = ", ";
	}
}

static int edge_label(struct dag *d, int e)
{
	const char *condition = d->g->nodes[d->edges[e].from].condition;
	int rc;

	if (d->edges[e].back || d->edges[e].same != e)
		return 0;
	add_cases(d, e);
	rc = keep(d, &d->arena, &d->edges[e].brief);
	if (rc || !d->edges[e].brief.w)
		return rc;
	if (condition && *condition) {
		add_data(d, condition);
		buf_adds(&d->scratch, " = ");
	}
	add_cases(d, e);
	return keep(d, &d->arena, &d->edges[e].label);
}

int dag_texts(struct dag *d)
{
	int rc = 0;

	for (int k = 1; !rc && k < d->n_regions; k++)
		rc = region_title(d, &d->regions[k]);
	for (int i = 0; !rc && i < d->n; i++) {
		add_data(d, d->g->nodes[i].name);
		rc = keep(d, &d->arena, &d->nodes[i].name);
		if (!rc && d->opts.status)
			rc = node_status(d, i);
		if (!rc)
			rc = node_loops(d, i);
	}
	for (int e = 0; !rc && e < d->m; e++)
		rc = edge_label(d, e);
	return rc;
}
