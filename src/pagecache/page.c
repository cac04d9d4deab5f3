#include "pagecache/pagecache.h"
