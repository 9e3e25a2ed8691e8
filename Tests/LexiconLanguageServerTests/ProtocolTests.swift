import ATProtoData
import LexiconLanguageServer
import Testing

struct ProtocolTests {
  private func answers(_ messages: [String]) throws -> [DataValue] {
    var server = LanguageServer(version: "1")
    return try messages.flatMap { server.receive(.content(Array($0.utf8))) }.compactMap { effect in
      guard case .send(let content) = effect else { return nil }
      return try DataValue(json: content)
    }
  }

  private static let initialize =
    #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{},"processId":null}}"#
  private static let hover = #"{"jsonrpc":"2.0","id":2,"method":"textDocument/hover","params":{}}"#
  private static let shutdown = #"{"jsonrpc":"2.0","id":3,"method":"shutdown"}"#

  @Test(
    arguments: [
      ([hover], -32002), ([shutdown], -32002), ([initialize, initialize], -32600),
      ([initialize, shutdown, hover], -32600), ([initialize, shutdown, shutdown], -32600),
      ([initialize, #"{"jsonrpc":"2.0","id":2,"method":"a/b"}"#], -32601),
      ([initialize, #"{"jsonrpc":"2.0","id":2,"method":"$/a"}"#], -32601),
      ([initialize, hover], -32602),
      (
        [
          initialize,
          #"{"jsonrpc":"2.0","id":2,"method":"textDocument/hover","params":{"textDocument":{"uri":"file:///a.json"},"position":{"line":0,"character":0}}}"#,
        ], -32602
      ), (["{"], -32700), ([initialize, "\u{FF}"], -32700), (["[]"], -32600),
      ([#"{"jsonrpc":"2.0","id":1}"#], -32600), ([#"{"id":[],"method":"initialize"}"#], -32600),
      ([#"{"id":1,"method":"initialize"}"#], -32602),
    ]
  )
  func errorsHaveTheirCodes(_ messages: [String], _ code: Int) throws {
    #expect(try answers(messages).last?["error"]?["code"] == .integer(code))
  }

  @Test(arguments: [("{", DataValue.null), (#"{"id":"a"}"#, "a"), (#"{"id":7,"method":1}"#, 7)])
  func errorsNameTheirRequest(_ message: String, _ id: DataValue) throws {
    #expect(try answers([message]).map { $0["id"] } == [id])
  }

  @Test func theServerContinuesAfterBadMessages() throws {
    let found = try answers(["{", "[]", Self.initialize])
    #expect(found.count == 3)
    #expect(found.last?["result"]?["serverInfo"]?["name"] == "lexgen")
  }

  @Test(
    arguments: [
      #"{"method":"textDocument/didChange","params":{}}"#, #"{"method":"$/cancelRequest"}"#,
      #"{"method":"unknown"}"#, #"{"method":"textDocument/didClose"}"#, #"{"id":9,"result":null}"#,
      #"{"method":"textDocument/didChange","params":{"textDocument":{"uri":"a"},"contentChanges":[{}]}}"#,
    ]
  )
  func notificationsHaveNoAnswer(_ message: String) throws {
    #expect(try answers([Self.initialize, message]).count == 1)
  }

  @Test(arguments: [([initialize], 1), ([initialize, shutdown], 0), ([], 1)])
  func exitTellsWhetherTheServerWasShutDown(_ messages: [String], _ status: Int) {
    var server = LanguageServer(version: "1")
    for message in messages { _ = server.receive(.content(Array(message.utf8))) }
    #expect(server.statusAtEnd == Int32(status))
    #expect(server.receive(.content(Array(#"{"method":"exit"}"#.utf8))) == [.exit(Int32(status))])
  }

  @Test func malformedHeadersAreParseErrors() throws {
    var server = LanguageServer(version: "1")
    guard case .send(let content)? = server.receive(.malformed(reason: "no length")).first else {
      Issue.record("no answer")
      return
    }
    let message = try DataValue(json: content)
    #expect(message["error"]?["code"] == -32700)
    #expect(message["id"] == .null)
  }

  @Test func theProcessOfTheClientIsWatched() {
    var server = LanguageServer(version: "1")
    let message = #"{"id":1,"method":"initialize","params":{"processId":123}}"#
    #expect(server.receive(.content(Array(message.utf8))).contains(.watchProcess(123)))
  }

  @Test(
    arguments: [
      ([], "utf-16"), (["utf-8", "utf-16"], "utf-8"), (["utf-8"], "utf-8"),
    ]
  )
  func theEncodingOfPositionsIsNegotiated(_ offered: [String], _ expected: String) throws {
    var server = LanguageServer(version: "1")
    let message: DataValue = [
      "id": 1, "method": "initialize",
      "params": [
        "capabilities": ["general": ["positionEncodings": .array(offered.map { .string($0) })]]
      ],
    ]
    guard case .send(let content)? = server.receive(.content(message.jsonBytes())).first else {
      Issue.record("no answer")
      return
    }
    let result = try DataValue(json: content)["result"]
    #expect(result?["capabilities"]?["positionEncoding"] == .string(expected))
  }

  /// Checks the answers of a server to a message: a request has one, and a notification has none.
  private func checkAnswers(_ effects: [LanguageServer.Effect], to message: [UInt8]) throws {
    let sent = try effects.compactMap { effect -> DataValue? in
      guard case .send(let content) = effect else { return nil }
      return try DataValue(json: content)
    }
    #expect(sent.allSatisfy { $0["jsonrpc"] == "2.0" })
    let answers = sent.filter { $0["method"] == nil }
    #expect(answers.allSatisfy { ($0["result"] == nil) != ($0["error"] == nil) })
    #expect(answers.count <= 1)
    guard let message = try? DataValue(json: message), message["method"]?.string != nil else {
      return
    }
    let isID = message["id"].map { $0.string != nil || $0.integer != nil } ?? false
    if message["id"] == nil {
      #expect(answers.isEmpty)
    } else if isID {
      #expect(answers.map { $0["id"] } == [message["id"]])
    }
  }

  /// Random bytes and mutations of messages never end the server.
  @Test func hostileMessagesAreAnswered() throws {
    var random = SystemRandomNumberGenerator()
    var server = LanguageServer(version: "1")
    _ = server.receive(.content(Array(Self.initialize.utf8)))
    let open: DataValue = [
      "method": "textDocument/didOpen",
      "params": [
        "textDocument": [
          "uri": "file:///a/b.json", "languageId": "json", "version": 1,
          "text": .string(Sample.note),
        ]
      ],
    ]
    let change = #"""
      {"method":"textDocument/didChange","params":{"textDocument":{"uri":"file:///a/b.json"},
      "contentChanges":[{"text":"{","range":{"start":{"line":3,"character":4},
      "end":{"line":5,"character":1}}}]}}
      """#
    for method in ["hover", "completion", "definition", "references", "documentSymbol"] {
      let request: DataValue = [
        "id": 1, "method": .string("textDocument/\(method)"),
        "params": [
          "textDocument": ["uri": "file:///a/b.json"], "position": ["line": 4, "character": 9],
        ],
      ]
      for _ in 0..<40 {
        for message in [open.jsonBytes(), Array(change.utf8), request.jsonBytes()] {
          var bytes = message
          for _ in 0..<Int.random(in: 0...3, using: &random) where !bytes.isEmpty {
            let index = Int.random(in: 0..<bytes.count, using: &random)
            bytes[index] = UInt8.random(in: 0x20...0x7E, using: &random)
          }
          try checkAnswers(server.receive(.content(bytes)), to: bytes)
        }
        for effect in server.settle() {
          guard case .send(let content) = effect else { continue }
          #expect(try DataValue(json: content)["method"] != nil)
        }
      }
    }
    let end = Array(Self.shutdown.utf8)
    let effects = server.receive(.content(end))
    #expect(effects.count == 1)
    try checkAnswers(effects, to: end)
  }
}
