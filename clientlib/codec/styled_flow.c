/* Words that flow into lines (declared in styled.h). */
#include "styled.h"

#include "../base/text.h"

enum { LONGEST = 1 << 15 }; /* bytes of a line that are laid out */

void flow_init(struct flow *f, struct block *b, size_t hang, const char *prefix)
{
	*f = (struct flow){
		.b = b, .hang = hang < b->width / 2 ? hang : b->width / 2, .prefix = prefix};
}

static void next_line(struct flow *f)
{
	block_newline(f->b);
	if (f->prefix)
		block_adds(f->b, MF_STYLE_BORDER, f->prefix);
	if (f->b->columns < f->hang)
		block_fill(f->b, MF_STYLE_PLAIN, " ", " ", f->hang - f->b->columns);
	f->any = f->space = false;
}

/* What is too wide for any line is broken anywhere. */
static void put_broken(struct flow *f, const struct mf_span *s)
{
	struct block *b = f->b;
	size_t from = 0, columns = b->columns;
	for (size_t i = 0; i < s->n && !page_full(b->page);) {
		int32_t cp;
		size_t len = utf8_next(s->text + i, s->n - i, &cp);
		size_t wide = text_width(s->text + i, len);
		if (columns + wide > b->width && columns > f->hang) {
			block_text(b, s->style, s->text + from, i - from);
			next_line(f);
			from = i;
			columns = b->columns;
		}
		columns += wide;
		i += len;
	}
	block_text(b, s->style, s->text + from, s->n - from);
}

static void put_word(struct flow *f)
{
	struct block *b = f->b;
	if (!f->n_word)
		return;
	size_t need = f->word_columns + (f->any && f->space);
	if (f->any && b->columns + need > b->width)
		next_line(f);
	else if (f->any && f->space)
		block_adds(b, f->word[0].style == f->last ? f->last : MF_STYLE_PLAIN, " ");
	bool broken = b->columns + f->word_columns > b->width;
	for (size_t i = 0; i < f->n_word; i++)
		if (broken)
			put_broken(f, &f->word[i]);
		else
			block_text(b, f->word[i].style, f->word[i].text, f->word[i].n);
	f->last = f->word[f->n_word - 1].style;
	f->any = true;
	f->space = false;
	f->n_word = f->word_columns = 0;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

void flow_text(struct flow *f, enum mf_style style, const char *p, size_t n)
{
	struct mf_page *page = f->b->page;
	for (const char *end = p + n; p < end && !page_full(page);) {
		if (is_blank(*p)) {
			put_word(f);
			f->space = true;
			p++;
			continue;
		}
		const char *from = p;
		while (p < end && !is_blank(*p))
			p++;
		if (f->n_word == f->cap_word) {
			size_t cap = f->cap_word ? f->cap_word * 2 : 8;
			struct mf_span *more = arena_calloc(&page->arena, cap, sizeof(*more));
			if (!more) {
				page->rc = MF_ENOMEM;
				return;
			}
			if (f->n_word)
				memcpy(more, f->word, f->n_word * sizeof(*more));
			f->word = more;
			f->cap_word = cap;
		}
		f->word[f->n_word++] =
			(struct mf_span){.text = from, .n = (size_t)(p - from), .style = style};
		f->word_columns += text_width(from, (size_t)(p - from));
	}
}

void flow_adds(struct flow *f, enum mf_style style, const char *s)
{
	flow_text(f, style, s, strlen(s));
}

void flow_break(struct flow *f)
{
	put_word(f);
	next_line(f);
}

void flow_end(struct flow *f)
{
	put_word(f);
	block_end(f->b);
	f->any = f->space = false;
}

/* Where a line that starts at column `columns` is to be broken: behind what fits, at a blank if
 * there is one. */
static size_t break_at(const struct block *b, size_t columns, const char *p, size_t n)
{
	size_t i = 0, blank = 0;
	while (i < n) {
		int32_t cp;
		size_t len = utf8_next(p + i, n - i, &cp);
		columns += text_width(p + i, len);
		if (columns > b->width && i)
			return blank ? blank : i;
		if (cp == ' ')
			blank = i;
		i += len;
	}
	return n;
}

void block_wrap(struct block *b, enum mf_style style, const char *p, size_t n, size_t hang)
{
	for (const char *end = p + n; p < end && !page_full(b->page);) {
		const char *nl = memchr(p, '\n', (size_t)(end - p)), *stop = nl ? nl : end;
		size_t len = (size_t)(stop - p), blanks = 0;
		bool cut = len > LONGEST;
		len = cut ? LONGEST : len;
		while (blanks < len && p[blanks] == ' ')
			blanks++;
		size_t indent = hang + blanks < b->width / 2 ? hang + blanks : b->width / 2;
		/* a tab has a width that only its line knows: such lines stay whole */
		bool whole = memchr(p, '\t', len);
		for (size_t i = 0; i < len && !page_full(b->page);) {
			size_t skip = i ? 0 : blanks; /* never broken inside the indentation */
			size_t k = whole ? len - i
					 : skip + break_at(b, b->columns + skip, p + i + skip,
							  len - i - skip);
			block_text(b, style, p + i, k);
			i += k;
			while (i < len && p[i] == ' ' && k < len)
				i++;
			if (i < len) {
				block_newline(b);
				block_fill(b, MF_STYLE_PLAIN, " ", " ", indent);
			}
		}
		if (cut)
			block_adds(b, MF_STYLE_DIM, b->page->ascii ? " ..." : " …");
		if (nl)
			block_newline(b);
		p = stop + (nl != NULL);
	}
}
