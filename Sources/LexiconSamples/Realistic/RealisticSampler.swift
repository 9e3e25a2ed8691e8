import ATProtoData
import ATProtoSyntax
import Lexicon

/// Generates one realistic value. Like the random sampler, its functions return nil if no value fits.
struct RealisticSampler {
  /// Optional objects and arrays are only generated down to this level.
  static let optionalLevels = 5

  var sampler: Sampler
  var scene: SampleScene
  /// The person whom the innermost object with an author is about.
  var person: Person
  /// The time of the innermost object, in seconds since 1970.
  var time: Int
  /// The definition that contains the value: `postView`.
  var definition = ""
  /// The NSID of the document that contains the value.
  var nsid = ""
  /// The collection of the record that the innermost object describes.
  var collection: String?
  /// The NSIDs of the catalog's records.
  let collections: [String]

  init(_ sampler: Sampler, _ scene: SampleScene) {
    self.sampler = sampler
    self.scene = scene
    collection = scene.collection
    collections = sampler.collections
    person = Person(0)
    time = 0
    person = Person(self.sampler.random.below(Person.castSize) + scene.position)
    if let identifier = scene.given["did"] ?? scene.given["handle"],
      let known = Person(identifier: identifier)
    {
      person = known
    }
    // 2025, in steps back from December.
    time = 1_764_500_000 - self.sampler.random.below(20_000_000)
  }

  mutating func value(of subject: SubjectSchema, name: String, level: Int) -> DataValue? {
    guard let type = subject.recordType, case .object(let object) = subject.schema.kind else {
      return value(of: subject.schema, name: name, level: level)
    }
    return self.object(object, type: type, name: name, level: level)
  }

  mutating func value(of schema: Schema, name: String, level: Int) -> DataValue? {
    let room = sampler.limits.depth + 8 - level
    guard sampler.budget > -Sampler.largest, let height = sampler.heights.height(of: schema),
      height <= max(room, 0) || level == 0
    else { return nil }
    sampler.budget -= 1
    switch schema.kind {
    case .boolean(let boolean): return .boolean(boolean.const ?? self.boolean(name))
    case .integer(let integer): return self.integer(integer, name).map { .integer($0) }
    case .string(let string): return text(string, name).map { .string($0) }
    case .bytes(let length): return sampler.byteString(length).map { .bytes(Bytes($0)) }
    case .cidLink: return .link(sampler.link(.dagCBOR))
    case .blob(let blob): return self.blob(blob)
    case .array(let array): return self.array(array, name: name, level: level)
    case .object(let object): return self.object(object, type: nil, name: name, level: level)
    case .ref(let reference): return target(of: reference, name: name, level: level)
    case .union(let union): return self.union(union, name: name, level: level)
    case .unknown: return data(name, level: level)
    }
  }

  private mutating func target(
    of reference: Reference,
    name: String,
    level: Int
  ) -> DataValue? {
    guard let subject = sampler.catalog.subject(reference) else { return nil }
    let outer = (definition, nsid)
    defer { (definition, nsid) = outer }
    definition = reference.definition
    nsid = reference.nsid.string
    return value(of: subject, name: name, level: level)
  }

  // MARK: Objects

  mutating func object(
    _ object: ObjectSchema,
    type: String?,
    name: String,
    level: Int
  ) -> DataValue? {
    let outer = (person, time, collection)
    defer { (person, time, collection) = outer }
    let names = Set(object.properties.map(\.name.value))
    enter(names, name, level)
    var fields: [(key: String, value: DataValue)] = []
    for property in object.properties {
      let key = property.name.value
      guard property.isRequired || wants(property, level) else { continue }
      if property.isNullable && (!property.isRequired || sampler.random.oneIn(4)) {
        fields.append((key, .null))
      } else if let value = value(of: property.schema, name: key, level: level + 1) {
        fields.append((key, value))
      } else if property.isNullable {
        fields.append((key, .null))
      } else if property.isRequired {
        return nil
      }
    }
    if let type { fields.append(("$type", .string(type))) }
    return .object(DataObject(distinct: fields))
  }

  /// Chooses whom and which record an object is about.
  private mutating func enter(_ names: Set<String>, _ name: String, _ level: Int) {
    guard level > 0 else { return }
    let isIdentity = names.contains("did") || names.contains("handle")
    let isOwner = ["author", "creator", "profile", "account", "owner"].contains(name)
    let isGiven = scene.given["did"] != nil || scene.given["handle"] != nil
    let isAuthored = !names.isDisjoint(with: ["author", "creator", "uri"])
    if !isGiven && (isIdentity ? !isOwner : isAuthored) {
      person = Person(sampler.random.below(Person.castSize) + scene.position)
    }
    time -= sampler.random.below(40_000)
    if names.contains("uri") { collection = describedCollection(name) ?? collection }
  }

  /// The collection whose records a property or a definition is named after: `postView`, `like`.
  private func describedCollection(_ name: String) -> String? {
    let words = [definition, name].map { $0.lowercased() }.filter { !$0.isEmpty && $0 != "main" }
    let authority = nsid.split(separator: ".").prefix(2).joined(separator: ".")
    return collections.first { collection in
      let last = collection.split(separator: ".").last?.lowercased() ?? ""
      return collection.hasPrefix(authority) && last.utf8.count > 2
        && words.contains { $0.hasPrefix(last) || $0.hasSuffix(last + "view") }
    }
  }

