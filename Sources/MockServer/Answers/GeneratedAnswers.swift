import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import HTTPTypes
import Lexicon
import LexiconSamples
import XRPC
import XRPCServer

/// Makes answers from the schemas of methods.
struct GeneratedAnswers: Sendable {
  private static let defaultLimit = 50

  let catalog: Catalog
  let items: Int
  private let generator: SampleGenerator

  init(_ checked: CheckedCatalog, items: Int) {
    catalog = checked.catalog
    self.items = items
    generator = SampleGenerator(catalog: checked, seed: 0)
  }

  func answer(_ call: MockCall, _ method: MockMethod) throws(XRPCServerError) -> MockAnswer {
    guard let output = method.schema?.output else { return .empty }
    let encoding = output.encoding.value
    guard MediaType.isJSON(encoding) else { return try bytes(encoding, call) }
    guard output.schema != nil else { return .empty }
    return MockAnswer(try value(call, method))
  }

  /// A record of a collection, the same for each repository and key.
  func record(_ collection: String, of person: Person, _ key: String, seed: UInt64) -> DataValue? {
    let seed = seed.mixed(with: person.did).mixed(with: collection).mixed(with: key)
    var generator = generator.seeded(seed)
    let subject = SampleSubject(nsid: collection)
    return try? generator.realistic(subject, in: SampleScene(collection: collection))
  }

  /// A message of a subscription with its `$type`.
  func message(_ member: Reference, seed: UInt64) -> DataValue? {
    var generator = generator.seeded(seed)
    let schema = Schema(.ref(member), at: member.location)
    guard var value = generator.realistic(schema, named: "", in: SampleScene()) else { return nil }
    value["$type"] = .string(member.id)
    return value
  }

  // MARK: Objects

  private func value(
    _ call: MockCall,
    _ method: MockMethod
  ) throws(XRPCServerError) -> DataValue {
    let list = list(of: method)
    let ignored: Set<String> = list == nil ? [] : ["cursor", "limit"]
    let seed = try call.contentSeed(except: ignored)
    let scene = scene(call)
    var generator = generator.seeded(seed)
    let subject = SampleSubject(nsid: method.nsid, part: .output)
    var output: DataValue
    do throws(SampleError) {
      output = try generator.realistic(subject, in: scene)
    } catch {
      throw XRPCServerError(
        status: .internalServerError,
        name: "InternalServerError",
        message: "cannot make an output of \(method.nsid): \(error.reason)"
      )
    }
    guard let list else { return output }
    let page = try page(of: list, call, method, seed, scene)
    output[list.name] = .array(page.entries)
    output["cursor"] = page.cursor.map { .string($0) } ?? (list.requiresCursor ? "" : nil)
    return output
  }

  /// What the answer has in common with the parameters and the input.
  private func scene(_ call: MockCall) -> SampleScene {
    var scene = SampleScene()
    for name in ["actor", "repo", "did", "handle"] {
      guard let text = call.text(name), let person = Person(identifier: text) else { continue }
      scene.given["did"] = person.did
      scene.given["handle"] = person.handle
      break
    }
    // As the client writes them, for example with capital letters.
    for name in ["did", "handle", "uri", "repo", "actor"] {
      if let text = call.text(name) { scene.given[name] = text }
    }
    if let text = call.text("uri"), let uri = try? ATURI(text) {
      let authority = String(text.dropFirst("at://".count).prefix { $0 != "/" })
      if let person = Person(identifier: authority) { scene.given["did"] = person.did }
      scene.collection = uri.collection?.string
    }
    if let collection = call.text("collection") { scene.collection = collection }
    return scene
  }

  // MARK: Pages

  /// The array of an output that has pages.
  private struct List {
    var name: String
    var array: ArraySchema
    var requiresCursor: Bool
    var defaultLimit: Int
  }

