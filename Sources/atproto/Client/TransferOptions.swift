import ATProtoHTTP
import ArgumentParser
import XRPC
import XRPCClient

/// The time limit of calls whose bodies may have any size.
struct TransferOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Time limit for the response to begin; default: 60, plus 1 for each 64 KiB sent.",
      valueName: "seconds"
    )
  )
  var timeout: Int?

  private static let maximumSeconds = 86_400

  func validate() throws {
    if let timeout, !(1...Self.maximumSeconds).contains(timeout) {
      throw ValidationError("--timeout must be between 1 and \(Self.maximumSeconds)")
    }
  }

  /// - Parameters:
  ///   - content: the body of the request.
  ///   - streamsOutput: whether the response may have any length, and is read as it arrives.
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
    // The length of a pipe that does not fit in memory is unknown.
    let length = content.length ?? 256 << 20
    return min(60 + length >> 16, Self.maximumSeconds)
  }
}
