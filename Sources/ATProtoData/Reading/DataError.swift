public import ATProtoSyntax

/// Why data could not be read: which rule it breaks, and where.
///
/// Two errors are equal when their codes are; the rest is for people.
public struct DataError: CodedError {
  /// The rule that the data breaks.
  public struct Code: RawRepresentable, Hashable, Sendable {
    public var rawValue: String

    public init(rawValue: String) {
      self.rawValue = rawValue
    }
  }

  // One word, so that a throwing call costs its caller a register and no stack.
  private final class Storage: Sendable {
    let code: Code
    let offset: Int
    let path: String
    let reason: String
    /// The last key of the path, where the data does not hold it.
    let key: String?

    init(_ code: Code, _ offset: Int, _ path: String, _ reason: String, _ key: String?) {
      self.code = code
      self.offset = offset
      self.path = path
      self.reason = reason
      self.key = key
    }
  }

  private let storage: Storage

  public init(code: Code, offset: Int, path: String = "", reason: String) {
    storage = Storage(code, offset, path, reason, nil)
  }

  init(_ code: Code, at offset: Int, _ reason: String, key: String? = nil) {
    storage = Storage(code, offset, "", reason, key)
  }

  public var code: Code { storage.code }
  /// Byte offset in the input of what breaks the rule.
  public var offset: Int { storage.offset }
  /// The keys and indices that lead to it: `reply.root.uri`, `facets[0].index`; empty at the top.
  public var path: String { storage.path }
  public var reason: String { storage.reason }

  /// The same error with the path that leads to its offset in `input`.
  @usableFromInline
  func located(in input: RawSpan, isJSON: Bool) -> DataError {
    var path = isJSON ? jsonPath(in: input, to: offset) : cborPath(in: input, to: offset)
    if let key = storage.key { path.append(.key(key)) }
    var copy = self
    copy = DataError(
      code: code,
      offset: offset,
      path: DataPath.description(of: path),
      reason: reason
    )
    return copy
  }
}

extension DataError {
  public var description: String {
    let place = path.isEmpty ? "" : ", in \(DataPath.excerpt(path))"
    return "\(reason) (\(code.rawValue), at byte \(offset)\(place))"
  }
}

extension DataError.Code {
  // Any format
  public static let truncated = Self(rawValue: "truncated")
  public static let trailingBytes = Self(rawValue: "trailingBytes")
  public static let typeMismatch = Self(rawValue: "typeMismatch")
  public static let integerRange = Self(rawValue: "integerRange")
  public static let float = Self(rawValue: "float")
  public static let invalidUTF8 = Self(rawValue: "invalidUTF8")
  public static let repeatedKey = Self(rawValue: "repeatedKey")
  public static let malformedCID = Self(rawValue: "malformedCID")
  /// A CID that is not version 1, `dag-cbor` or `raw`, SHA-256.
  public static let foreignCID = Self(rawValue: "foreignCID")

  // Limits
  public static let inputSize = Self(rawValue: "inputSize")
  public static let depth = Self(rawValue: "depth")
  public static let elements = Self(rawValue: "elements")
  public static let stringLength = Self(rawValue: "stringLength")
  public static let keyLength = Self(rawValue: "keyLength")

  // DAG-CBOR
  public static let unsortedKeys = Self(rawValue: "unsortedKeys")
  public static let longForm = Self(rawValue: "longForm")
  public static let indefiniteLength = Self(rawValue: "indefiniteLength")
  public static let foreignTag = Self(rawValue: "foreignTag")
  public static let nonStringKey = Self(rawValue: "nonStringKey")
  public static let simpleValue = Self(rawValue: "simpleValue")
  public static let reservedHeader = Self(rawValue: "reservedHeader")
  public static let unprefixedCID = Self(rawValue: "unprefixedCID")

  // JSON
  public static let syntax = Self(rawValue: "syntax")
  public static let escape = Self(rawValue: "escape")
  public static let surrogate = Self(rawValue: "surrogate")
  public static let controlCharacter = Self(rawValue: "controlCharacter")
  public static let base64 = Self(rawValue: "base64")
  /// `$bytes` or `$link` beside other keys, or where an object is expected.
  public static let reservedKey = Self(rawValue: "reservedKey")

  // Schemas
  public static let missingField = Self(rawValue: "missingField")
  /// A union's object without `$type`.
  public static let missingType = Self(rawValue: "missingType")
  /// A record whose `$type` is another's.
  public static let wrongType = Self(rawValue: "wrongType")
  /// A closed union's object of a type that is no member.
  public static let unknownMember = Self(rawValue: "unknownMember")
  /// A closed string type's text that is no case.
  public static let unknownCase = Self(rawValue: "unknownCase")
}
