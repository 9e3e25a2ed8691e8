#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#endif

/// Puts a named pipe, from which nothing will ever come, at `path`.
func makePipe(_ path: String) -> Bool { mkfifo(path, 0o600) == 0 }

func makeSocket(_ path: String) -> Bool { mknod(path, S_IFSOCK | 0o600, 0) == 0 }
