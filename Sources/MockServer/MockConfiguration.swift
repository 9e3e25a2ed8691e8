import ServiceKit

/// The configuration of a mock server.
public struct MockConfiguration: Sendable {
  /// The port to listen on, at 127.0.0.1; 0 for any free port.
  public var port = 2584
  /// The seed of generated answers.
  public var seed: UInt64 = 1
  /// The folder with files that override generated answers; nil for none.
  public var dataDirectory: String?
  /// The time before each answer, in milliseconds: one number of this range.
  public var latency: ClosedRange<Int> = 0...0
  /// The number of messages that a subscription sends in a second.
  public var rate = 5.0
  /// The number of messages after which a subscription ends; nil for no end.
  public var events: Int?
  /// The number of entries in a list that has pages.
  public var items = 25
  /// Whether methods refuse calls without a token.
  public var requiresAuthentication = false
  /// Receives warnings about overrides, one line each.
  public var warn: @Sendable (String) -> Void = { _ in }

  /// Creates the default configuration.
  public init() {}

  var listenAddress: ListenAddress {
    ListenAddress(host: "127.0.0.1", port: port, hostSetting: "the host", portSetting: "--port")
  }
}
