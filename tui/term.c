/* curses.h wants the wide interfaces asked for by name. */
#define NCURSES_WIDECHAR 1
#include "term.h"

#include <curses.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "../clientlib/base/err.h"
#include "../clientlib/base/text.h"
#include "input.h"

#define PAIRS_KEPT 600 /* never used by pictures, but for those of 16 colours */
#define PAIRS 16384    /* slots of the table, a power of two; three quarters are used at most */

struct pair_slot {
	int32_t fg, bg;
	int pair; /* 0: free */
};

struct term {
	SCREEN *screen;
	FILE *out;
	int in_fd, out_fd;
	enum color_depth depth;
	bool bold_is_bright; /* eight colours */
	bool xterm_like;     /* understands the sequences terminfo has no names for */
	bool mouse, asks_background;
	struct input input;
	struct grid shown; /* what curses was told last */
	enum theme_id theme;
	bool all; /* nothing of `shown` can be relied on */
	struct pair_slot pairs[PAIRS];
	int pair_count, pair_max;
};

/* What term_restore_now needs, set while a terminal is in use. */
static struct {
	volatile int fd;
	struct termios modes;
	bool have_modes;
	char text[256];
	size_t n;
} restore = {.fd = -1};

static const char mouse_on[] = "\033[?1000h\033[?1002h\033[?1006h";
static const char mouse_off[] = "\033[?1006l\033[?1002l\033[?1000l";
static const char paste_on[] = "\033[?2004h";
static const char paste_off[] = "\033[?2004l";

void term_restore_now(void)
{
	int fd = restore.fd;

	if (fd < 0)
		return;
	restore.fd = -1;
	ssize_t done = write(fd, restore.text, restore.n);
	(void)done;
	if (restore.have_modes)
		tcsetattr(fd, TCSANOW, &restore.modes);
}

static void send_text(struct term *t, const char *s)
{
	fputs(s, t->out);
	fflush(t->out);
}

/* ---- starting ---- */

/* tigetstr returns -1 for a capability that is no string. */
static const char *capability(const char *name)
{
	const char *s = tigetstr(name);
	return s && s != (const char *)-1 ? s : NULL;
}

static void special_keys(struct term *t)
{
	static const struct {
		const char *cap;
		int32_t code;
	} caps[] = {{"kcuu1", K_UP}, {"kcud1", K_DOWN}, {"kcub1", K_LEFT}, {"kcuf1", K_RIGHT},
		{"khome", K_HOME}, {"kend", K_END}, {"kpp", K_PGUP}, {"knp", K_PGDN},
		{"kdch1", K_DELETE}, {"kich1", K_INSERT}, {"kent", K_ENTER}, {"kf1", K_F1},
		{"kf2", K_F1 + 1}, {"kf3", K_F1 + 2}, {"kf4", K_F1 + 3}, {"kf5", K_F1 + 4},
		{"kf6", K_F1 + 5}, {"kf7", K_F1 + 6}, {"kf8", K_F1 + 7}, {"kf9", K_F1 + 8},
		{"kf10", K_F1 + 9}, {"kf11", K_F1 + 10}, {"kf12", K_F1 + 11}};

	for (size_t i = 0; i < ARRAY_SIZE(caps); i++) {
		const char *seq = capability(caps[i].cap);
		if (seq && seq[0] == '\033')
			input_special(&t->input, seq, caps[i].code);
	}
}

static void choose_colors(struct term *t, bool no_color)
{
	t->depth = DEPTH_MONO;
	if (no_color || !has_colors() || start_color() == ERR || use_default_colors() == ERR ||
		COLORS < 8)
		return;
	t->depth = COLORS >= 1 << 24 ? DEPTH_RGB : COLORS >= 256 ? DEPTH_256 : DEPTH_16;
	t->bold_is_bright = COLORS < 16;
	t->pair_max = COLOR_PAIRS - 1 < PAIRS * 3 / 4 ? COLOR_PAIRS - 1 : PAIRS * 3 / 4;
}

