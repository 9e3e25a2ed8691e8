import ATProtoLabels
import ATProtoSyntax
import HTTPTypes
import XRPCServer

/// The labels of followed labelers, as requests ask for them (Label specification, "Labeler HTTP
/// Headers").
struct RequestLabels: Sendable {
  /// The labelers that are followed, all of which are used, each with `redact`, if a request does
  /// not name any.
  let followed: [DID]
  let hydration: Hydration

  init(_ index: any LabelIndex, followed: [DID]) {
    self.followed = followed
    hydration = Hydration(index: index)
  }

  /// Throws 400 `InvalidRequest` if the field is malformed.
  func accepted(_ fields: HTTPFields) throws(XRPCServerError) -> AcceptedLabelers {
    do {
      return try AcceptedLabelers.effective(fields, followed: followed)
    } catch {
      throw .invalidRequest("\(error)")
    }
  }
}
