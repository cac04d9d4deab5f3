/* libxml2 is loaded when the first feed is drawn: see base/lazy.h. */
#include "base/lazy.h"
#include "render/xml.h"

#include <libxml/xmlwriter.h>

static struct lazy_library library = LAZY_LIBRARY(XML_LIBRARY);

void xml_load(void)
{
    lazy_load(&library);
}

LAZY(library, const xmlChar *, xmlBufferContent, (const xmlBuffer *buf), (buf))
LAZY(library, xmlBufferPtr, xmlBufferCreate, (void), ())
LAZY_VOID(library, xmlBufferFree, (xmlBufferPtr buf), (buf))
LAZY(library, int, xmlBufferLength, (const xmlBuffer *buf), (buf))
LAZY_VOID(library, xmlFreeTextWriter, (xmlTextWriterPtr writer), (writer))
LAZY(library, xmlTextWriterPtr, xmlNewTextWriterMemory, (xmlBufferPtr buf, int compression),
     (buf, compression))
LAZY(library, int, xmlTextWriterEndDocument, (xmlTextWriterPtr writer), (writer))
LAZY(library, int, xmlTextWriterEndElement, (xmlTextWriterPtr writer), (writer))
LAZY(library, int, xmlTextWriterStartDocument,
     (xmlTextWriterPtr writer, const char *version, const char *encoding, const char *standalone),
     (writer, version, encoding, standalone))
LAZY(library, int, xmlTextWriterStartElement, (xmlTextWriterPtr writer, const xmlChar *name),
     (writer, name))
LAZY(library, int, xmlTextWriterWriteAttribute,
     (xmlTextWriterPtr writer, const xmlChar *name, const xmlChar *content),
     (writer, name, content))
LAZY(library, int, xmlTextWriterWriteString, (xmlTextWriterPtr writer, const xmlChar *content),
     (writer, content))
