import ATProtoData
import ATProtoSyntax
import Lexicon

/// The lexicon of a record that is not compiled into the server, with everything it refers to.
struct RecordSchema: Sendable {
  /// The values of a record times ``SchemaClosure/width``: about a second of work.
  static let maximumWork = 16 << 20

  let collection: NSID
  let catalog: Catalog
  private let width: Int

  /// Throws ``SchemaError`` unless the lexicon describes a record.
  init(_ collection: NSID, _ closure: SchemaClosure) throws(SchemaError) {
    self.collection = collection
    catalog = Catalog(closure.documents.values.map(\.document))
    width = closure.width
    guard case .record? = catalog[collection.string]?[definition: "main"]?.kind else {
      throw SchemaError("lexicon \(collection) does not describe a record")
    }
  }

  /// Returns why a record is not valid, or nil if it is.
  func problem(with block: [UInt8], recordKey: RecordKey) -> String? {
    do throws(DataError) {
      let value = try DataValue(cbor: block)
      guard value.count <= Self.maximumWork / width else {
        return "the record has too many values to be validated by a lexicon of this size"
      }
      return catalog.validateRecord(
        value,
        collection: collection,
        recordKey: recordKey.string,
        rules: .strict
      ).first.map { "\($0)" }
    } catch {
      return "\(error)"
    }
  }
}

extension DataValue {
  /// The number of values, including those inside of others.
  fileprivate var count: Int {
    switch self {
    case .array(let elements): elements.reduce(1) { $0 + $1.count }
    case .object(let object): object.reduce(1) { $0 + $1.value.count }
    default: 1
    }
  }
}
