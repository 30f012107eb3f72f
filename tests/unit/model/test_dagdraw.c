#include "test_dagdraw.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../../clientlib/base/fs.h"
#include "../../../clientlib/base/text.h"

/* ---- graphs by hand ---- */

static struct sample the_sample;

struct sample *sample_empty(void)
{
	struct sample *s = &the_sample;

	setlocale(LC_CTYPE, "C.UTF-8");
	memset(&s->graph, 0, sizeof(s->graph));
	s->graph.nodes = s->nodes;
	s->graph.edges = s->edges;
	s->graph.start = "start";
	s->graph.end = "end";
	return s;
}

void sample_node(struct sample *s, const char *name)
{
	s->nodes[s->graph.n_nodes++] = (struct mf_node){.name = name,
		.type = "linear",
		.num_splits = -1,
		.status = "pending",
		.started_at = MF_NO_TIME,
		.finished_at = MF_NO_TIME};
}

void sample_edge(struct sample *s, size_t from, size_t to)
{
	s->edges[s->graph.n_edges++] = (struct mf_edge){.from = from, .to = to, .taken = -1};
}

static void set(struct mf_node *n, char *key)
{
	char *value = strchr(key, '=');

	*value++ = '\0';
	if (str_eq(key, "var"))
		n->foreach_artifact = value;
	else if (str_eq(key, "cond"))
		n->condition = value;
	else if (str_eq(key, "join"))
		n->matching_join = value;
	else if (str_eq(key, "splits"))
		n->num_splits = atoi(value);
	else if (str_eq(key, "ok"))
		n->counts[MF_COMPLETED] = (size_t)atoi(value);
	else if (str_eq(key, "bad"))
		n->counts[MF_FAILED] = (size_t)atoi(value);
	else if (str_eq(key, "run"))
		n->counts[MF_RUNNING] = (size_t)atoi(value);
	else if (str_eq(key, "ms"))
		n->started_at = 1000, n->finished_at = 1000 + atoi(value);
	else
		abort();
}

static void finish_node(struct mf_node *n)
{
	static const char *const types[][2] = {{"foreach", "split-foreach"},
		{"switch", "split-switch"}, {"static", "split-static"},
		{"parallel", "split-parallel"}};

	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (str_eq(n->type, types[i][0]))
			n->type = types[i][1];
	n->n_tasks = n->counts[MF_COMPLETED] + n->counts[MF_FAILED] + n->counts[MF_RUNNING];
	n->ran = n->n_tasks > 0;
	if (n->n_tasks)
		n->status = n->counts[MF_RUNNING]  ? "running"
			    : n->counts[MF_FAILED] ? "failed"
						   : "completed";
}

static size_t node_named(const struct sample *s, const char *name)
{
	for (size_t i = 0; i < s->graph.n_nodes; i++)
		if (str_eq(s->nodes[i].name, name))
			return i;
	fprintf(stderr, "no node %s\n", name);
	abort();
}

static void add_target(struct sample *s, size_t from, char *word)
{
	char *label = strchr(word, ':'), *taken = label ? strchr(label + 1, ':') : NULL;
	struct mf_edge *e = &s->edges[s->graph.n_edges];

	if (label)
		*label++ = '\0';
	if (taken)
		*taken++ = '\0';
	sample_edge(s, from, node_named(s, word));
	e->label = label && *label ? label : NULL;
	e->taken = taken ? atoi(taken) : -1;
}

