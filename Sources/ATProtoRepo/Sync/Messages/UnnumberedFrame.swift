import ATProtoData
import ATProtoSyntax

/// A numbered frame in which the bytes of `seq` can be replaced.
///
/// Everything else stays as it was received: unknown fields, deprecated fields, `time`, and blocks.
/// A service that numbers events anew does not lose what it does not know.
public struct UnnumberedFrame: Sendable {
  private let bytes: [UInt8]
  private let sequence: Range<Int>

  /// Creates a frame from one that has a number.
  ///
  /// - Parameter sequence: the range of the number in DAG-CBOR.
  public init(_ frame: [UInt8], sequence: Range<Int>) {
    precondition(frame.indices.contains(sequence), "the number is in the frame")
    bytes = frame
    self.sequence = sequence
  }

  /// The length of the frame with the longest number, in bytes.
  public var count: Int { bytes.count - sequence.count + 9 }

  /// Appends the frame with a number.
  public func write(_ sequence: Int, into frame: inout [UInt8]) {
    frame.append(contentsOf: bytes[..<self.sequence.lowerBound])
    Self.append(sequence, to: &frame)
    frame.append(contentsOf: bytes[self.sequence.upperBound...])
  }

  /// "Integers … are encoded in as few bytes as possible" (DRISL).
  private static func append(_ number: Int, to bytes: inout [UInt8]) {
    precondition(number > 0, "sequence numbers are positive")
    let size =
      switch number {
      case ..<24: 0
      case ..<(1 << 8): 1
      case ..<(1 << 16): 2
      case ..<(1 << 32): 4
      default: 8
      }
    guard size > 0 else { return bytes.append(UInt8(number)) }
    // 24, 25, 26, 27: the number is in the following 1, 2, 4, 8 bytes.
    bytes.append(24 + UInt8(size.trailingZeroBitCount))
    for shift in (0..<size).reversed() {
      bytes.append(UInt8(truncatingIfNeeded: number >> (shift * 8)))
    }
  }
}

extension UnnumberedFrame {
  /// An `#account` message.
  public static func account(did: String, status: HostedStatus, time: String) -> UnnumberedFrame {
    var payload: DataValue = [
      "did": .string(did), "time": .string(time), "active": .boolean(status.isActive),
    ]
    if let status = status.status { payload["status"] = .string(status) }
    return UnnumberedFrame("#account", payload)
  }

  /// An `#identity` message.
  public static func identity(did: String, handle: String?, time: String) -> UnnumberedFrame {
    var payload: DataValue = ["did": .string(did), "time": .string(time)]
    if let handle { payload["handle"] = .string(handle) }
    return UnnumberedFrame("#identity", payload)
  }

  /// A `#sync` message.
  public static func sync(_ commit: Commit, time: String) -> UnnumberedFrame {
    UnnumberedFrame(
      "#sync",
      [
        "did": .string(commit.did.string), "rev": .string(commit.rev.string),
        "time": .string(time), "blocks": .bytes(Bytes(commit.carFile())),
      ]
    )
  }

  private init(_ type: String, _ payload: DataValue) {
    let header: DataValue = ["t": .string(type), "op": 1]
    var numbered = payload
    numbered["seq"] = 0
    let frame = (header.cborBytes(), numbered.cborBytes())
    guard let range = AnyPayload.sequence(in: frame.1) else {
      preconditionFailure("a writer's output could not be read")
    }
    let start = frame.0.count
    self.init(
      frame.0 + frame.1,
      sequence: start + range.lowerBound..<start + range.upperBound
    )
  }
}
