/* net/ws.h: a client of WebSockets (RFC 6455) on connections of libcurl, so that TLS, certificates
 * and proxies are what they are for http.h. One thread at a time. Connecting blocks; nothing else
 * does. */
#ifndef MF_NET_WS_H
#define MF_NET_WS_H

#include "../mf.h"

enum {
	WS_MESSAGE_MAX = 1 << 20,    /* bytes of a message */
	WS_HANDSHAKE_MAX = 64 << 10, /* of the reply to the handshake */
	WS_QUEUE_MAX = 64 << 10      /* of what waits to be sent */
};

/* All texts are copied. */
struct ws_options {
	const char *url; /* http or https, with the path */
	const char *user_agent;
	const char *ca_file;        /* as in http.h; NULL */
	const char *cert, *key;     /* NULL */
	const char *const *headers; /* more of them, as in http.h; NULL */
	int64_t timeout_ms;         /* for connection and handshake together */
	struct mf_cancel *cancel;   /* ends those within 100 ms */
};

struct ws;
/* MF_ENETWORK (no connection, or what answers is no WebSocket: err->http_status), MF_ETIMEOUT,
 * MF_ECANCELLED, MF_ELIMIT, MF_ENOMEM, MF_EUSAGE, MF_EUNSUPPORTED without libcurl. */
int ws_open(struct ws **out, const struct ws_options *opts, struct mf_error *err);
/* Says good-bye if the connection still stands, without waiting for an answer. */
void ws_free(struct ws *w);

/* Readable when ws_read is worth a call; the descriptor changes never. */
int ws_fd(const struct ws *w);
/* Something waits to be sent: call ws_read also when the descriptor is writable. */
bool ws_wants_write(const struct ws *w);
/* Queue a text message, and send what can be sent now. */
int ws_send(struct ws *w, const char *text, size_t n, struct mf_error *err);

enum ws_got {
	WS_NOTHING, /* until the descriptor is readable */
	WS_TEXT,    /* a message; there may be more */
	WS_MORE     /* much has come, and no text yet: call again without waiting */
};
/* The next text message, lent until the next call. Pings are answered, binary messages passed over.
 * Errors end the connection: MF_ENETWORK (closed or broken), MF_ECORRUPT (not a WebSocket's bytes),
 * MF_ELIMIT, MF_ENOMEM. */
int ws_read(struct ws *w, const char **text, size_t *n, struct mf_error *err);

/* Do two URLs name the same scheme, user, host and port? */
bool ws_same_server(const char *a, const char *b);

#endif