static void modes(struct term *t)
{
	struct termios m;

	cbreak();
	noecho();
	nonl();
	intrflush(stdscr, FALSE);
	keypad(stdscr, TRUE);
	scrollok(stdscr, FALSE);
	leaveok(stdscr, FALSE);
	idcok(stdscr,
		FALSE); /* terminals disagree about the colour of what comes in from the right */
	typeahead(-1);  /* the input is read by term_read, curses must not look at it */
	set_escdelay(INPUT_ESC_MS);
	curs_set(0);
	if (tcgetattr(t->in_fd, &m) == 0) {
		m.c_iflag &= ~(tcflag_t)(IXON | IXOFF); /* Ctrl-S and Ctrl-Q are keys */
		m.c_lflag &= ~(tcflag_t)IEXTEN;         /* so are Ctrl-V and Ctrl-O */
		tcsetattr(t->in_fd, TCSANOW, &m);
		def_prog_mode();
	}
}

static void prepare_restore(struct term *t)
{
	const char *parts[] = {t->xterm_like ? mouse_off : "", t->xterm_like ? paste_off : "",
		capability("sgr0"), capability("rmkx"), capability("cnorm"), capability("rmcup")};

	restore.n = 0;
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		size_t n = parts[i] ? strlen(parts[i]) : 0;
		if (restore.n + n > sizeof(restore.text))
			continue;
		memcpy(restore.text + restore.n, parts[i] ? parts[i] : "", n);
		restore.n += n;
	}
	restore.fd = t->out_fd;
}

static bool is_xterm_like(const char *name)
{
	static const char *const kinds[] = {"xterm", "screen", "tmux", "rxvt", "foot", "alacritty",
		"kitty", "wezterm", "konsole", "gnome", "vte", "st-", "st", "iterm", "mlterm",
		"putty", "contour", "ghostty", "mintty"};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (str_starts(name, kinds[i]))
			return true;
	return false;
}

int term_open(struct term **out, const struct term_options *o, struct mf_error *err)
{
	const char *name = o->term ? o->term : getenv("TERM");

	*out = NULL;
	if (!name || !*name)
		return err_set(err, MF_EUSAGE, "TERM is not set: cannot show a screen");
	int in_fd = fileno(o->in), out_fd = fileno(o->out);
	if (!o->any_file && (!isatty(in_fd) || !isatty(out_fd)))
		return err_set(err, MF_EUSAGE,
			"%s is not a terminal (TERM=%s): cannot show a screen",
			isatty(in_fd) ? "standard output" : "standard input", name);
	struct term *t = calloc(1, sizeof(*t));
	if (!t)
		return err_nomem(err);
	t->out = o->out;
	t->in_fd = in_fd;
	t->out_fd = out_fd;
	t->all = true;
	input_init(&t->input);
	restore.have_modes = tcgetattr(in_fd, &restore.modes) == 0;
	t->screen = newterm(name, o->out, o->in);
	if (!t->screen || !capability("cup")) {
		if (t->screen) {
			endwin();
			delscreen(t->screen);
		}
		free(t);
		return err_set(err, MF_EUSAGE, "TERM=%s is %s: cannot show a screen", name,
			str_eq(name, "dumb") ? "a terminal without cursor movement"
					     : "unknown or too simple");
	}
	t->xterm_like = is_xterm_like(name);
	t->asks_background = str_starts(name, "xterm") || str_starts(name, "rxvt") ||
			     str_starts(name, "alacritty") || str_starts(name, "foot") ||
			     str_starts(name, "kitty") || str_starts(name, "wezterm");
	if (o->any_file && o->w > 0 && o->h > 0)
		resizeterm(o->h, o->w);
	choose_colors(t, o->no_color);
	modes(t);
	special_keys(t);
	prepare_restore(t);
	if (t->xterm_like)
		send_text(t, paste_on);
	term_mouse(t, o->mouse);
	*out = t;
	return MF_OK;
}

void term_close(struct term *t)
{
	if (!t)
		return;
	term_mouse(t, false);
	if (t->xterm_like)
		send_text(t, paste_off);
	set_term(t->screen);
	endwin();
	restore.fd = -1;
	delscreen(t->screen);
	grid_release(&t->shown);
	free(t);
}

/* ---- painting ---- */

/* A colour number as this terminal takes it; attributes may be added for it. */
static int32_t color_number(const struct term *t, int32_t c, bool fg, attr_t *attrs)
{
	if (t->bold_is_bright && c >= 8) {
		if (fg)
			*attrs |= A_BOLD;
		return c & 7;
	}
	return c;
}

