/* codec/archive.h: reading tar archives held in memory, through libarchive.
 *
 * The library is loaded when the first archive is read: it and the seven libraries that it needs would double the start-up
 * time of every command, and hardly any command reads a code package. */
#ifndef MF_CODEC_ARCHIVE_H
#define MF_CODEC_ARCHIVE_H

#include "../base/buf.h"

/* Asked for each regular member: return a buffer to have its content appended there, NULL to pass over it. */
typedef struct buf *archive_want(void *arg, const char *name);

/* MF_ECORRUPT for what is no tar archive, MF_ELIMIT when a wanted member is larger than its buffer's limit,
 * MF_EUNSUPPORTED where libarchive is not installed. */
int archive_each(const char *p, size_t n, archive_want *want, void *arg, struct mf_error *err);

#endif
