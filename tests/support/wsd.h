/* tests/support/wsd.h: the server's side of a WebSocket, on the connections of httpd.c. What it
 * sends is said from outside, while it runs; what clients say is kept.
 *
 *	struct wsd w;
 *	wsd_init(&w);
 *	fake_make(&f, "/ws", wsd_answer, &w);
 *	… the client connects …
 *	wsd_text(&w, "hello");
 *	CHECK(wsd_wait(&w, 1));
 *	CHECK_STR(wsd_got(&w, 0), "text hi");
 *	… the server stops …
 *	wsd_release(&w);
 *
 * Bytes to send wait until a client is there. No wait ends before what it waits for has happened;
 * those that would wait for ever end after half a minute and are false. */
#ifndef WSD_H
#define WSD_H

#include <pthread.h>

#include "../../clientlib/base/vec.h"
#include "httpd.h"

struct wsd {
	pthread_mutex_t lock; /* of all below */
	pthread_cond_t stirred;
	VEC(char *) got;
	struct buf out;
	int wake; /* out or drop have changed */
	bool drop;
	unsigned open, connections; /* now, and ever */
	/* may be set before a client connects, and later under the lock */
	bool mute;           /* do not answer "__ping__" */
	const char *accept;  /* in place of the right one */
	const char *headers; /* more of them in the 101 */
};

enum { WSD_TEXT = 1, WSD_BINARY, WSD_CLOSE = 8, WSD_PING, WSD_PONG, WSD_PART = 0x100 };

void wsd_init(struct wsd *w);
void wsd_release(struct wsd *w); /* after the server has stopped */
/* A handler of httpd.h, and what fake_make wants. */
void wsd_answer(void *self, const struct httpd_request *req, struct httpd_reply *reply);

/* One frame; with WSD_PART it is not the last one of its message. */
void wsd_frame(struct wsd *w, unsigned opcode, const void *p, size_t n);
void wsd_text(struct wsd *w, const char *text);
void wsd_bytes(struct wsd *w, const void *p, size_t n); /* as they are */
/* End the connection, without a word, when all of that has been sent. */
void wsd_drop(struct wsd *w);

/* Until clients have sent so many messages in all, or so many connections have been made and ended.
 */
bool wsd_wait(struct wsd *w, size_t messages);
bool wsd_wait_ended(struct wsd *w, unsigned connections);
/* "text hi", "pong abc", "close 1000", "unmasked …"; lives until wsd_release; "" before it has
 * come. */
const char *wsd_got(struct wsd *w, size_t i);
size_t wsd_count(struct wsd *w);

#endif
