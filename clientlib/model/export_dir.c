/* The directories of an export: DIR, and those of the flow, run and step at hand. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "export.h"
#include "provider.h"

void export_dirs_forget(struct export_dirs *d, int level)
{
	for (int i = level; i < 3; i++) {
		free(d->id[i]);
		free(d->name[i]);
		d->id[i] = d->name[i] = NULL;
		if (d->fd[i + 1] >= 0)
			close(d->fd[i + 1]);
		d->fd[i + 1] = -1;
	}
}

/* Flows and steps whose names differ in capitals only are spelled differently. */
static unsigned spelling_of(struct export *x, const char *const *ids, int level)
{
	struct fs_names names = {0};
	struct arena a;
	unsigned flags = 0;
	if (level == MF_RUN || level == MF_TASK || !export_has_capitals(ids[level]))
		return 0;
	arena_init(&a, 0);
	const char *above = level ? object_path(&a, ids, (size_t)level) : "";
	if (above && x->client->provider->names(x->client, above, &names, NULL) == MF_OK)
		for (size_t i = 0; i < names.n && !flags; i++) {
			const char *other = fs_name(&names, i);
			flags = export_spelling(ids[level], &other, 1);
		}
	fs_names_release(&names);
	arena_release(&a);
	return flags;
}

static bool is_taken(int level, const char *id)
{
	if (level == MF_FLOW)
		return strcasecmp(id, EXPORT_MANIFEST) == 0 || strcasecmp(id, EXPORT_JOURNAL) == 0;
	return level == MF_STEP && (strcasecmp(id, "code") == 0 || strcasecmp(id, "run.json") == 0);
}

static int enter(struct export *x, const char *const *ids, int level, struct mf_error *err)
{
	struct export_dirs *d = &x->dirs;
	struct buf name = BUF_INIT(1 << 16);
	int rc;
	export_dirs_forget(d, level);
	export_name(&name, ids[level], strlen(ids[level]),
		spelling_of(x, ids, level) | (is_taken(level, ids[level]) ? NAME_FIRST : 0));
	TRY(buf_err(&name, err));
	TRY(d->fd[level + 1] = export_subdir(d->fd[level], name.p, true, name.p, err));
	d->id[level] = strdup(ids[level]);
	d->name[level] = buf_take(&name);
	rc = d->id[level] && d->name[level] ? MF_OK : err_nomem(err);
done:
	buf_release(&name);
	if (rc < 0)
		export_dirs_forget(d, level);
	return rc;
}

int export_dir(struct export *x, const char *const *ids, int depth, int *fd, struct buf *path,
	struct mf_error *err)
{
	struct export_dirs *d = &x->dirs;
	int rc = MF_OK, level = 0;
	*fd = -1;
	pthread_mutex_lock(&d->lock);
	while (level < 3 && level < depth && d->id[level] && str_eq(d->id[level], ids[level]))
		level++;
	for (; level < 3 && level < depth; level++)
		TRY(enter(x, ids, level, err));
	for (int i = 0; i < 3 && i < depth; i++)
		buf_addf(path, "%s%s", i ? "/" : "", d->name[i]);
	if (depth == 4) {
		size_t at = path->n + 1;
		buf_addc(path, '/');
		export_name(path, ids[MF_TASK], strlen(ids[MF_TASK]), 0);
		TRY(buf_err(path, err));
		*fd = export_subdir(d->fd[3], path->p + at, true, path->p, err);
	} else {
		TRY(buf_err(path, err));
		*fd = fcntl(d->fd[depth], F_DUPFD_CLOEXEC, 3);
		if (*fd < 0)
			err_sys(err, errno, path->p, "cannot open the directory");
	}
	rc = *fd < 0 ? (err && err->code ? err->code : MF_EIO) : MF_OK;
done:
	pthread_mutex_unlock(&d->lock);
	return rc;
}

/* DIR itself, with those above it. */
int export_dir_top(struct export *x, struct mf_error *err)
{
	struct stat top, own;
	const char *dir = x->opts.dir;
	char *path = strdup(dir);
	if (!path)
		return err_nomem(err);
	for (char *p = path + 1; *path && (p = strchr(p, '/')); p++) {
		*p = '\0';
		mkdir(path, 0777); /* the last one tells what is wrong */
		*p = '/';
	}
	free(path);
	if (mkdir(dir, 0777) < 0 && errno != EEXIST)
		return err_sys(err, errno, dir, "cannot make the directory");
	int fd = x->dirs.fd[0] = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(err, errno, dir, "cannot open the directory");
	const int roots[] = {x->client->root_fd, x->client->data_fd};
	for (size_t i = 0; i < ARRAY_SIZE(roots); i++)
		if (roots[i] >= 0 && fstat(fd, &top) == 0 && fstat(roots[i], &own) == 0 &&
			top.st_ino == own.st_ino && top.st_dev == own.st_dev)
			return err_at(err, MF_EUSAGE, dir,
				"it is the history itself: export to another directory");
	return MF_OK;
}
