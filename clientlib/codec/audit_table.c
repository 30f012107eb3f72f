#include <string.h>

#include "../base/util.h"
#include "audit.h"

enum rule_class { RULE_HARMLESS, RULE_DANGEROUS, RULE_REACHABLE };

static const struct rule {
	enum rule_class class;
	const char *pattern;
} rules[] = {
#define RULE(class, pattern) {RULE_##class, pattern},
#include "audit.def"
#undef RULE
};

/* One component of a name against one of a pattern, in which * is any text. No * but the last needs
 * to be tried again: what is matched as early as possible leaves most to the others. */
static bool component(const char *s, size_t n, const char *pattern, size_t m)
{
	size_t i = 0, k = 0, again_i = 0, again_k = SIZE_MAX;
	while (i < n) {
		if (k < m && pattern[k] == '*') {
			again_k = ++k;
			again_i = i;
		} else if (k < m && pattern[k] == s[i]) {
			i++;
			k++;
		} else if (again_k != SIZE_MAX) {
			k = again_k;
			i = ++again_i;
		} else {
			return false;
		}
	}
	while (k < m && pattern[k] == '*')
		k++;
	return k == m;
}

static size_t to_dot(const char *s, size_t n)
{
	const char *dot = n ? memchr(s, '.', n) : NULL;
	return dot ? (size_t)(dot - s) : n;
}

static bool matches(const char *s, size_t n, const char *pattern)
{
	size_t m = strlen(pattern);
	for (;;) {
		size_t a = to_dot(s, n), b = to_dot(pattern, m);
		if (b == 2 && memcmp(pattern, "**", 2) == 0)
			return true;
		if (!component(s, a, pattern, b))
			return false;
		if (a == n || b == m) /* os.** is os too */
			return a == n && (b == m || strcmp(pattern + b, ".**") == 0);
		s += a + 1;
		n -= a + 1;
		pattern += b + 1;
		m -= b + 1;
	}
}

static bool matches_end(const char *s, size_t n, const char *pattern)
{
	for (;;) {
		if (matches(s, n, pattern))
			return true;
		size_t a = to_dot(s, n);
		if (a == n)
			return false;
		s += a + 1;
		n -= a + 1;
	}
}

enum mf_risk audit_global(const char *name, size_t n)
{
	enum { LONGEST = 4096 }; /* no module has such names */
	if (n > LONGEST)
		return MF_RISK_DANGEROUS;
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		const struct rule *r = &rules[i];
		if (r->class == RULE_REACHABLE ? matches_end(name, n, r->pattern)
					       : matches(name, n, r->pattern))
			return r->class == RULE_HARMLESS ? MF_RISK_SAFE : MF_RISK_DANGEROUS;
	}
	return MF_RISK_UNKNOWN;
}

enum mf_risk audit_attribute(const char *name, size_t n)
{
	bool inside =
		n > 2 && memcmp(name, "__", 2) == 0; /* the way from any value to everything else */
	return inside || audit_global(name, n) == MF_RISK_DANGEROUS ? MF_RISK_DANGEROUS
								    : MF_RISK_UNKNOWN;
}
