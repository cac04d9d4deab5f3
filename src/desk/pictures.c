/* The library of pictures. */
#include "desk/screen.h"
#include "http/form.h"
#include "render/json.h"

enum { PICTURES_A_PAGE = 48, USES_SHOWN = 50, FOCAL_WHOLE = 100, FOCAL_STEP = 100 };

/* ---- The library --------------------------------------------------------------------------- */

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

/* The same filter, further back. */
static struct str next_page(struct screen *screen, const struct store_picture_filter *filter,
                            int64_t before)
{
    BUF_AUTO struct buf out = BUF_INIT(4096);
    (void)buf_printf(&out, "/desk/pictures?before=%lld%s%s", (long long)before,
                     filter->no_alt ? "&no_alt=1" : "", filter->unused ? "&unused=1" : "");
    if (screen_query(screen, "q").len) {
        (void)buf_str(&out, STR("&q="));
        http_percent_encode(&out, screen_query(screen, "q"), false);
    }
    return arena_str(screen->arena, buf_slice(&out));
}

/* For the script that lets one choose. */
static struct error answer_found(struct screen *screen, const struct store_picture_row *rows,
                                 size_t count, int64_t next)
{
    struct str json;
    json_t *document = json_object(), *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *one = json_object();
        json_put_integer(one, "id", rows[i].picture.id);
        json_put(one, "thumb", screen_picture(screen, rows[i].picture.id, "3x2-640"));
        json_put(one, "name", rows[i].desk.alt.len ? rows[i].desk.alt : rows[i].desk.title);
        json_put(one, "alt", rows[i].desk.alt);
        json_put(one, "caption", rows[i].desk.caption);
        json_put(one, "credit", rows[i].desk.credit);
        (void)json_array_append_new(list, one);
    }
    (void)json_object_set_new(document, "pictures", list);
    json_put_integer(document, "next", next);
    TRY(json_finish(document, false, screen->arena, &json));
    screen_json(screen, 200, json);
    return NO_ERROR;
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
    if (screen_wants_json(screen) && screen->request->method == HTTP_GET)
        return answer_found(screen, rows, count, next);
    screen_begin(screen, "pictures", "pictures");
    value_set_text(screen->root, "q", screen_query(screen, "q"));
    value_set_bool(screen->root, "no_alt", filter.no_alt);
    value_set_bool(screen->root, "unused", filter.unused);
    value_set_text(screen->root, "added", screen_query(screen, "added"));
    struct value *list = value_set_list(screen->root, "rows");
    for (size_t i = 0; i < count; i++)
        put_picture(screen, value_append_object(list), &rows[i]);
    value_set_bool(screen->root, "filtered",
                   screen_query(screen, "q").len || filter.no_alt || filter.unused);
    if (next)
        value_set_text(screen->root, "next", next_page(screen, &filter, next));
    return NO_ERROR;
}

/* The picture itself, small: for the editor, which knows the number alone. */
struct error picture_thumb(struct screen *screen)
{
    struct str address = screen_picture(screen, screen->id, "w640");
    size_t folder = sizeof "/desk/media/" - 1;
    return address.len ? media_answer(screen, str_from(address, folder))
                       : error_make(ERR_NOT_FOUND, "such picture", NULL);
}

/* ---- Adding -------------------------------------------------------------------------------- */

/* For the script that sends one file after the other and shows how far it is. */
static struct error answer_added(struct screen *screen, int64_t id)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct store_picture_desk desk;
    struct str json;
    TRY(store_read(screen->call->store, &tx));
    TRY(store_picture_desk(tx, id, screen->arena, &desk));
    screen->tx = tx;
    struct str thumb = screen_picture(screen, id, "3x2-640");
    screen->tx = NULL;
    json_t *document = json_object();
    json_put_integer(document, "id", id);
    json_put(document, "path", arena_printf(screen->arena, "/desk/pictures/%lld", (long long)id));
    json_put(document, "thumb", thumb);
    json_put(document, "name", desk.title);
    json_put(document, "alt", desk.alt);
    json_put(document, "caption", desk.caption);
    json_put(document, "credit", desk.credit);
    TRY(json_finish(document, false, screen->arena, &json));
    screen_json(screen, 201, json);
    return NO_ERROR;
}

