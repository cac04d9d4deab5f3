#include "newsroom/publishing.h"
#include "newsroom/correcting.h"
#include "newsroom/ledger.h"
#include "newsroom/overview.h"
#include "newsroom/pictures.h"
#include "newsroom/related.h"
#include "text/dates.h"
#include "text/slug.h"

enum { SLUG_TRIES = 200 };

void changes_init(struct changes *changes, struct arena *arena)
{
    *changes = (struct changes){.why_none = "nothing a reader sees"};
    keys_init(&changes->keys, arena);
}

struct error changes_commit(struct store_tx **tx, struct changes *changes, int64_t now,
                            int64_t *ret_number)
{
    struct store_changes list = {.keys = keys_array(&changes->keys),
                                 .count = keys_count(&changes->keys),
                                 .destroys = changes->destroys,
                                 .why_none = changes->why_none};
    struct store_tx *ending = *tx;
    *tx = NULL;
    return store_commit(ending, &list, now, ret_number);
}

/* ---- Live stories: addresses, lists, keys ------------------------------------------------------
 */

/* The slug that a path ends with. */
static struct str path_slug(struct str path)
{
    while (str_find_char(path, '/') >= 0)
        path = str_from(path, (size_t)str_find_char(path, '/') + 1);
    return path;
}

/* The "/2026/11/" within a path: it never changes once the story was published. */
static struct str path_date(struct str path)
{
    ptrdiff_t section_end = str_find_char(str_from(path, 1), '/');
    return str_cut(path, (size_t)section_end + 1, path.len - path_slug(path).len);
}

/* The month of a moment in the newsroom's zone as it is now: for a first publication only. */
static struct error month_of(struct store_tx *tx, int64_t moment, struct arena *arena,
                             int64_t *ret_month)
{
    struct settings settings;
    TRY(settings_load(tx, arena, &settings));
    struct text_day day = text_day(moment, settings.timezone);
    *ret_month = (int64_t)day.year * 12 + day.month - 1;
    return NO_ERROR;
}

/* The month under which a story was filed: its address keeps it when the zone changes. */
static int64_t path_month(struct str path)
{
    int64_t year = 0, month = 0;
    struct str date = str_from(path_date(path), 1), part;
    if (str_split(&date, '/', &part))
        (void)str_to_i64(part, &year);
    if (str_split(&date, '/', &part))
        (void)str_to_i64(part, &month);
    return year * 12 + month - 1;
}

/* Takes the first free address: the slug, or the slug with -2, -3 … An address that was the story's
 * own before is free for it. */
static struct error take_address(struct store_tx *tx, struct store_story *story, struct str prefix,
                                 struct str slug, struct arena *arena)
{
    for (int try = 1; try <= SLUG_TRIES; try++) {
        struct str path =
            try == 1 ? arena_printf(arena, "%.*s%.*s", STR_ARG(prefix), STR_ARG(slug))
                     : arena_printf(arena, "%.*s%.*s-%d", STR_ARG(prefix), STR_ARG(slug), try);
        struct error error = store_address_set(tx, story->id, path);
        if (error.code == ERR_OK)
            story->path = path;
        if (error.code != ERR_EXISTS)
            return error;
    }
    story->path =
        arena_printf(arena, "%.*s%.*s-s%lld", STR_ARG(prefix), STR_ARG(slug), (long long)story->id);
    return store_address_set(tx, story->id, story->path);
}

/* Gives the story the address that its section and slug ask for. */
static struct error set_address(struct store_tx *tx, struct store_story *story,
                                const struct store_revision *live, struct arena *arena)
{
    struct store_section section;
    TRY(store_section(tx, live->section_id, arena, &section));
    struct str slug = live->slug;
    if (slug.len == 0 && story->path.len)
        slug = path_slug(story->path);
    if (slug.len == 0)
        slug = text_slug(live->headline, STR("story"), arena);
    struct str date;
    if (story->path.len) {
        date = path_date(story->path);
    } else {
        int64_t month;
        TRY(month_of(tx, story->published_at, arena, &month));
        date = arena_printf(arena, "/%04d/%02d/", (int)(month / 12), (int)(month % 12) + 1);
    }
    struct str prefix = arena_printf(arena, "/%.*s%.*s", STR_ARG(section.slug), STR_ARG(date));
    /* Same section, and the slug it has already, perhaps with a -2: it stays. */
    if (story->path.len && str_starts(story->path, prefix)) {
        struct str rest = str_from(story->path, prefix.len);
        if (str_eq(rest, slug) || live->slug.len == 0)
            return NO_ERROR;
    }
    return take_address(tx, story, prefix, slug, arena);
}

