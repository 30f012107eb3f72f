#include <stdlib.h>

#include "../clientlib/base/fmt.h"
#include "../clientlib/base/text.h"
#include "cmd.h"
#include "out.h"

struct args {
	bool compact;
};

static const struct opt opts[] = {
	{"compact", 'c', OPT_FLAG, offsetof(struct args, compact), NULL, "one line a step, with rails"}, {0}};

static const char *const examples[] = {"draw a run|mfctl dag TrainFlow/latest", "one line a step|mfctl dag TrainFlow/latest --compact",
	"a picture|mfctl dag TrainFlow -o dot | dot -Tsvg > dag.svg", NULL};

/* ---- text ---- */

static const char *role_color(struct cmd_ctx *ctx, const struct mf_graph *g, const struct mf_cell *c)
{
	const struct mf_node *nodes;
	size_t n = mf_graph_nodes(g, &nodes);
	switch (c->role) {
	case MF_CELL_BORDER:
	case MF_CELL_GLYPH:
		return c->node >= 0 && (size_t)c->node < n && mf_graph_run(g) ? out_color(ctx, nodes[c->node].status) : "";
	case MF_CELL_NAME: return out_bold(ctx);
	case MF_CELL_UNTAKEN:
	case MF_CELL_FRAME:
	case MF_CELL_INFO: return out_dim(ctx);
	default: return "";
	}
}

static int draw(struct cmd_ctx *ctx, const struct mf_graph *g, bool compact)
{
	struct mf_draw_options o = {.ascii = ctx->ascii, .compact = compact, .status = mf_graph_run(g), .width = ctx->width};
	struct mf_error err = MF_ERROR_INIT;
	struct mf_drawing *d;
	if (mf_graph_draw(&d, g, &o, &err) < 0)
		return cmd_error(ctx, &err);
	struct buf line = BUF_INIT(1 << 24);
	for (size_t r = 0; r < d->rows; r++) {
		const char *now = "";
		const struct mf_cell *row = d->cells + r * d->columns;
		size_t n = d->columns;
		buf_clear(&line);
		while (n && row[n - 1].role == MF_CELL_BLANK)
			n--;
		for (size_t i = 0; i < n; i++) {
			if (!row[i].ch)
				continue;
			const char *color = role_color(ctx, g, &row[i]);
			if (!str_eq(color, now)) {
				buf_adds(&line, *now ? out_plain(ctx) : "");
				buf_adds(&line, color);
				now = color;
			}
			utf8_add(&line, row[i].ch);
		}
		buf_adds(&line, *now ? out_plain(ctx) : "");
		buf_addc(&line, '\n');
		fwrite(line.p, 1, line.n, ctx->out);
	}
	buf_release(&line);
	mf_drawing_free(d);
	return 0;
}

/* ---- JSON ---- */

static void json_node(struct buf *b, const struct mf_node *n, bool live)
{
	struct mf_sink sink = {buf_sink_write, b};
	buf_adds(b, "{\"name\":");
	out_string(b, n->name);
	out_key_string(b, "type", n->type);
	buf_adds(b, ",\"line\":");
	if (n->line)
		buf_addf(b, "%d", n->line);
	else
		buf_adds(b, "null");
	out_key_string(b, "doc", n->doc);
	buf_adds(b, ",\"decorators\":");
	if (n->decorators)
		mf_value_print_json(n->decorators, &sink, 0, NULL);
	else
		buf_adds(b, "[]");
	out_key_string(b, "status", live && n->ran ? n->status : NULL);
	buf_adds(b, ",\"task_counts\":{");
	for (int i = 0, k = 0; i < 5; i++)
		if (n->counts[i])
			buf_addf(b, "%s\"%s\":%zu", k++ ? "," : "", mf_status_name((enum mf_status)i), n->counts[i]);
	buf_addc(b, '}');
	out_key_time(b, "started_at", n->started_at);
	out_key_time(b, "finished_at", n->finished_at);
	out_key_string(b, "foreach_artifact", n->foreach_artifact);
	buf_adds(b, ",\"num_splits\":");
	if (n->num_splits >= 0)
		buf_addf(b, "%lld", (long long)n->num_splits);
	else
		buf_adds(b, "null");
	out_key_string(b, "condition", n->condition);
	buf_addf(b, ",\"ran\":%s}", n->ran ? "true" : "false");
}

