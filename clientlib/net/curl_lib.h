/* net/curl_lib.h: the functions of libcurl that we use. Loaded at the first call: with the thirty
 * libraries that it needs that takes several milliseconds, longer than a whole command on a local
 * history. */
#ifndef MF_NET_CURL_LIB_H
#define MF_NET_CURL_LIB_H

/* the macros that check types would not let the functions be called by pointer; options that newer
 * versions call deprecated are how older ones are told */
#define CURL_DISABLE_TYPECHECK
#define CURL_DISABLE_DEPRECATION
#include <curl/curl.h>

/* by their names without curl_ */
#define CURL_LIB_FUNCTIONS(X)                                                                      \
	X(global_init)                                                                             \
	X(getdate)                                                                                 \
	X(easy_init)                                                                               \
	X(easy_cleanup)                                                                            \
	X(easy_reset)                                                                              \
	X(easy_setopt)                                                                             \
	X(easy_getinfo)                                                                            \
	X(easy_send)                                                                               \
	X(easy_recv)                                                                               \
	X(easy_strerror)                                                                           \
	X(multi_init)                                                                              \
	X(multi_setopt)                                                                            \
	X(multi_cleanup)                                                                           \
	X(multi_add_handle)                                                                        \
	X(multi_remove_handle)                                                                     \
	X(multi_perform)                                                                           \
	X(multi_poll)                                                                              \
	X(multi_info_read)                                                                         \
	X(slist_append)                                                                            \
	X(slist_free_all)

struct curl_lib {
#define X(name) __typeof__(&curl_##name) name;
	CURL_LIB_FUNCTIONS(X)
#undef X
};

/* Any thread; the same answer each time. NULL: not installed, or older than 7.66. */
const struct curl_lib *curl_lib(void);

#endif
