#include "../../support/test.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include <vterm.h>

#include "../../../clientlib/base/text.h"
#include "../../../tui/term.h"

struct rig {
	FILE *in, *out;
	struct term *term;
	VTerm *vt;
	VTermScreen *screen;
	off_t read;
	int w, h;
};

static void open_rig(struct rig *r, const char *name, int w, int h, bool no_color)
{
	struct mf_error err = MF_ERROR_INIT;

	setlocale(LC_CTYPE, "C.UTF-8");
	*r = (struct rig){.w = w, .h = h};
	r->out = fdopen(memfd_create("screen", MFD_CLOEXEC), "w+");
	r->in = fopen("/dev/null", "re");
	struct term_options o = {.in = r->in,
		.out = r->out,
		.term = name,
		.any_file = true,
		.w = w,
		.h = h,
		.no_color = no_color,
		.mouse = true};
	int rc = term_open(&r->term, &o, &err);
	if (rc < 0)
		printf("\n%s\n", err.message);
	CHECK_FATAL(rc == MF_OK);
	r->vt = vterm_new(h, w);
	vterm_set_utf8(r->vt, 1);
	r->screen = vterm_obtain_screen(r->vt);
	vterm_screen_reset(r->screen, 1);
}

/* What the terminal was sent since the last time. */
static size_t feed(struct rig *r)
{
	char b[65536];
	ssize_t n;
	size_t sum = 0;

	fflush(r->out);
	while ((n = pread(fileno(r->out), b, sizeof(b), r->read)) > 0) {
		vterm_input_write(r->vt, b, (size_t)n);
		r->read += n;
		sum += (size_t)n;
	}
	return sum;
}

static void close_rig(struct rig *r)
{
	term_close(r->term);
	vterm_free(r->vt);
	fclose(r->in);
	fclose(r->out);
}

static unsigned seed = 1;

static unsigned rnd(unsigned n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

static void scribble(struct grid *g)
{
	static const char *const words[] = {"TrainFlow/1836", "日本語", "e\xcc\x81t\xc3\xa9",
		"\x1b[31mred", "● running", "✗ failed", "▏▎▍▌▋▊▉█", "  ", "\n\t", "─┬┴╭╮╯╰",
		"a\xff", "x\xcc\x81\xcc\x82", "\xe2\x80\xae.evil"};
	struct canvas c = canvas_of(g);

	for (int i = 0; i < 40; i++) {
		unsigned attr = rnd(ST_COUNT - 1);
		static const unsigned flags[] = {
			0, 0, 0, CA_SELECTED, CA_DIM, CA_BOLD, CA_UNDERLINE, CA_REVERSE, CA_SHADE};
		attr |= flags[rnd(9)];
		int x = (int)rnd((unsigned)g->w + 4) - 2, y = (int)rnd((unsigned)g->h + 2) - 1,
		    n = (int)rnd(20);
		switch (rnd(6)) {
		case 0: canvas_box(&c, x, y, n, n / 2 + 1, (enum line_kind)rnd(5), attr); break;
		case 1: canvas_bar(&c, x, y, n, rnd(100) / 100.0, attr); break;
		case 2: canvas_span(&c, x, y, n, rnd(50) / 100.0, rnd(100) / 100.0, attr); break;
		case 3: canvas_fill(&c, x, y, n, 2, attr, ' '); break;
		default: canvas_text(&c, x, y, attr, words[rnd(ARRAY_SIZE(words))]); break;
		}
	}
	/* libvterm puts the marks of a character in the last column into the next line. */
	for (int y = 0; y < g->h; y++) {
		struct cell *last = &g->cells[(y + 1) * g->w - 1];
		int32_t cp;
		if (last->width == 1)
			last->text[utf8_next(last->text, strlen(last->text), &cp)] = '\0';
	}
}

static int32_t color_index(VTermColor c)
{
	if (VTERM_COLOR_IS_DEFAULT_FG(&c) || VTERM_COLOR_IS_DEFAULT_BG(&c))
		return -1;
	return VTERM_COLOR_IS_INDEXED(&c) ? c.indexed.idx : -2;
}

/* The cells of the terminal are those of the grid. */
static bool same_screen(struct rig *r, const struct grid *g)
{
	for (int y = 0; y < g->h; y++)
		for (int x = 0; x < g->w; x++) {
			const struct cell *want = &g->cells[y * g->w + x];
			VTermScreenCell cell;
			struct buf text = BUF_INIT(64);
			if (!want->width)
				continue;
			vterm_screen_get_cell(r->screen, (VTermPos){.row = y, .col = x}, &cell);
			for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++)
				utf8_add(&text, (int32_t)cell.chars[i]);
			if (!text.n)
				buf_adds(&text, " ");
			struct look l = theme_look(THEME_DARK, want->attr, DEPTH_256);
			bool blank = str_eq(want->text, " ");
			bool same = str_eq(text.p, grid_text(g, want)) &&
				    cell.width == want->width && color_index(cell.bg) == l.bg &&
				    (blank || color_index(cell.fg) == l.fg) &&
				    (blank || cell.attrs.bold == !!(l.attrs & TA_BOLD)) &&
				    (cell.attrs.underline != 0) == !!(l.attrs & TA_UNDERLINE) &&
				    cell.attrs.reverse == !!(l.attrs & TA_REVERSE);
			if (!same)
				printf("\n%dx%d at %d,%d: «%s» fg %d bg %d, want «%s» %s flags "
				       "%x\n",
					g->w, g->h, x, y, text.p, color_index(cell.fg),
					color_index(cell.bg), want->text,
					style_name(want->attr & CA_STYLE),
					(unsigned)want->attr >> 8);
			buf_release(&text);
			if (!same)
				return false;
		}
	return true;
}