static void json(struct cmd_ctx *ctx, const struct mf_graph *g)
{
	struct buf b = BUF_INIT(1 << 28);
	const struct mf_node *nodes;
	const struct mf_edge *edges;
	size_t n = mf_graph_nodes(g, &nodes), m = mf_graph_edges(g, &edges);
	buf_adds(&b, "{\"flow\":");
	out_string(&b, mf_graph_flow(g));
	out_key_string(&b, "run", mf_graph_run(g));
	out_key_string(&b, "start_step", mf_graph_start(g));
	out_key_string(&b, "end_step", mf_graph_end(g));
	buf_adds(&b, ",\"nodes\":[");
	for (size_t i = 0; i < n; i++) {
		buf_adds(&b, i ? "," : "");
		json_node(&b, &nodes[i], mf_graph_run(g));
	}
	buf_adds(&b, "],\"edges\":[");
	for (size_t i = 0; i < m; i++) {
		buf_adds(&b, i ? ",{\"from\":" : "{\"from\":");
		out_string(&b, nodes[edges[i].from].name);
		out_key_string(&b, "to", nodes[edges[i].to].name);
		out_key_string(&b, "case", edges[i].label);
		buf_addf(&b, ",\"taken\":%s}", edges[i].taken < 0 ? "null" : edges[i].taken ? "true" : "false");
	}
	buf_adds(&b, "]}\n");
	fwrite(b.p, 1, b.n, ctx->out);
	buf_release(&b);
}

/* ---- dot and mermaid ---- */

static const char *fill(const struct mf_node *n)
{
	static const struct {
		const char *status, *color;
	} fills[] = {{"completed", "#d7f0dd"}, {"failed", "#f8d4d4"}, {"running", "#d5e4fb"}};
	for (size_t i = 0; n->ran && i < ARRAY_SIZE(fills); i++)
		if (str_eq(fills[i].status, n->status))
			return fills[i].color;
	return "#ffffff";
}

static void dot_string(struct buf *b, const char *s)
{
	buf_addc(b, '"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			buf_addc(b, '\\');
		buf_addc(b, *s == '\n' ? ' ' : *s);
	}
	buf_addc(b, '"');
}

static void dot(struct cmd_ctx *ctx, const struct mf_graph *g)
{
	struct buf b = BUF_INIT(1 << 28);
	const struct mf_node *nodes;
	const struct mf_edge *edges;
	size_t n = mf_graph_nodes(g, &nodes), m = mf_graph_edges(g, &edges);
	buf_adds(&b, "digraph ");
	dot_string(&b, mf_graph_flow(g));
	buf_adds(&b, " {\n  rankdir=TB;\n  node [shape=box, style=\"rounded,filled\", fontname=\"Helvetica\"];\n");
	for (size_t i = 0; i < n; i++) {
		buf_adds(&b, "  ");
		dot_string(&b, nodes[i].name);
		buf_addf(&b, " [fillcolor=\"%s\"%s", fill(&nodes[i]), str_eq(nodes[i].type, "split-switch") ? ", shape=hexagon" : "");
		if (nodes[i].n_tasks > 1) {
			struct buf label = BUF_INIT(1 << 16);
			buf_addf(&label, "%s ×%zu", nodes[i].name, nodes[i].n_tasks);
			buf_adds(&b, ", label=");
			dot_string(&b, label.p);
			buf_release(&label);
		}
		buf_adds(&b, "];\n");
	}
	for (size_t i = 0; i < m; i++) {
		buf_adds(&b, "  ");
		dot_string(&b, nodes[edges[i].from].name);
		buf_adds(&b, " -> ");
		dot_string(&b, nodes[edges[i].to].name);
		if (edges[i].label || edges[i].taken == 0) {
			buf_adds(&b, " [");
			if (edges[i].label) {
				buf_adds(&b, "label=");
				dot_string(&b, edges[i].label);
			}
			buf_addf(&b, "%s%s]", edges[i].label && edges[i].taken == 0 ? ", " : "",
				edges[i].taken == 0 ? "style=dotted" : "");
		}
		buf_adds(&b, ";\n");
	}
	buf_adds(&b, "}\n");
	out_put(ctx, b.p, b.n);
	buf_release(&b);
}

