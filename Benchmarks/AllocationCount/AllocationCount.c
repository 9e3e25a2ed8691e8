// Replaces the allocation functions of the C library, for other libraries as well, and counts calls.
// Only glibc makes its own available under another name; elsewhere, nothing is counted.
#include "AllocationCount.h"
#include <features.h>
#include <stddef.h>

#ifdef __GLIBC__

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);

// In the program's own thread-local storage, so that counting takes one instruction.
static _Thread_local long count __attribute__((tls_model("local-exec")));

void *malloc(size_t size) {
  count++;
  return __libc_malloc(size);
}

void *calloc(size_t items, size_t size) {
  count++;
  return __libc_calloc(items, size);
}

void *realloc(void *block, size_t size) {
  count++;
  return __libc_realloc(block, size);
}

long allocation_count(void) { return count; }

#else

long allocation_count(void) { return -1; }

#endif
