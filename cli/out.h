/* cli/out.h: rows of objects in every format of -o: one spec, one place that decides. */
#ifndef CLI_OUT_H
#define CLI_OUT_H

#include "cmd.h"

struct out;

/* Rows of one entity with the given fields (ids). Format: ctx->format, with FORMAT_DEFAULT a table on a terminal and
 * TAB-separated columns elsewhere. NULL: out of memory. */
struct out *out_open(struct cmd_ctx *ctx, enum mf_entity entity, const int *fields, size_t n);
/* Print one object (evaluates the fields that have not been). A table holds its first rows back to align them. */
void out_row(struct out *o, struct mf_object *object);
/* The rows to come are of that kind, with those fields of it. Columns are then `names` for every kind, empty where one has no
 * such field (lent); NULL: all rows are of one kind. */
void out_kind(struct out *o, enum mf_entity entity, const int *fields, size_t n, const char *const *names, size_t n_names);
/* What was to be listed could not be: unless rows have been printed, nothing is. */
void out_failed(struct out *o);
/* End the document. Returns the exit code: 0, or 6 when something could not be read (each was named on diag). */
int out_close(struct out *o);

/* One object as JSON; pretty on a terminal. Steps of a run are printed as objects when `steps` is among the fields. */
int out_object(struct cmd_ctx *ctx, struct mf_object *object, const int *fields, size_t n);
/* Append an object as JSON text to a buffer; *partial is set when something could not be read. */
void out_json(struct cmd_ctx *ctx, struct buf *b, struct mf_object *object, const int *fields, size_t n, bool *partial);
/* The steps of a run as JSON. */
void out_steps(struct cmd_ctx *ctx, struct buf *b, struct mf_object *run, bool *partial);
/* Append the JSON text of a field's value. */
void out_value(struct buf *b, const struct mf_value *v);
/* Append a JSON string, ASCII only; invalid UTF-8 becomes U+FFFD. */
void out_string(struct buf *b, const char *s);
void out_bytes(struct buf *b, const char *p, size_t n);
/* ,"key":"text" and ,"key":"RFC 3339"; null for NULL and MF_NO_TIME. */
void out_key_string(struct buf *b, const char *key, const char *s);
void out_key_time(struct buf *b, const char *key, int64_t ms);
/* Print lines that hold words from the data: on a terminal nothing in them but newlines and tabs acts on it. */
void out_put(struct cmd_ctx *ctx, const char *p, size_t n);
/* A sink that writes to a stream: sink.self is the FILE. */
int out_file_write(void *self, const char *p, size_t n);
/* Append the text of one field for people (tables, show). */
void out_cell(struct cmd_ctx *ctx, struct buf *b, const struct mf_field *field, const struct mf_value *v);
/* Fields of an entity printed without --fields; for a list or for show. The number stored. */
size_t out_default_fields(enum mf_entity entity, bool show, int *out, size_t most);
/* Say the errors among the evaluated fields of an object on diag; true if there were any. */
bool out_say_errors(struct cmd_ctx *ctx, struct mf_object *object, const int *fields, size_t n);

/* ANSI sequence for a status word, "" without colour; "" for an unknown word. */
const char *out_color(const struct cmd_ctx *ctx, const char *status);
const char *out_plain(const struct cmd_ctx *ctx); /* back to normal */
const char *out_dim(const struct cmd_ctx *ctx);
const char *out_bold(const struct cmd_ctx *ctx);
/* ✓ ✗ ● ◌ ? or their ASCII stand-ins */
const char *out_glyph(const struct cmd_ctx *ctx, const char *status);
/* A point in time as --utc and --relative want it. */
void out_time(struct cmd_ctx *ctx, struct buf *b, int64_t ms);

#endif
