#include "prompt.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/text.h"

#define TEXT_MAX 4096
#define HISTORY_MAX 200
#define SHOWN_MAX 10

void prompt_init(struct prompt *p)
{
	*p = (struct prompt){.text = BUF_INIT(TEXT_MAX)};
}

void prompt_release(struct prompt *p)
{
	for (size_t k = 0; k < ARRAY_SIZE(p->history); k++) {
		for (size_t i = 0; i < p->history[k].n; i++)
			free(p->history[k].v[i]);
		vec_release(&p->history[k]);
	}
	vec_release(&p->all);
	vec_release(&p->found);
	buf_release(&p->text);
}

static void set_text(struct prompt *p, const char *s)
{
	buf_clear(&p->text);
	buf_adds(&p->text, s);
	p->caret = p->text.n;
}

void prompt_open(struct prompt *p, enum prompt_kind kind, const char *label, const char *text)
{
	p->kind = kind;
	snprintf(p->label, sizeof(p->label), "%s", label);
	set_text(p, text ? text : "");
	p->at = p->history[kind].n;
	p->all.n = p->found.n = 0;
	p->pick = 0;
}

static void remember(struct prompt *p)
{
	char *copy;

	if (!p->text.n)
		return;
	size_t n = p->history[p->kind].n;
	if (n && str_eq(p->history[p->kind].v[n - 1], p->text.p))
		return;
	copy = strdup(p->text.p);
	if (!copy)
		return;
	if (n == HISTORY_MAX) {
		free(p->history[p->kind].v[0]);
		memmove(p->history[p->kind].v, p->history[p->kind].v + 1, (n - 1) * sizeof(char *));
		p->history[p->kind].n--;
	}
	if (!vec_push(&p->history[p->kind], copy))
		free(copy);
}

void prompt_close(struct prompt *p)
{
	p->kind = PROMPT_NONE;
	p->all.n = p->found.n = 0;
	p->pick = 0;
}

/* ---- candidates ---- */

void prompt_candidate(struct prompt *p, const char *name, const char *help, const struct key *key)
{
	struct candidate c = {.name = name, .help = help};

	if (key) {
		struct buf b = BUF_INIT(sizeof(c.key) - 1);
		key_format(&b, key);
		snprintf(c.key, sizeof(c.key), "%s", b.p);
		buf_release(&b);
	}
	(void)vec_push(&p->all, c); /* one less to choose from when memory is short */
}

int prompt_score(const char *name, const char *text, size_t n)
{
	size_t len = strlen(name), i = 0, j = 0;
	int runs = 0;
	bool adjacent = false;

	if (n <= len && strncasecmp(name, text, n) == 0)
		return 1000 - (int)(len < 500 ? len : 500);
	for (i = 1; n <= len && i + n <= len; i++)
		if (strncasecmp(name + i, text, n) == 0)
			return 400 - (int)(i < 200 ? i : 200);
	for (i = 0; i < len && j < n; i++) {
		bool same = tolower((unsigned char)name[i]) == tolower((unsigned char)text[j]);
		if (same) {
			runs += !adjacent;
			j++;
		}
		adjacent = same;
	}
	return j == n ? 100 / (runs ? runs : 1) : 0;
}

static int by_score(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->score != y->score)
		return y->score - x->score;
	return strcmp(x->name, y->name);
}

void prompt_match(struct prompt *p)
{
	size_t word = strcspn(p->text.p, " ");

	p->found.n = 0;
	p->pick = 0;
	for (size_t i = 0; i < p->all.n; i++) {
		struct candidate c = p->all.v[i];
		c.score = word ? prompt_score(c.name, p->text.p, word) : 1;
		/* Once arguments are typed only the command itself is of interest. */
		if (p->text.p[word] && strlen(c.name) != word)
			c.score = 0;
		if (c.score > 0 && !vec_push(&p->found, c))
			break;
	}
	if (word && p->found.n)
		qsort(p->found.v, p->found.n, sizeof(*p->found.v), by_score);
}

const char *prompt_text(const struct prompt *p)
{
	return p->pick && p->pick <= p->found.n ? p->found.v[p->pick - 1].name : p->text.p;
}

/* ---- editing ---- */