const struct mf_graph *sample_graph(const char *text)
{
	struct sample *s = sample_empty();
	char *targets[SAMPLE_NODES], *line, *lines, *word, *words;

	snprintf(s->text, sizeof(s->text), "%s", text);
	for (line = strtok_r(s->text, "\n", &lines); line; line = strtok_r(NULL, "\n", &lines)) {
		size_t i = s->graph.n_nodes;
		char *arrow = strstr(line, " > ");
		targets[i] = arrow ? arrow + 3 : NULL;
		if (arrow)
			*arrow = '\0';
		sample_node(s, strtok_r(line, " ", &words));
		word = strtok_r(NULL, " ", &words);
		if (word)
			s->nodes[i].type = word;
		while (word && (word = strtok_r(NULL, " ", &words)))
			set(&s->nodes[i], word);
		finish_node(&s->nodes[i]);
	}
	for (size_t i = 0; i < s->graph.n_nodes; i++)
		for (word = targets[i] ? strtok_r(targets[i], " ", &words) : NULL; word;
			word = strtok_r(NULL, " ", &words))
			add_target(s, i, word);
	return &s->graph;
}

void dag_open(struct dag *d, const struct mf_graph *g, bool tree)
{
	*d = (struct dag){.g = g, .scratch = BUF_INIT(64 * 1024), .opts = {.status = true}};
	arena_init(&d->arena, 0);
	arena_init(&d->trial, 0);
	d->n = (int)g->n_nodes;
	d->m = (int)g->n_edges;
	CHECK_INT(dag_read(d), 0);
	CHECK_INT(dag_find_regions(d), 0);
	dag_find_maybe(d);
	if (tree)
		CHECK_INT(dag_tree(d), 0);
	CHECK_INT(dag_texts(d), 0);
}

void dag_open_layout(struct dag *d, const struct mf_graph *g)
{
	dag_open(d, g, true);
	d->style = (struct dag_style){.name = 40,
		.label = 36,
		.gap = 3,
		.margin = 2,
		.cond = true,
		.info = true,
		.even = true};
	CHECK_INT(dag_layout(d), 0);
}

void dag_close(struct dag *d)
{
	buf_release(&d->scratch);
	arena_release(&d->trial);
	arena_release(&d->arena);
}

const char *drawing_text(const struct mf_drawing *d)
{
	static char out[512 * 1024];
	struct buf b = BUF_INIT(sizeof(out) - 1);

	for (size_t row = 0; row < d->rows; row++) {
		size_t end = 0;
		for (size_t i = 0; i < d->columns; i++)
			if (d->cells[row * d->columns + i].ch != ' ')
				end = i + 1;
		for (size_t i = 0; i < end; i++)
			if (d->cells[row * d->columns + i].ch)
				utf8_add(&b, d->cells[row * d->columns + i].ch);
		buf_addc(&b, '\n');
	}
	snprintf(out, sizeof(out), "%s", b.p);
	buf_release(&b);
	return out;
}

const char *draw_text(const struct mf_graph *g, bool ascii, bool compact, bool status, size_t width)
{
	struct mf_draw_options opts = {
		.ascii = ascii, .compact = compact, .status = status, .width = width};
	struct mf_error err = MF_ERROR_INIT;
	struct mf_drawing *d = NULL;

	CHECK_INT(mf_graph_draw(&d, g, &opts, &err), 0);
	const char *text = d ? drawing_text(d) : "";
	mf_drawing_free(d);
	return text;
}

/* ---- golden texts ---- */

#define RUN " ok=1 ms=2100"

static const char two[] = "start static" RUN " > schema sample\n"
			  "schema linear ok=1 ms=8000 > join\n"
			  "sample linear ok=1 ms=44300 > join\n"
			  "join join ok=1 ms=900 > end\n"
			  "end end ok=1 ms=340\n";

static const char branches[] = "start static" RUN " > left right\n"
			       "left static" RUN " > left_a left_b\n"
			       "left_a linear" RUN " > left_join\n"
			       "left_b linear" RUN " > left_join\n"
			       "left_join join" RUN " > join\n"
			       "right linear" RUN " > join\n"
			       "join join" RUN " > end\n"
			       "end end" RUN "\n";

static const char train[] = "start static" RUN " > schema sample\n"
			    "schema linear ok=1 ms=8000 > join\n"
			    "sample linear ok=1 ms=44300 > join\n"
			    "join foreach var=countries join=merge splits=300 ok=1 ms=900 > train\n"
			    "train linear ok=120 bad=2 run=30 > merge\n"
			    "merge join > end\n"
			    "end end\n";

