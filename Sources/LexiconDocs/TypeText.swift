import Lexicon
import Templating

/// Text with links in it.
struct LinkedText {
  struct Run {
    var text: String
    var link: String?
  }

  var runs: [Run] = []

  static func plain(_ text: String) -> LinkedText {
    LinkedText(runs: [Run(text: text, link: nil)])
  }

  static func + (left: LinkedText, right: LinkedText) -> LinkedText {
    LinkedText(runs: left.runs + right.runs)
  }

  static func joined(_ texts: [LinkedText], by separator: String) -> LinkedText {
    guard let first = texts.first else { return LinkedText() }
    return texts.dropFirst().reduce(first) { $0 + .plain(separator) + $1 }
  }

  var views: [TemplateView] {
    runs.map { run in
      TemplateView(["text": run.text, "link": run.link.map { [$0] } ?? []])
    }
  }
}

/// Describes types and constraints.
struct TypeText {
  let links: SiteLinks
  /// The document that contains the type.
  let nsid: String

  /// `array of app.bsky.feed.defs#postView`
  func type(_ schema: Schema) -> LinkedText {
    switch schema.kind {
    case .boolean, .integer, .bytes, .cidLink, .blob, .object, .unknown:
      return .plain(schema.typeName)
    case .string(let string):
      return .plain(string.format.map { "string, \($0.rawValue)" } ?? "string")
    case .array(let array): return .plain("array of ") + type(array.items)
    case .ref(let reference): return definition(DefinitionID(reference))
    case .union(let union): return self.union(union)
    }
  }

  func union(_ union: UnionSchema) -> LinkedText {
    let members = union.refs.map { definition(DefinitionID($0)) }
    let list = LinkedText.joined(members, by: " | ")
    if union.isClosed { return list }
    return members.isEmpty ? .plain("any object with $type") : list + .plain(" | …")
  }

  func definition(_ id: DefinitionID) -> LinkedText {
    let text = id.nsid == nsid && id.name != "main" ? "#\(id.name)" : id.text
    return LinkedText(runs: [.init(text: text, link: links.link(to: id))])
  }

  /// The constraints of a type, each with a label.
  func constraints(_ schema: Schema) -> [(label: String, text: LinkedText)] {
    switch schema.kind {
    case .boolean(let boolean):
      return list([("Constant", boolean.const), ("Default", boolean.default)])
    case .integer(let integer):
      return list([
        ("Minimum", integer.minimum), ("Maximum", integer.maximum), ("Constant", integer.const),
        ("Default", integer.default),
      ]) + values("One of", integer.enum?.map(String.init))
    case .string(let string):
      return limits(string.length, "byte") + limits(string.graphemes, "grapheme")
        + values("One of", string.enum?.map(\.value))
        + values("Known values", string.knownValues?.map(\.value))
        + list([("Constant", string.const), ("Default", string.default)])
    case .bytes(let length): return limits(length, "byte")
    case .blob(let blob):
      return values("Accepts", blob.accept)
        + list([("Maximum size", blob.maxSize.map { Self.count($0, "byte") })])
    case .array(let array):
      let inner = constraints(array.items).map { item in
        (label: "Each: \(item.label.prefix(1).lowercased())\(item.label.dropFirst())", item.text)
      }
      return limits(array.length, "element") + inner
    case .union(let union):
      return [("Other types", .plain(union.isClosed ? "not allowed" : "allowed"))]
    case .cidLink, .object, .ref, .unknown: return []
    }
  }

  private func list(
    _ items: [(label: String, value: (some CustomStringConvertible)?)]
  ) -> [(label: String, text: LinkedText)] {
    items.compactMap { item in
      item.value.map { (label: item.label, text: .plain($0.description)) }
    }
  }

  private func values(_ label: String, _ texts: [String]?) -> [(label: String, text: LinkedText)] {
    guard let texts, !texts.isEmpty else { return [] }
    let items = texts.map { text in
      let link = links.definition(named: text, in: nsid).flatMap(links.link)
      return LinkedText(runs: [.init(text: text, link: link)])
    }
    return [(label, .joined(items, by: ", "))]
  }

  private func limits(_ limits: LengthLimits, _ unit: String) -> [(String, LinkedText)] {
    let text: String
    switch (limits.minimum, limits.maximum) {
    case (let minimum?, let maximum?) where minimum == maximum: text = Self.count(minimum, unit)
    case (let minimum?, let maximum?): text = "\(minimum) to \(Self.count(maximum, unit))"
    case (let minimum?, nil): text = "at least \(Self.count(minimum, unit))"
    case (nil, let maximum?): text = "at most \(Self.count(maximum, unit))"
    case (nil, nil): return []
    }
    return [("Length", .plain(text))]
  }

  private static func count(_ count: Int, _ unit: String) -> String {
    "\(count) \(unit)\(count == 1 ? "" : "s")"
  }
}
