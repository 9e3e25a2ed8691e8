#ifndef CBUILTINLEXICONS_H
#define CBUILTINLEXICONS_H

#include <stddef.h>

/// A document of `Lexicons/` as it was when this module was compiled.
typedef struct {
  const char *nsid;
  const unsigned char *bytes;
  size_t count;
} lexgen_document;

size_t lexgen_document_count(void);

/// The documents in the order of their NSIDs. The index must be below the count.
lexgen_document lexgen_document_at(size_t index);

#endif
