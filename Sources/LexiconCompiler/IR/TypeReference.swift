public import Lexicon

/// A Swift type as used by a field, an element, or an alias.
public indirect enum TypeReference: Hashable, Sendable {
  case boolean
  case integer
  case string
  case bytes
  case cidLink
  case blob
  /// Data without a schema (`unknown`).
  case value
  case format(StringSchema.Format)
  /// A generated type.
  case named(NamedType)
  case array(TypeReference)
  case nullable(TypeReference)

  /// A generated type.
  public struct NamedType: Hashable, Sendable {
    /// The kind of declaration.
    public enum Kind: String, Hashable, Sendable {
      case structure
      case union
      case openString
      case closedString
      case alias
    }

    /// The full path: `ComAtproto.Repo.StrongRef`.
    public var path: String
    /// The kind of declaration.
    public var kind: Kind
    /// The module that declares the type.
    public var module: String
    /// The underlying type of an alias.
    public var underlying: TypeReference?

    /// Creates a reference to a generated type.
    public init(path: String, kind: Kind, module: String, underlying: TypeReference? = nil) {
      self.path = path
      self.kind = kind
      self.module = module
      self.underlying = underlying
    }
  }

  /// The type as Swift source. An alias is replaced by its underlying type, so that a file names
  /// and imports only what it uses.
  public var spelled: String {
    switch self {
    case .boolean: "Bool"
    case .integer: "Int"
    case .string: "String"
    case .bytes: "Bytes"
    case .cidLink: "CID"
    case .blob: "Blob"
    case .value: "DataValue"
    case .format(let format): "FormatString<\(format.swiftType)>"
    case .named(let type): type.underlying?.spelled ?? type.path
    case .array(let element): "[\(element.spelled)]"
    case .nullable(let wrapped): "Nullable<\(wrapped.spelled)>"
    }
  }

  /// Whether it is a type of Swift or the runtime, not a generated type.
  var isBuiltIn: Bool {
    if case .named = resolved { false } else { true }
  }

  /// The type with aliases replaced at the outermost level.
  public var resolved: TypeReference {
    if case .named(let type) = self, let underlying = type.underlying { return underlying.resolved }
    return self
  }
}

extension StringSchema.Format {
  /// The type of `ATProtoSyntax` for the format.
  public var swiftType: String {
    switch self {
    case .atIdentifier: "ATIdentifier"
    case .atURI: "ATURI"
    case .cid: "CIDString"
    case .datetime: "Datetime"
    case .did: "DID"
    case .handle: "Handle"
    case .language: "Language"
    case .nsid: "NSID"
    case .recordKey: "RecordKey"
    case .spaceRef: "SpaceRef"
    case .tid: "TID"
    case .uri: "URIString"
    }
  }
}
