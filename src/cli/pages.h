/* Standing pages that come with the program. */
#ifndef CLI_PAGES_H
#define CLI_PAGES_H

#include "base/embed.h"
#include "newsroom/publishing.h"

/* Puts every file whose path is `folder` and "NAME.md" into the store as the page NAME. Its title
 * is its first line, "# Title". {{name}}, {{url}} and {{since}} become the newsroom's. */
MUST_USE struct error pages_install(struct store_tx *tx, const struct embedded *files,
                                    const char *folder, const struct settings *settings,
                                    int64_t now, struct arena *arena, struct changes *changes);

#endif