static const char nested[] =
	"start static" RUN " > left letters\n"
	"left linear" RUN " > joined\n"
	"letters foreach var=letters join=outer_join splits=3" RUN " > outer\n"
	"outer foreach var=nums join=inner_join splits=30 ok=3 ms=3000 > inner\n"
	"inner linear ok=30 ms=61000 > inner_join\n"
	"inner_join join ok=3 ms=400 > outer_join\n"
	"outer_join join" RUN " > joined\n"
	"joined join" RUN " > end\n"
	"end end" RUN "\n";

static const char choice[] =
	"start switch cond=mode" RUN " > letters:\"deep\":1 quick:\"fast\":0\n"
	"letters foreach var=letters join=combine splits=3 ok=1 ms=900 > outer\n"
	"outer foreach var=nums join=inner_join splits=30 ok=3 > inner\n"
	"inner switch cond=again ok=30 > inner:yes:1 inner_join:no:1\n"
	"inner_join join ok=3 > combine\n"
	"combine join ok=1 > end\n"
	"quick linear > end\n"
	"end end ok=1 ms=340\n";

static const char loop[] = "start start" RUN " > loop\n"
			   "loop switch cond=more ok=6 ms=9000 > loop:yes:1 done:no:1\n"
			   "done linear" RUN " > end\n"
			   "end end" RUN "\n";

static const char backward[] =
	"start start" RUN " > prepare\n"
	"prepare linear" RUN " > fit\n"
	"fit linear ok=4 ms=80000 > check\n"
	"check switch cond=good ok=4 ms=4000 > fit:no:1 end:yes:1 prepare:never:0\n"
	"end end" RUN "\n";

static const char parallel[] = "start parallel join=join splits=4" RUN " > train\n"
			       "train linear ok=4 ms=2100 > join\n"
			       "join join" RUN " > end\n"
			       "end end" RUN "\n";

static const char skips[] = "start switch > a:one d:two\n"
			    "a linear > b c\n"
			    "b linear > c d\n"
			    "c linear > d\n"
			    "d linear > end\n"
			    "end end\n";

static const char crossing[] = "start static > a b c\n"
			       "a linear > e f\n"
			       "b linear > d f\n"
			       "c linear > d e\n"
			       "d linear > end\n"
			       "e linear > end\n"
			       "f linear > end\n"
			       "end end\n";

static const char mixed[] = "start foreach var=x join=join splits=4" RUN " > a\n"
			    "a switch cond=kind ok=4 ms=1000 > b:big:1 c:small:1 e:odd:0\n"
			    "b switch cond=size ok=3 ms=3000 > c:low:0 d:high:1\n"
			    "c linear ok=1 ms=2000 > join\n"
			    "d linear ok=2 bad=1 ms=2000 > join\n"
			    "e linear > join\n"
			    "join join ok=1 > end\n"
			    "end end ok=1\n";

static const char exits[] = "start switch cond=x ok=1 > a:go:1 end:stop:0\n"
			    "a switch cond=y ok=1 > b:go:1 end:stop:0\n"
			    "b switch cond=z ok=1 > c:go:1 c:walk:0 end:stop:0\n"
			    "c linear ok=1 > end\n"
			    "end end ok=1\n";

static const char longs[] =
	"start static" RUN " > this_is_a_step_with_quite_a_long_name short\n"
	"this_is_a_step_with_quite_a_long_name switch cond=a_condition_with_a_name" RUN
	" > one:the_first_of_the_cases:1 other:the_second_of_the_cases:0\n"
	"one linear" RUN " > join\n"
	"other linear > join\n"
	"short linear" RUN " > join\n"
	"join join" RUN " > end\n"
	"end end" RUN "\n";

