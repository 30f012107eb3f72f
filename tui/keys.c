#include "keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../clientlib/base/err.h"
#include "../clientlib/base/text.h"

static const struct {
	const char *name;
	int32_t code;
} names[] = {{"Enter", K_ENTER}, {"CR", K_ENTER}, {"Esc", K_ESC}, {"Tab", K_TAB}, {"Space", ' '},
	{"lt", '<'}, {"gt", '>'}, {"Backspace", K_BACKSPACE}, {"BS", K_BACKSPACE},
	{"Del", K_DELETE}, {"Ins", K_INSERT}, {"Up", K_UP}, {"Down", K_DOWN}, {"Left", K_LEFT},
	{"Right", K_RIGHT}, {"Home", K_HOME}, {"End", K_END}, {"PgUp", K_PGUP}, {"PgDn", K_PGDN},
	{"PageUp", K_PGUP}, {"PageDown", K_PGDN}, {"Click", K_CLICK}, {"Release", K_RELEASE},
	{"Drag", K_DRAG}, {"RightClick", K_RCLICK}, {"MiddleClick", K_MCLICK},
	{"WheelUp", K_WHEEL_UP}, {"WheelDown", K_WHEEL_DOWN}, {"WheelLeft", K_WHEEL_LEFT},
	{"WheelRight", K_WHEEL_RIGHT}, {"Resize", K_RESIZE}};

static bool parse_name(struct key *k, const char *s, size_t n)
{
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strlen(names[i].name) == n && strncasecmp(names[i].name, s, n) == 0) {
			k->code = names[i].code;
			return true;
		}
	if (n >= 2 && n <= 3 && (s[0] == 'F' || s[0] == 'f')) {
		int f = 0;
		for (size_t i = 1; i < n; i++) {
			if (s[i] < '0' || s[i] > '9')
				return false;
			f = f * 10 + s[i] - '0';
		}
		if (f < 1 || f > 12)
			return false;
		k->code = K_F1 + f - 1;
		return true;
	}
	return n > 0 && utf8_next(s, n, &k->code) == n && k->code > ' ';
}

/* "10,5" or "80x24". */
static bool parse_numbers(struct key *k, const char *s, size_t n)
{
	char text[24], end;

	if (n >= sizeof(text))
		return false;
	memcpy(text, s, n);
	text[n] = '\0';
	return sscanf(text, "%6d%*1[,x]%6d%c", &k->x, &k->y, &end) == 2;
}

size_t key_parse(struct key *k, const char *s, size_t n)
{
	*k = (struct key){0};
	if (!n)
		return 0;
	const char *end = s[0] == '<' ? memchr(s, '>', n) : NULL;
	if (!end) {
		size_t used = utf8_next(s, n, &k->code);
		return k->code > ' ' && k->code != 0x7f ? used : 0;
	}
	const char *p = s + 1;
	while (end - p > 2 && p[1] == '-') {
		unsigned mod = *p == 'C' || *p == 'c'   ? MOD_CTRL
			       : *p == 'A' || *p == 'a' ? MOD_ALT
			       : *p == 'M' || *p == 'm' ? MOD_ALT
			       : *p == 'S' || *p == 's' ? MOD_SHIFT
							: 0;
		if (!mod)
			return 0;
		k->mods |= mod;
		p += 2;
	}
	const char *colon = memchr(p, ':', (size_t)(end - p));
	if (!parse_name(k, p, (size_t)((colon ? colon : end) - p)))
		return 0;
	bool numbers = k->code >= K_CLICK && k->code <= K_RESIZE;
	if (numbers != (colon != NULL) ||
		(colon && !parse_numbers(k, colon + 1, (size_t)(end - colon - 1))))
		return 0;
	if ((k->mods & MOD_CTRL) && k->code >= 'A' && k->code <= 'Z')
		k->code += 'a' - 'A'; /* a terminal cannot tell Ctrl-D from Ctrl-d */
	return (size_t)(end + 1 - s);
}

void key_format(struct buf *out, const struct key *k)
{
	const char *name = NULL;
	unsigned mods = k->mods & (MOD_SHIFT | MOD_ALT | MOD_CTRL);

	for (size_t i = 0; i < ARRAY_SIZE(names) && !name; i++)
		if (names[i].code == k->code && k->code != '>')
			name = names[i].name;
	bool function = k->code >= K_F1 && k->code <= K_F12;
	if (!name && !mods && !function) {
		utf8_add(out, k->code);
		return;
	}
	buf_addc(out, '<');
	if (mods & MOD_CTRL)
		buf_adds(out, "C-");
	if (mods & MOD_ALT)
		buf_adds(out, "A-");
	if (mods & MOD_SHIFT)
		buf_adds(out, "S-");
	if (name)
		buf_adds(out, name);
	else if (function)
		buf_addf(out, "F%d", k->code - K_F1 + 1);
	else
		utf8_add(out, k->code);
	if (k->code == K_RESIZE)
		buf_addf(out, ":%dx%d", k->x, k->y);
	else if (key_is_mouse(k))
		buf_addf(out, ":%d,%d", k->x, k->y);
	buf_addc(out, '>');
}

