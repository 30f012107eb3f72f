/* doc.c: lines of a text, rows of a hex dump. */
#include "doc.h"

#include <string.h>

/* Bytes of a line that are shown (the rest is told of), and that are coloured. */
enum { LINE_SHOWN = 256 << 10, LINE_COLOURED = 16 << 10 };

bool doc_text(struct doc *d, const char *p, size_t n, enum language lang)
{
	unsigned state = 0;

	d->p = p;
	d->n = n;
	d->lang = lang;
	for (size_t at = 0; at < n;) {
		const char *end = memchr(p + at, '\n', n - at);
		size_t to = end ? (size_t)(end - p) : n;
		if (!vec_push(&d->starts, at))
			return false;
		if (lang == LANG_PYTHON) {
			if (!vec_push(&d->states, (uint8_t)state))
				return false;
			state = highlight_line(lang, state, p + at, to - at, NULL, 0);
		}
		at = to + 1;
	}
	return true;
}

bool doc_hex(struct doc *d, const char *p, size_t n)
{
	d->p = p;
	d->n = n;
	d->hex = true;
	return true;
}

void doc_release(struct doc *d)
{
	vec_release(&d->starts);
	vec_release(&d->states);
	*d = (struct doc){0};
}

size_t doc_count(void *ctx)
{
	const struct doc *d = ctx;
	size_t n = d->hex ? (d->n + DOC_HEX_ROW - 1) / DOC_HEX_ROW : d->starts.n;

	return n + d->cut;
}

static int digits(size_t n)
{
	int d = 1;

	for (; n >= 10; n /= 10)
		d++;
	return d;
}

int doc_gutter(const struct doc *d)
{
	int w = digits(d->starts.n);

	return d->hex ? 10 : d->numbers ? (w < 4 ? 4 : w) + 2 : 0;
}

void doc_hex_line(const struct doc *d, size_t i, struct pager_line *out)
{
	const unsigned char *p = (const unsigned char *)d->p + i * DOC_HEX_ROW;
	size_t n = d->n - i * DOC_HEX_ROW < DOC_HEX_ROW ? d->n - i * DOC_HEX_ROW : DOC_HEX_ROW;

	buf_addf(&out->gutter, "%08zx", i * DOC_HEX_ROW);
	out->gutter_attr = ST_DIM;
	for (size_t k = 0; k < DOC_HEX_ROW; k++) {
		size_t from = out->text.n;
		if (k < n)
			buf_addf(&out->text, "%02x ", p[k]);
		else
			buf_adds(&out->text, "   ");
		if (k < n && !p[k])
			pager_span(out, from, out->text.n, ST_FAINT);
		if (k == DOC_HEX_ROW / 2 - 1)
			buf_addc(&out->text, ' ');
	}
	out->attr = ST_NUMBER;
	buf_addc(&out->text, ' ');
	size_t from = out->text.n;
	for (size_t k = 0; k < n; k++)
		buf_addc(&out->text, p[k] >= 0x20 && p[k] < 0x7f ? (char)p[k] : '.');
	pager_span(out, from, out->text.n, ST_STRING);
}

void doc_line(void *ctx, size_t i, struct pager_line *out)
{
	const struct doc *d = ctx;

	if (d->cut && i + 1 == doc_count(ctx)) {
		pager_add(out, ST_DIM, "… and more");
		return;
	}
	if (d->hex) {
		doc_hex_line(d, i, out);
		return;
	}
	size_t from = d->starts.v[i], to = i + 1 < d->starts.n ? d->starts.v[i + 1] : d->n,
	       at = out->text.n;
	while (to > from && (d->p[to - 1] == '\n' || d->p[to - 1] == '\r'))
		to--;
	if (d->numbers) {
		buf_addf(&out->gutter, "%*zu", doc_gutter(d) - 2, i + 1);
		out->gutter_attr = ST_FAINT;
	}
	bool cut = to - from > LINE_SHOWN;
	to = cut ? from + LINE_SHOWN : to;
	buf_add(&out->text, d->p + from, to - from);
	if (!out->text.failed)
		highlight_line(d->lang, i < d->states.n ? d->states.v[i] : 0, d->p + from,
			to - from < LINE_COLOURED ? to - from : LINE_COLOURED, out, at);
	if (cut)
		pager_add(out, ST_DIM, " … the line goes on");
}