static const char unicode[] = "start static" RUN " > größe 日本語の名前 e\xcc\x81t\xc3\xa9\n"
			      "größe linear" RUN " > join\n"
			      "日本語の名前 linear" RUN " > join\n"
			      "e\xcc\x81t\xc3\xa9 linear" RUN " > join\n"
			      "join join" RUN " > a\x1b[31mb\xff\n"
			      "a\x1b[31mb\xff end" RUN "\n";

enum { ASCII = 1, COMPACT = 2, PLAIN = 4 };

static const struct {
	const char *name, *graph;
	unsigned flags;
	size_t width;
} golden[] = {
	{"linear", "start start" RUN " > middle\nmiddle linear" RUN " > end\nend end" RUN "\n", 0,
		0},
	{"single", "only end" RUN "\n", 0, 0},
	{"two_branches", two, 0, 0},
	{"nested_branches", branches, 0, 0},
	{"nested_branches_ascii", branches, ASCII, 0},
	{"nested_branches_compact", branches, COMPACT, 0},
	{"nested_branches_compact_ascii", branches, COMPACT | ASCII, 0},
	{"foreach", train, 0, 0},
	{"foreach_ascii", train, ASCII, 0},
	{"foreach_plain", train, PLAIN, 0},
	{"foreach_compact", train, COMPACT, 0},
	{"nested_foreach", nested, 0, 0},
	{"nested_foreach_ascii", nested, ASCII, 0},
	{"nested_foreach_compact", nested, COMPACT, 0},
	{"switch", choice, 0, 0},
	{"switch_ascii", choice, ASCII, 0},
	{"switch_narrow", choice, 0, 44},
	{"switch_compact", choice, COMPACT, 0},
	{"recursion", loop, 0, 0},
	{"recursion_ascii", loop, ASCII, 0},
	{"recursion_compact", loop, COMPACT, 0},
	{"back", backward, 0, 0},
	{"back_ascii", backward, ASCII, 0},
	{"parallel", parallel, 0, 0},
	{"long_edges", skips, PLAIN, 0},
	{"long_edges_compact", skips, COMPACT | PLAIN, 0},
	{"crossing", crossing, PLAIN, 0},
	{"crossing_ascii", crossing, PLAIN | ASCII, 0},
	{"crossing_compact", crossing, COMPACT | PLAIN, 0},
	{"mixed", mixed, 0, 0},
	{"mixed_compact", mixed, COMPACT, 0},
	{"exits", exits, 0, 0},
	{"exits_compact", exits, COMPACT, 0},
	{"long_names", longs, 0, 0},
	{"long_names_narrow", longs, 0, 50},
	{"long_names_compact", longs, COMPACT, 60},
	{"unicode", unicode, 0, 0},
	{"unicode_ascii", unicode, ASCII, 0},
	{"unicode_compact", unicode, COMPACT, 0},
	{"two_flows", "start start > a\na linear > end\nend end\nx start > y\ny end\n", PLAIN, 0},
	{"two_flows_compact", "start start > a\na linear > end\nend end\nx start > y\ny end\n",
		PLAIN | COMPACT, 0},
};

static void check_golden(const char *name, const char *got)
{
	char path[4096], *want = NULL;
	const char *src = getenv("MFKIT_SOURCE");
	struct mf_error err = MF_ERROR_INIT;
	struct arena a;
	size_t n;

	snprintf(path, sizeof(path), "%s/tests/golden/dag_%s.txt", src ? src : ".", name);
	if (getenv("GENERATE")) {
		test_write_bytes(path, got, strlen(got));
		return;
	}
	arena_init(&a, 0);
	CHECK_INT(fs_read(-100, path, &a, 1 << 20, &want, &n, NULL, &err), 0);
	CHECK_STR(got, want);
	arena_release(&a);
}

void test_dagdraw__golden(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(golden); i++) {
		unsigned f = golden[i].flags;
		check_golden(golden[i].name, draw_text(sample_graph(golden[i].graph), f & ASCII,
						     f & COMPACT, !(f & PLAIN), golden[i].width));
	}
}

