/* columns.h: the columns of a list as a person has chosen them: which ones, in which order; beside
 * the view's own, the fields that mfctl would show. Kept in what is saved by the id of the view. UI
 * thread only. */
#ifndef TUI_COLUMNS_H
#define TUI_COLUMNS_H

#include "app.h"
#include "list.h"
#include "rows.h"

struct columns_spec {
	const struct list_column *own; /* lives on; titles may be made later */
	int count;
	const char *const *sort_fields; /* the field of each own column; NULL: none */
	const char *const
		*fields; /* those that are always read, ended by NULL; NULL: no fields are added */
	const char *const
		*late; /* of the others, those read for rows on the screen only; or NULL */
	enum mf_entity entity;
};

struct columns {
	struct view *view;
	struct list *list;
	struct columns_spec spec;
	void (*changed)(struct view *v); /* other columns now: ask for their fields */
	struct list_column all[LIST_COLUMNS];
	const char *names[LIST_COLUMNS]; /* in what is saved */
	char own_names[LIST_COLUMNS][24];
	const char *field[LIST_COLUMNS];
	const char *fields[ROWS_FIELDS_MOST + 1]; /* to be read: for rows_spec */
	bool refused[LIST_COLUMNS];               /* a person has hidden it */
	int count;
};

/* Before list_init, which gets c->all and c->count; `list` lives as long. */
void columns_init(
	struct columns *c, struct view *v, struct list *l, const struct columns_spec *spec);
/* After list_init: as it was chosen at some time. */
void columns_recall(struct columns *c, void (*changed)(struct view *v));
/* The view itself shows or hides one, unless a person has hidden it. */
void columns_auto(struct columns *c, int column, bool on);
/* The field of a column that is not the view's own. */
const char *columns_field(const struct columns *c, int column);
/* The field of the column the list is sorted by; NULL: none. */
const char *columns_sort(const struct columns *c);
/* Let the person choose, in a popup. */
void columns_choose(struct columns *c);

#endif