static int pair_of(struct term *t, int32_t fg, int32_t bg)
{
	if (fg < 0 && bg < 0)
		return 0;
	uint32_t at = ((uint32_t)fg * 2654435761u ^ (uint32_t)bg * 40503u) >> 7;
	for (;; at++) {
		struct pair_slot *s = &t->pairs[at & (PAIRS - 1)];
		if (s->pair && s->fg == fg && s->bg == bg)
			return s->pair;
		if (s->pair)
			continue;
		if (t->pair_count >= t->pair_max)
			return 0;
		if (init_extended_pair(t->pair_count + 1, fg, bg) == ERR)
			return 0;
		*s = (struct pair_slot){fg, bg, ++t->pair_count};
		return s->pair;
	}
}

static attr_t curses_attrs(unsigned a)
{
	return (a & TA_BOLD ? A_BOLD : 0U) | (a & TA_DIM ? A_DIM : 0U) |
	       (a & TA_UNDERLINE ? A_UNDERLINE : 0U) | (a & TA_REVERSE ? A_REVERSE : 0U) |
	       (a & TA_ITALIC ? A_ITALIC : 0U);
}

static void look_of(struct term *t, const struct cell *c, attr_t *attrs, int *pair)
{
	struct look l = theme_look(t->theme, c->attr, t->depth == DEPTH_RGB ? DEPTH_256 : t->depth);

	if (t->depth == DEPTH_RGB) {
		/* The terminal's own colours stay its own. */
		struct look rgb = theme_look(t->theme, c->attr, DEPTH_RGB);
		l.fg = l.fg < 0 ? -1 : rgb.fg;
		l.bg = l.bg < 0 ? -1 : rgb.bg;
	}
	if ((c->attr & CA_STYLE) == ST_DIRECT) {
		/* A picture leaves pairs for all else: when it has used up its own, it gets
		 * coarser. */
		bool many = t->pair_count < t->pair_max - PAIRS_KEPT;
		enum color_depth depth = many || t->depth != DEPTH_256 ? t->depth : DEPTH_16;
		uint32_t fine = depth != DEPTH_RGB ? 0xffffff : many ? 0xf8f8f8 : 0x808080;
		l.fg = theme_nearest(c->fg & fine, depth);
		l.bg = theme_nearest(c->bg & fine, depth);
	}
	*attrs = curses_attrs(l.attrs);
	if (t->depth == DEPTH_MONO) {
		*pair = 0;
		return;
	}
	int32_t fg = color_number(t, l.fg, true, attrs), bg = color_number(t, l.bg, false, attrs);
	*pair = pair_of(t, fg, bg);
}

static void paint_row(struct term *t, const struct grid *g, int y)
{
	const struct cell *row = &g->cells[(size_t)y * (size_t)g->w];

	wmove(stdscr, y, 0);
	for (int x = 0; x < g->w; x++) {
		if (!row[x].width)
			continue;
		const char *s = grid_text(g, &row[x]);
		size_t n = strlen(s);
		wchar_t text[CCHARW_MAX + 1];
		int len = 0, pair;
		attr_t attrs;
		for (size_t i = 0; i < n && len < CCHARW_MAX;) {
			int32_t cp;
			i += utf8_next(s + i, n - i, &cp);
			text[len++] = (wchar_t)cp;
		}
		text[len] = L'\0';
		look_of(t, &row[x], &attrs, &pair);
		cchar_t cc;
		if (setcchar(&cc, text, attrs, (short)0, &pair) == ERR)
			setcchar(&cc, L" ", attrs, (short)0, &pair);
		mvwadd_wch(stdscr, y, x, &cc); /* ERR in the last cell: there is nowhere to go on */
	}
}

void term_paint(struct term *t, const struct grid *g, enum theme_id theme)
{
	set_term(t->screen);
	if (t->shown.w != g->w || t->shown.h != g->h || t->shown.ascii != g->ascii ||
		t->theme != theme)
		t->all = true;
	t->theme = theme;
	t->shown.ascii = g->ascii;
	if (t->all) {
		if (grid_resize(&t->shown, g->w, g->h, NULL) < 0)
			return; /* painted next time, when there is memory */
		struct look page =
			theme_look(theme, ST_TEXT, t->depth == DEPTH_RGB ? DEPTH_256 : t->depth);
		attr_t attrs = 0;
		int32_t fg = color_number(t, page.fg, true, &attrs),
			bg = color_number(t, page.bg, false, &attrs);
		int pair = t->depth == DEPTH_MONO || t->depth == DEPTH_RGB ? 0 : pair_of(t, fg, bg);
		cchar_t cc;
		setcchar(&cc, L" ", A_NORMAL, (short)0, &pair);
		wbkgrndset(stdscr, &cc);
		werase(stdscr);
		clearok(curscr, TRUE);
	}
	size_t width = sizeof(*g->cells) * (size_t)g->w;
	for (int y = 0; y < g->h; y++) {
		struct cell *old = &t->shown.cells[(size_t)y * (size_t)g->w];
		const struct cell *now = &g->cells[(size_t)y * (size_t)g->w];
		if (!t->all && memcmp(old, now, width) == 0)
			continue;
		paint_row(t, g, y);
		memcpy(old, now, width);
	}
	t->all = false;
	curs_set(g->caret_x >= 0);
	if (g->caret_x >= 0)
		wmove(stdscr, g->caret_y, g->caret_x);
	wnoutrefresh(stdscr);
	doupdate();
}