struct adding {
    size_t added;
    struct str *problems;
    size_t problem_count;
};

/* Each file that didn't get in, with its reason; the others are there. */
static struct error redraw_list(struct screen *screen, const struct error *error)
{
    const struct adding *adding = screen->context;
    TRY(pictures_list(screen));
    bool alone = adding && adding->problem_count == 1 && !adding->added;
    if (!adding || !adding->problem_count || alone) {
        screen_error(screen, error);
        return NO_ERROR;
    }
    if (adding->added)
        value_set_number(screen->root, "added", (int64_t)adding->added);
    struct value *list = value_set_list(screen->root, "problems");
    for (size_t i = 0; i < adding->problem_count; i++)
        value_append_text(list, adding->problems[i]);
    value_set_bool(screen->root, "has_problems", true);
    return NO_ERROR;
}

struct error pictures_add(struct screen *screen)
{
    struct adding *adding = ARENA_NEW(screen->arena, struct adding);
    struct error last = NO_ERROR;
    int64_t id = 0;
    screen->redraw = screen_wants_json(screen) ? screen_json_error : redraw_list;
    screen->context = adding;
    adding->problems = ARENA_ARRAY(screen->arena, struct str, screen->file_count + 1);
    for (size_t i = 0; i < screen->file_count; i++) {
        struct error error = media_take(screen, &screen->files[i], &id);
        if (error.code != ERR_OK && error_status(error.code) >= 500)
            return error;
        if (error.code != ERR_OK) {
            adding->problems[adding->problem_count++] =
                desk_say_error(screen->desk, &error, screen->arena);
            last = error;
        } else {
            adding->added++;
        }
    }
    TRY(last);
    if (!adding->added)
        return error_make(ERR_INVALID, "The pictures", "choose at least one file");
    if (screen_wants_json(screen))
        return answer_added(screen, id);
    if (adding->added == 1)
        screen_go(screen, "/desk/pictures/%lld?added=1", (long long)id);
    else
        screen_go(screen, "/desk/pictures?added=%zu", adding->added);
    return NO_ERROR;
}

/* ---- One picture --------------------------------------------------------------------------- */

static void put_uses(struct screen *screen, const struct store_picture_use *uses, size_t count)
{
    static const char *const where[] = {"", "use_live", "use_newest", "use_old"};
    struct value *list = value_set_list(screen->root, "uses");
    for (size_t i = 0; i < count; i++) {
        struct value *use = value_append_object(list);
        value_set_number(use, "story", uses[i].story_id);
        value_set_text(use, "headline", uses[i].headline);
        value_set_text(use, "where", desk_say(screen->desk, where[uses[i].where]));
    }
}

/* In percent, as the form has it. */
/* What a writer puts into a story: the description without what Markdown would read. */
static struct str in_text(const struct screen *screen, const struct store_picture_desk *desk)
{
    BUF_AUTO struct buf out = BUF_INIT(2 * PICTURE_TEXT_MAX);
    for (size_t i = 0; i < desk->alt.len; i++) {
        char c = desk->alt.at[i];
        if (c && strchr("[]\\`*_<>&", c))
            (void)buf_char(&out, '\\');
        (void)buf_char(&out, c == '\n' || c == '\r' ? ' ' : c);
    }
    return arena_printf(screen->arena, "![%.*s](picture:%lld)", STR_ARG(buf_slice(&out)),
                        (long long)desk->picture_id);
}

static void put_focal(struct screen *screen, const struct store_picture_desk *desk)
{
    if (desk->focal_x < 0)
        return;
    value_set_number(screen->root, "focal_x", desk->focal_x / FOCAL_STEP);
    value_set_number(screen->root, "focal_y", desk->focal_y / FOCAL_STEP);
}

