import ComAtprotoAPI
import Foundation
import XRPCAsyncHTTPClient
import XRPCClient

/// Follows a relay or a server and prints the observations that anybody publishes.
///
///     Firehose [SERVICE [CURSOR-FILE [COUNT]]]
@main
struct FirehoseExample {
  static func main() async throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard let service = ServiceEndpoint(arguments.first ?? "https://bsky.network") else {
      throw Failure(description: "'\(arguments[0])' is no URL of a service")
    }
    let file = arguments.count > 1 ? arguments[1] : "firehose.cursor"
    let cursors = FileCursorStore(URL(filePath: file))
    let count = arguments.count > 2 ? Int(arguments[2]) ?? 0 : Int.max
    try await follow(service, from: cursors, count: count)
  }

  /// Ends after `count` events; otherwise goes on for ever, over as many connections as it takes.
  private static func follow(
    _ service: ServiceEndpoint,
    from cursors: FileCursorStore,
    count: Int
  ) async throws {
    let client = XRPCClient(service: service, transport: AsyncHTTPClientTransport.shared)
    let messages = client.resume(
      ComAtproto.Sync.SubscribeRepos.self,
      from: cursors,
      sequence: { $0.sequence },
      parameters: { .init(cursor: $0) },
      observer: { event in
        if case .disconnected(let reason, let pause) = event {
          print("\(reason); again in \(pause)")
        }
      }
    )
    var left = count
    for try await message in messages {
      for event in GardenEvent.events(in: message) {
        print(printable(event))
        left -= 1
      }
      guard left <= 0 else { continue }
      // The stream keeps the cursor when the next message is asked for: there will be none.
      if let sequence = message.sequence { try cursors.save(sequence) }
      return
    }
  }

  /// What strangers wrote, without what a terminal would obey.
  private static func printable(_ event: GardenEvent) -> String {
    var text = String.UnicodeScalarView()
    text += "\(event)".unicodeScalars.filter { $0.properties.generalCategory != .control }
    return String(text)
  }

  struct Failure: Error, CustomStringConvertible {
    var description: String
  }
}
