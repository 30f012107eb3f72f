/* tests/support/fakestore.h: a store in memory that fails as it is told to. Any thread. */
#ifndef FAKESTORE_H
#define FAKESTORE_H

#include <pthread.h>
#include <stdatomic.h>

#include "../../clientlib/store/store_try.h"
#include "../../clientlib/store/stores.h"

enum fake_kind {
	FAKE_BUSY,     /* 503, no bytes */
	FAKE_RESET,    /* breaks off after `after` bytes */
	FAKE_SHORT,    /* ends after `after` bytes as if that were all */
	FAKE_HOLD,     /* after `after` bytes waits to be let go; the clock jumps by a minute */
	FAKE_MUTE,     /* after `after` bytes a minute of silence, then it breaks off */
	FAKE_OTHER,    /* an object with another etag */
	FAKE_SIZE,     /* an object that is larger by one byte */
	FAKE_CHANGED,  /* 412 */
	FAKE_END,      /* 416 */
	FAKE_DENIED,   /* 403 */
	FAKE_WORDLESS, /* an error of which nothing is said */
	FAKE_LONG,     /* one byte more than asked for */
	FAKE_NO_MEMORY /* the thread's allocation number `after` from here on fails */
};
enum { FAKE_ANY = -1, FAKE_OBJECTS = 640, FAKE_CALLS = 1024, FAKE_FAULTS = 16 };

struct fake_call {
	char key[64], if_match[STORE_ETAG];
	uint64_t from, n;
};

struct fakestore {
	struct store store;
	struct stores all; /* its configuration's cancel() gives what fake_bind has set */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct fake_object {
		char key[64], etag[STORE_ETAG];
		const char *p;
		size_t n;
	} objects[FAKE_OBJECTS]; /* sorted */
	size_t n_objects;
	struct fake_fault {
		char key[64];
		int64_t from;
		enum fake_kind kind;
		unsigned times;
		size_t after;
	} faults[FAKE_FAULTS];
	size_t n_faults;
	struct fake_call calls[FAKE_CALLS];
	unsigned n_calls, heads, lists, active, peak, held, cancelled, denied;
	uint64_t peak_memory; /* that streams held while a request was made */
	bool let_go;
	/* lists */
	size_t page;        /* names of a page; 0: all */
	unsigned list_busy; /* so many lists fail after half of the names */
	unsigned head_busy;
	bool endless, empty_pages; /* pages without end: the same again; empty ones */
};

struct fakestore *fake_new(void);
void fake_free(struct fakestore *f);
/* The bytes are lent. etag NULL: one is made. */
void fake_put(struct fakestore *f, const char *key, const char *p, size_t n, const char *etag);
/* The next `times` requests for these bytes (FAKE_ANY: wherever they begin) of a key (NULL: any).
 */
void fake_fault(struct fakestore *f, const char *key, int64_t from, enum fake_kind kind,
	unsigned times, size_t after);
void fake_let_go(struct fakestore *f);
/* Wait until so many are held, have been made, have been refused, or have been cancelled. */
void fake_wait_held(struct fakestore *f, unsigned n);
void fake_wait_calls(struct fakestore *f, unsigned n);
void fake_wait_denied(struct fakestore *f, unsigned n);
void fake_wait_cancelled(struct fakestore *f, unsigned n);
/* Requests so far: all, and those that begin at `from`. */
unsigned fake_calls(struct fakestore *f);
unsigned fake_calls_at(struct fakestore *f, uint64_t from);
/* The token of the calling thread. */
void fake_bind(struct mf_cancel *cancel);

/* A clock that only sleeping moves, and which sets the token when so many ms have been slept. */
void fake_clock_begin(void);
void fake_clock_cancel(struct mf_cancel *cancel, int64_t at);
int64_t fake_clock_slept(void);
void fake_clock_end(void);

#endif
