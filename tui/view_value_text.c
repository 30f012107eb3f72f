#include "view_value_text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/text.h"
#include "data.h"
#include "view_logs_text.h"

#define HEX_ROW 16

struct state {
	struct pager pager;
	char *text;
	size_t n;
	enum text_look look;
	VEC(size_t) starts; /* of lines */
};

/* ---- to a pager ---- */

int text_page(const char *p, size_t n, const struct mf_sink *to)
{
	struct buf b = BUF_INIT(16 << 20);
	int rc = MF_OK;

	for (size_t at = 0; at < n && rc >= 0;) {
		const char *end = memchr(p + at, '\n', n - at);
		size_t len = end ? (size_t)(end - p) + 1 - at : n - at;
		len = len < 64 << 10 ? len : 64 << 10; /* a long line goes in pieces */
		buf_clear(&b);
		text_escape(&b, p + at, len, TEXT_KEEP_NL | TEXT_KEEP_TAB);
		rc = b.failed ? b.failed : to->write(to->self, b.p, b.n);
		at += len;
	}
	buf_release(&b);
	return rc;
}

static int write_escaped(void *self, const char *p, size_t n)
{
	return text_page(p, n, self);
}

int value_page(const struct mf_value *v, const struct mf_sink *to)
{
	struct mf_sink escaped = {write_escaped, (void *)(uintptr_t)to};
	size_t n;
	const char *p = mf_value_kind(v) == MF_STRING ? mf_value_text(v, &n) : NULL;
	int rc = p ? text_page(p, n, to) : mf_value_print_json(v, &escaped, MF_PRINT_INDENT, NULL);

	if (rc >= 0 || rc == MF_EPARTIAL)
		rc = to->write(to->self, "\n", 1);
	return rc;
}

/* ---- the popup ---- */

static size_t count(void *ctx)
{
	const struct state *s = ctx;

	return s->look == TEXT_HEX ? (s->n + HEX_ROW - 1) / HEX_ROW : s->starts.n;
}

static void hex_line(const struct state *s, size_t i, struct pager_line *out)
{
	const unsigned char *p = (const unsigned char *)s->text + i * HEX_ROW;
	size_t n = s->n - i * HEX_ROW < HEX_ROW ? s->n - i * HEX_ROW : HEX_ROW;

	buf_addf(&out->gutter, "%08zx", i * HEX_ROW);
	out->gutter_attr = ST_DIM;
	for (size_t k = 0; k < HEX_ROW; k++) {
		if (k < n)
			buf_addf(&out->text, "%02x ", p[k]);
		else
			buf_adds(&out->text, "   ");
		if (k == 7)
			buf_addc(&out->text, ' ');
	}
	out->attr = ST_NUMBER;
	buf_addc(&out->text, ' ');
	size_t from = out->text.n;
	for (size_t k = 0; k < n; k++)
		buf_addc(&out->text, p[k] >= 0x20 && p[k] < 0x7f ? (char)p[k] : '.');
	pager_span(out, from, out->text.n, ST_STRING);
}

static void line(void *ctx, size_t i, struct pager_line *out)
{
	const struct state *s = ctx;

	if (s->look == TEXT_HEX) {
		hex_line(s, i, out);
		return;
	}
	size_t from = s->starts.v[i], to = i + 1 < s->starts.n ? s->starts.v[i + 1] : s->n;
	while (to > from && (s->text[to - 1] == '\n' || s->text[to - 1] == '\r'))
		to--;
	if (s->look == TEXT_OUTPUT) {
		logtext_clean(&out->text, s->text + from, to - from);
		logtext_highlight(out);
	} else {
		buf_add(&out->text, s->text + from, to - from);
		buf_addf(&out->gutter, "%5zu", i + 1);
		out->gutter_attr = ST_FAINT;
	}
}

static int open_view(struct view *v, struct mf_error *err)
{
	struct state *s = v->state;

	(void)err;
	pager_init(&s->pager, &(struct pager_source){count, line, s});
	s->pager.empty = "Empty.";
	return MF_OK;
}