void test_term__what_is_drawn_is_what_is_seen(void)
{
	struct rig r;
	struct grid g = {0};

	for (int round = 0; round < 60; round++) {
		int w = 1 + (int)rnd(120), h = 1 + (int)rnd(40);
		if (h < 2)
			h = 2;
		if (w < 2)
			w = 2;
		open_rig(&r, "xterm-256color", w, h, false);
		for (int frame = 0; frame < 6; frame++) {
			if (frame % 3 == 0)
				CHECK_FATAL(grid_resize(&g, w, h, NULL) == MF_OK);
			scribble(&g);
			term_paint(r.term, &g, THEME_DARK);
			feed(&r);
			bool same = same_screen(&r, &g);
			CHECK(same);
			if (!same)
				break;
		}
		close_rig(&r);
	}
	grid_release(&g);
}

void test_term__a_change_costs_few_bytes(void)
{
	struct rig r;
	struct grid g = {0};

	open_rig(&r, "xterm-256color", 100, 30, false);
	grid_resize(&g, 100, 30, NULL);
	scribble(&g);
	term_paint(r.term, &g, THEME_DARK);
	feed(&r);
	term_paint(r.term, &g, THEME_DARK);
	CHECK_INT(feed(&r), 0);
	struct canvas c = canvas_of(&g);
	canvas_text(&c, 50, 10, ST_TEXT, "!");
	term_paint(r.term, &g, THEME_DARK);
	CHECK(feed(&r) < 64);
	term_redraw(r.term);
	term_paint(r.term, &g, THEME_DARK);
	CHECK(feed(&r) > 500);
	CHECK(same_screen(&r, &g));
	grid_release(&g);
	close_rig(&r);
}

