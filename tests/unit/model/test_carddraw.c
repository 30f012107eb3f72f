#include "../../support/test.h"
#include "../codec/styled_text.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../../clientlib/model/cardread.h"

/* A card of the given components as text. */
static int draw(
	struct buf *out, const char *components, const struct mf_card_options *o, bool marked)
{
	struct buf json = BUF_INIT(1 << 24);
	struct mf_card_content *content = NULL;
	struct mf_page *page = NULL;
	const struct mf_line *lines;
	setlocale(LC_CTYPE, "C.UTF-8");
	buf_addf(&json, "{\"components\":[");
	buf_adds(&json, components);
	buf_adds(&json, "]}");
	int rc = json.failed ? json.failed
			     : card_content_make(&content, json.p, json.n, NULL, 0, NULL);
	if (rc == MF_OK)
		rc = mf_card_draw(&page, content, o, NULL);
	if (rc == MF_OK && out) {
		size_t n = mf_page_lines(page, &lines);
		lines_text(out, lines, n, marked);
	}
	mf_page_free(page);
	mf_card_content_free(content);
	buf_release(&json);
	return rc;
}

static void check(const char *components, size_t width, bool marked, const char *want)
{
	struct mf_card_options o = {.width = width};
	struct buf text = BUF_INIT(1 << 22);
	CHECK_INT(draw(&text, components, &o, marked), 0);
	CHECK_STR(text.p, want);
	buf_release(&text);
}

