/* net/ws_parts.h: what the files of ws.c share. */
#ifndef MF_NET_WS_PARTS_H
#define MF_NET_WS_PARTS_H

#include "../base/buf.h"
#include "http_parts.h"
#include "ws.h"

enum { WS_CHUNK = 16 << 10, WS_CLOSE = 8, WS_PING = 9, WS_PONG = 10 };

struct ws {
	const struct curl_lib *curl;
	CURL *easy;
	CURLM *multi; /* owns the connection */
	int fd;
	char *where;   /* the URL without secrets */
	struct buf in; /* what has come, without the first `used` bytes */
	size_t used;
	struct buf message; /* what is whole of the message that arrives */
	bool in_message, is_text, lent;
	/* What is being sent does not move until it has gone: TLS wants to be asked again with the
	 * same bytes. */
	struct buf sending, queue;
	size_t sent;
	bool over;     /* a close frame has been sent, or nothing more can be */
	unsigned code; /* with which ws_free closes */
	char why[CURL_ERROR_SIZE];
};

/* ws.c: append what has arrived to w->in. The number of bytes, 0: nothing now; or an error. */
int ws_receive(struct ws *w, struct mf_error *err);
/* Send what can be sent now. */
int ws_flush(struct ws *w, struct mf_error *err);

#endif
