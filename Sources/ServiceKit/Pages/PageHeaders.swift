package import HTTPTypes

/// The header fields of pages that people are logged in to: they hold secrets, and a button on them
/// can give an account away.
package enum PageHeaders {
  /// - Parameter isSecure: whether the server is reached over https.
  package static func fields(_ policy: String, isSecure: Bool) -> HTTPFields {
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
  package static let xFrameOptions = HTTPField.Name("X-Frame-Options")!
  package static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
  package static let crossOriginOpenerPolicy = HTTPField.Name("Cross-Origin-Opener-Policy")!
  package static let permissionsPolicy = HTTPField.Name("Permissions-Policy")!
  package static let xXSSProtection = HTTPField.Name("X-XSS-Protection")!
  package static let xRobotsTag = HTTPField.Name("X-Robots-Tag")!
  package static let pragma = HTTPField.Name("Pragma")!

  package static let secFetchSite = HTTPField.Name("Sec-Fetch-Site")!
  package static let secFetchMode = HTTPField.Name("Sec-Fetch-Mode")!
  package static let secFetchDest = HTTPField.Name("Sec-Fetch-Dest")!
}
