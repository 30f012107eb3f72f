#include "httpd.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "history.h"
#include "httpd_wire.h"

struct connection {
	struct httpd *d;
	struct httpd_wire wire;
	pthread_t thread;
	bool done; /* its thread can be joined */
	unsigned number;
	struct connection *next;
};

struct httpd {
	httpd_handler *handler;
	void *arg;
	int listener, port, stop; /* stop: readable when all is to end */
	bool ipv6;
	pthread_t thread;
	pthread_mutex_t lock; /* of all below */
	struct connection *all;
	unsigned requests, connections, open, busiest;
};

static void check(bool ok, const char *what)
{
	if (!ok) {
		perror(what);
		abort();
	}
}

/* ---- a connection ---- */

/* False: the connection ends. */
static bool serve(struct connection *c)
{
	struct httpd *d = c->d;
	struct httpd_request req = {.connection = c->number};
	if (!httpd_wire_read(&c->wire, &req))
		return false;
	pthread_mutex_lock(&d->lock);
	req.number = ++d->requests;
	pthread_mutex_unlock(&d->lock);
	struct httpd_reply reply = {.status = 200,
		.headers = BUF_INIT(64 << 20),
		.body = BUF_INIT(1 << 30),
		.length = HTTPD_LENGTH};
	d->handler(d->arg, &req, &reply);
	char text[64];
	if (strcasecmp(httpd_header(&req, "Connection", text, sizeof(text)), "close") == 0)
		reply.close = true;
	bool go_on = httpd_wire_reply(&c->wire, &reply, str_eq(req.method, "HEAD"));
	buf_release(&reply.headers);
	buf_release(&reply.body);
	return go_on && !reply.close;
}

static void *connection_thread(void *self)
{
	struct connection *c = self;
	while (serve(c))
		;
	httpd_wire_release(&c->wire);
	pthread_mutex_lock(&c->d->lock);
	c->d->open--;
	c->done = true;
	pthread_mutex_unlock(&c->d->lock);
	return NULL;
}

/* ---- the listener ---- */

/* Join the threads that have ended; with `all`, wait for the others. */
static void reap(struct httpd *d, bool all)
{
	struct connection *ended = NULL, **at, *c;
	pthread_mutex_lock(&d->lock);
	for (at = &d->all; (c = *at);) {
		if (!all && !c->done) {
			at = &c->next;
			continue;
		}
		*at = c->next;
		c->next = ended;
		ended = c;
	}
	pthread_mutex_unlock(&d->lock);
	while ((c = ended)) {
		ended = c->next;
		pthread_join(c->thread, NULL);
		free(c);
	}
}

static void accept_one(struct httpd *d)
{
	int fd = accept4(d->listener, NULL, NULL, SOCK_CLOEXEC);
	if (fd < 0)
		return;
	reap(d, false);
	struct connection *c = calloc(1, sizeof(*c));
	check(c, "httpd");
	c->d = d;
	httpd_wire_init(&c->wire, fd, d->stop);
	pthread_mutex_lock(&d->lock);
	c->number = ++d->connections;
	if (++d->open > d->busiest)
		d->busiest = d->open;
	c->next = d->all;
	d->all = c;
	check(pthread_create(&c->thread, NULL, connection_thread, c) == 0, "httpd: thread");
	pthread_mutex_unlock(&d->lock);
}

static void *listener_thread(void *self)
{
	struct httpd *d = self;
	struct pollfd p[2] = {
		{.fd = d->stop, .events = POLLIN}, {.fd = d->listener, .events = POLLIN}};
	for (;;) {
		if (poll(p, 2, -1) < 0)
			continue;
		if (p[0].revents)
			return NULL;
		if (p[1].revents)
			accept_one(d);
	}
}

/* Bind to a free port of the loopback; the descriptor, or -1. */
static int bind_free(bool ipv6, int *port)
{
	struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	struct sockaddr_in four = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	union {
		struct sockaddr any;
		struct sockaddr_in four;
		struct sockaddr_in6 six;
	} a = {.four = four};
	socklen_t n = ipv6 ? sizeof(six) : sizeof(four);
	if (ipv6)
		a.six = six;
	int fd = socket(a.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, &a.any, n) < 0 || getsockname(fd, &a.any, &n) < 0) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	*port = ntohs(ipv6 ? a.six.sin6_port : a.four.sin_port);
	return fd;
}

struct httpd *httpd_start(httpd_handler *handler, void *arg, unsigned flags)
{
	static const char *const proxies[] = {
		"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy",
		"NO_PROXY"};
	for (size_t i = 0; i < ARRAY_SIZE(proxies); i++)
		unsetenv(proxies[i]);
	struct httpd *d = calloc(1, sizeof(*d));
	check(d, "httpd");
	d->handler = handler;
	d->arg = arg;
	d->ipv6 = flags & HTTPD_IPV6;
	d->listener = bind_free(d->ipv6, &d->port);
	if (d->listener < 0 && d->ipv6) {
		free(d);
		return NULL;
	}
	check(d->listener >= 0 && listen(d->listener, 128) == 0, "httpd: listen");
	d->stop = eventfd(0, EFD_CLOEXEC);
	check(d->stop >= 0, "httpd: eventfd");
	pthread_mutex_init(&d->lock, NULL);
	check(pthread_create(&d->thread, NULL, listener_thread, d) == 0, "httpd: thread");
	return d;
}

void httpd_stop(struct httpd *d)
{
	uint64_t one = 1;
	check(write(d->stop, &one, sizeof(one)) == sizeof(one), "httpd: stop");
	pthread_join(d->thread, NULL);
	reap(d, true);
	close(d->listener);
	close(d->stop);
	pthread_mutex_destroy(&d->lock);
	free(d);
}

int httpd_port(const struct httpd *d)
{
	return d->port;
}

const char *httpd_url(const struct httpd *d, const char *path)
{
	return textf("http://%s:%d%s", d->ipv6 ? "[::1]" : "127.0.0.1", d->port, path);
}

static unsigned counted(struct httpd *d, const unsigned *n)
{
	pthread_mutex_lock(&d->lock);
	unsigned now = *n;
	pthread_mutex_unlock(&d->lock);
	return now;
}

unsigned httpd_requests(struct httpd *d)
{
	return counted(d, &d->requests);
}

unsigned httpd_connections(struct httpd *d)
{
	return counted(d, &d->connections);
}

unsigned httpd_busiest(struct httpd *d)
{
	return counted(d, &d->busiest);
}

int httpd_closed_port(void)
{
	int port = 0, fd = bind_free(false, &port);
	check(fd >= 0, "httpd: bind");
	close(fd);
	return port;
}
