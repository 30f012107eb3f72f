/* store/transfer.h: what the files of transfer.c share. The front of an object is fetched by who
 * opens it; what is behind comes in parts, each a request of its own, made ahead of the reader by
 * threads ("lanes") of the stream. */
#ifndef MF_STORE_TRANSFER_H
#define MF_STORE_TRANSFER_H

#include <pthread.h>

#include "store_try.h"

enum {
	TRANSFER_PART = 8 << 20,
	TRANSFER_HEAD = 256 << 10,   /* the front of a preview, or a multiple of it */
	TRANSFER_MEMORY = 128 << 20, /* parts of all streams of the process together */
	TRANSFER_BIG = 8,            /* streams that are open at once with parts of that size; */
	TRANSFER_SMALL = 2 << 20,    /* those of the others: each must hold one, in 300 MB */
	TRANSFER_FIRST = 4,          /* parts under way or waiting for the reader, at first */
	TRANSFER_MOST = 16,          /* and at most */
	TRANSFER_LANES = TRANSFER_MOST + 1, /* one more, for a part that is fetched twice */
	HEDGE_LEAST = 4,                    /* so many parts have to tell how long one takes */
	HEDGE_TIMES = 3,                    /* a part that takes so many times as long is slow */
	HEDGE_MS = 500                      /* but not one that takes less than this */
};

/* ---- transfer_pace.c: how many parts at a time ---- */

enum { PACE_LAST = 4 /* parts whose throughput is compared with that of as many before */ };

struct transfer_pace {
	unsigned window;
	int64_t arrived[2 * PACE_LAST + 1]; /* when the newest parts did, the newest last; ms */
	unsigned n_arrived;
	int64_t took[TRANSFER_MOST]; /* how long the newest parts took; any order */
	unsigned n_took;             /* of all parts so far */
	uint64_t halved; /* parts below this were asked for before the window was halved */
};
void pace_init(struct transfer_pace *p);
/* A part is here that took so long. */
void pace_arrived(struct transfer_pace *p, int64_t now, int64_t took);
/* The server has asked for patience with part `index`; parts below `asked` are under way. */
void pace_slowed(struct transfer_pace *p, uint64_t index, uint64_t asked);
/* A part that takes longer than so many ms is slow; -1: not known yet. */
int64_t pace_slow_after(const struct transfer_pace *p);

/* ---- transfer_memory.c: what all streams of the process hold ---- */

/* False: there would be more than `most`, and it is not a must. */
bool transfer_memory_take(size_t n, uint64_t most, bool must);
void transfer_memory_give(size_t n);
uint64_t transfer_memory_held(void);

/* ---- transfer_ahead.c: the parts behind the front ---- */

struct transfer_limits {
	size_t part, head; /* bytes: as TRANSFER_PART, TRANSFER_HEAD */
	uint64_t memory;   /* as TRANSFER_MEMORY */
};

/* The object that is read. */
struct transfer_object {
	struct store *s;
	const char *key;
	const struct store_info *info; /* as it was when its first bytes came */
	struct transfer_limits limits;
};

enum transfer_state { PART_NONE, PART_ASKED, PART_HERE, PART_FAILED };

struct transfer_part {
	enum transfer_state state;
	uint64_t index;
	int64_t began;
	unsigned lanes; /* at work on it */
	bool twice;     /* asked for a second time */
	char *p;        /* HERE: its bytes */
	size_t n;
	int rc; /* FAILED */
	struct mf_error err;
};

struct transfer;

struct transfer_lane {
	struct transfer *t;
	pthread_t thread;
	struct mf_cancel *cancel; /* NULL: the reader itself works */
	bool busy;
	/* its part */
	uint64_t index, from;
	size_t want, got;
	char *p; /* room for limits.part */
	int64_t began;
	unsigned slowed;
	struct store_get get;
	struct mf_error err;
};

struct transfer {
	struct transfer_object object;
	uint64_t from, n_parts;    /* where part 0 begins; how many there are */
	pthread_mutex_t lock;      /* guards what follows, but for the parts of busy lanes */
	pthread_cond_t work, news; /* for lanes; for the reader */
	struct transfer_pace pace;
	struct transfer_part parts[TRANSFER_MOST]; /* a part's place is its remainder */
	uint64_t asked, read;                      /* the next part to ask for, and to hand out */
	unsigned front; /* 1: the front is still under way, or with the reader */
	bool lent;      /* part `read` is with the reader */
	bool stopped;   /* nothing more is asked for: a part has failed, or the reader gave up */
	bool closing;
	uint64_t twice; /* the part to ask for a second time, plus 1; 0: none */
	struct transfer_lane *lanes[TRANSFER_LANES];
	unsigned n_lanes, idle;
	char *spare[TRANSFER_LANES + TRANSFER_MOST];
	unsigned n_spare, n_buffers; /* buffers without use; all */
	int rc;                      /* the reader's, once it has failed */
	struct mf_error err;
};

/* Begin to fetch what is behind `from`. `key` and `info` are lent until transfer_free. */
int transfer_start(struct transfer **out, const struct transfer_object *object, uint64_t from,
	struct mf_error *err);
/* The next bytes, as store_next. */
int transfer_next(struct transfer *t, const char **p, size_t *n, struct mf_error *err);
void transfer_free(struct transfer *t); /* NULL is fine */

/* ---- transfer_lane.c: threads, and one request of theirs; all but fetch under the lock ---- */

/* One more thread; false: there cannot be one. */
bool transfer_lane_start(struct transfer *t);
/* There may be work: see that somebody does it. */
void transfer_wake(struct transfer *t);
/* Fetch the lane's part into its buffer, without the lock: MF_OK, or an error in lane->err. */
int transfer_lane_fetch(struct transfer_lane *l);
/* Are these bytes of another object than the one whose first bytes came? */
bool transfer_is_other(const struct store_info *is, const struct store_info *was);
int transfer_changed(const struct transfer_object *o, struct mf_error *err);
/* A request has ended with a code and without a word. */
int transfer_refused(const struct transfer_object *o, int rc, struct mf_error *err);

/* ---- transfer_part.c: who fetches what; under the lock ---- */

/* May a lane take a part now (memory aside)? */
bool transfer_has_work(const struct transfer *t);
/* Give the lane a part and a buffer for it; false: there is nothing to do now. */
bool transfer_claim(struct transfer *t, struct transfer_lane *l);
/* What became of it. */
void transfer_settle(struct transfer *t, struct transfer_lane *l, int rc);
/* The reader needs the part's bytes no more. */
void transfer_release(struct transfer *t, struct transfer_part *part);
/* End what is under way: of one part (but for `except`), or all where index is UINT64_MAX. */
void transfer_cancel(struct transfer *t, uint64_t index, const struct transfer_lane *except);
static inline struct transfer_part *transfer_part(struct transfer *t, uint64_t index)
{
	return &t->parts[index % TRANSFER_MOST];
}

/* ---- transfer.c ---- */

/* store_open with other limits. */
int transfer_open(struct store *s, const char *key, uint64_t head,
	const struct transfer_limits *limits, struct store_stream **out, struct store_info *info,
	struct mf_error *err);

#endif
