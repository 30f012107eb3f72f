/* model/log_tail.h: log files of remote stores, which grow while they are watched: what has been read of one is kept, and the
 * next look asks for what has been added. Metaflow writes such a file anew each time, so that is checked. */
#ifndef MF_MODEL_LOG_TAIL_H
#define MF_MODEL_LOG_TAIL_H

#include "../store/store.h"

enum {
	TAIL_KEPT = 64 << 20, /* bytes kept of all files of a client; the ones read longest ago go first */
	TAIL_OVERLAP = 256    /* bytes read once more to see that it is the same file */
};

struct log_tails;
int log_tails_new(struct log_tails **out, struct mf_error *err);
void log_tails_free(struct log_tails *t); /* NULL is fine */
/* The whole file as it is now, appended to b. Any thread. */
int log_tail_read(struct log_tails *t, struct store *s, const char *key, struct buf *b, struct mf_error *err);

#endif
