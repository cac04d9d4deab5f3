#include "media-worker/request.h"

#include "base/file.h"
#include "media/frames.h"

enum { REQUEST_FD = 3, FIXED = 6 };

static size_t u16_at(struct str bytes, size_t from)
{
    return (unsigned char)bytes.at[from] | (size_t)(unsigned char)bytes.at[from + 1] << 8;
}

static bool take_text(struct str *rest, struct str *ret_text)
{
    if (rest->len < 2)
        return false;
    size_t len = u16_at(*rest, 0);
    if (len > rest->len - 2)
        return false;
    *ret_text = str_cut(*rest, 2, 2 + len);
    *rest = str_from(*rest, 2 + len);
    return true;
}

bool request_parse(struct str bytes, struct request *ret_request)
{
    struct request request = {0};
    if (!str_starts(bytes, STR(REQUEST_MAGIC)))
        return false;
    bytes = str_from(bytes, STR(REQUEST_MAGIC).len);
    if (bytes.len < FIXED || (unsigned char)bytes.at[0] > MEDIA_AVIF ||
        (unsigned char)bytes.at[1] > (REQUEST_FOCAL | REQUEST_AVIF | REQUEST_OWN))
        return false;
    request.type = (enum media_type)bytes.at[0];
    request.texts.has_focal = bytes.at[1] & REQUEST_FOCAL;
    request.texts.own_texts = bytes.at[1] & REQUEST_OWN;
    request.avif = bytes.at[1] & REQUEST_AVIF;
    request.texts.focal_x = (double)u16_at(bytes, 2) / 65535;
    request.texts.focal_y = (double)u16_at(bytes, 4) / 65535;
    bytes = str_from(bytes, FIXED);
    if (!take_text(&bytes, &request.texts.caption) || !take_text(&bytes, &request.texts.credit) ||
        !take_text(&bytes, &request.texts.creator) || !take_text(&bytes, &request.texts.rights))
        return false;
    *ret_request = request;
    return true;
}

bool request_read(struct arena *arena, struct request *ret_request)
{
    struct str bytes;
    struct error error = file_read_fd(REQUEST_FD, "the request", REQUEST_MAX, arena, &bytes);
    return error.code == ERR_OK && request_parse(bytes, ret_request);
}
