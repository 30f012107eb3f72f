/* model/carddraw.h: the components of cards (data-model §9.2) as styled text; shared by the files
 * carddraw_*.c. Components come from outside: any member may be absent or of another kind, and then
 * draws nothing. */
#ifndef MF_MODEL_CARDDRAW_H
#define MF_MODEL_CARDDRAW_H

#include "../codec/styled.h"
#include "../codec/value.h"

struct card_draw {
	struct mf_page *page;
	bool pixels;
	int depth;         /* of nested components */
	size_t components; /* drawn so far */
};

/* A component, or a bare value. Ends with a finished line. */
void card_component(struct card_draw *d, struct block *b, const struct mf_value *c);
/* A list of components below each other; boxes and the columns of a section side by side. */
void card_contents(
	struct card_draw *d, struct block *b, const struct mf_value *list, size_t columns);
bool card_is_component(const struct mf_value *v);

/* A string member; false if it is absent or empty. */
bool card_text(const struct mf_value *c, const char *key, const char **p, size_t *n);
/* A value in one line or, for strings, as it is; in the page's arena. Never NULL. */
const char *card_plain(struct mf_page *page, const struct mf_value *v, size_t *n);
/* A copy of a string in the page's arena; NULL for what is none. */
char *card_copy(struct mf_page *page, const struct mf_value *v);
/* A number, also from a numeric string. */
bool card_number(const struct mf_value *v, double *out);
/* Draw `key` in one line if there is such a string. */
void card_line(struct block *b, enum mf_style style, const struct mf_value *c, const char *key);

/* ---- tables (carddraw_table.c) ---- */

struct card_cell {
	const struct mf_value *component; /* NULL: text */
	const char *p;
	size_t n;
	enum mf_style style;
	bool number;
};
struct card_grid {
	struct card_cell *cells; /* rows * columns */
	size_t rows, columns;
	bool head; /* the first row names the columns */
};
/* NULL cells when out of memory (then the page says so). */
struct card_grid card_grid_new(struct mf_page *page, size_t rows, size_t columns);
void card_grid_draw(struct card_draw *d, struct block *b, const struct card_grid *g);

/* ---- one function a component, as carddraw.c lists them ---- */

void card_draw_table(struct card_draw *d, struct block *b, const struct mf_value *c);
void card_draw_artifacts(struct card_draw *d, struct block *b, const struct mf_value *c);
void card_draw_image(struct card_draw *d, struct block *b, const struct mf_value *c);
void card_draw_progress(struct card_draw *d, struct block *b, const struct mf_value *c);
void card_draw_value(struct card_draw *d, struct block *b, const struct mf_value *c);
void card_draw_dag(struct card_draw *d, struct block *b, const struct mf_value *c);
void card_draw_chart(struct card_draw *d, struct block *b, const struct mf_value *c);
void card_draw_events(struct card_draw *d, struct block *b, const struct mf_value *c);

/* A horizontal bar of `width` columns. */
void card_bar(struct block *b, double fraction, size_t width);

/* One chart as dots (carddraw_plot.c). */
struct card_point {
	double x, y;
	bool joined; /* a line comes from the point before */
};
void card_plot(struct block *b, const struct card_point *v, size_t n, const char *x_low,
	const char *x_high);

#endif
