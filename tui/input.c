#include "input.h"

#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/text.h"

void input_init(struct input *in)
{
	*in = (struct input){.light = -1};
}

void input_special(struct input *in, const char *seq, int32_t code)
{
	if (in->specials == ARRAY_SIZE(in->special) || strlen(seq) < 2 ||
		strlen(seq) >= sizeof(in->special[0].seq))
		return;
	memcpy(in->special[in->specials].seq, seq, strlen(seq) + 1);
	in->special[in->specials++].code = code;
}

size_t input_feed(struct input *in, const char *p, size_t n)
{
	size_t room = sizeof(in->b) - in->n;

	if (n > room)
		n = room;
	memcpy(in->b + in->n, p, n);
	in->n += n;
	return n;
}

bool input_pending(const struct input *in)
{
	return in->n > 0;
}

static void drop(struct input *in, size_t n)
{
	in->n -= n;
	memmove(in->b, in->b + n, in->n);
}

/* What one attempt to read a key came to. */
enum result { MORE, KEY, SKIP };

/* Modifiers as xterm sends them: 1 + bits of shift, alt, control. */
static unsigned xterm_mods(int v)
{
	unsigned bits = v > 1 ? (unsigned)v - 1 : 0;
	return (bits & 1 ? MOD_SHIFT : 0U) | (bits & 2 ? MOD_ALT : 0U) | (bits & 4 ? MOD_CTRL : 0U);
}

static int32_t letter_key(char c)
{
	switch (c) {
	case 'A': return K_UP;
	case 'B': return K_DOWN;
	case 'C': return K_RIGHT;
	case 'D': return K_LEFT;
	case 'H': return K_HOME;
	case 'F': return K_END;
	case 'M': return K_ENTER;
	case 'P': return K_F1;
	case 'Q': return K_F1 + 1;
	case 'R': return K_F1 + 2;
	case 'S': return K_F1 + 3;
	default: return K_NONE;
	}
}

static int32_t tilde_key(int n)
{
	static const int8_t f[] = {0, 1, 2, 3, 4, 5, -1, 6, 7, 8, 9, 10, -1, 11, 12}; /* 10… */

	switch (n) {
	case 1:
	case 7: return K_HOME;
	case 2: return K_INSERT;
	case 3: return K_DELETE;
	case 4:
	case 8: return K_END;
	case 5: return K_PGUP;
	case 6: return K_PGDN;
	default: return n > 10 && n < 25 && f[n - 10] > 0 ? K_F1 + f[n - 10] - 1 : K_NONE;
	}
}

static int32_t mouse_key(int button, bool released, bool motion)
{
	switch (button & 0xc3) {
	case 0: return released ? K_RELEASE : motion ? K_DRAG : K_CLICK;
	case 1: return released || motion ? K_NONE : K_MCLICK;
	case 2: return released || motion ? K_NONE : K_RCLICK;
	case 64: return K_WHEEL_UP;
	case 65: return K_WHEEL_DOWN;
	case 66: return K_WHEEL_LEFT;
	case 67: return K_WHEEL_RIGHT;
	default: return K_NONE;
	}
}

static enum result mouse(struct key *k, int button, int x, int y, bool released)
{
	*k = (struct key){.code = mouse_key(button, released, button & 32), .x = x - 1, .y = y - 1};
	k->mods = (button & 4 ? MOD_SHIFT : 0U) | (button & 8 ? MOD_ALT : 0U) |
		  (button & 16 ? MOD_CTRL : 0U);
	return k->code && k->x >= 0 && k->y >= 0 ? KEY : SKIP;
}

/* CSI: \x1b[ parameters final. */
static enum result csi(struct input *in, struct key *k, size_t *used)
{
	size_t i = 2;
	char intro = 0;
	int v[4] = {0}, count = 0;

