#include "markdown.h"

#include <ctype.h>
#include <stdio.h>

#include "../base/text.h"

enum { DEPTH = 8, COLUMNS = 64 };

struct slice {
	const char *p;
	size_t n;
};

/* Lines of one level: what quotes and list items hold has their marks stripped. */
struct lines {
	struct slice *v;
	size_t n;
};

static size_t indent_of(const struct slice *s)
{
	size_t n = 0;
	for (size_t i = 0; i < s->n && (s->p[i] == ' ' || s->p[i] == '\t'); i++)
		n += s->p[i] == '\t' ? 4 - n % 4 : 1;
	return n;
}

static struct slice trimmed(struct slice s)
{
	while (s.n && isspace((unsigned char)*s.p))
		s.p++, s.n--;
	while (s.n && isspace((unsigned char)s.p[s.n - 1]))
		s.n--;
	return s;
}

static bool is_blank(const struct slice *s)
{
	return !trimmed(*s).n;
}

/* Without up to n columns of indentation. */
static struct slice unindented(struct slice s, size_t n)
{
	while (n && s.n && (*s.p == ' ' || *s.p == '\t')) {
		size_t wide = *s.p == '\t' ? 4 : 1;
		n = n > wide ? n - wide : 0;
		s.p++, s.n--;
	}
	return s;
}

/* ---- what a line starts ---- */

static int heading_level(struct slice s)
{
	int level = 0;
	s = trimmed(s);
	while ((size_t)level < s.n && s.p[level] == '#')
		level++;
	return level >= 1 && level <= 6 &&
			       ((size_t)level == s.n || s.p[level] == ' ' || s.p[level] == '\t')
		       ? level
		       : 0;
}

static bool is_rule(struct slice s)
{
	size_t marks = 0;
	s = trimmed(s);
	if (!s.n || !strchr("-*_", *s.p))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != *s.p && s.p[i] != ' ')
			return false;
		marks += s.p[i] == *s.p;
	}
	return marks >= 3;
}

/* A line of = or - under a paragraph makes it a heading. */
static int underline_level(struct slice s)
{
	s = trimmed(s);
	for (size_t i = 1; i < s.n; i++)
		if (s.p[i] != *s.p)
			return 0;
	return s.n >= 2 && *s.p == '=' ? 1 : s.n >= 2 && *s.p == '-' ? 2 : 0;
}

/* Columns up to the text of the list item that the line starts; 0: none. *number: of an ordered
 * one, -1. */
static size_t item_start(const struct slice *line, long *number)
{
	size_t indent = indent_of(line);
	struct slice s = unindented(*line, indent);
	size_t mark = 0;
	*number = -1;
	if (s.n && strchr("-*+", *s.p)) {
		mark = 1;
	} else {
		while (mark < s.n && mark < 9 && isdigit((unsigned char)s.p[mark]))
			mark++;
		if (!mark || mark >= s.n || (s.p[mark] != '.' && s.p[mark] != ')'))
			return 0;
		*number = 0;
		for (size_t i = 0; i < mark; i++)
			*number = *number * 10 + (s.p[i] - '0');
		mark++;
	}
	if (mark < s.n && s.p[mark] != ' ' && s.p[mark] != '\t')
		return 0;
	return indent + mark + 1;
}

/* ``` or ~~~: how many; 0: none */
static size_t fence_start(struct slice s, char *mark)
{
	size_t n = 0;
	s = trimmed(s);
	if (!s.n || (*s.p != '`' && *s.p != '~'))
		return 0;
	*mark = *s.p;
	while (n < s.n && s.p[n] == *mark)
		n++;
	return n >= 3 ? n : 0;
}

static bool is_table_rule(struct slice s)
{
	bool dash = false, bar = false;
	s = trimmed(s);
	for (size_t i = 0; i < s.n; i++) {
		if (!strchr("|-: ", s.p[i]))
			return false;
		dash = dash || s.p[i] == '-';
		bar = bar || s.p[i] == '|';
	}
	return dash && bar;
}

static bool starts_block(const struct lines *l, size_t i)
{
	char mark;
	long number;
	struct slice s = trimmed(l->v[i]);
	return !s.n || heading_level(s) || is_rule(s) || fence_start(s, &mark) || *s.p == '>' ||
	       (item_start(&l->v[i], &number) && number < 2) ||
	       (i + 1 < l->n && memchr(s.p, '|', s.n) && is_table_rule(l->v[i + 1]));
}

