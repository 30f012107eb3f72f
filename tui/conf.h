/* conf.h: mftop.conf, a line a setting:
 *
 *	map <C-n> down        unmap q        set theme light        set mouse off        set refresh
 *2s
 *
 * # starts a comment. What is not understood is reported with its line number and skipped. Pure. */
#ifndef TUI_CONF_H
#define TUI_CONF_H

#include "keys.h"

enum clock_kind { CLOCK_AUTO, CLOCK_OFF, CLOCK_MINUTES, CLOCK_SECONDS };

struct conf {
	int theme; /* enum theme_id; -1: by the terminal's background */
	int ascii; /* -1: by the locale */
	bool mouse;
	int64_t refresh_ms; /* 0: only when asked */
	enum clock_kind clock;
	struct keymap keys;
};

/* Called for every line that is not understood. */
typedef void conf_warn_fn(void *ctx, const char *file, int line, const char *message);

/* Defaults and the shipped keys. */
int conf_init(struct conf *c, struct mf_error *err);
void conf_release(struct conf *c);
/* Apply the text of a file. `file` is for the warnings. MF_ENOMEM only. */
int conf_parse(struct conf *c, const char *file, const char *text, conf_warn_fn *warn, void *ctx,
	struct mf_error *err);
/* Read $XDG_CONFIG_HOME/mfkit/mftop.conf (or below home/.config); `xdg` and `home` may be NULL. A
 * file that is not there is no error; one that cannot be read is a warning. */
int conf_load(struct conf *c, const char *xdg, const char *home, conf_warn_fn *warn, void *ctx,
	struct mf_error *err);
/* One setting, as `set name value` and --name value do. False: *why (static) says what is wrong. */
bool conf_set(struct conf *c, const char *name, const char *value, const char **why);
/* "2s", "500ms", "1m", "2" (seconds), "off" → milliseconds; -1 if it is none of these. */
int64_t conf_duration(const char *s);

#endif
