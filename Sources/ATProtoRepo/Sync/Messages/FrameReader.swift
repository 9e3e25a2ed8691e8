import ATProtoData

/// Reads the header and the payload of a frame.
struct FrameReader {
  /// The deepest nesting; the operations of a commit are on level 3.
  private static let maximumDepth = 8
  /// The maximum number of elements of an array. More than 200 operations are rejected by
  /// ``CommitVerifier``, which can be lenient about them.
  private static let maximumElements = 10_000

  private let frame: [UInt8]
  private let limits: DataLimits

  init(_ frame: [UInt8], _ limits: SyncLimits) {
    self.frame = frame
    self.limits = DataLimits(
      inputSize: limits.frame,
      depth: Self.maximumDepth,
      elements: Self.maximumElements,
      stringLength: limits.frame
    )
  }

  func header() throws(FirehoseFrameError) -> (header: FrameHeader, length: Int) {
    var length = 0
    do throws(DataError) {
      let header = try FrameHeader(cborPrefix: frame.span.bytes, consumed: &length, limits: limits)
      return (header, length)
    } catch {
      throw FirehoseFrameError(.malformedHeader, error)
    }
  }

  func payload<Payload: ReadableValue>(
    _ type: Payload.Type,
    after length: Int
  ) throws(FirehoseFrameError) -> Payload {
    do throws(DataError) {
      return try read(type, after: length)
    } catch {
      throw FirehoseFrameError(.malformedPayload, error)
    }
  }

  /// Returns nil for an unknown type, whose payload is not read.
  func message(
    _ type: String,
    after length: Int
  ) throws(FirehoseFrameError) -> NumberedMessage? {
    do throws(DataError) {
      switch type {
      case "#commit": return try read(CommitPayload.self, after: length).message
      case "#sync": return try read(SyncPayload.self, after: length).message
      case "#identity": return try read(IdentityPayload.self, after: length).message
      case "#account": return try read(AccountPayload.self, after: length).message
      default: return nil
      }
    } catch {
      // The encoding may still be valid: the number is then known, and the stream can continue.
      guard error.code == .typeMismatch || error.code == .missingField else {
        throw FirehoseFrameError(.malformedPayload, error)
      }
      return try payload(AnyPayload.self, after: length).malformed("\(type): \(error)")
    }
  }

  private func read<Payload: ReadableValue>(
    _ type: Payload.Type,
    after length: Int
  ) throws(DataError) -> Payload {
    let rest = frame.span.bytes.extracting(droppingFirst: length)
    var consumed = 0
    // CIDs of other kinds are a matter of validation, not of encoding.
    let payload = try Payload(
      cborPrefix: rest,
      consumed: &consumed,
      limits: limits,
      rules: .allowsForeignCIDs
    )
    guard consumed == rest.byteCount else {
      throw DataError(
        code: .trailingBytes,
        offset: length + consumed,
        reason: "bytes follow the payload"
      )
    }
    return payload
  }
}

/// A message with a number, as it is in the frame.
struct NumberedMessage {
  var sequence: PlacedSequence?
  var did: String
  var time: String
  var content: FirehoseEvent.Content
}

/// `seq`, and the range of its bytes in the payload.
struct PlacedSequence {
  var value: Int
  var range: Range<Int>
}

extension PlacedSequence {
  init(from reader: inout DataReader) throws(DataError) {
    let start = reader.position
    value = try reader.integer()
    range = start..<reader.position
  }
}
