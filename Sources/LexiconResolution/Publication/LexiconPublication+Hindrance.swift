import ATProtoSyntax
import Lexicon

extension LexiconPublication {
  /// Why nothing can be published, as one error; nil if everything can. It is about the first document
  /// whose hindrance does not pass by itself, or else about the first one.
  public var failure: LexiconError? {
    LexiconError.mostSevere(of: hindrances.map { $0.hindrance(did) })
  }
}

extension LexiconPublication.Entry {
  fileprivate func hindrance(_ did: DID) -> LexiconError {
    let nsid = document.nsid
    switch state {
    case .breaking:
      let first = changes.first { $0.classification == .breaking }?.message ?? "a breaking change"
      return LexiconError(
        .breakingChange,
        "cannot update \(nsid): \(first); publish it under a new name, or pass --allow-breaking",
        nsid: nsid
      )
    case .refused: return refusal(did)
    default:
      return LexiconError(
        .localChanges,
        "cannot publish \(nsid): it differs from the published document; pass --update to replace it",
        nsid: nsid
      )
    }
  }

  private func refusal(_ did: DID) -> LexiconError {
    let nsid = document.nsid
    guard let domain else { return LexiconError(.authorityNotFound, "cannot publish \(nsid)") }
    let advice =
      switch domain.state {
      case .ok, .reserved, .error: ""
      case .other: ", not to \(did); set \(domain.zoneLine(for: did))"
      case .missing, .ambiguous, .malformed: "; set \(domain.zoneLine(for: did))"
      }
    return LexiconError(
      domain.failure?.code ?? .authorityMoved,
      "cannot publish \(nsid): \(domain.reason)\(advice)",
      detail: domain.failure?.detail,
      nsid: nsid
    )
  }
}