  /// Whether to include an optional property.
  private mutating func wants(_ property: PropertySchema, _ level: Int) -> Bool {
    let name = property.name.value
    if scene.given[name] != nil { return true }
    switch property.schema.kind {
    case .bytes: return false
    case .boolean, .integer, .string, .cidLink, .blob: break
    default:
      // The byte ranges of facets would have to fit the text.
      if level >= Self.optionalLevels || name.lowercased().hasSuffix("facets") || name == "entities"
      {
        return false
      }
    }
    if name == "cursor" || sampler.budget <= 0 { return false }
    if ["displayName", "handle", "createdAt", "description", "avatar", "title", "text"]
      .contains(name)
    {
      return true
    }
    return !sampler.random.oneIn(4)
  }

  private mutating func array(_ array: ArraySchema, name: String, level: Int) -> DataValue? {
    let least = max(array.length.minimum ?? 0, 0)
    let most = min(array.length.maximum ?? .max, sampler.limits.elements)
    guard least <= most else { return nil }
    var count = least
    if sampler.budget > 0, level <= Self.optionalLevels {
      let usual = name == "labels" || name == "langs" ? 0...1 : 1...3
      count = min(max(Int.random(in: usual, using: &sampler.random), least), most)
    }
    let position = scene.position
    defer { scene.position = position }
    var elements: [DataValue] = []
    for index in 0..<count {
      scene.position = position + index
      let element = value(of: array.items, name: name, level: level + 1)
      if let element {
        elements.append(element)
      } else {
        guard elements.count >= least else { return nil }
        break
      }
    }
    return .array(elements)
  }

  private mutating func union(_ union: UnionSchema, name: String, level: Int) -> DataValue? {
    var members = union.refs.filter { reference in
      !["notFound", "blocked", "detached"].contains { reference.definition.hasPrefix($0) }
        && !reference.definition.hasSuffix("NotFound")
    }
    if members.isEmpty { members = union.refs }
    members.shuffle(using: &sampler.random)
    // Deep values end soonest with the flattest member.
    if sampler.budget <= 0 || level > Self.optionalLevels {
      members = union.refs.sorted { height(of: $0) < height(of: $1) }
    }
    for member in members.prefix(4) {
      if let value = target(of: member, name: name, level: level) {
        return sampler.typed(value, as: member)
      }
    }
    return union.isClosed ? nil : ["$type": "com.example.other"]
  }

  private func height(of member: Reference) -> Int {
    sampler.heights.height(of: Schema(.ref(member), at: member.location)) ?? .max
  }

  /// Data without a schema: a record where a record is expected, otherwise a small object.
  private mutating func data(_ name: String, level: Int) -> DataValue? {
    if name == "didDoc" { return document(of: person) }
    let holdsRecord = ["record", "value"].contains(name)
    guard holdsRecord, level <= Self.optionalLevels,
      let type = collection ?? collections.first,
      let subject = try? sampler.catalog.subject(SampleSubject(nsid: type))
    else { return [:] }
    let outer = (definition, nsid)
    defer { (definition, nsid) = outer }
    definition = "main"
    nsid = type
    return value(of: subject, name: name, level: level) ?? [:]
  }

  private func document(of person: Person) -> DataValue {
    [
      "id": .string(person.did),
      "alsoKnownAs": [.string("at://\(person.handle)")],
      "service": [
        [
          "id": "#atproto_pds", "type": "AtprotoPersonalDataServer",
          "serviceEndpoint": "https://pds.example.com",
        ]
      ],
    ]
  }
}

extension Sampler {
  /// The NSIDs of the catalog's records.
  var collections: [String] {
    catalog.documents.compactMap { document in
      guard case .record? = document[definition: "main"]?.kind else { return nil }
      return document.id.value.string
    }
  }

  mutating func realistic(
    _ subject: SampleSubject,
    _ scene: SampleScene
  ) throws(SampleError) -> DataValue {
    let root = try catalog.subject(subject)
    var scene = scene
    if root.recordType != nil { scene.collection = subject.nsid }
    if let value = realistic(root, named: "", scene, of: subject) { return value }
    return try sample(subject, values: 0)
  }

  /// Returns a realistic value that satisfies the schema; a small one if none was found.
  mutating func realistic(
    _ root: SubjectSchema,
    named name: String,
    _ scene: SampleScene,
    of subject: SampleSubject? = nil
  ) -> DataValue? {
    for _ in 0..<3 {
      budget = limits.values
      var realistic = RealisticSampler(self, scene)
      realistic.definition = subject?.definition ?? ""
      realistic.nsid = subject?.nsid ?? ""
      let value = realistic.value(of: root, name: name, level: 0)
      random = realistic.sampler.random
      if let value, catalog.validate(value, against: root.schema, rules: .strict).isEmpty {
        return value
      }
    }
    return small(root)
  }
}
