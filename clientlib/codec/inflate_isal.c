#include "inflate_engine.h"

#ifdef HAVE_ISAL
#include <dlfcn.h>
#include <isa-l/igzip_lib.h>
#include <pthread.h>
#include <stdlib.h>

/* Loaded when a large blob is unpacked: no other command pays for it. */
static struct {
	bool ok;
	__typeof__(&isal_inflate_init) init;
	__typeof__(&isal_inflate) inflate;
} lib;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void)
{
	void *so = dlopen("libisal.so.2", RTLD_NOW | RTLD_LOCAL);
	if (!so)
		return;
	/* ISO C has no conversion from object to function pointers; POSIX wants this one to work */
	*(void **)(void *)&lib.init = dlsym(so, "isal_inflate_init");
	*(void **)(void *)&lib.inflate = dlsym(so, "isal_inflate");
	lib.ok = lib.init && lib.inflate;
}

static void *isal_open(void)
{
	pthread_once(&once, load);
	struct inflate_state *s = lib.ok ? malloc(sizeof(*s)) : NULL;
	if (s) {
		lib.init(s);
		s->crc_flag = ISAL_GZIP;
		s->avail_in = 0;
	}
	return s;
}

static int isal_step(void *state, struct inflate_io *io, const char **why)
{
	struct inflate_state *s = state;
	s->next_in = (uint8_t *)(uintptr_t)io->in;
	s->avail_in = (uint32_t)io->in_n;
	s->next_out = (uint8_t *)io->out;
	s->avail_out = (uint32_t)io->out_n;
	int rc = lib.inflate(s);
	io->in += io->in_n - s->avail_in;
	io->in_n = s->avail_in;
	io->out += io->out_n - s->avail_out;
	io->out_n = s->avail_out;
	if (rc == ISAL_DECOMP_OK)
		return s->block_state == ISAL_BLOCK_FINISH;
	*why = rc == ISAL_INCORRECT_CHECKSUM   ? "wrong checksum"
	       : rc == ISAL_INVALID_WRAPPER    ? "bad header"
	       : rc == ISAL_UNSUPPORTED_METHOD ? "unknown method"
					       : "invalid block";
	return MF_ECORRUPT;
}

static const struct inflate_engine engine = {isal_open, isal_step, free};
const struct inflate_engine *const inflate_isal = &engine;
#else
const struct inflate_engine *const inflate_isal = NULL;
#endif
