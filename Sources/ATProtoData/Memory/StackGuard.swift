#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

#if canImport(Glibc) || canImport(Musl)
// The header declares it for GNU sources only, which a module map cannot ask for.
@_silgen_name("pthread_getattr_np")
private func readAttributes(
  of thread: pthread_t,
  into attributes: UnsafeMutablePointer<pthread_attr_t>
) -> CInt
#endif

/// How far the stack of the current thread may still grow, for code that recurses with its input.
///
/// Generated initialisers have frames of any size, so a depth alone does not bound the stack. The
/// thread is asked for its real bounds when a reader has used a quarter of the smallest thread's
/// stack, 128 KiB with musl.
struct StackGuard {
  private var floor: UInt
  private var isExact = false

  /// What a thread needs to have left for the frames between two checks.
  private static let reserve: UInt = 96 * 1024

  @inline(__always)
  init() {
    let here = Self.position
    floor = here > 32 * 1024 ? here - 32 * 1024 : 0
  }

  /// Whether there is room for certain; if not, ``hasRoom()`` asks the thread.
  @inline(__always)
  var seesRoom: Bool { Self.position >= floor }

  /// False where the stack must not grow further.
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
    // Nothing is written to it, so no canary has to watch over it: one for each object costs.
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
  /// The thread remembers: for the first thread of a process, glibc reads a file to know it.
  private static let lowestAddressKey: pthread_key_t = {
    var key = pthread_key_t()
    // A number that no key has: nothing is remembered then.
    return unsafe pthread_key_create(&key, nil) == 0 ? key : .max
  }()
  #endif
}
