/* app_priv.h: the inside of the app, for app*.c and frame.c. */
#ifndef TUI_APP_PRIV_H
#define TUI_APP_PRIV_H

#include "app.h"
#include "prompt.h"

#define STACK_MAX 64
#define MESSAGES_MAX 1000
#define TOAST_MS 5000
#define PULSE_SOON_MS 300 /* after a job was submitted: most have ended by then */

/* Something on the frame that can be clicked. */
struct hit {
	int x0, x1, y;
	enum action action; /* ACT_NONE: a breadcrumb */
	size_t crumb;       /* bytes of the path to open */
};

struct watch {
	int fd;
	uint32_t view;
};

struct app {
	struct conf conf;
	int64_t (*now_ms)(void *self);
	void *clock;
	const char *(*env)(const char *name);
	struct app_host host;
	const struct start_options *start;
	void *data;
	void (*free_data)(void *);
	void (*open_path)(struct app *a, const char *pathspec);

	struct saved saved;
	struct jobs *jobs;
	struct view *stack[STACK_MAX];
	int views, shown; /* of the stack; shown: the one on the screen */
	uint32_t last;    /* id of the view shown before */
	uint32_t next_id;

	struct grid grid;
	int w, h;
	enum theme_id theme;
	bool dirty, quit, mouse, paused;
	bool light; /* the terminal has said that its background is */
	int64_t refresh_at; /* 0: none */
	int64_t clock_at;   /* when the time shown is no longer right */
	int64_t (*pulse)(struct app *a);
	void (*retry)(struct app *a);
	int64_t pulse_at; /* INT64_MAX: none */
	struct prompt prompt;
	void (*ask_done)(struct view *v, const char *text);
	uint32_t ask_view;
	char *filter_before; /* to go back to when the prompt is given up */

	VEC(struct message) messages;
	char *toast;
	enum level toast_level;
	int64_t toast_until; /* 0: none */
	struct app_info info;
	VEC(struct hit) hits;
	VEC(struct watch) watches;
};

/* app.c */
struct view *app_find_view(struct app *a, uint32_t id);
void app_show(struct app *a, int index);
/* app_tick.c: let the view ask for its data, and for the next time as well. */
void app_load(struct view *v);
/* palette.c: open the palette, and run a line of it. */
void palette_open(struct app *a);
void palette_run(struct app *a, const char *line);
/* frame.c */
void frame_draw(struct app *a);

#endif
