#include "cli/demo_story.h"
#include "text/dates.h"

enum { HOUR_MS = 3600000, DAY_MS = 24 * HOUR_MS };

/* "12d 17:30" or "3h", counted back from now; never later than now. */
static bool ago(struct str text, struct str zone, int64_t now, struct arena *arena,
                int64_t *ret_moment)
{
    int64_t number;
    ptrdiff_t unit = str_find_char(text, 'd');
    if (str_ends(text, STR("h")) && str_to_i64(str_cut(text, 0, text.len - 1), &number)) {
        *ret_moment = now - number * HOUR_MS;
        return number >= 0;
    }
    if (unit < 1 || !str_to_i64(str_cut(text, 0, (size_t)unit), &number) || number < 0)
        return false;
    struct str day = text_iso_date(now - number * DAY_MS, zone, arena);
    struct str wall = arena_printf(arena, "%.*s %.*s", STR_ARG(day),
                                   STR_ARG(str_trim(str_from(text, (size_t)unit + 1))));
    int64_t moment;
    if (!text_parse_time(wall, zone, &moment))
        return false;
    *ret_moment = moment < now ? moment : now;
    return true;
}

/* The value when the line is this field. */
static bool field_is(struct str line, struct str name, struct str *ret_value)
{
    if (!str_starts(line, name))
        return false;
    *ret_value = str_trim(str_from(line, name.len));
    return true;
}

struct error demo_story_parse(struct str bytes, struct str zone, int64_t now, struct arena *arena,
                              struct demo_story *ret_story)
{
    BUF_AUTO struct buf file = BUF_INIT(STORY_FILE_MAX);
    struct demo_story story = {.published = now};
    struct str rest = bytes, line, value;
    int dashes = 0, number = 0;
    while (dashes < 2 && str_split(&rest, '\n', &line)) {
        number++;
        dashes += str_eq(line, STR("---"));
        if (field_is(line, STR("published:"), &value)) {
            if (!ago(value, zone, now, arena, &story.published))
                return error_format(ERR_FRONT_MATTER, value, number,
                                    "published: not as in 12d 17:30");
        } else if (field_is(line, STR("  scene:"), &value)) {
            story.scene = value;
            (void)buf_printf(&file, "  file: %.*s\n", STR_ARG(value));
        } else if (field_is(line, STR("  seed:"), &value)) {
            if (!str_to_i64(value, &story.seed))
                return error_format(ERR_FRONT_MATTER, value, number, "seed: not a number");
        } else {
            (void)buf_printf(&file, "%.*s\n", STR_ARG(line));
        }
    }
    (void)buf_str(&file, rest);
    TRY(story_file_parse(buf_slice(&file), arena, &story.draft));
    *ret_story = story;
    return NO_ERROR;
}
