#include "pynames.h"

#include <stdlib.h>
#include <string.h>

#include "../base/util.h"

struct row {
	const char *module, *name; /* of Python 2; name NULL: every name */
	const char *module3, *name3;
};

static const struct row names[] = {
#define NAME(module, name, module3, name3) {module, name, module3, name3},
#define IMPORT(module, module3)
#define EXCEPTION(name)
#include "pynames.def"
#undef NAME
#undef IMPORT
#undef EXCEPTION
};

static const struct row imports[] = {
#define NAME(module, name, module3, name3)
#define IMPORT(module, module3) {module, NULL, module3, NULL},
#define EXCEPTION(name)
#include "pynames.def"
#undef NAME
#undef IMPORT
#undef EXCEPTION
};

static const struct row exceptions[] = {
#define NAME(module, name, module3, name3)
#define IMPORT(module, module3)
#define EXCEPTION(name) {"exceptions", name, "builtins", NULL},
#include "pynames.def"
#undef NAME
#undef IMPORT
#undef EXCEPTION
};

static int compare(const char *p, size_t n, const char *s)
{
	size_t len = strlen(s);
	int order = memcmp(p, s, n < len ? n : len);
	return order ? order : n < len ? -1 : n > len;
}

static int compare_row(const void *key, const void *row)
{
	const struct pyname *k = key;
	const struct row *r = row;
	int order = compare(k->module, k->n_module, r->module);
	return order || !r->name ? order : compare(k->name, k->n_name, r->name);
}

void pynames_map(struct pyname *name)
{
#define FIND(table) bsearch(name, table, ARRAY_SIZE(table), sizeof((table)[0]), compare_row)
	const struct row *row = FIND(names);
	if (!row)
		row = FIND(exceptions);
	if (!row)
		row = FIND(imports);
#undef FIND
	if (!row)
		return;
	name->module = row->module3;
	name->n_module = strlen(row->module3);
	if (row->name3) {
		name->name = row->name3;
		name->n_name = strlen(row->name3);
	}
}
