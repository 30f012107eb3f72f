/* keys.h: keys and their names ("j", "<C-d>", "<S-Tab>", "<F1>"), and which action a key means.
 * Pure but for the keymap, which the UI thread owns. */
#ifndef TUI_KEYS_H
#define TUI_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../clientlib/base/buf.h"
#include "../clientlib/base/vec.h"

/* Keys that are no character start above Unicode. */
enum key_code {
	K_NONE = 0,
	K_FIRST = 0x110000,
	K_ENTER = K_FIRST,
	K_ESC,
	K_TAB,
	K_BACKSPACE,
	K_DELETE,
	K_INSERT,
	K_UP,
	K_DOWN,
	K_LEFT,
	K_RIGHT,
	K_HOME,
	K_END,
	K_PGUP,
	K_PGDN,
	K_F1,
	K_F12 = K_F1 + 11,
	K_CLICK,   /* left button pressed at x, y */
	K_RELEASE, /* left button released */
	K_DRAG,    /* moved with the left button down */
	K_RCLICK,
	K_MCLICK,
	K_WHEEL_UP,
	K_WHEEL_DOWN,
	K_WHEEL_LEFT,
	K_WHEEL_RIGHT,
	K_RESIZE, /* the screen is x × y now */
	K_LAST
};

enum { MOD_SHIFT = 1, MOD_ALT = 2, MOD_CTRL = 4, MOD_PASTED = 8 /* came in a bracketed paste */ };

struct key {
	int32_t code; /* code point or enum key_code */
	unsigned mods;
	int x, y; /* mouse, resize */
};

static inline bool key_is_mouse(const struct key *k)
{
	return k->code >= K_CLICK && k->code <= K_WHEEL_RIGHT;
}

/* Read one key name at s: a character, or <Name> with C-, A-, S- before the name; mouse and resize
 * carry numbers: <Click:10,5>, <Resize:80x24>. Returns the bytes used, 0 if it is no key. */
size_t key_parse(struct key *k, const char *s, size_t n);
/* The name, as key_parse reads it. */
void key_format(struct buf *out, const struct key *k);

/* ---- actions ---- */

/* What a view lets one do: the contexts in which its keys mean something. */
enum {
	CTX_LIST = 1,   /* rows with a selection */
	CTX_TEXT = 2,   /* lines of text */
	CTX_TREE = 4,   /* nodes to fold */
	CTX_GRID = 8,   /* a cursor that moves in two directions */
	CTX_TABS = 16,  /* tabs or panes */
	CTX_OBJ = 32,   /* the selection is a flow, run, step or task */
	CTX_MARKS = 64, /* rows can be marked */
	CTX_GRAPH = 128,
	CTX_TIME = 256, /* a time axis */
	CTX_LOGS = 512,
	CTX_VALUE = 1024,
	CTX_COLUMNS = 2048, /* columns can be chosen */
	CTX_CHOOSE = 4096,  /* a popup to choose in */
	CTX_TAGS = 8192,    /* the selection is a run, whose tags can be changed */
	CTX_PAGE = 16384,   /* what is shown can go to a pager */
	CTX_EXPORT = 32768, /* it can be written to files */
	CTX_CARDS = 65536,
	CTX_CODE = 131072,
	CTX_DIFF = 262144, /* two of them can be compared */
	CTX_ALL = 0xfffff
};

enum action {
	ACT_NONE,
#define ACTION(id, label, help, group, ctx, keys) ACT_##id,
#include "actions.def"
#undef ACTION
	ACT_COUNT
};

/* In the order of the help. */
enum action_group {
	GROUP_OPEN,
	GROUP_SHOW,
	GROUP_MARK,
	GROUP_MOVE,
	GROUP_VIEW,
	GROUP_APP,
	GROUP_COUNT
};

struct action_info {
	const char *name;  /* as in mftop.conf and the palette */
	const char *label; /* a word for the footer */
	const char *help;  /* a line for the help */
	const char *keys;  /* as shipped */
	enum action_group group;
	unsigned ctx;
};

const struct action_info *action_info(enum action a);
/* The action of that name, ACT_NONE if there is none. */
enum action action_find(const char *name);
const char *action_group_title(enum action_group g);

/* ---- the keymap ---- */

struct binding {
	struct key key;
	enum action action;
	bool user; /* from mftop.conf */
};

struct keymap {
	VEC(struct binding) b;
};

/* Fill with the keys of actions.def. */
int keymap_init(struct keymap *m, struct mf_error *err);
void keymap_release(struct keymap *m);
/* A user's binding: it wins over every shipped one wherever the action means something. */
int keymap_bind(struct keymap *m, const struct key *k, enum action a, struct mf_error *err);
/* Take the key away from every action. */
void keymap_unbind(struct keymap *m, const struct key *k);
/* What the key means where these contexts hold. An action that belongs to few contexts wins over
 * one for all. */
enum action keymap_find(const struct keymap *m, const struct key *k, unsigned ctx);
/* The first key of an action that reaches it in these contexts; false: none does. */
bool keymap_key(const struct keymap *m, enum action a, unsigned ctx, struct key *k);
/* All of them, separated by blanks. */
void keymap_keys(const struct keymap *m, enum action a, unsigned ctx, struct buf *out);

#endif
