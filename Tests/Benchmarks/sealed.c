/* Runs SQL against a database of Assent: its tables want the function `seal`, which the sqlite3 shell does not have. */

#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* FNV-1a over types, lengths and values, as Sources/StorageSQLite/RowSeal.swift makes it. */
static uint64_t add(uint64_t state, const unsigned char *bytes, int count) {
    for (int index = 0; index < count; index++) state = (state ^ bytes[index]) * 0x100000001b3u;
    return state;
}

static uint64_t word(uint64_t state, uint64_t value) {
    for (int shift = 0; shift < 64; shift += 8) state = (state ^ (value >> shift & 0xff)) * 0x100000001b3u;
    return state;
}

static void seal(sqlite3_context *context, int count, sqlite3_value **values) {
    uint64_t state = 0xcbf29ce484222325u;
    for (int index = 0; index < count; index++) {
        int type = sqlite3_value_type(values[index]);
        state = word(state, (uint64_t)type);
        if (type == SQLITE_INTEGER) {
            state = word(state, (uint64_t)sqlite3_value_int64(values[index]));
        } else if (type != SQLITE_NULL) {
            const unsigned char *bytes = sqlite3_value_blob(values[index]);
            int length = sqlite3_value_bytes(values[index]);
            state = add(word(state, (uint64_t)length), bytes, length);
        }
    }
    sqlite3_result_int64(context, (sqlite3_int64)state);
}

int main(int count, char **arguments) {
    static char script[1 << 20];
    sqlite3 *database;
    char *message = NULL;
    if (count != 2) return 64;
    script[fread(script, 1, sizeof script - 1, stdin)] = 0;
    if (sqlite3_open(arguments[1], &database) != SQLITE_OK
        || sqlite3_create_function(database, "seal", -1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, NULL, seal, NULL, NULL) != SQLITE_OK
        || sqlite3_exec(database, script, NULL, NULL, &message) != SQLITE_OK) {
        fprintf(stderr, "%s\n", message ? message : sqlite3_errmsg(database));
        return 1;
    }
    return sqlite3_close(database) == SQLITE_OK ? 0 : 1;
}
