import HTTPTypes
public import XRPC

/// The value of an `Authorization` header, parsed.
///
///     credentials = auth-scheme 1*SP ( token68 / auth-params )    ; RFC 9110, 11.4
public enum HTTPAuthorization: Hashable, Sendable {
  /// `Bearer` with a token.
  case bearer(String)
  /// `DPoP` with a token.
  case dpop(String)
  /// `Basic`. The administrator uses `admin` and the admin token (XRPC specification, "Admin Token").
  case basic(user: String, password: String)
  /// Any other scheme.
  case other(scheme: String, credentials: String)

  /// Parses a header value; nil if it is malformed.
  public init?(_ value: String) {
    guard let space = value.firstIndex(of: " ") else { return nil }
    let scheme = value[..<space]
    let credentials = String(value[space...].drop { $0 == " " })
    guard !scheme.isEmpty, !credentials.isEmpty else { return nil }
    // Schemes are case-insensitive (RFC 9110, 11.1).
    switch scheme.lowercased() {
    case "bearer":
      self = .bearer(credentials)
    case "dpop":
      self = .dpop(credentials)
    case "basic":
      guard let bytes = Base64.decode(credentials),
        let text = String(validating: bytes, as: UTF8.self),
        let colon = text.firstIndex(of: ":")
      else { return nil }
      self = .basic(
        user: String(text[..<colon]),
        password: String(text[text.index(after: colon)...])
      )
    default:
      self = .other(scheme: String(scheme), credentials: credentials)
    }
  }
}

extension XRPCContext {
  /// The `Authorization` header; nil if it is absent or malformed.
  public var authorization: HTTPAuthorization? {
    headers[.authorization].flatMap(HTTPAuthorization.init)
  }
}

/// Base64 with the standard alphabet (RFC 4648, 4), as HTTP Basic authentication uses it.
enum Base64 {
  /// Decodes base64, with or without padding; nil if `text` is not valid.
  static func decode(_ text: String) -> [UInt8]? {
    var digits = Array(text.utf8)
    while digits.last == UInt8(ascii: "="), text.utf8.count - digits.count < 2 {
      digits.removeLast()
    }
    guard digits.count % 4 != 1 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 4 * 3 + 2)
    var bits: UInt32 = 0
    var count = 0
    for digit in digits {
      guard let value = value(of: digit) else { return nil }
      bits = bits << 6 | UInt32(value)
      count += 6
      if count >= 8 {
        count -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    return bytes
  }

  private static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): digit - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
