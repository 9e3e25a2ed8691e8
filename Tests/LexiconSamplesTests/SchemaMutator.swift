import ATProtoSyntax
import Lexicon
import LexiconSamples

/// Changes one thing in the schema of a record's property, or in an object that it refers to.
struct SchemaMutator {
  private var random: SeededGenerator
  private(set) var log = ""

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
  }

  mutating func mutated(_ catalog: CheckedCatalog) -> CheckedCatalog {
    let results = catalog.catalog.documents.map { document -> DocumentParseResult in
      var document = document
      if document.id.value.string == "com.example.all" { mutate(&document) }
      return DocumentParseResult(
        document: document,
        diagnostics: [],
        isLexicon: true,
        id: document.id
      )
    }
    return CheckedCatalog.check(results)
  }

  private mutating func mutate(_ document: inout LexiconDocument) {
    // The record, four times out of five.
    let position = Int.random(in: 0..<5, using: &random) < 4 ? 0 : 1
    switch document.definitions[position].kind {
    case .record(var record):
      mutate(&record.record)
      document.definitions[position].kind = .record(record)
    case .schema(var schema):
      guard case .object(var object) = schema.kind else { return }
      mutate(&object)
      schema.kind = .object(object)
      document.definitions[position].kind = .schema(schema)
    default: return
    }
  }

  private mutating func mutate(_ object: inout ObjectSchema) {
    let index = Int.random(in: 0..<object.properties.count, using: &random)
    var property = object.properties[index]
    log = property.name.value
    switch Int.random(in: 0..<10, using: &random) {
    case 0: property.isRequired.toggle()
    case 1: property.isNullable.toggle()
    case 2:
      object.properties.remove(at: index)
      return
    case 3:
      property.name.value = "fresh"
      property.isRequired = Bool.random(using: &random)
      object.properties.append(property)
      return
    default: property.schema.kind = mutated(property.schema.kind)
    }
    object.properties[index] = property
  }

  private mutating func shifted(_ value: Int?, _ first: Int) -> Int? {
    guard let value else { return first }
    return Bool.random(using: &random)
      ? nil : max(0, value + (Bool.random(using: &random) ? 1 : -1))
  }

  private mutating func shift(_ limits: inout LengthLimits) {
    if Bool.random(using: &random) {
      limits.minimum = shifted(limits.minimum, 1)
    } else {
      limits.maximum = shifted(limits.maximum, 20)
    }
  }

  private mutating func mutated(_ kind: Schema.Kind) -> Schema.Kind {
    let choice = Int.random(in: 0..<8, using: &random)
    if choice == 0 {
      return [.boolean(.init()), .integer(.init()), .cidLink, .unknown].randomElement(
        using: &random
      )!
    }
    switch kind {
    case .boolean(var schema):
      schema.const = [nil, true, false].randomElement(using: &random)!
      return .boolean(schema)
    case .integer(var schema):
      switch choice {
      case 1, 2: schema.minimum = shifted(schema.minimum, 1)
      case 3, 4: schema.maximum = shifted(schema.maximum, 20)
      case 5: schema.const = [nil, 2, 3].randomElement(using: &random)!
      default: schema.enum = [nil, [1, 3, 5], [3], [2, 3]].randomElement(using: &random)!
      }
      return .integer(schema)
    case .string(var schema):
      switch choice {
      case _ where schema.format != nil:
        schema.format = [nil, .did, .handle, .atIdentifier].randomElement(using: &random)!
      case 1, 2: shift(&schema.length)
      case 3, 4: shift(&schema.graphemes)
      case 5, 6:
        let formats: [StringSchema.Format?] = [nil, .did, .handle, .atIdentifier, .datetime]
        schema.format = formats.randomElement(using: &random)!
        if schema.format != nil { schema = StringSchema(format: schema.format) }
      default:
        let location = SourceLocation(path: "", offset: 0, line: 1, column: 1)
        let values = ["on", "off", "dim"].shuffled(using: &random)
          .prefix(Int.random(in: 0...3, using: &random))
        schema.enum = values.isEmpty ? nil : values.map { Located($0, at: location) }
      }
      return .string(schema)
    case .bytes(var limits):
      shift(&limits)
      return .bytes(limits)
    case .blob(var schema):
      if Bool.random(using: &random) {
        schema.maxSize = shifted(schema.maxSize, 1000)
      } else {
        let lists: [[String]?] = [
          nil, ["image/*"], ["image/png"], ["text/plain", "image/*", "a/b"],
        ]
        schema.accept = lists.randomElement(using: &random)!
      }
      return .blob(schema)
    case .array(var schema):
      if Bool.random(using: &random) {
        shift(&schema.length)
      } else {
        schema.items.kind = mutated(schema.items.kind)
      }
      return .array(schema)
    case .union(var schema):
      if Bool.random(using: &random) {
        schema.isClosed.toggle()
      } else if schema.refs.count > 1 {
        schema.refs.removeLast()
      } else {
        var other = schema.refs[0]
        other.definition = "other"
        schema.refs.append(other)
      }
      return .union(schema)
    case .object, .ref, .unknown, .cidLink: return kind
    }
  }
}
