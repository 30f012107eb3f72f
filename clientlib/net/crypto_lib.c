#include "crypto_lib.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>

#include "../base/util.h"

static struct crypto_lib lib;
static bool loaded;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static bool load_from(void *so)
{
	/* ISO C has no conversion from object to function pointers; POSIX wants this one to work */
#define X(result, name, parameters)                                                                \
	*(void **)(void *)&lib.name = dlsym(so, #name);                                            \
	if (!lib.name)                                                                             \
		return false;
	CRYPTO_LIB_FUNCTIONS(X)
#undef X
	void *base_id = dlsym(so, "EVP_PKEY_get_base_id");
	*(void **)(void *)&lib.EVP_PKEY_base_id = base_id ? base_id : dlsym(so, "EVP_PKEY_base_id");
	return lib.EVP_PKEY_base_id;
}

static void load(void)
{
	static const char *const names[] = {"libcrypto.so.3", "libcrypto.so.1.1"};
	for (size_t i = 0; i < ARRAY_SIZE(names) && !loaded; i++) {
		void *so = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
		if (!so)
			continue;
		loaded = load_from(so);
		if (!loaded)
			dlclose(so);
	}
}

const struct crypto_lib *crypto_lib(void)
{
	pthread_once(&once, load);
	return loaded ? &lib : NULL;
}
