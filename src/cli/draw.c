/* The demo's pictures: quiet scenes in two colours. The same scene and seed give the same picture.
 */
#include "cli/draw.h"
#include "cli/draw_scenes.h"

static const struct {
    const char *name;
    void (*draw)(struct canvas *canvas);
} scenes[] = {
    {"harbour", scene_harbour}, {"ship", scene_ship},         {"lighthouse", scene_lighthouse},
    {"storm", scene_storm},     {"night", scene_night},       {"bridge", scene_bridge},
    {"weather", scene_weather}, {"street", scene_street},     {"market", scene_market},
    {"council", scene_council}, {"school", scene_school},     {"train", scene_train},
    {"fields", scene_fields},   {"portrait", scene_portrait}, {"chart", scene_chart},
};

struct error draw_scene(struct str scene, uint64_t seed, struct buf *ret_png)
{
    struct canvas canvas;
    size_t i = 0;
    while (i < sizeof scenes / sizeof *scenes && !str_eq(scene, str_of(scenes[i].name)))
        i++;
    if (i == sizeof scenes / sizeof *scenes)
        i = 0;
    canvas_init(&canvas, seed * 31 + i);
    scenes[i].draw(&canvas);
    if (scenes[i].draw != scene_chart && canvas_random(&canvas) < 0.5f)
        canvas_flip(&canvas);
    canvas_png(&canvas, (unsigned)(seed * 5 + i * 3), ret_png);
    canvas_release(&canvas);
    return buf_ok(ret_png) ? NO_ERROR : error_make(ERR_TOO_LARGE, "The drawing", "it does not fit");
}
