#include "archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <dlfcn.h>
#include <pthread.h>

#include "../base/err.h"

/* The functions we use, by name. */
#define FUNCTIONS(X)                                                                                   \
	X(archive_read_new)                                                                            \
	X(archive_read_free)                                                                           \
	X(archive_read_support_filter_gzip)                                                            \
	X(archive_read_support_format_tar)                                                             \
	X(archive_read_open_memory)                                                                    \
	X(archive_read_next_header)                                                                    \
	X(archive_read_data)                                                                           \
	X(archive_error_string)                                                                        \
	X(archive_entry_pathname)                                                                      \
	X(archive_entry_filetype)

static struct {
	bool ok;
#define X(name) __typeof__(&name) name;
	FUNCTIONS(X)
#undef X
} lib;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void)
{
	void *so = dlopen("libarchive.so.13", RTLD_NOW | RTLD_LOCAL);
	lib.ok = so;
	/* ISO C has no conversion from object to function pointers; POSIX wants this one to work */
#define X(name)                                                                                        \
	if (lib.ok) {                                                                                  \
		*(void **)(void *)&lib.name = dlsym(so, #name);                                        \
		lib.ok = lib.name;                                                                     \
	}
	FUNCTIONS(X)
#undef X
}

static int copy_member(struct archive *a, struct buf *to, const char *name, struct mf_error *err)
{
	for (;;) {
		if (!buf_reserve(to, 1 << 15)) {
			int rc = to->failed;
			return err_set(err, rc, rc == MF_ENOMEM ? "out of memory" : "member “%s” is too large", name);
		}
		la_ssize_t got = lib.archive_read_data(a, to->p + to->n, 1 << 15);
		if (got < 0)
			return err_set(err, MF_ECORRUPT, "member “%s”: %s", name, lib.archive_error_string(a));
		if (!got)
			return MF_OK;
		to->n += (size_t)got;
		to->p[to->n] = '\0';
	}
}

int archive_each(const char *p, size_t n, archive_want *want, void *arg, struct mf_error *err)
{
	pthread_once(&once, load);
	if (!lib.ok) {
		err_set(err, MF_EUNSUPPORTED, "libarchive cannot be loaded, so code packages cannot be read");
		err_hint(err, "install libarchive13");
		return MF_EUNSUPPORTED;
	}
	struct archive *a = lib.archive_read_new();
	if (!a)
		return err_nomem(err);
	int rc = MF_OK;
	lib.archive_read_support_filter_gzip(a);
	lib.archive_read_support_format_tar(a);
	if (lib.archive_read_open_memory(a, p, n) != ARCHIVE_OK)
		rc = err_set(err, MF_ECORRUPT, "not a tar archive: %s", lib.archive_error_string(a));
	while (rc == MF_OK) {
		struct archive_entry *e;
		int got = lib.archive_read_next_header(a, &e);
		if (got == ARCHIVE_EOF)
			break;
		if (got < ARCHIVE_WARN) {
			rc = err_set(err, MF_ECORRUPT, "damaged tar archive: %s", lib.archive_error_string(a));
			break;
		}
		const char *name = lib.archive_entry_pathname(e);
		struct buf *to = name && lib.archive_entry_filetype(e) == AE_IFREG ? want(arg, name) : NULL;
		if (to)
			rc = copy_member(a, to, name, err);
	}
	lib.archive_read_free(a);
	return rc;
}
