#include "../../support/test.h"

#include <stdio.h>

#include "../../../clientlib/codec/pynames.h"

static const char *map(const char *module, const char *name)
{
	static char text[256];
	struct pyname g = {module, name, strlen(module), strlen(name)};
	pynames_map(&g);
	snprintf(text, sizeof(text), "%.*s %.*s", (int)g.n_module, g.module, (int)g.n_name, g.name);
	return text;
}

void test_pynames__names(void)
{
	CHECK_STR(map("__builtin__", "xrange"), "builtins range");
	CHECK_STR(map("__builtin__", "anything"), "builtins anything");
	CHECK_STR(map("copy_reg", "_reconstructor"), "copyreg _reconstructor");
	CHECK_STR(map("itertools", "imap"), "builtins map");
	CHECK_STR(map("itertools", "count"), "itertools count");
	CHECK_STR(map("exceptions", "ValueError"), "builtins ValueError");
	CHECK_STR(map("exceptions", "StandardError"), "builtins Exception");
	CHECK_STR(map("exceptions", "NoSuchError"), "exceptions NoSuchError");
	CHECK_STR(map("UserDict", "UserDict"), "collections UserDict");
	CHECK_STR(map("UserDict", "IterableUserDict"), "collections UserDict");
	CHECK_STR(map("urllib2", "HTTPError"), "urllib.error HTTPError");
	CHECK_STR(map("urllib2", "Request"), "urllib.request Request");
	CHECK_STR(map("cStringIO", "StringIO"), "io StringIO");
	CHECK_STR(map("__main__", "Thing"), "__main__ Thing");
	CHECK_STR(map("", ""), " ");
	CHECK_STR(map("__builtin_", "set"), "__builtin_ set");
	CHECK_STR(map("__builtin___", "set"), "__builtin___ set");
}

/* Every row is found: the tables are sorted, which the search relies on. */
void test_pynames__every_row(void)
{
	char want[256];
#define NAME(module, name, module3, name3) CHECK_STR(map(module, name), module3 " " name3);
#define IMPORT(module, module3)                                                                    \
	snprintf(want, sizeof(want), "%s a name of no table", module3);                            \
	CHECK_STR(map(module, "a name of no table"), want);
#define EXCEPTION(name) CHECK_STR(map("exceptions", name), "builtins " name);
#include "../../../clientlib/codec/pynames.def"
#undef NAME
#undef IMPORT
#undef EXCEPTION
}
