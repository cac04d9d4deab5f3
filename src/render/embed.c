/* Addresses of providers, read strictly: what is not known to the byte is no embed. */
#include "render/embed.h"

#include <math.h>
#include <string.h>

enum {
    PARTS_MOST = 12,
    YOUTUBE_ID = 11,
    START_MOST = 24 * 3600, /* seconds into a video */
    ZOOM_MOST = 19,
    MAP_WIDTH = 640, /* pixels that the map of a zoom level is cut for; its height is 3/4 */
    TILE = 256,
};

enum provider { YOUTUBE, VIMEO, X, INSTAGRAM, TIKTOK, OSM, GOOGLE, DATAWRAPPER, PROVIDERS };

static const struct embed_provider providers[PROVIDERS] = {
    [YOUTUBE] = {"YouTube", "www.youtube-nocookie.com", EMBED_VIDEO, true},
    [VIMEO] = {"Vimeo", "player.vimeo.com", EMBED_VIDEO, true},
    [X] = {"X", "platform.twitter.com", EMBED_POST, false},
    [INSTAGRAM] = {"Instagram", "www.instagram.com", EMBED_POST, false},
    [TIKTOK] = {"TikTok", "www.tiktok.com", EMBED_VIDEO, false},
    [OSM] = {"OpenStreetMap", "www.openstreetmap.org", EMBED_MAP, false},
    [GOOGLE] = {"Google Maps", "www.google.com", EMBED_MAP, false},
    [DATAWRAPPER] = {"Datawrapper", "datawrapper.dwcdn.net", EMBED_CHART, false},
};

/* An address in its parts; slices of it. */
struct address {
    struct str host, query, fragment;
    struct str parts[PARTS_MOST]; /* of the path, without empty ones */
    size_t count;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
}

/* Letters, digits, _ and -: as ids are. */
static bool is_id(struct str text, size_t least, size_t most)
{
    for (size_t i = 0; i < text.len; i++)
        if (!is_word(text.at[i]))
            return false;
    return text.len >= least && text.len <= most;
}

static bool is_number(struct str text, size_t most)
{
    for (size_t i = 0; i < text.len; i++)
        if (!is_digit(text.at[i]))
            return false;
    return text.len > 0 && text.len <= most;
}

/* Takes what stands before one of the marks; *rest begins with the mark or is empty. */
static struct str take_until(struct str *rest, const char *marks)
{
    size_t len = 0;
    while (len < rest->len && !strchr(marks, rest->at[len]))
        len++;
    struct str taken = str_cut(*rest, 0, len);
    *rest = str_from(*rest, len);
    return taken;
}

static bool address_read(struct str url, struct address *ret_address)
{
    struct address address = {.count = 0};
    for (size_t i = 0; i < url.len; i++)
        if (!is_word(url.at[i]) && (!url.at[i] || !strchr("/?#&=%.,:@!~+*()';$", url.at[i])))
            return false;
    if (url.len > EMBED_URL_MAX)
        return false;
    if (str_starts(url, STR("https://")))
        url = str_from(url, 8);
    else if (str_starts(url, STR("http://")))
        url = str_from(url, 7);
    else
        return false;
    address.host = take_until(&url, "/?#");
    while (url.len && url.at[0] == '/') {
        url = str_from(url, 1);
        struct str part = take_until(&url, "/?#");
        if (part.len && address.count == PARTS_MOST)
            return false;
        if (part.len)
            address.parts[address.count++] = part;
    }
    if (url.len && url.at[0] == '?') {
        url = str_from(url, 1);
        address.query = take_until(&url, "#");
    }
    address.fragment = url.len ? str_from(url, 1) : STR_NONE;
    *ret_address = address;
    return true;
}

static struct str value_of(struct str query, const char *name)
{
    struct str pair, wanted = str_of(name);
    while (query.len) {
        (void)str_split(&query, '&', &pair);
        ptrdiff_t equals = str_find_char(pair, '=');
        if (equals >= 0 && str_eq(str_cut(pair, 0, (size_t)equals), wanted))
            return str_from(pair, (size_t)equals + 1);
    }
    return STR_NONE;
}

