#include "cas.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/err.h"
#include "../base/limits.h"
#include "../codec/digest.h"
#include "../codec/inflate.h"

enum { CHUNK = 1 << 16 };

bool cas_key_valid(const char *sha)
{
	size_t n = strspn(sha, "0123456789abcdef");
	return n == 40 && !sha[n];
}

struct source {
	int fd;
	const char *where;
	size_t n; /* bytes that `chunk` already holds */
	char chunk[CHUNK];
};

static int next_chunk(void *self, const char **p, size_t *n, struct mf_error *err)
{
	struct source *s = self;
	*p = s->chunk;
	*n = s->n;
	s->n = 0;
	while (!*n) {
		ssize_t got = read(s->fd, s->chunk, CHUNK);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_sys(err, errno, s->where, "cannot read");
		*n = (size_t)got;
		break;
	}
	return MF_OK;
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
			return err_at(err, MF_ELIMIT, s->where, "larger than %llu bytes", (unsigned long long)limit);
		rc = sink->write(sink->self, p, n);
		if (rc < 0)
			return rc;
	}
}

int cas_stream_file(int dirfd, const char *path, enum cas_form form, const struct mf_sink *sink, uint64_t limit,
	struct mf_error *err)
{
	struct source s; /* its chunk is large: not cleared */
	struct mf_error mine = MF_ERROR_INIT;
	const char *p;
	s.where = path;
	s.n = 0;
	s.fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (s.fd < 0)
		return err_sys(err, errno, path, "cannot open");
	int rc = next_chunk(&s, &p, &s.n, &mine);
	if (rc == MF_OK) {
		bool packed = form == CAS_PACKED && (s.n == 0 || ((unsigned char)s.chunk[0] == 0x1f && (s.n < 2 || (unsigned char)s.chunk[1] == 0x8b)));
		rc = packed ? inflate_gzip(next_chunk, &s, sink, limit, &mine) : copy(&s, sink, limit, &mine);
	}
	close(s.fd);
	if (mine.code)
		err_at(err, rc, path, "%s", mine.message);
	return rc;
}

/* Passes bytes on and hashes them. */
struct hashing {
	struct digest digest;
	const struct mf_sink *sink;
};

static int hash_write(void *self, const char *p, size_t n)
{
	struct hashing *h = self;
	digest_update(&h->digest, p, n);
	return h->sink->write(h->sink->self, p, n);
}

int cas_stream(int root_fd, const char *root, const char *flow, const char *sha, enum cas_form form,
	const struct mf_sink *sink, uint64_t limit, struct mf_error *err)
{
	struct buf path = BUF_INIT(MF_LIMIT_TEXT);
	struct hashing h = {.sink = sink};
	struct mf_sink through = {hash_write, &h};
	struct mf_error mine = MF_ERROR_INIT;
	char hex[DIGEST_HEX];
	int rc;
	if (!cas_key_valid(sha))
		return err_at(err, MF_ECORRUPT, sha, "“%.60s” is not a SHA-1 key", sha);
	buf_addf(&path, "%s%s%s/data/%.2s/%s", root, *root ? "/" : "", flow, sha, sha);
	TRY(buf_err(&path, err));
	digest_init(&h.digest, false);
	rc = cas_stream_file(root_fd, path.p, form, &through, limit, &mine);
	if (rc == MF_ENOTFOUND) {
		/* keys of old raw objects carry a prefix */
		err_clear(&mine);
		buf_clear(&path);
		buf_addf(&path, "%s%s%s/data/%.2s/r_%s", root, *root ? "/" : "", flow, sha, sha);
		TRY(buf_err(&path, err));
		rc = cas_stream_file(root_fd, path.p, CAS_RAW, &through, limit, &mine);
		if (rc == MF_ENOTFOUND) {
			err_at(err, rc, path.p, "blob %s is missing from the datastore", sha);
			goto done;
		}
	}
	if (rc < 0) {
		if (mine.code)
			err_at(err, rc, path.p, "%s", mine.message);
		goto done;
	}
	digest_hex(&h.digest, hex);
	if (!str_eq(hex, sha))
		rc = err_at(err, MF_ECORRUPT, path.p, "content has SHA-1 %s, not the one of its name", hex);
done:
	buf_release(&path);
	return rc;
}

uint64_t cas_size(int root_fd, const char *root, const char *flow, const char *sha)
{
	struct buf path = BUF_INIT(MF_LIMIT_TEXT);
	struct stat st = {0};
	buf_addf(&path, "%s%s%s/data/%.2s/%s", root, *root ? "/" : "", flow, sha, sha);
	bool found = !path.failed && fstatat(root_fd, path.p, &st, 0) == 0;
	buf_release(&path);
	return found ? (uint64_t)st.st_size : 0;
}
