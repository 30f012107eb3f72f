/* cli/page.h: styled text on a terminal, and small tables of text. */
#ifndef CLI_PAGE_H
#define CLI_PAGE_H

#include "cmd.h"

/* Print a page, with colours where ctx has them. `deep`: the terminal knows 24-bit colours. */
void page_print(struct cmd_ctx *ctx, const struct mf_page *page, bool deep);
/* Does the environment promise 24-bit colours? */
bool page_deep_color(void);

/* Rows of text cells: aligned on a terminal, TAB-separated elsewhere, in both cases below a header
 * (but for --no-headers). */
struct sheet {
	const char *const *titles; /* ended by NULL */
	const bool *right;         /* NULL: every column to the left */
	struct buf *cells;         /* n of them, row after row */
	size_t n, cap, columns;
	bool failed;
	struct buf nowhere; /* takes what there is no memory for */
};

void sheet_init(struct sheet *g, const char *const *titles, const bool *right);
/* The next cell, to be filled; never NULL (one that is thrown away when out of memory). */
struct buf *sheet_cell(struct sheet *g);
void sheet_text(struct sheet *g, const char *s); /* NULL: - */
/* Print and release. Exit code. */
int sheet_print(struct sheet *g, struct cmd_ctx *ctx);

#endif
