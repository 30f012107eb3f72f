/* model/reply.h: the rows of a long JSON array as they arrive, without building values. The text is
 * kept in memory while it is small, else in a file without a name in $TMPDIR, so memory does not
 * grow with what a server sends. */
#ifndef MF_MODEL_REPLY_H
#define MF_MODEL_REPLY_H

#include "../base/buf.h"
#include "../base/vec.h"
#include "../mf.h"

struct row_span {
	uint64_t at;
	uint32_t n;
};

struct reply {
	/* Should the row be kept? NULL: all are. The text is lent. */
	bool (*keep)(void *self, const char *text, size_t n);
	void *self;
	VEC(struct row_span) v;
	/* the rest is its own */
	struct buf
		text; /* what has been kept so far (without a file), or the row that is arriving */
	int fd;       /* -1: no file */
	uint64_t stored; /* bytes in the file */
	const char *map; /* of the whole file, once complete */
	int depth;
	bool in_string, escaped, is_array, started, ended, after_comma;
	uint64_t row_start; /* in text */
	bool in_row;
};

void reply_init(struct reply *r);
void reply_release(struct reply *r);
/* Forget everything: a reply begins anew. */
void reply_restart(void *self);
/* A mf_sink's write: self is the struct reply. MF_ECORRUPT for text behind the array, MF_ELIMIT for
 * a row of more than 16 MB, MF_EIO when the file cannot be written. */
int reply_write(void *self, const char *p, size_t n);
/* The reply is whole: 0, or MF_ECORRUPT if the array is not closed. A reply that is no array is one
 * row, and is_array false. */
int reply_finish(struct reply *r, struct mf_error *err);
/* Give back the memory that a file's text has taken in this process: what was lent stays valid, and is read again from the
 * file when it is looked at. For loops over many rows. */
void reply_relax(const struct reply *r);
/* Row i, lent until release; valid after reply_finish. */
const char *reply_text(const struct reply *r, size_t i, size_t *n);

#endif
