package import ATProtoHTTP

/// A service that takedowns are pushed to with `com.atproto.admin.updateSubjectStatus`.
package struct PushTarget: Sendable {
  /// Raw values are stored.
  package enum Kind: String, CaseIterable, Sendable {
    case pds, relay, appview
  }

  package enum Credentials: Sendable {
    /// HTTP Basic with the user `admin`.
    case password(String)
    /// A service token for this audience, signed with the key of labels.
    case token(audience: String)
  }

  package var kind: Kind
  package var url: HTTPURL
  package var credentials: Credentials

  package init(kind: Kind, url: HTTPURL, credentials: Credentials) {
    self.kind = kind
    self.url = url
    self.credentials = credentials
  }
}
