#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension Terminal {
  /// Whether a result on standard output may be coloured.
  static var isResultColoured: Bool { isColoured && isatty(STDOUT_FILENO) == 1 }
}
