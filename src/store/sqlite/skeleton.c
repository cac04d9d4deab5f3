/* A skeleton while the real files are written. */
#include "store/store.h"

struct error store_create(const char *dir)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_open(const char *dir, const struct store_options *options,
                        struct store **ret_store)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

void store_close(struct store *store)
{
}

void store_interrupt(struct store *store)
{
}

struct error store_checkpoint(struct store *store)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_data_version(struct store *store, int64_t *ret_version)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

bool store_is_same_file(struct store *store)
{
    return true;
}

struct error store_copy(struct store *store, const char *path)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_check(struct store *store, void (*report)(void *context, struct str sentence),
                         void *context, int64_t *ret_faults)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_read(struct store *store, struct store_tx **ret_tx)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_write(struct store *store, struct store_tx **ret_tx)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_commit(struct store_tx *tx, const struct store_changes *changes, int64_t at,
                          int64_t *ret_number)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

void store_end(struct store_tx *tx)
{
}

struct error store_change_number(struct store_tx *tx, int64_t *ret_number)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_changes_after(struct store_tx *tx, int64_t after, size_t limit,
                                 struct arena *arena, struct store_change **ret_changes,
                                 size_t *ret_count, bool *ret_complete)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_changes_trim(struct store_tx *tx, int64_t keep)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_setting(struct store_tx *tx, struct str name, struct arena *arena,
                           struct str *ret_value)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_setting_set(struct store_tx *tx, struct str name, struct str value)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_sections(struct store_tx *tx, struct arena *arena,
                            struct store_section **ret_sections, size_t *ret_count)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_section(struct store_tx *tx, int64_t id, struct arena *arena,
                           struct store_section *ret_section)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_section_by_slug(struct store_tx *tx, struct str slug, struct arena *arena,
                                   struct store_section *ret_section)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_section_add(struct store_tx *tx, const struct store_section *section,
                               int64_t *ret_id)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_section_set(struct store_tx *tx, const struct store_section *section)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_name(struct store_tx *tx, enum store_name_kind kind, int64_t id,
                        struct arena *arena, struct store_name *ret_name)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_name_by_slug(struct store_tx *tx, enum store_name_kind kind, struct str slug,
                                struct arena *arena, struct store_name *ret_name)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_name_by_name(struct store_tx *tx, enum store_name_kind kind, struct str name,
                                struct arena *arena, struct store_name *ret_name)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_name_add(struct store_tx *tx, enum store_name_kind kind,
                            const struct store_name *name, int64_t *ret_id)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_name_set(struct store_tx *tx, enum store_name_kind kind,
                            const struct store_name *name)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_names(struct store_tx *tx, enum store_name_kind kind, struct str after,
                         size_t limit, struct arena *arena, struct store_name **ret_names,
                         size_t *ret_count)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_picture_by_original(struct store_tx *tx, struct str original,
                                       struct arena *arena, struct store_picture *ret_picture)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_picture(struct store_tx *tx, int64_t id, struct arena *arena,
                           struct store_picture *ret_picture)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_picture_add(struct store_tx *tx, const struct store_picture *picture,
                               const struct store_rendition *renditions, size_t count,
                               int64_t *ret_id)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_renditions(struct store_tx *tx, int64_t picture_id, struct arena *arena,
                              struct store_rendition **ret_renditions, size_t *ret_count)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_file_state(struct store_tx *tx, struct str file, struct arena *arena,
                              enum store_file_state *ret_state,
                              struct store_rendition *ret_rendition)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_file_is_named(struct store_tx *tx, struct str name, bool *ret_named)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_story_add(struct store_tx *tx, const struct store_revision *revision,
                             int64_t *ret_story, int64_t *ret_revision)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_revision_add(struct store_tx *tx, const struct store_revision *revision,
                                int64_t *ret_revision)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_revision(struct store_tx *tx, int64_t id, struct arena *arena,
                            struct store_revision *ret_revision)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_revisions(struct store_tx *tx, int64_t story_id, int64_t before, size_t limit,
                             struct arena *arena, struct store_revision **ret_revisions,
                             size_t *ret_count)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_story(struct store_tx *tx, int64_t id, struct arena *arena,
                         struct store_story *ret_story)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_story_set(struct store_tx *tx, const struct store_story *story)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_stories(struct store_tx *tx, int64_t before, size_t limit, struct arena *arena,
                           struct store_story **ret_stories, size_t *ret_count)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_address(struct store_tx *tx, struct str path, struct store_address *ret_address)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_address_set(struct store_tx *tx, int64_t story_id, struct str path)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_list_add(struct store_tx *tx, struct store_list list, struct store_place place)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_list_remove(struct store_tx *tx, struct store_list list,
                               struct store_place place)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_list_has(struct store_tx *tx, struct store_list list, struct store_place place,
                            bool *ret_has)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_list_neighbours(struct store_tx *tx, struct store_list list,
                                   struct store_place place, int64_t *ret_newer, int64_t *ret_older)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_list(struct store_tx *tx, struct store_list list, struct store_place below,
                        size_t limit, struct arena *arena, struct store_card **ret_cards,
                        size_t *ret_count)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_list_ids(struct store_tx *tx, struct store_list list, struct store_place below,
                            size_t limit, struct arena *arena, int64_t **ret_ids, size_t *ret_count)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_card(struct store_tx *tx, int64_t story_id, struct arena *arena,
                        struct store_card *ret_card)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_month_add(struct store_tx *tx, int64_t month, int64_t story_id)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_month_remove(struct store_tx *tx, int64_t month, int64_t story_id)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_months(struct store_tx *tx, struct arena *arena, int64_t **ret_months,
                          size_t *ret_count)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_month_cards(struct store_tx *tx, int64_t month, int64_t after, size_t limit,
                               struct arena *arena, struct store_card **ret_cards,
                               size_t *ret_count)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_terms_count(struct store_tx *tx, struct store_term *terms, size_t count)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_terms_set(struct store_tx *tx, struct store_place place,
                             const struct store_term *terms, size_t count)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_terms(struct store_tx *tx, int64_t story_id, struct arena *arena,
                         struct store_term **ret_terms, size_t *ret_count)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_term_ids(struct store_tx *tx, struct str word, size_t limit, struct arena *arena,
                            int64_t **ret_ids, size_t *ret_count)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_list_count(struct store_tx *tx, struct store_list list, int64_t *ret_count)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_related(struct store_tx *tx, int64_t story_id, struct arena *arena,
                           struct store_related **ret_related, size_t *ret_count)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_related_set(struct store_tx *tx, int64_t story_id,
                               const struct store_related *related, size_t count)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_related_to(struct store_tx *tx, int64_t story_id, size_t limit,
                              struct arena *arena, int64_t **ret_ids, size_t *ret_count)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_page(struct store_tx *tx, struct str slug, struct arena *arena,
                        struct store_page *ret_page)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_page_set(struct store_tx *tx, const struct store_page *page)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_ads(struct store_tx *tx, struct arena *arena, struct store_ad **ret_ads,
                       size_t *ret_count)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_ad_add(struct store_tx *tx, const struct store_ad *ad, int64_t *ret_id)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_subscriber_add(struct store_tx *tx, const struct store_subscriber *subscriber,
                                  const struct store_consent *consents, size_t count,
                                  int64_t *ret_id)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_subscribers(struct store_tx *tx, int64_t after, size_t limit,
                               struct arena *arena, struct store_subscriber **ret_subscribers,
                               size_t *ret_count)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_consents(struct store_tx *tx, int64_t subscriber_id, struct arena *arena,
                            struct store_consent **ret_consents, size_t *ret_count)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_subscribers_count(struct store_tx *tx, enum subscriber_state state,
                                     int64_t *ret_count)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}

struct error store_subscribers_forget(struct store_tx *tx, int64_t before, size_t limit,
                                      int64_t *ret_count)
{
    return error_make(ERR_STORE, "the store", "not written yet");
}
