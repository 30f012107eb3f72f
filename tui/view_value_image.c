/* view_value_image.c: the bytes of an image as a picture of half blocks, made by a job for the room
 * there is. */
#include <stdlib.h>

#include "view_value_mode.h"

struct picture {
	struct held *held;
	uint32_t w, h;      /* pixels, shrunk */
	int room_w, room_h; /* for which it was made */
	uint32_t *pixels;
	int rc;
	struct mf_error err;
};

struct state {
	struct picture *picture; /* NULL: not made yet */
	int room_w, room_h;      /* as drawn last, in cells */
	bool busy;
};

static void picture_free(void *arg)
{
	struct picture *p = arg;

	if (!p)
		return;
	held_unref(p->held);
	free(p->pixels);
	free(p);
}

static void picture_run(struct job *job, void *arg)
{
	struct picture *p = arg;

	(void)job;
	p->rc = mf_image_shrink(p->pixels, p->w, p->h, p->held->text, p->held->text_n, &p->err);
}

/* As large as fits, never larger than it is; two pixels stand above each other in a cell. */
static void want(struct mode *m)
{
	struct state *s = m->state;
	double w = m->held->image_w, h = m->held->image_h, scale = 1;
	struct picture *p;

	if (s->busy || s->room_w < 1 || s->room_h < 1 ||
		(s->picture && s->picture->room_w == s->room_w && s->picture->room_h == s->room_h))
		return;
	if (w > s->room_w)
		scale = s->room_w / w;
	if (h * scale > 2.0 * s->room_h)
		scale = 2.0 * s->room_h / h;
	p = calloc(1, sizeof(*p));
	if (!p)
		return;
	p->w = (uint32_t)(w * scale) > 0 ? (uint32_t)(w * scale) : 1;
	p->h = (uint32_t)(h * scale) > 0 ? (uint32_t)(h * scale) : 1;
	p->room_w = s->room_w;
	p->room_h = s->room_h;
	p->err = (struct mf_error)MF_ERROR_INIT;
	p->pixels = calloc((size_t)p->w * p->h, sizeof(*p->pixels));
	if (!p->pixels) {
		free(p);
		return;
	}
	s->busy = mode_submit(m, 0, picture_run, p, picture_free);
}

static void deliver(struct mode *m, struct job_result *r)
{
	struct state *s = m->state;

	s->busy = false;
	picture_free(s->picture);
	s->picture = r->spec.arg;
	r->spec.arg = NULL;
	if (s->picture->rc < 0)
		app_say_error(m->view->app, &s->picture->err);
	else
		want(m);
}

static void draw(struct mode *m, struct canvas *c)
{
	struct state *s = m->state;
	const struct picture *p = s->picture;

	if (s->room_w != c->w - 4 || s->room_h != c->h) {
		s->room_w = c->w - 4;
		s->room_h = c->h;
		m->view->tick_at = app_now(m->view->app); /* then it is asked for */
	}
	if (!p || p->rc < 0) {
		canvas_fit(c, 2, c->h / 3, c->w - 4, ALIGN_CENTER, ST_DIM,
			!p ? "reading …" : "This image cannot be drawn; x shows its bytes.");
		return;
	}
	int x0 = 2 + (s->room_w > (int)p->w ? (s->room_w - (int)p->w) / 2 : 0);
	for (uint32_t y = 0; y < p->h; y += 2)
		for (uint32_t x = 0; x < p->w; x++) {
			uint32_t top = p->pixels[(size_t)y * p->w + x];
			canvas_half(c, x0 + (int)x, (int)(y / 2), top,
				y + 1 < p->h ? p->pixels[(size_t)(y + 1) * p->w + x] : top);
		}
}

static void tick(struct mode *m)
{
	want(m);
}

static void head(const struct mode *m, struct buf *out)
{
	buf_addf(out, "PNG image %u × %u", m->held->image_w, m->held->image_h);
}

static bool fits(const struct held *h)
{
	return h->image_w > 0;
}

static void close_image(struct mode *m)
{
	picture_free(((struct state *)m->state)->picture);
}

static const enum action actions[] = {ACT_mode, ACT_export, ACT_copy_twin, ACT_NONE};

const struct mode_class value_image_mode = {
	.name = "picture",
	.actions = actions,
	.state_size = sizeof(struct state),
	.fits = fits,
	.deliver = deliver,
	.draw = draw,
	.tick = tick,
	.head = head,
	.close = close_image,
};
