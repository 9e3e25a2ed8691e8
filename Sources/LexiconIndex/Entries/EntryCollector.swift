import ATProtoData
import ATProtoSyntax

/// One walk over a record that collects what is indexed.
///
/// The record and the tree of its plan are walked together, so that no paths are built for planned
/// fields. Everything is bounded: depth, numbers, and the lengths of values, words, and paths.
struct EntryCollector {
  private let tree: FieldTree
  private var entries = IndexEntries()
  private var values = DistinctList<IndexEntries.FieldValue>()
  private var links = DistinctList<IndexEntries.Link>()
  private var blobs = DistinctList<CID>()
  private var words = 0
  /// The path to the current value, as links spell it.
  private var path: [UInt8] = []
  private var depth = 0

  /// Returns what is indexed of a record; without a tree, its links and blobs.
  ///
  /// - Precondition: the record conforms to the lexicon of the tree.
  static func entries(of record: DataValue, _ tree: FieldTree? = nil) -> IndexEntries {
    var collector = EntryCollector(tree: tree ?? .empty)
    if let createdAt = record["createdAt"]?.string {
      collector.entries.createdAt = Microseconds.ofDatetime(createdAt)
    }
    collector.visit(record, tree == nil ? nil : FieldTree.root)
    collector.entries.values = collector.values.elements
    collector.entries.links = collector.links.elements
    collector.entries.blobs = collector.blobs.elements
    return collector.entries
  }

  private init(tree: FieldTree) {
    self.tree = tree
  }

  private func field(_ index: Int?) -> FieldTree.Field? {
    index.flatMap { tree.nodes[$0].field }
  }

  /// - Parameters:
  ///   - index: the node of the value.
  ///   - array: the node of the array if the value is an element; it has the members of a union.
  private mutating func visit(_ value: DataValue, _ index: Int?, of array: Int? = nil) {
    let field = field(index)
    switch value {
    // Null is like a missing field.
    case .null: break
    case .boolean(let boolean): add(field, field?.kind == .boolean ? .boolean(boolean) : nil)
    case .integer(let integer): add(field, field?.kind == .integer ? .integer(Int64(integer)) : nil)
    case .string(let text): visit(text, field)
    case .bytes: add(field, nil)
    case .link(let cid): add(field, field?.kind == .string ? .text(cid.string) : nil)
    case .array(let elements):
      add(field, nil)
      descend { $0.visit(elements, index) }
    case .object(let object):
      add(field, nil)
      let type = object["$type"]?.string
      collectBlob(object, type)
      let member = member(type, of: array ?? index)
      add(self.field(member), nil)
      descend { $0.visit(object, member ?? index) }
    }
  }

  private func member(_ type: String?, of union: Int?) -> Int? {
    guard let type, let union else { return nil }
    return tree.nodes[union].members[type]
  }

  private mutating func visit(_ text: String, _ field: FieldTree.Field?) {
    if LinkText.isLink(text) { addLink(text) }
    guard let field else { return }
    switch field.kind {
    case .string:
      add(field, text.utf8.count <= IndexLimits.valueBytes ? .text(text) : nil)
      if field.isSearched { addWords(of: text, field) }
    case .datetime: add(field, Microseconds.ofDatetime(text).map { .instant($0) })
    case .boolean, .integer, .presence: add(field, nil)
    }
  }

  private mutating func visit(_ elements: [DataValue], _ index: Int?) {
    let elementIndex = index.flatMap { tree.nodes[$0].element }
    let end = path.count
    for element in elements {
      if let type = element.type {
        path.append(UInt8(ascii: "["))
        append(type)
        path.append(UInt8(ascii: "]"))
      } else {
        path.append(UInt8(ascii: "["))
        path.append(UInt8(ascii: "]"))
      }
      visit(element, elementIndex, of: index)
      path.removeLast(path.count - end)
    }
  }

  private mutating func visit(_ object: DataObject, _ index: Int?) {
    let end = path.count
    for (key, value) in object {
      if end > 0 { path.append(UInt8(ascii: ".")) }
      append(key)
      visit(value, index.flatMap { tree.nodes[$0].properties[key] })
      path.removeLast(path.count - end)
    }
  }

  private mutating func descend(_ body: (inout Self) -> Void) {
    guard depth < IndexLimits.linkDepth else {
      entries.dropped += 1
      return
    }
    depth += 1
    body(&self)
    depth -= 1
  }

  /// Appends to the path. A path that is too long stays too long, and is not copied further.
  private mutating func append(_ text: String) {
    if path.count <= IndexLimits.linkPathBytes { path.append(contentsOf: text.utf8) }
  }

  private mutating func add(_ field: FieldTree.Field?, _ value: IndexValue?) {
    guard let field else { return }
    let value = IndexEntries.FieldValue(field: field.number, value: value)
    // A field outside arrays is visited once.
    if !(field.repeats ? values.add(value) : values.append(value)) { entries.dropped += 1 }
  }

  private mutating func addLink(_ target: String) {
    guard path.count <= IndexLimits.linkPathBytes else {
      entries.dropped += 1
      return
    }
    let link = IndexEntries.Link(path: String(decoding: path, as: UTF8.self), target: target)
    if !links.add(link) { entries.dropped += 1 }
  }

  private mutating func addWords(of text: String, _ field: FieldTree.Field) {
    let room = IndexLimits.entriesPerRecord - words
    let found = SearchWords.scan(text, maximum: room)
    if !found.isComplete { entries.dropped += 1 }
    if found.words.isEmpty { return }
    words += found.words.count
    entries.texts.append(IndexEntries.Text(field: field.number, words: found.words))
  }

  /// Data model, "`blob` Type", and its deprecated form `{cid, mimeType}`.
  private mutating func collectBlob(_ object: DataObject, _ type: String?) {
    var cid: CID?
    if type == "blob" {
      cid = object["ref"]?.link
    } else if type == nil, object["mimeType"]?.string != nil, let text = object["cid"]?.string {
      cid = try? CID(text)
    }
    guard let cid else { return }
    if !blobs.add(cid) { entries.dropped += 1 }
  }
}
