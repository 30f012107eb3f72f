#include "inflate_zlib.h"

#include <stdlib.h>
#include <zlib.h>

#include "../base/err.h"

struct zlib_reader {
	z_stream z;
	zlib_more *more;
	void *self;
	bool ended;
};

struct zlib_reader *zlib_open(zlib_more *more, void *self)
{
	struct zlib_reader *r = calloc(1, sizeof(*r));
	if (!r)
		return NULL;
	r->more = more;
	r->self = self;
	if (inflateInit(&r->z) != Z_OK) {
		free(r);
		return NULL;
	}
	return r;
}

int zlib_read(struct zlib_reader *r, void *out, size_t n, struct mf_error *err)
{
	z_stream *z = &r->z;
	for (char *p = out; n;) {
		uInt step = n < 1u << 30 ? (uInt)n : 1u << 30;
		if (r->ended)
			return err_set(err, MF_ECORRUPT, "packed data cut short");
		if (!z->avail_in) {
			const char *in;
			size_t got;
			int rc = r->more(r->self, &in, &got, err);
			if (rc < 0)
				return rc;
			if (!got || got > 1u << 30)
				return err_set(err, MF_ECORRUPT, "packed data cut short");
			z->next_in = (Bytef *)(uintptr_t)in;
			z->avail_in = (uInt)got;
		}
		z->next_out = (Bytef *)p;
		z->avail_out = step;
		int rc = inflate(z, Z_NO_FLUSH);
		if (rc == Z_MEM_ERROR)
			return err_nomem(err);
		if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR)
			return err_set(err, MF_ECORRUPT, "damaged packed data (%s)",
				z->msg ? z->msg : "bad header");
		r->ended = rc == Z_STREAM_END;
		p += step - z->avail_out;
		n -= step - z->avail_out;
	}
	return MF_OK;
}

void zlib_close(struct zlib_reader *r)
{
	if (!r)
		return;
	inflateEnd(&r->z);
	free(r);
}
