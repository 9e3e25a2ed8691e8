#include "CLexgenVersion.h"

// The manifest also has the commit, but SwiftPM caches the evaluated manifest until it changes, so
// that commit may be outdated. If the sources are a clone, the compiler reads the reflog instead. Its
// last line describes the current HEAD, and this file is recompiled when git writes to it. Only the
// commit gets into the object file.
#if defined(__has_embed)
#if __has_embed("../../.git/logs/HEAD")
#define LEXGEN_HAS_REFLOG
#endif
#endif

#ifdef LEXGEN_HAS_REFLOG

#pragma clang diagnostic ignored "-Wc23-extensions"

namespace {

struct Commit {
  char text[41];
};

constexpr unsigned char reflog[] = {
#embed "../../.git/logs/HEAD" suffix(, )
    '\n'};

// "old SP new SP name ... LF": the commit before and the commit after, 40 digits each.
constexpr Commit lastCommit() {
  Commit commit = {};
  long end = sizeof(reflog);
  while (end > 0 && reflog[end - 1] == '\n') end -= 1;
  long start = end;
  while (start > 0 && reflog[start - 1] != '\n') start -= 1;
  if (end - start < 82) return commit;
  for (long index = 0; index < 40; index += 1) {
    const unsigned char digit = reflog[start + 41 + index];
    const bool isHexadecimal = (digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f');
    if (!isHexadecimal) return {};
    commit.text[index] = static_cast<char>(digit);
  }
  return commit;
}

constexpr Commit commit = lastCommit();

}  // namespace

extern "C" const char *lexgen_commit(void) {
  return commit.text[0] == 0 ? LEXGEN_COMMIT : commit.text;
}

#else

extern "C" const char *lexgen_commit(void) { return LEXGEN_COMMIT; }

#endif