/* ---- actions ---- */

static const struct action_info actions[ACT_COUNT] = {
	[ACT_NONE] = {"none", "", "", "", GROUP_APP, 0},
#define ACTION(id, label, help, group, ctx, keys) [ACT_##id] = {#id, label, help, keys, group, ctx},
#include "actions.def"
#undef ACTION
};

const struct action_info *action_info(enum action a)
{
	return &actions[a];
}

enum action action_find(const char *name)
{
	for (int i = 1; i < ACT_COUNT; i++) {
		const char *a = actions[i].name, *b = name;
		/* half-up and half_up are the same to a person. */
		while (*a && (*a == *b || (*a == '_' && *b == '-'))) {
			a++;
			b++;
		}
		if (!*a && !*b)
			return (enum action)i;
	}
	return ACT_NONE;
}

const char *action_group_title(enum action_group g)
{
	static const char *const titles[GROUP_COUNT] = {
		"Go to", "Show", "Mark and copy", "Move", "Screen", "Program"};
	return titles[g];
}

/* ---- the keymap ---- */

static bool same_key(const struct key *a, const struct key *b)
{
	const unsigned mods = MOD_SHIFT | MOD_ALT | MOD_CTRL;
	return a->code == b->code && (a->mods & mods) == (b->mods & mods);
}

static int add(
	struct keymap *m, const struct key *k, enum action a, bool user, struct mf_error *err)
{
	return vec_push(&m->b, ((struct binding){*k, a, user})) ? MF_OK : err_nomem(err);
}

int keymap_bind(struct keymap *m, const struct key *k, enum action a, struct mf_error *err)
{
	return add(m, k, a, true, err);
}

int keymap_init(struct keymap *m, struct mf_error *err)
{
	*m = (struct keymap){0};
	for (int a = 1; a < ACT_COUNT; a++)
		for (const char *s = actions[a].keys; *s;) {
			struct key k;
			size_t n = key_parse(&k, s, strcspn(s, " "));
			if (!n) /* a mistake in the table; the unit test finds it */
				break;
			if (add(m, &k, (enum action)a, false, err) < 0) {
				keymap_release(m);
				return MF_ENOMEM;
			}
			s += n;
			s += strspn(s, " ");
		}
	return MF_OK;
}

void keymap_release(struct keymap *m)
{
	vec_release(&m->b);
}

void keymap_unbind(struct keymap *m, const struct key *k)
{
	size_t to = 0;

	for (size_t i = 0; i < m->b.n; i++)
		if (!same_key(&m->b.v[i].key, k))
			m->b.v[to++] = m->b.v[i];
	m->b.n = to;
}

/* Is x a better answer than y for a key both are bound to? */
static bool better(const struct binding *x, const struct binding *y)
{
	if (x->user != y->user)
		return x->user;
	if (x->user)
		return true; /* the last line of the file counts */
	return __builtin_popcount(actions[x->action].ctx) <
	       __builtin_popcount(actions[y->action].ctx);
}

enum action keymap_find(const struct keymap *m, const struct key *k, unsigned ctx)
{
	const struct binding *best = NULL;

	for (size_t i = 0; i < m->b.n; i++) {
		const struct binding *b = &m->b.v[i];
		bool means = actions[b->action].ctx == CTX_ALL || (actions[b->action].ctx & ctx);
		if (means && same_key(&b->key, k) && (!best || better(b, best)))
			best = b;
	}
	return best ? best->action : ACT_NONE;
}

bool keymap_key(const struct keymap *m, enum action a, unsigned ctx, struct key *k)
{
	for (size_t i = 0; i < m->b.n; i++)
		if (m->b.v[i].action == a && keymap_find(m, &m->b.v[i].key, ctx) == a) {
			*k = m->b.v[i].key;
			return true;
		}
	return false;
}

void keymap_keys(const struct keymap *m, enum action a, unsigned ctx, struct buf *out)
{
	bool first = true;

	for (size_t i = 0; i < m->b.n; i++)
		if (m->b.v[i].action == a && keymap_find(m, &m->b.v[i].key, ctx) == a) {
			if (!first)
				buf_addc(out, ' ');
			key_format(out, &m->b.v[i].key);
			first = false;
		}
}
