/* The local root that a service's records name, as far as they are trusted: directories called .metaflow or .metaflow_spin. */
#include "config.h"
#include "data.h"
#include "service.h"

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

struct store *service_local_store(struct mf_client *c, const char *root)
{
	struct arena a;
	struct store *s = NULL;
	arena_init(&a, 0);
	const char *trusted = data_trusted(c, &a, root);
	if (trusted)
		stores_get(c->stores, STORE_LOCAL, trusted, &s, NULL);
	arena_release(&a);
	return s;
}
