import ATProtoSyntax

/// Why a host cannot be crawled or changed.
package struct CrawlError: CodedError {
  /// The kinds of errors, whose raw values are the labels of metrics.
  package enum Code: String, CaseIterable, Hashable, Sendable {
    /// The operator has disabled requests to crawl.
    case forbidden
    case badHostname
    /// The host would be called without TLS.
    case insecure
    /// The host or its domain is banned.
    case hostBanned
    /// The host does not respond as a PDS does.
    case hostNotFound
    /// The limit of new hosts per day has been reached.
    case tooManyNewHosts
    /// The relay does not know the host.
    case unknownHost
    /// The host is a relay.
    case isRelay
    /// There is no connection to the host.
    case notConnected
  }

  package let code: Code
  package let reason: String

  package init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }
}
