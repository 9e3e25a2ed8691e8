/// A JSON or YAML file, read but not interpreted.
public struct LocatedTree: Sendable {
  public var source: SourceText
  /// Nil when the file is not well formed.
  public var root: LocatedValue?
  /// What is wrong with the file as JSON or YAML. Not well formed, or ambiguous, is an error.
  public var diagnostics: [Diagnostic]

  /// Reads a whole file. Takes time and memory in proportion to the file's size.
  public static func read(_ file: SourceFile, as format: DocumentFormat) -> LocatedTree {
    let source = SourceText(path: file.path, bytes: file.bytes)
    var faults: [ParseError] = []
    var root: LocatedValue?
    do throws(ParseError) {
      faults += try source.checkEncoding()
      switch format {
      case .json:
        var reader = JSONReader(source)
        defer { faults += reader.faults }
        root = try reader.readDocument()
      case .yaml:
        var reader = YAMLReader(source)
        defer { faults += reader.faults }
        root = try reader.readDocument()
      }
    } catch {
      faults.append(error)
    }
    return LocatedTree(
      source: source,
      root: root,
      diagnostics: faults.map { $0.diagnostic(in: source) }
    )
  }

  public func location(of value: LocatedValue) -> SourceLocation {
    source.location(at: value.offset)
  }
}

/// A value of a JSON or YAML document with the place it stands at: what both formats parse into.
public struct LocatedValue: Sendable {
  public enum Kind: Sendable {
    case null
    case boolean(Bool)
    case integer(Int)
    /// A number with a fraction or an exponent, as it was written.
    case number(String)
    /// An integer beyond 64 bits: an error, reported where it is read.
    case tooLarge
    case string(String)
    case array([LocatedValue])
    /// In the order of the file; names are unique.
    case object([Member])
  }

  public struct Member: Sendable {
    public var name: String
    /// UTF-8 offset of the key.
    public var nameOffset: Int
    public var value: LocatedValue

    public init(name: String, nameOffset: Int, value: LocatedValue) {
      self.name = name
      self.nameOffset = nameOffset
      self.value = value
    }
  }

  public var kind: Kind
  /// UTF-8 offsets in the source text.
  public var range: Range<Int>

  public init(_ kind: Kind, range: Range<Int>) {
    self.kind = kind
    self.range = range
  }

  var offset: Int { range.lowerBound }

  /// The member of an object; nil where there is none, or the value is no object.
  public subscript(name: String) -> LocatedValue? {
    guard case .object(let members) = kind else { return nil }
    return members.first { $0.name == name }?.value
  }

  /// `a string`, `an object`, …: for messages.
  public var kindName: String {
    switch kind {
    case .null: "null"
    case .boolean: "a boolean"
    case .integer: "an integer"
    case .tooLarge: "an integer beyond 64 bits"
    case .number(let text): "the number \(abbreviated(text))"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}
