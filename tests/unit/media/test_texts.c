/* What pictures say, what we write into them, and what the worker is asked: all without libvips. */
#include "media-worker/clean.h"
#include "media-worker/iim.h"
#include "media-worker/request.h"
#include "media-worker/splice.h"
#include "media-worker/xmp.h"

#include "tests/unit/cmocka.h"

static void assert_str(struct str got, const char *wanted)
{
    char text[8192];
    assert_true(str_to_c(got, text, sizeof text));
    assert_string_equal(text, wanted);
}

static void test_clean(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new();
    assert_str(clean_text(arena, STR("  a\r\nb\rc\td\1e\x7f ")), "a\nb\nc d e");
    assert_str(clean_text(arena, STR("Caf\xe9 \x96 \x80")), "Café – €");
    assert_str(clean_text(arena, STR("ဆိပ်")), "ဆိပ်");
    assert_str(clean_text(arena, STR("a\xc2\x85z")), "az");
    assert_str(clean_text(arena, STR("\x81\x8d")), "");
    char long_text[9000];
    memset(long_text, 'a', sizeof long_text);
    for (size_t i = 1; i + 2 < sizeof long_text; i += 3)
        memcpy(long_text + i, "\xe1\x80\x80", 3);
    struct str cut = clean_text(arena, str_n(long_text, sizeof long_text - 2));
    assert_true(cut.len <= MEDIA_TEXT_MAX && cut.len > MEDIA_TEXT_MAX - 4 && str_is_utf8(cut));
}

#define DATASET(number, len, value) "\x1c\2" number "\0" len value

static void test_iim(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct media_offer offer = {0};
    iim_read(STR(DATASET("\x78", "\7", "caption") DATASET("\x6e", "\6", "credit")
                     DATASET("\x50", "\3", "Ana") DATASET("\x50", "\3", "Tom")
                         DATASET("\x37", "\10", "20261003") DATASET("\x3c", "\13", "140500+0800")),
             arena, &offer);
    assert_str(offer.caption, "caption");
    assert_str(offer.credit, "credit");
    assert_str(offer.creator, "Ana, Tom");
    assert_str(offer.taken, "2026-10-03T14:05:00+08:00");
    assert_str(offer.source, "");
    /* Inside Photoshop's resources, behind another of odd length; what is there already stays. */
    offer = (struct media_offer){.credit = STR("mine")};
    iim_read(STR("Photoshop 3.0\0"
                 "8BIM\3\355\0\0\0\0\0\3abc\0"
                 "8BIM\4\4\0\0\0\0\0\27" DATASET("\x78", "\7", "caption")
                     DATASET("\x6e", "\6", "credit")),
             arena, &offer);
    assert_str(offer.caption, "caption");
    assert_str(offer.credit, "mine");
}

static void test_iim_broken(void **state)
{
    static const struct str broken[] = {
        STR_INIT(""),
        STR_INIT("\x1c"),
        STR_INIT("\x1c\2\x78\0\x10short"),
        STR_INIT("\x1c\2\x78\x80\5\0\0\0\0\1a"),
        STR_INIT("\x1c\2\x78\x80\4\xff\xff\xff\xff"
                 "a"),
        STR_INIT("8BIM\4\4\xff"),
        STR_INIT("8BIM\4\4\0\0\xff\xff\xff\xff"),
        STR_INIT("\x1c\2\x37\0\10yyyymmdd"),
        STR_INIT("\x1c\2\x37\0\10\x30\x30\x30\x30\x30\x30\x30\x30"),
    };
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        ARENA_AUTO struct arena *arena = arena_new();
        struct media_offer offer = {0};
        iim_read(broken[i], arena, &offer);
        assert_int_equal(offer.caption.len + offer.taken.len, 0);
    }
}

#define RDF_OPEN                                                                                   \
    "<x:xmpmeta xmlns:x='adobe:ns:meta/'>"                                                         \
    "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"                            \
    "<rdf:Description xmlns:dc='http://purl.org/dc/elements/1.1/' "                                \
    "xmlns:p='http://ns.adobe.com/photoshop/1.0/' "                                                \
    "xmlns:i='http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/' "
#define RDF_CLOSE "</rdf:Description></rdf:RDF></x:xmpmeta>"

static void test_xmp_read(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct media_offer offer = {0};
    xmp_read(STR(RDF_OPEN
                 "p:Credit='Harbour &amp; Wire' p:DateCreated='2026-10-03T14:05:00Z'>"
                 "<dc:description><rdf:Alt><rdf:li xml:lang='my'>other</rdf:li>"
                 "<rdf:li xml:lang='x-default'>The quay</rdf:li></rdf:Alt></dc:description>"
                 "<dc:creator><rdf:Seq><rdf:li>Ana</rdf:li><rdf:li>Tom</rdf:li></rdf:Seq>"
                 "</dc:creator><p:Source> S </p:Source>"
                 "<i:AltTextAccessibility><rdf:Alt><rdf:li>A crane</rdf:li></rdf:Alt>"
                 "</i:AltTextAccessibility>" RDF_CLOSE "\0\0"),
             arena, &offer);
    assert_str(offer.caption, "The quay");
    assert_str(offer.credit, "Harbour & Wire");
    assert_str(offer.creator, "Ana, Tom");
    assert_str(offer.source, "S");
    assert_str(offer.alt, "A crane");
    assert_str(offer.taken, "2026-10-03T14:05:00Z");
    assert_str(offer.rights, "");
}