static struct error list_enter(struct store_tx *tx, struct store_list list,
                               struct store_place place, struct changes *changes)
{
    int64_t newer, older;
    TRY(store_list_neighbours(tx, list, place, &newer, &older));
    key_list_after(&changes->keys, list, newer);
    if (!older && newer)
        key_list_end(&changes->keys, list, newer);
    return store_list_add(tx, list, place);
}

static struct error list_leave(struct store_tx *tx, struct store_list list,
                               struct store_place place, struct changes *changes)
{
    int64_t newer, older;
    TRY(store_list_remove(tx, list, place));
    TRY(store_list_neighbours(tx, list, place, &newer, &older));
    key_list_after(&changes->keys, list, newer);
    key_list_after(&changes->keys, list, place.story_id);
    key_list_end(&changes->keys, list, place.story_id);
    if (!older && newer)
        key_list_end(&changes->keys, list, newer);
    return NO_ERROR;
}

/* To another place. Nothing that readers see changes when it stands between the same two: no page
 * shows a place, and reading_list_since() looks beyond its end. */
static struct error list_move(struct store_tx *tx, struct store_list list,
                              struct store_place old_place, struct store_place place,
                              struct changes *changes)
{
    int64_t newer, older, new_newer, new_older;
    TRY(store_list_remove(tx, list, old_place));
    TRY(store_list_neighbours(tx, list, old_place, &newer, &older));
    TRY(store_list_neighbours(tx, list, place, &new_newer, &new_older));
    TRY(store_list_add(tx, list, old_place));
    if (newer == new_newer && older == new_older) {
        TRY(store_list_remove(tx, list, old_place));
        return store_list_add(tx, list, place);
    }
    TRY(list_leave(tx, list, old_place, changes));
    return list_enter(tx, list, place, changes);
}

/* The lists in which a live revision stands. */
static struct store_list *lists_of(const struct store_revision *live, struct arena *arena,
                                   size_t *ret_count)
{
    struct store_list *lists =
        ARENA_ARRAY(arena, struct store_list, 3 + live->tag_count + live->author_count);
    size_t n = 0;
    lists[n++] = (struct store_list){STORE_LIST_ALL, 0};
    lists[n++] = (struct store_list){STORE_LIST_SECTION, live->section_id};
    if (live->featured)
        lists[n++] = (struct store_list){STORE_LIST_FEATURED, 0};
    for (size_t i = 0; i < live->tag_count; i++)
        lists[n++] = (struct store_list){STORE_LIST_TAG, live->tags[i]};
    for (size_t i = 0; i < live->author_count; i++)
        lists[n++] = (struct store_list){STORE_LIST_AUTHOR, live->authors[i]};
    *ret_count = n;
    return lists;
}

static bool list_in(struct store_list list, const struct store_list *lists, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (lists[i].kind == list.kind && lists[i].id == list.id)
            return true;
    return false;
}

/* Moves the story from the lists of one revision to those of another; NULL stands for no lists. */
static struct error set_lists(struct store_tx *tx, struct store_place old_place,
                              const struct store_revision *old, struct store_place place,
                              const struct store_revision *live, struct arena *arena,
                              struct changes *changes)
{
    size_t old_count = 0, count = 0;
    struct store_list *old_lists = old ? lists_of(old, arena, &old_count) : NULL;
    struct store_list *lists = live ? lists_of(live, arena, &count) : NULL;
    bool moved = old_place.listed_at != place.listed_at;
    for (size_t i = 0; i < old_count; i++)
        if (!list_in(old_lists[i], lists, count))
            TRY(list_leave(tx, old_lists[i], old_place, changes));
    for (size_t i = 0; i < count; i++)
        if (!list_in(lists[i], old_lists, old_count))
            TRY(list_enter(tx, lists[i], place, changes));
        else if (moved)
            TRY(list_move(tx, lists[i], old_place, place, changes));
    return NO_ERROR;
}

