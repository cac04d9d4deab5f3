#include "media-worker/xmp.h"

#include "media-worker/clean.h"

#include <libxml/parser.h>

enum { PACKET_MAX = 1 << 20, DEPTH_MAX = 32, CREATORS_MAX = 8, READ_MAX = 4 * MEDIA_TEXT_MAX };

static const char dc[] = "http://purl.org/dc/elements/1.1/";
static const char photoshop[] = "http://ns.adobe.com/photoshop/1.0/";
static const char iptc_core[] = "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/";
static const char rdf[] = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
static const char xml_ns[] = "http://www.w3.org/XML/1998/namespace";

/* ---- Reading -------------------------------------------------------------------------------- */

static void quiet(void *context, const char *message, ...)
{
    (void)context;
    (void)message;
}

void xmp_start(void)
{
    xmlInitParser();
    xmlSetGenericErrorFunc(NULL, quiet);
}

static bool is_named(const xmlNode *node, const char *ns, const char *name)
{
    return node->type == XML_ELEMENT_NODE && node->ns && node->ns->href &&
           strcmp((const char *)node->ns->href, ns) == 0 &&
           strcmp((const char *)node->name, name) == 0;
}

/* The text directly inside. */
static struct str text_of(const xmlNode *node, struct arena *arena)
{
    BUF_AUTO struct buf text = BUF_INIT(READ_MAX);
    for (const xmlNode *at = node->children; at; at = at->next)
        if ((at->type == XML_TEXT_NODE || at->type == XML_CDATA_SECTION_NODE) && at->content)
            (void)buf_str(&text, str_of((const char *)at->content));
    return clean_text(arena, buf_slice(&text));
}

static bool is_default(xmlNode *item)
{
    xmlChar *language = xmlGetNsProp(item, (const xmlChar *)"lang", (const xmlChar *)xml_ns);
    bool yes = language && strcmp((const char *)language, "x-default") == 0;
    xmlFree(language);
    return yes;
}

/* A property's value: its text; of rdf:Alt the item for x-default or else the first; of rdf:Seq and
 * rdf:Bag all items, joined. */
static struct str value_of(const xmlNode *property, struct arena *arena)
{
    struct str value = STR_NONE;
    size_t count = 0;
    for (const xmlNode *list = property->children; list; list = list->next) {
        bool alternatives = is_named(list, rdf, "Alt");
        if (!alternatives && !is_named(list, rdf, "Seq") && !is_named(list, rdf, "Bag"))
            continue;
        for (xmlNode *item = list->children; item && count < CREATORS_MAX; item = item->next) {
            if (!is_named(item, rdf, "li"))
                continue;
            struct str text = text_of(item, arena);
            if (alternatives && text.len && is_default(item))
                return text;
            if (!alternatives || !value.len)
                value = clean_join(arena, value, text);
            count++;
        }
        return value;
    }
    return text_of(property, arena);
}

static const struct {
    const char *ns, *name;
    size_t offset; /* of the field in struct media_offer */
} properties[] = {
    {dc, "description", offsetof(struct media_offer, caption)},
    {photoshop, "Credit", offsetof(struct media_offer, credit)},
    {dc, "creator", offsetof(struct media_offer, creator)},
    {dc, "rights", offsetof(struct media_offer, rights)},
    {photoshop, "Source", offsetof(struct media_offer, source)},
    {iptc_core, "AltTextAccessibility", offsetof(struct media_offer, alt)},
    {photoshop, "DateCreated", offsetof(struct media_offer, taken)},
};

/* "2026", "2026-10", "2026-10-03" and more: we take whole days, with or without a time. */
static bool is_date(struct str s)
{
    static const char shape[] = "dddd-dd-ddTdd:dd:dd";
    size_t i = 0;
    for (; i < s.len && i < sizeof shape - 1; i++)
        if (shape[i] == 'd' ? (s.at[i] < '0' || s.at[i] > '9') : s.at[i] != shape[i])
            return false;
    if (i != 10 && i != sizeof shape - 1)
        return false;
    struct str zone = str_from(s, i);
    return !zone.len || str_eq(zone, STR("Z")) || (i > 10 && zone.len == 6 && zone.at[3] == ':');
}

static void take(size_t i, struct str value, struct media_offer *offer)
{
    struct str *field = (struct str *)(void *)((char *)offer + properties[i].offset);
    bool date = properties[i].offset == offsetof(struct media_offer, taken);
    if (!field->len && value.len && (!date || is_date(value)))
        *field = value;
}

static void read_attributes(xmlNode *description, struct arena *arena, struct media_offer *offer)
{
    for (size_t i = 0; i < sizeof properties / sizeof *properties; i++) {
        xmlChar *value = xmlGetNsProp(description, (const xmlChar *)properties[i].name,
                                      (const xmlChar *)properties[i].ns);
        if (value)
            take(i, clean_text(arena, str_of((const char *)value)), offer);
        xmlFree(value);
    }
}

