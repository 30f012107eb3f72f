/* codec/diff.h: the lines in which two texts differ, after Myers (An O(ND) difference algorithm,
 * 1986) in linear space. Pure. */
#ifndef MF_CODEC_DIFF_H
#define MF_CODEC_DIFF_H

#include "../mf.h"

struct diff_text {
	const char *p;
	size_t n;
};

/* A unified diff (three lines of context) of a to b under these names; nothing where they are
 * equal. MF_ELIMIT, with nothing written, where finding it would take too long. */
int diff_unified(const struct diff_text *a, const char *a_name, const struct diff_text *b,
	const char *b_name, const struct mf_sink *sink, struct mf_error *err);
/* Is it something other than text: a NUL among its first bytes? */
bool diff_is_binary(const struct diff_text *t);

#endif
