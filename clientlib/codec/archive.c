#include "archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

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
	X(archive_entry_symlink)                                                                       \
	X(archive_entry_hardlink)                                                                      \
	X(archive_entry_size)                                                                          \
	X(archive_entry_perm)                                                                          \
	X(archive_entry_mtime)                                                                         \
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

enum { MEMBERS_MAX = 1 << 20, CHUNK = 1 << 16 };
static const uint64_t UNPACKED_MAX = UINT64_C(4) << 30;

/* The archive in hand. */
struct walk {
	struct archive *a;
	const struct archive_visitor *v;
	uint64_t members, bytes;
	char chunk[CHUNK];
};

static int damaged(struct walk *w, const char *what, struct mf_error *err)
{
	const char *why = lib.archive_error_string(w->a);
	return err_set(err, MF_ECORRUPT, "%s: %s", what, why ? why : "unknown reason");
}

static int send_content(struct walk *w, const struct mf_sink *sink, struct mf_error *err)
{
	for (;;) {
		la_ssize_t got = lib.archive_read_data(w->a, w->chunk, CHUNK);
		if (got < 0)
			return damaged(w, "a damaged member", err);
		if (!got)
			return MF_OK;
		int rc = sink->write(sink->self, w->chunk, (size_t)got);
		if (rc < 0)
			return rc;
	}
}

static int visit(struct walk *w, struct archive_entry *e, struct mf_error *err)
{
	const struct mf_sink *sink = NULL;
	const char *link = lib.archive_entry_symlink(e), *hard = lib.archive_entry_hardlink(e);
	unsigned type = lib.archive_entry_filetype(e);
	int64_t size = lib.archive_entry_size(e);
	struct archive_member m = {.path = lib.archive_entry_pathname(e), .target = link ? link : hard,
		.size = size > 0 ? (uint64_t)size : 0, .mode = lib.archive_entry_perm(e) & 0777,
		.mtime = (int64_t)lib.archive_entry_mtime(e) * 1000};
	m.kind = m.target ? ARCHIVE_LINK : type == AE_IFREG ? ARCHIVE_FILE : type == AE_IFDIR ? ARCHIVE_DIRECTORY : ARCHIVE_OTHER;
	/* also what is passed over is unpacked */
	w->bytes += m.size;
	if (++w->members > MEMBERS_MAX || m.size > UNPACKED_MAX || w->bytes > UNPACKED_MAX)
		return err_set(err, MF_ELIMIT, "the archive holds more than a code package ever does");
	if (!m.path)
		return MF_OK; /* a name that this locale cannot have */
	int rc = w->v->member(w->v->arg, &m, &sink, err);
	if (rc < 0 || !sink || m.kind != ARCHIVE_FILE)
		return rc;
	rc = send_content(w, sink, err);
	return rc == MF_OK && w->v->end ? w->v->end(w->v->arg, err) : rc;
}

int archive_walk(const char *p, size_t n, const struct archive_visitor *v, struct mf_error *err)
{
	pthread_once(&once, load);
	if (!lib.ok) {
		err_set(err, MF_EUNSUPPORTED, "libarchive cannot be loaded, so code packages cannot be read");
		err_hint(err, "install libarchive13");
		return MF_EUNSUPPORTED;
	}
	struct walk *w = calloc(1, sizeof(*w));
	if (!w)
		return err_nomem(err);
	w->a = lib.archive_read_new();
	w->v = v;
	if (!w->a) {
		free(w);
		return err_nomem(err);
	}
	int rc = MF_OK;
	lib.archive_read_support_filter_gzip(w->a);
	lib.archive_read_support_format_tar(w->a);
	if (lib.archive_read_open_memory(w->a, p, n) != ARCHIVE_OK)
		rc = damaged(w, "not a tar archive", err);
	while (rc == MF_OK) {
		struct archive_entry *e;
		int got = lib.archive_read_next_header(w->a, &e);
		if (got == ARCHIVE_EOF)
			break;
		rc = got < ARCHIVE_WARN ? damaged(w, "damaged tar archive", err) : visit(w, e, err);
	}
	lib.archive_read_free(w->a);
	free(w);
	return rc;
}

/* ---- into buffers ---- */

struct each {
	archive_want *want;
	void *arg;
	struct mf_sink sink; /* its self is the buffer */
	char name[256];
};

static int want_member(void *arg, const struct archive_member *m, const struct mf_sink **content, struct mf_error *err)
{
	struct each *each = arg;
	(void)err;
	struct buf *to = m->kind == ARCHIVE_FILE ? each->want(each->arg, m->path) : NULL;
	if (to) {
		snprintf(each->name, sizeof(each->name), "%s", m->path);
		each->sink = (struct mf_sink){buf_sink_write, to};
		*content = &each->sink;
	}
	return MF_OK;
}

int archive_each(const char *p, size_t n, archive_want *want, void *arg, struct mf_error *err)
{
	struct each each = {.want = want, .arg = arg};
	struct archive_visitor v = {.member = want_member, .arg = &each};
	struct mf_error mine = MF_ERROR_INIT;
	int rc = archive_walk(p, n, &v, &mine);
	if (rc == MF_OK)
		return rc;
	if (mine.code == MF_OK) /* a buffer has refused */
		return err_set(err, rc, rc == MF_ENOMEM ? "out of memory" : "member “%s” is too large", each.name);
	if (err && err->code == MF_OK)
		*err = mine;
	return rc;
}
