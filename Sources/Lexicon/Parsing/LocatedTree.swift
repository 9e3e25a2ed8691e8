/// A parsed JSON or YAML file, with the location of every value.
public struct LocatedTree: Sendable {
  /// The text of the file.
  public var source: SourceText
  /// The root value, or nil if the file is not well-formed.
  public var root: LocatedValue?
  /// The problems of the file as JSON or YAML. A malformed or ambiguous file is an error.
  public var diagnostics: [Diagnostic]

  /// Parses a file. Time and memory are proportional to the size of the file.
  public static func read(_ file: SourceFile, as format: DocumentFormat) -> LocatedTree {
    let source = SourceText(path: file.path, bytes: file.bytes)
    var errors: [ParseError] = []
    var root: LocatedValue?
    do throws(ParseError) {
      errors += try source.checkEncoding()
      switch format {
      case .json:
        var reader = JSONReader(source)
        defer { errors += reader.errors }
        root = try reader.readDocument()
      case .yaml:
        var reader = YAMLReader(source)
        defer { errors += reader.errors }
        root = try reader.readDocument()
      }
    } catch {
      errors.append(error)
    }
    return LocatedTree(
      source: source,
      root: root,
      diagnostics: errors.map { $0.diagnostic(in: source) }
    )
  }

  /// Returns the location of the start of a value.
  public func location(of value: LocatedValue) -> SourceLocation {
    source.location(at: value.offset)
  }
}

/// A value of a JSON or YAML document, with its location.
public struct LocatedValue: Sendable {
  /// The content of a value.
  public enum Kind: Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case boolean(Bool)
    /// An integer of up to 64 bits.
    case integer(Int)
    /// A number with a fraction or an exponent, as written in the file.
    case number(String)
    /// An integer that does not fit in 64 bits. The parser reports it as an error.
    case tooLarge
    /// A string with its escape sequences resolved.
    case string(String)
    /// The elements of an array.
    case array([LocatedValue])
    /// The members of an object in the order of the file. Names are unique.
    case object([Member])
  }

  /// A member of an object.
  public struct Member: Sendable {
    /// The key.
    public var name: String
    /// The UTF-8 offsets of the key in the source text, with its quotation marks.
    public var nameRange: Range<Int>
    /// The value.
    public var value: LocatedValue

    /// The UTF-8 offset of the key.
    public var nameOffset: Int { nameRange.lowerBound }

    /// Creates a member.
    public init(name: String, nameRange: Range<Int>, value: LocatedValue) {
      self.name = name
      self.nameRange = nameRange
      self.value = value
    }
  }

  /// The content of the value.
  public var kind: Kind
  /// The UTF-8 offsets of the value in the source text.
  public var range: Range<Int>

  /// Creates a value with its location.
  public init(_ kind: Kind, range: Range<Int>) {
    self.kind = kind
    self.range = range
  }

  var offset: Int { range.lowerBound }

  /// The value of a member, or nil if the value is not an object or does not have that member.
  public subscript(name: String) -> LocatedValue? {
    guard case .object(let members) = kind else { return nil }
    return members.first { $0.name == name }?.value
  }

  /// The kind of the value for messages: `a string`, `an object`, ….
  public var kindName: String {
    switch kind {
    case .null: "null"
    case .boolean: "a boolean"
    case .integer: "an integer"
    case .tooLarge: "an integer of more than 64 bits"
    case .number(let text): "the number \(abbreviated(text))"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}
