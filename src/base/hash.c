#include "base/hash.h"

#include <sodium.h>
#include <stdlib.h>

static unsigned char table_key[crypto_shorthash_KEYBYTES];

struct hash_state {
    crypto_generichash_state state;
};

void hash_start(void)
{
    if (sodium_init() < 0)
        abort();
    randombytes_buf(table_key, sizeof table_key);
}

static const unsigned char *bytes(struct str s)
{
    return (const unsigned char *)(s.at ? s.at : "");
}

uint64_t hash_table(struct str s)
{
    uint64_t hash;
    crypto_shorthash((unsigned char *)&hash, bytes(s), s.len, table_key);
    return hash;
}

void hash_digest(struct str s, unsigned char ret_digest[HASH_BYTES])
{
    crypto_generichash(ret_digest, HASH_BYTES, bytes(s), s.len, NULL, 0);
}

void hash_hex(struct str s, char ret_hex[HASH_HEX + 1])
{
    unsigned char digest[HASH_BYTES];
    hash_digest(s, digest);
    sodium_bin2hex(ret_hex, HASH_HEX + 1, digest, sizeof digest);
}

struct hash_state *hash_new(void)
{
    struct hash_state *state = sodium_malloc(sizeof *state);
    if (!state)
        abort();
    crypto_generichash_init(&state->state, NULL, 0, HASH_BYTES);
    return state;
}

void hash_add(struct hash_state *state, struct str s)
{
    crypto_generichash_update(&state->state, bytes(s), s.len);
}

void hash_end(struct hash_state *state, char ret_hex[HASH_HEX + 1])
{
    unsigned char digest[HASH_BYTES];
    crypto_generichash_final(&state->state, digest, sizeof digest);
    sodium_free(state);
    sodium_bin2hex(ret_hex, HASH_HEX + 1, digest, sizeof digest);
}

void hash_random(void *ret_at, size_t len)
{
    randombytes_buf(ret_at, len);
}

void hash_token(char *ret_hex, size_t count)
{
    unsigned char random[64];
    if (count > sizeof random)
        abort();
    randombytes_buf(random, count);
    sodium_bin2hex(ret_hex, count * 2 + 1, random, count);
    sodium_memzero(random, sizeof random);
}
