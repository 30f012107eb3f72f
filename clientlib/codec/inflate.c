#include "inflate.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "../base/err.h"

enum { WINDOW = 1 << 16 };

static int pump(z_stream *z, inflate_read read, void *self, const struct mf_sink *sink, uint64_t limit, char *out,
	struct mf_error *err)
{
	bool any = false;
	for (uint64_t total = 0;;) {
		if (!z->avail_in) {
			const char *p;
			size_t n;
			int rc = read(self, &p, &n, err);
			if (rc < 0)
				return rc;
			if (!n)
				return any ? err_set(err, MF_ECORRUPT, "gzip data cut short")
					   : err_set(err, MF_ECORRUPT, "empty, expected gzip data");
			any = true;
			z->next_in = (Bytef *)(uintptr_t)p;
			z->avail_in = (uInt)n;
		}
		z->next_out = (Bytef *)out;
		z->avail_out = WINDOW;
		int rc = inflate(z, Z_NO_FLUSH);
		size_t n = WINDOW - z->avail_out;
		if (rc == Z_MEM_ERROR)
			return err_nomem(err);
		if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR)
			return err_set(err, MF_ECORRUPT, "damaged gzip data (%s) after %llu bytes",
				z->msg ? z->msg : "bad header", (unsigned long long)total + n);
		total += n;
		if (limit && total > limit)
			return err_set(err, MF_ELIMIT, "unpacks to more than %llu bytes", (unsigned long long)limit);
		if (n) {
			int code = sink->write(sink->self, out, n);
			if (code < 0)
				return code;
		}
		if (rc == Z_STREAM_END)
			return MF_OK;
	}
}

int inflate_gzip(inflate_read read, void *self, const struct mf_sink *sink, uint64_t limit, struct mf_error *err)
{
	z_stream z = {0};
	if (inflateInit2(&z, 15 + 16) != Z_OK)
		return err_nomem(err);
	char *out = malloc(WINDOW);
	int rc = out ? pump(&z, read, self, sink, limit, out, err) : err_nomem(err);
	free(out);
	inflateEnd(&z);
	return rc;
}
