/* The words of a query and its grammar:
 *
 *     any  := all { ("or" | "||") all }
 *     all  := one { ["and" | "&&" | ","] one }
 *     one  := ("not" | "!") one | "(" any ")" | FIELD OP VALUE | VALUE
 *     OP   := = == != < <= > >= ~ =~ !~ :
 *
 * A VALUE is 'quoted' or "quoted", where a backslash takes the special meaning from a quote or a
 * backslash, or else it reaches to the next blank, comma or closing parenthesis, those inside its
 * own brackets excepted. */
#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

#include "../base/err.h"
#include "../base/suggest.h"
#include "../base/util.h"
#include "query.h"

struct parser {
	struct mf_query *q;
	const char *text, *p;
	int depth;
	struct mf_error *err;
};

static size_t at(const struct parser *ps, const char *p)
{
	return (size_t)(p - ps->text);
}

/* ---- words ---- */

static void blanks(struct parser *ps)
{
	while (isspace((unsigned char)*ps->p))
		ps->p++;
}

static bool ends_word(char c)
{
	return !c || isspace((unsigned char)c) || c == '(' || c == ')' || c == ',';
}

/* Is the word w at p? Keywords are of any case. */
static bool keyword(struct parser *ps, const char *w)
{
	size_t n = strlen(w);
	if (strncasecmp(ps->p, w, n) != 0 || (isalpha((unsigned char)*w) && !ends_word(ps->p[n])))
		return false;
	ps->p += n;
	return true;
}

static bool is_or(const char *p)
{
	return (strncasecmp(p, "or", 2) == 0 && ends_word(p[2])) || strncmp(p, "||", 2) == 0;
}

static bool operator_at(const char *p, enum query_op *op, size_t *n)
{
	static const struct {
		const char *text;
		enum query_op op;
	} ops[] = {{"==", OP_EQ}, {"=~", OP_MATCH}, {"=", OP_EQ}, {"!=", OP_NE},
		{"!~", OP_NO_MATCH}, {"<=", OP_LE}, {"<", OP_LT}, {">=", OP_GE}, {">", OP_GT},
		{"~", OP_MATCH}, {":", OP_HAS}};
	for (size_t i = 0; i < ARRAY_SIZE(ops); i++)
		if (str_starts(p, ops[i].text)) {
			*op = ops[i].op;
			*n = strlen(ops[i].text);
			return true;
		}
	return false;
}

/* The end of an unquoted value. */
static const char *value_end(const char *p)
{
	int open = 0;
	for (; *p && !isspace((unsigned char)*p); p++) {
		if (*p == '\\' && p[1] && !isspace((unsigned char)p[1]))
			p++;
		else if (strchr("([{", *p))
			open++;
		else if (strchr(")]}", *p) && open)
			open--;
		else if (*p == ')' ||
			 (!open && (*p == ',' || str_starts(p, "||") || str_starts(p, "&&"))))
			break;
	}
	return p;
}

/* A value in the arena; *quoted tells how it was written. */
static int read_value(struct parser *ps, const char **out, size_t *n, bool *quoted)
{
	const char *start = ps->p;
	char quote = *start;
	*quoted = quote == '"' || quote == '\'';
	if (!*quoted) {
		ps->p = value_end(start);
		*n = (size_t)(ps->p - start);
		*out = arena_strndup(&ps->q->arena, start, *n);
		return *out ? MF_OK : err_nomem(ps->err);
	}
	const char *end = start + 1;
	while (*end && *end != quote)
		end += *end == '\\' && end[1] ? 2 : 1;
	if (!*end)
		return query_error(ps->err, at(ps, start), "the quote has no end");
	char *copy = arena_alloc(&ps->q->arena, (size_t)(end - start)), *d = copy;
	if (!copy)
		return err_nomem(ps->err);
	for (const char *p = start + 1; p < end; p++) {
		/* other backslashes stay, for regular expressions and globs */
		if (*p == '\\' && (p[1] == '\\' || p[1] == '"' || p[1] == '\''))
			p++;
		*d++ = *p;
	}
	*n = (size_t)(d - copy);
	*out = copy;
	ps->p = end + 1;
	return MF_OK;
}

/* ---- the grammar ---- */

static struct query_node *new_node(struct parser *ps, enum query_kind kind)
{
	struct query_node *n = arena_calloc(&ps->q->arena, 1, sizeof(*n));
	if (n)
		n->kind = kind;
	else
		err_nomem(ps->err);
	return n;
}

static int word(struct parser *ps, struct query_node **out)
{
	const char *text, *start = ps->p;
	size_t n;
	bool quoted;
	int rc = read_value(ps, &text, &n, &quoted);
	if (rc < 0)
		return rc;
	if (!n && !quoted)
		return query_error(ps->err, at(ps, start), "something is missing here");
	*out = new_node(ps, QUERY_WORD);
	if (!*out)
		return MF_ENOMEM;
	(*out)->operand.text = text;
	(*out)->operand.n = n;
	return MF_OK;
}

/* A comparison whose name ends at `name_end`; *found is false when there is none, and nothing is
 * taken then. */
