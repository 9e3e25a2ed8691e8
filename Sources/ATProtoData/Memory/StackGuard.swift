#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

#if canImport(Glibc) || canImport(Musl)
// The header declares it only for GNU sources, which a module map cannot request.
@_silgen_name("pthread_getattr_np")
private func readAttributes(
  of thread: pthread_t,
  into attributes: UnsafeMutablePointer<pthread_attr_t>
) -> CInt
#endif

/// Determines how much further the stack of the current thread may grow, for code that recurses
/// with its input.
///
/// Generated initializers have frames of any size, so a limit on depth does not bound the stack.
/// Once a reader has used a quarter of the smallest thread's stack (128 KiB with musl), the thread
/// is asked for its real bounds.
struct StackGuard {
  private var floor: UInt
  private var isExact = false

  /// The stack space that a thread must have left for the frames between two checks.
  private static let reserve: UInt = 96 * 1024

  @inline(__always)
  init() {
    let here = Self.position
    floor = here > 32 * 1024 ? here - 32 * 1024 : 0
  }

  /// Whether there is certainly enough space; if not, ``hasRoom()`` asks the thread.
  @inline(__always)
  var seesRoom: Bool { Self.position >= floor }

  /// False if the stack must not grow further.
  @inline(__always)
  mutating func hasRoom() -> Bool {
    Self.position >= floor || measure()
  }

  @inline(never)
  private mutating func measure() -> Bool {
    if isExact { return false }
    isExact = true
    let here = Self.position
    guard let lowest = Self.lowestAddress, lowest < here else { return false }
    floor = lowest + Self.reserve
    return here >= floor
  }

  @inline(__always)
  private static var position: UInt {
    var marker: UInt8 = 0
    // The closure does not write to it, so it needs no stack canary, which would cost time for each
    // object.
    return unsafe _withUnprotectedUnsafeMutablePointer(to: &marker) { UInt(bitPattern: $0) }
  }

  private static var lowestAddress: UInt? {
    #if canImport(Darwin)
    let thread = pthread_self()
    return unsafe UInt(bitPattern: pthread_get_stackaddr_np(thread))
      - UInt(pthread_get_stacksize_np(thread))
    #elseif canImport(Glibc) || canImport(Musl)
    if let known = unsafe pthread_getspecific(lowestAddressKey) {
      return UInt(bitPattern: known)
    }
    var attributes = pthread_attr_t()
    guard unsafe readAttributes(of: pthread_self(), into: &attributes) == 0 else { return nil }
    defer { unsafe pthread_attr_destroy(&attributes) }
    var address: UnsafeMutableRawPointer?
    var size = 0
    guard unsafe pthread_attr_getstack(&attributes, &address, &size) == 0 else { return nil }
    unsafe pthread_setspecific(lowestAddressKey, address)
    return UInt(bitPattern: address)
    #else
    return nil
    #endif
  }

  #if canImport(Glibc) || canImport(Musl)
  /// Cached per thread: for the first thread of a process, glibc reads a file to find it.
  private static let lowestAddressKey: pthread_key_t = {
    var key = pthread_key_t()
    // A number that is not a valid key; in that case nothing is cached.
    return unsafe pthread_key_create(&key, nil) == 0 ? key : .max
  }()
  #endif
}
