/* Prose within the Markdown renderer: quotation marks, dashes, bare addresses of the web and of
 * mail. One pass, each byte looked at a bounded number of times. */
#include "render/markdown_inside.h"
#include "render/mustache.h"

static bool is_alnum(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c >= 0x80;
}

/* ---- Output ---------------------------------------------------------------------------------- */

/* Bytes at text.at[i] of a control character (C0 but tab and newline, DEL, C1), or 0. */
static size_t control(struct str text, size_t i)
{
    unsigned char c = (unsigned char)text.at[i];
    if (c < 0x20)
        return c != '\t' && c != '\n';
    if (c == 0x7F)
        return 1;
    return c == 0xC2 && i + 1 < text.len && (unsigned char)text.at[i + 1] < 0xA0 ? 2 : 0;
}

void write_escaped(struct writer *w, struct str text)
{
    size_t from = 0;
    for (size_t i = 0; i <= text.len; i++) {
        size_t skip = i < text.len ? control(text, i) : 0;
        if (!skip && i < text.len)
            continue;
        if (w->plain)
            (void)buf_str(w->out, str_cut(text, from, i));
        else
            html_escape(w->out, str_cut(text, from, i));
        if (skip)
            i += skip - 1;
        from = i + 1;
    }
}

/* ---- Addresses ------------------------------------------------------------------------------- */

bool link_is_safe(struct str url)
{
    static const struct str schemes[] = {STR_INIT("http:"), STR_INIT("https:"), STR_INIT("mailto:"),
                                         STR_INIT("tel:")};
    if (url.len == 0 || str_starts(url, STR("//")))
        return false;
    for (size_t i = 0; i < url.len; i++)
        if (control(url, i) || url.at[i] == '\t' || url.at[i] == '\n' || url.at[i] == '\\')
            return false;
    if (url.at[0] <= ' ' && url.at[0] > 0) /* browsers trim it and look at what follows */
        return false;
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (url.len > schemes[i].len && str_eq_nocase(str_cut(url, 0, schemes[i].len), schemes[i]))
            return true;
    for (size_t i = 0; i < url.len && !strchr("/?#", url.at[i]); i++)
        if (url.at[i] == ':')
            return false; /* a scheme, and none of ours */
    return true;
}

static bool is_external(const struct writer *w, struct str url)
{
    if (!str_eq_nocase(str_cut(url, 0, 5), STR("http:")) &&
        !str_eq_nocase(str_cut(url, 0, 6), STR("https:")))
        return false;
    if (w->site_url.len && str_eq_nocase(str_cut(url, 0, w->site_url.len), w->site_url)) {
        struct str rest = str_from(url, w->site_url.len);
        return rest.len > 0 && !strchr("/?#", rest.at[0]);
    }
    return true;
}

void write_link_open(struct writer *w, struct str url, struct str title)
{
    if (w->plain)
        return;
    (void)buf_str(w->out, STR("<a href=\""));
    if (w->absolute_links && url.len && url.at[0] == '/')
        (void)buf_str(w->out, w->site_url);
    for (size_t i = 0; i < url.len; i++) {
        unsigned char c = (unsigned char)url.at[i];
        if (c == '&')
            (void)buf_str(w->out, STR("&amp;"));
        else if (c == '\'')
            (void)buf_str(w->out, STR("&#39;"));
        else if (c <= ' ' || c >= 0x7F || strchr("\"<>\\^`{|}", c))
            (void)buf_printf(w->out, "%%%02X", c);
        else
            (void)buf_char(w->out, (char)c);
    }
    (void)buf_char(w->out, '"');
    if (title.len) {
        (void)buf_str(w->out, STR(" title=\""));
        write_escaped(w, title);
        (void)buf_char(w->out, '"');
    }
    (void)buf_str(w->out, is_external(w, url) ? STR(" rel=\"noopener\">") : STR(">"));
}

/* Length of the bare address that begins the text, or 0: "https://…", "www.…". It ends at white
 * space or '<', and without the punctuation that belongs to the sentence. */
static size_t bare_address(struct str text)
{
    size_t host = str_starts(text, STR("https://"))  ? 8
                  : str_starts(text, STR("http://")) ? 7
                  : str_starts(text, STR("www."))    ? 4
                                                     : 0;
    if (!host || host == text.len || !is_alnum((unsigned char)text.at[host]))
        return 0;
    size_t len = host;
    int open = 0;
    for (; len < text.len && (unsigned char)text.at[len] > ' ' && text.at[len] != '<'; len++) {
        if (str_starts(str_from(text, len), STR("\xC2\xA0")) || control(text, len))
            break;
        open += text.at[len] == '(';
        open -= text.at[len] == ')';
    }
    for (; len > host; len--) {
        char c = text.at[len - 1];
        if (c == ')' && open < 0)
            open++;
        else if (c == ')' || !strchr("?!.,:;*_~'\"", c))
            break;
    }
    return len;
}