  private func list(of method: MockMethod) -> List? {
    guard method.parameters.contains(where: { $0.name.value == "cursor" }),
      let schema = method.schema?.output?.schema, let object = object(schema, depth: 0),
      let cursor = object.properties.first(where: { $0.name.value == "cursor" })
    else { return nil }
    let arrays = object.properties.compactMap { property -> (PropertySchema, ArraySchema)? in
      guard case .array(let array) = resolved(property.schema, depth: 0)?.kind else { return nil }
      return (property, array)
    }
    guard let found = arrays.first(where: { $0.0.isRequired }) ?? arrays.first else { return nil }
    var limit = Self.defaultLimit
    for property in method.parameters where property.name.value == "limit" {
      if case .integer(let integer) = property.schema.kind { limit = integer.default ?? limit }
    }
    return List(
      name: found.0.name.value,
      array: found.1,
      requiresCursor: cursor.isRequired,
      defaultLimit: limit
    )
  }

  private func object(_ schema: Schema, depth: Int) -> ObjectSchema? {
    guard case .object(let object)? = resolved(schema, depth: depth)?.kind else { return nil }
    return object
  }

  /// The schema at the end of references, of which there are few.
  private func resolved(_ schema: Schema, depth: Int) -> Schema? {
    guard case .ref(let reference) = schema.kind else { return schema }
    guard depth < 16, case .schema(let target)? = catalog.definition(reference)?.kind else {
      return nil
    }
    return resolved(target, depth: depth + 1)
  }

  private func page(
    of list: List,
    _ call: MockCall,
    _ method: MockMethod,
    _ seed: UInt64,
    _ scene: SampleScene
  ) throws(XRPCServerError) -> (entries: [DataValue], cursor: String?) {
    let cursor = Cursor(seed: seed)
    var start = 0
    if let text = call.parameters["cursor"]?.string {
      guard let position = Int(try cursor.position(text)), position > 0, position < items else {
        throw Cursor.unknown
      }
      start = position
    }
    let limit = max(call.parameters["limit"]?.integer ?? list.defaultLimit, 0)
    let count = min(limit, list.array.length.maximum ?? .max, items - start)
    let end = start + max(count, 0)
    let entries = entries(list, end, seed, scene)
    let page = Array(entries.dropFirst(start))
    // A list with fewer different values than entries ends early.
    let isLast = end >= items || entries.count < end || page.isEmpty
    return (page, isLast ? nil : cursor.text("\(end)"))
  }

  /// The first entries of a list, all different.
  private func entries(
    _ list: List,
    _ count: Int,
    _ seed: UInt64,
    _ scene: SampleScene
  ) -> [DataValue] {
    var seen: Set<[UInt8]> = []
    var entries: [DataValue] = []
    var scene = scene
    // An entry is about somebody else than the list.
    scene.given = [:]
    for index in 0..<count {
      scene.position = index
      for attempt in 0..<16 {
        var generator = generator.seeded(seed.mixed(with: index).mixed(with: attempt))
        let entry = generator.realistic(list.array.items, named: list.name, in: scene)
        guard let entry else { return entries }
        guard seen.insert(entry.cborBytes()).inserted else { continue }
        entries.append(entry)
        break
      }
      guard entries.count == index + 1 else { return entries }
    }
    return entries
  }

  // MARK: Other types

  private func bytes(
    _ encoding: String,
    _ call: MockCall
  ) throws(XRPCServerError) -> MockAnswer {
    let seed = try call.contentSeed()
    let essence = MediaType.essence(encoding)
    if essence == "application/vnd.ipld.car" {
      let block = DataValue.object(["seed": .string("\(seed)")]).cborBytes()
      let root = CID(hashingDAGCBOR: block)
      var writer = CARWriter(roots: [root])
      writer.append(root, block)
      return MockAnswer(contentType: essence, body: writer.take())
    }
    if essence.hasPrefix("text/") || essence.hasSuffix("jsonl") {
      let type = essence == "text/*" ? "text/plain" : essence
      let line = DataValue.object(["sample": .string("\(seed)")]).jsonBytes()
      return MockAnswer(contentType: type, body: line + [UInt8(ascii: "\n")])
    }
    var random = SeededGenerator(seed: seed)
    let body = (0..<256).map { _ in UInt8.random(in: 0...255, using: &random) }
    let type =
      switch essence {
      case "*/*": "application/octet-stream"
      case "image/*": "image/jpeg"
      case "video/*": "video/mp4"
      default: essence.hasSuffix("/*") ? "application/octet-stream" : essence
      }
    return MockAnswer(contentType: type, body: body)
  }
}