struct error picture_open(struct screen *screen)
{
    struct store_picture_row row;
    struct store_picture_use *uses;
    size_t count;
    int64_t change = 0;
    bool loose = false;
    (void)str_to_i64(screen_query(screen, "change"), &change);
    TRY(store_picture(screen->tx, screen->id, screen->arena, &row.picture));
    TRY(store_picture_desk(screen->tx, screen->id, screen->arena, &row.desk));
    TRY(store_picture_uses(screen->tx, screen->id, USES_SHOWN, screen->arena, &uses, &count));
    if (!count)
        TRY(store_picture_loose(screen->tx, screen->id, &loose));
    screen_begin(screen, "picture", NULL);
    screen_title(screen, row.desk.title.len ? row.desk.title : desk_say(screen->desk, "picture"));
    put_picture(screen, screen->root, &row);
    put_focal(screen, &row.desk);
    static const char *const crops[] = {"3x2-640", "16x9", "1x1"};
    struct value *list = value_set_list(screen->root, "crops");
    for (size_t i = 0; i < sizeof crops / sizeof *crops; i++)
        value_append_text(list, screen_picture(screen, screen->id, crops[i]));
    value_set_text(screen->root, "in_text", in_text(screen, &row.desk));
    value_set_text(screen->root, "large", screen_picture(screen, screen->id, "w1280"));
    value_set_text(screen->root, "type", str_from(row.picture.type, STR("image/").len));
    value_set_bool(screen->root, "saved", screen_query(screen, "saved").len > 0);
    value_set_bool(screen->root, "added", screen_query(screen, "added").len > 0);
    value_set_bool(screen->root, "can_edit",
                   may(screen->actor->role, ACTION_PICTURE_EDIT,
                       picture_relation(screen->actor->account_id, &row.desk)));
    value_set_bool(screen->root, "can_replace",
                   may(screen->actor->role, ACTION_PICTURE_REPLACE,
                       picture_relation(screen->actor->account_id, &row.desk)));
    value_set_bool(screen->root, "loose", loose);
    value_set_bool(screen->root, "can_delete",
                   !count && !loose && screen_can(screen, ACTION_PICTURE_DELETE));
    put_uses(screen, uses, count);
    return screen_changed(screen, change);
}

static struct error redraw_picture(struct screen *screen, const struct error *error)
{
    TRY(picture_open(screen));
    static const char *const fields[] = {"title",     "alt",     "caption", "credit",
                                         "copyright", "focal_x", "focal_y"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        value_set_text(screen->root, i ? fields[i] : "name", screen_field(screen, fields[i]));
    screen_error(screen, error);
    return NO_ERROR;
}

/* ---- Saving -------------------------------------------------------------------------------- */

struct saving_picture {
    struct store_picture picture; /* as it was when files were made of it */
    struct store_picture_desk desk;
    bool refocus;
    struct intake made;
};

static struct error percent(const struct screen *screen, const char *name, int64_t *ret)
{
    int64_t number;
    struct str text = str_trim(screen_field(screen, name));
    *ret = -1;
    if (!text.len)
        return NO_ERROR;
    if (!str_to_i64(text, &number) || number < 0 || number > FOCAL_WHOLE)
        return error_make(ERR_INVALID, "The focal point", "it is given in percent, 0 to 100");
    *ret = number * FOCAL_STEP;
    return NO_ERROR;
}

/* True when the form says another point than the picture has. */
static struct error typed_focal(const struct screen *screen, struct store_picture_desk *desk,
                                bool *ret_moved)
{
    int64_t x, y;
    TRY(percent(screen, "focal_x", &x));
    TRY(percent(screen, "focal_y", &y));
    if ((x < 0) != (y < 0))
        return error_make(ERR_INVALID, "The focal point", "it needs both numbers, or none");
    /* What a percent can't say is no change. */
    *ret_moved = x < 0 ? desk->focal_x >= 0
                       : desk->focal_x < 0 || x / FOCAL_STEP != desk->focal_x / FOCAL_STEP ||
                             y / FOCAL_STEP != desk->focal_y / FOCAL_STEP;
    if (*ret_moved) {
        desk->focal_x = x;
        desk->focal_y = y;
    }
    return NO_ERROR;
}

static struct error still_the_same(struct screen *screen, const struct store_picture *before)
{
    struct store_picture now;
    TRY(store_picture(screen->tx, screen->id, screen->arena, &now));
    return str_eq(now.original, before->original)
               ? NO_ERROR
               : error_make(ERR_STEP, "Saving the picture",
                            "somebody replaced it just now; look at it again");
}

static struct error save(struct screen *screen)
{
    const struct saving_picture *saving = screen->context;
    const struct store_picture_desk *desk = &saving->desk;
    TRY(picture_describe(screen->tx, screen->actor, desk, screen->now, screen->arena,
                         &screen->changes));
    if (saving->refocus) {
        TRY(still_the_same(screen, &saving->picture));
        TRY(picture_focus(screen->tx, screen->actor, screen->id, desk->focal_x, desk->focal_y,
                          saving->made.renditions, saving->made.count, screen->now, screen->arena,
                          &screen->changes));
    }
    screen_go(screen, "/desk/pictures/%lld?saved=1", (long long)screen->id);
    return NO_ERROR;
}

static struct error load(struct screen *screen, enum action action, struct saving_picture *saving)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    TRY(store_read(screen->call->store, &tx));
    TRY(store_picture(tx, screen->id, screen->arena, &saving->picture));
    TRY(store_picture_desk(tx, screen->id, screen->arena, &saving->desk));
    saving->desk.picture_id = screen->id;
    return actor_may(screen->actor, action,
                     picture_relation(screen->actor->account_id, &saving->desk));
}

