// Handle specification, "Handle Identifier Syntax":
//
//   handle   = 1*( label "." ) toplevel
//   label    = alnum [ *61( alnum / "-" ) alnum ]
//   toplevel = alpha [ *61( alnum / "-" ) alnum ]
//
// At most 253 bytes.

/// A handle: a host name of at least two labels, such as `user.example.com`.
///
/// The text is kept unchanged, and two handles are equal if their strings are. Handles are not
/// case-sensitive: store, compare, and send ``normalized``.
public struct Handle: StringFormat {
  /// Stored inline if it is short.
  public typealias Text = ShortText

  /// The name of the format in Lexicon documents: `handle`.
  public static var formatName: String { "handle" }

  static let maximumLength = 253
  static let maximumLabelLength = 63

  /// The string, exactly as it was given.
  public let string: String

  /// Parses a string, all of which must be a handle.
  public init(_ text: String) throws(SyntaxError) {
    let bytes = text.utf8Span.span
    do throws(Fault) {
      try Self.scan(bytes, 0..<bytes.count)
    } catch {
      throw SyntaxError(Self.formatName, error)
    }
    self.string = text
  }

  init(unchecked string: String) {
    self.string = string
  }

  /// `handle.invalid`, which the protocol shows for an account whose handle is not confirmed.
  public static let invalid = Handle(unchecked: "handle.invalid")

  /// The handle in lowercase.
  public var normalized: Handle {
    Handle(unchecked: string.lowercased())
  }

  /// The labels from left to right: `user`, `example`, `com`.
  public var labels: [Substring] {
    string.split(separator: ".")
  }

  /// The last label, in lower case.
  public var topLevelDomain: String {
    let utf8 = string.utf8
    let dot = utf8.lastIndex(of: UInt8(ascii: "."))!
    return string[utf8.index(after: dot)...].lowercased()
  }

  /// Whether the top-level domain is one that "must immediately fail any attempt at registration,
  /// resolution" ("Additional Non-Syntax Restrictions"). `test` is not one of them.
  public var hasDisallowedTopLevelDomain: Bool {
    switch topLevelDomain {
    case "alt", "arpa", "example", "internal", "invalid", "local", "localhost", "onion": true
    default: false
    }
  }
}

extension Handle {
  static func scan(_ text: Span<UInt8>, _ range: Range<Int>) throws(Fault) {
    guard range.count <= maximumLength else { throw .tooLong(maximumLength) }
    guard !range.isEmpty else {
      throw Fault(.incomplete, at: range.lowerBound, "is empty")
    }
    let lastLabel = try scanLabels(text, range, of: "a handle")
    guard lastLabel > range.lowerBound else {
      throw Fault(.segmentCount, at: range.upperBound, "has only one label")
    }
    guard text[lastLabel].isLetter else {
      throw Fault(.segment, at: lastLabel, "the last label does not begin with a letter")
    }
  }

  /// Checks labels separated by single periods, and returns the offset of the last one.
  @inline(__always)
  static func scanLabels(
    _ text: Span<UInt8>,
    _ range: Range<Int>,
    of whole: String
  ) throws(Fault) -> Int {
    var label = range.lowerBound
    var index = label
    while index < range.upperBound {
      let byte = text[index]
      if byte == UInt8(ascii: ".") {
        try checkLabel(text, label..<index)
        label = index + 1
      } else if !byte.isAlphanumeric && byte != UInt8(ascii: "-") {
        throw .character(byte, at: index, in: whole)
      }
      index += 1
    }
    try checkLabel(text, label..<index)
    return label
  }

  @inline(__always)
  private static func checkLabel(_ text: Span<UInt8>, _ label: Range<Int>) throws(Fault) {
    guard !label.isEmpty else {
      throw Fault(.segment, at: label.lowerBound, "a label is empty")
    }
    guard label.count <= maximumLabelLength else {
      throw Fault(
        .segment,
        at: label.lowerBound + maximumLabelLength,
        "a label is longer than \(maximumLabelLength) bytes"
      )
    }
    guard text[label.lowerBound] != UInt8(ascii: "-") else {
      throw Fault(.segment, at: label.lowerBound, "a label begins with a hyphen")
    }
    guard text[label.upperBound - 1] != UInt8(ascii: "-") else {
      throw Fault(.segment, at: label.upperBound - 1, "a label ends with a hyphen")
    }
  }
}
