#include "CLexgenVersion.h"

const char *lexgen_commit(void) { return LEXGEN_COMMIT; }
