#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The values of `$type` that the thread has read recently.
///
/// Data without a schema repeats the same few types. Stored records share one string for each type,
/// and reading it does not allocate. A thread keeps 64 strings of at most 255 bytes.
enum RecentTypes {
  private static let count = 64

  /// The text in a range of 16 to 255 bytes; nil if it is not ASCII.
  static func text(_ input: RawSpan, _ start: Int, _ end: Int) -> String? {
    guard let slots = unsafe slots else { return nil }
    // Types usually differ at the end, but begin alike.
    let mixed =
      (input.word(end &- 8) ^ UInt64(truncatingIfNeeded: end &- start))
      &* 0x9E37_79B9_7F4A_7C15
    let slot = unsafe slots + Int(truncatingIfNeeded: mixed &>> 58)
    if unsafe input.slice(start, end).equals(slot.pointee) { return unsafe slot.pointee }
    guard input.isASCII(start, end) else { return nil }
    let text = input.asciiText(start, end, SmallText())
    unsafe slot.pointee = text
    return text
  }

  private static var slots: UnsafeMutablePointer<String>? {
    guard let key else { return nil }
    if let known = unsafe pthread_getspecific(key) {
      return unsafe known.assumingMemoryBound(to: String.self)
    }
    return unsafe make(key)
  }

  @inline(never)
  private static func make(_ key: pthread_key_t) -> UnsafeMutablePointer<String>? {
    let slots = UnsafeMutablePointer<String>.allocate(capacity: count)
    unsafe slots.initialize(repeating: "", count: count)
    guard unsafe pthread_setspecific(key, slots) == 0 else {
      unsafe release(slots)
      return nil
    }
    return unsafe slots
  }

  private static func release(_ slots: UnsafeMutableRawPointer) {
    let slots = unsafe slots.assumingMemoryBound(to: String.self)
    unsafe slots.deinitialize(count: count)
    unsafe slots.deallocate()
  }

  private static let key: pthread_key_t? = {
    var key = pthread_key_t()
    let status = unsafe pthread_key_create(&key) { slots in
      #if canImport(Darwin)
      unsafe RecentTypes.release(slots)
      #else
      if let slots = unsafe slots { unsafe RecentTypes.release(slots) }
      #endif
    }
    return status == 0 ? key : nil
  }()
}
