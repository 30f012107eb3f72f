/* codec/logline.h: one line of a structured log (data-model §5):
 *
 *     [MFLOG|0|2026-11-21T01:33:34.282734Z|runtime|fd28f5bb-f33d-4486-9287-06fc515a0a47]text
 *
 * Pure, any thread. */
#ifndef MF_CODEC_LOGLINE_H
#define MF_CODEC_LOGLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All slices point into the line; stamp, source and id are never empty. */
struct logline {
	int64_t us;        /* microseconds since 1970 UTC */
	const char *stamp; /* the time as written, without its Z */
	const char *source, *id, *text;
	size_t stamp_n, source_n, id_n, text_n;
	bool persist; /* marked "[!": to be stored again by whom it passes */
};

/* Take a line (n bytes without its newline) apart. False for one without a valid prefix at its very
 * start: another version, a time that does not exist, a part missing. Accepts what Metaflow
 * accepts: months, days, hours, minutes and seconds of one digit, one to six digits of fraction. */
bool logline_parse(struct logline *out, const char *line, size_t n);

#endif
