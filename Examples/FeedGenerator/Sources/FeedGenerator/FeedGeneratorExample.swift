import Hummingbird
import Logging
import XRPCAsyncHTTPClient
import XRPCClient
import XRPCServer

/// Serves a feed of the posts that contain a word.
///
///     FeedGenerator APP-VIEW-URL HOST-NAME PORT FEED-URI WORD
@main
struct FeedGeneratorExample {
  static func main() async throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard arguments.count == 5, let appView = ServiceEndpoint(arguments[0]),
      let port = Int(arguments[2])
    else { throw Failure(description: "usage: APP-VIEW-URL HOST-NAME PORT FEED-URI WORD") }
    let host = arguments[1]
    let did = "did:web:\(host.replacing(":", with: "%3A"))"
    let feed = WordFeed(did: did, uri: arguments[3], word: arguments[4])

    let origin = "\(host.hasPrefix("localhost") ? "http" : "https")://\(host)"
    let document = """
      {"@context":["https://www.w3.org/ns/did/v1"],"id":"\(did)","service":[{"id":"#bsky_fg",
      "type":"BskyFeedGenerator","serviceEndpoint":"\(origin)"}]}
      """
    let server = XRPCServer(
      feed.routes,
      configuration: XRPCServerConfiguration(port: port),
      logger: Logger(label: "feed"),
      fallback: { request, _ in
        guard request.uri.path == "/.well-known/did.json" else {
          return Response(status: .notFound)
        }
        return Response(
          status: .ok,
          headers: [.contentType: "application/json"],
          body: ResponseBody(byteBuffer: ByteBuffer(string: document))
        )
      }
    )
    let client = XRPCClient(service: appView, transport: AsyncHTTPClientTransport.shared)
    try await withThrowingTaskGroup { group in
      group.addTask { try await server.run() }
      group.addTask { try await feed.follow(client) }
      try await group.next()
      group.cancelAll()
    }
  }

  struct Failure: Error, CustomStringConvertible {
    var description: String
  }
}
