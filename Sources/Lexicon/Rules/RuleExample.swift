/// One or more documents that illustrate a rule.
public struct RuleExample: Hashable, Sendable {
  /// The texts of the documents. Well-formed JSON is in the canonical layout.
  public let documents: [String]
  /// The format of the documents.
  public let format: DocumentFormat

  init(_ documents: String...) {
    self.init(documents)
  }

  init(_ documents: [String]) {
    self.documents = documents.map(Self.layOut)
    format = .json
  }

  private init(_ document: String, _ format: DocumentFormat) {
    documents = [document]
    self.format = format
  }

  /// A JSON file that is not formatted.
  static func verbatim(_ text: String) -> RuleExample { RuleExample(text, .json) }

  /// A document in YAML.
  static func yaml(_ text: String) -> RuleExample { RuleExample(text, .yaml) }

  /// The path of the file, if the rule is about paths.
  public private(set) var path: String?

  func at(_ path: String) -> RuleExample {
    var example = self
    example.path = path
    return example
  }

  /// The number of documents at the end that only resolve references.
  public private(set) var references = 0

  func withReferences(_ count: Int) -> RuleExample {
    var example = self
    example.references = count
    return example
  }

  /// The files with their roles, in the order of ``documents``.
  public var catalogFiles: [CatalogFile] {
    files.enumerated().map { index, file in
      CatalogFile(file, role: index < documents.count - references ? .own : .reference)
    }
  }

  /// The documents as files, in the order of ``documents``.
  public var files: [SourceFile] {
    documents.enumerated().map { index, text in
      SourceFile(
        path: path ?? "example\(index + 1).\(format == .json ? "json" : "yaml")",
        bytes: Array(text.utf8)
      )
    }
  }

  private static func layOut(_ text: String) -> String {
    CanonicalLayout.format(SourceFile(path: "example.json", bytes: Array(text.utf8))).text ?? text
  }

  /// A document with the given definitions.
  static func definitions(_ text: String, of nsid: String = "com.example.note") -> RuleExample {
    RuleExample(document(text, of: nsid))
  }

  /// The text of a document with the given definitions.
  static func document(_ definitions: String, of nsid: String) -> String {
    #"{"lexicon":1,"id":"\#(nsid)","defs":{\#(definitions)}}"#
  }

  /// A record with the given properties.
  static func record(_ properties: String, required: String = "[]") -> RuleExample {
    definitions(
      """
      "main":{"type":"record","description":"A note.","key":"tid","record":{"type":"object",\
      "required":\(required),"properties":{\(properties)}}}
      """
    )
  }

  /// A query with the given parameters and output fields, some of which are required.
  static func query(
    _ nsid: String = "com.example.listNotes",
    parameters: String = "",
    required: String = "[]",
    output: String = ""
  ) -> RuleExample {
    definitions(
      """
      "main":{"type":"query","description":"Lists notes.","parameters":{"type":"params",\
      "required":[],"properties":{\(parameters)}},"output":{"encoding":"application/json",\
      "schema":{"type":"object","required":\(required),"properties":{\(output)}}}}
      """,
      of: nsid
    )
  }

  /// A definition with the given text, named `example`.
  static func definition(_ text: String) -> RuleExample {
    definitions(#""example":\#(text)"#, of: "com.example.defs")
  }

  /// A subscription with the given parameters, whose messages have the given fields.
  static func subscription(
    _ parameters: String,
    _ message: String,
    of nsid: String = "com.example.subscribeNotes"
  ) -> RuleExample {
    definitions(
      """
      "main":{"type":"subscription","description":"New notes.","parameters":{"type":"params",\
      "properties":{\(parameters)}},"message":{"schema":{"type":"union",\
      "refs":["\(nsid)#note"]}}},\
      "note":{"type":"object","required":[],"properties":{\(message)}}
      """,
      of: nsid
    )
  }
}

// Examples of the rules of the language.
extension RuleExample {
  /// A valid document.
  static let sound = named("com.example.defs")

  static let soundYAML = yaml(
    "lexicon: 1\nid: com.example.defs\ndefs:\n  example:\n    type: boolean\n"
  )

  /// Documents with the given NSIDs.
  static func named(_ ids: String...) -> RuleExample {
    RuleExample(ids.map { document(#""example":{"type":"boolean"}"#, of: $0) })
  }

  /// An object with the given properties, named `example`.
  static func object(_ properties: String, _ rest: String = "") -> RuleExample {
    definition(#"{"type":"object","properties":{\#(properties)}\#(rest)}"#)
  }

  /// A procedure with the given fields.
  static func procedure(_ fields: String) -> RuleExample {
    definitions(
      #""main":{"type":"procedure","description":"Adds a note.",\#(fields)}"#,
      of: "com.example.addNote"
    )
  }

  /// A record with the given record key type.
  static func recordKey(_ key: String) -> RuleExample {
    definitions(record(key: key))
  }

  /// A permission set with one permission, beside the record `com.example.note`.
  static func permission(_ fields: String, _ rest: String = "") -> RuleExample {
    RuleExample(
      document(
        #""main":{"type":"permission-set","title":"Notes","description":"Notes.","#
          + #""permissions":[{"type":"permission",\#(fields)}]\#(rest)}"#,
        of: "com.example.authBasic"
      ),
      document(record(key: "tid"), of: "com.example.note")
    )
  }

  private static func record(key: String) -> String {
    #""main":{"type":"record","description":"A note.","key":"\#(key)","record":{"#
      + #""type":"object","properties":{}}}"#
  }
}