void test_dagdraw__golden_wide_fan_out(void)
{
	static const char *const names[] = {"count", "clean", "features", "encode", "split",
		"train", "tune", "score", "report", "publish", "audit", "archive"};
	struct buf b = BUF_INIT(16 * 1024);

	buf_adds(&b, "start static" RUN " >");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		buf_addf(&b, " %s", names[i]);
	buf_adds(&b, "\n");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		buf_addf(&b, "%s linear" RUN " > join\n", names[i]);
	buf_adds(&b, "join join" RUN " > end\nend end" RUN "\n");
	check_golden("fan_out", draw_text(sample_graph(b.p), false, false, true, 0));
	check_golden("fan_out_narrow", draw_text(sample_graph(b.p), false, false, true, 150));
	check_golden("fan_out_compact", draw_text(sample_graph(b.p), false, true, true, 0));
	buf_release(&b);
}

/* ---- what holds for every drawing ---- */

enum { UP = 1, DOWN = 2, LEFT = 4, RIGHT = 8 };

static unsigned arms_of(int32_t ch)
{
	switch (ch) {
	case 0x2502:
	case 0x2506: return UP | DOWN;
	case 0x2500:
	case 0x2504: return LEFT | RIGHT;
	case 0x256d: return DOWN | RIGHT;
	case 0x256e: return DOWN | LEFT;
	case 0x256f: return UP | LEFT;
	case 0x2570: return UP | RIGHT;
	case 0x251c: return UP | DOWN | RIGHT;
	case 0x2524: return UP | DOWN | LEFT;
	case 0x252c: return DOWN | LEFT | RIGHT;
	case 0x2534: return UP | LEFT | RIGHT;
	case 0x253c: return UP | DOWN | LEFT | RIGHT;
	default: return 0;
	}
}

struct tracer {
	const struct mf_drawing *d;
	bool *seen;  /* by cell */
	bool *found; /* by node: a line from below the node at hand comes in at its top */
	size_t *stack;
	size_t n;
	int bad; /* loose ends */
};

static const struct mf_cell *at(const struct tracer *t, size_t i)
{
	return &t->d->cells[i];
}

/* Follow a line out of cell i in direction dir to the next cell that is part of it. */
static void follow(struct tracer *t, size_t i, unsigned dir)
{
	size_t w = t->d->columns, n = t->d->rows * w;
	unsigned back = dir == UP ? DOWN : dir == DOWN ? UP : dir == LEFT ? RIGHT : LEFT;

	for (;;) {
		if ((dir == UP && i < w) || (dir == DOWN && i + w >= n) ||
			(dir == LEFT && i % w == 0) || (dir == RIGHT && i % w == w - 1)) {
			t->bad++;
			return;
		}
		i = dir == UP ? i - w : dir == DOWN ? i + w : dir == LEFT ? i - 1 : i + 1;
		const struct mf_cell *c = at(t, i);
		unsigned arms = arms_of(c->ch);
		if (c->node >=
			0) { /* a box: from above its top border, from below its bottom border */
			const struct mf_rect *b = &t->d->boxes[c->node];
			if (!(arms & back) || (dir != UP && dir != DOWN) ||
				i / w != (dir == DOWN ? b->row : b->row + b->rows - 1))
				t->bad++;
			else if (dir == DOWN)
				t->found[c->node] = true;
			return;
		}
		if (c->role == MF_CELL_FRAME || c->role == MF_CELL_FRAME_TITLE) {
			if (dir == LEFT || dir == RIGHT || (c->role == MF_CELL_FRAME && arms != 15))
				t->bad++;
			continue; /* goes on below the frame */
		}
		if ((dir == LEFT || dir == RIGHT) && arms == (UP | DOWN))
			continue; /* passes under another line */
		if (!(arms & back)) {
			t->bad++;
			return;
		}
		if (!t->seen[i]) {
			t->seen[i] = true;
			t->stack[t->n++] = i;
		}
		return;
	}
}

/* Where do the lines from the bottom of a node lead to, read downwards? Exactly where its edges do.
 */
