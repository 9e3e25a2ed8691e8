import ATProtoData
import LexiconLanguageServer
import TestSupport
import Testing

/// A client of a language server in memory, with a workspace on disk.
struct EditorClient {
  let folder: TemporaryFolder
  private(set) var server: LanguageServer
  /// The last diagnostics of each URI.
  private(set) var diagnostics: [String: [DataValue]] = [:]
  /// The notifications and requests of the server, in order.
  private(set) var messages: [DataValue] = []
  private var nextID = 0

  /// Starts a server in a folder with some files.
  init(_ files: [String: String] = [:], options: DataValue = [:]) throws {
    try self.init(folder: try TemporaryFolder(), files, options: options)
  }

  init(
    folder: TemporaryFolder,
    _ files: [String: String] = [:],
    options: DataValue = [:],
    capabilities: DataValue = Self.capabilities,
    server: LanguageServer = LanguageServer(version: "test")
  ) throws {
    self.folder = folder
    self.server = server
    for (path, text) in files { try folder.write(text, to: path) }
    _ = try request(
      "initialize",
      [
        "processId": .null, "rootUri": .string("file://\(folder.path)"),
        "capabilities": capabilities, "initializationOptions": options,
      ]
    )
    try notify("initialized", [:])
  }

  static let capabilities: DataValue = [
    "textDocument": [
      "documentSymbol": ["hierarchicalDocumentSymbolSupport": true],
      "hover": ["contentFormat": ["markdown"]],
    ],
    "workspace": ["didChangeWatchedFiles": ["dynamicRegistration": true]],
  ]

  func uri(_ path: String) -> String { "file://\(folder.path)/\(path)" }

  // MARK: - Messages

  /// Sends a request and returns its result.
  mutating func request(_ method: String, _ params: DataValue) throws -> DataValue {
    let answer = try answer(method, params)
    return try #require(answer["result"], "\(answer["error"] ?? .null)")
  }

  /// Sends a request and returns the code of its error.
  mutating func failure(_ method: String, _ params: DataValue) throws -> Int? {
    try answer(method, params)["error"]?["code"]?.integer
  }

  mutating func answer(_ method: String, _ params: DataValue) throws -> DataValue {
    nextID += 1
    let id: DataValue = .integer(nextID)
    let sent: DataValue = [
      "jsonrpc": "2.0", "id": id, "method": .string(method), "params": params,
    ]
    var answer: DataValue?
    for effect in server.receive(.content(sent.jsonBytes())) {
      guard case .send(let content) = effect else { continue }
      let message = try DataValue(json: content)
      if message["id"] == id { answer = message } else { note(message) }
    }
    return try #require(answer)
  }

  mutating func notify(_ method: String, _ params: DataValue) throws {
    let sent: DataValue = ["jsonrpc": "2.0", "method": .string(method), "params": params]
    for effect in server.receive(.content(sent.jsonBytes())) {
      if case .send(let content) = effect { note(try DataValue(json: content)) }
    }
  }

  private mutating func note(_ message: DataValue) {
    messages.append(message)
    guard message["method"] == "textDocument/publishDiagnostics",
      let uri = message["params"]?["uri"]?.string
    else { return }
    diagnostics[uri] = message["params"]?["diagnostics"]?.array ?? []
  }

  /// Receives the diagnostics that follow the messages so far.
  mutating func settle() throws {
    for effect in server.settle() {
      if case .send(let content) = effect { note(try DataValue(json: content)) }
    }
  }

  // MARK: - Documents

  mutating func open(
    _ uri: String,
    _ text: String,
    version: Int = 1,
    language: String = "json"
  ) throws {
    try notify(
      "textDocument/didOpen",
      [
        "textDocument": [
          "uri": .string(uri), "languageId": .string(language), "version": .integer(version),
          "text": .string(text),
        ]
      ]
    )
  }

  mutating func change(_ uri: String, _ text: String, version: Int = 2) throws {
    try notify(
      "textDocument/didChange",
      [
        "textDocument": ["uri": .string(uri), "version": .integer(version)],
        "contentChanges": [["text": .string(text)]],
      ]
    )
  }

  /// Sends elements of `contentChanges`.
  mutating func change(_ uri: String, _ changes: [DataValue], version: Int = 2) throws {
    try notify(
      "textDocument/didChange",
      [
        "textDocument": ["uri": .string(uri), "version": .integer(version)],
        "contentChanges": .array(changes),
      ]
    )
  }

  mutating func close(_ uri: String) throws {
    try notify("textDocument/didClose", ["textDocument": ["uri": .string(uri)]])
  }

  /// The rules of the findings in a document.
  func rules(_ uri: String) -> [String] {
    (diagnostics[uri] ?? []).compactMap { $0["code"]?.string }
  }

  /// The rules of the errors in a document.
  func errors(_ uri: String) -> [String] {
    (diagnostics[uri] ?? []).filter { $0["severity"] == 1 }.compactMap { $0["code"]?.string }
  }

  /// Opens a text and sends a request at the place that `¦` marks.
  mutating func request(
    _ method: String,
    at marked: String,
    in path: String,
    _ more: DataValue = [:]
  ) throws -> DataValue {
    try request(method, try params(at: marked, in: path, more))
  }

