/* What queries mean.
 *
 *   status=failed and duration>10m   comparisons: = != < <= > >= ~ !~ :
 *   user=ali* not tags:nightly       = takes globs; : asks a list for an item, a text for a part
 *   created_at<2h                    an age is compared with an age: less than two hours ago
 *   created_at>=2026-11-21           a time with a time; = holds for all of a day, minute, second
 *   (train or 17952*) !running       words are looked for in id, user, tags, status and all
 *                                    columns of text; case does not count
 *   metadata_dict.ds-type=s3         keys below a field; a missing key is null
 *   finished=null, tags!="a b"       null is a bare word; quotes keep together what is in them
 *
 * A list matches when one of its items does; != and !~ hold when = and ~ do not. Texts are compared
 * as numbers where both sides are numbers, JSON by its text. What cannot be read is neither equal
 * nor different: it makes a comparison unknown, also below `not`, and what is unknown does not
 * match. */
#include "query.h"

#include <stdlib.h>

#include "../base/fmt.h"
#include "../base/limits.h"
#include "object.h"

enum verdict { NO, YES, UNKNOWN };

static enum verdict verdict(bool b)
{
	return b ? YES : NO;
}

static enum verdict negate(enum verdict v)
{
	return v == UNKNOWN ? UNKNOWN : verdict(v == NO);
}

/* ---- values ---- */

/* The text of a value: of a string itself, of the rest as it is printed. False when there is no
 * memory for it. */
static bool text_of(
	const struct mf_value *v, enum mf_type type, struct buf *b, const char **p, size_t *n)
{
	*p = mf_value_text(v, n);
	if (*p)
		return true;
	struct mf_sink sink = {buf_sink_write, b};
	if (type == MF_T_TIME && v->kind == MF_INT)
		fmt_rfc3339(b, v->u.i);
	else
		mf_value_print_json(v, &sink, 0, NULL);
	*p = b->p;
	*n = b->n;
	return !b->failed;
}

static bool order_holds(enum query_op op, int c)
{
	switch (op) {
	case OP_EQ: return c == 0;
	case OP_LT: return c < 0;
	case OP_LE: return c <= 0;
	case OP_GT: return c > 0;
	case OP_GE: return c >= 0;
	default: return false;
	}
}

static int compare_numbers(double a, double b)
{
	return (a > b) - (a < b);
}

static int compare_bytes(const char *a, size_t an, const char *b, size_t bn)
{
	int c = memcmp(a, b, an < bn ? an : bn);
	return c ? c : (an > bn) - (an < bn);
}

static bool is_number(const struct mf_value *v)
{
	return v->kind == MF_INT || v->kind == MF_FLOAT;
}

static bool compare_time(const struct query_node *n, int64_t now, int64_t t)
{
	const struct operand *o = &n->operand;
	if (o->is_age)
		return order_holds(n->op, compare_numbers((double)(now - t), (double)o->age));
	if (n->op == OP_EQ)
		return t >= o->time && t < o->until;
	return order_holds(n->op, (t > o->time) - (t < o->time));
}

static bool matches_regex(const regex_t *regex, const char *p, size_t n)
{
	regmatch_t part = {.rm_so = 0, .rm_eo = (regoff_t)n};
	return regexec(regex, p, 1, &part, REG_STARTEND) == 0;
}

/* Compare texts: numbers and times where both sides are, else bytes; = with globs. */
static bool compare_text(const struct query_node *n, int64_t now, const char *p, size_t len)
{
	const struct operand *o = &n->operand;
	double number;
	int64_t time;
	char copy[48];
	if (n->op == OP_MATCH)
		return matches_regex(o->regex, p, len);
	if (n->op == OP_HAS)
		return query_contains(p, len, o->text, o->n);
	if (n->op == OP_EQ)
		return (len == o->n && memcmp(p, o->text, len) == 0) || query_glob(o->text, p, len);
	if (o->has_number && query_number(p, len, &number))
		return order_holds(n->op, compare_numbers(number, o->number));
	if (o->has_time && len >= 10 && len < sizeof(copy)) {
		memcpy(copy, p, len);
		copy[len] = '\0';
		if (parse_time(copy, now, &time))
			return compare_time(n, now, time);
	}
	return order_holds(n->op, compare_bytes(p, len, o->text, o->n));
}

/* One value that is neither null nor to be looked into. */
static enum verdict compare(
	const struct query_node *n, int64_t now, enum mf_type type, const struct mf_value *v)
{
	const struct operand *o = &n->operand;
	if (n->op != OP_MATCH && n->op != OP_HAS) {
		if (type == MF_T_TIME && v->kind == MF_INT && o->has_time)
			return verdict(compare_time(n, now, v->u.i));
		if (is_number(v) && o->has_number)
			return verdict(
				order_holds(n->op, compare_numbers(mf_value_float(v), o->number)));
		if (v->kind == MF_BOOL && o->truth >= 0)
			return verdict(n->op == OP_EQ && mf_value_bool(v) == o->truth);
	}
	struct buf b = BUF_INIT(MF_LIMIT_TEXT);
	const char *p;
	size_t len;
	enum verdict r = UNKNOWN;
	if (text_of(v, type, &b, &p, &len))
		r = verdict(compare_text(n, now, p, len));
	buf_release(&b);
	return r;
}