static int trace(struct tracer *t, const struct mf_graph *g, const struct dag *dag, size_t node)
{
	const struct mf_rect *b = &t->d->boxes[node];
	size_t w = t->d->columns, n = t->d->rows * w;

	memset(t->seen, 0, n);
	memset(t->found, 0, g->n_nodes);
	t->n = 0;
	for (size_t x = b->column + 1; x + 1 < b->column + b->columns; x++) {
		size_t i = (b->row + b->rows - 1) * w + x;
		if (arms_of(at(t, i)->ch) & DOWN)
			follow(t, i, DOWN);
	}
	while (t->n) {
		size_t i = t->stack[--t->n];
		for (unsigned dir = DOWN; dir <= RIGHT; dir *= 2)
			if (arms_of(at(t, i)->ch) & dir)
				follow(t, i, dir);
	}
	for (size_t e = 0; e < g->n_edges; e++)
		if (g->edges[e].from == node && !dag->edges[e].back) {
			if (!t->found[g->edges[e].to])
				t->bad++;
		}
	for (size_t e = 0; e < g->n_edges; e++)
		if (g->edges[e].from == node && !dag->edges[e].back)
			t->found[g->edges[e].to] = false;
	for (size_t i = 0; i < g->n_nodes; i++)
		t->bad += t->found[i];
	if (t->bad)
		printf("\nlines from node %zu at row %zu, column %zu\n", node, b->row, b->column);
	return t->bad;
}

static bool overlap(const struct mf_rect *a, const struct mf_rect *b)
{
	return a->row < b->row + b->rows && b->row < a->row + a->rows &&
	       a->column < b->column + b->columns && b->column < a->column + a->columns;
}

static int check_cells(const struct mf_drawing *d)
{
	int bad = 0;

	for (size_t i = 0; i < d->rows * d->columns; i++) {
		const struct mf_cell *c = &d->cells[i];
		bool last = i % d->columns == d->columns - 1;
		if (!c->ch)
			bad += i % d->columns == 0 || cp_width(c[-1].ch) != 2;
		else if (cp_width(c->ch) == 2)
			bad += last || c[1].ch != 0;
		else
			bad += cp_width(c->ch) != 1;
		bad += c->node < -1 || c->node >= (int32_t)d->n_boxes ||
		       c->role > MF_CELL_FRAME_TITLE;
		bad += c->role == MF_CELL_BLANK && c->ch != ' ';
	}
	return bad;
}

/* 0 if all is well; otherwise what failed. */
static int check_drawing(const struct mf_graph *g, bool compact, size_t width)
{
	struct mf_draw_options opts = {.status = true, .compact = compact, .width = width};
	struct mf_error err = MF_ERROR_INIT;
	struct mf_drawing *d;
	struct dag dag;
	int bad = 0;

	if (mf_graph_draw(&d, g, &opts, &err))
		return 1;
	bad += check_cells(d) ? 2 : 0;
	for (size_t i = 0; i < d->n_boxes; i++) {
		const struct mf_rect *b = &d->boxes[i];
		if (!b->rows || !b->columns || b->row + b->rows > d->rows ||
			b->column + b->columns > d->columns)
			bad |= 4;
		for (size_t k = 0; k < i; k++)
			if (overlap(b, &d->boxes[k]))
				bad |= 8;
	}
	if (!compact && !bad) {
		size_t n = d->rows * d->columns;
		struct tracer t = {.d = d,
			.seen = calloc(n + 1, 1),
			.found = calloc(g->n_nodes + 1, 1),
			.stack = calloc(n + 1, sizeof(size_t))};
		dag_open(&dag, g, false);
		for (size_t i = 0; i < g->n_nodes && !bad; i++)
			if (trace(&t, g, &dag, i))
				bad |= 16;
		dag_close(&dag);
		free(t.seen);
		free(t.found);
		free(t.stack);
	}
	if (bad)
		printf("\n%s", drawing_text(d));
	mf_drawing_free(d);
	return bad;
}

