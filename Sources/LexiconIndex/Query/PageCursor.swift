import ATProtoData
import ATProtoSyntax
import Lexicon

// cursor = base64url( DAG-CBOR of [ version, hash of the scope, *part ] )
// part   = null / text / boolean / integer / [ microseconds ]

/// A position in a list, as text that clients pass back.
///
///     let cursor = PageCursor([.instant(1_700_000_000_000_000), .text("at://did:plc:…")])
///     let text = cursor.text(scope: "dev.lexgen.index.queryRecords app.bsky.feed.post $sortAt desc")
///
/// The text has a hash of what was listed (`scope`: method, collection, conditions, order, …), so that
/// a cursor of another list is refused. It is not signed: a made-up position is harmless, it only has
/// to be well formed.
public struct PageCursor: Hashable, Sendable {
  /// The parts of the position, such as a sort value and a URI.
  public var parts: [IndexValue?]

  private static let version = 1
  private static let maximumLength = 4_096
  private static let maximumParts = 16
  /// Three bytes are four characters.
  private static let maximumBytes = maximumLength / 4 * 3

  /// Creates a cursor of at most 16 parts; further ones are left out.
  public init(_ parts: [IndexValue?]) {
    self.parts = Array(parts.prefix(Self.maximumParts))
  }

  /// Parses text. Throws ``IndexQueryError/Code/invalidCursor`` if it is malformed or belongs to
  /// another scope.
  public init(_ text: String, scope: String) throws(IndexQueryError) {
    guard text.utf8.count <= Self.maximumLength, let bytes = Base64.url.decode(text),
      let elements = try? DataValue(cbor: bytes, limits: Self.limits).array,
      elements.count >= 2, elements[0] == .integer(Self.version),
      case .bytes(let hash) = elements[1]
    else {
      throw IndexQueryError(
        .invalidCursor,
        "cannot read cursor: it is not one of this service; start without a cursor"
      )
    }
    guard hash == Self.hash(of: scope) else {
      throw IndexQueryError(
        .invalidCursor,
        "cannot use cursor: it belongs to another query; repeat the parameters of the first page"
      )
    }
    parts = []
    for element in elements.dropFirst(2) {
      switch element {
      case .null: parts.append(nil)
      case .string(let text): parts.append(.text(text))
      case .boolean(let value): parts.append(.boolean(value))
      case .integer(let value): parts.append(.integer(Int64(value)))
      case .array(let inner):
        guard inner.count == 1, case .integer(let value) = inner[0] else { fallthrough }
        parts.append(.instant(Int64(value)))
      default:
        throw IndexQueryError(.invalidCursor, "cannot read cursor: it is malformed")
      }
    }
  }

  /// The text for a scope, at most 4,096 bytes.
  ///
  /// The URI of a record and a value of ``IndexLimits/valueBytes`` always fit. If a longer text does
  /// not, it is cut, and the list continues after everything that begins with what is left of it.
  public func text(scope: String) -> String {
    var parts = Array(parts.prefix(Self.maximumParts))
    var bytes = Self.bytes(parts, scope)
    while bytes.count > Self.maximumBytes {
      Self.shorten(&parts, by: bytes.count - Self.maximumBytes)
      bytes = Self.bytes(parts, scope)
    }
    return Base64.url.encode(bytes)
  }

  private static func bytes(_ parts: [IndexValue?], _ scope: String) -> [UInt8] {
    DataValue.array(
      [.integer(version), .bytes(hash(of: scope))]
        + parts.map { part in
          switch part {
          case nil: .null
          case .text(let text)?: .string(text)
          case .boolean(let value)?: .boolean(value)
          case .integer(let value)?: .integer(Int(value))
          case .instant(let value)?: .array([.integer(Int(value))])
          }
        }
    ).cborBytes()
  }

  /// Cuts the longest text. Other parts are small, so there is one if there are too many bytes.
  private static func shorten(_ parts: inout [IndexValue?], by excess: Int) {
    func size(_ index: Int) -> Int {
      if case .text(let text)? = parts[index] { text.utf8.count } else { 0 }
    }
    guard let longest = parts.indices.max(by: { size($0) < size($1) }),
      case .text(let text)? = parts[longest]
    else {
      parts = []
      return
    }
    var rest = text.unicodeScalars
    let last: Unicode.Scalar = "\u{10FFFF}"
    var target = max(0, text.utf8.count - excess - UTF8.width(last))
    // At least one character goes each time, so that this ends.
    target = min(target, text.utf8.count - 1 - UTF8.width(last))
    var count = text.utf8.count
    while count > target, let scalar = rest.popLast() { count -= UTF8.width(scalar) }
    parts[longest] = .text(String(rest) + String(Character(last)))
  }

  /// Sixty-four bits, the same in every process.
  private static func hash(of scope: String) -> Bytes {
    Bytes(Array(SHA256.hash(Array(scope.utf8)).prefix(8)))
  }

  private static let limits = DataLimits(
    inputSize: maximumBytes,
    depth: 2,
    elements: maximumParts + 2,
    stringLength: maximumBytes
  )
}
