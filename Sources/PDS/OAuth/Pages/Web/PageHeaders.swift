import HTTPTypes

/// The header fields of all pages: they hold secrets, and a button on them can give an account away.
enum PageHeaders {
  /// - Parameter isSecure: whether the server is reached over https.
  static func fields(_ policy: String, isSecure: Bool) -> HTTPFields {
    var fields: HTTPFields = [
      .cacheControl: "no-store",
      .pragma: "no-cache",
      .contentSecurityPolicy: policy,
      // For browsers that do not know `frame-ancestors`.
      .xFrameOptions: "DENY",
      .xContentTypeOptions: "nosniff",
      // Not `no-referrer`, with which browsers send `Origin: null` with our own forms.
      .referrerPolicy: "same-origin",
      .crossOriginOpenerPolicy: "same-origin",
      .crossOriginResourcePolicy: "same-origin",
      .permissionsPolicy: "camera=(), geolocation=(), microphone=(), payment=()",
      // The filter that it turns off was a hole in itself.
      .xXSSProtection: "0",
      .xRobotsTag: "noindex, nofollow",
    ]
    if isSecure { fields[.strictTransportSecurity] = "max-age=63072000" }
    return fields
  }
}

extension HTTPField.Name {
  static let xFrameOptions = HTTPField.Name("X-Frame-Options")!
  static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
  static let crossOriginOpenerPolicy = HTTPField.Name("Cross-Origin-Opener-Policy")!
  static let permissionsPolicy = HTTPField.Name("Permissions-Policy")!
  static let xXSSProtection = HTTPField.Name("X-XSS-Protection")!
  static let xRobotsTag = HTTPField.Name("X-Robots-Tag")!
  static let pragma = HTTPField.Name("Pragma")!
}
