/* codec/styled.h: styled text laid out for a terminal of some width: lines of spans, which mfctl
 * prints with colours and the dashboard on its canvas. Text comes in as it was found and goes out
 * escaped (base/text.h).
 *
 * A page owns the memory of all its blocks; a block is a rectangle of lines under construction.
 * What goes wrong sticks to the page (rc), as with buffers; over its limits a page takes nothing
 * more and says so (cut). Not thread-safe. */
#ifndef MF_CODEC_STYLED_H
#define MF_CODEC_STYLED_H

#include "../base/arena.h"
#include "../base/buf.h"

struct mf_page {
	struct arena arena;
	struct buf scratch;
	int rc;
	bool cut, ascii;
	size_t lines, bytes; /* made so far, in all blocks */
	size_t max_lines;
	const struct mf_line *out; /* of the finished page */
	size_t n_out;
};

struct block {
	struct mf_page *page;
	size_t width;      /* columns to stay within where text can be broken */
	struct mf_line *v; /* finished lines */
	size_t n, cap;
	struct mf_span *line; /* the line that is open */
	size_t n_line, cap_line, columns;
	bool open;
};

int page_new(struct mf_page **out, bool ascii, struct mf_error *err);
/* May more be added? Ask in loops over data. */
bool page_full(const struct mf_page *page);
/* The block becomes the page's text. 0 or the error that stuck. */
int page_finish(struct mf_page *page, struct block *b, struct mf_error *err);

void block_init(struct block *b, struct mf_page *page, size_t width);
/* Append to the open line; newlines in the text end it. Tabs become blanks. Never broken. */
void block_text(struct block *b, enum mf_style style, const char *p, size_t n);
void block_adds(struct block *b, enum mf_style style, const char *s);
void block_addf(struct block *b, enum mf_style style, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* n columns of a character, or of its ASCII stand-in. */
void block_fill(struct block *b, enum mf_style style, const char *s, const char *ascii, size_t n);
/* Two pixels above each other. */
void block_pixels(struct block *b, uint32_t top, uint32_t bottom);
/* End the open line, if there is one. */
void block_end(struct block *b);
/* End it even if nothing is in it. */
void block_newline(struct block *b);
/* Exactly one empty line between what is there and what comes. */
void block_gap(struct block *b);
/* Columns of the longest line. */
size_t block_columns(const struct block *b);
/* Columns of line i. */
size_t block_line_columns(const struct block *b, size_t i);
/* Append the lines of another block, each behind `indent` blanks. */
void block_append(struct block *b, const struct block *from, size_t indent);
/* Append blocks side by side: block i starts `gap` columns behind the widths[i - 1] columns of the
 * one before. right[i]: its lines end at the right edge of its columns (NULL: none does). */
void block_beside(struct block *b, const struct block *blocks, const size_t *widths,
	const bool *right, size_t n, size_t gap);

/* Words that flow into the lines of a block: broken between words, or inside what is longer than a
 * line. */
struct flow {
	struct block *b;
	size_t hang;        /* columns before every line but the first */
	const char *prefix; /* what stands in these columns; NULL: blanks */
	struct mf_span *word;
	size_t n_word, cap_word, word_columns;
	bool space, any; /* a blank is due; the line has a word */
	enum mf_style
		last; /* of what was put last: blanks between words of one style have it too */
};

void flow_init(struct flow *f, struct block *b, size_t hang, const char *prefix);
void flow_text(struct flow *f, enum mf_style style, const char *p, size_t n);
void flow_adds(struct flow *f, enum mf_style style, const char *s);
/* Go on in a new line. */
void flow_break(struct flow *f);
/* End the paragraph. */
void flow_end(struct flow *f);

/* Text of several lines, each broken where it is wider than the block. */
void block_wrap(struct block *b, enum mf_style style, const char *p, size_t n, size_t hang);

#endif
