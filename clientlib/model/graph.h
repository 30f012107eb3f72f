/* model/graph.h: the insides of a graph snapshot. */
#ifndef MF_MODEL_GRAPH_H
#define MF_MODEL_GRAPH_H

#include "../base/arena.h"
#include "../mf.h"

struct mf_graph {
	struct arena arena;
	const char *flow, *run, *start, *end; /* run NULL: of a flow */
	bool reconstructed;
	struct mf_node *nodes; /* topological order, back edges ignored */
	struct mf_edge *edges;
	size_t n_nodes, n_edges;
};

#endif
