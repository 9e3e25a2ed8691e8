import ComAtprotoAPI
import Foundation
import XRPCAsyncHTTPClient
import XRPCClient

/// Subscribes to a relay or a server and prints all published observations.
///
///     Firehose [SERVICE [CURSOR-FILE [COUNT]]]
@main
struct FirehoseExample {
  static func main() async throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard let service = ServiceEndpoint(arguments.first ?? "https://bsky.network") else {
      throw Failure(description: "'\(arguments[0])' is not a service URL")
    }
    let file = arguments.count > 1 ? arguments[1] : "firehose.cursor"
    let cursors = FileCursorStore(URL(filePath: file))
    let count = arguments.count > 2 ? Int(arguments[2]) ?? 0 : Int.max
    try await follow(service, from: cursors, count: count)
  }

  /// Ends after `count` events, or runs until interrupted; reconnects as needed.
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
          print("\(reason); retrying in \(pause)")
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
      // The stream stores the cursor when the next message is requested, and there is none.
      if let sequence = message.sequence { try cursors.save(sequence) }
      return
    }
  }

  /// The text without control characters.
  private static func printable(_ event: GardenEvent) -> String {
    var text = String.UnicodeScalarView()
    text += "\(event)".unicodeScalars.filter { $0.properties.generalCategory != .control }
    return String(text)
  }

  struct Failure: Error, CustomStringConvertible {
    var description: String
  }
}
