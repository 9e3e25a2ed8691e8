public import ATProtoSyntax

/// The reason why data cannot be read: the requirement that it violates, and where.
///
/// Two errors are equal if their codes are; the other properties are for people.
public struct DataError: CodedError {
  /// The requirement that the data violates.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The name of the code, such as `truncated`.
    public var rawValue: String

    /// Creates a code with a name.
    public init(rawValue: String) {
      self.rawValue = rawValue
    }
  }

  // One word, so that a throwing call costs its caller one register and no stack space.
  private final class Storage: Sendable {
    let code: Code
    let offset: Int
    let path: String
    let reason: String
    /// The last key of the path, if it is not in the data.
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

  /// Creates an error.
  public init(code: Code, offset: Int, path: String = "", reason: String) {
    storage = Storage(code, offset, path, reason, nil)
  }

  init(_ code: Code, at offset: Int, _ reason: String, key: String? = nil) {
    storage = Storage(code, offset, "", reason, key)
  }

  /// The requirement that the data violates.
  public var code: Code { storage.code }
  /// The byte offset of the invalid item in the input.
  public var offset: Int { storage.offset }
  /// The keys and indices that lead to the item: `reply.root.uri`, `facets[0].index`; empty at the
  /// top.
  public var path: String { storage.path }
  /// The error in words, without code, offset and path.
  public var reason: String { storage.reason }

  /// Returns the same error with the path that leads to its offset in `input`.
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
  /// The reason with code, offset and path.
  public var description: String {
    let place = path.isEmpty ? "" : ", in \(DataPath.excerpt(path))"
    return "\(reason) (\(code.rawValue), at byte \(offset)\(place))"
  }
}

extension DataError.Code {
  // Any format
  /// The input ends within an item.
  public static let truncated = Self(rawValue: "truncated")
  /// Bytes follow the document.
  public static let trailingBytes = Self(rawValue: "trailingBytes")
  /// An item of another type than the schema requires.
  public static let typeMismatch = Self(rawValue: "typeMismatch")
  /// An integer that does not fit 64 bits.
  public static let integerRange = Self(rawValue: "integerRange")
  /// A number with a fraction, which the data model does not have.
  public static let float = Self(rawValue: "float")
  /// A string that is not UTF-8.
  public static let invalidUTF8 = Self(rawValue: "invalidUTF8")
  /// A key that occurs more than once in an object.
  public static let repeatedKey = Self(rawValue: "repeatedKey")
  /// Bytes or a string that are not a CID.
  public static let malformedCID = Self(rawValue: "malformedCID")
  /// A CID that is not version 1, `dag-cbor` or `raw`, SHA-256.
  public static let foreignCID = Self(rawValue: "foreignCID")

  // Limits
  /// A document larger than ``DataLimits/inputSize``.
  public static let inputSize = Self(rawValue: "inputSize")
  /// Nesting deeper than ``DataLimits/depth``, or than the stack allows.
  public static let depth = Self(rawValue: "depth")
  /// More elements or fields than ``DataLimits/elements``.
  public static let elements = Self(rawValue: "elements")
  /// A string longer than ``DataLimits/stringLength``.
  public static let stringLength = Self(rawValue: "stringLength")
  /// A key longer than ``DataLimits/keyLength``.
  public static let keyLength = Self(rawValue: "keyLength")

  // DAG-CBOR
  /// Keys that are not in canonical order.
  public static let unsortedKeys = Self(rawValue: "unsortedKeys")
  /// An integer or a length in more bytes than it needs.
  public static let longForm = Self(rawValue: "longForm")
  /// An item of indefinite length.
  public static let indefiniteLength = Self(rawValue: "indefiniteLength")
  /// A tag other than 42.
  public static let foreignTag = Self(rawValue: "foreignTag")
  /// A key that is not a string.
  public static let nonStringKey = Self(rawValue: "nonStringKey")
  /// A simple value other than booleans and null.
  public static let simpleValue = Self(rawValue: "simpleValue")
  /// A header byte that CBOR reserves.
  public static let reservedHeader = Self(rawValue: "reservedHeader")
  /// A CID in tag 42 without the zero byte before it.
  public static let unprefixedCID = Self(rawValue: "unprefixedCID")

  // JSON
  /// A string that is not JSON.
  public static let syntax = Self(rawValue: "syntax")
  /// An escape sequence that JSON does not have.
  public static let escape = Self(rawValue: "escape")
  /// An escaped surrogate without its pair.
  public static let surrogate = Self(rawValue: "surrogate")
  /// A control character in a string that is not escaped.
  public static let controlCharacter = Self(rawValue: "controlCharacter")
  /// A string in `$bytes` that is not base64.
  public static let base64 = Self(rawValue: "base64")
  /// `$bytes` or `$link` beside other keys, or in an object of known fields.
  public static let reservedKey = Self(rawValue: "reservedKey")

  // Schemas
  /// A required field is absent.
  public static let missingField = Self(rawValue: "missingField")
  /// An object of a union without `$type`.
  public static let missingType = Self(rawValue: "missingType")
  /// A record whose `$type` is another type.
  public static let wrongType = Self(rawValue: "wrongType")
  /// An object of a closed union whose `$type` is not a member.
  public static let unknownMember = Self(rawValue: "unknownMember")
  /// A string of a closed string type that is not one of its cases.
  public static let unknownCase = Self(rawValue: "unknownCase")
}
