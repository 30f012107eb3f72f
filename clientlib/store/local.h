/* store/local.h: a directory as a store; what the common functions do with it directly, as cheaply as the system allows. */
#ifndef MF_STORE_LOCAL_H
#define MF_STORE_LOCAL_H

#include "store.h"

/* root "": keys are absolute paths. MF_ENOTFOUND, MF_EACCESS … with err->sys_errno. */
int store_local_new(struct store **out, const char *root, struct mf_error *err);
/* A descriptor of a regular file, read from its front; *info (may be NULL) is filled. */
int store_local_open(struct store *s, const char *key, struct store_info *info, struct mf_error *err);
int store_local_read(struct store *s, const char *key, struct buf *b, struct store_info *info, struct mf_error *err);
int store_local_head(struct store *s, const char *key, struct store_info *info, struct mf_error *err);
/* Names in a directory ("" for the root): of files, or of directories and links to them. */
int store_local_list(struct store *s, const char *dir, bool dirs, struct fs_names *out, struct mf_error *err);

#endif
