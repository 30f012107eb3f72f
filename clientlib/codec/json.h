/* codec/json.h: a pull reader for JSON, lenient where Python's is: NaN, Infinity, lone surrogates, integers of any size.
 * Strict elsewhere: UTF-8, control characters in strings, leading zeros, trailing text. Pure, any thread. */
#ifndef MF_CODEC_JSON_H
#define MF_CODEC_JSON_H

#include <string.h>

#include "../base/arena.h"
#include "value.h"

enum json_token {
	JSON_END,
	JSON_NULL,
	JSON_TRUE,
	JSON_FALSE,
	JSON_NUMBER,
	JSON_STRING,
	JSON_KEY,
	JSON_ARRAY,      /* [ */
	JSON_ARRAY_END,  /* ] */
	JSON_OBJECT,     /* { */
	JSON_OBJECT_END, /* } */
	JSON_BAD         /* j->err has been filled */
};

struct json {
	const char *start, *p, *end;
	struct mf_error *err;
	/* of the last token: its raw text (strings without the quotes) */
	const char *text;
	size_t text_n;
	bool escaped; /* the string has escapes: decode with json_text */
	/* state */
	int depth;
	bool after_value, done, want_key, in_object;
	unsigned char stack[64]; /* bit per level (MF_LIMIT_JSON_DEPTH): 1 = object */
};

/* The text is lent and must stay for as long as tokens are used. */
void json_init(struct json *j, const char *p, size_t n, struct mf_error *err);
enum json_token json_next(struct json *j);
/* Skip the value whose first token `t` has just been read. 0 or an error. */
int json_skip(struct json *j, enum json_token t);
/* The decoded string of the last JSON_STRING or JSON_KEY: the input itself when nothing is escaped, else a copy in the
 * arena; NULL when the arena is full. *n is its length; not NUL-terminated. */
const char *json_text(struct json *j, struct arena *a, size_t *n);
/* Is the last key (or string) `s`? */
static inline bool json_is(const struct json *j, const char *s)
{
	size_t n = strlen(s);
	return j->text_n == n && !j->escaped && memcmp(j->text, s, n) == 0;
}
/* The last number as an integer; false if it is no integer or does not fit. */
bool json_int(const struct json *j, int64_t *out);

/* One whole document as values. Strings may point into p. Errors: MF_ECORRUPT with err->offset and a message that names
 * line and column. */
int json_parse(struct mf_value **out, struct arena *a, const char *p, size_t n, struct mf_error *err);

#endif
