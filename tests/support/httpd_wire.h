/* tests/support/httpd_wire.h: the bytes of a connection of httpd.c: requests in, replies and faults
 * out. Every wait ends when the server stops. */
#ifndef HTTPD_WIRE_H
#define HTTPD_WIRE_H

#include "httpd.h"

struct httpd_wire {
	int fd, stop;
	struct buf in;         /* what has been read */
	size_t used;           /* of it by requests answered */
	struct buf head, body; /* of the request in hand; head is cut into its parts */
	char *path;
};

void httpd_wire_init(struct httpd_wire *w, int fd, int stop);
void httpd_wire_release(struct httpd_wire *w); /* closes */
/* Read the next request; false: there is none, or it is none. */
bool httpd_wire_read(struct httpd_wire *w, struct httpd_request *req);
/* Send bytes; false: they cannot be. */
bool httpd_wire_put(const struct httpd_wire *w, const char *p, size_t n);
/* Send the reply with its faults; false: the connection ends. */
bool httpd_wire_reply(struct httpd_wire *w, const struct httpd_reply *r, bool head_only);

#endif
