// NSID specification, "NSID Syntax":
//
//   nsid      = authority "." name
//   authority = toplevel 1*( "." label )           ; a handle's labels in reverse
//   toplevel  = alpha [ *61( alnum / "-" ) alnum ]
//   label     = alnum [ *61( alnum / "-" ) alnum ]
//   name      = alpha *62( alnum )
//
// At most 317 bytes. The specification also limits the authority to 253 bytes, but the protocol's
// test vectors contain a valid NSID with an authority of 283 bytes, so such an NSID can be read but
// does not have a domain.

/// A namespaced identifier, such as `com.example.fooBar`: the name of a Lexicon document.
public struct NSID: StringFormat {
  /// The name of the format in Lexicon documents: `nsid`.
  public static var formatName: String { "nsid" }

  static let maximumLength = 317

  /// The string, exactly as it was given.
  public let string: String

  /// Parses a string, all of which must be an NSID.
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

  /// The domain authority in the order and case of the NSID: `com.example` of `com.example.fooBar`.
  public var authority: String {
    String(string[..<lastPeriod])
  }

  /// The domain authority as the host name that controls it, in lowercase: `example.com` of
  /// `com.example.fooBar`. Returns nil if it is longer than a host name can be.
  public var domain: Handle? {
    let authority = string[..<lastPeriod]
    guard authority.utf8.count <= Handle.maximumLength else { return nil }
    let labels = authority.split(separator: ".")
    return Handle(unchecked: labels.reversed().joined(separator: ".").lowercased())
  }

  /// The last segment: `fooBar` of `com.example.fooBar`.
  public var name: String {
    String(string[string.utf8.index(after: lastPeriod)...])
  }

  /// All segments from left to right, at least three; the last is the name.
  public var segments: [String] {
    string.split(separator: ".").map(String.init)
  }

  /// The NSID with its domain authority in lowercase. The name is case-sensitive and does not
  /// change.
  public var normalized: NSID {
    let period = lastPeriod
    return NSID(unchecked: string[..<period].lowercased() + string[period...])
  }

  private var lastPeriod: String.Index {
    string.utf8.lastIndex(of: UInt8(ascii: "."))!
  }
}

extension NSID {
  static func scan(_ text: Span<UInt8>, _ range: Range<Int>) throws(Fault) {
    guard range.count <= maximumLength else { throw .tooLong(maximumLength) }
    guard !range.isEmpty else {
      throw Fault(.incomplete, at: range.lowerBound, "is empty")
    }
    let start = range.lowerBound
    let name = try Handle.scanLabels(text, range, of: "an NSID")
    var periods = 0
    var index = start
    while index < name {
      if text[index] == UInt8(ascii: ".") { periods += 1 }
      index += 1
    }
    guard periods >= 2 else {
      throw Fault(.segmentCount, at: range.upperBound, "has fewer than three segments")
    }
    guard text[start].isLetter else {
      throw Fault(.segment, at: start, "the first segment does not begin with a letter")
    }
    guard text[name].isLetter else {
      throw Fault(.name, at: name, "the name does not begin with a letter")
    }
    index = name
    while index < range.upperBound {
      guard text[index] != UInt8(ascii: "-") else {
        throw Fault(.name, at: index, "the name contains a hyphen")
      }
      index += 1
    }
  }
}
