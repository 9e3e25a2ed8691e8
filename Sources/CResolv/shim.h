#pragma once
#include <sys/types.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <resolv.h>
#include <stdint.h>
#include <string.h>

/// Queries the TXT records of `name`. Writes each record's text, with its character-strings joined,
/// after its length in two bytes (most significant first).
///
/// `server` is an IPv4 address in network byte order; NULL for the servers that the system is
/// configured to use. Returns the number of bytes written, or a negated code of netdb.h:
/// HOST_NOT_FOUND, NO_DATA, TRY_AGAIN, NO_RECOVERY.
///
/// In C, because res_state is a structure of bit fields and unions whose names are macros.
static inline int CResolv_texts(const char *name, const struct sockaddr_in *server,
                                int seconds, int attempts, uint8_t *texts, int capacity) {
  struct __res_state state;
  memset(&state, 0, sizeof state);
  if (res_ninit(&state) != 0) return -NO_RECOVERY;
  if (server != NULL) {
    state.nscount = 1;
    state.nsaddr_list[0] = *server;
  }
  state.retrans = seconds;
  state.retry = attempts;

  uint8_t answer[16384];
  int length = res_nquery(&state, name, ns_c_in, ns_t_txt, answer, sizeof answer);
  int failure = state.res_h_errno;
  res_nclose(&state);
  if (length < 0) return failure > 0 ? -failure : -TRY_AGAIN;
  // The length is that of the whole answer, even if it did not fit.
  if (length > (int)sizeof answer) return -NO_RECOVERY;

  ns_msg message;
  if (ns_initparse(answer, length, &message) != 0) return -NO_RECOVERY;
  int written = 0;
  for (int index = 0; index < ns_msg_count(message, ns_s_an); index++) {
    ns_rr record;
    if (ns_parserr(&message, ns_s_an, index, &record) != 0) return -NO_RECOVERY;
    if (ns_rr_type(record) != ns_t_txt || ns_rr_class(record) != ns_c_in) continue;
    const uint8_t *data = ns_rr_rdata(record);
    int left = ns_rr_rdlen(record);
    if (capacity - written < 2 + left) return -NO_RECOVERY;
    int start = written;
    written += 2;
    while (left > 0) {
      int size = data[0];
      if (size + 1 > left) return -NO_RECOVERY;
      memcpy(texts + written, data + 1, size);
      written += size;
      data += size + 1;
      left -= size + 1;
    }
    texts[start] = (uint8_t)((written - start - 2) >> 8);
    texts[start + 1] = (uint8_t)(written - start - 2);
  }
  return written;
}
