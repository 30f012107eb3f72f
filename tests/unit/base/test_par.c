#include "../../support/test.h"

#include <pthread.h>
#include <stdatomic.h>

#include "../../../clientlib/base/par.h"

struct count {
	atomic_int seen[5000];
	pthread_t home;
	atomic_int elsewhere;
};

static void one(void *arg, size_t i)
{
	struct count *c = arg;
	atomic_fetch_add(&c->seen[i], 1);
	if (!pthread_equal(pthread_self(), c->home))
		atomic_fetch_add(&c->elsewhere, 1);
}

void test_par__each_once(void)
{
	static const struct {
		size_t n, least;
	} t[] = {{0, 0}, {0, 1}, {1, 1}, {15, 1}, {16, 1}, {17, 1}, {5000, 1}, {5000, 5000}, {5000, 5001}, {100, 1000}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		static struct count c;
		memset(&c, 0, sizeof(c));
		c.home = pthread_self();
		par_for(t[i].n, t[i].least, one, &c);
		for (size_t k = 0; k < 5000; k++)
			if (c.seen[k] != (k < t[i].n))
				CHECK_INT(c.seen[k], k < t[i].n);
		if (t[i].n < t[i].least)
			CHECK_INT(c.elsewhere, 0);
		memset(&c, 0, sizeof(c));
		par_wide(t[i].n, one, &c);
		for (size_t k = 0; k < 5000; k++)
			if (c.seen[k] != (k < t[i].n))
				CHECK_INT(c.seen[k], k < t[i].n);
	}
}
