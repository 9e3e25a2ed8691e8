public import ATProtoSyntax

/// Why a Lexicon document cannot be resolved, installed, or published.
public struct LexiconError: CodedError {
  /// The kinds of failure; their raw values are the names in JSON output.
  public enum Code: String, CaseIterable, Hashable, Sendable {
    // Names
    /// The argument is not an NSID, or not one of the other forms that name a document.
    case invalidNsid = "InvalidNsid"
    /// The domain authority does not have a TXT record that names a DID.
    case authorityNotFound = "AuthorityNotFound"
    /// The TXT records of the domain authority have different values.
    case authorityAmbiguous = "AuthorityAmbiguous"
    /// The TXT record of the domain authority does not contain a valid DID.
    case authorityMalformed = "AuthorityMalformed"
    /// The DID of the domain authority is not the one in the manifest.
    case authorityMoved = "AuthorityMoved"
    /// The top-level domain is reserved, so that it cannot be in the DNS.
    case reservedDomain = "ReservedDomain"
    /// The name servers do not answer, or fail. Temporary.
    case dnsFailure = "DnsFailure"

    // Identities
    /// The DID does not exist, or its document is not valid.
    case didNotFound = "DidNotFound"
    /// A DID method other than `plc` and `web`, or a form that AT Protocol does not support.
    case didUnsupported = "DidUnsupported"
    /// The DID document does not have a valid `#atproto_pds`.
    case noPds = "NoPds"
    /// The DID document does not have a valid key `#atproto`.
    case noSigningKey = "NoSigningKey"

    // Records
    /// The repository does not have the document.
    case recordNotFound = "RecordNotFound"
    /// The PDS refuses to return records of the repository.
    case repoUnavailable = "RepoUnavailable"
    /// A server cannot be reached, fails, or is too slow. Temporary.
    case fetchFailed = "FetchFailed"
    /// A response or record is larger than allowed.
    case tooLarge = "TooLarge"
    /// The URL leads to an IP address, or over a scheme, that is not allowed.
    case addressRefused = "AddressRefused"
    /// The response does not prove that the record is in the repository.
    case invalidProof = "InvalidProof"
    /// The commit is not signed with the key in the DID document.
    case invalidSignature = "InvalidSignature"
    /// The record is not a Lexicon document, or not the one with the NSID.
    case invalidRecord = "InvalidRecord"

    // Installation
    /// The manifest is not valid.
    case manifestInvalid = "ManifestInvalid"
    /// The manifest does not list exactly what is needed.
    case manifestOutdated = "ManifestOutdated"
    /// The CID of the published document is not the expected one.
    case cidMismatch = "CidMismatch"
    /// A file has changes that would be lost.
    case localChanges = "LocalChanges"
    /// The path of a file leads through a link.
    case pathRefused = "PathRefused"
    /// The system cannot read or write a file.
    case fileFailed = "FileFailed"
    /// Two NSIDs that differ only by case would have the same file.
    case caseCollision = "CaseCollision"
    /// There are more documents than allowed.
    case tooMany = "TooMany"
    /// The manifest does not have the document.
    case notInstalled = "NotInstalled"

    // Publication
    /// The new version is not compatible with the old one.
    case breakingChange = "BreakingChange"
    /// The account is not logged in.
    case notLoggedIn = "NotLoggedIn"
  }

  /// The kind of failure.
  public var code: Code
  /// A description for people, without IP addresses and hosts, which a server can show to anybody.
  public var reason: String
  /// More about the failure for the person who runs the command or the server: hosts, IP addresses,
  /// and the words of other servers.
  public var detail: String?
  /// The document that the failure is about.
  public var nsid: NSID?

  /// Creates an error. Control characters in the texts, which may come from other servers, are
  /// replaced.
  public init(_ code: Code, _ reason: String, detail: String? = nil, nsid: NSID? = nil) {
    self.code = code
    self.reason = reason.printable()
    self.detail = detail?.printable()
    self.nsid = nsid
  }

  /// Whether another attempt may succeed without a change of the document, its domain, or its
  /// repository.
  public var isTemporary: Bool { code == .dnsFailure || code == .fetchFailed }

  /// The exit code of a command that fails with this error: 2 for its arguments and the manifest, 3
  /// for a temporary failure, otherwise 1.
  public var exitCode: Int32 {
    switch code {
    case .invalidNsid, .manifestInvalid: 2
    case .dnsFailure, .fetchFailed: 3
    default: 1
    }
  }

  /// Returns the error to report if there are several: the first one that is not temporary, or else
  /// the first one.
  public static func mostSevere(of errors: some Sequence<LexiconError>) -> LexiconError? {
    let errors = Array(errors)
    return errors.first { !$0.isTemporary } ?? errors.first
  }
}

extension LexiconError {
  /// The reason, followed by the detail in parentheses.
  public var description: String {
    detail.map { "\(reason) (\($0))" } ?? reason
  }

  /// The error of an attempt to do something, with the NSID that it is about.
  func during(_ attempt: String, _ nsid: NSID? = nil) -> LexiconError {
    var error = self
    error.reason = "\(attempt): \(reason)"
    error.nsid = self.nsid ?? nsid
    return error
  }
}

/// Runs an operation and describes its errors as those of `attempt`.
nonisolated(nonsending) func describing<Value>(
  _ attempt: String,
  _ nsid: NSID? = nil,
  _ operation: () async throws(LexiconError) -> Value
) async throws(LexiconError) -> Value {
  do throws(LexiconError) {
    return try await operation()
  } catch {
    throw error.during(attempt, nsid)
  }
}
