/* What comes is a text, a byte 0xFF, and maybe a document in JSON. What must hold: a text that is
 * accepted goes to a document and back without a byte changed; without its bytes at hand it is
 * written anew, and that says the same; any document is refused or becomes a text that is accepted
 * and stays as it is from then on. */
#include "render/editor_document.h"
#include "render/markdown.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool yes)
{
    if (!yes)
        abort();
}

static void stays(struct str text, struct arena *arena)
{
    struct str json, again;
    must(editor_document(text, arena, &json).code == ERR_OK);
    must(editor_markdown(json, text, arena, &again).code == ERR_OK);
    must(str_eq(text, again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct str input = str_n((const char *)data, size), text, json, anew;
    if (size > 20000)
        return 0;
    ptrdiff_t end = str_find_char(input, '\xFF');
    text = end < 0 ? input : str_cut(input, 0, (size_t)end);
    json = end < 0 ? STR_NONE : str_from(input, (size_t)end + 1);
    if (markdown_check(text).code != ERR_OK)
        return 0;
    stays(text, arena);
    if (json.len && editor_markdown(json, text, arena, &anew).code == ERR_OK)
        stays(anew, arena);
    if (editor_document(text, arena, &json).code == ERR_OK &&
        editor_markdown(json, STR_NONE, arena, &anew).code == ERR_OK)
        stays(anew, arena);
    return 0;
}
