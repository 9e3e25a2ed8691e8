import ATProtoHTTP
import ATProtoIdentity
import ATProtoRepo
import ATProtoSyntax

extension LexiconError {
  /// Describes why a request did not get a response.
  init(_ error: TransportError, _ url: HTTPURL) {
    let detail = "\(url.origin): \(error.reason)"
    switch error.code {
    case .refusedAddress:
      self.init(.addressRefused, "the server has an address that is not allowed", detail: detail)
    case .responseTooLarge:
      self.init(.tooLarge, "the response of the server is too large", detail: detail)
    case .timedOut:
      self.init(.fetchFailed, "the server takes too long to answer", detail: detail)
    default:
      self.init(.fetchFailed, "the server cannot be reached", detail: detail)
    }
  }

  /// Describes why the document of a DID cannot be used.
  init(_ error: IdentityError, documentOf did: DID) {
    switch error.code {
    case .unsupportedMethod, .disallowed:
      self.init(.didUnsupported, "\(did) is not a supported DID", detail: error.reason)
    case .tooLarge:
      self.init(.tooLarge, "the DID document of \(did) is too large", detail: error.reason)
    case .refusedAddress:
      self.init(
        .addressRefused,
        "the host of \(did) has an address that is not allowed",
        detail: error.reason
      )
    case .timedOut, .unreachable, .cancelled:
      self.init(
        .fetchFailed,
        "the DID document of \(did) cannot be fetched",
        detail: error.reason
      )
    case .notFound, .deactivated:
      self.init(.didNotFound, "\(did) does not exist", detail: error.reason)
    default:
      self.init(
        .didNotFound,
        "\(did) does not have a valid DID document",
        detail: error.reason
      )
    }
  }

  /// Describes why a proof is rejected.
  init(proof error: any Error) {
    switch (error as? RepoError)?.code {
    case .badSignature?:
      self.init(.invalidSignature, "the commit is not signed with the key in the DID document")
    case .tooLarge?:
      self.init(.tooLarge, "the proof has a block that is too large", detail: "\(error)")
    default: self.init(.invalidProof, "the proof of the record is not valid", detail: "\(error)")
    }
  }
}
