#include "reply.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../base/err.h"
#include "../base/limits.h"

enum { IN_MEMORY = 2 << 20, ROW_MAX = 16 << 20 };

void reply_init(struct reply *r)
{
	*r = (struct reply){.fd = -1};
	buf_init(&r->text, IN_MEMORY + 2 * (size_t)ROW_MAX);
}

static void drop_file(struct reply *r)
{
	if (r->map && r->fd >= 0)
		munmap((void *)(uintptr_t)r->map, (size_t)r->stored);
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
	r->map = NULL;
	r->stored = 0;
}

void reply_release(struct reply *r)
{
	drop_file(r);
	vec_release(&r->v);
	buf_release(&r->text);
}

void reply_restart(void *self)
{
	struct reply *r = self;
	drop_file(r);
	r->v.n = 0;
	buf_clear(&r->text);
	r->depth = 0;
	r->in_string = r->escaped = r->is_array = r->started = r->ended = r->after_comma = r->in_row = false;
}

/* A file that nobody else can open and that is gone with us. */
static int open_file(void)
{
	const char *dir = getenv("TMPDIR");
	if (!dir || !*dir)
		dir = "/tmp";
	int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0)
		return fd;
	struct buf path = BUF_INIT(4096);
	buf_addf(&path, "%s/mfkit-XXXXXX", dir);
	fd = path.failed ? -1 : mkostemp(path.p, O_CLOEXEC);
	if (fd >= 0)
		unlink(path.p);
	buf_release(&path);
	return fd;
}

/* Move the first n bytes of the text, which are whole rows, to the file. */
static int spill(struct reply *r, size_t n)
{
	if (r->fd < 0 && (r->fd = open_file()) < 0)
		return MF_EIO;
	for (size_t done = 0; done < n;) {
		ssize_t w = write(r->fd, r->text.p + done, n - done);
		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0)
			return MF_EIO;
		done += (size_t)w;
	}
	r->stored += n;
	memmove(r->text.p, r->text.p + n, r->text.n - n);
	r->text.n -= n;
	r->row_start = 0;
	return MF_OK;
}

static int end_row(struct reply *r)
{
	size_t n = r->text.n - (size_t)r->row_start;
	const char *p = r->text.p + r->row_start;
	while (n && strchr(" \t\r\n", p[n - 1]))
		n--;
	r->in_row = false;
	if (!n)
		return MF_ECORRUPT;
	r->text.n = (size_t)r->row_start;
	if (r->keep && r->is_array && !r->keep(r->self, p, n))
		return MF_OK;
	struct row_span span = {.at = r->stored + r->row_start, .n = (uint32_t)n};
	if (!vec_push(&r->v, span))
		return MF_ENOMEM;
	r->text.n += n;
	return r->text.n > IN_MEMORY ? spill(r, r->text.n) : MF_OK;
}

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Behind a string, its closing quote counted; sets in_string when it goes on in the next chunk. */
static size_t through_string(struct reply *r, const char *p, size_t i, size_t n)
{
	for (; i < n; i++) {
		if (r->escaped)
			r->escaped = false;
		else if (p[i] == '\\')
			r->escaped = true;
		else if (p[i] == '"') {
			r->in_string = false;
			return i + 1;
		}
	}
	return n;
}

int reply_write(void *self, const char *p, size_t n)
{
	struct reply *r = self;
	size_t from = 0, i = 0; /* of the present row in this chunk */
	int rc = MF_OK;
	while (i < n && rc == MF_OK) {
		if (r->in_string) {
			i = through_string(r, p, i, n);
			continue;
		}
		char c = p[i];
		if (!r->started) {
			if (blank(c)) {
				i++;
				continue;
			}
			r->started = true;
			r->is_array = c == '[';
			if (r->is_array) {
				r->depth = 1;
				i++;
				continue;
			}
		}
		if (r->is_array && r->ended) {
			if (!blank(c))
				return MF_ECORRUPT;
			i++;
			continue;
		}
		bool top = r->is_array && r->depth == 1;
		if (top && (c == ',' || c == ']')) {
			if (r->in_row) {
				buf_add(&r->text, p + from, i - from);
				rc = r->text.failed ? r->text.failed : end_row(r);
			} else if (c == ',' || r->after_comma) {
				rc = MF_ECORRUPT;
			}
			r->after_comma = c == ',';
			if (c == ']')
				r->ended = true;
			i++;
			continue;
		}
		if (!r->in_row && !blank(c)) {
			r->in_row = true;
			r->row_start = r->text.n;
			from = i;
		}
		if (c == '"')
			r->in_string = true;
		else if (c == '[' || c == '{')
			r->depth++;
		else if (c == ']' || c == '}')
			r->depth--;
		i++;
	}
	if (rc == MF_OK && r->in_row) {
		buf_add(&r->text, p + from, n - from);
		rc = r->text.failed;
		if (rc == MF_OK && r->text.n - r->row_start > ROW_MAX)
			rc = MF_ELIMIT;
	}
	return rc;
}

int reply_finish(struct reply *r, struct mf_error *err)
{
	int rc = MF_OK;
	if (!r->is_array) {
		if (!r->in_row || r->in_string)
			return err_set(err, MF_ECORRUPT,
				r->in_row ? "a JSON text that does not end" : "an empty reply");
		rc = end_row(r);
	} else if (!r->ended) {
		return err_set(err, MF_ECORRUPT, "a JSON array that does not end");
	}
	if (rc == MF_OK && r->fd >= 0) {
		rc = r->text.n ? spill(r, r->text.n) : MF_OK;
		void *map = rc == MF_OK ? mmap(NULL, (size_t)r->stored, PROT_READ, MAP_PRIVATE,
						  r->fd, 0)
					: MAP_FAILED;
		if (map == MAP_FAILED)
			return err_set(err, MF_EIO, "no room for a temporary file of %llu bytes",
				(unsigned long long)r->stored);
		r->map = map;
		buf_release(&r->text);
	} else if (rc == MF_OK) {
		r->map = r->text.p;
	}
	return rc < 0 ? err_set(err, rc, "the rows of a reply cannot be kept") : MF_OK;
}

void reply_relax(const struct reply *r)
{
	if (r->map && r->fd >= 0)
		madvise((void *)(uintptr_t)r->map, (size_t)r->stored, MADV_DONTNEED);
}

const char *reply_text(const struct reply *r, size_t i, size_t *n)
{
	if (i >= r->v.n || !r->map)
		return NULL;
	*n = r->v.v[i].n;
	return r->map + r->v.v[i].at;
}
