#include "test_dagdraw.h"

#include <stdio.h>
#include <stdlib.h>

static void info(const char *keys, const char *count, const char *bar, const char *text)
{
	char graph[512];
	struct dag d;

	snprintf(graph, sizeof(graph),
		"start foreach var=xs join=j splits=300 ok=1 > a\na linear%s > j\nj join > "
		"end\nend end\n",
		keys);
	dag_open(&d, sample_graph(graph), false);
	CHECK_STR(d.nodes[1].count.w ? d.nodes[1].count.p : "", count);
	CHECK_STR(d.nodes[1].bar.w ? d.nodes[1].bar.p : "", bar);
	CHECK_STR(d.nodes[1].info.w ? d.nodes[1].info.p : "", text);
	dag_close(&d);
}

void test_dagdraw_text__progress(void)
{
	info("", "×300", "", "");
	info(" ok=300 ms=2100", "", "", "300/300 · 2.1s");
	info(" ok=120 run=40", "×300", "▓▓▓▒░░░░ 120/300", "");
	info(" ok=120 bad=7 run=1", "×300", "▓▓▓▒░░░░ 120/300 ✗7", "");
	info(" run=300", "×300", "▒▒▒▒▒▒▒▒ 0/300", "");
	info(" ok=299 run=1", "×300", "▓▓▓▓▓▓▓▒ 299/300", "");
	info(" ok=12 bad=1 ms=90000", "", "", "12/300 ✗1 · 1m30s");
}

void test_dagdraw_text__more_tasks_than_expected(void)
{
	struct dag d;

	dag_open(&d, sample_graph("start start ok=3 ms=100\n"), false);
	CHECK_STR(d.nodes[0].info.p, "3/3 · 100ms");
	dag_close(&d);
}

void test_dagdraw_text__titles(void)
{
	struct dag d;

	dag_open(&d,
		sample_graph("start foreach var=xs join=j splits=4 > a\n"
			     "a foreach var=ys join=k splits=12 > b\n"
			     "b parallel join=l splits=25 > c\n"
			     "c linear > l\nl join > k\nk join > j\nj join > end\nend end\n"),
		false);
	CHECK_STR(d.regions[1].title.p, "foreach xs ×4");
	CHECK_STR(d.regions[2].title.p, "foreach ys ×3");
	CHECK_STR(d.regions[3].title.p, "parallel ×25 in 12");
	dag_close(&d);
}

void test_dagdraw_text__names_cannot_act_on_a_terminal(void)
{
	char graph[2000] = "a\x1b]0;\x07\xe2\x80\xae end\n";
	struct dag d;

	dag_open(&d, sample_graph(graph), false);
	CHECK_STR(d.nodes[0].name.p, "a\\x1b]0;\\x07\\u202e");
	CHECK_INT(d.nodes[0].name.w, 18);
	dag_close(&d);
	memset(graph, 'x', 1500);
	dag_open(&d, sample_graph(graph), false);
	CHECK_INT(d.nodes[0].name.w, DAG_TEXT);
	dag_close(&d);
}

void test_dagdraw_text__labels(void)
{
	struct dag d;

	dag_open(&d,
		sample_graph("start switch cond=mode > a:deep b:fast a:slow\na linear > end\nb "
			     "linear > end\nend end\n"),
		false);
	CHECK_STR(d.edges[0].label.p, "mode = deep, slow");
	CHECK_STR(d.edges[0].brief.p, "deep, slow");
	CHECK_STR(d.edges[1].label.p, "mode = fast");
	CHECK_INT(d.edges[2].label.w, 0);
	CHECK_INT(d.edges[3].label.w, 0);
	dag_close(&d);
}

void test_dagdraw_text__loops(void)
{
	struct dag d;

	dag_open(&d,
		sample_graph(
			"start start > a\na switch cond=c ok=4 > a:x b:y\nb linear > a start\n"),
		false);
	CHECK_STR(d.nodes[1].loop.p, "↺ ×4");
	CHECK_STR(d.nodes[1].again.p, "c = x");
	CHECK_STR(d.nodes[2].loop.p, "↺ a · ↺ start");
	CHECK_INT(d.nodes[2].again.w, 0);
	dag_close(&d);
}

void test_dagdraw_text__cut(void)
{
	struct dag d;
	struct dag_text out, in = {"abcdef", 6, 6};

	dag_open(&d, sample_graph("a end\n"), false);
	CHECK_INT(dag_cut(&d, &out, &in, 6), 0);
	CHECK_STR(out.p, "abcdef");
	CHECK_INT(dag_cut(&d, &out, &in, 5), 0);
	CHECK_STR(out.p, "abcd…");
	CHECK_INT(out.w, 5);
	d.opts.ascii = true;
	CHECK_INT(dag_cut(&d, &out, &in, 5), 0);
	CHECK_STR(out.p, "abc..");
	CHECK_INT(dag_cut(&d, &out, &in, -1), 0);
	CHECK_INT(out.w, 0);
	dag_close(&d);
}
