public import ATProtoData
import ATProtoSyntax

// CAR version 1 (https://dasl.ing/car.html):
//
//   car     = section(header) *section(block)
//   section = varint(length) content
//   header  = DAG-CBOR { "roots": [cid], "version": 1 }
//   block   = cid bytes

/// Writes a CAR file in pieces.
public struct CARWriter: Sendable {
  /// The bytes that have been written but not taken yet.
  public private(set) var bytes: [UInt8] = []

  /// Creates a writer and writes the header.
  public init(roots: [CID]) {
    let header = CARHeader(roots: roots, version: 1).cborBytes()
    Varint.append(header.count, to: &bytes)
    bytes.append(contentsOf: header)
  }

  /// Writes a block.
  public mutating func append(_ cid: CID, _ block: [UInt8]) {
    let identifier = cid.bytes
    Varint.append(identifier.count + block.count, to: &bytes)
    bytes.append(contentsOf: identifier)
    bytes.append(contentsOf: block)
  }

  /// The same, without an intermediate copy; `cid` is in its binary form.
  package mutating func append(_ cid: RawSpan, _ block: RawSpan) {
    Varint.append(cid.byteCount + block.byteCount, to: &bytes)
    cid.withUnsafeBytes { bytes.append(contentsOf: $0) }
    block.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }

  /// Returns the bytes that were written since the last call, and removes them.
  public mutating func take() -> [UInt8] {
    defer { bytes = [] }
    return bytes
  }
}

struct CARHeader: LexiconObject {
  static let fields = FieldTable("roots version")

  var roots: [CID]
  var version: Int
  var unknownFields = UnknownFields()

  init(roots: [CID], version: Int) {
    self.roots = roots
    self.version = version
  }

  init(from reader: inout DataReader) throws(DataError) {
    var object = try reader.beginObject(Self.fields)
    var roots: [CID]?
    var version: Int?
    while let field = try reader.nextField(&object) {
      switch field {
      case 0: roots = try [CID](from: &reader)
      default: version = try Int(from: &reader)
      }
    }
    self.roots = try reader.required(roots, 0, object)
    self.version = try reader.required(version, 1, object)
    unknownFields = reader.unknownFields(object)
  }

  func encode(to writer: inout DataWriter) {
    var object = writer.beginObject(Self.fields, unknownFields)
    writer.field(0, roots, &object)
    writer.field(1, version, &object)
    writer.endObject(&object)
  }
}
