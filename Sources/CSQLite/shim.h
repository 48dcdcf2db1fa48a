// SQLite 3, and functions in the place of macros and variadic calls that Swift cannot read.
#ifndef ASSENT_CSQLITE_H
#define ASSENT_CSQLITE_H

#include <sqlite3.h>

// SQLITE_TRANSIENT is a cast of -1 to a function pointer: SQLite copies the bytes before it returns.
static inline sqlite3_destructor_type assent_sqlite_transient(void) { return SQLITE_TRANSIENT; }

// One option of a connection, on or off. Returns what SQLite says to it.
static inline int assent_sqlite_option(sqlite3 *connection, int option, int on) {
    return sqlite3_db_config(connection, option, on, (int *)0);
}

// Counting every allocation under one process-wide lock would make readers wait for each other.
static inline int assent_sqlite_without_memory_statistics(void) {
    return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

#endif
