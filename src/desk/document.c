/* The visual editor's document: within the form of a story, and for the editor's script. */
#include "desk/screen.h"
#include "render/editor_document.h"
#include "render/embed.h"
#include "render/json.h"

static void set_field(struct screen *screen, const char *name, struct str value)
{
    for (size_t i = 0; i < screen->form.count; i++)
        if (str_eq(screen->form.fields[i].name, str_of(name)))
            screen->form.fields[i].value = value;
}

struct error document_take(struct screen *screen)
{
    struct str document = screen_field(screen, "document"), text;
    if (!document.len)
        return NO_ERROR;
    TRY(editor_markdown(document, screen_field(screen, "body"), screen->arena, &text));
    set_field(screen, "body", text);
    set_field(screen, "document", STR(""));
    return NO_ERROR;
}

/* A text becomes a document; a text and what became of its document become a text. */
struct error document_do(struct screen *screen)
{
    struct str json, body = screen_field(screen, "body");
    if (screen_field(screen, "document").len) {
        TRY(document_take(screen));
        json_t *answer = json_object();
        body = screen_field(screen, "body");
        (void)json_object_set_new(answer, "body", json_stringn(body.len ? body.at : "", body.len));
        TRY(json_finish(answer, false, screen->arena, &json));
    } else {
        TRY(editor_document(body, screen->arena, &json));
    }
    screen_json(screen, 200, json);
    return NO_ERROR;
}

/* {provider}: whose embed the address is, or null when it can be none. */
struct error embed_look(struct screen *screen)
{
    struct embed embed;
    struct str json;
    json_t *answer = json_object();
    if (embed_find(str_trim(screen_query(screen, "url")), &embed))
        json_put(answer, "provider", str_of(embed.provider->name));
    else
        (void)json_object_set_new(answer, "provider", json_null());
    TRY(json_finish(answer, false, screen->arena, &json));
    screen_json(screen, 200, json);
    return NO_ERROR;
}
