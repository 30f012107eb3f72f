#include "cas.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "../base/err.h"
#include "../base/limits.h"
#include "../codec/digest.h"
#include "../codec/inflate.h"
#include "../codec/json.h"
#include "../codec/value.h"

enum {
	CHUNK = 1 << 16,
	SLICE = 1 << 20, /* of a large part: hashed and written while it is in the cache */
	PIECE = 1 << 18  /* so many bytes are worth a thread */
};

bool cas_key_valid(const char *sha)
{
	size_t n = strspn(sha, "0123456789abcdef");
	return n == 40 && !sha[n];
}

/* Gives the stored bytes: of a local file through a window on the stack, since most blobs are small
 * and many. */
struct source {
	int fd; /* -1: a stream */
	struct store_stream *stream;
	const char *where;
	const char *head; /* bytes that are here already, n of them */
	size_t n;
	char chunk[CHUNK];
};

/* Have bytes at hand; none: the end. */
static int fill(struct source *s, struct mf_error *err)
{
	if (s->n)
		return MF_OK;
	if (s->stream)
		return store_next(s->stream, &s->head, &s->n, err);
	for (;;) {
		ssize_t got = read(s->fd, s->chunk, CHUNK);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_sys(err, errno, s->where, "cannot read");
		s->head = s->chunk;
		s->n = (size_t)got;
		return MF_OK;
	}
}

static int next_chunk(void *self, const char **p, size_t *n, struct mf_error *err)
{
	struct source *s = self;
	int rc = fill(s, err);
	*p = s->head;
	*n = rc < 0 ? 0 : s->n < SLICE ? s->n : SLICE;
	s->head += *n;
	s->n -= *n;
	return rc;
}

static int copy(struct source *s, const struct mf_sink *sink, uint64_t limit, struct mf_error *err)
{
	for (uint64_t total = 0;;) {
		const char *p;
		size_t n;
		int rc = next_chunk(s, &p, &n, err);
		if (rc < 0 || !n)
			return rc;
		total += n;
		if (limit && total > limit)
			return err_at(err, MF_ELIMIT, s->where, "larger than %llu bytes",
				(unsigned long long)limit);
		rc = sink->write(sink->self, p, n);
		if (rc < 0)
			return rc;
	}
}

/* How the object says it is stored: true or false, -1: it says nothing. MF_EUNSUPPORTED: by rules
 * that we do not know. */
static int says_raw(
	const struct store_info *info, const char *where, int *raw, struct mf_error *err)
{
	struct arena a;
	struct mf_value *doc;
	*raw = -1;
	if (!info->attributes[0])
		return MF_OK;
	arena_init(&a, 0);
	int rc = json_parse(&doc, &a, info->attributes, strlen(info->attributes), NULL);
	if (rc == MF_OK) {
		const struct mf_value *flag = mf_value_get(doc, "cas_raw"),
				      *version = mf_value_get(doc, "cas_version");
		if (mf_value_kind(flag) == MF_BOOL)
			*raw = mf_value_bool(flag);
		if (mf_value_kind(version) == MF_INT && mf_value_int(version) != 1)
			rc = err_at(err, MF_EUNSUPPORTED, where,
				"it is stored by version %lld of Metaflow's rules, and this "
				"program knows 1",
				(long long)mf_value_int(version));
	} else if (rc != MF_ENOMEM) {
		rc = MF_OK;
	}
	arena_release(&a);
	return rc == MF_ENOMEM ? err_nomem(err) : rc;
}

