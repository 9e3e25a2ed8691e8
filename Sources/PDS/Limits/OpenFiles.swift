#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#elseif canImport(Glibc)
import Glibc
#endif

/// How many files and sockets this process may have open.
public enum OpenFiles {
  /// What a server has use for; the rest of the system does not miss it.
  private static let wanted: rlim_t = 1 << 16

  /// As things are; nil where the system does not tell.
  static var limit: Int? {
    var limits = rlimit()
    guard getrlimit(resource, &limits) == 0 else { return nil }
    return Int(clamping: limits.rlim_cur)
  }

  /// Raises the limit as far as this process may, and of use. Systems begin with some hundred for
  /// the sake of programs that cannot deal with more.
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
    // Where that is refused all stays as it is.
    _ = setrlimit(resource, &limits)
  }

  /// How many connections a server takes at once, so that descriptors are left for its files: a
  /// quarter, or 256 of many.
  ///
  /// - Parameter maximum: with descriptors enough.
  static func connections(_ maximum: Int, of limit: Int?) -> Int {
    guard let limit else { return maximum }
    return min(maximum, max(1, limit - min(256, limit / 4)))
  }

  #if canImport(Glibc)
  private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
  #else
  private static let resource = RLIMIT_NOFILE
  #endif
}
