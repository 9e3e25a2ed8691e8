import ATProtoSyntax

/// A DID in 16 bytes: a `did:plc`, or the number of another DID in a side table.
///
/// The 24 characters of a `did:plc` have five bits each, so twelve of them fill 60 bits of a word.
struct PackedDID: Hashable, Sendable {
  /// The first twelve characters, below a bit that is set.
  private let high: UInt64
  /// The other characters, or the number.
  private let low: UInt64

  private static let plcMark: UInt64 = 1 << 60
  private static let digits = 12
  private static let prefix = "did:plc:"

  /// Returns nil unless the DID is a `did:plc` with the syntax of that method.
  init?(plc did: DID) {
    let utf8 = did.string.utf8
    guard utf8.count == Self.prefix.utf8.count + 2 * Self.digits,
      utf8.starts(with: Self.prefix.utf8)
    else { return nil }
    var words: (UInt64, UInt64) = (0, 0)
    for (index, byte) in utf8.dropFirst(Self.prefix.utf8.count).enumerated() {
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"): digit = byte - UInt8(ascii: "a")
      case UInt8(ascii: "2")...UInt8(ascii: "7"): digit = byte - UInt8(ascii: "2") + 26
      default: return nil
      }
      if index < Self.digits {
        words.0 = words.0 << 5 | UInt64(digit)
      } else {
        words.1 = words.1 << 5 | UInt64(digit)
      }
    }
    high = Self.plcMark | words.0
    low = words.1
  }

  /// A DID of another method.
  init(number: UInt32) {
    high = 0
    low = UInt64(number)
  }

  /// The number in the side table, or nil for a `did:plc`.
  var number: UInt32? {
    high & Self.plcMark == 0 ? UInt32(truncatingIfNeeded: low) : nil
  }

  /// The `did:plc`, or nil for a DID in the side table.
  var plc: DID? {
    guard number == nil else { return nil }
    let prefix = Self.prefix.utf8
    let text = String(unsafeUninitializedCapacity: prefix.count + 2 * Self.digits) { buffer in
      _ = buffer.initialize(fromContentsOf: prefix)
      for index in 0..<2 * Self.digits {
        let (word, place) = index < Self.digits ? (high, index) : (low, index - Self.digits)
        let digit = UInt8(truncatingIfNeeded: word >> UInt64(5 * (Self.digits - 1 - place))) & 31
        buffer[prefix.count + index] =
          digit < 26 ? digit + UInt8(ascii: "a") : digit - 26 + UInt8(ascii: "2")
      }
      return prefix.count + 2 * Self.digits
    }
    // Every text of this form is a DID.
    return try? DID(text)
  }
}
