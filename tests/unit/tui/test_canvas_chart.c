#include "../../support/test.h"

#include <math.h>

#include "draw.h"

void test_canvas_chart__bars(void)
{
	static const struct {
		double fraction;
		const char *want;
	} t[] = {{0, ""}, {1, "████"}, {0.5, "██"}, {1.0 / 32, "▏"}, {0.0001, "▏"}, {0.4, "█▋"},
		{2, "████"}, {-1, ""}, {NAN, ""}, {0.99, "████"}, {0.9, "███▋"}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct canvas c = drawing(6, 1, false);
		canvas_bar(&c, 0, 0, 4, t[i].fraction, ST_BAR);
		CHECK_STR(drawn(), t[i].want);
	}
	struct canvas c = drawing(4, 1, false);
	canvas_thin_bar(&c, 0, 0, 4, 0.375, ST_THIN);
	CHECK_STR(drawn(), "━╸──");
	canvas_bar(&c, 0, 0, 0, 1, ST_BAR);
}

void test_canvas_chart__spans(void)
{
	static const struct {
		double from, to;
		const char *want;
	} t[] = {{0, 1, "████"}, {0, 0.5, "██"}, {0.125, 0.25, "▐"}, {0.25, 0.5, " █"}, {0, 0, "▏"},
		{1, 1, "   ▉"}, {0.3, 0.8, " ▎█▎"}, {2, 3, ""}, {-2, -1, ""}, {0.5, 0.2, ""},
		{-1, 5, "████"}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct canvas c = drawing(4, 1, false);
		canvas_span(&c, 0, 0, 4, t[i].from, t[i].to, ST_BAR);
		CHECK_STR(drawn(), t[i].want);
	}
	for (int a = 0; a <= 64; a++)
		for (int b = a; b <= 64; b++) {
			struct canvas c = drawing(8, 1, false);
			canvas_span(&c, 0, 0, 8, a / 64.0, b / 64.0, ST_BAR);
			CHECK(drawn()[0] != '\0');
		}
}

void test_canvas_chart__scrollbars(void)
{
	struct canvas c = drawing(1, 4, false);
	canvas_scrollbar(&c, 0, 0, 4, 4, 0, 4);
	CHECK_STR(drawn(), "\n\n\n");
	canvas_scrollbar(&c, 0, 0, 4, 8, 0, 4);
	CHECK_STR(drawn(), "▐\n▐\n\n");
	c = drawing(1, 4, false);
	canvas_scrollbar(&c, 0, 0, 4, 100000, 99996, 4);
	CHECK_STR(drawn(), "\n\n\n▐");
	c = drawing(1, 4, false);
	canvas_scrollbar(&c, 0, 0, 4, 100000, 1, 4);
	CHECK_STR(drawn(), "\n▐\n\n");
	canvas_scrollbar(&c, 0, 0, 4, 10, 500, 4);
}