int cas_stream_file(struct store *store, const char *key, enum cas_form form, uint64_t head,
	const struct mf_sink *sink, uint64_t limit, struct mf_error *err)
{
	struct source s; /* its chunk is large: not cleared */
	struct mf_error mine = MF_ERROR_INIT;
	struct store_info info = {.size = 0};
	bool remote = !store_is_local(store);
	int rc = MF_OK, raw = -1;
	s.where = key;
	s.head = s.chunk;
	s.n = 0;
	s.stream = NULL;
	s.fd = -1;
	if (!remote) {
		s.fd = openat(store_fd(store), key, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
		if (s.fd < 0)
			return err_sys(err, errno, key, "cannot open");
	} else {
		rc = store_open(store, key, head, &s.stream, &info, err);
		if (rc == MF_OK)
			rc = says_raw(&info, key, &raw, err);
		if (rc < 0) {
			store_close(s.stream);
			return rc;
		}
	}
	rc = fill(&s, &mine);
	if (rc == MF_OK) {
		const unsigned char *p = (const unsigned char *)s.head;
		bool packed = form == CAS_PACKED && raw != 1 &&
			      (s.n == 0 || (p[0] == 0x1f && (s.n < 2 || p[1] == 0x8b)));
		rc = packed ? inflate_gzip(next_chunk, &s, sink, limit, &mine)
			    : copy(&s, sink, limit, &mine);
	}
	if (s.fd >= 0)
		close(s.fd);
	store_close(s.stream);
	if (mine.code && err && err->code == MF_OK) {
		if (remote && mine.where[0])
			*err = mine; /* names its place better */
		else
			err_at(err, rc, key, "%s", mine.message);
	}
	return rc;
}

/* Passes bytes on and hashes them. Large pieces are hashed by a thread of their own while the sink
 * has them: what takes longest then decides, not the sum. */
struct hashing {
	struct digest digest;
	const struct mf_sink *sink;
	bool started;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	const char *p; /* the piece in hand; NULL: none */
	size_t n;
	bool over;
};

static void *hash_pieces(void *self)
{
	struct hashing *h = self;
	pthread_mutex_lock(&h->lock);
	while (!h->over || h->p) {
		if (!h->p) {
			pthread_cond_wait(&h->changed, &h->lock);
			continue;
		}
		pthread_mutex_unlock(&h->lock);
		digest_update(&h->digest, h->p, h->n);
		pthread_mutex_lock(&h->lock);
		h->p = NULL;
		pthread_cond_broadcast(&h->changed);
	}
	pthread_mutex_unlock(&h->lock);
	return NULL;
}

static bool hash_thread(struct hashing *h)
{
	if (!h->started) {
		pthread_mutex_init(&h->lock, NULL);
		pthread_cond_init(&h->changed, NULL);
		h->started = pthread_create(&h->thread, NULL, hash_pieces, h) == 0;
		if (!h->started) {
			pthread_cond_destroy(&h->changed);
			pthread_mutex_destroy(&h->lock);
		}
	}
	return h->started;
}

static void hash_end(struct hashing *h)
{
	if (!h->started)
		return;
	pthread_mutex_lock(&h->lock);
	h->over = true;
	pthread_cond_broadcast(&h->changed);
	pthread_mutex_unlock(&h->lock);
	pthread_join(h->thread, NULL);
	pthread_cond_destroy(&h->changed);
	pthread_mutex_destroy(&h->lock);
	h->started = false;
}

static int hash_write(void *self, const char *p, size_t n)
{
	struct hashing *h = self;
	if (n < PIECE || !hash_thread(h)) {
		digest_update(&h->digest, p, n);
		return h->sink->write(h->sink->self, p, n);
	}
	pthread_mutex_lock(&h->lock);
	h->p = p;
	h->n = n;
	pthread_cond_broadcast(&h->changed);
	pthread_mutex_unlock(&h->lock);
	int rc = h->sink->write(h->sink->self, p, n);
	pthread_mutex_lock(&h->lock);
	while (h->p)
		pthread_cond_wait(&h->changed, &h->lock);
	pthread_mutex_unlock(&h->lock);
	return rc;
}

/* Where the blob is stored: below the flow, in a directory of the first two digits; keys of old raw objects carry a prefix. */
static void add_key(struct buf *path, const char *flow, const char *prefix, const char *sha)
{
	buf_adds(path, flow);
	buf_adds(path, "/data/");
	buf_add(path, sha, 2);
	buf_addc(path, '/');
	buf_adds(path, prefix);
	buf_adds(path, sha);
}

int cas_stream(struct store *s, const char *flow, const char *sha, enum cas_form form,
	uint64_t head, const struct mf_sink *sink, uint64_t limit, struct mf_error *err)
{
	struct buf path = BUF_INIT(MF_LIMIT_TEXT);
	struct hashing h = {.sink = sink};
	struct mf_sink through = {hash_write, &h};
	struct mf_error mine = MF_ERROR_INIT;
	char hex[DIGEST_HEX];
	int rc;
	if (!cas_key_valid(sha))
		return err_at(err, MF_ECORRUPT, sha, "“%.60s” is not a SHA-1 key", sha);
	add_key(&path, flow, "", sha);
	TRY(buf_err(&path, err));
	digest_init(&h.digest, false);
	rc = cas_stream_file(s, path.p, form, head, &through, limit, &mine);
	if (rc == MF_ENOTFOUND) {
		err_clear(&mine);
		buf_clear(&path);
		add_key(&path, flow, "r_", sha);
		TRY(buf_err(&path, err));
		rc = cas_stream_file(s, path.p, CAS_RAW, head, &through, limit, &mine);
		if (rc == MF_ENOTFOUND) {
			buf_clear(&path);
			if (!store_is_local(s))
				buf_addf(&path, "%s/", s->where);
			add_key(&path, flow, "", sha);
			err_at(err, rc, path.p, "blob %s is missing from the datastore", sha);
			goto done;
		}
	}
	if (rc < 0) {
		if (mine.code && err && err->code == MF_OK) {
			*err = mine;
			if (store_is_local(s)) {
				err_clear(err);
				err_at(err, rc, path.p, "%s", mine.message);
			}
		}
		goto done;
	}
	hash_end(&h);
	digest_hex(&h.digest, hex);
	if (!str_eq(hex, sha))
		rc = err_at(err, MF_ECORRUPT, path.p,
			"content has SHA-1 %s, not the one of its name", hex);
done:
	hash_end(&h);
	buf_release(&path);
	return rc;
}

uint64_t cas_size(struct store *s, const char *flow, const char *sha)
{
	struct buf path = BUF_INIT(MF_LIMIT_TEXT);
	struct store_info info = {0};
	add_key(&path, flow, "", sha);
	bool found = !path.failed && store_head(s, path.p, &info, NULL) == MF_OK;
	buf_release(&path);
	return found ? info.size : 0;
}