static bool same_ids(const int64_t *a, size_t a_count, const int64_t *b, size_t b_count)
{
    return a_count == b_count && (a_count == 0 || memcmp(a, b, a_count * sizeof *a) == 0);
}

static bool same_card(const struct store_revision *a, const struct store_revision *b)
{
    return str_eq(a->headline, b->headline) && str_eq(a->language, b->language) &&
           a->section_id == b->section_id;
}

/* As lists show it. */
static bool same_picture(const struct store_revision *a, const struct store_revision *b)
{
    return a->picture_id == b->picture_id && (!a->picture_id || str_eq(a->alt, b->alt));
}

static bool same_byline(const struct store_revision *a, const struct store_revision *b)
{
    return str_eq(a->agency, b->agency) &&
           same_ids(a->authors, a->author_count, b->authors, b->author_count);
}

static bool same_body(const struct store_revision *a, const struct store_revision *b)
{
    return same_card(a, b) && same_picture(a, b) && same_byline(a, b) &&
           str_eq(a->standfirst, b->standfirst) && str_eq(a->caption, b->caption) &&
           str_eq(a->credit, b->credit) && str_eq(a->dateline, b->dateline) &&
           str_eq(a->body, b->body) && same_ids(a->tags, a->tag_count, b->tags, b->tag_count);
}

static bool same_revision(const struct store_revision *a, const struct store_revision *b)
{
    return same_body(a, b) && a->featured == b->featured && str_eq(a->slug, b->slug);
}

/* What readers see of the story otherwise. `old` NULL: it is new to them; `other`: something that
 * only its own page says. */
static void note_story(struct changes *changes, const struct store_story *story, bool new_path,
                       bool other, const struct store_revision *old,
                       const struct store_revision *live)
{
    struct keys *keys = &changes->keys;
    if (!old || new_path || !same_card(old, live))
        key_story(keys, story->id, STORY_CARD);
    if (old && !str_eq(old->standfirst, live->standfirst))
        key_story(keys, story->id, STORY_STANDFIRST);
    if (old && !same_picture(old, live))
        key_story(keys, story->id, STORY_PICTURE);
    if (old && !same_byline(old, live))
        key_story(keys, story->id, STORY_BYLINE);
    if (!old || new_path || other || !same_body(old, live)) {
        key_story(keys, story->id, STORY_BODY);
        key_month(keys, path_month(story->path));
    }
}

/* The index of sitemaps lists the months that have stories. */
static struct error has_month(struct store_tx *tx, int64_t month, struct arena *arena,
                              bool *ret_has)
{
    int64_t *months;
    size_t count, i;
    TRY(store_months(tx, arena, &months, &count));
    for (i = 0; i < count && months[i] != month; i++)
        ;
    *ret_has = i < count;
    return NO_ERROR;
}

static struct error enter_month(struct store_tx *tx, const struct store_story *story,
                                struct arena *arena, struct changes *changes)
{
    int64_t month = path_month(story->path);
    bool had;
    TRY(has_month(tx, month, arena, &had));
    if (!had)
        key_months(&changes->keys);
    return store_month_add(tx, month, story->id);
}

static struct error leave_month(struct store_tx *tx, const struct store_story *story,
                                struct arena *arena, struct changes *changes)
{
    int64_t month = path_month(story->path);
    bool has;
    key_month(&changes->keys, month);
    TRY(store_month_remove(tx, month, story->id));
    TRY(has_month(tx, month, arena, &has));
    if (!has)
        key_months(&changes->keys);
    return NO_ERROR;
}

/* The pictures that a revision shows, its lead first. */
static struct error pictures_of(struct store_tx *tx, const struct store_revision *revision,
                                struct arena *arena, int64_t **ret_ids, size_t *ret_count)
{
    int64_t *within = NULL;
    size_t count = 0, n = 0;
    if (revision)
        TRY(store_revision_pictures(tx, revision->id, arena, &within, &count));
    int64_t *ids = ARENA_ARRAY(arena, int64_t, count + 1);
    if (revision && revision->picture_id)
        ids[n++] = revision->picture_id;
    for (size_t i = 0; i < count; i++)
        ids[n++] = within[i];
    *ret_ids = ids;
    *ret_count = n;
    return NO_ERROR;
}

