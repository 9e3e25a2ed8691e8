// A frame (Event Stream specification, "Framing") is two DAG-CBOR objects without anything between or
// after them:
//
//   frame   = header payload
//   header  = { "t": text, "op": 1 } / { "op": -1 } / { "op": int }
//   payload = the fields of the message, including "seq" / { "error": text, ? "message": text }

/// A frame of `com.atproto.sync.subscribeRepos` (Sync specification, "Repository Event Stream").
///
/// Only the form is checked. Strings are not parsed, and signatures are not verified;
/// ``CommitVerifier`` does that.
public struct FirehoseEvent: Sendable {
  /// The kinds of frames.
  public enum Content: Sendable {
    /// `#commit`
    case commit(CommitMessage)
    /// `#sync`
    case sync(SyncMessage)
    /// `#identity`
    case identity(IdentityMessage)
    /// `#account`
    case account(AccountMessage)
    /// `#info`, which is not numbered and not passed on.
    case info(name: String, message: String?)
    /// `op` -1, the last frame of a stream.
    case error(name: String, message: String?)
    /// A numbered message whose fields do not have the form that its schema requires: "Missing
    /// fields … should result in events being rejected" (Sync specification, "Message Validation
    /// Checklist"). The stream itself is in order.
    case malformed(reason: String)
    /// "Clients should ignore frames with headers that have unknown `op` or `t` values."
    case unknown
  }

  /// The content.
  public let content: Content
  /// `seq`, from 1 to 2^53 - 1, or nil if the content is not numbered.
  public let sequence: Int?
  /// The account's DID as it is in the frame, not parsed; empty if the content is not about an
  /// account.
  public let did: String
  /// `time`, of at most 64 bytes; empty if the content is not numbered.
  public let time: String
  /// The frame without its number, or nil if the content is not numbered.
  public let frame: UnnumberedFrame?

  /// The longest `time`, in bytes. The longest that is usual, with nanoseconds and offset, has 35.
  static let maximumTimeLength = 64

  /// Reads a frame.
  ///
  /// Unknown fields are ignored. Throws a ``FirehoseFrameError`` about framing or encoding: those
  /// "are hard errors, and the client should drop the entire connection instead of skipping the
  /// frame".
  public init(frame: [UInt8], limits: SyncLimits = .default) throws(FirehoseFrameError) {
    guard frame.count <= limits.frame else {
      throw FirehoseFrameError(.tooLarge, "the frame has more than \(limits.frame) bytes")
    }
    let reader = FrameReader(frame, limits)
    let (header, length) = try reader.header()
    switch (header.operation, header.type) {
    case (1, nil):
      throw FirehoseFrameError(.malformedHeader, "the message header has no type (t)")
    case (1, "#info"):
      let info = try reader.payload(InfoPayload.self, after: length)
      self.init(unnumbered: .info(name: info.name, message: info.message))
    case (-1, _):
      let error = try reader.payload(ErrorPayload.self, after: length)
      self.init(unnumbered: .error(name: error.name, message: error.message))
    case (1, let type?):
      guard let message = try reader.message(type, after: length) else {
        self.init(unnumbered: .unknown)
        return
      }
      try self.init(message, of: frame, payload: length)
    default:
      self.init(unnumbered: .unknown)
    }
  }

  private init(unnumbered content: Content) {
    self.content = content
    sequence = nil
    did = ""
    time = ""
    frame = nil
  }

  /// - Parameter start: where the payload begins.
  private init(
    _ message: NumberedMessage,
    of frame: [UInt8],
    payload start: Int
  ) throws(FirehoseFrameError) {
    // "sequence numbers should be limited to … the integer range `1` to `2^53` (not inclusive on the
    // upper bound)" (Event Stream specification, "Sequence Numbers").
    guard let sequence = message.sequence, (1..<1 << 53).contains(sequence.value) else {
      throw FirehoseFrameError(.missingSequence, "the message has no valid sequence number (seq)")
    }
    self.sequence = sequence.value
    did = message.did
    if message.time.utf8.count <= Self.maximumTimeLength {
      content = message.content
      time = message.time
    } else {
      content = .malformed(reason: "'time' has more than \(Self.maximumTimeLength) bytes")
      time = ""
    }
    let range = sequence.range
    self.frame = UnnumberedFrame(
      frame,
      sequence: start + range.lowerBound..<start + range.upperBound
    )
  }
}