/* The character boundary before or after `at`, marks going with their base. */
static size_t step(const struct buf *b, size_t at, int dir)
{
	if (dir > 0) {
		if (at < b->n) {
			int32_t cp;
			at += utf8_next(b->p + at, b->n - at, &cp);
		}
		while (at < b->n) {
			int32_t cp;
			size_t len = utf8_next(b->p + at, b->n - at, &cp);
			if (cp_width(cp) != 0)
				break;
			at += len;
		}
		return at;
	}
	while (at > 0) {
		int32_t cp;
		do
			at--;
		while (at > 0 && (b->p[at] & 0xc0) == 0x80);
		utf8_next(b->p + at, b->n - at, &cp);
		if (cp_width(cp) != 0)
			break;
	}
	return at;
}

static size_t word_start(const struct buf *b, size_t at)
{
	while (at > 0 && strchr(" /=", b->p[at - 1]))
		at--;
	while (at > 0 && !strchr(" /=", b->p[at - 1]))
		at--;
	return at;
}

static void erase(struct prompt *p, size_t from, size_t to)
{
	memmove(p->text.p + from, p->text.p + to, p->text.n - to);
	p->text.n -= to - from;
	if (p->text.p != buf_empty)
		p->text.p[p->text.n] = '\0';
	p->caret = from;
}

static bool insert(struct prompt *p, int32_t cp)
{
	struct buf ch = BUF_INIT(8);
	size_t before = p->text.n;

	utf8_add(&ch, cp);
	buf_add(&p->text, ch.p, ch.n); /* makes room; the bytes are put in place below */
	bool ok = p->text.n == before + ch.n;
	if (ok) {
		memmove(p->text.p + p->caret + ch.n, p->text.p + p->caret, before - p->caret);
		memcpy(p->text.p + p->caret, ch.p, ch.n);
		p->caret += ch.n;
	}
	p->text.failed = 0; /* a full line takes no more, and stays */
	buf_release(&ch);
	return ok;
}

static enum prompt_event recall(struct prompt *p, int dir)
{
	size_t n = p->history[p->kind].n;

	if (dir < 0 ? p->at == 0 : p->at >= n)
		return PROMPT_NOTHING;
	p->at = dir < 0 ? p->at - 1 : p->at + 1;
	set_text(p, p->at < n ? p->history[p->kind].v[p->at] : "");
	return PROMPT_CHANGED;
}

static enum prompt_event pick(struct prompt *p, int dir)
{
	size_t n = p->found.n;

	if (!n)
		return PROMPT_NOTHING;
	p->pick = dir > 0 ? p->pick >= n ? 1 : p->pick + 1 : p->pick <= 1 ? n : p->pick - 1;
	return PROMPT_NOTHING;
}

static enum prompt_event complete(struct prompt *p)
{
	if (!p->found.n)
		return PROMPT_NOTHING;
	struct buf line = BUF_INIT(TEXT_MAX);
	buf_addf(&line, "%s ", p->found.v[p->pick ? p->pick - 1 : 0].name);
	set_text(p, line.p);
	buf_release(&line);
	return PROMPT_CHANGED;
}

static enum prompt_event control(struct prompt *p, int32_t c)
{
	size_t from = p->caret;

	switch (c) {
	case 'a': p->caret = 0; return PROMPT_NOTHING;
	case 'e': p->caret = p->text.n; return PROMPT_NOTHING;
	case 'b': p->caret = step(&p->text, from, -1); return PROMPT_NOTHING;
	case 'f': p->caret = step(&p->text, from, 1); return PROMPT_NOTHING;
	case 'u': erase(p, 0, from); return PROMPT_CHANGED;
	case 'k': erase(p, from, p->text.n); return PROMPT_CHANGED;
	case 'w': erase(p, word_start(&p->text, from), from); return PROMPT_CHANGED;
	case 'd': erase(p, from, step(&p->text, from, 1)); return PROMPT_CHANGED;
	case 'g':
	case 'c': return PROMPT_GIVEN_UP;
	case 'p': return p->found.n ? pick(p, -1) : recall(p, -1);
	case 'n': return p->found.n ? pick(p, 1) : recall(p, 1);
	default: return PROMPT_NOTHING;
	}
}

enum prompt_event prompt_key(struct prompt *p, const struct key *k)
{
	bool list = p->found.n > 0;

