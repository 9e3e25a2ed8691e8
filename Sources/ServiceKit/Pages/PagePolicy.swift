import ATProtoHTTP

/// What a page may load and where its forms may lead, beside the server itself.
package struct PagePolicy: Hashable, Sendable {
  /// https URLs of logos.
  package var images: [String] = []
  /// Whether the result of a form may lead to another site. Chromium applies `form-action` to
  /// redirects, too, and to those that follow them, so the directive has to be left out then.
  package var leavesServer = false
  /// Whether the page sends its form by itself, with a script.
  package var submits = false

  package init(images: [String] = [], leavesServer: Bool = false, submits: Bool = false) {
    self.images = images
    self.leavesServer = leavesServer
    self.submits = submits
  }

  /// Forms stay on this server.
  package static let pages = PagePolicy()
  /// Forms may lead to an app.
  package static let authorization = PagePolicy(leavesServer: true)
  /// The form leads to an app, without a click where scripts run.
  package static let formPost = PagePolicy(leavesServer: true, submits: true)

  /// The value of `Content-Security-Policy`.
  ///
  /// - Parameters:
  ///   - images: origins of further images.
  ///   - script: the URL of the only script; not `'self'`, because accounts can upload scripts to
  ///     this server as blobs.
  package func value(images: [String], script: String? = nil) -> String {
    let origins = (self.images + images).compactMap(Self.origin)
    return [
      "default-src 'none'", "style-src 'self'",
      submits ? script.map { "script-src " + $0 } : nil,
      "img-src 'self'" + Set(origins).sorted().map { " " + $0 }.joined(),
      "base-uri 'none'", leavesServer ? nil : "form-action 'self'", "frame-ancestors 'none'",
    ].compactMap(\.self).joined(separator: "; ")
  }

  private static func origin(_ url: String) -> String? { HTTPURL(url)?.origin }
}