static void mermaid_string(struct buf *b, const char *s)
{
	buf_addc(b, '"');
	for (; *s; s++)
		if (*s == '"')
			buf_adds(b, "#quot;");
		else
			buf_addc(b, *s == '\n' ? ' ' : *s);
	buf_addc(b, '"');
}

static void mermaid(struct cmd_ctx *ctx, const struct mf_graph *g)
{
	struct buf b = BUF_INIT(1 << 28);
	const struct mf_node *nodes;
	const struct mf_edge *edges;
	size_t n = mf_graph_nodes(g, &nodes), m = mf_graph_edges(g, &edges);
	buf_adds(&b, "flowchart TD\n");
	for (size_t i = 0; i < n; i++) {
		struct buf label = BUF_INIT(1 << 16);
		bool decides = str_eq(nodes[i].type, "split-switch");
		buf_adds(&label, nodes[i].name);
		if (nodes[i].n_tasks > 1)
			buf_addf(&label, " ×%zu", nodes[i].n_tasks);
		buf_addf(&b, "  n%zu%s", i, decides ? "{{" : "(");
		mermaid_string(&b, label.p);
		buf_addf(&b, "%s\n", decides ? "}}" : ")");
		if (nodes[i].ran)
			buf_addf(&b, "  style n%zu fill:%s\n", i, fill(&nodes[i]));
		buf_release(&label);
	}
	for (size_t i = 0; i < m; i++) {
		buf_addf(&b, "  n%zu %s", edges[i].from, edges[i].taken == 0 ? "-.->" : "-->");
		if (edges[i].label) {
			buf_addc(&b, '|');
			mermaid_string(&b, edges[i].label);
			buf_addc(&b, '|');
		}
		buf_addf(&b, " n%zu\n", edges[i].to);
	}
	out_put(ctx, b.p, b.n);
	buf_release(&b);
}

static int run(struct cmd_ctx *ctx, const void *a, char **argv, int argc)
{
	const struct args *args = a;
	struct mf_error err = MF_ERROR_INIT;
	struct mf_graph *g;
	int code = 0;
	char *path = cmd_one(ctx, argv, argc, -1, &code);
	if (!path)
		return code;
	if (mf_graph_open(&g, ctx->client, path, &err) < 0) {
		code = cmd_error(ctx, &err);
	} else {
		switch (ctx->format) {
		case FORMAT_JSON: json(ctx, g); break;
		case FORMAT_DOT: dot(ctx, g); break;
		case FORMAT_MERMAID: mermaid(ctx, g); break;
		default:
			code = draw(ctx, g, args->compact);
			if (mf_graph_reconstructed(g) && !ctx->g.quiet)
				fprintf(ctx->diag, "mfctl: %s: no graph was recorded; this one is what its tasks recorded\n", path);
		}
		mf_graph_free(g);
	}
	free(path);
	return code;
}

const struct command cmd_dag = {.name = "dag", .arguments = "FLOW[/run]", .summary = "draw the graph with live status",
	.flags = NEED_CLIENT | PAGER_OK | COMPLETE_PATHSPEC, .opts = opts, .args_size = sizeof(struct args), .examples = examples,
	.formats = 1u << FORMAT_TEXT | 1u << FORMAT_JSON | 1u << FORMAT_DOT | 1u << FORMAT_MERMAID,
	.notes = "Dotted: a switch branch that was not taken. ◌: not reached.", .run = run};
