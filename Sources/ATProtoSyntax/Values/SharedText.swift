/// Text in a buffer of bytes that neighboring texts may share.
///
/// AT-URIs, CIDs, and URIs are too long to be stored inline, and records contain several next to
/// each other; as strings, each would allocate memory. A reader copies a window of its input once
/// and creates all texts in it from that copy, so a text may keep up to `windowSize` bytes of its
/// document alive. ``string`` is always a separate string.
public struct SharedText: @unchecked Sendable {
  @usableFromInline package let window: TextWindow
  /// The offset of the text in the window, in the highest sixteen bits, and its length in bytes.
  @usableFromInline package let place: UInt64

  /// The number of bytes of a document that are copied at once, unless a text is longer.
  package static let windowSize = 160

  /// - Precondition: the range contains UTF-8, is within the window, and begins before its 65,536th
  ///   byte.
  @inlinable
  package init(_ window: TextWindow, start: Int, count: Int) {
    assert(start >= 0 && start < 1 << 16 && count >= 0 && start + count <= window.count)
    self.window = window
    place = UInt64(truncatingIfNeeded: start) &<< 48 | UInt64(truncatingIfNeeded: count)
  }

  /// Creates a text in its own buffer.
  public init(_ string: String) {
    let window = TextWindow.copy(string.utf8Span.span.bytes)
    self.init(window, start: 0, count: window.count)
  }

  /// The text as a string, created on each access.
  public var string: String {
    withBytes { bytes in String(decoding: bytes, as: UTF8.self) }
  }

  @inlinable
  package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    let start = Int(truncatingIfNeeded: place &>> 48)
    let count = Int(truncatingIfNeeded: place & (.max &>> 16))
    return window.withUnsafeMutablePointerToElements { elements in
      body(UnsafeRawBufferPointer(start: elements + start, count: count))
    }
  }
}

extension SharedText: Hashable {
  /// Whether both texts have the same bytes.
  public static func == (one: SharedText, other: SharedText) -> Bool {
    one.withBytes { bytes in
      other.withBytes { others in
        bytes.count == others.count && bytes.elementsEqual(others)
      }
    }
  }

  /// Hashes the bytes.
  public func hash(into hasher: inout Hasher) {
    withBytes { bytes in hasher.combine(bytes: bytes) }
    hasher.combine(0xFF as UInt8)
  }
}

extension SharedText: FormatText {}

/// Bytes that are written once, when they are created.
@usableFromInline
package final class TextWindow: ManagedBuffer<Int, UInt8> {
  @inlinable
  package var count: Int { header }

  package static func copy(_ bytes: RawSpan) -> TextWindow {
    let count = bytes.byteCount
    let window = create(minimumCapacity: count) { _ in count }
    bytes.withUnsafeBytes { source in
      guard let start = source.baseAddress else { return }
      window.withUnsafeMutablePointerToElements { elements in
        UnsafeMutableRawPointer(elements).copyMemory(from: start, byteCount: count)
      }
    }
    return unsafeDowncast(window, to: TextWindow.self)
  }

}
