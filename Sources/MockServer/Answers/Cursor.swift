import XRPCServer

/// Opaque cursors that only the server can make: a position, and a number that proves it.
///
///     cursor = position "." 16*16hexdigit
struct Cursor {
  /// A number that depends on everything that identifies the list.
  let seed: UInt64

  func text(_ position: String) -> String {
    "\(position).\(proof(position))"
  }

  func position(_ text: String) throws(XRPCServerError) -> String {
    guard let dot = text.lastIndex(of: ".") else { throw Self.unknown }
    let position = String(text[..<dot])
    guard proof(position) == text[text.index(after: dot)...] else { throw Self.unknown }
    return position
  }

  private func proof(_ position: String) -> String {
    let digits = String(seed.mixed(with: position), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  static let unknown = XRPCServerError.invalidRequest(
    "cursor: this server has not given out this cursor"
  )
}