  /// Opens a text and returns the parameters of a request at the place that `¦` marks.
  mutating func params(
    at marked: String,
    in path: String,
    _ more: DataValue = [:]
  ) throws -> DataValue {
    let (text, position) = try Marked.split(marked)
    try open(uri(path), text, language: path.hasSuffix(".json") ? "json" : "yaml")
    var params: DataValue = [
      "textDocument": ["uri": .string(uri(path))], "position": position,
    ]
    for (key, value) in more.object ?? DataObject() { params[key] = value }
    return params
  }
}

/// A text with the mark `¦` at a place.
enum Marked {
  static func split(_ marked: String) throws -> (text: String, position: DataValue) {
    let mark = try #require(marked.firstIndex(of: "¦"))
    let before = marked[..<mark]
    let lines = before.split(separator: "\n", omittingEmptySubsequences: false)
    let text = String(before) + marked[marked.index(after: mark)...]
    return (
      text,
      [
        "line": .integer(lines.count - 1),
        "character": .integer(lines.last.map { $0.utf16.count } ?? 0),
      ]
    )
  }

  /// The part of a text in a range, for ASCII and lines that end with LF.
  static func text(_ range: DataValue?, in text: String) -> String? {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(Array.init)
    func offset(_ position: DataValue?) -> Int? {
      guard let line = position?["line"]?.integer, let column = position?["character"]?.integer
      else { return nil }
      return lines[..<line].reduce(0) { $0 + $1.count + 1 } + column
    }
    guard let start = offset(range?["start"]), let end = offset(range?["end"]) else { return nil }
    return String(Array(text)[start..<end])
  }

  /// Applies text edits, for ASCII and lines that end with LF.
  static func apply(_ edits: [DataValue], to text: String) throws -> String {
    var characters = Array(text)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(Array.init)
    func offset(_ position: DataValue?) throws -> Int {
      let line = try #require(position?["line"]?.integer)
      return lines[..<line].reduce(0) { $0 + $1.count + 1 }
        + (try #require(position?["character"]?.integer))
    }
    let places = try edits.map { edit in
      (
        try offset(edit["range"]?["start"]), try offset(edit["range"]?["end"]),
        try #require(edit["newText"]?.string)
      )
    }
    for (start, end, replacement) in places.sorted(by: { $0.0 > $1.0 }) {
      characters.replaceSubrange(start..<end, with: replacement)
    }
    return String(characters)
  }
}

/// Documents that the tests share.
enum Sample {
  static let note = """
    {
      "lexicon": 1,
      "id": "com.example.note",
      "description": "A note.",
      "defs": {
        "main": {
          "type": "record",
          "description": "A note of a person.",
          "key": "tid",
          "record": {
            "type": "object",
            "required": ["text", "item"],
            "properties": {
              "text": {
                "type": "string",
                "description": "The text of the note.",
                "maxLength": 3000,
                "maxGraphemes": 300
              },
              "item": { "type": "ref", "ref": "#item" },
              "mood": {
                "type": "string",
                "description": "The mood of the author.",
                "maxLength": 100,
                "knownValues": ["com.example.defs#happy", "other"]
              }
            }
          }
        },
        "item": {
          "type": "object",
          "description": "An item of a note.",
          "properties": {
            "owner": { "type": "ref", "ref": "com.example.defs#person" }
          }
        }
      }
    }

    """
  static let defs = """
    {
      "lexicon": 1,
      "id": "com.example.defs",
      "defs": {
        "happy": { "type": "token", "description": "The author is happy." },
        "person": {
          "type": "object",
          "description": "A person.",
          "required": ["did"],
          "properties": {
            "did": { "type": "string", "format": "did" },
            "notes": {
              "type": "array",
              "items": {
                "type": "union",
                "refs": ["com.example.note#item", "com.example.note"]
              }
            }
          }
        }
      }
    }

    """
  static let list = """
    lexicon: 1
    id: com.example.list
    defs:
      main:
        type: query
        description: Lists the items of a note.
        output:
          encoding: application/json
          schema:
            type: object
            properties:
              # The first item.
              item: {type: ref, ref: com.example.note#item}

    """
  static let files = [
    "lexicons/com/example/note.json": note, "lexicons/com/example/defs.json": defs,
    "lexicons/com/example/list.yaml": list,
  ]
  /// A manifest that lists documents, whatever their content.
  static func manifest(_ nsids: String...) -> String {
    let cid = "bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a"
    let entries = nsids.map { nsid in
      let uri = "at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/com.atproto.lexicon.schema/\(nsid)"
      return #""\#(nsid)": {"uri": "\#(uri)", "cid": "\#(cid)"}"#
    }
    let names = nsids.map { "\"\($0)\"" }.joined(separator: ", ")
    return #"{"version": 1, "lexicons": [\#(names)], "#
      + #""resolutions": {\#(entries.joined(separator: ", "))}}"#
  }

  static let notePath = "lexicons/com/example/note.json"
  static let defsPath = "lexicons/com/example/defs.json"
  static let listPath = "lexicons/com/example/list.yaml"
}