static void write_address(struct writer *w, struct str scheme, struct str url)
{
    if (!w->plain) {
        BUF_AUTO struct buf full = BUF_INIT(url.len + 16);
        (void)buf_str(&full, scheme);
        (void)buf_str(&full, url);
        write_link_open(w, buf_slice(&full), STR_NONE);
    }
    write_escaped(w, url);
    if (!w->plain)
        (void)buf_str(w->out, STR("</a>"));
    w->before = 'x';
}

/* ---- Typographic marks ----------------------------------------------------------------------- */

/* After these a quotation begins: spaces, openers, dashes. */
static bool opens_after(uint32_t before)
{
    switch (before) {
    case '\n':
    case '\t':
    case ' ':
    case '(':
    case '[':
    case '{':
    case '"':
    case '\'':
    case '-':
    case '/':
    case 0xA0:
    case 0xA1: /* inverted ! */
    case 0xAB:
    case 0xBF: /* inverted ? */
    case 0x2013:
    case 0x2014:
    case 0x2018:
    case 0x201A:
    case 0x201C:
    case 0x201E:
    case 0x202F:
    case 0x3000:
        return true;
    default:
        return false;
    }
}

static bool is_white(uint32_t c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == 0xA0;
}

static void write_double(struct writer *w, uint32_t after)
{
    bool open = opens_after(w->before) && !is_white(after) &&
                !(w->double_open && w->before != ' ' && w->before != '\n');
    w->double_open = open;
    (void)buf_str(w->out, open ? w->quotes.open : w->quotes.close);
    w->before = open ? 0x201C : 0x201D;
}

/* An apostrophe unless it opens, or closes what was opened. */
static void write_single(struct writer *w, uint32_t after)
{
    bool digit = after >= '0' && after <= '9'; /* the '90s */
    bool open = opens_after(w->before) && !is_white(after) && !digit && !w->single_open;
    bool close = w->single_open && !is_alnum(after);
    w->single_open = open || (w->single_open && !close);
    (void)buf_str(w->out, open    ? w->quotes.inner_open
                          : close ? w->quotes.inner_close
                                  : STR("\xE2\x80\x99"));
    w->before = open ? 0x2018 : 0x2019;
}

/* How many of c stand at text.at[i], counted to 4 at most. */
static size_t run_of(struct str text, size_t i, char c)
{
    size_t n = 0;
    while (n < 4 && i + n < text.len && text.at[i + n] == c)
        n++;
    return n;
}

/* Writes the mark that stands at text.at[i]; how many bytes it took, 0 when it is none. */
static size_t write_mark(struct writer *w, struct str text, size_t i, uint32_t after)
{
    uint32_t next = i + 1 < text.len ? (unsigned char)text.at[i + 1] : after;
    size_t run;
    switch (text.at[i]) {
    case '"':
        write_double(w, next);
        return 1;
    case '\'':
        write_single(w, next);
        return 1;
    case '-':
        run = run_of(text, i, '-');
        if (run < 2 || run > 3 || w->before == '-')
            return 0;
        w->before = run == 2 ? 0x2013 : 0x2014;
        (void)buf_str(w->out, run == 2 ? STR("\xE2\x80\x93") : STR("\xE2\x80\x94"));
        return run;
    case '.':
        if (run_of(text, i, '.') != 3 || w->before == '.')
            return 0;
        w->before = '.';
        (void)buf_str(w->out, STR("\xE2\x80\xA6"));
        return 3;
    default:
        return 0;
    }
}

/* The character whose last byte stands at text.at[i]. */
static uint32_t char_ending_at(struct str text, size_t i)
{
    uint32_t c = (unsigned char)text.at[i];
    if (c < 0x80)
        return c;
    size_t from = i;
    while (from > 0 && i - from < 3 && ((unsigned char)text.at[from] & 0xC0) == 0x80)
        from--;
    unsigned char lead = (unsigned char)text.at[from];
    c = lead & (i - from == 1 ? 0x1F : i - from == 2 ? 0x0F : 0x07);
    for (size_t k = from + 1; k <= i; k++)
        c = c << 6 | ((unsigned char)text.at[k] & 0x3F);
    return c;
}

