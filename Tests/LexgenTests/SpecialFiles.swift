#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#endif

/// Creates a named pipe at `path` that never delivers any data.
func makePipe(_ path: String) -> Bool { mkfifo(path, 0o600) == 0 }

func makeSocket(_ path: String) -> Bool { mknod(path, S_IFSOCK | 0o600, 0) == 0 }