static bool has_id(const int64_t *ids, size_t count, int64_t id)
{
    for (size_t i = 0; i < count; i++)
        if (ids[i] == id)
            return true;
    return false;
}

/* The files, of the pictures that `a` shows and `b` doesn't, that readers may not see at this
 * moment: asked before a revision goes live, and of those that it replaces afterwards. Another
 * story, or another picture with the same file, may show them all the while. */
static struct error note_hidden(struct store_tx *tx, const struct store_revision *a,
                                const struct store_revision *b, struct arena *arena,
                                struct changes *changes)
{
    int64_t *ids, *others;
    size_t count, other_count, files;
    struct store_rendition *renditions, rendition;
    enum store_file_state state;
    TRY(pictures_of(tx, a, arena, &ids, &count));
    TRY(pictures_of(tx, b, arena, &others, &other_count));
    for (size_t i = 0; i < count; i++) {
        if (has_id(others, other_count, ids[i]))
            continue;
        TRY(store_renditions(tx, ids[i], arena, &renditions, &files));
        for (size_t k = 0; k < files; k++) {
            TRY(store_file_state(tx, renditions[k].file, arena, &state, &rendition));
            if (state != STORE_FILE_PUBLIC)
                key_file(&changes->keys, renditions[k].file);
        }
    }
    return NO_ERROR;
}

/* What social networks are told. */
static bool same_social(const struct store_revision_desk *a, const struct store_revision_desk *b)
{
    return str_eq(a->social_title, b->social_title) &&
           str_eq(a->social_description, b->social_description);
}

static struct error tells_the_same(struct store_tx *tx, const struct store_revision *a,
                                   const struct store_revision *b, struct arena *arena,
                                   bool *ret_same)
{
    struct store_revision_desk x, y;
    TRY(store_revision_desk(tx, a->id, arena, &x));
    TRY(store_revision_desk(tx, b->id, arena, &y));
    *ret_same = same_social(&x, &y);
    return NO_ERROR;
}

/* The desk's row of a story whose revision went live. What comes from another system with the day
 * of its publication went live on that day: no news for Today. */
static struct error desk_live(struct store_tx *tx, int64_t story_id, int64_t at)
{
    struct store_desk desk;
    TRY(store_desk(tx, story_id, &desk));
    desk.live_at = at;
    desk.scheduled_by = 0;
    desk.scheduled_minor = desk.scheduled_relist = false;
    return store_desk_set(tx, &desk);
}

/* First publication, or publication of a newer revision: everything that follows from it. */
static struct error go_live(struct store_tx *tx, struct store_story *story,
                            const struct store_revision *old, const struct store_revision *live,
                            bool relist, int64_t now, struct arena *arena, struct changes *changes)
{
    struct str old_path = story->path;
    struct store_place old_place = {story->listed_at, story->id};
    bool social = true;
    if (old && relist)
        story->listed_at = now;
    if (!story->published_at) {
        story->published_at = now;
        story->updated_at = now;
    }
    if (!story->listed_at)
        story->listed_at = story->published_at;
    TRY(set_address(tx, story, live, arena));
    story->state = STORY_PUBLISHED;
    story->live = live->id;
    struct store_place place = {story->listed_at, story->id};
    TRY(note_hidden(tx, live, old, arena, changes));
    TRY(store_story_set(tx, story));
    TRY(set_lists(tx, old_place, old, place, live, arena, changes));
    if (!old)
        TRY(enter_month(tx, story, arena, changes));
    if (old)
        TRY(tells_the_same(tx, old, live, arena, &social));
    note_story(changes, story, !str_eq(old_path, story->path), !social, old, live);
    TRY(note_hidden(tx, old, live, arena, changes));
    TRY(desk_live(tx, story->id, !old && story->published_at < now ? story->published_at : now));
    if (!old || old->id != live->id)
        TRY(ledger_add_revision(tx, old ? LEDGER_UPDATE : LEDGER_PUBLISH, live, now, arena));
    return related_update(tx, story, live, arena, changes);
}

