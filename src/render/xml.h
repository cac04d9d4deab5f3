/* What feeds and sitemaps share: a small layer over libxml2's writer. A failed call is remembered
 * and told by xml_end(). */
#ifndef RENDER_XML_H
#define RENDER_XML_H

#include "base/arena.h"
#include "base/error.h"

struct xml {
    void *writer, *buffer; /* xmlTextWriterPtr, xmlBufferPtr */
    struct arena *arena;
    bool failed;
};

/* Loads the library (base/lazy.h). */
void xml_load(void);

void xml_begin(struct xml *xml, struct arena *arena);
void xml_open(struct xml *xml, const char *element);
void xml_close(struct xml *xml);
void xml_attribute(struct xml *xml, const char *name, struct str value);
void xml_text(struct xml *xml, struct str text);
/* <element>text</element>; nothing when the text is empty. */
void xml_element(struct xml *xml, const char *element, struct str text);
/* Ends the document and frees everything. */
MUST_USE struct error xml_end(struct xml *xml, struct str *ret_document);

#endif
