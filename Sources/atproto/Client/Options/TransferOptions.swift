import ATProtoHTTP
import ArgumentParser
import XRPC
import XRPCClient

/// How long a call of any size may take.
struct TransferOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How long the server may take to answer, until what it sends begins to come; 60 by default, "
        + "and one more for each 64 KiB that are sent to it.",
      valueName: "seconds"
    )
  )
  var timeout: Int?

  private static let maximumSeconds = 86_400

  func validate() throws {
    if let timeout, !(1...Self.maximumSeconds).contains(timeout) {
      throw ValidationError("--timeout is 1 to \(Self.maximumSeconds)")
    }
  }

  /// - Parameters:
  ///   - content: of the request.
  ///   - streamsOutput: what comes back may have any length, and is read as it comes.
  func callOptions(
    sending content: BodyContent? = nil,
    streamsOutput: Bool
  ) -> CallOptions {
    CallOptions(
      timeout: .seconds(seconds(sending: content)),
      maximumResponseBytes: streamsOutput ? .max : nil
    )
  }

  private func seconds(sending content: BodyContent?) -> Int {
    if let timeout { return timeout }
    guard let content else { return 60 }
    // Somebody who pipes more than is held in memory, does not say how much.
    let length = content.length ?? 256 << 20
    return min(60 + length >> 16, Self.maximumSeconds)
  }
}