static int produce(void *ctx, const struct mf_sink *to)
{
	const struct state *s = ctx;
	struct pager_line l = {0};
	int rc = MF_OK;

	if (s->look != TEXT_HEX)
		return text_page(s->text, s->n, to);
	buf_init(&l.gutter, 256);
	buf_init(&l.text, 4096);
	for (size_t i = 0; i < count(ctx) && rc >= 0; i++) {
		buf_clear(&l.gutter);
		buf_clear(&l.text);
		l.spans.n = 0;
		hex_line(s, i, &l);
		buf_adds(&l.gutter, "  ");
		buf_addc(&l.text, '\n');
		rc = to->write(to->self, l.gutter.p, l.gutter.n);
		if (rc >= 0)
			rc = to->write(to->self, l.text.p, l.text.n);
	}
	buf_release(&l.gutter);
	buf_release(&l.text);
	vec_release(&l.spans);
	return rc;
}

static bool action(struct view *v, enum action a, const struct key *k)
{
	struct state *s = v->state;

	(void)k;
	if (a == ACT_open) {
		app_back(v->app);
		return true;
	}
	if (a == ACT_page) {
		app_page(v->app, v->info->id, produce, s);
		return true;
	}
	return a != ACT_follow && pager_action(&s->pager, a);
}

static bool mouse(struct view *v, const struct key *k)
{
	return pager_mouse(&((struct state *)v->state)->pager, k);
}

static void draw(struct view *v, struct canvas *c)
{
	pager_draw(&((struct state *)v->state)->pager, c);
}

static void status(const struct view *v, struct buf *out)
{
	const struct state *s = v->state;

	pager_status(&s->pager, out);
	buf_adds(out, " · ");
	cell_size(out, (int64_t)s->n);
}

static void filter(struct view *v, bool final)
{
	struct state *s = v->state;

	pager_search(&s->pager, v->filter, final);
	pager_scan(&s->pager, 100000);
}

static void link_text(const struct view *v, struct buf *out)
{
	const struct state *s = v->state;

	buf_add(out, s->text, s->n);
}

static void close_view(struct view *v)
{
	struct state *s = v->state;

	pager_release(&s->pager);
	vec_release(&s->starts);
	free(s->text);
}

static const enum action actions[] = {ACT_back, ACT_wrap, ACT_copy, ACT_next_match, ACT_NONE};

static const struct view_class text_class = {
	.state_size = sizeof(struct state),
	.ctx = CTX_TEXT | CTX_PAGE,
	.actions = actions,
	.open = open_view,
	.action = action,
	.mouse = mouse,
	.draw = draw,
	.status = status,
	.filter = filter,
	.link = link_text,
	.close = close_view,
};

static const struct view_info text_info = {"text", "Text", VF_OVERLAY | VF_SEARCH, "", &text_class};
static const struct view_info bytes_info = {
	"bytes", "Bytes", VF_OVERLAY | VF_SEARCH, "", &text_class};

void text_popup(struct app *a, const char *title, const char *p, size_t n, enum text_look look)
{
	struct view *v = app_open_view(a, look == TEXT_HEX ? &bytes_info : &text_info, title);
	struct state *s = v ? v->state : NULL;

	if (!s)
		return;
	s->look = look;
	s->text = malloc(n + 1);
	bool ok = s->text != NULL;
	if (ok) {
		memcpy(s->text, p, n);
		s->text[n] = '\0';
		s->n = n;
	}
	for (size_t at = 0; ok && look != TEXT_HEX && at < n;) {
		const char *end = memchr(p + at, '\n', n - at);
		ok = vec_push(&s->starts, at);
		at = end ? (size_t)(end - p) + 1 : n;
	}
	if (!ok)
		app_say(a, LEVEL_ERROR, "out of memory");
	s->pager.wrap = look == TEXT_OUTPUT;
	s->pager.gutter = look == TEXT_HEX ? 10 : look == TEXT_PLAIN ? 7 : 0;
	pager_refresh(&s->pager, true);
}
