/* covers: view_value_grid.c view_value_table.c view_value_doc.c view_value_image.c
 * view_value_tree.c */
#include "../../support/test.h"
#include "value_app.h"

#define AT(name) "F/1/start/1/" name

static const char rows[] =
	"[{\"name\":\"ada\",\"n\":3,\"x\":0.5},{\"name\":\"bob\",\"n\":1,\"x\":null},"
	"{\"name\":\"eve\\u001b\",\"n\":2,\"x\":12.25}]";

static struct app *open_one(const char *name)
{
	return value_open(&(struct screen_options){.w = 100, .h = 24}, "value",
		textf("F/1/start/1/%s", name));
}

void test_view_value_modes__array(void)
{
	value_begin();
	VALUE(floats);
	struct app *a = open_one("floats");

	CHECK(screen_has(a, "float64 (2, 3)"));
	CHECK(screen_has(a, "tree  grid  JSON"));
	CHECK(screen_has(a, "-2.00"));
	CHECK(screen_has(a, "8.25"));
	CHECK(screen_has(a, "1.9375")); /* the mean of what is finite */
	CHECK(screen_has(a, "nan             1"));
	CHECK(screen_has(a, "row 1 of 2 · column 1 of 3"));
	keys(a, "jl$y");
	CHECK(screen_has(a, "copied 8.25"));
	keys(a, "0k");
	CHECK(screen_has(a, "row 1 of 2 · column 1 of 3"));
	keys(a, "/1,1<Enter>");
	CHECK(screen_has(a, "row 2 of 2 · column 2 of 3"));
	keys(a, "i");
	CHECK(!screen_has(a, "1.9375"));
	keys(a, "<Tab>");
	CHECK(screen_has(a, "\"$ndarray\""));
	keys(a, "<Tab>");
	CHECK(screen_has(a, "reconstruct") || screen_has(a, "args"));
	app_free(a);
}

void test_view_value_modes__planes(void)
{
	value_begin();
	VALUE(cube);
	struct app *a = open_one("cube");

	CHECK(screen_has(a, "int16 (2, 3, 4)"));
	CHECK(screen_has(a, "plane [0, :, :]"));
	CHECK(!screen_has(a, " 22   23"));
	keys(a, ")G$");
	CHECK(screen_has(a, "plane [1, :, :]"));
	CHECK(screen_has(a, " 22   23"));
	keys(a, "y");
	CHECK(screen_has(a, "copied 23"));
	keys(a, ")");
	CHECK(screen_has(a, "plane [0, :, :]"));
	keys(a, "(");
	CHECK(screen_has(a, "plane [1, :, :]"));
	app_free(a);
}

void test_view_value_modes__table(void)
{
	value_begin();
	value_json("rows", rows);
	struct app *a = open_one("rows");

	CHECK(screen_has(a, "3 × 3"));
	CHECK(screen_has(a, "float 1 null"));
	CHECK(screen_has(a, "12.25"));
	CHECK(screen_has(a, "eve\\x1b"));
	CHECK(screen_has(a, "row 1 of 3 · column 1 of 3"));
	keys(a, "ls"); /* by n */
	CHECK(screen_has(a, "n ▲"));
	keys(a, "0gy");
	CHECK(screen_has(a, "copied bob"));
	keys(a, "lsy"); /* the other way */
	CHECK(screen_has(a, "n ▼"));
	CHECK(screen_has(a, "copied 3"));
	keys(a, "s0gy"); /* and as it was */
	CHECK(screen_has(a, "copied ada"));
	keys(a, "$s");
	keys(a, "0Gy"); /* what is missing is last, and stays so */
	CHECK(screen_has(a, "copied bob"));
	keys(a, "$s");
	keys(a, "0Gy");
	CHECK(screen_has(a, "copied bob"));
	app_free(a);
}

void test_view_value_modes__search_in_a_table(void)
{
	value_begin();
	value_json("rows", rows);
	struct app *a = open_one("rows");

	keys(a, "/E<Enter>");
	CHECK(screen_has(a, "0 matches"));
	keys(a, "/<C-u>e<Enter>");
	CHECK(screen_has(a, "1 match · row 3 of 3 · column 1"));
	keys(a, "/<C-u>2<Enter>n");
	CHECK(screen_has(a, "2 matches"));
	keys(a, "<Esc>");
	CHECK(!screen_has(a, "match"));
	app_free(a);
}

void test_view_value_modes__records_and_words(void)
{
	value_begin();
	VALUE(records);
	VALUE(words);
	struct app *a = open_one("records");

	CHECK(screen_has(a, "2 × 3"));
	CHECK(screen_has(a, "<U3"));
	CHECK(screen_has(a, "-1.0"));
	CHECK(screen_has(a, "bob"));
	app_open(a, "value", AT("words"));
	settle(a);
	CHECK(screen_has(a, "<U5 (3,)"));
	CHECK(screen_has(a, "three"));
	app_free(a);
}

