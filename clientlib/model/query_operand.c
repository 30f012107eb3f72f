/* Reading the right side of a comparison for the type of its left one. */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "../base/err.h"
#include "../base/fmt.h"
#include "../base/suggest.h"
#include "query.h"

int query_error(struct mf_error *err, size_t offset, const char *fmt, ...)
{
	char message[sizeof(err->message)];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	if (err && err->code == MF_OK) {
		err_set(err, MF_EUSAGE, "%s", message);
		err->offset = (int64_t)offset;
	}
	return MF_EUSAGE;
}

/* ---- regular expressions ---- */

/* The end of a bracket expression that starts at p. */
static const char *bracket_end(const char *p)
{
	p += p[1] == '^' ? 2 : 1;
	if (*p == ']')
		p++;
	for (; *p && *p != ']'; p++) {
		char kind = p[0] == '[' ? p[1] : '\0';
		if (!kind || !strchr(":.=", kind))
			continue;
		for (p += 2; *p && !(p[0] == kind && p[1] == ']'); p++)
			;
		if (!*p)
			break;
		p++;
	}
	return *p ? p + 1 : p;
}

/* The larger bound of {n,m}, whose { is at *p; moves behind it. */
static long bounds(const char **p)
{
	long most = 1;
	for ((*p)++; isdigit((unsigned char)**p) || **p == ',';) {
		long v = 0;
		(*p) += **p == ',';
		for (; isdigit((unsigned char)**p); (*p)++)
			v = v > QUERY_MAX_NODES ? v : v * 10 + (**p - '0');
		most = v + 1 > most ? v + 1 : most; /* an open end costs one more */
	}
	return most;
}

/* regcomp copies what is repeated: x+ is xx*, x{3} is xxx, and so on for those inside each other.
 * Count what comes of it. */
static bool too_large(const char *p)
{
	long sums[QUERY_MAX_GROUPS + 1] = {0}, last = 0;
	int depth = 0;
	while (*p) {
		long times = 1;
		if (*p == '(') {
			if (++depth > QUERY_MAX_GROUPS)
				return true;
			sums[depth] = last = 0;
			p++;
			continue;
		}
		if (*p == '+' || *p == '{') {
			times = *p == '+' ? 2 : bounds(&p);
			p += *p == '+' || *p == '}';
			sums[depth] += last * (times - 1);
			last *= times;
		} else if (*p == '*' || *p == '?') {
			p++;
		} else if (*p == ')' && depth) {
			last = sums[depth--] + 1;
			sums[depth] += last;
			p++;
		} else {
			last = 1;
			sums[depth]++;
			p = *p == '[' ? bracket_end(p) : p + (*p == '\\' && p[1] ? 2 : 1);
		}
		if (last > QUERY_MAX_NODES || sums[depth] > QUERY_MAX_NODES)
			return true;
	}
	return false;
}

static int compile(struct mf_query *q, struct query_node *n, size_t offset, struct mf_error *err)
{
	struct operand *o = &n->operand;
	int flags = REG_EXTENDED | REG_NOSUB | REG_ICASE;
	for (const char *p = o->text; (p = strchr(p, '\\')) && p[1]; p += 2)
		if (p[1] >= '1' && p[1] <= '9') /* searching for them can take for ever */
			return query_error(err, offset,
				"regular expressions with back references are not supported");
	if (o->n > QUERY_MAX_REGEX || too_large(o->text))
		return query_error(err, offset, "the regular expression is too large");
	for (size_t i = 0; i < o->n; i++)
		if (isupper((unsigned char)o->text[i]))
			flags &= ~REG_ICASE;
	regex_t *regex = arena_alloc(&q->arena, sizeof(*regex));
	if (!regex)
		return err_nomem(err);
	int code = regcomp(regex, o->text, flags);
	if (code == REG_ESPACE)
		return err_nomem(err);
	if (code) {
		char why[128];
		regerror(code, regex, why, sizeof(why));
		return query_error(err, offset, "not a regular expression: %s", why);
	}
	o->regex = regex;
	n->regex_next = q->regexes;
	q->regexes = n;
	return MF_OK;
}

/* ---- values by type ---- */

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), k = strlen(end);
	return n >= k && strcasecmp(s + n - k, end) == 0;
}

static void read_truth(struct operand *o)
{
	static const char *const words[] = {"false", "true", "no", "yes"};
	o->truth = -1;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strcasecmp(o->text, words[i]) == 0)
			o->truth = i % 2;
}

/* A point in time, with the stretch that an equal time may lie in: the finest part that was
 * written. */
