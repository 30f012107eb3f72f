/* codec/table.h: what the files of tables share. mf.h has what they are for. */
#ifndef MF_CODEC_TABLE_H
#define MF_CODEC_TABLE_H

#include "column.h"

struct table_column {
	struct mf_column face;
	const struct column *cells;
	size_t nulls; /* SIZE_MAX: not counted yet */
};

struct mf_table {
	struct arena arena;
	size_t rows, n;
	struct table_column *columns;
	const struct column *index;         /* NULL: 0, 1, 2 … */
	const struct mf_value *index_names; /* a list */
	/* Cells that were lent: one arena is filled, the other one keeps those before. */
	struct arena lent[2];
	unsigned turn, count;
	struct arena scratch; /* of what is looked at here only */
};

/* Room for the columns; false: the arena is full. */
bool table_reserve(struct mf_table *t, size_t n);
/* The next column; name: a cell; NULL: its number. */
bool table_add(struct mf_table *t, const struct column *cells, const struct mf_value *name);

/* Is it the name of a type of numbers? */
bool table_is_number(const char *type);

/* ---- table_values.c: lists and dicts; 0, MF_EUNSUPPORTED, MF_ENOMEM, MF_ELIMIT ---- */

int table_list(struct mf_table *t, struct reader *r, const struct mf_value *v);
int table_dict(struct mf_table *t, struct reader *r, const struct mf_value *v);
/* A column of values; those that are NULL are missing. */
const struct column *column_values(struct reader *r, const struct mf_value *const *v, size_t n);

/* ---- csv.c ---- */

/* The text of a cell in a field, without quotes. */
void csv_text(struct buf *out, const struct mf_value *v);

#endif