void test_view_value_modes__text(void)
{
	value_begin();
	value_json("text",
		"\"import os\\nfrom a import b\\n\\ndef f():\\n    return 1\\n\\u001b[31m\"");
	struct app *a = open_one("text");

	CHECK(screen_has(a, "text  JSON  bytes"));
	CHECK(screen_has(a, "1  import os"));
	CHECK(screen_has(a, "\\x1b[31m"));
	CHECK(screen_has(a, "6 lines"));
	keys(a, "/return<Enter>");
	CHECK(screen_has(a, "match 1 of 1"));
	keys(a, "x");
	CHECK(screen_has(a, "00000000  69 6d 70 6f 72 74"));
	keys(a, "x");
	CHECK(screen_has(a, "1  import os"));
	app_free(a);
}

void test_view_value_modes__picture_and_bytes(void)
{
	value_begin();
	VALUE(png);
	VALUE(bytes);
	struct app *a = open_one("png");

	CHECK(screen_has(a, "PNG image 8 × 4"));
	CHECK(screen_has(a, "▀▀▀▀▀▀▀▀"));
	keys(a, "x");
	CHECK(screen_has(a, "89 50 4e 47"));
	app_open(a, "value", AT("bytes"));
	settle(a);
	CHECK(screen_has(a, "00000020  20 21 22 23 24 25 26 27"));
	CHECK(screen_has(a, "JSON  bytes"));
	app_free(a);
}

void test_view_value_modes__all_sizes(void)
{
	static const char *const names[] = {"cube", "rows", "png", "text"};

	value_begin();
	VALUE(cube);
	VALUE(png);
	value_json("rows", rows);
	value_json("text",
		"\"some text that is longer than the least of the screens that there are\"");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct app *a = open_one(names[i]);
		for (int w = 1; w < 130; w += 9)
			for (int h = 1; h < 44; h += 4) {
				app_resize(a, w, h);
				app_draw(a, true);
				screen_wait(a, 10);
				app_draw(a, true);
			}
		app_resize(a, 500, 200);
		app_draw(a, true);
		app_free(a);
	}
}

void test_view_value_modes__mouse(void)
{
	value_begin();
	value_json("rows", rows);
	struct app *a = open_one("rows");

	keys(a, "<Click:8,7>"); /* a cell of the second row */
	CHECK(screen_has(a, "row 2 of 3 · column 1 of 3"));
	keys(a, "<Click:8,4>"); /* its title */
	CHECK(screen_has(a, "name ▲"));
	app_free(a);
}

void test_view_value_modes__no_memory(void)
{
	static const char *const names[] = {"floats", "rows", "png", "text"};

	value_begin();
	VALUE(floats);
	VALUE(png);
	value_json("rows", rows);
	value_json("text", "\"a\\nb\"");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		for (long n = 1; n < 400; n += 7) {
			struct app *a = open_one("none");
			char path[64];
			snprintf(path, sizeof(path), "F/1/start/1/%s", names[i]);
			test_fail_alloc(n);
			app_open(a, "value", path);
			app_drain(a);
			app_draw(a, true);
			screen_keys(a, "js/a<Enter><Tab>");
			test_fail_alloc(0);
			app_free(a);
		}
}

void test_view_value_modes__golden(void)
{
	static const struct {
		int w, h;
		bool ascii;
		enum theme_id theme;
		const char *name, *of, *keys;
	} t[] = {
		{80, 24, false, THEME_DARK, "table_80x24", "rows", "ls"},
		{120, 40, false, THEME_LIGHT, "table_120x40", "records", "j"},
		{40, 10, false, THEME_DARK, "table_40x10", "rows", ""},
		{80, 24, true, THEME_DARK, "table_ascii", "rows", "j"},
		{80, 24, false, THEME_DARK, "cube_80x24", "cube", ")"},
		{80, 24, false, THEME_DARK, "text_80x24", "text", ""},
		{60, 16, false, THEME_DARK, "picture_60x16", "png", ""},
		{60, 16, true, THEME_DARK, "picture_ascii", "png", ""},
	};

	value_begin();
	VALUE(cube);
	VALUE(png);
	VALUE(records);
	value_json("rows", rows);
	value_json("text", "\"import os\\nfrom a import b\\n\\n@step\\ndef f(self):\\n    "
			   "\\\"\\\"\\\"Two\\n    lines\\\"\\\"\\\"\\n"
			   "    return 1 + 0x2f  # why\\n\"");
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct app *a = value_open(
			&(struct screen_options){
				.w = t[i].w, .h = t[i].h, .ascii = t[i].ascii, .theme = t[i].theme},
			"value", textf("F/1/start/1/%s", t[i].of));
		keys(a, t[i].keys);
		screen_golden(a, t[i].name);
		app_free(a);
	}
}
