#include "curl_lib.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "../base/util.h"

static struct curl_lib lib;
static bool loaded;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static bool load_from(void *so)
{
	/* ISO C has no conversion from object to function pointers; POSIX wants this one to work */
#define X(name)                                                                                    \
	*(void **)(void *)&lib.name = dlsym(so, "curl_" #name);                                    \
	if (!lib.name)                                                                             \
		return false;
	CURL_LIB_FUNCTIONS(X)
#undef X
	return lib.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

static void load(void)
{
	static const char *const names[] = {"libcurl.so.4", "libcurl-gnutls.so.4"};
	for (size_t i = 0; i < ARRAY_SIZE(names) && !loaded; i++) {
		void *so = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
		if (!so)
			continue;
		loaded = load_from(so);
		if (!loaded)
			dlclose(so);
	}
}

const struct curl_lib *curl_lib(void)
{
	pthread_once(&once, load);
	return loaded ? &lib : NULL;
}
