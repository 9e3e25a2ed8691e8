import ATProtoData
import ATProtoHTTP
import Foundation
import HTTPTypes
import Logging
import MockServer
import ServiceKit
import Synchronization
import TestSupport
import XRPCAsyncHTTPClient

/// A running mock server, and a client for it.
struct MockFixture {
  let address: String

  /// Serves lexicons while `body` runs.
  ///
  /// - Parameter paths: by default, the lexicons of app.bsky and those of this folder.
  static func serve(
    _ paths: [String]? = nil,
    _ configure: (inout MockConfiguration) -> Void = { _ in },
    during body: (MockFixture) async throws -> Void
  ) async throws {
    let folder = try TemporaryFolder()
    for (name, text) in documents { try folder.write(text, to: "\(name).json") }
    let bsky = PythonEnvironment.package.appending(path: "Lexicons/app").path
    var configuration = MockConfiguration()
    configuration.port = 0
    configure(&configuration)
    let service = MockService(
      MockLexicons(paths: paths ?? [folder.path, bsky]),
      configuration,
      logger: Logger(label: "mock", factory: { _ in SwiftLogNoOpLogHandler() })
    )
    try await service.serve { address in try await body(MockFixture(address: address)) }
  }

  struct Answer {
    let status: Int
    let fields: HTTPFields
    let body: [UInt8]

    var value: DataValue { (try? DataValue(json: body)) ?? .null }
    var error: String? { value["error"]?.string }
    var message: String { value["message"]?.string ?? "" }
  }

  func get(_ call: String, _ fields: HTTPFields = [:]) async throws -> Answer {
    try await send(.get, "/xrpc/\(call)", fields)
  }

  func post(
    _ call: String,
    _ input: DataValue? = nil,
    _ fields: HTTPFields = [:]
  ) async throws -> Answer {
    var fields = fields
    if input != nil, fields[.contentType] == nil { fields[.contentType] = "application/json" }
    return try await send(.post, "/xrpc/\(call)", fields, input?.jsonBytes())
  }

  func send(
    _ method: HTTPRequest.Method,
    _ path: String,
    _ fields: HTTPFields = [:],
    _ body: [UInt8]? = nil
  ) async throws -> Answer {
    let request = HTTPRequest(
      method: method,
      scheme: "http",
      authority: String(address.dropFirst("http://".count)),
      path: path,
      headerFields: fields
    )
    let response = try await AsyncHTTPClientTransport.shared.send(
      request,
      body: body,
      options: TransportOptions(timeout: .seconds(30))
    )
    return Answer(
      status: response.head.status.code,
      fields: response.head.headerFields,
      body: response.body
    )
  }

  /// Opens a subscription, and returns up to `count` of its frames.
  func frames(_ call: String, _ count: Int, _ fields: HTTPFields = [:]) async throws -> [[UInt8]] {
    let request = HTTPRequest(
      method: .get,
      scheme: "http",
      authority: String(address.dropFirst("http://".count)),
      path: "/xrpc/\(call)",
      headerFields: fields
    )
    let opening = try await AsyncHTTPClientTransport.shared.openWebSocket(
      request,
      options: TransportOptions()
    )
    guard case .opened(let messages, _) = opening else { return [] }
    var frames: [[UInt8]] = []
    guard count > 0 else { return [] }
    for try await message in messages {
      frames.append(message)
      if frames.count == count { break }
    }
    return frames
  }

  static let documents: [String: String] = [
    "note": #"""
    {"lexicon":1,"id":"com.example.note","defs":{"main":{"type":"record","key":"tid",
     "record":{"type":"object","required":["text","createdAt"],"properties":{
      "text":{"type":"string","maxLength":300},
      "createdAt":{"type":"string","format":"datetime"}}}}}}
    """#,
    "settings": #"""
    {"lexicon":1,"id":"com.example.settings","defs":{"main":{"type":"record",
     "key":"literal:self","record":{"type":"object","required":["theme"],"properties":{
      "theme":{"type":"string","enum":["dark","light"]}}}}}}
    """#,
    "getThing": #"""
    {"lexicon":1,"id":"com.example.getThing","defs":{"main":{"type":"query",
     "parameters":{"type":"params","required":["name"],"properties":{
      "name":{"type":"string","maxLength":10},"size":{"type":"integer","maximum":9},
      "actor":{"type":"string","format":"at-identifier"},"deep":{"type":"boolean"},
      "tags":{"type":"array","maxLength":3,"items":{"type":"string"}}}},
     "output":{"encoding":"application/json","schema":{"type":"object",
      "required":["did","handle","title"],"properties":{"did":{"type":"string","format":"did"},
       "handle":{"type":"string","format":"handle"},"title":{"type":"string"}}}},
     "errors":[{"name":"NoSuchThing","description":"There is no such thing."}]}}}
    """#,
    "makeThing": #"""
    {"lexicon":1,"id":"com.example.makeThing","defs":{"main":{"type":"procedure",
     "input":{"encoding":"application/json","schema":{"type":"object","required":["name"],
      "properties":{"name":{"type":"string","maxLength":10}}}}}}}
    """#,
    "getPicture": #"""
    {"lexicon":1,"id":"com.example.getPicture","defs":{"main":{"type":"query",
     "output":{"encoding":"*/*"}}}}
    """#,
    "listThings": #"""
    {"lexicon":1,"id":"com.example.listThings","defs":{"main":{"type":"query",
     "parameters":{"type":"params","properties":{"cursor":{"type":"string"},
      "limit":{"type":"integer","minimum":1,"maximum":100,"default":10}}},
     "output":{"encoding":"application/json","schema":{"type":"object","required":["things"],
      "properties":{"cursor":{"type":"string"},"things":{"type":"array","items":{
       "type":"object","required":["did"],"properties":{
        "did":{"type":"string","format":"did"}}}}}}}}}}
    """#,
    "subscribe": #"""
    {"lexicon":1,"id":"com.example.subscribe","defs":{"main":{"type":"subscription",
     "parameters":{"type":"params","properties":{"cursor":{"type":"integer"}}},
     "message":{"schema":{"type":"union","refs":["#event","#notice","#change"]}},
     "errors":[{"name":"FutureCursor"},{"name":"ConsumerTooSlow"}]},
     "event":{"type":"object","required":["seq","did"],"properties":{"seq":{"type":"integer"},
      "did":{"type":"string","format":"did"}}},
     "notice":{"type":"object","required":["text"],"properties":{"text":{"type":"string"}}},
     "change":{"type":"object","required":["seq"],"properties":{"seq":{"type":"integer"}}}}}
    """#,
  ]
}
