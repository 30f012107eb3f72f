#include "transfer.h"

/* Of the process, since that is what has memory: streams of all clients share it. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint64_t held;

bool transfer_memory_take(size_t n, uint64_t most, bool must)
{
	pthread_mutex_lock(&lock);
	bool fits = must || (n <= most && held <= most - n);
	held += fits ? n : 0;
	pthread_mutex_unlock(&lock);
	return fits;
}

void transfer_memory_give(size_t n)
{
	pthread_mutex_lock(&lock);
	held -= n;
	pthread_mutex_unlock(&lock);
}

uint64_t transfer_memory_held(void)
{
	pthread_mutex_lock(&lock);
	uint64_t n = held;
	pthread_mutex_unlock(&lock);
	return n;
}
