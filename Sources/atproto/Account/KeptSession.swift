import ATProtoSyntax
import OAuthClient
import XRPCClient

/// A stored session, however the account logged in.
enum KeptSession: Sendable {
  case password(StoredSession)
  case oauth(StoredOAuthSession)

  var did: String {
    switch self {
    case .password(let session): session.tokens.did.string
    case .oauth(let session): session.did.string
    }
  }

  /// The account's handle when it logged in.
  var handle: String {
    switch self {
    case .password(let session): session.tokens.handle.string
    case .oauth(let session): session.handle.string
    }
  }

  /// The account's server.
  var service: ServiceEndpoint {
    switch self {
    case .password(let session): session.service
    case .oauth(let session): session.service
    }
  }

  /// What the session may do; nil for a login with a password, which may do what the password allows.
  var scope: String? {
    if case .oauth(let session) = self { session.tokens.scope } else { nil }
  }

  /// Where the session is stored; nil if its DID is not valid.
  var place: SessionPlace? {
    switch self {
    case .password: (try? DID(did)).map { SessionPlace(did: $0, kind: .password) }
    case .oauth(let session): SessionPlace(did: session.did, kind: .oauth)
    }
  }
}

/// The file of an account's session.
struct SessionPlace: Hashable, Sendable {
  /// How the account logged in.
  enum Kind: CaseIterable, Sendable {
    case password, oauth
  }

  let did: DID
  let kind: Kind

  private static let ending = ".json"

  /// `did:….json` or `oauth-did:….json`. The characters of a DID are letters, digits, and `._:%-`.
  var fileName: String {
    switch kind {
    case .password: did.string + Self.ending
    case .oauth: DirectoryTokenStore.name(of: did)
    }
  }

  init(did: DID, kind: Kind) {
    self.did = did
    self.kind = kind
  }

  /// Returns nil for the name of another file.
  init?(_ fileName: String) {
    guard fileName.hasSuffix(Self.ending), let start = fileName.firstRange(of: "did:"),
      let did = try? DID(String(fileName[start.lowerBound...].dropLast(Self.ending.count)))
    else { return nil }
    for kind in Kind.allCases where SessionPlace(did: did, kind: kind).fileName == fileName {
      self.init(did: did, kind: kind)
      return
    }
    return nil
  }
}
