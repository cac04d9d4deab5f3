/* The library of pictures. */
#include "desk/screen.h"

enum { PICTURES_A_PAGE = 48 };

static void put_picture(struct screen *screen, struct value *object,
                        const struct store_picture_row *row)
{
    value_set_number(object, "id", row->picture.id);
    value_set_text(object, "thumb", screen_picture(screen, row->picture.id, "3x2-640"));
    value_set_text(object, "name", row->desk.title);
    value_set_text(object, "alt", row->desk.alt);
    value_set_bool(object, "no_alt", !row->desk.alt.len);
    value_set_text(object, "caption", row->desk.caption);
    value_set_text(object, "credit", row->desk.credit);
    value_set_text(object, "copyright", row->desk.copyright);
    value_set_number(object, "width", row->picture.width);
    value_set_number(object, "height", row->picture.height);
    value_set_text(object, "who", screen_account(screen, row->desk.uploaded_by));
    screen_time(screen, object, "at", row->picture.created_at);
}

struct error pictures_list(struct screen *screen)
{
    struct store_picture_row *rows;
    size_t count;
    int64_t before = 0, next;
    struct store_picture_filter filter = {.no_alt = screen_query(screen, "no_alt").len > 0,
                                          .unused = screen_query(screen, "unused").len > 0};
    (void)str_to_i64(screen_query(screen, "before"), &before);
    TRY(pictures_find(screen->tx, screen_query(screen, "q"), filter, before > 0 ? before : 0,
                      PICTURES_A_PAGE, screen->arena, &rows, &count, &next));
    screen_begin(screen, "pictures", "pictures");
    value_set_text(screen->root, "q", screen_query(screen, "q"));
    value_set_bool(screen->root, "no_alt", filter.no_alt);
    value_set_bool(screen->root, "unused", filter.unused);
    value_set_text(screen->root, "added", screen_query(screen, "added"));
    struct value *list = value_set_list(screen->root, "rows");
    for (size_t i = 0; i < count; i++)
        put_picture(screen, value_append_object(list), &rows[i]);
    if (next)
        value_set_number(screen->root, "next", next);
    return NO_ERROR;
}

static struct error redraw_list(struct screen *screen, const struct error *error)
{
    TRY(pictures_list(screen));
    screen_error(screen, error);
    return NO_ERROR;
}

struct error pictures_add(struct screen *screen)
{
    size_t added = 0;
    int64_t id = 0;
    screen->redraw = redraw_list;
    for (size_t i = 0; i < screen->file_count; i++, added++)
        TRY(media_take(screen, &screen->files[i], &id));
    if (!added)
        return error_make(ERR_INVALID, "The pictures", "choose at least one file");
    if (added == 1)
        screen_go(screen, "/desk/pictures/%lld", (long long)id);
    else
        screen_go(screen, "/desk/pictures?added=%zu", added);
    return NO_ERROR;
}

struct error picture_open(struct screen *screen)
{
    struct store_picture_row row;
    struct store_picture_use *uses;
    size_t count;
    TRY(store_picture(screen->tx, screen->id, screen->arena, &row.picture));
    TRY(store_picture_desk(screen->tx, screen->id, screen->arena, &row.desk));
    TRY(store_picture_uses(screen->tx, screen->id, 50, screen->arena, &uses, &count));
    screen_begin(screen, "picture", NULL);
    screen_title(screen, row.desk.title.len ? row.desk.title : desk_say(screen->desk, "picture"));
    put_picture(screen, screen->root, &row);
    value_set_text(screen->root, "large", screen_picture(screen, screen->id, "w1280"));
    value_set_bool(screen->root, "saved", screen_query(screen, "saved").len > 0);
    value_set_bool(screen->root, "can_edit",
                   may(screen->actor->role, ACTION_PICTURE_EDIT,
                       picture_relation(screen->actor->account_id, &row.desk)));
    value_set_bool(screen->root, "can_delete", !count && screen_can(screen, ACTION_PICTURE_DELETE));
    struct value *list = value_set_list(screen->root, "uses");
    static const char *const where[] = {"", "use_live", "use_newest", "use_old"};
    for (size_t i = 0; i < count; i++) {
        struct value *use = value_append_object(list);
        value_set_number(use, "story", uses[i].story_id);
        value_set_text(use, "headline", uses[i].headline);
        value_set_text(use, "where", desk_say(screen->desk, where[uses[i].where]));
    }
    return NO_ERROR;
}

static struct error redraw_picture(struct screen *screen, const struct error *error)
{
    TRY(picture_open(screen));
    static const char *const fields[] = {"title", "alt", "caption", "credit", "copyright"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        value_set_text(screen->root, i ? fields[i] : "name", screen_field(screen, fields[i]));
    screen_error(screen, error);
    return NO_ERROR;
}

struct error picture_save(struct screen *screen)
{
    struct store_picture_desk desk;
    screen->redraw = redraw_picture;
    TRY(store_picture_desk(screen->tx, screen->id, screen->arena, &desk));
    desk.picture_id = screen->id;
    desk.title = str_trim(screen_field(screen, "title"));
    desk.alt = str_trim(screen_field(screen, "alt"));
    desk.caption = str_trim(screen_field(screen, "caption"));
    desk.credit = str_trim(screen_field(screen, "credit"));
    desk.copyright = str_trim(screen_field(screen, "copyright"));
    TRY(picture_describe(screen->tx, screen->actor, &desk, screen->now, screen->arena));
    screen_go(screen, "/desk/pictures/%lld?saved=1", (long long)screen->id);
    return NO_ERROR;
}

struct error picture_delete_do(struct screen *screen)
{
    TRY(picture_delete(screen->tx, screen->actor, screen->id, screen->now, screen->arena));
    screen_go(screen, "/desk/pictures");
    return NO_ERROR;
}
