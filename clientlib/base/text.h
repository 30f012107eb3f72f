/* base/text.h: UTF-8 as a terminal sees it. Width comes from wcwidth: call setlocale(LC_CTYPE, …) with a UTF-8 locale
 * first. Pure, any thread. */
#ifndef MF_BASE_TEXT_H
#define MF_BASE_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"

/* Decode one code point of p (n > 0). Returns the bytes it takes (at least 1); *cp is -1 for a byte that starts no valid
 * UTF-8 sequence (lone surrogates, overlong forms and values above U+10FFFF are invalid). */
size_t utf8_next(const char *p, size_t n, int32_t *cp);
/* Append cp as UTF-8 (also surrogates, as WTF-8 does). */
void utf8_add(struct buf *b, int32_t cp);
/* Columns of one code point: 0 (combining), 1 or 2; -1 for what must be escaped before it may be shown: C0, DEL, C1,
 * bidirectional controls, line and paragraph separators, other invisible format characters, surrogates, unassigned. */
int cp_width(int32_t cp);
/* Columns of a text after text_escape. */
size_t text_width(const char *p, size_t n);

enum {
	TEXT_KEEP_NL = 1,  /* let newlines through */
	TEXT_KEEP_TAB = 2, /* let tabs through */
	TEXT_ASCII = 4     /* escape all that is not ASCII */
};
/* Append p so that nothing in it can act on a terminal: ESC as \x1b, newline as \n, U+202E as \u202e, an invalid byte
 * as \xff … A backslash stays a backslash. */
void text_escape(struct buf *b, const char *p, size_t n, unsigned flags);
/* Append at most `width` columns of p (already escaped text), ending in … (or .. when ascii) if it was cut; pads with
 * blanks to exactly `width` when pad is true. Never cuts inside a character; keeps combining marks with their base. */
void text_fit(struct buf *b, const char *p, size_t n, size_t width, bool pad, bool ascii);

#endif
