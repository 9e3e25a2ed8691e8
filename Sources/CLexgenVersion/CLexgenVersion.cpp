#include "CLexgenVersion.h"

// The manifest knows the commit too, but SwiftPM keeps what it made of a manifest until that
// changes: it stays behind. So where the sources are a clone, the compiler reads the reflog, whose
// last line is about HEAD as it is, and compiles this file again when git writes there. Nothing of
// the reflog but the commit gets into the object.
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