	if ((k->mods & MOD_PASTED) && (k->code == K_ENTER || k->code == K_TAB))
		return insert(p, ' ') ? PROMPT_CHANGED
				      : PROMPT_NOTHING; /* a pasted line is one line */
	if ((k->mods & MOD_CTRL) && k->code < K_FIRST)
		return control(p, k->code);
	switch (k->code) {
	case K_ENTER: remember(p); return PROMPT_DONE;
	case K_ESC: return PROMPT_GIVEN_UP;
	case K_TAB:
		return k->mods & MOD_SHIFT ? pick(p, -1)
		       : p->pick           ? complete(p)
		       : list              ? complete(p)
					   : PROMPT_NOTHING;
	case K_UP: return list ? pick(p, -1) : recall(p, -1);
	case K_DOWN: return list ? pick(p, 1) : recall(p, 1);
	case K_LEFT:
		p->caret = k->mods ? word_start(&p->text, p->caret) : step(&p->text, p->caret, -1);
		return PROMPT_NOTHING;
	case K_RIGHT: p->caret = step(&p->text, p->caret, 1); return PROMPT_NOTHING;
	case K_HOME: p->caret = 0; return PROMPT_NOTHING;
	case K_END: p->caret = p->text.n; return PROMPT_NOTHING;
	case K_DELETE: erase(p, p->caret, step(&p->text, p->caret, 1)); return PROMPT_CHANGED;
	case K_BACKSPACE:
		if (!p->text.n)
			return PROMPT_GIVEN_UP;
		erase(p,
			k->mods & MOD_ALT ? word_start(&p->text, p->caret)
					  : step(&p->text, p->caret, -1),
			p->caret);
		return PROMPT_CHANGED;
	default: break;
	}
	if (k->code >= K_FIRST || k->code < ' ' || (k->mods & MOD_ALT))
		return PROMPT_NOTHING;
	return insert(p, k->code) ? PROMPT_CHANGED : PROMPT_NOTHING;
}

/* ---- drawing ---- */

void prompt_draw(const struct prompt *p, struct canvas *c)
{
	canvas_fill(c, 0, 0, c->w, 1, ST_INPUT, ' ');
	int x = 1 + canvas_text(c, 1, 0, ST_PROMPT, p->label);
	struct canvas line = canvas_sub(c, x, 0, c->w - x, 1);
	const char *text = p->pick ? prompt_text(p) : p->text.p;
	size_t n = strlen(text), caret = p->pick ? n : p->caret;
	/* A long line is shown around the caret. */
	char *head = strndup(text, caret);
	int at = head ? canvas_width(&line, head) : 0, skip = at >= line.w ? at - line.w + 1 : 0;
	free(head);
	struct canvas shown = canvas_scrolled(&line, skip, 0);
	canvas_textn(&shown, 0, 0, p->pick ? ST_DIM : ST_INPUT, text, n);
	canvas_caret(&shown, at, 0);
}

void prompt_draw_candidates(const struct prompt *p, struct canvas *c)
{
	int rows = (int)(p->found.n < SHOWN_MAX ? p->found.n : SHOWN_MAX), wide = 0;

	if (rows > c->h - 2)
		rows = c->h - 2;
	if (p->kind != PROMPT_PALETTE || rows < 1)
		return;
	for (size_t i = 0; i < p->found.n; i++) {
		int w = canvas_width(c, p->found.v[i].name);
		wide = w > wide ? w : wide;
	}
	int w = c->w - 2 < 72 ? c->w - 2 : 72;
	size_t top = p->pick > (size_t)rows ? p->pick - (size_t)rows : 0;
	struct canvas box = canvas_sub(c, 0, c->h - rows - 2, w, rows + 2);
	canvas_fill(&box, 0, 0, box.w, box.h, ST_POPUP, ' ');
	canvas_box(&box, 0, 0, box.w, box.h, LINE_ROUNDED, ST_POPUP_DIM);
	for (int i = 0; i < rows; i++) {
		const struct candidate *f = &p->found.v[top + (size_t)i];
		bool on = p->pick == top + (size_t)i + 1;
		unsigned flag = on ? CA_SELECTED : 0U;
		struct canvas row = canvas_sub(&box, 1, 1 + i, box.w - 2, 1);
		canvas_fill(&row, 0, 0, row.w, 1, (on ? ST_TEXT : ST_POPUP) | flag, ' ');
		if (on)
			canvas_put(&row, 0, 0, ST_CURSOR_BAR | flag, 0x258c);
		canvas_fit(
			&row, 1, 0, wide, ALIGN_LEFT, (on ? ST_STRONG : ST_POPUP) | flag, f->name);
		canvas_fit(&row, wide + 3, 0, row.w - wide - 12, ALIGN_LEFT,
			(on ? ST_DIM : ST_POPUP_DIM) | flag, f->help);
		canvas_fit(&row, row.w - 8, 0, 7, ALIGN_RIGHT, (on ? ST_KEY : ST_POPUP_KEY) | flag,
			f->key);
	}
}