/* ---- blocks ---- */

static void draw_lines(struct block *b, const struct lines *l, int depth);

static void draw_heading(struct block *b, int level, struct slice s)
{
	struct flow f;
	while (s.n && s.p[s.n - 1] == '#')
		s.n--;
	s = trimmed(s);
	block_gap(b);
	flow_init(&f, b, 0, NULL);
	markdown_inline(&f,
		level <= 1   ? MF_STYLE_TITLE
		: level <= 3 ? MF_STYLE_HEADING
			     : MF_STYLE_BOLD,
		s.p, s.n, 0);
	flow_end(&f);
}

static size_t draw_paragraph(struct block *b, const struct lines *l, size_t i)
{
	size_t end = i + 1;
	int level = 0;
	while (end < l->n && !(level = underline_level(l->v[end])) && !starts_block(l, end))
		end++;
	if (level) {
		for (size_t k = i; k < end; k++)
			draw_heading(b, level, l->v[k]);
		return end + 1;
	}
	/* the lines of a paragraph are one text (they lie behind each other, but for marks and
	 * indentation) */
	struct buf text = BUF_INIT(1 << 26);
	struct mf_page *page = b->page;
	struct flow f;
	flow_init(&f, b, 0, NULL);
	for (size_t k = i; k < end; k++) {
		struct slice s = l->v[k], t = trimmed(s);
		bool hard = s.n >= 2 && s.p[s.n - 1] == ' ' && s.p[s.n - 2] == ' ';
		buf_add(&text, t.p, t.n);
		buf_addc(&text, hard && k + 1 < end ? '\n' : ' ');
	}
	char *copy = text.failed ? NULL : arena_strndup(&page->arena, text.p, text.n);
	if (!copy)
		page->rc = MF_ENOMEM;
	for (char *p = copy; p && *p;) {
		size_t n = strcspn(p, "\n");
		markdown_inline(&f, MF_STYLE_PLAIN, p, n, 0);
		p += n;
		if (*p) {
			flow_break(&f);
			p++;
		}
	}
	flow_end(&f);
	buf_release(&text);
	return end;
}

static size_t draw_fence(struct block *b, const struct lines *l, size_t i)
{
	char mark, again;
	size_t len = fence_start(l->v[i], &mark), indent = indent_of(&l->v[i]);
	for (i++; i < l->n; i++) {
		struct slice t = trimmed(l->v[i]);
		size_t n = fence_start(t, &again);
		if (n >= len && again == mark && n == t.n)
			return i + 1;
		struct slice s = unindented(l->v[i], indent);
		block_adds(b, MF_STYLE_CODE, "  ");
		block_text(b, MF_STYLE_CODE, s.p, s.n);
		block_newline(b);
	}
	return i;
}

static size_t draw_indented(struct block *b, const struct lines *l, size_t i)
{
	for (; i < l->n && (indent_of(&l->v[i]) >= 4 || is_blank(&l->v[i])); i++) {
		struct slice s = unindented(l->v[i], 4);
		if (is_blank(&l->v[i]) && (i + 1 >= l->n || indent_of(&l->v[i + 1]) < 4))
			break;
		block_adds(b, MF_STYLE_CODE, "  ");
		block_text(b, MF_STYLE_CODE, s.p, s.n);
		block_newline(b);
	}
	return i;
}

static struct slice *slices(struct block *b, size_t n)
{
	struct slice *v = arena_calloc(&b->page->arena, n + 1, sizeof(*v));
	if (!v)
		b->page->rc = MF_ENOMEM;
	return v;
}

static size_t draw_quote(struct block *b, const struct lines *l, size_t i, int depth)
{
	size_t end = i;
	while (end < l->n && !is_blank(&l->v[end]) &&
		(*trimmed(l->v[end]).p == '>' || !starts_block(l, end)))
		end++;
	struct lines in = {slices(b, end - i), end - i};
	for (size_t k = i; in.v && k < end; k++) {
		struct slice s = trimmed(l->v[k]);
		if (*s.p == '>') {
			s.p++, s.n--;
			s = unindented(s, 1);
		}
		in.v[k - i] = s;
	}
	struct block inner;
	block_init(&inner, b->page, b->width > 6 ? b->width - 2 : b->width);
	if (in.v)
		draw_lines(&inner, &in, depth + 1);
	block_end(&inner);
	struct block pair[2];
	block_init(&pair[0], b->page, 2);
	pair[1] = inner;
	for (size_t k = 0; k < inner.n; k++) {
		block_fill(&pair[0], MF_STYLE_BORDER, "│", "|", 1);
		block_newline(&pair[0]);
	}
	block_beside(b, pair, (size_t[]){1, inner.width}, NULL, 2, 1);
	return end;
}

