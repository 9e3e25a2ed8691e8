#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#elseif canImport(Glibc)
import Glibc
#endif

/// The number of files and sockets that this process may hold open.
public enum OpenFiles {
  /// As many as a server can use without starving the rest of the system.
  private static let wanted: rlim_t = 1 << 16

  /// The current limit, or nil if the system does not report one.
  package static var limit: Int? {
    var limits = rlimit()
    guard getrlimit(resource, &limits) == 0 else { return nil }
    return Int(clamping: limits.rlim_cur)
  }

  /// Raises the limit to 65,536, or as far as the process is allowed to raise it. Systems start
  /// programs with a limit of a few hundred, because some programs cannot handle more.
  public static func raiseLimit() {
    var limits = rlimit()
    guard getrlimit(resource, &limits) == 0 else { return }
    #if canImport(Darwin)
    let possible = min(limits.rlim_max, rlim_t(OPEN_MAX))
    #else
    let possible = limits.rlim_max
    #endif
    let next = min(possible, wanted)
    guard next > limits.rlim_cur else { return }
    limits.rlim_cur = next
    // If the system refuses, the limit stays the same.
    _ = setrlimit(resource, &limits)
  }

  /// The number of connections that a server accepts at once, which leaves descriptors for its
  /// files: it reserves a quarter of the limit, but at most 256.
  ///
  /// - Parameter maximum: the result if there are enough descriptors.
  package static func connections(_ maximum: Int, of limit: Int?) -> Int {
    guard let limit else { return maximum }
    return min(maximum, max(1, limit - min(256, limit / 4)))
  }

  #if canImport(Glibc)
  private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
  #else
  private static let resource = RLIMIT_NOFILE
  #endif
}
