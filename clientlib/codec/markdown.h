/* codec/markdown.h: Markdown as styled text: headings, paragraphs with emphasis, code and links,
 * lists, quotes, fenced and indented code, tables, rules. HTML in it is shown as it stands. */
#ifndef MF_CODEC_MARKDOWN_H
#define MF_CODEC_MARKDOWN_H

#include "styled.h"

/* The text is lent for as long as the page lives. */
void markdown_draw(struct block *b, const char *p, size_t n);
/* The inline markup of one paragraph, into words that flow. */
void markdown_inline(struct flow *f, enum mf_style style, const char *p, size_t n, int depth);

#endif
