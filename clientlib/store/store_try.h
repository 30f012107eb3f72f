/* store/store_try.h: requests that failed for the moment are made again. Any thread. */
#ifndef MF_STORE_STORE_TRY_H
#define MF_STORE_STORE_TRY_H

#include "store.h"

enum {
	STORE_TRIES = 7,
	STORE_PATIENCE = 30000, /* ms without a byte, after which nothing is tried again */
	STORE_PAUSE = 250,      /* ms before the second try, twice as long before each later one */
	STORE_PAUSE_MOST = 8000,
	STORE_TICK = 50 /* ms: so often cancelling is looked at */
};

/* The clock of pauses and of slow parts (ms, nobody sets it): tests put theirs in its place. */
struct store_clock {
	int64_t (*now)(void);
	void (*sleep)(int64_t ms);
};
extern struct store_clock store_clock;

struct store_tries {
	int made;
	int64_t since; /* the first try began, or the newest byte came */
	struct mf_cancel *cancel;
	int64_t deadline; /* of all that goes over the network, of clock_now_ms; 0: none */
};
void store_tries_begin(
	struct store_tries *t, const struct store *s, struct mf_cancel *cancel);
/* A try has failed with rc: MF_OK when it is time for the next one; else the code of the end, with
 * its reason in err. */
int store_tries_next(
	struct store_tries *t, int rc, const struct mf_error *why, struct mf_error *err);

/* `given`, or the token that the calling thread is bound to; NULL: neither. */
struct mf_cancel *store_token(const struct store *s, struct mf_cancel *given);
int store_cancelled(struct mf_error *err);
/* As err_at, for an object. */
int store_err(struct mf_error *err, int code, const struct store *s, const char *key,
	const char *fmt, ...) PRINTF_LIKE(5, 6);
/* store_read with a token of its own. */
int store_read_until(struct store *s, const char *key, struct buf *b, struct store_info *info,
	struct mf_cancel *cancel, struct mf_error *err);

#endif
