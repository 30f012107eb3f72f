/* test_dagdraw.h: graphs by hand for the tests of the drawing. */
#ifndef TEST_DAGDRAW_H
#define TEST_DAGDRAW_H

#include "../../support/test.h"

#include "../../../clientlib/model/dagdraw.h"

enum { SAMPLE_NODES = 2100, SAMPLE_EDGES = 8000 };

struct sample {
	struct mf_graph graph;
	struct mf_node nodes[SAMPLE_NODES];
	struct mf_edge edges[SAMPLE_EDGES];
	char text[64 * 1024];
};

/* One node a line: `name type key=value … > target target:case target:case:taken …`. Types may be
 * short (foreach, switch, static, parallel). Keys: var, cond, join, splits, ok, bad, run (tasks of
 * that status), ms (duration). A node has run if it has tasks; its status follows from them. The
 * result is overwritten by the next call. */
const struct mf_graph *sample_graph(const char *text);
struct sample *sample_empty(void);
void sample_node(struct sample *s, const char *name);
void sample_edge(struct sample *s, size_t from, size_t to);

/* A struct dag of a sample as far as dag_texts() and, with tree, dag_tree(); release it. */
void dag_open(struct dag *d, const struct mf_graph *g, bool tree);
/* And laid out in a roomy style. */
void dag_open_layout(struct dag *d, const struct mf_graph *g);
void dag_close(struct dag *d);

/* The drawing as text, lines without blanks at their ends; static. */
const char *drawing_text(const struct mf_drawing *d);
/* Draw and give the text; checks that it worked. */
const char *draw_text(
	const struct mf_graph *g, bool ascii, bool compact, bool status, size_t width);

#endif
