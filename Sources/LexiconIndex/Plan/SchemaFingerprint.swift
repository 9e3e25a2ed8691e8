import ATProtoSyntax
import Lexicon

/// A hash of everything that decides what is indexed of a collection's records, the same on every
/// machine.
///
/// Descriptions and the order of properties and definitions do not matter.
struct SchemaFingerprint {
  /// To be increased when the same lexicon and record are indexed in another way.
  private static let version = 1

  private let catalog: Catalog
  private var text = ""

  /// Returns 32 hexadecimal digits.
  static func text(of collection: NSID, _ fields: [FieldPlan], in catalog: Catalog) -> String {
    var fingerprint = SchemaFingerprint(catalog: catalog)
    fingerprint.write("version", version)
    for field in fields {
      fingerprint.write(
        "field",
        field.path,
        field.kind.rawValue,
        field.repeats,
        field.isSearched
      )
    }
    fingerprint.write(definitionsReachedFrom: collection)
    return SHA256.hash(Array(fingerprint.text.utf8)).prefix(16).map { byte in
      let digits = String(byte, radix: 16)
      return digits.utf8.count == 1 ? "0" + digits : digits
    }.joined()
  }

  private init(catalog: Catalog) {
    self.catalog = catalog
  }

  private mutating func write(definitionsReachedFrom collection: NSID) {
    let origin = SourceLocation(path: "", offset: 0, line: 1, column: 1)
    var queue = [Reference(nsid: collection, at: origin)]
    var seen = Set(queue)
    var next = 0
    while next < queue.count {
      catalog.definition(queue[next])?.forEachReference { reference, _ in
        if seen.insert(reference).inserted { queue.append(reference) }
      }
      next += 1
    }
    for reference in queue.sorted(by: { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }) {
      write("definition", reference.id)
      switch catalog.definition(reference)?.kind {
      case .record(let record): write(record.record)
      case .schema(let schema): write(schema)
      case nil: write("missing")
      default: write("other")
      }
    }
  }

  /// Writes values so that no two lists of values have the same text.
  private mutating func write(_ values: (any CustomStringConvertible)?...) {
    for value in values {
      let word = value?.description ?? ""
      text += value == nil ? "-" : "\(word.utf8.count):\(word)"
      text += ","
    }
    text += "\n"
  }

  private mutating func write(_ object: ObjectSchema) {
    let properties = object.properties.sorted {
      $0.name.value.utf8.lexicographicallyPrecedes($1.name.value.utf8)
    }
    write("object", properties.count)
    for property in properties {
      write("property", property.name.value, property.isRequired, property.isNullable)
      write(property.schema)
    }
  }

  private mutating func write(_ schema: Schema) {
    switch schema.kind {
    case .boolean(let boolean): write("boolean", boolean.const)
    case .integer(let integer):
      write("integer", integer.minimum, integer.maximum, integer.const)
      write(list: integer.enum.map { $0.map { "\($0)" } })
    case .string(let string):
      write("string", string.format?.rawValue, string.const)
      write(string.length)
      write(string.graphemes)
      write(list: string.enum.map { $0.map(\.value) })
    case .bytes(let length):
      write("bytes")
      write(length)
    case .cidLink: write("cid-link")
    case .blob(let blob):
      write("blob", blob.maxSize)
      write(list: blob.accept)
    case .array(let array):
      write("array")
      write(array.length)
      write(array.items)
    case .object(let object): write(object)
    case .ref(let reference): write("ref", reference.id)
    case .union(let union):
      write("union", union.isClosed)
      write(list: union.refs.map(\.id))
    case .unknown: write("unknown")
    }
  }

  private mutating func write(_ limits: LengthLimits) {
    write("length", limits.minimum, limits.maximum)
  }

  private mutating func write(list: [String]?) {
    write("list", list?.count)
    for value in list ?? [] { write(value) }
  }
}
