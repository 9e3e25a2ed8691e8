import ATProtoData
import Lexicon

/// A reason why a value does not match its schema.
struct DataFinding {
  /// The keys and indices that lead to the violation: `reply.root.uri`; empty at the top.
  var path: String
  var rule: String
  var message: String
  var severity: Diagnostic.Severity
  /// The offset in the file; nil if the file has no text.
  var offset: Int?
  /// The location in JSON.
  var location: SourceLocation?

  /// `post.json:4:12: error: reply.root.uri: … [format]`; in DAG-CBOR, `post.cbor: byte 64: error: …`
  /// if the position is known.
  ///
  /// - Parameter index: the position of the value in its file, starting at 1.
  func text(in file: String, value index: Int) -> String {
    let place =
      if let location {
        "\(file):\(location.line):\(location.column)"
      } else if let offset {
        "\(file): byte \(offset)"
      } else {
        file
      }
    let value = index == 1 ? "" : "value \(index): "
    let path = path.isEmpty ? "" : "\(path): "
    // A path and a message may contain any text from the data.
    return "\(place): \(severity.rawValue): \(value)\(path)\(message) [\(rule)]".printable
  }

  var json: DataValue {
    var object: DataObject = [
      "path": .string(path), "rule": .string(rule), "severity": .string(severity.rawValue),
      "message": .string(message),
    ]
    if let location {
      object["line"] = .integer(location.line)
      object["column"] = .integer(location.column)
    }
    if let offset { object["offset"] = .integer(offset) }
    return .object(object)
  }
}

/// Finds the places of violations in JSON.
struct JSONPlaces {
  private let text: SourceText

  init(_ bytes: [UInt8], name: String) {
    text = LocatedTree.read(SourceFile(path: name, bytes: bytes), as: .json).source
  }

  func location(at offset: Int) -> SourceLocation { text.location(at: offset) }

  /// The tree of one value in the file.
  func tree(of element: DataSequence.Element) -> LocatedTree {
    LocatedTree.read(SourceFile(path: text.path, bytes: Array(element.bytes)), as: .json)
  }

  /// The offset of the value at a path, or of the innermost object or array on the way to it.
  ///
  /// - Parameter isKey: whether the violation is about the key rather than its value.
  func offset(_ steps: [DataPath], isKey: Bool, in tree: LocatedTree) -> Int {
    guard var value = tree.root else { return 0 }
    for (position, step) in steps.enumerated() {
      switch (step, value.kind) {
      case (.key(let key), .object(let members)):
        guard let member = members.first(where: { $0.name == key }) else {
          return value.range.lowerBound
        }
        if isKey, position == steps.count - 1 { return member.nameOffset }
        value = member.value
      case (.index(let index), .array(let elements)) where elements.indices.contains(index):
        value = elements[index]
      default: return value.range.lowerBound
      }
    }
    return value.range.lowerBound
  }
}