void term_redraw(struct term *t)
{
	t->all = true;
}

enum color_depth term_depth(const struct term *t)
{
	return t->depth;
}

/* ---- size and keys ---- */

void term_size(struct term *t, int *w, int *h)
{
	struct winsize ws;

	set_term(t->screen);
	*w = COLS;
	*h = LINES;
	if (ioctl(t->out_fd, TIOCGWINSZ, &ws) == 0 && ws.ws_col && ws.ws_row) {
		*w = ws.ws_col;
		*h = ws.ws_row;
	}
}

void term_resized(struct term *t, int w, int h)
{
	set_term(t->screen);
	resizeterm(h, w);
	t->all = true;
}

int term_fd(const struct term *t)
{
	return t->in_fd;
}

bool term_read(struct term *t)
{
	char b[1024];
	struct pollfd p = {.fd = t->in_fd, .events = POLLIN};

	while (t->input.n < sizeof(t->input.b) - sizeof(b) && poll(&p, 1, 0) > 0) {
		if (!(p.revents & POLLIN))
			return false;
		ssize_t n = read(t->in_fd, b, sizeof(b));
		if (n <= 0)
			return n < 0;
		input_feed(&t->input, b, (size_t)n);
		if ((size_t)n < sizeof(b))
			break;
	}
	return true;
}

bool term_key(struct term *t, struct key *k, bool waited)
{
	return input_next(&t->input, k, waited);
}

bool term_pending(const struct term *t)
{
	return input_pending(&t->input);
}

void term_mouse(struct term *t, bool on)
{
	if (t->xterm_like && on != t->mouse)
		send_text(t, on ? mouse_on : mouse_off);
	t->mouse = on && t->xterm_like;
}

void term_suspend(struct term *t)
{
	set_term(t->screen);
	if (t->xterm_like)
		send_text(t, paste_off);
	if (t->mouse)
		send_text(t, mouse_off);
	endwin();
}

void term_resume(struct term *t)
{
	set_term(t->screen);
	reset_prog_mode();
	wrefresh(stdscr);
	if (t->xterm_like)
		send_text(t, paste_on);
	if (t->mouse)
		send_text(t, mouse_on);
	t->all = true;
}

void term_copy(struct term *t, const char *p, size_t n)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	if (!t->xterm_like)
		return;
	fputs("\033]52;c;", t->out);
	for (size_t i = 0; i < n; i += 3) {
		uint32_t v = (uint32_t)(unsigned char)p[i] << 16;
		if (i + 1 < n)
			v |= (uint32_t)(unsigned char)p[i + 1] << 8;
		if (i + 2 < n)
			v |= (unsigned char)p[i + 2];
		fputc(digits[v >> 18], t->out);
		fputc(digits[v >> 12 & 63], t->out);
		fputc(i + 1 < n ? digits[v >> 6 & 63] : '=', t->out);
		fputc(i + 2 < n ? digits[v & 63] : '=', t->out);
	}
	send_text(t, "\a");
}

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int term_background(struct term *t, int timeout_ms)
{
	if (!t->asks_background || tigetnum("colors") < 8)
		return -1;
	int64_t until = now_ms() + timeout_ms, left;
	send_text(t, "\033]11;?\033\\");
	while ((left = until - now_ms()) > 0 && t->input.light < 0) {
		struct pollfd p = {.fd = t->in_fd, .events = POLLIN};
		if (poll(&p, 1, (int)left) <= 0 || !term_read(t))
			break;
		/* Reading keys here takes the answer in, and would lose keys: they are put back. */
		struct input probe = t->input;
		struct key k;
		while (input_next(&probe, &k, false)) {
		}
		t->input.light = probe.light;
	}
	return t->input.light;
}

int term_light(const struct term *t)
{
	return t->input.light;
}