static size_t draw_item(struct block *b, const struct lines *l, size_t i, int depth, bool *loose)
{
	long number;
	size_t start = item_start(&l->v[i], &number), end = i + 1;
	char mark[24] = "";
	if (number >= 0)
		snprintf(mark, sizeof(mark), "%ld.", number);
	for (; end < l->n; end++) {
		long other;
		if (is_blank(&l->v[end])) {
			/* goes on behind a blank line only where the next one is indented */
			if (end + 1 >= l->n || is_blank(&l->v[end + 1]) ||
				indent_of(&l->v[end + 1]) < start)
				break;
		} else if (indent_of(&l->v[end]) < start &&
			   (item_start(&l->v[end], &other) || starts_block(l, end))) {
			break;
		}
	}
	struct lines in = {slices(b, end - i), end - i};
	for (size_t k = i; in.v && k < end; k++)
		in.v[k - i] = unindented(l->v[k], k == i ? 0 : start);
	if (in.v) {
		struct slice first = unindented(l->v[i], indent_of(&l->v[i]));
		size_t skip = number >= 0 ? strcspn(first.p, ".)") + 1 : 1;
		skip = skip < first.n ? skip : first.n;
		in.v[0] = (struct slice){first.p + skip, first.n - skip};
		in.v[0] = trimmed(in.v[0]);
	}
	struct block pair[2];
	size_t wide = number >= 0 ? strlen(mark) : 1;
	block_init(&pair[0], b->page, wide);
	block_init(&pair[1], b->page, b->width > wide + 6 ? b->width - wide - 1 : b->width);
	if (number >= 0)
		block_adds(&pair[0], MF_STYLE_BORDER, mark);
	else
		block_fill(&pair[0], MF_STYLE_BORDER, "•", "*", 1);
	block_end(&pair[0]);
	/* [ ] and [x] of task lists */
	if (in.v && in.v[0].n > 3 && in.v[0].p[0] == '[' && in.v[0].p[2] == ']' &&
		strchr(" xX", in.v[0].p[1]) && in.v[0].p[1]) {
		bool done = in.v[0].p[1] != ' ';
		block_init(&pair[0], b->page, 1);
		block_fill(&pair[0], done ? MF_STYLE_OK : MF_STYLE_BORDER, done ? "☑" : "☐",
			done ? "x" : "o", 1);
		block_end(&pair[0]);
		in.v[0] = trimmed((struct slice){in.v[0].p + 3, in.v[0].n - 3});
	}
	if (in.v)
		draw_lines(&pair[1], &in, depth + 1);
	block_end(&pair[1]);
	block_beside(b, pair, (size_t[]){wide, pair[1].width}, NULL, 2, 1);
	/* one blank line may stand between the items of a list */
	*loose = false;
	long next;
	if (end + 1 < l->n && is_blank(&l->v[end]) && item_start(&l->v[end + 1], &next) &&
		!is_rule(l->v[end + 1])) {
		*loose = true;
		return end + 1;
	}
	return end;
}

/* Cells of a row; the bars at both ends count for nothing. */
static size_t split_row(struct slice s, struct slice *cells, size_t most)
{
	size_t n = 0;
	s = trimmed(s);
	if (s.n && *s.p == '|')
		s.p++, s.n--;
	if (s.n && s.p[s.n - 1] == '|' && (s.n < 2 || s.p[s.n - 2] != '\\'))
		s.n--;
	for (size_t from = 0, i = 0; i <= s.n && n < most; i++)
		if (i == s.n || (s.p[i] == '|' && (!i || s.p[i - 1] != '\\'))) {
			cells[n++] = trimmed((struct slice){s.p + from, i - from});
			from = i + 1;
		}
	return n;
}

static void cell_block(
	struct block *cell, struct mf_page *page, size_t width, const struct slice *s, bool head)
{
	struct flow f;
	block_init(cell, page, width);
	flow_init(&f, cell, 0, NULL);
	markdown_inline(&f, head ? MF_STYLE_BOLD : MF_STYLE_PLAIN, s->p, s->n, 0);
	flow_end(&f);
}