static void read_description(xmlNode *description, struct arena *arena, struct media_offer *offer)
{
    read_attributes(description, arena, offer);
    for (const xmlNode *at = description->children; at; at = at->next)
        for (size_t i = 0; i < sizeof properties / sizeof *properties; i++)
            if (is_named(at, properties[i].ns, properties[i].name))
                take(i, value_of(at, arena), offer);
}

/* Descriptions stand in rdf:RDF, which is the root or stands in x:xmpmeta. */
static void read_tree(xmlNode *node, int depth, struct arena *arena, struct media_offer *offer)
{
    for (; node && depth < DEPTH_MAX; node = node->next) {
        if (is_named(node, rdf, "Description"))
            read_description(node, arena, offer);
        else if (node->type == XML_ELEMENT_NODE)
            read_tree(node->children, depth + 1, arena, offer);
    }
}

void xmp_read(struct str packet, struct arena *arena, struct media_offer *offer)
{
    if (!packet.len || packet.len > PACKET_MAX)
        return;
    /* Some writers leave NULs behind the packet. */
    while (packet.len && packet.at[packet.len - 1] == '\0')
        packet.len--;
    /* No document type: nothing to expand, nothing to fetch. */
    if (str_find(packet, STR("<!DOCTYPE")) >= 0 || str_find(packet, STR("<!ENTITY")) >= 0)
        return;
    xmlDoc *document = xmlReadMemory(packet.at, (int)packet.len, "xmp", NULL,
                                     XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
                                         XML_PARSE_COMPACT);
    if (!document)
        return;
    if (!document->intSubset)
        read_tree(xmlDocGetRootElement(document), 0, arena, offer);
    xmlFreeDoc(document);
}

/* ---- Writing -------------------------------------------------------------------------------- */

static void put_escaped(struct buf *out, struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        switch (text.at[i]) {
        case '&':
            (void)buf_str(out, STR("&amp;"));
            break;
        case '<':
            (void)buf_str(out, STR("&lt;"));
            break;
        case '>':
            (void)buf_str(out, STR("&gt;"));
            break;
        default:
            (void)buf_char(out, text.at[i]);
        }
    }
}

static void put_property(struct buf *out, const char *name, const char *before, const char *after,
                         struct str text)
{
    if (!text.len)
        return;
    (void)buf_printf(out, "<%s>%s", name, before);
    put_escaped(out, text);
    (void)buf_printf(out, "%s</%s>\n", after, name);
}

static struct str shortened(struct str text, size_t max)
{
    if (text.len > max)
        for (text.len = max; text.len && ((unsigned char)text.at[text.len] & 0xc0) == 0x80;)
            text.len--;
    return text;
}

static void write_within(const struct media_request *texts, size_t max, struct buf *out)
{
    static const char alt[] = "<rdf:Alt><rdf:li xml:lang=\"x-default\">";
    (void)buf_str(out, STR("<?xpacket begin=\"\xef\xbb\xbf\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
                           "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n<rdf:RDF xmlns:rdf=\""));
    (void)buf_printf(out,
                     "%s\">\n<rdf:Description rdf:about=\"\" xmlns:dc=\"%s\" "
                     "xmlns:photoshop=\"%s\">\n",
                     rdf, dc, photoshop);
    put_property(out, "dc:description", alt, "</rdf:li></rdf:Alt>", shortened(texts->caption, max));
    put_property(out, "photoshop:Credit", "", "", shortened(texts->credit, max));
    put_property(out, "dc:creator", "<rdf:Seq><rdf:li>", "</rdf:li></rdf:Seq>",
                 shortened(texts->creator, max));
    put_property(out, "dc:rights", alt, "</rdf:li></rdf:Alt>", shortened(texts->rights, max));
    (void)buf_str(out, STR("</rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>"));
}

void xmp_write(const struct media_request *texts, struct buf *out)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct media_request clean = {
        .caption = clean_text(arena, texts->caption),
        .credit = clean_text(arena, texts->credit),
        .creator = clean_text(arena, texts->creator),
        .rights = clean_text(arena, texts->rights),
    };
    if (!clean.caption.len && !clean.credit.len && !clean.creator.len && !clean.rights.len)
        return;
    for (size_t max = MEDIA_TEXT_MAX; max; max /= 2) {
        BUF_AUTO struct buf packet = BUF_INIT(XMP_WRITE_MAX);
        write_within(&clean, max, &packet);
        if (!buf_ok(&packet))
            continue;
        (void)buf_str(out, buf_slice(&packet));
        return;
    }
}