void test_term__all_kinds_of_terminals(void)
{
	static const char *const names[] = {"xterm", "xterm-256color", "xterm-mono", "vt100",
		"vt220", "linux", "screen", "screen-256color", "tmux", "tmux-256color", "rxvt",
		"rxvt-unicode-256color", "ansi", "cygwin", "Eterm"};
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct rig r;
		struct grid g = {0};
		open_rig(&r, names[i], 80, 24, false);
		grid_resize(&g, 80, 24, NULL);
		for (enum theme_id t = THEME_DARK; t < THEME_COUNT; t++) {
			scribble(&g);
			term_paint(r.term, &g, t);
		}
		term_resized(r.term, 60, 20);
		grid_resize(&g, 60, 20, NULL);
		term_paint(r.term, &g, THEME_DARK);
		term_copy(r.term, "TrainFlow/1", 11);
		CHECK(feed(&r) > 100);
		grid_release(&g);
		close_rig(&r);
	}
}

void test_term__no_color(void)
{
	struct rig r;
	struct grid g = {0};

	open_rig(&r, "xterm-256color", 80, 24, true);
	CHECK_INT(term_depth(r.term), DEPTH_MONO);
	grid_resize(&g, 80, 24, NULL);
	scribble(&g);
	term_paint(r.term, &g, THEME_DARK);
	feed(&r);
	for (int y = 0; y < 24; y++)
		for (int x = 0; x < 80; x++) {
			VTermScreenCell cell;
			vterm_screen_get_cell(r.screen, (VTermPos){.row = y, .col = x}, &cell);
			if (color_index(cell.fg) != -1 || color_index(cell.bg) != -1) {
				CHECK(!"a colour in spite of NO_COLOR");
				y = 24;
				break;
			}
		}
	grid_release(&g);
	close_rig(&r);
}

void test_term__useless_terminals_are_named(void)
{
	static const char *const names[] = {"dumb", "no-such-terminal", ""};
	struct term *t;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct mf_error err = MF_ERROR_INIT;
		struct term_options o = {
			.in = stdin, .out = stdout, .term = names[i], .any_file = true};
		CHECK_INT(term_open(&t, &o, &err), MF_EUSAGE);
		CHECK(t == NULL);
		CHECK(strstr(err.message, "TERM") && strstr(err.message, names[i]));
		CHECK_INT(mf_code_exit(err.code), 2);
	}
	FILE *null = fopen("/dev/null", "r+e");
	struct mf_error err = MF_ERROR_INIT;
	struct term_options o = {.in = null, .out = null, .term = "xterm"};
	CHECK_INT(term_open(&t, &o, &err), MF_EUSAGE);
	CHECK(strstr(err.message, "not a terminal") && strstr(err.message, "xterm"));
	fclose(null);
}

void test_term__reads_keys(void)
{
	struct rig r;
	int p[2];
	struct key k;

	open_rig(&r, "xterm-256color", 80, 24, false);
	CHECK_FATAL(pipe(p) == 0);
	fclose(r.in);
	term_close(r.term);
	r.in = fdopen(p[0], "r");
	struct term_options o = {.in = r.in,
		.out = r.out,
		.term = "xterm-256color",
		.any_file = true,
		.w = 80,
		.h = 24};
	CHECK_FATAL(term_open(&r.term, &o, NULL) == MF_OK);
	CHECK(term_read(r.term));
	CHECK(!term_key(r.term, &k, false));
	CHECK_INT(write(p[1], "j\033[A\033", 5), 5);
	CHECK(term_read(r.term));
	CHECK(term_key(r.term, &k, false) && k.code == 'j');
	CHECK(term_key(r.term, &k, false) && k.code == K_UP);
	CHECK(!term_key(r.term, &k, false));
	CHECK(term_pending(r.term));
	CHECK(term_key(r.term, &k, true) && k.code == K_ESC);
	/* The answer about the background comes between keys, and none is lost. */
	CHECK_INT(write(p[1], "x\033]11;rgb:ffff/ffff/eeee\033\\y", 28), 28);
	CHECK_INT(term_background(r.term, 1000), 1);
	CHECK(term_key(r.term, &k, false) && k.code == 'x');
	CHECK(term_key(r.term, &k, false) && k.code == 'y');
	close(p[1]);
	CHECK(!term_read(r.term));
	close_rig(&r);
}