/* ---- E-mail addresses ------------------------------------------------------------------------ */

/* RFC 5321, 4.5.3.1: how long the two sides of an address may be. */
enum { MAILBOX_MAX = 64, DOMAIN_MAX = 255 };

static bool is_mailbox_char(uint32_t c)
{
    return c < 0x80 && (is_alnum(c) || (c && strchr("._+-", (int)c)));
}

/* Bytes that a domain of two labels or more takes at the beginning of the text, or 0. A full stop
 * or a hyphen behind it belongs to the sentence. */
static size_t domain_length(struct str text)
{
    size_t len = 0, label = 0; /* of what ends in a letter or digit; where its last label begins */
    for (size_t i = 0, next = 0; i < text.len && i < DOMAIN_MAX; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (c == '.' && i > next) {
            next = i + 1;
        } else if (c < 0x80 && is_alnum(c)) {
            len = i + 1;
            label = next;
        } else if (c != '-' || i == next) {
            break;
        }
    }
    bool named = label && len >= label + 2 && !(text.at[label] >= '0' && text.at[label] <= '9');
    return named ? len : 0;
}

/* Whether the text goes on in a way in which no address ends. Typography's marks (U+2000 to U+203F)
 * and the no-break space end one, letters of other scripts do not. */
static bool goes_on(struct str text)
{
    unsigned char c = text.len ? (unsigned char)text.at[0] : ' ';
    if (c >= 0x80)
        return !str_starts(text, STR("\xE2\x80")) && !str_starts(text, STR("\xC2\xA0"));
    return is_alnum(c) || strchr("@_/+", c);
}

/* The address around the '@' at text.at[i]: where it begins, not before `from`, and its length, 0
 * when there is none. Looks at no more bytes than an address may have. */
static size_t bare_mail(const struct writer *w, struct str text, size_t from, size_t i,
                        size_t *ret_start)
{
    size_t start = i;
    while (start > from && i - start <= MAILBOX_MAX &&
           is_mailbox_char((unsigned char)text.at[start - 1]))
        start--;
    if (start == i || i - start > MAILBOX_MAX || !is_alnum((unsigned char)text.at[start]) ||
        text.at[i - 1] == '.')
        return 0;
    uint32_t before = start > from ? char_ending_at(text, start - 1) : w->before;
    bool glued = before >= 0x80 ? !opens_after(before)
                                : is_mailbox_char(before) || (before && strchr("@/:", (int)before));
    size_t domain = glued ? 0 : domain_length(str_from(text, i + 1));
    if (!domain || goes_on(str_from(text, i + 1 + domain)))
        return 0;
    *ret_start = start;
    return i + 1 + domain - start;
}

/* Writes what stands before the '@' at text.at[i] and the address around it, when there is one; the
 * index behind it, else 0. */
static size_t write_mail(struct writer *w, struct str text, size_t from, size_t i)
{
    size_t start, len = bare_mail(w, text, from, i, &start);
    if (!len)
        return 0;
    write_escaped(w, str_cut(text, from, start));
    write_address(w, STR("mailto:"), str_cut(text, start, start + len));
    return start + len;
}

void write_prose(struct writer *w, struct str text, uint32_t after)
{
    size_t from = 0;
    for (size_t i = 0; i < text.len;) {
        char c = text.at[i];
        size_t behind = c == '@' && !w->in_link ? write_mail(w, text, from, i) : 0;
        if (behind) {
            i = from = behind;
            continue;
        }
        bool twice = i + 1 < text.len && text.at[i + 1] == c;
        bool mark = c == '"' || c == '\'' || ((c == '-' || c == '.') && twice);
        bool address = (c == 'h' || c == 'w') && !w->in_link;
        if (!mark && !address) {
            i++;
            continue;
        }
        if (i > from)
            w->before = char_ending_at(text, i - 1);
        size_t len = 0;
        if (address && !is_alnum(w->before))
            len = bare_address(str_from(text, i));
        if (len || mark) {
            write_escaped(w, str_cut(text, from, i));
            from = i;
        }
        if (len)
            write_address(w, c == 'w' ? STR("https://") : STR_NONE, str_cut(text, i, i + len));
        else if (mark)
            len = write_mark(w, text, i, after);
        i += len ? len : 1;
        if (len)
            from = i;
    }
    write_escaped(w, str_from(text, from));
    if (text.len > from)
        w->before = char_ending_at(text, text.len - 1);
}
