/* trigger.h: one of the events that triggered a run, in words. */
#ifndef TUI_TRIGGER_H
#define TUI_TRIGGER_H

#include "app.h"

/* An entry of `events` of a run's field `trigger`, appended: what happened and when. Into run
 * (appended too, NULL: not wanted) goes the pathspec of the run that caused it; nothing where that
 * was no run. */
void trigger_text(
	const struct mf_value *event, int64_t now, bool utc, struct buf *text, struct buf *run);

#endif
