import Lexicon

/// Two versions of a few documents, and the changes between them.
struct Versions {
  var old: [String]
  var new: [String]

  init(_ old: [String], _ new: [String]) {
    self.old = old
    self.new = new
  }

  /// A document with the given definitions, without their braces.
  init(definitions old: String, _ new: String) {
    self.init([Self.document(old)], [Self.document(new)])
  }

  static func document(_ definitions: String, _ id: String = "com.example.thing") -> String {
    #"{"lexicon":1,"id":"\#(id)","defs":{\#(definitions)}}"#
  }

  private static let others = """
    "a":{"type":"object","properties":{"s":{"type":"string"}}},
    "same":{"type":"object","properties":{"s":{"type":"string"}}},
    "b":{"type":"object","properties":{"n":{"type":"integer"}}},
    "text":{"type":"string","maxLength":10}
    """

  /// A property of an object in the given flow. The catalog also has the objects
  /// `com.example.other#a`, `#same` and `#b` and the string `#text`.
  static func property(_ old: String, _ new: String, in flow: DataFlow) -> Versions {
    func documents(_ property: String) -> [String] {
      let object = object(property)
      let body = #"{"encoding":"application/json","schema":\#(object)}"#
      let main =
        switch flow {
        case .shared: #""main":{"type":"record","key":"tid","record":\#(object)}"#
        case .request: #""main":{"type":"procedure","input":\#(body)}"#
        case .response: #""main":{"type":"query","output":\#(body)}"#
        }
      return [document(main), document(others, "com.example.other")]
    }
    return Versions(documents(old), documents(new))
  }

  /// `!` after the schema makes the property required, and `?` nullable. An empty string stands for
  /// no property.
  static func object(_ property: String) -> String {
    let marks = property.reversed().prefix { "!?".contains($0) }
    let schema = property.dropLast(marks.count)
    let required = marks.contains("!") ? #","required":["x"]"# : ""
    let nullable = marks.contains("?") ? #","nullable":["x"]"# : ""
    let fields = schema.isEmpty ? "" : #""x":\#(schema)"#
    return #"{"type":"object"\#(required)\#(nullable),"properties":{\#(fields)}}"#
  }

  static func check(_ documents: [String], _ folder: String) -> CheckedCatalog {
    CheckedCatalog.checkPart(
      documents.enumerated().map {
        SourceFile(path: "\(folder)/\($0).json", bytes: Array($1.utf8))
      }
    )
  }

  var errors: [Diagnostic] {
    [Self.check(old, "old"), Self.check(new, "new")].flatMap(\.diagnostics)
      .filter { $0.severity == .error }
  }

  var changes: [SchemaChange] {
    Self.check(new, "new").catalog.changes(since: Self.check(old, "old").catalog)
  }

  /// The changes as `rule class`, sorted.
  var summary: [String] {
    changes.map { "\($0.rule.id) \($0.classification)" }.sorted()
  }
}