static bool is_list(const struct mf_value *v)
{
	return v->kind == MF_LIST || v->kind == MF_TUPLE || v->kind == MF_SET ||
	       v->kind == MF_FROZENSET;
}

/* An item of a list by `:` is an equal one. */
static enum verdict compare_items(
	const struct query_node *n, int64_t now, const struct mf_value *list)
{
	struct query_node item = *n;
	if (n->op == OP_HAS)
		item.op = OP_EQ;
	for (size_t i = 0; i < mf_value_count(list); i++) {
		const struct mf_value *v = mf_value_item(list, i);
		enum verdict r =
			mf_value_kind(v) == MF_NULL ? NO : compare(&item, now, MF_T_JSON, v);
		if (r != NO)
			return r;
	}
	return NO;
}

static enum verdict test_value(const struct query_node *n, int64_t now, const struct mf_value *v)
{
	if (mf_value_kind(v) == MF_FAILURE)
		return UNKNOWN;
	if (n->operand.is_null)
		return verdict(mf_value_kind(v) == MF_NULL);
	if (mf_value_kind(v) == MF_NULL)
		return NO;
	enum verdict r = is_list(v) ? compare_items(n, now, v) : NO;
	/* a list of JSON is also a text */
	if (r == NO &&
		(!is_list(v) || (n->type == MF_T_JSON && (n->op == OP_MATCH || n->op == OP_HAS))))
		r = compare(n, now, n->type, v);
	return r;
}

/* ---- keys below a field ---- */

enum { MAX_KEYS = 16 };

/* Test what stands at `path` below v; keys may hold dots themselves. *found tells whether there was
 * anything. */
static enum verdict test_path(const struct query_node *n, int64_t now, const struct mf_value *v,
	const char *path, int depth, bool *found)
{
	if (!path) {
		*found = true;
		return test_value(n, now, v);
	}
	if (mf_value_kind(v) == MF_FAILURE) {
		*found = true;
		return UNKNOWN;
	}
	if (depth >= MAX_KEYS || !v)
		return NO;
	if (is_list(v)) {
		char *end;
		unsigned long index = strtoul(path, &end, 10);
		if (end > path && (!*end || *end == '.')) {
			const struct mf_value *item = mf_value_item(v, index);
			return item ? test_path(
					      n, now, item, *end ? end + 1 : NULL, depth + 1, found)
				    : NO;
		}
		enum verdict r = NO;
		for (size_t i = 0; i < mf_value_count(v) && r != YES; i++) {
			enum verdict one =
				test_path(n, now, mf_value_item(v, i), path, depth + 1, found);
			r = one == NO ? r : one;
		}
		return r;
	}
	for (size_t i = 0; v->kind == MF_DICT && i < mf_value_count(v); i++) {
		size_t len;
		const char *key = mf_value_text(mf_value_key(v, i), &len);
		if (!key || strlen(path) < len || memcmp(path, key, len) != 0 ||
			(path[len] && path[len] != '.'))
			continue;
		enum verdict r = test_path(n, now, mf_value_item(v, i),
			path[len] ? path + len + 1 : NULL, depth + 1, found);
		if (*found)
			return r;
	}
	return NO;
}

/* ---- the tree ---- */

static enum verdict test(const struct mf_query *q, const struct query_node *n, struct mf_object *o)
{
	struct query_node positive = *n;
	bool negated = n->op == OP_NE || n->op == OP_NO_MATCH, found = false;
	struct mf_value id = {.kind = MF_STRING};
	const struct mf_value *v = &id;
	static const struct mf_value null = {.kind = MF_NULL};
	if (n->op == OP_NE)
		positive.op = OP_EQ;
	if (n->op == OP_NO_MATCH)
		positive.op = OP_MATCH;
	if (n->field >= 0) {
		v = mf_object_field(o, n->field);
	} else {
		id.u.s.p = o->id[n->ancestor];
		id.u.s.n = strlen(id.u.s.p);
	}
	enum verdict r;
	if (n->path) {
		r = test_path(&positive, q->now, v, n->path, 0, &found);
		if (!found && r == NO)
			r = test_value(&positive, q->now, &null);
	} else {
		r = test_value(&positive, q->now, v);
	}
	return negated ? negate(r) : r;
}