/* `host` or with one of the names that providers put before it. */
static bool host_is(const struct address *address, const char *host)
{
    static const char *const before[] = {"", "www.", "m.", "mobile."};
    struct str wanted = str_of(host);
    if (address->host.len < wanted.len ||
        !str_eq_nocase(str_from(address->host, address->host.len - wanted.len), wanted))
        return false;
    struct str rest = str_cut(address->host, 0, address->host.len - wanted.len);
    for (size_t i = 0; i < sizeof before / sizeof *before; i++)
        if (str_eq_nocase(rest, str_of(before[i])))
            return true;
    return false;
}

static bool part_is(const struct address *address, size_t i, const char *text)
{
    return i < address->count && str_eq(address->parts[i], str_of(text));
}

static struct str part_of(const struct address *address, size_t i)
{
    return i < address->count ? address->parts[i] : STR_NONE;
}

__attribute__((format(printf, 3, 4))) static bool make(struct embed *embed, enum provider which,
                                                       const char *format, ...)
{
    va_list arguments;
    embed->provider = &providers[which];
    int host = snprintf(embed->src, sizeof embed->src, "https://%s/", providers[which].host);
    va_start(arguments, format);
    int rest = vsnprintf(embed->src + host, sizeof embed->src - (size_t)host, format, arguments);
    va_end(arguments);
    return rest >= 0 && (size_t)(host + rest) < sizeof embed->src;
}

/* ---- Videos ---------------------------------------------------------------------------------- */

/* "90", "90s", "1m30s", "1h2m3s" in seconds; 0 for anything else. */
static int seconds_of(struct str text)
{
    int all = 0;
    while (text.len) {
        struct str number = text;
        size_t digits = 0;
        int64_t value;
        while (digits < text.len && is_digit(text.at[digits]))
            digits++;
        number.len = digits;
        if (!is_number(number, 6) || !str_to_i64(number, &value))
            return 0;
        char unit = digits < text.len ? text.at[digits] : 's';
        int times = unit == 'h' ? 3600 : unit == 'm' ? 60 : unit == 's' ? 1 : 0;
        if (!times || value > START_MOST)
            return 0;
        all += (int)value * times;
        text = str_from(text, digits < text.len ? digits + 1 : digits);
    }
    return all <= START_MOST ? all : 0;
}

static bool find_youtube(const struct address *a, struct embed *embed)
{
    struct str id = STR_NONE;
    bool short_host = host_is(a, "youtu.be");
    if (!short_host && !host_is(a, "youtube.com") && !host_is(a, "youtube-nocookie.com"))
        return false;
    embed->shape = EMBED_WIDE;
    if (short_host && a->count == 1) {
        id = a->parts[0];
    } else if (!short_host && a->count == 1 && part_is(a, 0, "watch")) {
        id = value_of(a->query, "v");
    } else if (!short_host && a->count == 2 &&
               (part_is(a, 0, "embed") || part_is(a, 0, "live") || part_is(a, 0, "shorts"))) {
        id = a->parts[1];
        embed->shape = part_is(a, 0, "shorts") ? EMBED_TALL : EMBED_WIDE;
    }
    if (!is_id(id, YOUTUBE_ID, YOUTUBE_ID))
        return false;
    struct str start = value_of(a->query, "t");
    int seconds = seconds_of(start.len ? start : value_of(a->query, "start"));
    return seconds ? make(embed, YOUTUBE, "embed/%.*s?start=%d", STR_ARG(id), seconds)
                   : make(embed, YOUTUBE, "embed/%.*s", STR_ARG(id));
}

static bool find_vimeo(const struct address *a, struct embed *embed)
{
    bool player = host_is(a, "player.vimeo.com");
    if (!player && !host_is(a, "vimeo.com"))
        return false;
    bool in_player = player && a->count == 2 && part_is(a, 0, "video");
    bool in_channel = !player && a->count == 3 && part_is(a, 0, "channels");
    if (player ? !in_player : !(a->count == 1 || a->count == 2 || in_channel))
        return false;
    struct str id = in_player ? a->parts[1] : in_channel ? a->parts[2] : a->parts[0];
    /* What is not listed is opened by a second word. */
    struct str key = !player && a->count == 2 ? a->parts[1] : value_of(a->query, "h");
    embed->shape = EMBED_WIDE;
    if (!is_number(id, 12) || (key.len && !is_id(key, 4, 40)))
        return false;
    return key.len ? make(embed, VIMEO, "video/%.*s?h=%.*s&dnt=1", STR_ARG(id), STR_ARG(key))
                   : make(embed, VIMEO, "video/%.*s?dnt=1", STR_ARG(id));
}

