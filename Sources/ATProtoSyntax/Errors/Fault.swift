/// A violation that a scanner finds, without the name of the format.
///
/// The initializer that calls the scanner adds the name, because the same scanner reads a handle by
/// itself and within an AT-URI.
struct Fault: Error {
  var code: SyntaxError.Code
  var offset: Int
  var reason: String

  init(_ code: SyntaxError.Code, at offset: Int, _ reason: String) {
    self.code = code
    self.offset = offset
    self.reason = reason
  }

  static func tooLong(_ maximum: Int) -> Fault {
    Fault(.tooLong, at: maximum, "longer than \(maximum) bytes")
  }

  /// A byte that the grammar does not allow at `offset`.
  static func character(_ byte: UInt8, at offset: Int, in part: String) -> Fault {
    let hex = String(byte, radix: 16, uppercase: true)
    let shown =
      switch byte {
      case 0x20: "a space (0x20)"
      case 0x21...0x7E: "'\(Character(Unicode.Scalar(byte)))'"
      default: "the byte 0x\(byte < 0x10 ? "0" : "")\(hex)"
      }
    return Fault(.character, at: offset, "\(shown) is not allowed in \(part)")
  }

  /// The same fault in a part of a larger text, such as the authority of an AT-URI.
  func of(_ part: String, _ code: SyntaxError.Code) -> Fault {
    Fault(code, at: offset, "\(part): \(reason)")
  }
}

extension SyntaxError {
  init(_ format: String, _ fault: Fault) {
    self.init(format: format, code: fault.code, offset: fault.offset, reason: fault.reason)
  }
}
