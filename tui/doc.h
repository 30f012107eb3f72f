/* doc.h: a text as lines of a pager: highlighted text, or bytes as a hex dump. */
#ifndef TUI_DOC_H
#define TUI_DOC_H

#include "highlight.h"

enum { DOC_HEX_ROW = 16 };

struct doc {
	const char *p; /* lent */
	size_t n;
	bool hex, numbers;
	enum language lang;
	VEC(size_t) starts;  /* of lines */
	VEC(uint8_t) states; /* of the highlighter, at the start of each */
	bool cut;            /* there is more that is not shown */
};

/* Find the lines of n bytes at p, which stay somebody else's; any thread. False: out of memory. */
bool doc_text(struct doc *d, const char *p, size_t n, enum language lang);
bool doc_hex(struct doc *d, const char *p, size_t n);
void doc_release(struct doc *d);
/* For pager_source: ctx is the document. */
size_t doc_count(void *d);
void doc_line(void *d, size_t i, struct pager_line *out);
/* Columns of the gutter. */
int doc_gutter(const struct doc *d);
/* The line as text, for a hex dump in a pager. */
void doc_hex_line(const struct doc *d, size_t i, struct pager_line *out);

#endif
