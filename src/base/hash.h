/* Hashes: a keyed one for tables (SipHash, so that a peer cannot choose collisions), a
 * cryptographic one for names of files, chains and ETags (BLAKE2b), and random bytes. By libsodium.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "base/str.h"

enum { HASH_BYTES = 32, HASH_HEX = 64 };

/* Called once before any other thread starts; aborts when the system has no randomness. Draws the
 * process's table key. */
void hash_start(void);

/* For tables of this process only: differs from run to run. */
uint64_t hash_table(struct str s);

/* BLAKE2b-256. */
void hash_digest(struct str s, unsigned char ret_digest[HASH_BYTES]);
/* The same in lower-case hexadecimal with a NUL. */
void hash_hex(struct str s, char ret_hex[HASH_HEX + 1]);

/* In pieces. */
struct hash_state;
struct hash_state *hash_new(void);
void hash_add(struct hash_state *state, struct str s);
/* Frees the state. */
void hash_end(struct hash_state *state, char ret_hex[HASH_HEX + 1]);

/* Bytes from the system's generator. */
void hash_random(void *ret_at, size_t len);
/* `bytes` random bytes as lower-case hexadecimal, with a NUL: ret_hex holds 2 * bytes + 1. */
void hash_token(char *ret_hex, size_t bytes);

#endif
