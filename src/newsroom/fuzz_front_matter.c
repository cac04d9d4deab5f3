/* Whatever the bytes: no crash; what is accepted is within its limits, valid UTF-8, and one line.
 */
#include "newsroom/story_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void check_field(struct str s)
{
    check(s.len <= STORY_FIELD_MAX && str_is_utf8(s));
    for (size_t i = 0; i < s.len; i++)
        check((unsigned char)s.at[i] >= 0x20 && s.at[i] != 0x7F);
    check(str_trim(s).len == s.len);
}

static void check_draft(const struct draft *d)
{
    const struct str fields[] = {d->headline, d->slug,       d->section,    d->agency,
                                 d->dateline, d->standfirst, d->language,   d->published,
                                 d->caption,  d->credit,     d->photo_file, d->alt};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        check_field(fields[i]);
    check(d->headline.len > 0);
    check(d->tag_count <= STORY_TAGS_MAX && d->byline_count <= STORY_BYLINES_MAX);
    for (size_t i = 0; i < d->tag_count; i++)
        check_field(d->tags[i]);
    for (size_t i = 0; i < d->byline_count; i++)
        check_field(d->bylines[i]);
    check(d->body.len <= STORY_BODY_MAX && str_is_utf8(d->body));
    check(str_find_char(d->body, '\r') < 0 && d->body_line > 2);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct draft draft;
    struct error error = story_file_parse(str_n((const char *)data, size), arena, &draft);
    if (error.code == ERR_OK) {
        check_draft(&draft);
        return 0;
    }
    BUF_AUTO struct buf sentence = BUF_INIT(4096);
    error_sentence(&error, &sentence);
    check(buf_ok(&sentence) && str_is_utf8(buf_slice(&sentence)));
    check(error.code != ERR_FRONT_MATTER || error.line > 0);
    return 0;
}
