#include "robject_reader.h"

/* Byte code of compiled functions: it must be read to find its end, nothing of it is kept. Its
 * parts that occur twice have numbers of their own. */

static bool code(struct reader *r);

/* A call or list among the constants; its type has been read. */
static bool language(struct reader *r, int32_t type)
{
	int32_t number;
	bool good = robject_enter(r);
	while (good) { /* the tail is no deeper than the list */
		if (type == R_CODE_REF) {
			good = robject_in_int(r, &number);
			break;
		}
		if (type == R_CODE_DEF &&
			(!robject_in_int(r, &number) || !robject_in_int(r, &type))) {
			good = false;
			break;
		}
		bool attributes = type == R_ATTR_LANGUAGE || type == R_ATTR_PAIRLIST;
		if (!attributes && type != R_LANGUAGE && type != R_PAIRLIST) {
			good = robject_item(r) != NULL;
			break;
		}
		good = (!attributes || robject_item(r)) && robject_item(r) &&
		       robject_in_int(r, &type) && language(r, type) && robject_in_int(r, &type);
	}
	robject_leave(r);
	return good;
}

static bool constant(struct reader *r)
{
	int32_t type;
	if (!robject_in_int(r, &type))
		return false;
	switch (type) {
	case R_BYTECODE: return code(r);
	case R_LANGUAGE:
	case R_PAIRLIST:
	case R_CODE_DEF:
	case R_CODE_REF:
	case R_ATTR_LANGUAGE:
	case R_ATTR_PAIRLIST: return language(r, type);
	default: return robject_item(r) != NULL;
	}
}

static bool code(struct reader *r)
{
	size_t n;
	if (!robject_enter(r))
		return false;
	bool good = robject_item(r) &&
		    robject_in_count(r, 4, &n); /* instructions, number of constants */
	for (size_t i = 0; good && i < n; i++)
		good = constant(r);
	robject_leave(r);
	return good;
}

struct robject *robject_code(struct reader *r)
{
	int32_t parts;
	if (!robject_in_int(r, &parts) || !code(r))
		return NULL;
	return robject_new(r, R_BYTECODE);
}