static unsigned long seed;

static size_t dice(size_t n)
{
	seed = seed * 6364136223846793005ul + 1442695040888963407ul;
	return (size_t)(seed >> 33) % n;
}

static void random_graph(struct sample *s, size_t n, size_t extra, size_t back_edges)
{
	static const char *const names[] = {
		"a", "step", "a_longer_name", "fit", "日本", "x1", "train_model"};

	for (size_t i = 0; i < n; i++) {
		sample_node(s, names[dice(ARRAY_SIZE(names))]);
		struct mf_node *node = &s->nodes[i];
		node->counts[MF_COMPLETED] = dice(3);
		finish_node(node);
		if (dice(3) == 0 && node->n_tasks)
			node->started_at = 0, node->finished_at = (int64_t)dice(100000);
	}
	for (size_t i = 1; i < n; i++)
		sample_edge(s, dice(i), i);
	for (size_t i = 0; i < extra; i++) {
		size_t a = dice(n), b = dice(n);
		if (a != b)
			sample_edge(s, a < b ? a : b, a < b ? b : a);
	}
	for (size_t i = 0; i < back_edges; i++) {
		size_t a = dice(n), b = dice(n);
		sample_edge(s, a > b ? a : b, a > b ? b : a);
	}
	for (size_t i = 0; i < s->graph.n_edges; i++) {
		if (dice(4) == 0)
			s->edges[i].label = dice(2) ? "yes" : "a longer case";
		if (dice(5) == 0)
			s->edges[i].taken = 0;
	}
}

void test_dagdraw__random_graphs_are_drawn_as_they_are(void)
{
	for (unsigned long i = 1; i <= 600; i++) {
		seed = i;
		struct sample *s = sample_empty();
		size_t n = 1 + dice(i % 3 ? 12 : 40);
		random_graph(s, n, dice(n + 1), dice(3));
		int bad = check_drawing(&s->graph, false, i % 4 ? 0 : 80);
		bad |= check_drawing(&s->graph, true, 0);
		CHECK_INT(bad, 0);
		if (bad) {
			printf("seed %lu: %d\n", i, bad);
			break;
		}
	}
}

/* A flow as people write them: steps, static splits, foreach and switches inside each other. */
static size_t random_flow(struct sample *s, size_t from, int depth)
{
	static char names[SAMPLE_NODES][16];
	size_t steps = 1 + dice(3);

	for (size_t i = 0; i < steps; i++) {
		size_t kind = depth ? dice(6) : 5, split = s->graph.n_nodes, ways = 1 + dice(3),
		       join;
		snprintf(names[split], 16, "s%zu", split);
		sample_node(s, names[split]);
		if (from != SIZE_MAX)
			sample_edge(s, from, split);
		from = split;
		if (kind > 2)
			continue;
		size_t ends[4], n_ends = 0;
		if (kind == 0)
			ways = 1;
		for (size_t k = 0; k < ways; k++)
			ends[n_ends++] = random_flow(s, split, depth - 1);
		join = s->graph.n_nodes;
		snprintf(names[join], 16, "j%zu", join);
		sample_node(s, names[join]);
		for (size_t k = 0; k < n_ends; k++)
			sample_edge(s, ends[k], join);
		if (kind == 2 && dice(2))
			sample_edge(s, split, join);
		if (kind == 0) {
			s->nodes[split].type = dice(4) ? "split-foreach" : "split-parallel";
			s->nodes[split].foreach_artifact = dice(2) ? "items" : "xs";
			s->nodes[split].matching_join = names[join];
		}
		if (kind == 2) {
			s->nodes[split].type = "split-switch";
			s->nodes[split].condition = "c";
			for (size_t e = 0; e < s->graph.n_edges; e++)
				if (s->edges[e].from == split)
					s->edges[e].label = "case",
					s->edges[e].taken = (int)dice(2);
			if (dice(3) == 0) {
				sample_edge(s, split, split);
				s->edges[s->graph.n_edges - 1].label = "again";
			}
		}
		from = join;
	}
	return from;
}