void test_carddraw__simple_components(void)
{
	static const struct {
		const char *components, *want;
	} t[] = {
		{"", ""},
		{"\"bare text\", 12, null", "bare text\n\n12\n"},
		{"{\"type\":\"title\",\"text\":\"T\"},{\"type\":\"subtitle\",\"text\":\"S\"}",
			"{T}T\n\n{D}S\n"},
		{"{\"type\":\"heading\",\"title\":\"H\",\"subtitle\":\"s\"},{\"type\":\"text\","
		 "\"text\":\"t\"}",
			"{H}H\n{D}s\n\nt\n"},
		{"{\"type\":\"markdown\",\"source\":\"\\n**b** x\"}", "{B}b x\n"},
		{"{\"type\":\"log\",\"data\":\"l1\\nl2 \\u001b[1m\\n\"}",
			"  {C}l1\n  {C}l2 \\x1b[1m\n"},
		{"{\"type\":\"pythonCode\",\"data\":\"if x:\\n    y\"}",
			"  {C}if x:\n  {C}    y\n"},
		{"{\"type\":\"html\",\"data\":\"<p>a &lt; b</p><script>no</script>\"}", "a < b\n"},
		{"{\"type\":\"page\",\"title\":\"P\",\"contents\":[{\"type\":\"section\",\"title\":"
		 "\"S\",\"subtitle\":\"u\",\"contents\":[\"x\"]}]}",
			"{|}── {T}P {|}─────────────────────────\n\n{H}S\n{D}u\n\nx\n"},
		{"{\"type\":\"jsonViewer\",\"title\":\"J\",\"json_string\":\"{}\"},{\"type\":"
		 "\"yamlViewer\",\"yaml_string\":\"a: 1\"}",
			"{H}J\n  {C}{}\n\n  {C}a: 1\n"},
		{"{\"type\":\"progressBar\",\"max\":4,\"value\":1,\"label\":\"l\",\"unit\":\"u\","
		 "\"details\":\"d\"}",
			"{B}l  {#}███{#}▊{.}░░░░░░░░░░░  1/4 u\n{D}d\n"},
		{"{\"type\":\"progressBar\",\"value\":7}", "7\n"},
		{"{\"type\":\"progressBar\",\"max\":2,\"value\":9}", "{#}███████████████  9/2\n"},
		{"{\"type\":\"valueBox\",\"title\":\"t\",\"value\":0.5,\"subtitle\":\"s\","
		 "\"theme\":\"danger\",\"change_indicator\":\"+1\"}",
			"{D}t\n{e}0.5\n+1\n{D}s\n"},
		{"{\"type\":\"future\",\"id\":\"x\",\"n\":[1,2],\"s\":\"v\",\"in\":{\"type\":"
		 "\"text\",\"text\":\"deep\"}}",
			"{H}future\n  {D}n  [1, 2]\n  {D}s  v\n  {D}in  \n    deep\n"},
		/* members of the wrong kind draw nothing */
		{"{\"type\":\"markdown\",\"source\":5},{\"type\":\"table\",\"data\":{}},{\"type\":"
		 "\"artifacts\"},{\"type\":\"vegaChart\",\"spec\":[]},"
		 "{\"type\":\"eventsTimeline\",\"events\":3},{\"type\":\"dag\",\"data\":[]},{"
		 "\"type\":\"section\",\"contents\":null}",
			""},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		check(t[i].components, 30, true, t[i].want);
}

void test_carddraw__tables(void)
{
	static const struct {
		const char *table, *want;
	} t[] = {
		{"\"columns\":[\"a\",\"bb\"],\"data\":[[\"x\",1],[\"long\",22.5]]",
			"a       bb\n────  ────\nx        1\nlong  22.5\n"},
		{"\"columns\":[],\"data\":[[true,null,[1]]]", "true     [1]\n"},
		{"\"columns\":[\"k\",\"v\"],\"data\":[[\"x\",1]],\"vertical\":true",
			"k  x\nv  1\n"},
		{"\"columns\":[\"a\"],\"data\":[[{\"type\":\"markdown\",\"source\":\"**m**\"}]]",
			"a\n─\nm\n"},
		{"\"columns\":[\"text\",\"n\"],\"data\":[[\"words that do not fit in here\",1]]",
			"text                       n\n─────────────────────────  ─\nwords that do "
			"not fit in"
			"   1\nhere\n"},
		{"\"columns\":[\"a\"],\"data\":[[\"ragged\",2],[]]", "a\n──────  ─\nragged  2\n"},
		{"\"columns\":[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\"],\"data\":[]",
			"a  b  c  d  e\n─  ─  ─  ─  ─\n… 2 more columns\n"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct buf c = BUF_INIT(4096);
		buf_addf(&c, "{\"type\":\"table\",%s}", t[i].table);
		check(c.p, 28, false, t[i].want);
		buf_release(&c);
	}
	check("{\"type\":\"artifacts\",\"data\":[{\"name\":\"a\",\"type\":\"int\",\"data\":\"1\"},{"
	      "\"name\":null,\"type\":\"str\",\"data\":\"'x'\"}]}",
		40, true, "{B}a  {D}int  1\n   {D}str  'x'\n");
	check("{\"type\":\"artifacts\",\"data\":[{\"name\":null,\"type\":\"dict\",\"data\":\"{}\"}]"
	      "}",
		40, true, "{D}dict  {}\n");
}

void test_carddraw__side_by_side(void)
{
	check("{\"type\":\"section\",\"columns\":2,\"contents\":[\"left\",\"right\",\"below\"]}",
		70, false, "left                                right\n\nbelow\n");
	check("{\"type\":\"section\",\"columns\":2,\"contents\":[\"left\",\"right\"]}", 40, false,
		"left\n\nright\n");
	check("{\"type\":\"section\",\"contents\":[{\"type\":\"valueBox\",\"value\":1},{\"type\":"
	      "\"valueBox\",\"value\":2},\"x\"]}",
		60, false, "1                         2\n\nx\n");
}

#define PNG                                                                                        \
	"iVBORw0KGgoAAAANSUhEUgAAAAgAAAAECAIAAAA8r+"                                               \
	"mnAAAAEUlEQVR4nGM4ISeHFTFQTwIAbv4g\\ngUBHKgEAAAAASUVORK5CYII=\\n"

void test_carddraw__images(void)
{
	static const char red[] = "{\"type\":\"image\",\"src\":\"data:image/png;base64, " PNG
				  "\",\"label\":\"red\",\"description\":\"d\"}";
	struct mf_card_options o = {.width = 30, .pixels = true};
	struct mf_card_content *content;
	struct mf_page *page;
	const struct mf_line *lines;
	struct buf text = BUF_INIT(1 << 16), json = BUF_INIT(1 << 16);
	check(red, 30, true, "{D}[image{D} {D}png{D} 8×4{D}, 75 B{D}] red\n{D}d\n");
	buf_addf(&json, "{\"components\":[%s]}", red);
	CHECK_FATAL(card_content_make(&content, json.p, json.n, NULL, 0, NULL) == 0);
	CHECK_FATAL(mf_card_draw(&page, content, &o, NULL) == 0);
	CHECK_INT(mf_page_lines(page, &lines), 4);
	CHECK_INT(lines[0].n, 8);
	CHECK_INT(lines[0].spans[0].style, MF_STYLE_PIXELS);
	CHECK_INT(lines[0].spans[7].fg, 0xc81e1e);
	CHECK_INT(lines[1].spans[0].bg, 0xc81e1e);
	mf_page_free(page);
	mf_card_content_free(content);
	buf_release(&json);
	/* what cannot be decoded is told */
	CHECK_INT(draw(&text,
			  "{\"type\":\"image\",\"src\":\"data:image/"
			  "png;base64,!!!!\",\"label\":\"l\"}",
			  &o, false),
		0);
	CHECK_STR(text.p, "[image png, 3 B] l\n");
	CHECK_INT(draw(&text, "{\"type\":\"image\",\"src\":\"data:image/jpeg;base64,/9j/\"}", &o,
			  false),
		0);
	CHECK_STR(text.p, "[image jpeg, 3 B]\n");
	CHECK_INT(draw(&text, "{\"type\":\"image\",\"src\":\"https://example.org/x.png\"}", &o,
			  false),
		0);
	CHECK_STR(text.p, "[image]\n");
	buf_release(&text);
}

void test_carddraw__charts(void)
{
	check("{\"type\":\"vegaChart\",\"spec\":{\"title\":\"T\",\"mark\":\"bar\",\"data\":{"
	      "\"values\":[{\"k\":\"a\",\"v\":2},{\"k\":\"bb\",\"v\":1},{\"k\":\"c\",\"v\":\"?\"}]}"
	      ","
	      "\"encoding\":{\"x\":{\"field\":\"k\",\"type\":\"nominal\"},\"y\":{\"field\":\"v\","
	      "\"type\":\"quantitative\"}}}}",
		28, false,
		"T\nbar chart of v by k, 3 rows\na   ██████████  2\nbb  █████░░░░░  1\n");
	check("{\"type\":\"vegaChart\",\"spec\":{\"mark\":{\"type\":\"bar\"},\"data\":{\"name\":"
	      "\"d\"},\"datasets\":{\"d\":[{\"k\":\"a\"},{\"k\":\"b\"},{\"k\":\"a\"}]},"
	      "\"encoding\":{\"y\":{\"field\":\"k\"},\"x\":{\"aggregate\":\"count\"}}}}",
		28, false,
		"bar chart of k by count, 3\n  rows\na  ███████████  2\nb  █████▌░░░░░  1\n");
	check("{\"type\":\"vegaChart\",\"spec\":{\"mark\":\"line\",\"data\":{\"values\":[{\"x\":0,"
	      "\"y\":0},{\"x\":10,\"y\":5}]},"
	      "\"encoding\":{\"x\":{\"field\":\"x\"},\"y\":{\"field\":\"y\"}}}}",
		20, false,
		"line chart of y by\n  x, 2 rows\n5 ┤               ⡠⠊\n  │             ⢠⠊\n  │    "
		"       ⢀⠔⠁\n  │          ⡠⠃\n  │        ⡠⠊\n"
		"  │      ⢀⠔⠁\n  │     ⡰⠁\n  │   ⡠⠊\n  │ ⢀⠜\n0 ┤⡔⠁\n  └─────────────────\n   0     "
		"         10\n");
	/* a histogram, a layer, no data, no encoding */
	check("{\"type\":\"vegaChart\",\"spec\":{\"mark\":\"bar\",\"data\":{\"values\":[{\"v\":1},{"
	      "\"v\":1}]},\"encoding\":{\"x\":{\"field\":\"v\",\"bin\":true},\"y\":{\"aggregate\":"
	      "\"count\"}}}}",
		40, false, "bar chart of count by v, 2 rows\n1…1  █████████████████████  2\n");
	check("{\"type\":\"vegaChart\",\"spec\":{\"layer\":[{\"mark\":\"point\",\"data\":{\"url\":"
	      "\"x.csv\"}},{\"mark\":\"rule\"}]}}",
		40, false, "point chart, data elsewhere\nrule chart, data elsewhere\n");
}

void test_carddraw__dag_and_events(void)
{
	check("{\"type\":\"dag\",\"data\":{\"steps\":{\"end\":{\"type\":\"end\",\"next\":[]},"
	      "\"start\":{\"type\":\"start\",\"next\":[\"a\"]},\"a\":{\"type\":\"linear\",\"next\":"
	      "[\"end\"]}}}}",
		40, false, "●  start\n●  a\n●  end\n");
	/* older cards have the steps themselves; loops and unknown steps do no harm */
	check("{\"type\":\"dag\",\"data\":{\"a\":{\"next\":[\"b\",\"gone\"]},\"b\":{\"next\":["
	      "\"b\"]}}}",
		40, false, "●  a\n●  b  ↺\n");
	check("{\"type\":\"eventsTimeline\",\"title\":\"E\",\"stats\":{\"total_events\":2,"
	      "\"finished\":true},\"events\":[{\"received_at\":1795261460.5,\"style_theme\":"
	      "\"error\","
	      "\"metadata\":{\"action\":\"go\",\"timestamp\":1},\"payloads\":{\"p\":{\"type\":"
	      "\"text\",\"text\":\"body\"}}}]}",
		60, true,
		"{H}E\n{D}2{D} {D}events{o}, finished\n{e}● {B}2026-11-21 11:44:20{B} UTC\n  "
		"{D}action{D}  go\n  {D}p\n  body\n");
}

/* Nothing that a card holds makes drawing it endless, deep or wide. */
void test_carddraw__hostile(void)
{
	struct mf_card_options o = {.width = 1000000};
	struct buf c = BUF_INIT(1 << 24), text = BUF_INIT(1 << 26);
	/* sections in sections, tables in tables: doubled at each level if nobody looked */
	for (int kind = 0; kind < 2; kind++) {
		buf_clear(&c);
		for (int i = 0; i < 80; i++)
			buf_adds(&c, kind ? "{\"type\":\"table\",\"columns\":[\"long enough to be "
					    "shrunk and shrunk\",\"b\"],\"data\":[[\"wide wide "
					    "wide wide\","
					  : "{\"type\":\"section\",\"columns\":3,\"contents\":[");
		buf_adds(&c, "1");
		for (int i = 0; i < 80; i++)
			buf_adds(&c, kind ? "]]}" : "]}");
		CHECK_INT(draw(&text, c.p, &(struct mf_card_options){.width = 30}, false), 0);
		CHECK_INT(draw(&text, c.p, &o, false), 0);
	}
	buf_clear(&c);
	for (int i = 0; i < 60000; i++)
		buf_adds(&c, i ? ",{\"type\":\"text\",\"text\":\"x\"}" : "1");
	CHECK_INT(draw(&text, c.p, &o, false), 0);
	/* numbers at the edges of charts */
	CHECK_INT(draw(&text,
			  "{\"type\":\"vegaChart\",\"spec\":{\"mark\":\"line\",\"data\":{"
			  "\"values\":[{\"x\":-1.7e308,\"y\":NaN},{\"x\":1.7e308,\"y\":1.7e308},{"
			  "\"x\":0,\"y\":-1.7e308},"
			  "{\"x\":Infinity,\"y\":1}]},\"encoding\":{\"x\":{\"field\":\"x\"},\"y\":{"
			  "\"field\":\"y\"}}}}",
			  &o, false),
		0);
	CHECK_INT(draw(&text,
			  "{\"type\":\"vegaChart\",\"spec\":{\"mark\":\"bar\",\"data\":{\"values\":"
			  "[{\"x\":-1.7e308},{\"x\":1.7e308},{\"x\":1e999}]},\"encoding\":{\"x\":{"
			  "\"field\":\"x\",\"bin\":true}}}}",
			  &o, false),
		0);
	CHECK_INT(draw(&text,
			  "{\"type\":\"progressBar\",\"max\":-1e308,\"value\":1e308},{\"type\":"
			  "\"progressBar\",\"max\":1e-308,\"value\":1e308}",
			  &o, false),
		0);
	buf_release(&c);
	buf_release(&text);
}

static int under_faults(void *arg)
{
	static const struct mf_card_options o = {.width = 40, .pixels = true};
	return draw(NULL, arg, &o, false);
}

void test_carddraw__allocation_failure(void)
{
	static char cards[][700] = {
		"{\"type\":\"page\",\"title\":\"P\",\"contents\":[{\"type\":\"table\",\"columns\":["
		"\"a\"],\"data\":[[1],[{\"type\":\"markdown\",\"source\":\"*x*\"}]]}]}",
		"{\"type\":\"image\",\"src\":\"data:image/png;base64, " PNG
		"\"},{\"type\":\"html\",\"data\":\"<p>x</"
		"p>\"},{\"type\":\"valueBox\",\"value\":1},{\"type\":\"valueBox\",\"value\":1.5}",
		"{\"type\":\"vegaChart\",\"spec\":{\"mark\":\"line\",\"data\":{\"values\":[{\"x\":"
		"0,\"y\":0},{\"x\":10,\"y\":5}]},\"encoding\":{\"x\":{\"field\":\"x\"},\"y\":{"
		"\"field\":\"y\"}}}}",
		"{\"type\":\"vegaChart\",\"spec\":{\"mark\":\"bar\",\"data\":{\"values\":[{\"k\":"
		"\"a\",\"v\":2}]},\"encoding\":{\"x\":{\"field\":\"k\"},\"y\":{\"field\":\"v\"}}}}",
		"{\"type\":\"dag\",\"data\":{\"a\":{\"next\":[\"b\"]},\"b\":{}}},{\"type\":"
		"\"eventsTimeline\",\"events\":[{\"received_at\":1.5,\"metadata\":{\"a\":1}}]}",
	};
	for (size_t i = 0; i < ARRAY_SIZE(cards); i++)
		test_every_alloc(under_faults, cards[i]);
}
