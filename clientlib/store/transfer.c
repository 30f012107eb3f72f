#include "transfer.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "local.h"
#include "stores.h"

enum { WINDOW = 64 << 10 /* of a local file */ };

struct store_stream {
	struct transfer_object object;
	struct store_info info;
	int fd; /* of a local file; -1 */
	/* the front */
	struct store_get get;
	size_t first;         /* bytes of it, if the object has so many */
	char *p;              /* the front; the window of a local file */
	size_t n, want, room; /* bytes that are here, that are to come, that p has room for */
	bool preview;         /* nothing is fetched ahead until it is asked for */
	bool given;           /* the reader has had the front */
	bool counted;  /* among those that are open */
	uint64_t told; /* bytes that the stores know to be wanted: of a large object all, else 0 */
	uint64_t read; /* of these, handed out */
	struct mf_error err;
	struct transfer *ahead; /* what is behind; NULL: not begun */
	char key[];
};

static struct store_stream *new_stream(struct store *s, const char *key,
	const struct transfer_limits *limits, struct mf_error *err)
{
	size_t n = strlen(key) + 1;
	struct store_stream *st = calloc(1, sizeof(*st) + n);
	if (!st) {
		err_nomem(err);
		return NULL;
	}
	memcpy(st->key, key, n);
	st->fd = -1;
	err_clear(&st->err);
	st->object = (struct transfer_object){s, st->key, &st->info, *limits};
	return st;
}

static void drop_front(struct store_stream *st)
{
	free(st->p);
	transfer_memory_give(st->room);
	st->p = NULL;
	st->room = 0;
}

/* Remote ones that are open in the process. */
static atomic_uint streams;

void store_close(struct store_stream *st)
{
	if (!st)
		return;
	if (st->counted)
		atomic_fetch_sub(&streams, 1);
	transfer_free(st->ahead);
	stores_loading(st->object.s->all, -(int64_t)st->told, -(int64_t)st->read);
	if (st->fd >= 0)
		close(st->fd);
	drop_front(st);
	free(st);
}

/* ---- a local file ---- */

static int open_file(struct store_stream *st, struct mf_error *err)
{
	int fd = store_local_open(st->object.s, st->key, &st->info, err);
	if (fd < 0)
		return fd;
	st->fd = fd;
	st->p = malloc(WINDOW);
	return st->p ? MF_OK : err_nomem(err);
}

static int next_of_file(struct store_stream *st, const char **p, size_t *n, struct mf_error *err)
{
	ssize_t got;
	do
		got = read(st->fd, st->p, WINDOW);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return err_sys(err, errno, st->key, "cannot read");
	*p = st->p;
	*n = (size_t)got;
	return MF_OK;
}

/* ---- the front of a remote object ---- */

/* The first bytes are here: what is it? */
static int begin_front(struct store_stream *st)
{
	const struct store_info *info = &st->get.info;
	if (st->ahead && transfer_is_other(info, &st->info))
		return transfer_changed(&st->object, &st->err);
	if (!st->ahead)
		st->info = *info;
	if (!st->told && !st->preview && info->size > st->first)
		stores_loading(st->object.s->all, (int64_t)(st->told = info->size), 0);
	st->want = info->size < st->first ? (size_t)info->size : st->first;
	if (st->want > st->room) {
		drop_front(st);
		st->p = malloc(st->want);
		if (!st->p)
			return err_nomem(&st->err);
		st->room = st->want;
		transfer_memory_take(st->room, 0, true);
	}
	if (st->ahead || st->preview || info->size <= st->first)
		return MF_OK;
	return transfer_start(&st->ahead, &st->object, st->first, &st->err);
}

static int front_write(void *self, const char *p, size_t n)
{
	struct store_stream *st = self;
	int rc = st->n ? MF_OK : begin_front(st);
	if (rc < 0)
		return rc;
	if (n > st->want - st->n)
		return store_err(&st->err, MF_ENETWORK, st->object.s, st->key,
			"the server sends more than the %zu bytes it told", st->want);
	memcpy(st->p + st->n, p, n);
	st->n += n;
	return MF_OK;
}

static void front_restart(void *self)
{
	struct store_stream *st = self;
	st->n = 0;
}

static int open_object(struct store_stream *st, uint64_t head, struct mf_error *err)
{
	const struct transfer_limits *l = &st->object.limits;
	const struct mf_sink sink = {front_write, st};
	st->preview = head > 0;
	st->first = l->part;
	if (head && head < l->part) {
		st->first = ((size_t)head + l->head - 1) / l->head * l->head;
		st->first = st->first < l->part ? st->first : l->part;
	}
	st->get = (struct store_get){
		.key = st->key, .n = st->first, .sink = &sink, .restart = front_restart};
	int rc = store_get(st->object.s, &st->get, &st->err);
	if (rc < 0) {
		if (!st->err.code)
			transfer_refused(&st->object, rc, &st->err);
		if (err && err->code == MF_OK)
			*err = st->err;
		return rc;
	}
	if (!st->n) { /* an empty object; STORE_END where a range cannot be empty */
		st->info = st->get.info;
		st->info.size = 0;
	}
	return MF_OK;
}

static int next_of_object(struct store_stream *st, const char **p, size_t *n, struct mf_error *err)
{
	int rc = MF_OK;
	*p = "";
	*n = 0;
	if (!st->given) {
		st->given = true;
		*p = st->n ? st->p : "";
		*n = st->n;
		return MF_OK;
	}
	drop_front(st);
	if (st->info.size <= st->n)
		return MF_OK;
	if (!st->ahead)
		rc = transfer_start(&st->ahead, &st->object, st->n, err);
	return rc < 0 ? rc : transfer_next(st->ahead, p, n, err);
}

/* ---- both ---- */

int transfer_open(struct store *s, const char *key, uint64_t head,
	const struct transfer_limits *limits, struct store_stream **out, struct store_info *info,
	struct mf_error *err)
{
	struct store_stream *st = *out = new_stream(s, key, limits, err);
	if (!st)
		return MF_ENOMEM;
	int rc = store_is_local(s) ? open_file(st, err) : open_object(st, head, err);
	if (rc < 0) {
		store_close(st);
		*out = NULL;
	} else if (info) {
		*info = st->info;
	}
	return rc;
}

int store_open(struct store *s, const char *key, uint64_t head, struct store_stream **out,
	struct store_info *info, struct mf_error *err)
{
	struct transfer_limits limits = {TRANSFER_PART, TRANSFER_HEAD, TRANSFER_MEMORY};
	bool counted = !store_is_local(s);
	if (counted && atomic_fetch_add(&streams, 1) >= TRANSFER_BIG)
		limits.part = TRANSFER_SMALL;
	int rc = transfer_open(s, key, head, &limits, out, info, err);
	if (rc == MF_OK)
		(*out)->counted = counted;
	else if (counted)
		atomic_fetch_sub(&streams, 1);
	return rc;
}

int store_next(void *stream, const char **p, size_t *n, struct mf_error *err)
{
	struct store_stream *st = stream;
	if (st->fd >= 0)
		return next_of_file(st, p, n, err);
	int rc = next_of_object(st, p, n, err);
	if (rc == MF_OK && st->told) {
		stores_loading(st->object.s->all, 0, (int64_t)*n);
		st->read += *n;
	}
	return rc;
}
