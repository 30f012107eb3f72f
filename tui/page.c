/* page.c: what is shown, in the person's own pager or editor (app_page, declared in app.h). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../clientlib/base/err.h"
#include "app_priv.h"

static const char *env(const struct app *a, const char *name, const char *otherwise)
{
	const char *s = app_env(a, name);

	return s && *s ? s : otherwise;
}

/* The settings are commands with options, so a shell reads them; $1 is the file. */
static int with_shell(struct app *a, const char *command, const char *file,
	int (*produce)(void *ctx, const struct mf_sink *to), void *ctx)
{
	char *const argv[] = {strdup("/bin/sh"), strdup("-c"), strdup(command), strdup("sh"),
		file ? strdup(file) : NULL, NULL};
	bool ok = argv[0] && argv[1] && argv[2] && argv[3] && (argv[4] || !file);
	int rc = -1;

	if (ok)
		rc = produce ? a->host.pipe(a->host.self, argv, produce, ctx)
			     : a->host.run(a->host.self, argv);
	for (size_t i = 0; i < ARRAY_SIZE(argv); i++)
		free(argv[i]);
	return rc;
}

static int to_pager(struct app *a, int (*produce)(void *ctx, const struct mf_sink *to), void *ctx)
{
	const char *pager = env(a, "PAGER", NULL);

	return with_shell(a, pager ? pager : "command -v less >/dev/null && exec less; exec more",
		NULL, produce, ctx);
}

static int write_file(void *self, const char *p, size_t n)
{
	return fwrite(p, 1, n, self) == n ? MF_OK : MF_EIO;
}

/* In a file that only its owner reads, and that is gone afterwards. */
static int to_editor(struct app *a, const char *name,
	int (*produce)(void *ctx, const struct mf_sink *to), void *ctx)
{
	struct buf path = BUF_INIT(4096), command = BUF_INIT(4096);
	int fd = -1, rc = -1;

	buf_addf(&path, "%s/mftop.", env(a, "TMPDIR", "/tmp"));
	for (const char *s = name; *s; s++) /* a name that says what it is, and cannot do harm */
		buf_addc(&path,
			strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-",
				*s)
				? *s
				: '-');
	buf_adds(&path, ".XXXXXX");
	buf_addf(&command, "%s \"$1\"", env(a, "VISUAL", env(a, "EDITOR", "vi")));
	if (!path.failed && !command.failed)
		fd = mkstemp(path.p); /* mode 0600 */
	FILE *f = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (f) {
		int made = produce(ctx, &(struct mf_sink){write_file, f});
		bool full = ferror(f);
		full |= fclose(f) != 0;
		fd = -1;
		if (!full && (made >= 0 || made == MF_EPARTIAL))
			rc = with_shell(a, command.p, path.p, NULL, NULL);
	}
	if (fd >= 0)
		close(fd);
	if (!path.failed)
		unlink(path.p);
	buf_release(&path);
	buf_release(&command);
	return rc;
}

void app_page(struct app *a, const char *name, int (*produce)(void *ctx, const struct mf_sink *to),
	void *ctx)
{
	bool editor = str_eq(env(a, "MFTOP_OPEN", "pager"), "editor");
	int rc = -1;

	if (a->host.run && a->host.pipe)
		rc = editor ? to_editor(a, name, produce, ctx) : to_pager(a, produce, ctx);
	if (rc < 0)
		app_say(a, LEVEL_ERROR, "cannot open it in the %s", editor ? "editor" : "pager");
	else if (rc > 0)
		app_say(a, LEVEL_WARNING, "the %s ended with code %d", editor ? "editor" : "pager",
			rc);
	a->dirty = true;
}
