public import ATProtoSyntax
public import HTTPTypes
public import XRPCClient

/// The labelers whose labels a client wants to see, or those that a service used (Label specification,
/// "Labeler HTTP Headers").
public struct AcceptedLabelers: Hashable, Sendable {
  /// The request header. Absent, it means the service's default; empty, it means no labels.
  public static let requestField = HTTPField.Name("atproto-accept-labelers")!
  /// The response header, which "should represent how the request header was de-duplicated and
  /// interpreted".
  public static let responseField = HTTPField.Name("atproto-content-labelers")!

  /// The labelers in order of their first mention, each once.
  public let labelers: [AcceptedLabeler]

  /// Creates a list. "If a labeler DID is repeated in the header, parameters should be combined from
  /// each instance."
  public init(_ labelers: [AcceptedLabeler] = []) {
    var merged: [AcceptedLabeler] = []
    var positions: [DID: Int] = [:]
    for labeler in labelers {
      if let position = positions[labeler.did] {
        if labeler.redacts { merged[position].redacts = true }
      } else {
        positions[labeler.did] = merged.count
        merged.append(labeler)
      }
    }
    self.labelers = merged
  }

  /// Returns the labelers whose labels a response should have.
  ///
  /// - Parameters:
  ///   - fields: the fields of the request.
  ///   - followed: the labelers that the service follows, in order of preference. They are all used,
  ///     each with `redact`, if the request does not name any.
  ///   - maximum: the most labelers to use; the first ones are kept.
  /// - Throws: ``LabelerHeaderError`` if the header is malformed: "the service should return an error
  ///   instead of ignoring the header".
  public static func effective(
    _ fields: HTTPFields,
    followed: [DID],
    maximum: Int = 20
  ) throws(LabelerHeaderError) -> AcceptedLabelers {
    let accepted: AcceptedLabelers
    let lines = fields[values: requestField]
    if lines.isEmpty {
      accepted = AcceptedLabelers(followed.map { AcceptedLabeler($0, redacts: true) })
    } else {
      // "Values from repeated declaration of the header should be merged in to a single list."
      let text = lines.filter { !$0.allSatisfy(\.isWhitespace) }.joined(separator: ", ")
      accepted = try AcceptedLabelers(header: text).keeping(Set(followed))
    }
    return AcceptedLabelers(Array(accepted.labelers.prefix(maximum)))
  }

  /// Returns the list without labelers that cannot be used.
  public func keeping(_ usable: Set<DID>) -> AcceptedLabelers {
    AcceptedLabelers(labelers.filter { usable.contains($0.did) })
  }

  /// The value of a header: `did:web:mod.example.com;redact, did:plc:abc123`.
  public var fieldValue: String {
    labelers.map(\.description).joined(separator: ", ")
  }
}
