/// An event as it is kept and sent: its sequence number and its binary WebSocket message.
public struct SequencedFrame: Hashable, Sendable {
  /// Positive, below 2^53, rising, with any gaps (Event Stream specification, "Sequence Numbers").
  public var sequence: Int
  public var bytes: [UInt8]

  public init(sequence: Int, bytes: [UInt8]) {
    self.sequence = sequence
    self.bytes = bytes
  }
}
