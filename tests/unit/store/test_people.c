/* Settings, pages, advertisements, sections, tags, authors. */
#include "base/hash.h"
#include "tests/unit/store/newsroom.h"

static void test_settings(void **state)
{
    struct newsroom *newsroom = *state;
    struct store_tx *tx = newsroom_write(newsroom);
    struct str value = STR("before");
    OK(store_setting(tx, STR("name"), newsroom->arena, &value));
    assert_int_equal(value.len, 0);
    OK(store_setting_set(tx, STR("name"), STR("The Alma Post")));
    OK(store_setting_set(tx, STR("url"), STR("https://post.example")));
    OK(store_setting_set(tx, STR("name"), STR("The Port Alma Post")));
    (void)newsroom_commit(tx);
    tx = newsroom_read(newsroom);
    OK(store_setting(tx, STR("name"), newsroom->arena, &value));
    assert_str(value, STR("The Port Alma Post"));
    OK(store_setting(tx, STR("url"), newsroom->arena, &value));
    assert_str(value, STR("https://post.example"));
    OK(store_setting(tx, STR("Name"), newsroom->arena, &value));
    assert_int_equal(value.len, 0);
    store_end(tx);
}

static void test_pages(void **state)
{
    struct newsroom *newsroom = *state;
    struct store_tx *tx = newsroom_write(newsroom);
    struct store_page page = {STR("about"), STR("About us"), STR("We are a paper."), 5}, got;
    FAILS(ERR_NOT_FOUND, store_page(tx, STR("about"), newsroom->arena, &got));
    OK(store_page_set(tx, &page));
    page.title = STR("About the Post");
    page.updated_at = 6;
    OK(store_page_set(tx, &page));
    OK(store_page(tx, STR("about"), newsroom->arena, &got));
    assert_str(got.slug, page.slug);
    assert_str(got.title, page.title);
    assert_str(got.body, page.body);
    assert_int_equal(got.updated_at, 6);
    store_end(tx);
}

static void test_ads(void **state)
{
    struct newsroom *newsroom = *state;
    struct store_tx *tx = newsroom_write(newsroom);
    struct store_ad ad = {0, STR("Bikes"), STR("Two wheels"), STR("https://bikes.example")}, *ads;
    int64_t first = 0, second = 0;
    size_t count = 9;
    OK(store_ads(tx, newsroom->arena, &ads, &count));
    assert_int_equal(count, 0);
    OK(store_ad_add(tx, &ad, &first));
    ad.title = STR("Boats");
    OK(store_ad_add(tx, &ad, &second));
    OK(store_ads(tx, newsroom->arena, &ads, &count));
    assert_int_equal(count, 2);
    assert_int_equal(ads[0].id, first);
    assert_int_equal(ads[1].id, second);
    assert_str(ads[0].title, STR("Bikes"));
    assert_str(ads[1].title, STR("Boats"));
    assert_str(ads[1].text, ad.text);
    assert_str(ads[1].url, ad.url);
    store_end(tx);
}

static void test_sections(void **state)
{
    struct newsroom *newsroom = *state;
    struct store_tx *tx = newsroom_write(newsroom);
    struct store_section world = {.slug = STR("world"), .name = STR("World"), .position = 3};
    struct store_section sport = {.slug = STR("sport"), .name = STR("Sport"), .position = 2};
    struct store_section got, *all = NULL;
    size_t count = 0;
    int64_t ignored = 0;
    OK(store_section_add(tx, &world, &world.id));
    OK(store_section_add(tx, &sport, &sport.id));
    FAILS(ERR_EXISTS, store_section_add(tx, &world, &ignored));
    assert_int_equal(ignored, 0);
    OK(store_sections(tx, newsroom->arena, &all, &count));
    assert_int_equal(count, 3);
    assert_str(all[0].slug, STR("news"));
    assert_str(all[1].slug, STR("sport"));
    assert_str(all[2].slug, STR("world"));
    world.name = STR("The World");
    world.position = 0;
    world.slug = STR("changed"); /* the slug stays */
    OK(store_section_set(tx, &world));
    OK(store_section(tx, world.id, newsroom->arena, &got));
    assert_str(got.slug, STR("world"));
    assert_str(got.name, STR("The World"));
    OK(store_section_by_slug(tx, STR("sport"), newsroom->arena, &got));
    assert_int_equal(got.id, sport.id);
    assert_int_equal(got.position, 2);
    OK(store_sections(tx, newsroom->arena, &all, &count));
    assert_str(all[0].slug, STR("world"));
    FAILS(ERR_NOT_FOUND, store_section_by_slug(tx, STR("changed"), newsroom->arena, &got));
    FAILS(ERR_NOT_FOUND, store_section(tx, 99, newsroom->arena, &got));
    world.id = 99;
    FAILS(ERR_NOT_FOUND, store_section_set(tx, &world));
    (void)newsroom_commit(tx); /* none of the refusals spoiled it */
}

