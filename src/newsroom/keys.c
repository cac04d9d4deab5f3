#include "newsroom/keys.h"

void keys_init(struct keys *keys, struct arena *arena)
{
    keys->arena = arena;
    keys->seen = table_new(arena);
}

void keys_note(struct keys *keys, struct str key)
{
    if (!table_has(keys->seen, key))
        table_set(keys->seen, arena_str(keys->arena, key), NULL);
}

size_t keys_count(const struct keys *keys)
{
    return table_count(keys->seen);
}

struct str keys_at(const struct keys *keys, size_t i)
{
    return table_key(keys->seen, i);
}

const struct str *keys_array(const struct keys *keys)
{
    size_t count = keys_count(keys);
    struct str *array = ARENA_ARRAY(keys->arena, struct str, count + 1);
    for (size_t i = 0; i < count; i++)
        array[i] = keys_at(keys, i);
    return array;
}

static void note_text(struct keys *keys, const char *text, int len)
{
    keys_note(keys, str_n(text, (size_t)len));
}

void key_settings(struct keys *keys)
{
    keys_note(keys, STR("settings"));
}

void key_tagline(struct keys *keys)
{
    keys_note(keys, STR("settings/tagline"));
}

void key_robots(struct keys *keys)
{
    keys_note(keys, STR("settings/robots"));
}

void key_nav(struct keys *keys)
{
    keys_note(keys, STR("nav"));
}

void key_ad_slot(struct keys *keys, size_t slot)
{
    char text[64];
    note_text(keys, text, snprintf(text, sizeof text, "ads/%zu", slot));
}

void key_ads(struct keys *keys)
{
    for (size_t slot = 0; slot < AD_SLOTS; slot++)
        key_ad_slot(keys, slot);
}

void key_ad(struct keys *keys, int64_t id)
{
    char text[64];
    note_text(keys, text, snprintf(text, sizeof text, "ad/%lld", (long long)id));
}

void key_section(struct keys *keys, int64_t id)
{
    char text[64];
    note_text(keys, text, snprintf(text, sizeof text, "section/%lld", (long long)id));
}

static const char *name_word(enum store_name_kind kind)
{
    return kind == STORE_TAG ? "tag" : "author";
}

void key_name(struct keys *keys, enum store_name_kind kind, int64_t id)
{
    char text[64];
    note_text(keys, text, snprintf(text, sizeof text, "%s/%lld", name_word(kind), (long long)id));
}

void key_about(struct keys *keys, enum store_name_kind kind, int64_t id)
{
    char text[64];
    note_text(keys, text,
              snprintf(text, sizeof text, "%s/%lld/about", name_word(kind), (long long)id));
}

void key_story(struct keys *keys, int64_t id, enum story_part part)
{
    static const char *const names[] = {[STORY_BODY] = "body",
                                        [STORY_CARD] = "card",
                                        [STORY_RELATED] = "related",
                                        [STORY_STANDFIRST] = "standfirst",
                                        [STORY_PICTURE] = "picture",
                                        [STORY_BYLINE] = "byline",
                                        [STORY_CORRECTIONS] = "corrections"};
    char text[64];
    note_text(keys, text, snprintf(text, sizeof text, "story/%lld/%s", (long long)id, names[part]));
}

static void list_key(struct keys *keys, struct store_list list, const char *what, int64_t story_id)
{
    static const char *const names[] = {[STORE_LIST_ALL] = "all",
                                        [STORE_LIST_SECTION] = "section",
                                        [STORE_LIST_TAG] = "tag",
                                        [STORE_LIST_AUTHOR] = "author",
                                        [STORE_LIST_FEATURED] = "featured"};
    char text[96];
    note_text(keys, text,
              snprintf(text, sizeof text, "list/%s/%lld/%s/%lld", names[list.kind],
                       (long long)list.id, what, (long long)story_id));
}

void key_list_after(struct keys *keys, struct store_list list, int64_t story_id)
{
    list_key(keys, list, "after", story_id);
}

void key_list_end(struct keys *keys, struct store_list list, int64_t story_id)
{
    list_key(keys, list, "end", story_id);
}

void key_picture(struct keys *keys, int64_t id)
{
    char text[64];
    note_text(keys, text, snprintf(text, sizeof text, "picture/%lld", (long long)id));
}

void key_picture_word(struct keys *keys, int64_t id, enum picture_word word)
{
    static const char *const names[] = {
        [PICTURE_CREDIT] = "credit", [PICTURE_CAPTION] = "caption", [PICTURE_ALT] = "alt"};
    char text[64];
    note_text(keys, text,
              snprintf(text, sizeof text, "picture/%lld/%s", (long long)id, names[word]));
}

void key_page(struct keys *keys, struct str slug)
{
    keys_note(keys, arena_printf(keys->arena, "page/%.*s", STR_ARG(slug)));
}

void key_file(struct keys *keys, struct str file)
{
    keys_note(keys, arena_printf(keys->arena, "file/%.*s", STR_ARG(file)));
}

void key_page_text(struct keys *keys, struct str slug)
{
    keys_note(keys, arena_printf(keys->arena, "page/%.*s/text", STR_ARG(slug)));
}

void key_months(struct keys *keys)
{
    keys_note(keys, STR("months"));
}

void key_month(struct keys *keys, int64_t month)
{
    char text[64];
    note_text(keys, text, snprintf(text, sizeof text, "month/%lld", (long long)month));
}

void key_correction_after(struct keys *keys, int64_t id)
{
    char text[64];
    note_text(keys, text, snprintf(text, sizeof text, "corrections/after/%lld", (long long)id));
}

void key_correction_end(struct keys *keys, int64_t id)
{
    char text[64];
    note_text(keys, text, snprintf(text, sizeof text, "corrections/end/%lld", (long long)id));
}

void key_front(struct keys *keys)
{
    keys_note(keys, STR("front"));
}

void key_section_below(struct keys *keys, int64_t section_id)
{
    char text[64];
    note_text(keys, text, snprintf(text, sizeof text, "section/%lld/below", (long long)section_id));
}

void key_section_lead(struct keys *keys, int64_t section_id)
{
    char text[64];
    note_text(keys, text, snprintf(text, sizeof text, "section/%lld/lead", (long long)section_id));
}

void key_breaking(struct keys *keys)
{
    keys_note(keys, STR("breaking"));
}
