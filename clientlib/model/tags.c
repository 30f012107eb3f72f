/* Changing the user tags of a run: Metaflow's rules (data-model §2.6). How the change is written is the provider's. */
#include <stdio.h>
#include <stdlib.h>

#include "../base/limits.h"
#include "../base/text.h"
#include "../base/vec.h"
#include "ids.h"
#include "provider.h"
#include "tags.h"

enum { MAX_TAGS = 50, MAX_CHARACTERS = 500 };

bool tags_have(const struct tag_names *tags, const struct mf_value *v)
{
	for (size_t i = 0; i < tags->n; i++)
		if (value_is(v, tags->v[i]))
			return true;
	return false;
}

static int check_tag(const char *run, const char *tag, struct mf_error *err)
{
	size_t n = strlen(tag), characters = 0;
	if (!n)
		return err_at(err, MF_EFAILED, run, "a tag must not be empty");
	for (size_t i = 0; i < n; characters++) {
		int32_t cp;
		i += utf8_next(tag + i, n - i, &cp);
		if (cp < 0)
			return err_at(err, MF_EFAILED, run, "a tag must be valid UTF-8");
	}
	if (characters > MAX_CHARACTERS)
		return err_at(err, MF_EFAILED, run, "a tag of %zu characters is longer than %d",
			characters, MAX_CHARACTERS);
	return MF_OK;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int tags_next(const struct tag_change *c, const struct mf_value *record, struct arena *a,
	struct tag_values *out, bool *changed, struct mf_error *err)
{
	const struct mf_value *now = mf_value_get(record, "tags"),
			      *system = mf_value_get(record, "system_tags");
	size_t have = mf_value_kind(now) == MF_LIST ? mf_value_count(now) : 0, n_new = 0;
	for (size_t i = 0; i < c->remove.n; i++) {
		const char *tag = c->remove.v[i];
		if (list_has(system, tag)) {
			err_at(err, MF_EFAILED, c->run,
				"“%.200s” is a system tag and cannot be removed", tag);
			err_hint(err, "Metaflow sets system tags itself; only user tags change");
			return MF_EFAILED;
		}
		/* what breaks the rules can be removed where old versions let it in */
		int rc = list_has(now, tag) ? MF_OK : check_tag(c->run, tag, err);
		if (rc < 0)
			return rc;
	}
	*changed = false;
	for (size_t i = 0; i < have; i++) {
		const struct mf_value *v = mf_value_item(now, i);
		if (tags_have(&c->remove, v) && !tags_have(&c->add, v))
			*changed = true;
		else if (!vec_push(out, v))
			return err_nomem(err);
	}
	const char **fresh = arena_calloc(a, c->add.n + 1, sizeof(*fresh));
	if (!fresh)
		return err_nomem(err);
	for (size_t i = 0; i < c->add.n; i++)
		if (!list_has(system, c->add.v[i]) && !list_has(now, c->add.v[i]))
			fresh[n_new++] = c->add.v[i];
	if (n_new)
		qsort(fresh, n_new, sizeof(*fresh), by_text);
	for (size_t i = 0; i < n_new; i++) {
		if (i && str_eq(fresh[i], fresh[i - 1]))
			continue;
		struct mf_value *v = value_str(a, fresh[i]);
		if (!v || !vec_push(out, v))
			return err_nomem(err);
		*changed = true;
	}
	if (out->n > MAX_TAGS && out->n > have)
		return err_at(err, MF_EFAILED, c->run,
			"a run has at most %d user tags, and these would be %zu", MAX_TAGS, out->n);
	return MF_OK;
}

int tags_contended(const struct tag_change *c, struct mf_error *err)
{
	err_at(err, MF_EFAILED, c->run, "other processes change the tags of this run at the same time");
	if (err)
		err->retriable = true;
	err_hint(err, "try again");
	return MF_EFAILED;
}

int mf_tags_change(struct mf_client *client, const char *run, const char *const *add, size_t n_add,
	const char *const *remove, size_t n_remove, struct mf_error *err)
{
	int rc = MF_OK;
	char pathspec[2 * MF_LIMIT_NAME + 2];
	size_t len = strlen(run);
	while (len && run[len - 1] == '/')
		len--;
	if (mf_pathspec_entity(run) != MF_RUN || len >= sizeof(pathspec)) {
		err_at(err, MF_EUSAGE, run, "tags belong to a run");
		err_hint(err, "name it as Flow/run");
		return MF_EUSAGE;
	}
	if (!n_add && !n_remove)
		return err_at(err, MF_EUSAGE, run, "no tag to add or to remove");
	snprintf(pathspec, sizeof(pathspec), "%.*s", (int)len, run);
	struct tag_change c = {.client = client,
		.run = pathspec,
		.add = {add, n_add},
		.remove = {remove, n_remove}};
	for (size_t i = 0; i < n_add; i++)
		TRY(check_tag(c.run, add[i], err));

	rc = client->provider->change_tags(&c, err);
	if (rc == MF_OK)
		mf_client_forget(client); /* tags that it remembers are old now */
done:
	return rc;
}