static void test_xmp_refused(void **state)
{
    static const struct str refused[] = {
        STR_INIT(""),
        STR_INIT("<"),
        STR_INIT("no xml"),
        STR_INIT("<!DOCTYPE a [<!ENTITY b 'c'>]>" RDF_OPEN "p:Credit='x'>" RDF_CLOSE),
        STR_INIT(RDF_OPEN "p:Credit='x'>"),
        STR_INIT(RDF_OPEN "p:DateCreated='yesterday' x='&undefined;'>" RDF_CLOSE),
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        ARENA_AUTO struct arena *arena = arena_new();
        struct media_offer offer = {0};
        xmp_read(refused[i], arena, &offer);
        assert_int_equal(offer.credit.len + offer.taken.len, 0);
    }
}

static void test_xmp_round_trip(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new();
    BUF_AUTO struct buf packet = BUF_INIT(XMP_WRITE_MAX);
    struct media_offer offer = {0};
    struct media_request texts = {.caption = STR("<b>&\"']]> ဆိပ်"),
                                  .credit = STR("A & B"),
                                  .creator = STR("Ana"),
                                  .rights = STR("© us")};
    xmp_write(&texts, &packet);
    xmp_read(buf_slice(&packet), arena, &offer);
    assert_true(str_eq(offer.caption, texts.caption));
    assert_true(str_eq(offer.credit, texts.credit));
    assert_true(str_eq(offer.creator, texts.creator));
    assert_true(str_eq(offer.rights, texts.rights));
}

static void test_xmp_limits(void **state)
{
    char ampersands[MEDIA_TEXT_MAX];
    BUF_AUTO struct buf packet = BUF_INIT(XMP_WRITE_MAX);
    memset(ampersands, '&', sizeof ampersands);
    struct str worst = str_n(ampersands, sizeof ampersands);
    struct media_request nothing = {0},
                         all = {
                             .caption = worst, .credit = worst, .creator = worst, .rights = worst};
    xmp_write(&nothing, &packet);
    assert_int_equal(packet.len, 0);
    xmp_write(&all, &packet);
    assert_true(packet.len > 1000 && buf_ok(&packet));
    assert_true(str_ends(buf_slice(&packet), STR("<?xpacket end=\"r\"?>")));
}

static void test_splice_jpeg(void **state)
{
    BUF_AUTO struct buf out = BUF_INIT(1000);
    struct str jpeg = STR("\xff\xd8\xff\xe1\0\6Exif\xff\xdb\0\4qq\xff\xfe\0\4cc\xff\xda\0\2scan");
    assert_true(splice_jpeg(jpeg, STR("<x/>"), &out));
    assert_true(str_eq(buf_slice(&out), STR("\xff\xd8\xff\xe1\0\x23http://ns.adobe.com/xap/1.0/\0"
                                            "<x/>\xff\xdb\0\4qq\xff\xda\0\2scan")));
    buf_clear(&out);
    assert_true(splice_jpeg(jpeg, STR_NONE, &out));
    assert_true(str_eq(buf_slice(&out), STR("\xff\xd8\xff\xdb\0\4qq\xff\xda\0\2scan")));
    assert_false(splice_jpeg(STR("\xff\xd8\xff\xe1\xff\xff"), STR("x"), &out));
    assert_false(splice_jpeg(STR("\xff\xd8"), STR("x"), &out));
    assert_false(splice_jpeg(STR("\x89PNG"), STR("x"), &out));
}

static void test_splice_webp(void **state)
{
    BUF_AUTO struct buf out = BUF_INIT(1000);
    struct str webp = STR("RIFF\0\0\0\0WEBPVP8X\12\0\0\0\14\0\0\0\0\0\0\0\0\0"
                          "EXIF\3\0\0\0abc\0VP8 \3\0\0\0pix\0");
    assert_true(splice_webp(webp, STR_NONE, 2, 3, &out));
    assert_true(str_eq(buf_slice(&out), STR("RIFF\20\0\0\0WEBPVP8 \3\0\0\0pix\0")));
    buf_clear(&out);
    assert_true(splice_webp(webp, STR("<x/>5"), 258, 3, &out));
    assert_true(str_eq(buf_slice(&out), STR("RIFF\x30\0\0\0WEBPVP8X\12\0\0\0\4\0\0\0\1\1\0\2\0\0"
                                            "VP8 \3\0\0\0pix\0XMP \5\0\0\0<x/>5\0")));
    assert_false(splice_webp(STR("RIFF\0\0\0\0WEBPVP8 \377\0\0\0pix"), STR("x"), 1, 1, &out));
    assert_false(splice_webp(STR("RIFF"), STR("x"), 1, 1, &out));
}

static void test_request(void **state)
{
    struct request request;
    struct str good = STR("SPMASK1\n\2\1\377\377\0\0\3\0abc\1\0d\0\0\0\0"),
               bad = STR("SPMASK2\n\2\1");
    assert_true(request_parse(good, &request));
    assert_int_equal(request.type, MEDIA_PNG);
    assert_true(request.texts.has_focal);
    assert_true(request.texts.focal_x == 1 && request.texts.focal_y == 0);
    assert_str(request.texts.caption, "abc");
    assert_str(request.texts.credit, "d");
    assert_false(request_parse(bad, &request));
    for (size_t len = 0; len < good.len; len++)
        assert_false(request_parse(str_cut(good, 0, len), &request));
}

int main(void)
{
    xmp_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clean),       cmocka_unit_test(test_iim),
        cmocka_unit_test(test_iim_broken),  cmocka_unit_test(test_xmp_read),
        cmocka_unit_test(test_xmp_refused), cmocka_unit_test(test_xmp_round_trip),
        cmocka_unit_test(test_xmp_limits),  cmocka_unit_test(test_splice_jpeg),
        cmocka_unit_test(test_splice_webp), cmocka_unit_test(test_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
