#include "buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"

char buf_empty[1];

void buf_init(struct buf *b, size_t limit)
{
	*b = (struct buf)BUF_INIT(limit);
}

void buf_release(struct buf *b)
{
	if (b->p != buf_empty)
		free(b->p);
	buf_init(b, b->limit);
}

void buf_clear(struct buf *b)
{
	b->n = 0;
	b->failed = 0;
	if (b->p != buf_empty)
		b->p[0] = '\0';
}

bool buf_reserve(struct buf *b, size_t n)
{
	size_t need;
	if (b->failed)
		return false;
	if (!size_add(b->n, n, &need) || need > b->limit) {
		b->failed = MF_ELIMIT;
		return false;
	}
	if (need < b->cap)
		return true;
	size_t cap = b->cap < 64 ? 64 : b->cap;
	while (cap <= need)
		cap += cap / 2;
	char *p = realloc(b->p == buf_empty ? NULL : b->p, cap);
	if (!p) {
		b->failed = MF_ENOMEM;
		return false;
	}
	b->p = p;
	b->cap = cap;
	b->p[b->n] = '\0';
	return true;
}

void buf_add(struct buf *b, const void *p, size_t n)
{
	if (!n || !buf_reserve(b, n))
		return;
	memcpy(b->p + b->n, p, n);
	b->n += n;
	b->p[b->n] = '\0';
}

void buf_adds(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_addc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_vaddf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	if (b->failed)
		return;
	/* most texts fit into the room there is: formatted once */
	size_t room = b->cap > b->n ? b->cap - b->n : 0;
	va_copy(again, ap);
	int n = vsnprintf(room ? b->p + b->n : NULL, room, fmt, again);
	va_end(again);
	if (n >= 0 && (size_t)n >= room) {
		if (room)
			b->p[b->n] = '\0';
		if (!buf_reserve(b, (size_t)n + 1))
			return;
		vsnprintf(b->p + b->n, (size_t)n + 1, fmt, ap);
	}
	if (n < 0) {
		b->failed = MF_ENOMEM;
	} else if ((size_t)n > b->limit - b->n) {
		b->p[b->n] = '\0';
		b->failed = MF_ELIMIT;
	} else {
		b->n += (size_t)n;
	}
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	buf_vaddf(b, fmt, ap);
	va_end(ap);
}

int buf_err(const struct buf *b, struct mf_error *err)
{
	if (b->failed == MF_ELIMIT)
		return err_set(err, MF_ELIMIT, "more than %zu bytes", b->limit);
	return b->failed ? err_nomem(err) : MF_OK;
}

char *buf_take(struct buf *b)
{
	char *p = NULL;
	if (!b->failed && buf_reserve(b, 0)) {
		p = b->p;
		b->p = buf_empty;
	}
	buf_release(b);
	return p;
}

int buf_sink_write(void *self, const char *p, size_t n)
{
	struct buf *b = self;
	buf_add(b, p, n);
	return b->failed;
}