static void test_names(void **state)
{
    struct newsroom *newsroom = *state;
    struct store_tx *tx = newsroom_write(newsroom);
    struct store_name lena = {.slug = STR("lena-ortega"), .name = STR("Lena Ortega")};
    struct store_name tag = {.slug = STR("lena-ortega"), .name = STR("Lena Ortega")}, got;
    int64_t ignored = 0;
    OK(store_name_add(tx, STORE_AUTHOR, &lena, &lena.id));
    OK(store_name_add(tx, STORE_TAG, &tag, &tag.id)); /* another kind, another list of slugs */
    FAILS(ERR_EXISTS, store_name_add(tx, STORE_TAG, &tag, &ignored));
    OK(store_name_by_name(tx, STORE_AUTHOR, STR("Lena Ortega"), newsroom->arena, &got));
    assert_int_equal(got.id, lena.id);
    FAILS(ERR_NOT_FOUND,
          store_name_by_name(tx, STORE_AUTHOR, STR("lena ortega"), newsroom->arena, &got));
    OK(store_name_by_slug(tx, STORE_TAG, STR("lena-ortega"), newsroom->arena, &got));
    assert_int_equal(got.id, tag.id);
    FAILS(ERR_NOT_FOUND, store_name(tx, STORE_TAG, lena.id, newsroom->arena, &got));
    lena.name = STR("Lena Ortega Ruiz");
    lena.about = STR("Lena writes about the harbour.");
    lena.slug = STR("changed");
    OK(store_name_set(tx, STORE_AUTHOR, &lena));
    FAILS(ERR_NOT_FOUND, store_name_set(tx, STORE_TAG, &lena));
    OK(store_name(tx, STORE_AUTHOR, lena.id, newsroom->arena, &got));
    assert_str(got.name, lena.name);
    assert_str(got.about, lena.about);
    assert_str(got.slug, STR("lena-ortega"));
    /* Two may have one name after a renaming: the older one is found. */
    struct store_name other = {.slug = STR("other"), .name = STR("Lena Ortega Ruiz")};
    OK(store_name_add(tx, STORE_AUTHOR, &other, &other.id));
    OK(store_name_by_name(tx, STORE_AUTHOR, other.name, newsroom->arena, &got));
    assert_int_equal(got.id, lena.id);
    (void)newsroom_commit(tx);
}

static void test_names_in_order(void **state)
{
    struct newsroom *newsroom = *state;
    struct store_tx *tx = newsroom_write(newsroom);
    struct store_name *names = NULL;
    struct str after = STR_NONE;
    size_t count = 0, seen = 0;
    for (int i = 0; i < 25; i++) {
        struct store_name name = {.slug = arena_printf(newsroom->arena, "tag-%02d", (i * 7) % 25)};
        name.name = name.slug;
        OK(store_name_add(tx, STORE_TAG, &name, &name.id));
        name.slug = arena_printf(newsroom->arena, "author-%02d", i);
        OK(store_name_add(tx, STORE_AUTHOR, &name, &name.id));
    }
    do {
        OK(store_names(tx, STORE_TAG, after, 10, newsroom->arena, &names, &count));
        for (size_t i = 0; i < count; i++, seen++) {
            assert_str(names[i].slug, arena_printf(newsroom->arena, "tag-%02d", (int)seen));
            after = names[i].slug;
        }
    } while (count == 10);
    assert_int_equal(seen, 25);
    store_end(tx);
}

int main(void)
{
    hash_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_settings, newsroom_setup, newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_pages, newsroom_setup, newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_ads, newsroom_setup, newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_sections, newsroom_setup, newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_names, newsroom_setup, newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_names_in_order, newsroom_setup, newsroom_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
