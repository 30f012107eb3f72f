/* codec/htmltext.h: the text that a browser would show of a piece of HTML, roughly: tags dropped,
 * block elements on lines of their own, entities decoded, scripts and styles left out. Never more
 * text than there was HTML. Pure, any thread. */
#ifndef MF_CODEC_HTMLTEXT_H
#define MF_CODEC_HTMLTEXT_H

#include "../base/buf.h"

void html_text(struct buf *out, const char *p, size_t n);
/* Append the character of the entity that starts at p (a &); returns its length, 0 if it is none.
 */
size_t html_entity(struct buf *out, const char *p, size_t n);

#endif
