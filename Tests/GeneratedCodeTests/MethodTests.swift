import ATProtoData
import ATProtoSyntax
import AppBskyAPI
import ComAtprotoAPI
import SnapshotModule
import Testing
import XRPC

@Suite("Generated methods")
struct MethodTests {
  @Test("declared errors are cases, and other errors keep name and message")
  func failures() {
    typealias Failure = ExampleQuery.SearchThings.Failure
    let known = Failure(XRPCErrorBody(name: "BadQuery", message: "no"))
    guard case .badQuery(message: "no") = known else {
      Issue.record("\(known)")
      return
    }
    #expect(known.errorBody == XRPCErrorBody(name: "BadQuery", message: "no"))
    let other = XRPCErrorBody(name: "badquery", message: "case counts")
    guard case .unknown(other) = Failure(other) else {
      Issue.record("\(Failure(other))")
      return
    }
    #expect(Failure(other).errorBody == other)
    // A declared failure with the same name as the case for unknown failures.
    guard case .unknown_ = Failure(XRPCErrorBody(name: "unknown")) else {
      Issue.record("unknown")
      return
    }
    #expect(known != Failure(XRPCErrorBody(name: "BadQuery")))
    #expect(
      AppBsky.Feed.GetPostThread.Failure(XRPCErrorBody(name: "NotFound")) == .notFound(message: nil)
    )
  }

  @Test("parameters have their defaults, and encode them")
  func defaults() throws {
    let parameters = ExampleDefaults.GetThings.Parameters()
    #expect(parameters.limit == 50 && !parameters.reverse && parameters.order == .default)
    #expect(parameters.sort == .top && parameters.lang == "en")
    #expect(parameters.name == "say \"hi\" \\(name)\n")
    let again = try ExampleDefaults.GetThings.Parameters(query: "limit=50")
    #expect(again == parameters && again.hashValue == parameters.hashValue)
    #expect(again.validate() == [])
    let other = try ExampleDefaults.GetThings.Parameters(
      query: "limit=101&order=asc&sort=\(String(repeating: "x", count: 21))&lang=en%20US"
    )
    #expect(
      Set(other.validate().map { "\($0.path): \($0.rule)" }) == [
        "limit: maximum", "sort: maxLength", "lang: format",
      ]
    )
    #expect(throws: ParameterError.self) {
      try ExampleDefaults.GetThings.Parameters(query: "order=sideways")
    }
    let thread = AppBsky.Feed.GetPostThread.Parameters(uri: "at://a.example")
    #expect(thread.depth == 6 && thread.parentHeight == 80)
  }

  @Test("parameters of all types round-trip")
  func parameters() throws {
    let parameters = ExampleQuery.SearchThings.Parameters(
      q: "a b&c=d",
      cursor: "",
      kinds: [.a, "other"],
      ids: ["did:plc:a", "did:plc:b"],
      exact: true,
      sizes: [1, -2],
      strict: [.y, .x],
      query: "x",
      old: "123456"
    )
    let again = try ExampleQuery.SearchThings.Parameters(query: parameters.query)
    #expect(again.q == "a b&c=d" && again.ids.map(\.string) == ["did:plc:a", "did:plc:b"])
    #expect(again.kinds == [.a, "other"] && again.sizes == [1, -2] && again.strict == [.y, .x])
    #expect(
      again.validate().map { "\($0.path): \($0.rule)" } == ["sizes[1]: minimum", "old: maxLength"]
    )
  }

  @Test("method descriptors have the NSID, input, and output of the schema")
  func descriptors() {
    #expect(ExampleEncodings.Upload.inputEncoding == "*/*")
    #expect(ExampleEncodings.Upload.outputEncoding == "application/json")
    #expect(ExampleEncodings.Picture.outputEncoding == "image/png")
    #expect(
      ExampleProcedure.Ping.inputEncoding == nil && ExampleProcedure.Ping.outputEncoding == nil
    )
    #expect(ExampleProcedure.PutThing.nsid == "example.procedure.putThing")
    #expect(ExampleProcedure.PutThing.Output.self == ExampleProcedure.PutThing.Small.self)
  }

  private struct Nothing: ExampleProcedure.Handler {}

  @Test("the routes of a group are its methods")
  func routes() {
    let routes = ExampleProcedure.routes(Nothing()).map(\.nsid).sorted()
    #expect(
      routes == [
        "example.procedure.apply", "example.procedure.init", "example.procedure.ping",
        "example.procedure.putThing", "example.procedure.self",
      ]
    )
  }
}
