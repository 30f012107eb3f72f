/* Where the data of a run is, whose records come from the service: --datastore-root, else the local root that they name, else
 * the history of this directory. */
#include <fcntl.h>

#include "config.h"
#include "service.h"
#include "task.h"

const char *service_local_root(struct arena *a, const char *location)
{
	if (location && str_starts(location, ":root:"))
		location += strlen(":root:");
	if (!location || location[0] != '/' || strstr(location, "/../"))
		return NULL;
	const char *end = NULL;
	for (const char *p = location; (p = strstr(p, "/.metaflow")); p++)
		end = p;
	if (!end)
		return NULL;
	end += strcspn(end + 1, "/") + 1;
	const char *name = end;
	while (name[-1] != '/')
		name--;
	size_t n = (size_t)(end - name);
	bool known = (n == strlen(".metaflow") && str_starts(name, ".metaflow")) ||
		     (n == strlen(".metaflow_spin") && str_starts(name, ".metaflow_spin"));
	return known ? arena_strndup(a, location, (size_t)(end - location)) : NULL;
}

static const char *recorded(struct mf_object *o)
{
	if (o->entity == MF_ARTIFACT && object_record(o, NULL) == MF_OK) {
		const char *root = service_local_root(&o->arena, record_str(&o->arena, o->record, "location"));
		if (root)
			return root;
	}
	if (o->entity < MF_TASK)
		return NULL;
	const char *root = service_local_root(&o->arena, task_meta_text(o, "ds-root"));
	struct mf_value *record; /* _parameters has no ds-root, but artifacts */
	if (!root && task_artifact_record(o, "name", &record, NULL) == MF_OK)
		root = service_local_root(&o->arena, record_str(&o->arena, record, "location"));
	return root;
}

int service_data(struct mf_object *o, const char **root)
{
	struct mf_client *c = o->client;
	struct run *r = c->config->datastore_root ? NULL : object_run(o);
	int fd = c->data_fd;
	if (root)
		*root = c->data_root;
	if (!r)
		return fd;
	run_lock(r);
	if (!r->has_data) {
		const char *path = recorded(o);
		if (path) {
			r->has_data = true;
			r->data_root = arena_strdup(&r->arena, path);
			r->data_fd = r->data_root ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
		}
	}
	if (r->data_fd >= 0) {
		fd = r->data_fd;
		if (root)
			*root = r->data_root;
	}
	run_unlock(r);
	return fd;
}
