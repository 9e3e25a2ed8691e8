import ATProtoSyntax
import Lexicon
import LexiconIndex

/// A query whose output is a page of record views, which an app view serves without a handler.
///
/// A query of the loaded lexicons is one if all of this holds:
///
/// - Its output is JSON: an object with one array of references to a view, optionally `cursor`, a
///   string, and no other required property.
/// - The view is an object with the properties `uri` and `cid`, strings, and `record` or `value`, an
///   `unknown` or a reference to a record. It may have `indexedAt`, a datetime; of its other
///   properties, none is required.
/// - The collection is the record that `record` or `value` refers to; or else the one of the document
///   that defines the view. It is indexed.
/// - Each parameter is `limit`, an integer; `cursor`, a string; the path of a field of the collection
///   that has scalar values, for the records whose value equals the parameter, or one of the values
///   of an array; or `repo`, `actor`, `author`, or `did` with the format `at-identifier` or `did`,
///   for the records of these accounts.
///
/// The records are those that conform to their lexicon, newest first.
struct PageQuery: Sendable {
  /// What a parameter means.
  enum Meaning: Hashable, Sendable {
    case limit
    case cursor
    /// Equality with a field.
    case field(QueryField, FieldPlan.Kind)
    case repos
  }

  let nsid: NSID
  let collection: CollectionPlan
  let parameters: ParametersSchema
  let meanings: [String: Meaning]
  let limit: Int
  let output: OutputNames

  /// The names of properties in the output.
  struct OutputNames: Hashable, Sendable {
    /// The array.
    var views: String
    /// `record` or `value`.
    var record: String
    var hasCursor: Bool
    var hasIndexedAt: Bool
  }

  /// The size of a page if the lexicon has no parameter `limit`, or no default.
  private static let usualLimit = 50
  private static let maximumLimit = 1_000

  /// Derives the query of a document; nil if it is not one that this app view can serve.
  init?(_ document: LexiconDocument, _ catalog: Catalog, _ plan: IndexPlan) {
    guard case .query(let method)? = document[definition: "main"]?.kind,
      let output = method.output, output.encoding.value == "application/json",
      let schema = output.schema, let (names, source) = Self.output(schema, catalog),
      let collection = plan[source]
    else { return nil }
    nsid = document.id.value
    self.collection = collection
    self.output = names
    parameters = method.parameters ?? ParametersSchema(properties: [])
    var meanings: [String: Meaning] = [:]
    for property in parameters.properties {
      guard let meaning = Self.meaning(property, collection) else { return nil }
      meanings[property.name.value] = meaning
    }
    self.meanings = meanings
    limit = Self.limit(parameters)
  }

  private static func limit(_ parameters: ParametersSchema) -> Int {
    for property in parameters.properties where property.name.value == "limit" {
      guard case .integer(let schema) = property.schema.kind else { continue }
      return schema.default ?? min(schema.maximum ?? usualLimit, usualLimit)
    }
    return usualLimit
  }

  /// The size of a page: lexicons may allow any number.
  static func bounded(_ limit: Int) -> Int { min(max(limit, 1), maximumLimit) }
}

// MARK: Output

extension PageQuery {
  /// The names of an output, and the collection of its views.
  private static func output(_ schema: Schema, _ catalog: Catalog) -> (OutputNames, NSID)? {
    guard let object = object(schema, catalog) else { return nil }
    var views: (name: String, reference: Reference)?
    var hasCursor = false
    for property in object.properties {
      switch property.schema.kind {
      case .string where property.name.value == "cursor": hasCursor = true
      case .array(let array):
        guard case .ref(let reference) = array.items.kind, views == nil else {
          if property.isRequired { return nil }
          continue
        }
        views = (property.name.value, reference)
      default: if property.isRequired { return nil }
      }
    }
    guard let views, case .schema(let schema)? = catalog.definition(views.reference)?.kind,
      case .object(let view) = schema.kind,
      let (record, hasIndexedAt, target) = Self.view(view)
    else { return nil }
    let names = OutputNames(
      views: views.name,
      record: record,
      hasCursor: hasCursor,
      hasIndexedAt: hasIndexedAt
    )
    if let target {
      return isRecord(target, catalog) ? (names, target.nsid) : nil
    }
    let own = Reference(nsid: views.reference.nsid, at: views.reference.location)
    return isRecord(own, catalog) ? (names, own.nsid) : nil
  }

  private static func object(_ schema: Schema, _ catalog: Catalog) -> ObjectSchema? {
    switch schema.kind {
    case .object(let object): return object
    case .ref(let reference):
      guard case .schema(let schema)? = catalog.definition(reference)?.kind,
        case .object(let object) = schema.kind
      else { return nil }
      return object
    default: return nil
    }
  }

  /// The property with the record, whether there is `indexedAt`, and what the property refers to.
  private static func view(_ view: ObjectSchema) -> (String, Bool, Reference?)? {
    var names: Set<String> = []
    var record: (name: String, target: Reference?)?
    for property in view.properties {
      let name = property.name.value
      switch (name, property.schema.kind) {
      case ("uri", .string), ("cid", .string): names.insert(name)
      case ("indexedAt", .string(let schema)) where schema.format == .datetime:
        names.insert(name)
      case ("record", .unknown), ("value", .unknown):
        guard record == nil else { return nil }
        record = (name, nil)
      case ("record", .ref(let reference)), ("value", .ref(let reference)):
        guard record == nil else { return nil }
        record = (name, reference)
      default: if property.isRequired { return nil }
      }
    }
    guard let record, names.contains("uri"), names.contains("cid") else { return nil }
    return (record.name, names.contains("indexedAt"), record.target)
  }

  private static func isRecord(_ reference: Reference, _ catalog: Catalog) -> Bool {
    guard reference.definition == "main", case .record? = catalog.definition(reference)?.kind else {
      return false
    }
    return true
  }
}

// MARK: Parameters

extension PageQuery {
  private static let accounts: Set = ["repo", "actor", "author", "did"]

  private static func meaning(
    _ property: PropertySchema,
    _ collection: CollectionPlan
  ) -> Meaning? {
    let name = property.name.value
    let schema = element(property.schema)
    switch (name, property.schema.kind) {
    case ("limit", .integer): return .limit
    case ("cursor", .string): return .cursor
    default: break
    }
    if let field = try? collection.field(name), let kind = kind(of: field, in: collection),
      fits(schema, kind)
    {
      return .field(field, kind)
    }
    guard accounts.contains(name), case .string(let string) = schema.kind,
      string.format == .atIdentifier || string.format == .did
    else { return nil }
    return .repos
  }

  private static func element(_ schema: Schema) -> Schema {
    if case .array(let array) = schema.kind { array.items } else { schema }
  }

  private static func kind(
    of field: QueryField,
    in collection: CollectionPlan
  ) -> FieldPlan.Kind? {
    guard case .planned(let numbers) = field, let number = numbers.first,
      collection.fields.indices.contains(number)
    else { return nil }
    return collection.fields[number].kind
  }

  private static func fits(_ schema: Schema, _ kind: FieldPlan.Kind) -> Bool {
    switch (schema.kind, kind) {
    case (.boolean, .boolean), (.integer, .integer): true
    case (.string(let schema), .datetime): schema.format == .datetime
    case (.string, .string): true
    default: false
    }
  }
}
