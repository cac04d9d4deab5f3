#include "newsroom/tokens.h"
#include "base/hash.h"

struct str token_new(struct arena *arena)
{
    char hex[TOKEN_HEX + 1];
    hash_token(hex, TOKEN_HEX / 2);
    return arena_str(arena, str_n(hex, TOKEN_HEX));
}

bool token_valid(struct str token)
{
    for (size_t i = 0; i < token.len; i++)
        if (!token.at[i] || !strchr("0123456789abcdef", token.at[i]))
            return false;
    return token.len == TOKEN_HEX;
}

struct str token_hash(const char *purpose, struct str text, struct arena *arena)
{
    char hex[HASH_HEX + 1];
    hash_hex(arena_printf(arena, "%s %.*s", purpose, STR_ARG(text)), hex);
    return arena_str(arena, str_n(hex, HASH_HEX));
}
