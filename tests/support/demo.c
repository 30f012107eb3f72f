#include "demo.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "test.h"

const char *demo_dir(void)
{
	static char dir[PATH_MAX];
	char command[PATH_MAX * 2 + 64];
	const char *source = getenv("MFKIT_SOURCE"), *to;

	if (dir[0])
		return dir;
	to = test_dir();
	snprintf(command, sizeof(command), "'%s/tests/tools/unpack_demo.sh' '%s'", source ? source : ".", to);
	if (system(command) != 0) {
		fprintf(stderr, "cannot unpack the demo history: %s\n", command);
		abort();
	}
	snprintf(dir, sizeof(dir), "%s/demo", to);
	return dir;
}

struct mf_config_options demo_options(void)
{
	static const char *const environ_[] = {"HOME=/nonexistent", "USER=demo", NULL};

	return (struct mf_config_options){.environ = environ_, .cwd = demo_dir(), .proc = "", .now = DEMO_NOW};
}
