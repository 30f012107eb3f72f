/* styled_text.h: a block of styled text as plain text, for comparisons. */
#ifndef STYLED_TEXT_H
#define STYLED_TEXT_H

#include "../../../clientlib/codec/styled.h"

/* Lines with a newline each; marked: with its style's letter in braces before each span that is not
 * plain. */
static inline void lines_text(struct buf *out, const struct mf_line *v, size_t n, bool marked)
{
	static const char letters[] = " THBIDCLowe|#.P";
	buf_clear(out);
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < v[i].n; k++) {
			const struct mf_span *s = &v[i].spans[k];
			if (marked && s->style)
				buf_addf(out, "{%c}", letters[s->style]);
			buf_add(out, s->text, s->n);
		}
		buf_addc(out, '\n');
	}
}

#endif
