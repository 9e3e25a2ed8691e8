package import ATProtoCrypto
package import ATProtoIdentity

/// What makes an account a labeler: an entry for its key and one for its service in its DID document
/// (Label specification, "Labeler Service Identity").
package enum LabelerIdentity {
  /// The name of the key that signs labels, without `#`.
  package static let key = "atproto_label"
  /// The name of the service, without `#`.
  package static let service = "atproto_labeler"
  package static let serviceType = "AtprotoLabeler"
  /// The record key of the declaration in `app.bsky.labeler.service`.
  package static let declarationKey = "self"

  /// Adds or replaces the key and the service, and keeps everything else.
  package static func set(url: String, key: PublicKey, in data: inout PLCData) {
    data.verificationMethods[Self.key] = key.didKey
    data.services[service] = PLCData.Service(type: serviceType, endpoint: url)
  }

  /// Removes the key and the service, and keeps everything else.
  package static func remove(from data: inout PLCData) {
    data.verificationMethods[key] = nil
    data.services[service] = nil
  }
}
