import ATProtoData
import ATProtoSyntax
import HTTPTypes
import XRPC
import XRPCServer

/// The methods of `Sample/Lexicons`.
typealias Sample = ComExample.Thing

extension Sample {
  struct Unforeseen: Error {}

  /// One route of each kind; what a handler does depends on the request.
  static let routes = routes(holding: Gate())

  /// - Parameter gate: holds back the response to `held.example`.
  static func routes(holding gate: Gate) -> [XRPCRoute] {
    var routes: [XRPCRoute] = [
      .query(GetThing.self) { request in
        switch request.parameters.actor.string {
        case "missing.example": throw GetThing.Failure.thingNotFound(message: "no such thing")
        case "broken.example": throw Unforeseen()
        case "private.example":
          throw XRPCServerError.authenticationRequired(challenge: "Bearer realm=\"sample\"")
        case "held.example": try await gate.pass()
        default: break
        }
        request.context.responseHeaders[.retryAfter] = "7"
        return GetThing.Output(
          text: request.parameters.query,
          count: request.parameters.limit
        )
      },
      .procedure(PutThing.self) { request in
        GetThing.Output(text: request.input.text)
      },
      .procedure(UploadBlob.self) { request in
        let bytes = try await request.input.collect()
        return GetThing.Output(text: request.input.contentType, count: bytes.count)
      },
      .procedure(Ping.self) { _ in NoBody() },
      .subscription(Watch.self) { request in
        guard let cursor = request.parameters.cursor else {
          throw XRPCServerError.authenticationRequired()
        }
        return watch(from: cursor)
      },
    ]
    for index in routes.indices where routes[index].nsid == UploadBlob.nsid {
      routes[index].maximumInputBytes = 4_096
    }
    return routes
  }

  private static func watch(from cursor: Int) -> XRPCEventStream<Watch.Message> {
    let (stream, continuation) = AsyncThrowingStream<Watch.Message, any Error>.makeStream()
    for seq in cursor..<cursor + 3 {
      continuation.yield(.tick(Watch.Tick(seq: seq)))
    }
    continuation.yield(.getThingAnswer(GetThing.Output(text: "elsewhere")))
    continuation.finish(
      throwing: XRPCServerError(status: .badRequest, name: "ConsumerTooSlow", message: "bye")
    )
    return XRPCEventStream(stream)
  }
}