/* Is the word in the text of the value, or of an item of it? */
static bool word_in(const struct operand *o, const struct mf_value *v)
{
	size_t n;
	const char *p = mf_value_text(v, &n);
	if (p)
		return query_contains(p, n, o->text, o->n);
	for (size_t i = 0; is_list(v) && i < mf_value_count(v); i++) {
		p = mf_value_text(mf_value_item(v, i), &n);
		if (p && query_contains(p, n, o->text, o->n))
			return true;
	}
	return false;
}

/* A column that cannot be read does not hold the word, but of an object without a record nothing is
 * known. */
static enum verdict look_for(
	const struct mf_query *q, const struct query_node *n, struct mf_object *o)
{
	for (size_t i = 0; i < q->n_columns; i++)
		if (word_in(&n->operand, mf_object_field(o, q->columns[i])))
			return YES;
	return o->error ? UNKNOWN : NO;
}

/* Depth is limited by the parser. */
static enum verdict evaluate(
	const struct mf_query *q, const struct query_node *n, struct mf_object *o)
{
	switch (n->kind) {
	case QUERY_TEST: return test(q, n, o);
	case QUERY_WORD: return look_for(q, n, o);
	case QUERY_NOT: return negate(evaluate(q, n->first, o));
	case QUERY_AND:
	case QUERY_OR: break;
	}
	enum verdict decides = n->kind == QUERY_OR ? YES : NO, r = negate(decides);
	for (const struct query_node *k = n->first; k; k = k->next) {
		enum verdict one = evaluate(q, k, o);
		if (one == decides)
			return one;
		r = one == UNKNOWN ? UNKNOWN : r;
	}
	return r;
}

static bool node_uses(const struct mf_query *q, const struct query_node *node, int field)
{
	for (const struct query_node *n = node->first; n; n = n->next)
		if (node_uses(q, n, field))
			return true;
	for (size_t i = 0; node->kind == QUERY_WORD && i < q->n_columns; i++)
		if (q->columns[i] == field)
			return true;
	return node->kind == QUERY_TEST && node->field == field;
}

bool query_uses(const struct mf_query *q, int field)
{
	return q->root && node_uses(q, q->root, field);
}

bool mf_query_match(const struct mf_query *q, struct mf_object *o)
{
	return !q->root || (o->entity == q->entity && evaluate(q, q->root, o) == YES);
}

/* ---- order ---- */

static bool missing(const struct mf_value *v)
{
	return mf_value_kind(v) == MF_NULL || mf_value_kind(v) == MF_FAILURE;
}

/* A string is lent, items of a list stand in a row, the rest is printed. */
static void sort_text(const struct mf_value *v, struct buf *b, const char **p, size_t *n)
{
	struct mf_sink sink = {buf_sink_write, b};
	*p = mf_value_text(v, n);
	if (*p)
		return;
	for (size_t i = 0; is_list(v) && i < mf_value_count(v); i++) {
		const struct mf_value *item = mf_value_item(v, i);
		const char *text = mf_value_text(item, n);
		buf_adds(b, i ? ", " : "");
		if (text)
			buf_add(b, text, *n);
		else
			mf_value_print_json(item, &sink, 0, NULL);
	}
	if (!is_list(v))
		mf_value_print_json(v, &sink, 0, NULL);
	*p = b->p;
	*n = b->n;
}

static bool all_digits(const char *p, size_t n)
{
	size_t i = 0;
	while (i < n && p[i] >= '0' && p[i] <= '9')
		i++;
	return n && i == n;
}

/* As id_compare: numbers as numbers and before the rest, the rest bytewise. */
static int compare_texts(const char *a, size_t an, const char *b, size_t bn)
{
	bool da = all_digits(a, an), db = all_digits(b, bn);
	if (da != db)
		return da ? -1 : 1;
	for (; da && an > 1 && *a == '0'; an--)
		a++;
	for (; da && bn > 1 && *b == '0'; bn--)
		b++;
	if (da && an != bn)
		return an < bn ? -1 : 1;
	return compare_bytes(a, an, b, bn);
}

int mf_object_compare(struct mf_object *a, struct mf_object *b, int field)
{
	const struct mf_value *x = mf_object_field(a, field), *y = mf_object_field(b, field);
	if (missing(x) || missing(y))
		return missing(x) - missing(y);
	if ((is_number(x) || x->kind == MF_BOOL) && (is_number(y) || y->kind == MF_BOOL)) {
		if (x->kind == MF_FLOAT || y->kind == MF_FLOAT)
			return compare_numbers(mf_value_float(x), mf_value_float(y));
		return (mf_value_int(x) > mf_value_int(y)) - (mf_value_int(x) < mf_value_int(y));
	}
	struct buf bx = BUF_INIT(MF_LIMIT_TEXT), by = BUF_INIT(MF_LIMIT_TEXT);
	const char *px, *py;
	size_t nx, ny;
	sort_text(x, &bx, &px, &nx);
	sort_text(y, &by, &py, &ny);
	int c = compare_texts(px, nx, py, ny);
	buf_release(&bx);
	buf_release(&by);
	return c;
}
