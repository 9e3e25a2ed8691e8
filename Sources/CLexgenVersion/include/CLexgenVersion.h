#ifndef CLEXGENVERSION_H
#define CLEXGENVERSION_H

/// The commit that the package was built from; empty where that is not known.
const char *lexgen_commit(void);

#endif
