/* Pictures of the newsroom's library within a text: ![words](picture:12 "caption"). */
#include "render/markdown_inside.h"

enum { WORDS_MOST = 64 * 1024 };

int64_t markdown_picture_id(cmark_node *image)
{
    int64_t id = 0;
    struct str url = str_of(cmark_node_get_url(image)), scheme = STR("picture:");
    if (!str_starts(url, scheme))
        return 0;
    struct str digits = str_from(url, scheme.len);
    if (!digits.len || digits.at[0] < '1' || digits.at[0] > '9')
        return 0; /* one way to write each */
    return str_to_i64(digits, &id) ? id : 0;
}

static bool is_break(cmark_node *node)
{
    cmark_node_type type = cmark_node_get_type(node);
    return type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK;
}

bool markdown_only_pictures(cmark_node *block)
{
    if (cmark_node_get_type(block) != CMARK_NODE_PARAGRAPH)
        return false;
    size_t count = 0;
    for (cmark_node *node = cmark_node_first_child(block); node; node = cmark_node_next(node)) {
        if (cmark_node_get_type(node) == CMARK_NODE_IMAGE && markdown_picture_id(node))
            count++;
        else if (!is_break(node))
            return false;
    }
    return count > 0;
}

void markdown_words(cmark_node *node, struct buf *out)
{
    cmark_iter *iter = cmark_iter_new(node);
    cmark_event_type event;
    while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
        cmark_node *at = cmark_iter_get_node(iter);
        const char *literal = cmark_node_get_literal(at);
        if (event == CMARK_EVENT_ENTER && is_break(at))
            (void)buf_char(out, ' ');
        else if (event == CMARK_EVENT_ENTER && literal)
            (void)buf_str(out, str_of(literal));
    }
    cmark_iter_free(iter);
}

bool markdown_draw_picture(const struct markdown_options *options, cmark_node *image, bool block,
                           struct buf *out)
{
    int64_t id = markdown_picture_id(image);
    if (!id || !options->picture)
        return false;
    BUF_AUTO struct buf words = BUF_INIT(WORDS_MOST);
    markdown_words(image, &words);
    struct markdown_picture picture = {.id = id,
                                       .alt = str_trim(buf_slice(&words)),
                                       .caption = str_trim(str_of(cmark_node_get_title(image))),
                                       .block = block};
    return options->picture(options->picture_context, &picture, out);
}
