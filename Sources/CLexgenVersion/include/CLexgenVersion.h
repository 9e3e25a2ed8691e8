#ifndef CLEXGENVERSION_H
#define CLEXGENVERSION_H

#ifdef __cplusplus
extern "C" {
#endif

/// The commit that the package was built from; empty where that is not known.
const char *lexgen_commit(void);

#ifdef __cplusplus
}
#endif

#endif