static bool find_tiktok(const struct address *a, struct embed *embed)
{
    embed->shape = EMBED_TALL;
    if (!host_is(a, "tiktok.com") || a->count != 3 || a->parts[0].at[0] != '@' ||
        !part_is(a, 1, "video") || !is_number(a->parts[2], 24))
        return false;
    return make(embed, TIKTOK, "player/v1/%.*s", STR_ARG(a->parts[2]));
}

/* ---- Posts ----------------------------------------------------------------------------------- */

static bool find_x(const struct address *a, struct embed *embed)
{
    if (!host_is(a, "x.com") && !host_is(a, "twitter.com"))
        return false;
    size_t at = part_is(a, 0, "i") && part_is(a, 1, "web") ? 2 : 1;
    struct str id = part_of(a, at + 1), more = part_of(a, at + 2);
    bool whole = a->count == at + 2 ||
                 (a->count == at + 4 && (str_eq(more, STR("photo")) || str_eq(more, STR("video"))));
    embed->shape = EMBED_LONG;
    if (!whole || !is_id(a->parts[0], 1, 40) || !part_is(a, at, "status") || !is_number(id, 24))
        return false;
    return make(embed, X, "embed/Tweet.html?dnt=true&id=%.*s", STR_ARG(id));
}

static bool find_instagram(const struct address *a, struct embed *embed)
{
    if (!host_is(a, "instagram.com") || a->count < 2)
        return false;
    size_t at = a->count - 2; /* a name may stand before */
    bool reel = part_is(a, at, "reel") || part_is(a, at, "tv");
    embed->shape = EMBED_LONG;
    if (at > 1 || (!reel && !part_is(a, at, "p")) || !is_id(a->parts[at + 1], 5, 40))
        return false;
    return make(embed, INSTAGRAM, "%s/%.*s/embed/", reel ? "reel" : "p", STR_ARG(a->parts[at + 1]));
}

/* ---- Maps ------------------------------------------------------------------------------------ */

/* "-13.4051" within the limits; takes it off the text. */
static bool take_degrees(struct str *text, double limit, double *ret_degrees)
{
    double value = 0, part = 1;
    size_t i = 0, whole = 0, behind = 0;
    bool minus = text->len && text->at[0] == '-';
    for (i = minus; i < text->len && is_digit(text->at[i]); i++, whole++)
        value = value * 10 + (text->at[i] - '0');
    if (i < text->len && text->at[i] == '.')
        for (i++; i < text->len && is_digit(text->at[i]); i++, behind++)
            value += (text->at[i] - '0') * (part /= 10);
    if (!whole || whole > 3 || behind > 16 || value > limit)
        return false;
    *text = str_from(*text, i);
    *ret_degrees = minus ? -value : value;
    return true;
}

static bool take_char(struct str *text, char c)
{
    if (!text->len || text->at[0] != c)
        return false;
    *text = str_from(*text, 1);
    return true;
}

struct place {
    double latitude, longitude, zoom;
};

static bool make_osm(struct embed *embed, const struct place *place, const struct place *marker)
{
    double width = 360.0 / pow(2, place->zoom) * MAP_WIDTH / TILE;
    double height = width * 0.75 * cos(place->latitude * M_PI / 180);
    char mark[80] = "";
    width = width > 360 ? 360 : width;
    height = height > 170 ? 170 : height;
    if (marker)
        (void)snprintf(mark, sizeof mark, "&marker=%.6f%%2C%.6f", marker->latitude,
                       marker->longitude);
    return make(embed, OSM, "export/embed.html?bbox=%.6f%%2C%.6f%%2C%.6f%%2C%.6f&layer=mapnik%s",
                place->longitude - width / 2, place->latitude - height / 2,
                place->longitude + width / 2, place->latitude + height / 2, mark);
}

