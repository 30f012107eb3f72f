#include "inflate.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "../base/err.h"
#include "inflate_engine.h"

enum { WINDOW = 1 << 16, LARGE = 1 << 16 /* a first piece of so many bytes: more will come */ };

/* ---- zlib ---- */

static void *zlib_open(void)
{
	z_stream *z = calloc(1, sizeof(*z));
	if (z && inflateInit2(z, 15 + 16) != Z_OK) {
		free(z);
		return NULL;
	}
	return z;
}

static int zlib_step(void *state, struct inflate_io *io, const char **why)
{
	z_stream *z = state;
	z->next_in = (Bytef *)(uintptr_t)io->in;
	z->avail_in = (uInt)io->in_n;
	z->next_out = (Bytef *)io->out;
	z->avail_out = (uInt)io->out_n;
	int rc = inflate(z, Z_NO_FLUSH);
	io->in += io->in_n - z->avail_in;
	io->in_n = z->avail_in;
	io->out += io->out_n - z->avail_out;
	io->out_n = z->avail_out;
	if (rc == Z_STREAM_END)
		return 1;
	if (rc == Z_OK || rc == Z_BUF_ERROR)
		return 0;
	*why = z->msg ? z->msg : "bad header";
	return rc == Z_MEM_ERROR ? MF_ENOMEM : MF_ECORRUPT;
}

static void zlib_close(void *state)
{
	inflateEnd(state);
	free(state);
}

const struct inflate_engine inflate_zlib = {zlib_open, zlib_step, zlib_close};

/* ---- the member ---- */

static int pump(const struct inflate_engine *engine, void *state, struct inflate_io *io,
	inflate_read read, void *self, const struct mf_sink *sink, uint64_t limit, char *out,
	struct mf_error *err)
{
	bool full = false; /* there may be more without more input */
	for (uint64_t total = 0;;) {
		const char *why = "";
		if (!io->in_n && !full) {
			int rc = read(self, &io->in, &io->in_n, err);
			if (rc < 0)
				return rc;
			if (!io->in_n)
				return err_set(err, MF_ECORRUPT, "gzip data cut short");
		}
		io->out = out;
		io->out_n = WINDOW;
		int rc = engine->step(state, io, &why);
		size_t n = WINDOW - io->out_n;
		if (rc == MF_ENOMEM)
			return err_nomem(err);
		total += n;
		full = n == WINDOW;
		if (rc < 0)
			return err_set(err, MF_ECORRUPT, "damaged gzip data (%s) after %llu bytes",
				why, (unsigned long long)total);
		if (limit && total > limit)
			return err_set(err, MF_ELIMIT, "unpacks to more than %llu bytes",
				(unsigned long long)limit);
		if (n) {
			int code = sink->write(sink->self, out, n);
			if (code < 0)
				return code;
		}
		if (rc)
			return MF_OK;
	}
}

int inflate_gzip(inflate_read read, void *self, const struct mf_sink *sink, uint64_t limit,
	struct mf_error *err)
{
	struct inflate_io io = {0};
	int rc = read(self, &io.in, &io.in_n, err);
	if (rc < 0)
		return rc;
	if (!io.in_n)
		return err_set(err, MF_ECORRUPT, "empty, expected gzip data");
	const struct inflate_engine *engine = io.in_n >= LARGE ? inflate_isal : NULL;
	void *state = engine ? engine->open() : NULL;
	if (!state) {
		engine = &inflate_zlib;
		state = engine->open();
	}
	char *out = state ? malloc(WINDOW) : NULL;
	rc = out ? pump(engine, state, &io, read, self, sink, limit, out, err) : err_nomem(err);
	free(out);
	if (state)
		engine->close(state);
	return rc;
}
