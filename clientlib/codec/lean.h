/* codec/lean.h: a pickle stream without its large byte strings, so that a value of gigabytes is
 * known from its first bytes and read in a window.
 *
 * A sink follows the opcodes of the stream as it passes. All is kept but the data of large
 * BINBYTES, BINBYTES8 and BYTEARRAY8: of these only the first LEAN_HEAD bytes. What is kept, with
 * the list of holes, is what pickle_read_lean takes; such a byte string becomes an MF_BLOB. */
#ifndef MF_CODEC_LEAN_H
#define MF_CODEC_LEAN_H

#include "../base/buf.h"
#include "../base/vec.h"
#include "pickle.h"

enum { LEAN_HEAD = 1 << 16 };

/* What a sink returns to end a reading that has given enough. No enum mf_code. */
enum { LEAN_ENOUGH = -1000 };

struct lean {
	struct buf kept;
	VEC(struct hole) holes;
	/* Told when the head of a large byte string has been kept, and of the bytes that follow it,
	 * in order. Either may be NULL; a negative code ends the reading. */
	int (*on_head)(void *self, const struct lean *lean);
	int (*on_data)(void *self, const char *p, size_t n);
	void *self;
	/* ---- inside ---- */
	enum { LEAN_OPCODE, LEAN_WIDTH, LEAN_LINE, LEAN_DATA, LEAN_REST } state;
	unsigned char op, width, have, lines;
	uint64_t arg, left, at; /* left: bytes of the data; at: offset in the stream */
	uint64_t threshold;
	bool large;
};

/* Byte strings of `large` bytes or more are left out; at least twice LEAN_HEAD. */
void lean_init(struct lean *l, uint64_t large);
void lean_release(struct lean *l);
/* The sink's write function; self is the struct lean. Never fails on damaged streams: reading what
 * is kept tells. */
int lean_write(void *self, const char *p, size_t n);

#endif