/* "#map=15/52.5163/13.3777" with, in the query, mlat and mlon. */
static bool find_osm(const struct address *a, struct embed *embed)
{
    struct place place, marker = {0};
    struct str rest = a->fragment, mlat = value_of(a->query, "mlat"),
               mlon = value_of(a->query, "mlon");
    embed->shape = EMBED_BLOCK;
    if (!host_is(a, "openstreetmap.org") || a->count || !str_starts(rest, STR("map=")))
        return false;
    rest = str_from(rest, 4);
    if (!take_degrees(&rest, ZOOM_MOST, &place.zoom) || place.zoom < 0 || !take_char(&rest, '/') ||
        !take_degrees(&rest, 85, &place.latitude) || !take_char(&rest, '/') ||
        !take_degrees(&rest, 180, &place.longitude) || (rest.len && rest.at[0] != '&'))
        return false;
    bool marked = mlat.len || mlon.len;
    if (marked && (!take_degrees(&mlat, 85, &marker.latitude) || mlat.len ||
                   !take_degrees(&mlon, 180, &marker.longitude) || mlon.len))
        return false;
    return make_osm(embed, &place, marked ? &marker : NULL);
}

/* What Google's own "embed a map" gives, "?pb=…"; or a place, "/@52.5163,13.3777,15z". */
static bool find_google(const struct address *a, struct embed *embed)
{
    struct str host = a->host;
    bool short_host = str_eq_nocase(host, STR("maps.google.com"));
    if (!short_host && !host_is(a, "google.com"))
        return false;
    if (!short_host && !part_is(a, 0, "maps"))
        return false;
    embed->shape = EMBED_BLOCK;
    struct str pb = value_of(a->query, "pb");
    if (a->count == 2 && part_is(a, 1, "embed") && pb.len) {
        for (size_t i = 0; i < pb.len; i++)
            if (!is_word(pb.at[i]) && !strchr("!%.:", pb.at[i]))
                return false;
        return make(embed, GOOGLE, "maps/embed?pb=%.*s", STR_ARG(pb));
    }
    for (size_t i = 0; i < a->count; i++) {
        struct place place = {.zoom = 15};
        struct str rest = a->parts[i];
        if (!take_char(&rest, '@'))
            continue;
        if (!take_degrees(&rest, 85, &place.latitude) || !take_char(&rest, ',') ||
            !take_degrees(&rest, 180, &place.longitude) || !take_char(&rest, ','))
            return false;
        double zoom;
        if (take_degrees(&rest, 22, &zoom) && zoom >= 1 && take_char(&rest, 'z') && !rest.len)
            place.zoom = zoom;
        return make(embed, GOOGLE, "maps?q=%.6f%%2C%.6f&z=%d&output=embed", place.latitude,
                    place.longitude, (int)place.zoom);
    }
    return false;
}

/* ---- Charts ---------------------------------------------------------------------------------- */

static bool find_datawrapper(const struct address *a, struct embed *embed)
{
    bool own = host_is(a, "datawrapper.de") && a->count == 2 && part_is(a, 0, "_");
    bool shown = host_is(a, "datawrapper.dwcdn.net") && (a->count == 1 || a->count == 2);
    struct str id = own ? part_of(a, 1) : part_of(a, 0);
    struct str version = own ? value_of(a->query, "v") : part_of(a, 1);
    embed->shape = EMBED_BLOCK;
    if ((!own && !shown) || !is_id(id, 5, 5) || (version.len && !is_number(version, 5)))
        return false;
    return version.len ? make(embed, DATAWRAPPER, "%.*s/%.*s/", STR_ARG(id), STR_ARG(version))
                       : make(embed, DATAWRAPPER, "%.*s/", STR_ARG(id));
}

/* ---- All ------------------------------------------------------------------------------------- */

bool embed_find(struct str url, struct embed *ret_embed)
{
    static bool (*const finders[])(const struct address *, struct embed *) = {
        find_youtube, find_vimeo, find_x,      find_instagram,
        find_tiktok,  find_osm,   find_google, find_datawrapper};
    struct address address;
    struct embed embed;
    if (!address_read(url, &address))
        return false;
    for (size_t i = 0; i < sizeof finders / sizeof *finders; i++)
        if (finders[i](&address, &embed)) {
            *ret_embed = embed;
            return true;
        }
    return false;
}

unsigned embed_bit(const struct embed_provider *provider)
{
    return 1U << (provider - providers);
}

void embed_origins(unsigned mask, struct buf *out)
{
    for (size_t i = 0; i < PROVIDERS; i++)
        if (mask & 1U << i)
            (void)buf_printf(out, "%shttps://%s", out->len ? " " : "", providers[i].host);
}