	if (i < in->n && in->b[i] == '[') { /* the Linux console's F1…F5: \x1b[[A */
		if (in->n < 4)
			return MORE;
		*used = 4;
		k->code = in->b[3] >= 'A' && in->b[3] <= 'E' ? K_F1 + in->b[3] - 'A' : K_NONE;
		return k->code ? KEY : SKIP;
	}
	if (i < in->n && in->b[i] == 'M') { /* X10 mouse: three bytes, 32 added to each */
		if (in->n < 6)
			return MORE;
		*used = 6;
		int button = (unsigned char)in->b[3] - 32;
		bool released = (button & 0xc3) == 3;
		return mouse(k, released ? button & ~3 : button, (unsigned char)in->b[4] - 32,
			(unsigned char)in->b[5] - 32, released);
	}
	if (i < in->n && strchr("<=>?", in->b[i]) && in->b[i])
		intro = in->b[i++];
	for (; i < in->n; i++) {
		char c = in->b[i];
		if (c >= '0' && c <= '9') {
			if (count < 4 && v[count] < 100000)
				v[count] = v[count] * 10 + c - '0';
		} else if (c == ';' || c == ':') {
			count++;
		} else if (c >= 0x40 && c <= 0x7e) {
			break;
		} else if (c < 0x20) { /* not a sequence after all */
			*used = i;
			return SKIP;
		}
	}
	if (i == in->n) {
		if (in->n < 64)
			return MORE;
		*used = in->n;
		return SKIP;
	}
	char final = in->b[i];
	*used = i + 1;
	if (intro == '<' && (final == 'M' || final == 'm'))
		return mouse(k, v[0], v[1], v[2], final == 'm');
	if (intro)
		return SKIP; /* an answer */
	*k = (struct key){0};
	if (final == '~' && (v[0] == 200 || v[0] == 201)) {
		in->paste = v[0] == 200;
		return SKIP;
	}
	if (final == '~' || final == '^' || final == '$' ||
		final == '@') { /* the last three: rxvt's modifiers */
		k->code = tilde_key(v[0]);
		k->mods = xterm_mods(v[1]) | (final == '^' || final == '@' ? MOD_CTRL : 0U) |
			  (final == '$' || final == '@' ? MOD_SHIFT : 0U);
	} else if (final == 'Z') {
		k->code = K_TAB;
		k->mods = MOD_SHIFT;
	} else if (final >= 'a' && final <= 'd') {
		k->code = letter_key((char)(final - 'a' + 'A'));
		k->mods = MOD_SHIFT;
	} else if (final != 'M') {
		k->code = letter_key(final);
		k->mods = xterm_mods(v[1]);
	}
	return k->code ? KEY : SKIP;
}

/* The answer to OSC 11: "11;rgb:RRRR/GGGG/BBBB". */
static void background(struct input *in, const char *p, size_t n)
{
	char text[64];
	unsigned long c[3];

	if (n >= sizeof(text) || n < 8 || memcmp(p, "11;rgb", 6) != 0)
		return;
	memcpy(text, p, n);
	text[n] = '\0';
	char *s = strchr(text, ':');
	for (int i = 0; i < 3; i++) {
		if (!s || (i && *s != '/'))
			return;
		char *end;
		c[i] = strtoul(s + 1, &end, 16);
		if (end == s + 1 || end - s > 5)
			return;
		c[i] = c[i] * 255 / ((1UL << 4 * (end - s - 1)) - 1); /* 1 to 4 digits */
		s = end;
	}
	in->light = c[0] * 299 + c[1] * 587 + c[2] * 114 > 127500;
}

/* OSC, DCS, APC, PM, SOS: text up to BEL or ST. Nothing of it is a key. */
static enum result string(struct input *in, size_t *used)
{
	for (size_t i = 2; i < in->n; i++) {
		bool st = in->b[i] == 0x1b && i + 1 < in->n && in->b[i + 1] == '\\';
		if (in->b[i] == 0x07 || st) {
			if (in->b[1] == ']')
				background(in, in->b + 2, i - 2);
			*used = i + (st ? 2 : 1);
			return SKIP;
		}
		if (in->b[i] == 0x1b && i + 1 < in->n) { /* broken off by another sequence */
			*used = i;
			return SKIP;
		}
	}
	if (in->n < sizeof(in->b))
		return MORE;
	*used = in->n;
	return SKIP;
}

