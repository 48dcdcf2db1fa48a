// libpq, as Debian ships it.
#ifndef ASSENT_CPOSTGRES_H
#define ASSENT_CPOSTGRES_H

#include <libpq-fe.h>

#endif