/* ---- What the doors call ------------------------------------------------------------------------
 */

/* What follows from a revision that was just added. `desk` may be NULL. */
static struct error follow_revision(struct store_tx *tx, const struct store_revision *revision,
                                    const struct store_revision_desk *desk, int64_t story_id,
                                    struct arena *arena)
{
    int64_t *ids;
    size_t count, known = 0;
    if (desk)
        TRY(store_revision_desk_add(tx, revision->id, desk));
    pictures_in_text(revision->body, arena, &ids, &count);
    for (size_t i = 0; i < count; i++) {
        struct store_picture picture;
        struct error error = store_picture(tx, ids[i], arena, &picture);
        if (error.code == ERR_OK)
            ids[known++] = ids[i];
        else if (error.code != ERR_NOT_FOUND)
            return error;
    }
    TRY(store_revision_pictures_add(tx, revision->id, ids, known));
    return desk_index(tx, story_id, arena);
}

struct error story_add_by(struct store_tx *tx, struct store_revision *revision,
                          const struct store_revision_desk *desk, struct arena *arena,
                          int64_t *ret_story)
{
    int64_t id;
    TRY(store_story_add(tx, revision, &id, &revision->id));
    TRY(follow_revision(tx, revision, desk, id, arena));
    *ret_story = id;
    return NO_ERROR;
}

struct error story_add(struct store_tx *tx, struct store_revision *revision, int64_t *ret_story)
{
    ARENA_AUTO struct arena *arena = arena_new();
    return story_add_by(tx, revision, NULL, arena, ret_story);
}

struct error revision_equals_newest(struct store_tx *tx, const struct store_revision *revision,
                                    const struct store_revision_desk *desk, struct arena *arena,
                                    int64_t *ret_newest, bool *ret_equal)
{
    struct store_story story;
    struct store_revision newest;
    struct store_revision_desk newest_desk;
    TRY(store_story(tx, revision->story_id, arena, &story));
    TRY(store_revision(tx, story.newest, arena, &newest));
    TRY(store_revision_desk(tx, story.newest, arena, &newest_desk));
    *ret_newest = story.newest;
    *ret_equal = same_revision(&newest, revision) && (!desk || same_social(&newest_desk, desk));
    return NO_ERROR;
}

struct error story_revise(struct store_tx *tx, struct store_revision *revision,
                          const struct store_revision_desk *desk, struct arena *arena,
                          bool *ret_added)
{
    struct store_story story;
    struct store_revision_desk before;
    int64_t newest;
    bool equal = false;
    TRY(store_story(tx, revision->story_id, arena, &story));
    if (story.state == STORY_WITHDRAWN)
        return error_make(ERR_INVALID, "The story", "it was withdrawn and cannot be changed");
    TRY(revision_equals_newest(tx, revision, desk, arena, &newest, &equal));
    if (equal) {
        revision->id = newest;
        *ret_added = false;
        return NO_ERROR;
    }
    if (!desk) { /* what the desk said for social networks goes on */
        TRY(store_revision_desk(tx, newest, arena, &before));
        before.account_id = before.restored_from = 0;
        if (before.social_title.len || before.social_description.len)
            desk = &before;
    }
    TRY(store_revision_add(tx, revision, &revision->id));
    TRY(follow_revision(tx, revision, desk, story.id, arena));
    *ret_added = true;
    return NO_ERROR;
}

struct error story_publish_with(struct store_tx *tx, int64_t story_id,
                                const struct publish_options *options, int64_t now,
                                struct arena *arena, struct changes *changes,
                                struct store_story *ret_story)
{
    struct store_story story;
    struct store_revision newest, live;
    TRY(store_story(tx, story_id, arena, &story));
    if (story.state == STORY_WITHDRAWN)
        return error_make(ERR_INVALID, "The story",
                          "it was withdrawn and cannot be published again");
    TRY(store_revision(tx, story.newest, arena, &newest));
    bool published = story.state == STORY_PUBLISHED;
    if (published && story.live == story.newest && !options->relist) {
        *ret_story = story;
        return NO_ERROR;
    }
    if (published) {
        TRY(store_revision(tx, story.live, arena, &live));
        if (!options->minor && !same_body(&live, &newest))
            story.updated_at = now;
    } else if (options->published_at) {
        story.published_at = options->published_at;
        story.updated_at = options->published_at;
    }
    TRY(go_live(tx, &story, published ? &live : NULL, &newest, options->relist, now, arena,
                changes));
    TRY(desk_index(tx, story_id, arena));
    *ret_story = story;
    return NO_ERROR;
}

