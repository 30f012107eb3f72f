/* store/diskcache.h: answers that calls keep for each other: DIR/<2 hex>/<40 hex>, a file each,
 * named by a hash of the question. Losing any of it loses nothing. Files get their names when they
 * are whole, so processes may share the directory; they are verified before they are used, and what
 * is damaged is removed. Any thread. */
#ifndef MF_STORE_DISKCACHE_H
#define MF_STORE_DISKCACHE_H

#include <stdint.h>

#include "../codec/digest.h"
#include "../mf.h"

enum {
	DISKCACHE_KEY = 41,         /* lower-case hex of SHA-1, with its NUL */
	DISKCACHE_ENTRY = 32 << 20, /* bytes of a body; larger ones are not kept */
	DISKCACHE_HEAD = 4096       /* bytes of what is kept beside a body */
};

struct diskcache;

/* Reads and writes nothing yet: the directory (and those above it) is made when the first entry is.
 * `most`: bytes on the disk that all entries may take. */
int diskcache_open(struct diskcache **out, const char *dir, uint64_t most, struct mf_error *err);
/* Settles what was stored: beyond the limit, the entries that have not been used for longest go,
 * down to 80 % of it. */
void diskcache_free(struct diskcache *d);
/* Why nothing can be kept, once; NULL: it can, or that has been told. */
const char *diskcache_complaint(struct diskcache *d);

/* An entry that is there, whole and ours. */
struct diskcache_entry {
	int fd;
	int64_t stored_at; /* ms */
	uint32_t kind;     /* whatever the writer meant by it */
	uint64_t body_n;
	uint32_t head_n;
	char head[DISKCACHE_HEAD];
};
/* False: there is none. Counts as its use. End with diskcache_done. */
bool diskcache_find(struct diskcache *d, const char *key, struct diskcache_entry *e);
/* Its body: 0, the sink's own code, or MF_EIO. */
int diskcache_body(const struct diskcache_entry *e, const struct mf_sink *sink);
void diskcache_done(struct diskcache_entry *e);

/* An entry that is being written. Nothing here fails towards its caller: what cannot be kept is not
 * kept. */
struct diskcache_put {
	struct diskcache *d;
	int fd; /* -1: not begun */
	bool failed;
	uint64_t n;
	struct digest digest;
	char name[64];
};
void diskcache_begin(struct diskcache_put *p, struct diskcache *d);
void diskcache_write(struct diskcache_put *p, const void *data, size_t n);
/* The body begins anew. */
void diskcache_restart(struct diskcache_put *p);
void diskcache_abort(struct diskcache_put *p);
/* The body is whole: give it its name. True: it is kept. Ends the put either way. */
bool diskcache_commit(struct diskcache_put *p, const char *key, int64_t stored_at, uint32_t kind,
	const void *head, size_t head_n);

/* ---- diskcache_sweep.c ---- */

/* So many bytes were stored since the last call: add them to what all processes tell each other,
 * and when that is more than the limit, count anew and remove the oldest. fd: the directory. */
void diskcache_settle(int fd, uint64_t stored, uint64_t most);
/* What a file of n bytes takes on a disk, near enough. */
uint64_t diskcache_room(uint64_t n);

#endif
