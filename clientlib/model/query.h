/* model/query.h: the tree behind a query. Built once in its arena, then never changed. */
#ifndef MF_MODEL_QUERY_H
#define MF_MODEL_QUERY_H

#include <regex.h>

#include "../base/arena.h"
#include "../mf.h"

enum {
	QUERY_MAX_TEXT = 64 << 10, /* bytes of a query */
	QUERY_MAX_DEPTH = 64,      /* parentheses and negations inside each other */
	QUERY_MAX_REGEX = 1000,    /* bytes of a regular expression */
	QUERY_MAX_NODES = 5000,    /* what regcomp makes of it: it writes repetitions out */
	QUERY_MAX_GROUPS = 50      /* groups inside each other in it */
};

enum query_op { OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE, OP_MATCH, OP_NO_MATCH, OP_HAS, N_OPS };

/* The right side of a comparison, read for the type of the left one. */
struct operand {
	const char *text; /* NUL-terminated */
	size_t n;
	bool is_null;    /* the bare word null */
	bool has_number; /* number is set: ms, bytes, plain */
	bool has_time;   /* time is set: ms since 1970 */
	bool is_age;     /* age is set: ms; then has_time too */
	int truth;       /* 1, 0; -1: no boolean */
	double number;
	int64_t time, until; /* = on a time holds for [time, until): a day, a minute, a second */
	int64_t age;
	regex_t *regex; /* of ~ and !~ */
};

enum query_kind { QUERY_AND, QUERY_OR, QUERY_NOT, QUERY_TEST, QUERY_WORD };

struct query_node {
	enum query_kind kind;
	struct query_node *first, *next; /* operands of and, or, not; next of the same parent */
	/* a comparison */
	enum query_op op;
	enum mf_type type;
	int field; /* -1: the id of `ancestor` */
	int ancestor;
	const char *path;              /* keys below the field, separated by dots; NULL */
	struct operand operand;        /* of a word: its text */
	struct query_node *regex_next; /* all nodes with a regex */
};

struct mf_query {
	struct arena arena;
	enum mf_entity entity;
	int64_t now;
	struct query_node *root;    /* NULL matches everything */
	struct query_node *regexes; /* to free */
	int *columns;               /* fields that a bare word looks into */
	size_t n_columns;
};

/* Does evaluating the query look at the field? */
bool query_uses(const struct mf_query *q, int field);
/* Which field a name without dots means, or an alias of one; the id of the object itself or of one
 * above it by the name of its kind. False: none. */
bool query_field(enum mf_entity entity, const char *name, struct query_node *node);
/* The field or alias that was probably meant; NULL. */
const char *query_near_field(enum mf_entity entity, const char *name);
int query_unknown_field(enum mf_entity entity, const char *name, const char *near, size_t offset,
	struct mf_error *err);
/* "finished" is a boolean, or the time when it is compared with one. */
void query_choose_finished(
	struct mf_query *q, struct query_node *n, const char *name, const char *value);
/* Where a bare word is looked for: id, status, user and tags first, then the columns that hold
 * text. */
int query_columns(struct mf_query *q, struct mf_error *err);

/* Fill n->operand from the text of a value (quoted or not) that stands at `offset`. `written` is
 * the field as the user wrote it. MF_EUSAGE when it is no value of the type, or the operator does
 * not apply. */
int query_operand(struct mf_query *q, struct query_node *n, const char *text, size_t len,
	bool quoted, const char *written, size_t offset, struct mf_error *err);
/* MF_EUSAGE with a place in the query. */
int query_error(struct mf_error *err, size_t offset, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Does the pattern (* ? [a-z] [!a-z] and \ to quote) match all of the text? ? and [] take one
 * character of UTF-8. */
bool query_glob(const char *pattern, const char *p, size_t n);
/* Is `word` in the text, with ASCII letters of either case equal? */
bool query_contains(const char *p, size_t n, const char *word, size_t word_n);
/* A whole text as a number, as JSON or the user writes it. */
bool query_number(const char *p, size_t n, double *out);

#endif