struct error story_publish(struct store_tx *tx, int64_t story_id, int64_t published_at, int64_t now,
                           struct arena *arena, struct changes *changes,
                           struct store_story *ret_story)
{
    struct publish_options options = {.published_at = published_at};
    return story_publish_with(tx, story_id, &options, now, arena, changes, ret_story);
}

struct error story_edit(struct store_tx *tx, struct store_revision *revision, int64_t now,
                        struct arena *arena, struct changes *changes, struct store_story *ret_story)
{
    struct store_story story;
    bool added;
    TRY(story_revise(tx, revision, NULL, arena, &added));
    TRY(store_story(tx, revision->story_id, arena, &story));
    if (story.state == STORY_PUBLISHED)
        return story_publish(tx, story.id, 0, now, arena, changes, ret_story);
    *ret_story = story;
    return NO_ERROR;
}

/* The desk's row of a story that was withdrawn: nothing waits for it any more. */
static struct error desk_gone(struct store_tx *tx, int64_t story_id)
{
    struct store_desk desk;
    TRY(store_desk(tx, story_id, &desk));
    desk.live_at = desk.embargo_until = 0;
    desk.scheduled_by = 0;
    desk.scheduled_minor = desk.scheduled_relist = false;
    return store_desk_set(tx, &desk);
}

struct error story_withdraw(struct store_tx *tx, int64_t story_id, struct str reason, int64_t now,
                            struct arena *arena, struct changes *changes)
{
    struct store_story story;
    struct store_revision live;
    reason = str_trim(reason);
    if (reason.len == 0 || reason.len > STORY_FIELD_MAX || !str_is_utf8(reason))
        return error_make(ERR_INVALID, "The reason",
                          "give one short sentence that readers will see");
    TRY(store_story(tx, story_id, arena, &story));
    if (story.state != STORY_PUBLISHED)
        return error_make(ERR_INVALID, "The story", "only a published story can be withdrawn");
    TRY(store_revision(tx, story.live, arena, &live));
    struct store_place place = {story.listed_at, story.id};
    TRY(set_lists(tx, place, &live, place, NULL, arena, changes));

    TRY(leave_month(tx, &story, arena, changes));
    key_story(&changes->keys, story.id, STORY_CARD);
    key_story(&changes->keys, story.id, STORY_BODY);
    key_story(&changes->keys, story.id, STORY_RELATED);
    changes->destroys = true;

    story.state = STORY_WITHDRAWN;
    story.reason = reason;
    story.withdrawn_at = now;
    TRY(store_story_set(tx, &story));
    TRY(note_hidden(tx, &live, NULL, arena, changes));
    TRY(corrections_hide(tx, story_id, arena, changes));
    TRY(ledger_add_text(tx, LEDGER_WITHDRAWAL, story_id, 0, reason, now, arena));
    TRY(desk_gone(tx, story_id));
    TRY(desk_index(tx, story_id, arena));
    return related_remove(tx, &story, arena, changes);
}

struct error story_find(struct store_tx *tx, struct str words, struct arena *arena,
                        struct store_story *ret_story)
{
    int64_t id;
    struct store_address address;
    struct settings settings;
    struct str path = words;
    if (str_to_i64(words, &id))
        return store_story(tx, id, arena, ret_story);
    TRY(settings_load(tx, arena, &settings));
    if (settings.url.len && str_starts(words, settings.url))
        path = str_from(words, settings.url.len);
    struct error error = store_address(tx, path, &address);
    if (error.code == ERR_NOT_FOUND)
        return error_format(ERR_NOT_FOUND, arena_printf(arena, "story '%.*s'", STR_ARG(words)), 0,
                            "unknown");
    if (error.code != ERR_OK)
        return error;
    return store_story(tx, address.story_id, arena, ret_story);
}