static enum result control_key(struct key *k, unsigned char c)
{
	*k = (struct key){0};
	if (c == '\r' || c == '\n')
		k->code = K_ENTER;
	else if (c == '\t')
		k->code = K_TAB;
	else if (c == 0x1b)
		k->code = K_ESC;
	else if (c == 0x7f || c == 0x08)
		k->code = K_BACKSPACE;
	else if (c == 0)
		*k = (struct key){.code = ' ', .mods = MOD_CTRL};
	else
		*k = (struct key){.code = c < 27 ? c + 'a' - 1 : c + 0x40, .mods = MOD_CTRL};
	return KEY;
}

static enum result character(
	const struct input *in, size_t from, struct key *k, size_t *used, bool waited)
{
	unsigned char c = (unsigned char)in->b[from];

	if (c < 0x20 || c == 0x7f) {
		*used = from + 1;
		return control_key(k, c);
	}
	*k = (struct key){0};
	size_t len = utf8_next(in->b + from, in->n - from, &k->code);
	size_t whole = c > 0xf4 ? 1 : c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc2 ? 2 : 1, have = 1;
	while (from + have < in->n && (in->b[from + have] & 0xc0) == 0x80)
		have++;
	if (k->code < 0 && from + have == in->n && have < whole && !waited)
		return MORE;
	*used = from + len;
	return k->code >= 0 && cp_width(k->code) >= 0 ? KEY : SKIP;
}

static enum result read_key(struct input *in, struct key *k, size_t *used, bool waited)
{
	enum result r;

	*k = (struct key){0};
	if (in->b[0] != 0x1b)
		return character(in, 0, k, used, waited);
	for (size_t i = 0; i < in->specials; i++) {
		size_t len = strlen(in->special[i].seq);
		if (in->n >= len && memcmp(in->b, in->special[i].seq, len) == 0) {
			*k = (struct key){.code = in->special[i].code};
			*used = len;
			return KEY;
		}
	}
	if (in->n == 1) {
		*used = 1;
		*k = (struct key){.code = K_ESC};
		return waited ? KEY : MORE;
	}
	switch (in->b[1]) {
	case '[': r = csi(in, k, used); break;
	case ']':
	case 'P':
	case '_':
	case '^':
	case 'X': r = string(in, used); break;
	case 'O':
		r = MORE;
		if (in->n < 3)
			break;
		*used = 3;
		bool ctrl = in->b[2] >= 'a' && in->b[2] <= 'd'; /* rxvt */
		*k = (struct key){
			.code = letter_key(ctrl ? (char)(in->b[2] - 'a' + 'A') : in->b[2])};
		k->mods = ctrl ? MOD_CTRL : 0;
		r = k->code ? KEY : SKIP;
		break;
	case 0x1b: /* two: the first is the key, the second may start a sequence */
		*used = 1;
		*k = (struct key){.code = K_ESC};
		return KEY;
	default:
		r = character(in, 1, k, used, waited);
		k->mods |= MOD_ALT;
		return r;
	}
	if (r == MORE && waited) {
		/* Alt with [ ] P _ ^ X O, or a sequence that was cut off: only the short form can
		 * be a key. */
		*used = in->n == 2 ? 2 : in->n;
		*k = (struct key){.code = in->b[1], .mods = MOD_ALT};
		return in->n == 2 ? KEY : SKIP;
	}
	return r;
}

bool input_next(struct input *in, struct key *k, bool waited)
{
	while (in->n) {
		size_t used = 0;
		enum result r = read_key(in, k, &used, waited);
		if (r == MORE)
			return false;
		drop(in, used);
		if (r == KEY) {
			if (in->paste)
				k->mods |= MOD_PASTED;
			return true;
		}
	}
	return false;
}
