public import ATProtoData
public import ATProtoSyntax

/// The JSON file of an installed Lexicon document: a record of the collection
/// `com.atproto.lexicon.schema` with its `$type`.
///
/// Its CID is that of the record in its repository, unless the file has been edited: layout and the
/// order of keys do not change it (data model, "DRISL").
public struct LexiconFile: Sendable {
  /// The type and collection of records that contain a Lexicon document.
  public static let recordType = "com.atproto.lexicon.schema"

  /// The largest file that is read, in bytes. A record is much smaller.
  public static let maximumSize = 16 << 20

  /// The most levels of objects and arrays.
  public static let maximumDepth = ParseError.maximumDepth

  /// The document. A number with a fraction, which a record cannot contain, is null in it.
  public let value: DataValue

  /// The CID of the value in DAG-CBOR, or nil if a number in the file is written with a fraction or
  /// an exponent. Such a file does not match any record.
  public let cid: CID?

  /// Reads a file.
  ///
  /// Throws if it is not JSON in UTF-8, if an object has a key twice, or if it exceeds
  /// ``maximumSize`` or ``maximumDepth``.
  public init(json: [UInt8]) throws(DataError) {
    let limits = DataLimits(
      inputSize: Self.maximumSize,
      depth: Self.maximumDepth,
      // The size bounds the number: a record of 1 MiB can have as many elements as bytes.
      elements: Self.maximumSize,
      stringLength: Self.maximumSize,
      keyLength: Self.maximumSize
    )
    let value: DataValue
    do throws(DataError) {
      value = try DataValue(json: json, limits: limits)
    } catch {
      guard error.code == .float else { throw error }
      self.value = try Self.withoutFractions(json)
      cid = nil
      return
    }
    self.value = value
    cid = Self.hasFraction(json) ? nil : Self.cid(of: value)
  }

  /// The NSID in the field `id`, or nil if there is none.
  public var id: NSID? { value["id"]?.string.flatMap { try? NSID($0) } }

  /// Whether the file lacks only its `$type`, as other tools write it, and is otherwise the record
  /// with this CID.
  public func isStripped(of cid: CID) -> Bool {
    guard self.cid != nil, value["id"] != nil, value["$type"] == nil else { return false }
    var record = value
    record["$type"] = .string(Self.recordType)
    return Self.cid(of: record) == cid
  }

  /// The CID of a record: the SHA-256 hash of its DAG-CBOR.
  public static func cid(of record: DataValue) -> CID {
    CID(codec: .dagCBOR, sha256Digest: SHA256.hash(record.cborBytes()))
  }

  /// The path of a document's file below the directory of lexicons: `com/example/note.json` for
  /// `com.example.note`.
  ///
  /// Segments contain only letters, digits, and hyphens, so the path does not leave the directory.
  public static func path(of nsid: NSID) -> String {
    nsid.segments.joined(separator: "/") + ".json"
  }

  /// The content of a record's file: the text of `JSON.stringify(record, null, 2)` and a line break,
  /// as `lex install` writes it, with keys in the order of DAG-CBOR.
  public static func formatted(_ record: DataValue) -> [UInt8] {
    var layout = JavaScriptLayout()
    layout.value(record)
    layout.append("\n")
    return layout.output
  }
}

extension LexiconFile {
  /// Whether well-formed JSON contains a number with a fraction or an exponent, such as `1.0`.
  private static func hasFraction(_ json: [UInt8]) -> Bool {
    var isString = false
    var index = 0
    while index < json.count {
      switch json[index] {
      case UInt8(ascii: "\""): isString.toggle()
      case UInt8(ascii: "\\"): index += 1
      case UInt8(ascii: "."), UInt8(ascii: "E"):
        if !isString { return true }
      case UInt8(ascii: "e"):
        // Otherwise it belongs to `true` or `false`.
        if !isString, (0x30...0x39).contains(json[index - 1]) { return true }
      default: break
      }
      index += 1
    }
    return false
  }

  private static func withoutFractions(_ json: [UInt8]) throws(DataError) -> DataValue {
    let tree = LocatedTree.read(SourceFile(path: "", bytes: json), as: .json)
    if let error = tree.diagnostics.first(where: { $0.severity == .error }) {
      throw DataError(code: .syntax, offset: error.location.offset, reason: error.message)
    }
    return tree.root.map(withoutFractions) ?? .null
  }

  private static func withoutFractions(_ value: LocatedValue) -> DataValue {
    switch value.kind {
    case .null, .number, .tooLarge: .null
    case .boolean(let value): .boolean(value)
    case .integer(let value): .integer(value)
    case .string(let text): .string(text)
    case .array(let elements): .array(elements.map(withoutFractions))
    case .object(let members):
      .object(
        DataObject(distinct: members.map { (key: $0.name, value: withoutFractions($0.value)) })
      )
    }
  }
}