static bool read_time(struct operand *o, int64_t now)
{
	int64_t age;
	o->has_time = parse_time(o->text, now, &o->time);
	if (!o->has_time)
		return false;
	o->is_age = isdigit((unsigned char)o->text[0]) && o->n > 1 &&
		    !(o->n > 4 && o->text[4] == '-') && parse_duration(o->text, &age);
	if (o->is_age)
		o->age = age;
	size_t colons = 0;
	for (const char *p = strpbrk(o->text, "Tt "); p && (p = strpbrk(p, ":.+-Zz")) && *p == ':';
		p++)
		colons++;
	bool date = o->n == 10 && o->text[4] == '-';
	o->until = o->time + (date                                       ? 86400000
				     : strchr(o->text, '.') || o->n < 10 ? 1
				     : colons < 2                        ? 60000
									 : 1000);
	return true;
}

static bool read_size(struct operand *o)
{
	return o->has_number = parse_size(o->text, &o->number);
}

/* A bare number means seconds, but milliseconds where the field was named with its unit. */
static bool read_duration(struct operand *o, const char *written)
{
	int64_t ms;
	if (ends_with(written, "_ms") && query_number(o->text, o->n, &o->number))
		return o->has_number = true;
	o->has_number = parse_duration(o->text, &ms);
	o->number = (double)ms;
	return o->has_number;
}

static int read_status(const struct operand *o, size_t offset, struct mf_error *err)
{
	const char *words[8];
	size_t n = 0;
	for (int s = MF_COMPLETED; s <= MF_UNKNOWN; s++)
		words[n++] = mf_status_name((enum mf_status)s);
	for (size_t i = 0; i < n; i++)
		if (str_eq(words[i], o->text))
			return MF_OK;
	if (strpbrk(o->text, "*?["))
		return MF_OK;
	query_error(err, offset, "“%.100s” is not a status", o->text);
	const char *near = suggest(o->text, words, n);
	if (near)
		err_hint(err, "did you mean “%s”?", near);
	else
		err_hint(err, "it is completed, failed, running, pending or unknown");
	return MF_EUSAGE;
}

static int wrong_value(const struct operand *o, size_t offset, const char *what,
	const char *examples, struct mf_error *err)
{
	query_error(err, offset, "“%.100s” is not %s", o->text, what);
	err_hint(err, "%s", examples);
	return MF_EUSAGE;
}

static int read_typed(struct mf_query *q, struct query_node *n, const char *written, size_t offset,
	struct mf_error *err)
{
	struct operand *o = &n->operand;
	bool ordered = n->op >= OP_LT && n->op <= OP_GE;
	switch (n->type) {
	case MF_T_TIME:
		if (!read_time(o, q->now))
			return wrong_value(o, offset, "a time",
				"write 2026-11-21, 2026-11-21T08:00:00Z, or an age: 2h, 3d", err);
		if (o->is_age && !ordered)
			return query_error(err, offset,
				"an age takes < (less than “%.50s” ago) or >", o->text);
		return MF_OK;
	case MF_T_DURATION:
		return read_duration(o, written) ? MF_OK
						 : wrong_value(o, offset, "a duration",
							   "write 90s, 10m, 1.5h, 2d", err);
	case MF_T_SIZE:
		return read_size(o) ? MF_OK
				    : wrong_value(o, offset, "a size",
					      "write 512, 10KB, 1.5MB, 2GB", err);
	case MF_T_INT:
		o->has_number = query_number(o->text, o->n, &o->number);
		return o->has_number ? MF_OK
				     : wrong_value(o, offset, "a number", "write 3, or null", err);
	case MF_T_BOOL:
		read_truth(o);
		if (ordered)
			return query_error(err, offset, "a truth value takes = or !=");
		return o->truth >= 0 ? MF_OK
				     : wrong_value(o, offset, "true or false",
					       "write true, false or null", err);
	case MF_T_STATUS:
		return n->op == OP_EQ || n->op == OP_NE ? read_status(o, offset, err) : MF_OK;
	default:
		/* the values decide what they are compared as */
		read_truth(o);
		o->has_number = query_number(o->text, o->n, &o->number);
		read_time(o, q->now);
		return MF_OK;
	}
}

int query_operand(struct mf_query *q, struct query_node *n, const char *text, size_t len,
	bool quoted, const char *written, size_t offset, struct mf_error *err)
{
	struct operand *o = &n->operand;
	*o = (struct operand){.text = arena_strndup(&q->arena, text, len), .n = len, .truth = -1};
	if (!o->text)
		return err_nomem(err);
	if (n->op == OP_MATCH || n->op == OP_NO_MATCH)
		return compile(q, n, offset, err);
	bool textual = n->type == MF_T_STRING || n->type == MF_T_STATUS || n->type == MF_T_LIST ||
		       n->type == MF_T_JSON;
	if (n->op == OP_HAS && !textual)
		n->op = OP_EQ;
	o->is_null = !quoted && strcasecmp(o->text, "null") == 0;
	if (o->is_null && n->op == OP_HAS)
		n->op = OP_EQ;
	if (o->is_null)
		return n->op == OP_EQ || n->op == OP_NE
			       ? MF_OK
			       : query_error(err, offset, "null takes = or !=");
	return read_typed(q, n, written, offset, err);
}
