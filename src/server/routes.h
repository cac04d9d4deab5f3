/* The one route table: which address leads to which door. */
#ifndef SERVER_ROUTES_H
#define SERVER_ROUTES_H

#include "http/http.h"
#include "site/site.h"

enum door {
    DOOR_NONE,   /* 404 */
    DOOR_PAGE,   /* a reader's page, by way of the page cache: GET, HEAD */
    DOOR_SIGNUP, /* the newsletter form: POST beside its page's GET */
    DOOR_DESK,   /* everything at /desk and below, and its files */
    DOOR_HEALTH,
    DOOR_MOVE, /* a trailing slash: 301 to `path` */
};

enum { CANONICAL_MAX = 1024 };

struct route {
    enum door door;
    struct site_address page;
    struct str path;      /* for DOOR_MOVE */
    struct str canonical; /* the cache's address: the path, and `before` where a list takes it */
    char text[CANONICAL_MAX];
};

/* Finds the door for a path and query. Slices point into them or into the route itself; allocates
 * nothing. Unknown query parameters are as if they were not there. */
void route_find(struct str path, struct str query, struct route *ret_route);

/* A copy that points into itself where the original does. */
void route_copy(const struct route *route, struct route *ret_copy);

/* The methods that a door takes, as in "GET, HEAD". */
struct str route_allow(const struct route *route);

#endif
