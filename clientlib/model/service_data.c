/* The local root that a service's records name, as far as it is trusted (data_trusted). */
#include "data.h"
#include "service.h"

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
