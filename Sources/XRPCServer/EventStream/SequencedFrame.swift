/// An event as it is stored and sent: its sequence number and its binary WebSocket message.
public struct SequencedFrame: Hashable, Sendable {
  /// Positive, less than 2^53, and increasing, with arbitrary gaps (Event Stream specification,
  /// "Sequence Numbers").
  public var sequence: Int
  public var bytes: [UInt8]

  public init(sequence: Int, bytes: [UInt8]) {
    self.sequence = sequence
    self.bytes = bytes
  }
}