static int comparison(struct parser *ps, struct query_node **out, bool *found)
{
	const char *start = ps->p, *p = start;
	enum query_op op;
	size_t op_n;
	*found = false;
	while (!ends_word(*p) && !strchr("\"'&|", *p) && !operator_at(p, &op, &op_n))
		p++;
	const char *name_end = p;
	while (isspace((unsigned char)*p))
		p++;
	if (name_end == start || !operator_at(p, &op, &op_n) || (op == OP_HAS && p != name_end))
		return MF_OK;
	char *name = arena_strndup(&ps->q->arena, start, (size_t)(name_end - start));
	struct query_node *n = new_node(ps, QUERY_TEST);
	if (!name || !n)
		return err_nomem(ps->err);
	char *dot = strchr(name, '.');
	if (dot)
		*dot = '\0';
	if (!query_field(ps->q->entity, name, n)) {
		const char *near = query_near_field(ps->q->entity, name);
		/* tags have colons, too: what is not a field but for a slip is searched for */
		if (op == OP_HAS && (!near || !suggest_is_slip(name, near)))
			return MF_OK;
		return query_unknown_field(ps->q->entity, name, near, at(ps, start), ps->err);
	}
	if (dot) {
		n->path = dot + 1;
		n->type = MF_T_JSON;
		if (!dot[1] || dot[1] == '.')
			return query_error(
				ps->err, at(ps, start), "a key is missing after “%.100s.”", name);
	}
	n->op = op;
	*found = true;
	*out = n;
	ps->p = p + op_n;
	blanks(ps);
	const char *value, *value_at = ps->p;
	size_t value_n;
	bool quoted;
	int rc = read_value(ps, &value, &value_n, &quoted);
	if (rc < 0)
		return rc;
	if (!value_n && !quoted)
		return query_error(
			ps->err, at(ps, value_at), "a value is missing after “%.*s”", (int)op_n, p);
	if (!dot && !quoted)
		query_choose_finished(ps->q, n, name, value);
	return query_operand(ps->q, n, value, value_n, quoted, name, at(ps, value_at), ps->err);
}

static int any(struct parser *ps, struct query_node **out);

static int one(struct parser *ps, struct query_node **out)
{
	int rc;
	bool found, negated = false;
	const char *start = ps->p;
	for (;; negated = !negated) {
		blanks(ps);
		bool mark = *ps->p == '!' && ps->p[1] != '=' && ps->p[1] != '~';
		if (mark)
			ps->p++;
		else if (!keyword(ps, "not"))
			break;
	}
	if (!*ps->p || *ps->p == ')' || *ps->p == ',' || is_or(ps->p))
		return query_error(ps->err, at(ps, ps->p), "something is missing here");
	enum query_op op;
	size_t op_n;
	if (operator_at(ps->p, &op, &op_n))
		return query_error(ps->err, at(ps, ps->p), "a field is missing before “%.*s”",
			(int)op_n, ps->p);
	if (*ps->p == '(') {
		if (++ps->depth > QUERY_MAX_DEPTH)
			return query_error(
				ps->err, at(ps, start), "parentheses are nested too deeply");
		ps->p++;
		TRY(any(ps, out));
		blanks(ps);
		if (*ps->p != ')')
			return query_error(
				ps->err, at(ps, ps->p), "a closing parenthesis is missing");
		ps->p++;
		ps->depth--;
	} else {
		TRY(comparison(ps, out, &found));
		if (!found)
			TRY(word(ps, out));
	}
	if (negated) {
		struct query_node *not = new_node(ps, QUERY_NOT);
		if (!not )
			return MF_ENOMEM;
		not ->first = *out;
		*out = not ;
	}
	rc = MF_OK;
done:
	return rc;
}

static int all(struct parser *ps, struct query_node **out)
{
	struct query_node *list = new_node(ps, QUERY_AND), **end;
	if (!list)
		return MF_ENOMEM;
	for (end = &list->first;; end = &(*end)->next) {
		int rc = one(ps, end);
		if (rc < 0)
			return rc;
		blanks(ps);
		if (!*ps->p || *ps->p == ')' || is_or(ps->p))
			break;
		if (*ps->p == ',')
			ps->p++;
		else if (!keyword(ps, "and"))
			keyword(ps, "&&");
	}
	*out = list->first->next ? list : list->first;
	return MF_OK;
}

static int any(struct parser *ps, struct query_node **out)
{
	struct query_node *list = new_node(ps, QUERY_OR), **end;
	if (!list)
		return MF_ENOMEM;
	for (end = &list->first;; end = &(*end)->next) {
		int rc = all(ps, end);
		if (rc < 0)
			return rc;
		if (!is_or(ps->p))
			break;
		ps->p += 2;
	}
	*out = list->first->next ? list : list->first;
	return MF_OK;
}

/* ---- the whole ---- */

int mf_query_parse(struct mf_query **out, enum mf_entity entity, const char *text, int64_t now,
	struct mf_error *err)
{
	*out = NULL;
	if (strlen(text) > QUERY_MAX_TEXT)
		return query_error(err, QUERY_MAX_TEXT, "the query is too long");
	struct mf_query *q = calloc(1, sizeof(*q));
	if (!q)
		return err_nomem(err);
	arena_init(&q->arena, 0);
	q->entity = entity;
	q->now = now;
	struct parser ps = {.q = q, .text = text, .p = text, .err = err};
	int rc;
	TRY(query_columns(q, err));
	blanks(&ps);
	if (*ps.p)
		TRY(any(&ps, &q->root));
	blanks(&ps);
	if (*ps.p)
		rc = query_error(err, at(&ps, ps.p), "a closing parenthesis too many");
done:
	if (rc < 0)
		mf_query_free(q);
	else
		*out = q;
	return rc;
}

void mf_query_free(struct mf_query *q)
{
	if (!q)
		return;
	for (struct query_node *n = q->regexes; n; n = n->regex_next)
		regfree(n->operand.regex);
	arena_release(&q->arena);
	free(q);
}