static size_t draw_table(struct block *b, const struct lines *l, size_t i)
{
	struct slice cells[COLUMNS];
	size_t widths[COLUMNS] = {0}, end = i + 2, columns, rule[COLUMNS];
	bool right[COLUMNS] = {false};
	columns = split_row(l->v[i + 1], cells, COLUMNS);
	for (size_t k = 0; k < columns; k++)
		right[k] = cells[k].n && cells[k].p[cells[k].n - 1] == ':' && cells[k].p[0] != ':';
	while (end < l->n && !is_blank(&l->v[end]) && memchr(l->v[end].p, '|', l->v[end].n))
		end++;
	for (size_t r = i; r < end && !page_full(b->page); r++) {
		if (r == i + 1)
			continue;
		size_t n = split_row(l->v[r], cells, columns);
		for (size_t k = 0; k < n; k++) {
			struct block cell;
			cell_block(&cell, b->page, b->width, &cells[k], r == i);
			size_t w = block_columns(&cell);
			widths[k] = w > widths[k] ? w : widths[k];
		}
	}
	/* take from the widest until it fits */
	for (;;) {
		size_t total = 0, most = 0;
		for (size_t k = 0; k < columns; k++) {
			total += widths[k] + (k ? 2 : 0);
			most = widths[k] > widths[most] ? k : most;
		}
		if (total <= b->width || widths[most] <= 4)
			break;
		widths[most]--;
	}
	for (size_t r = i; r < end && !page_full(b->page); r++) {
		struct block row[COLUMNS];
		size_t n = r == i + 1 ? columns : split_row(l->v[r], cells, columns);
		for (size_t k = 0; k < n; k++)
			if (r == i + 1) {
				block_init(&row[k], b->page, widths[k]);
				block_fill(&row[k], MF_STYLE_BORDER, "─", "-", widths[k]);
				block_end(&row[k]);
			} else {
				cell_block(&row[k], b->page, widths[k], &cells[k], r == i);
			}
		memcpy(rule, widths, sizeof(rule));
		block_beside(b, row, rule, right, n, 2);
	}
	return end;
}

static void draw_lines(struct block *b, const struct lines *l, int depth)
{
	long number;
	char mark;
	bool tight = false;
	for (size_t i = 0; i < l->n && !page_full(b->page);) {
		struct slice s = trimmed(l->v[i]);
		int level = heading_level(s);
		if (!s.n) {
			i++;
			continue;
		}
		bool item = item_start(&l->v[i], &number) && !is_rule(s) && depth < DEPTH;
		if (!(tight && item) && !(depth && item && b->n && i && !is_blank(&l->v[i - 1])))
			block_gap(b);
		tight = false;
		if (level) {
			draw_heading(b, level, (struct slice){s.p + level, s.n - (size_t)level});
			i++;
		} else if (is_rule(s)) {
			block_fill(b, MF_STYLE_BORDER, "─", "-", b->width);
			block_end(b);
			i++;
		} else if (fence_start(s, &mark)) {
			i = draw_fence(b, l, i);
		} else if (*s.p == '>' && depth < DEPTH) {
			i = draw_quote(b, l, i, depth);
		} else if (item) {
			bool loose;
			i = draw_item(b, l, i, depth, &loose);
			tight = !loose;
		} else if (indent_of(&l->v[i]) >= 4) {
			i = draw_indented(b, l, i);
		} else if (i + 1 < l->n && memchr(s.p, '|', s.n) && is_table_rule(l->v[i + 1])) {
			i = draw_table(b, l, i);
		} else {
			i = draw_paragraph(b, l, i);
		}
	}
}

void markdown_draw(struct block *b, const char *p, size_t n)
{
	struct lines l = {NULL, 0};
	size_t count = 1;
	for (size_t i = 0; i < n; i++)
		count += p[i] == '\n';
	l.v = slices(b, count);
	for (const char *end = p + n; l.v && p < end;) {
		const char *nl = memchr(p, '\n', (size_t)(end - p)), *stop = nl ? nl : end;
		l.v[l.n++] = (struct slice){p, (size_t)(stop - p)};
		p = stop + (nl != NULL);
	}
	if (l.v)
		draw_lines(b, &l, 0);
	block_end(b);
}