void test_dagdraw__flows_need_no_layers(void)
{
	for (unsigned long i = 1; i <= 300; i++) {
		seed = 1000 + i;
		struct sample *s = sample_empty();
		random_flow(s, SIZE_MAX, 3);
		struct dag d;
		dag_open(&d, &s->graph, true);
		CHECK_INT(d.n_kernels, 0);
		dag_close(&d);
		int bad = s->graph.n_nodes < 150 ? check_drawing(&s->graph, false, i % 3 ? 0 : 60)
						 : 0;
		CHECK_INT(bad, 0);
		if (bad) {
			printf("seed %lu: %d\n", seed, bad);
			break;
		}
	}
}

void test_dagdraw__no_nodes(void)
{
	struct sample *s = sample_empty();
	struct mf_drawing *d = NULL;

	CHECK_INT(mf_graph_draw(&d, &s->graph, NULL, NULL), 0);
	CHECK_INT(d->rows + d->columns + d->n_boxes, 0);
	mf_drawing_free(d);
	mf_drawing_free(NULL);
}

void test_dagdraw__width_is_kept_when_possible(void)
{
	for (size_t width = 40; width < 90; width += 7) {
		struct mf_draw_options opts = {.status = true, .width = width};
		struct mf_drawing *d;
		CHECK_INT(mf_graph_draw(&d, sample_graph(branches), &opts, NULL), 0);
		CHECK(d->columns <= width);
		mf_drawing_free(d);
		CHECK_INT(mf_graph_draw(&d, sample_graph(longs), &opts, NULL), 0);
		CHECK(d->columns <= width);
		mf_drawing_free(d);
	}
}

void test_dagdraw__too_large_is_an_error(void)
{
	struct sample *s = sample_empty();
	struct mf_error err = MF_ERROR_INIT;
	struct mf_drawing *d = NULL;
	const size_t n = 2000;

	for (size_t i = 0; i < n; i++)
		sample_node(s, "step");
	for (size_t i = 0; i + 1 < n; i++) {
		sample_edge(s, i, i + 1);
		if (i + 2 < n)
			sample_edge(s, i, n - 1);
	}
	CHECK_INT(mf_graph_draw(&d, &s->graph, NULL, &err), MF_ELIMIT);
	CHECK(d == NULL);
	CHECK_INT(err.code, MF_ELIMIT);
	s->graph.n_nodes = DAG_MAX_NODES + 1;
	CHECK_INT(mf_graph_draw(&d, &s->graph, NULL, NULL), MF_ELIMIT);
}

void test_dagdraw__two_thousand_nodes(void)
{
	struct mf_drawing *d = NULL;

	for (int kind = 0; kind < 3; kind++) {
		struct sample *s = sample_empty();
		for (size_t i = 0; i < 2000; i++)
			sample_node(s, "step");
		for (size_t i = 1; i < 1999; i++) {
			sample_edge(s, kind == 1 ? 0 : i - 1, i);
			if (kind == 1)
				sample_edge(s, i, 1999);
			else if (kind == 2)
				sample_edge(s, i - 1, i + 1);
		}
		CHECK_INT(mf_graph_draw(&d, &s->graph, NULL, NULL), 0);
		mf_drawing_free(d);
	}
}

static int draw_both(void *arg)
{
	for (int compact = 0; compact < 2; compact++) {
		struct mf_draw_options opts = {.status = true, .compact = compact, .width = 30};
		struct mf_error err = MF_ERROR_INIT;
		struct mf_drawing *d;
		int rc = mf_graph_draw(&d, arg, &opts, &err);
		if (rc) {
			CHECK(d == NULL);
			CHECK_INT(err.code, rc);
			return rc;
		}
		mf_drawing_free(d);
	}
	return 0;
}

void test_dagdraw__out_of_memory(void)
{
	struct mf_graph g = *sample_graph(mixed);

	test_every_alloc(draw_both, &g);
}
