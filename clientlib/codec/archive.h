/* codec/archive.h: reading tar archives held in memory, through libarchive.
 *
 * The library is loaded when the first archive is read: it and the seven libraries that it needs would double the start-up
 * time of every command, and hardly any command reads a code package. */
#ifndef MF_CODEC_ARCHIVE_H
#define MF_CODEC_ARCHIVE_H

#include <stdint.h>

#include "../base/buf.h"

enum archive_kind { ARCHIVE_FILE, ARCHIVE_DIRECTORY, ARCHIVE_LINK, ARCHIVE_OTHER };

struct archive_member {
	const char *path;   /* as it stands there; lent until the next member */
	const char *target; /* of a symbolic or hard link, NULL */
	uint64_t size;
	unsigned mode;      /* permission bits */
	int64_t mtime;      /* ms */
	enum archive_kind kind;
};

/* What is done with the members of an archive. */
struct archive_visitor {
	/* Told of each member: 0 or a negative code that ends the walk. Set *content (of a file) to have its bytes sent there. */
	int (*member)(void *arg, const struct archive_member *m, const struct mf_sink **content, struct mf_error *err);
	/* All of the content has been sent; may be NULL. */
	int (*end)(void *arg, struct mf_error *err);
	void *arg;
};

/* MF_ECORRUPT for what is no tar archive, MF_ELIMIT for more members or bytes than any code package has, MF_EUNSUPPORTED where
 * libarchive is not installed, or the code of a visitor. */
int archive_walk(const char *p, size_t n, const struct archive_visitor *v, struct mf_error *err);

/* Asked for each regular member: return a buffer to have its content appended there, NULL to pass over it. */
typedef struct buf *archive_want(void *arg, const char *name);

/* The same with MF_ELIMIT also when a wanted member is larger than its buffer's limit. */
int archive_each(const char *p, size_t n, archive_want *want, void *arg, struct mf_error *err);

#endif