struct error picture_save(struct screen *screen)
{
    struct saving_picture *saving = ARENA_NEW(screen->arena, struct saving_picture);
    struct store_picture_desk *desk = &saving->desk;
    TRY(load(screen, ACTION_PICTURE_EDIT, saving));
    screen->redraw = redraw_picture;
    screen->context = saving;
    desk->title = str_trim(screen_field(screen, "title"));
    desk->alt = str_trim(screen_field(screen, "alt"));
    desk->caption = str_trim(screen_field(screen, "caption"));
    desk->credit = str_trim(screen_field(screen, "credit"));
    desk->copyright = str_trim(screen_field(screen, "copyright"));
    TRY(typed_focal(screen, desk, &saving->refocus));
    if (saving->refocus)
        TRY(intake_again(screen, &saving->picture, desk, &saving->made));
    return screen_write(screen, save);
}

/* ---- Replacing ----------------------------------------------------------------------------- */

/* What the new file says about itself, beside the texts that the picture has. */
static struct error draw_replaced(struct screen *screen)
{
    const struct saving_picture *saving = screen->context;
    const struct intake *made = &saving->made;
    screen->location = STR_NONE;
    TRY(picture_open(screen));
    TRY(screen_changed(screen, screen->change));
    value_set_bool(screen->root, "replaced", true);
    struct value *root = screen->root;
    if (!str_eq(made->caption, saving->desk.caption))
        value_set_text(root, "offer_caption", made->caption);
    if (!str_eq(made->credit, saving->desk.credit))
        value_set_text(root, "offer_credit", made->credit);
    if (!str_eq(made->copyright, saving->desk.copyright))
        value_set_text(root, "offer_copyright", made->copyright);
    if (!str_eq(made->alt, saving->desk.alt))
        value_set_text(root, "offer_alt", made->alt);
    return NO_ERROR;
}

static struct error replace(struct screen *screen)
{
    const struct saving_picture *saving = screen->context;
    struct store_picture picture = saving->made.picture;
    picture.id = screen->id;
    picture.created_at = saving->picture.created_at;
    TRY(picture_replace(screen->tx, screen->actor, &picture, saving->made.renditions,
                        saving->made.count, screen->now, screen->arena, &screen->changes));
    screen->after = draw_replaced;
    return NO_ERROR;
}

static struct error redraw_replace(struct screen *screen, const struct error *error)
{
    TRY(picture_open(screen));
    screen_error(screen, error);
    return NO_ERROR;
}

struct error picture_replace_do(struct screen *screen)
{
    struct saving_picture *saving = ARENA_NEW(screen->arena, struct saving_picture);
    TRY(load(screen, ACTION_PICTURE_REPLACE, saving));
    screen->redraw = redraw_replace;
    screen->context = saving;
    if (!screen->file_count)
        return error_make(ERR_INVALID, "The picture", "choose a file");
    struct store_picture_desk texts = saving->desk;
    texts.focal_x = texts.focal_y = -1; /* of the old file */
    TRY(intake_file(screen, &screen->files[0], &texts, &saving->made));
    return screen_write(screen, replace);
}

struct error picture_delete_do(struct screen *screen)
{
    TRY(picture_delete(screen->tx, screen->actor, screen->id, screen->now, screen->arena));
    screen_go(screen, "/desk/pictures");
    return NO_ERROR;
}
