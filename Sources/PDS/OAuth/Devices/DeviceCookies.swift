import ATProtoCrypto
import ATProtoSyntax
import HTTPTypes

// The names of the reference implementation. `__Host-` would demand the attribute `Secure`, which a
// development server cannot set; otherwise the attributes are those that the prefix stands for: no
// `Domain`, `Path=/`, and `Secure` on https (RFC 6265bis, 4.1.3.2).

/// The two cookies by which a browser is recognized.
struct DeviceCookies: Hashable, Sendable {
  private static let deviceName = "dev-id"
  private static let sessionName = "ses-id"
  private static let devicePrefix = "dev-"
  private static let sessionPrefix = "ses-"
  /// Bytes of randomness in each.
  private static let length = 16
  /// Bytes of all cookies of a request that are looked at.
  private static let maximumLength = 8_192

  /// Names the browser for as long as it keeps its cookies.
  let device: String
  /// Proves that it is the same browser; replaced often.
  let session: String

  private init(device: String, session: String) {
    self.device = device
    self.session = session
  }

  /// Cookies for a browser that has none.
  static func make() -> DeviceCookies {
    DeviceCookies(device: devicePrefix + random(), session: sessionPrefix + random())
  }

  /// The cookies of a request.
  ///
  /// Returns nil if one is missing or malformed, or occurs twice: another site of the same domain may
  /// have set the second one.
  init?(_ headers: HTTPFields) {
    let fields = headers[values: .cookie]
    guard fields.reduce(0, { $0 + $1.utf8.count }) <= Self.maximumLength else { return nil }
    var found: [Substring: [Substring]] = [:]
    for pair in fields.lazy.flatMap({ $0.split(separator: ";") }) {
      let pair = pair.drop { $0 == " " }
      guard let sign = pair.firstIndex(of: "=") else { continue }
      found[pair[..<sign], default: []].append(pair[pair.index(after: sign)...])
    }
    func value(_ name: String, _ prefix: String) -> String? {
      guard let values = found[name[...]], values.count == 1, values[0].hasPrefix(prefix),
        let bytes = Hex.decode(String(values[0].dropFirst(prefix.utf8.count))),
        bytes.count == Self.length
      else { return nil }
      return String(values[0])
    }
    guard let device = value(Self.deviceName, Self.devicePrefix),
      let session = value(Self.sessionName, Self.sessionPrefix)
    else { return nil }
    self.init(device: device, session: session)
  }

  /// The same browser with another session cookie.
  func rotated() -> DeviceCookies {
    DeviceCookies(device: device, session: Self.sessionPrefix + Self.random())
  }

  /// The name of the browser in the database, which does not store cookies themselves.
  var deviceID: String { Base64.url.encode(SHA256.hash(device).bytes) }

  var sessionHash: [UInt8] { SHA256.hash(session).bytes }

  /// The values of the two `Set-Cookie` fields.
  ///
  /// - Parameters:
  ///   - lifetime: in seconds.
  ///   - isSecure: whether the server is reached over https.
  func fields(lifetime: Int, isSecure: Bool) -> [String] {
    [(Self.deviceName, device), (Self.sessionName, session)].map { name, value in
      // Lax: a request that another site starts carries the cookies only if it opens a page.
      "\(name)=\(value); Path=/; Max-Age=\(lifetime); HttpOnly; SameSite=Lax"
        + (isSecure ? "; Secure" : "")
    }
  }

  private static func random() -> String {
    Hex.encode(SecureRandom.bytes(length))
  }
}
