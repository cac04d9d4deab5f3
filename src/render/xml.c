#include "render/xml.h"
#include "text/plain.h"

#include <libxml/xmlwriter.h>

void xml_begin(struct xml *xml, struct arena *arena)
{
    *xml = (struct xml){.arena = arena, .buffer = xmlBufferCreate()};
    xml->writer = xml->buffer ? xmlNewTextWriterMemory(xml->buffer, 0) : NULL;
    xml->failed = !xml->writer;
    if (!xml->failed)
        xml->failed = xmlTextWriterStartDocument(xml->writer, NULL, "UTF-8", NULL) < 0;
}

static const xmlChar *chars(struct xml *xml, struct str text)
{
    return (const xmlChar *)arena_cstr(xml->arena, text_xml(text, xml->arena));
}

void xml_open(struct xml *xml, const char *element)
{
    if (!xml->failed)
        xml->failed = xmlTextWriterStartElement(xml->writer, (const xmlChar *)element) < 0;
}

void xml_close(struct xml *xml)
{
    if (!xml->failed)
        xml->failed = xmlTextWriterEndElement(xml->writer) < 0;
}

void xml_attribute(struct xml *xml, const char *name, struct str value)
{
    if (!xml->failed)
        xml->failed =
            xmlTextWriterWriteAttribute(xml->writer, (const xmlChar *)name, chars(xml, value)) < 0;
}

void xml_text(struct xml *xml, struct str text)
{
    if (!xml->failed)
        xml->failed = xmlTextWriterWriteString(xml->writer, chars(xml, text)) < 0;
}

void xml_element(struct xml *xml, const char *element, struct str text)
{
    if (!text.len)
        return;
    xml_open(xml, element);
    xml_text(xml, text);
    xml_close(xml);
}

struct error xml_end(struct xml *xml, struct str *ret_document)
{
    if (!xml->failed)
        xml->failed = xmlTextWriterEndDocument(xml->writer) < 0;
    if (xml->writer)
        xmlFreeTextWriter(xml->writer);
    xmlBufferPtr buffer = xml->buffer;
    if (!xml->failed)
        *ret_document = arena_str(xml->arena, str_n((const char *)xmlBufferContent(buffer),
                                                    (size_t)xmlBufferLength(buffer)));
    if (buffer)
        xmlBufferFree(buffer);
    return xml->failed ? error_make(ERR_SYSTEM, "Writing XML", "out of memory") : NO_ERROR;
}
