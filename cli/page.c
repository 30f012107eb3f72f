#include "page.h"

#include <stdlib.h>

#include "../clientlib/base/text.h"
#include "../clientlib/base/vec.h"
#include "out.h"

bool page_deep_color(void)
{
	const char *s = getenv("COLORTERM");
	return s && (str_eq(s, "truecolor") || str_eq(s, "24bit"));
}

/* ---- colours ---- */

static const char *const sequences[MF_N_STYLES] = {
	[MF_STYLE_TITLE] = "\033[1;4m",
	[MF_STYLE_HEADING] = "\033[1;34m",
	[MF_STYLE_BOLD] = "\033[1m",
	[MF_STYLE_ITALIC] = "\033[3m",
	[MF_STYLE_DIM] = "\033[2m",
	[MF_STYLE_CODE] = "\033[36m",
	[MF_STYLE_LINK] = "\033[4;34m",
	[MF_STYLE_OK] = "\033[32m",
	[MF_STYLE_WARN] = "\033[33m",
	[MF_STYLE_ERROR] = "\033[31m",
	[MF_STYLE_BORDER] = "\033[2m",
	[MF_STYLE_BAR] = "\033[34m",
	[MF_STYLE_TRACK] = "\033[2m",
};

/* The nearest of the 6×6×6 cube and the 24 grays of xterm's palette. */
static unsigned nearest(uint32_t rgb)
{
	static const int levels[] = {0, 95, 135, 175, 215, 255};
	int c[3] = {(int)(rgb >> 16 & 255), (int)(rgb >> 8 & 255), (int)(rgb & 255)}, at[3],
	    far = 0, far_gray = 0;
	int gray = ((c[0] + c[1] + c[2]) / 3 - 3) / 10;
	gray = gray < 0 ? 0 : gray > 23 ? 23 : gray;
	for (int i = 0; i < 3; i++) {
		at[i] = 0;
		for (int k = 1; k < 6; k++)
			if (abs(c[i] - levels[k]) < abs(c[i] - levels[at[i]]))
				at[i] = k;
		far += (c[i] - levels[at[i]]) * (c[i] - levels[at[i]]);
		far_gray += (c[i] - 8 - 10 * gray) * (c[i] - 8 - 10 * gray);
	}
	return (unsigned)(far_gray < far ? 232 + gray : 16 + 36 * at[0] + 6 * at[1] + at[2]);
}

static void put_pixel(struct buf *b, const struct mf_span *s, bool deep)
{
	if (deep)
		buf_addf(b, "\033[38;2;%u;%u;%u;48;2;%u;%u;%um", s->fg >> 16 & 255,
			s->fg >> 8 & 255, s->fg & 255, s->bg >> 16 & 255, s->bg >> 8 & 255,
			s->bg & 255);
	else
		buf_addf(b, "\033[38;5;%u;48;5;%um", nearest(s->fg), nearest(s->bg));
}

void page_print(struct cmd_ctx *ctx, const struct mf_page *page, bool deep)
{
	const struct mf_line *lines;
	size_t n = mf_page_lines(page, &lines);
	struct buf b = BUF_INIT(1 << 24);
	for (size_t i = 0; i < n && !cmd_interrupted(ctx); i++) {
		const struct mf_span *last = NULL;
		buf_clear(&b);
		for (size_t k = 0; k < lines[i].n; k++) {
			const struct mf_span *s = &lines[i].spans[k];
			bool same = last && last->style == s->style && last->fg == s->fg &&
				    last->bg == s->bg;
			if (ctx->color && !same) {
				if (last && last->style != MF_STYLE_PLAIN)
					buf_adds(&b, out_plain(ctx));
				if (s->style == MF_STYLE_PIXELS)
					put_pixel(&b, s, deep);
				else if (sequences[s->style])
					buf_adds(&b, sequences[s->style]);
			}
			buf_add(&b, s->text, s->n);
			last = s;
		}
		if (ctx->color && last && last->style != MF_STYLE_PLAIN)
			buf_adds(&b, out_plain(ctx));
		while (b.n && b.p[b.n - 1] == ' ')
			b.n--;
		fwrite(b.p, 1, b.n, ctx->out);
		fputc('\n', ctx->out);
	}
	buf_release(&b);
}

/* ---- tables ---- */

void sheet_init(struct sheet *g, const char *const *titles, const bool *right)
{
	*g = (struct sheet){.titles = titles, .right = right, .nowhere = BUF_INIT(0)};
	while (titles[g->columns])
		g->columns++;
}

struct buf *sheet_cell(struct sheet *g)
{
	if (!vec_grow((void **)&g->cells, &g->cap, g->n + 1, sizeof(*g->cells))) {
		g->failed = true;
		return &g->nowhere;
	}
	buf_init(&g->cells[g->n], 1 << 20);
	return &g->cells[g->n++];
}

void sheet_text(struct sheet *g, const char *s)
{
	struct buf *b = sheet_cell(g);
	if (s)
		text_escape(b, s, strlen(s), 0);
	else
		buf_adds(b, "-");
}

static void print_row(
	const struct sheet *g, struct cmd_ctx *ctx, const struct buf *cells, const size_t *widths)
{
	for (size_t k = 0; k < g->columns; k++) {
		const char *text = cells ? cells[k].p : g->titles[k];
		size_t n = strlen(text), own = text_width(text, n);
		int pad = ctx->out_tty && own < widths[k] ? (int)(widths[k] - own) : 0;
		bool right = g->right && g->right[k], last = k + 1 == g->columns;
		fputs(k ? ctx->out_tty ? "  " : "\t" : "", ctx->out);
		fprintf(ctx->out, "%*s%s%*s", right ? pad : 0, "", text, right || last ? 0 : pad,
			"");
	}
}

int sheet_print(struct sheet *g, struct cmd_ctx *ctx)
{
	size_t widths[16] = {0};
	bool headers = !ctx->g.no_headers;
	for (size_t k = 0; k < g->columns && k < ARRAY_SIZE(widths); k++) {
		widths[k] = headers ? strlen(g->titles[k]) : 0;
		for (size_t i = k; i < g->n; i += g->columns) {
			size_t w = text_width(g->cells[i].p, g->cells[i].n);
			widths[k] = w > widths[k] ? w : widths[k];
		}
	}
	if (headers && (g->n || !ctx->out_tty)) {
		fputs(ctx->out_tty ? out_dim(ctx) : "", ctx->out);
		print_row(g, ctx, NULL, widths);
		fprintf(ctx->out, "%s\n", ctx->out_tty ? out_plain(ctx) : "");
	}
	for (size_t i = 0; i + g->columns <= g->n; i += g->columns) {
		print_row(g, ctx, g->cells + i, widths);
		fputc('\n', ctx->out);
	}
	bool failed = g->failed;
	for (size_t i = 0; i < g->n; i++) {
		failed = failed || g->cells[i].failed;
		buf_release(&g->cells[i]);
	}
	free(g->cells);
	return failed ? cmd_fail(ctx, MF_ENOMEM, NULL, "out of memory") : 0;
}
