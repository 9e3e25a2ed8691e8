import ATProtoData
public import ATProtoSyntax
public import ComAtprotoAPI

extension ComAtproto.Label.Defs.Label {
  /// The longest value, in bytes of UTF-8.
  package static var maximumValueLength: Int { 128 }

  /// Checks everything that a label must fulfill between services, except who signed it: "When labels
  /// are being transferred as full objects between services, the `ver` and `sig` fields are
  /// required."
  ///
  /// - Throws: a ``LabelError`` for the first requirement that is violated.
  public func check() throws(LabelError) {
    guard ver == 1 else {
      throw LabelError(.version, "the label's version is not 1, the only one that is known")
    }
    try checkSignatureForm()
    guard src.isValid else { throw LabelError(.source, "the source of the label is not a DID") }
    try checkSubject()
    guard !val.isEmpty, val.utf8.count <= Self.maximumValueLength else {
      throw LabelError(
        .value,
        "the value of a label must have 1 to \(Self.maximumValueLength) bytes"
      )
    }
    guard cts.isValid, exp?.isValid != false else {
      throw LabelError(.time, "cts and exp must be datetimes")
    }
    guard cid.map({ (try? CID($0.string)) != nil }) != false else {
      throw LabelError(.cid, "the cid of the label is not a CID")
    }
  }

  private func checkSignatureForm() throws(LabelError) {
    guard let sig else { throw LabelError(.unsigned, "the label does not have a signature") }
    guard sig.count == 64 else {
      throw LabelError(.signature, "a signature must have 64 bytes, not \(sig.count)")
    }
  }

  /// "For a specific record, an `at://` URI. For an account, the `did:`." An AT-URI has at most 8
  /// kilobytes, and a handle in it would change its meaning with its owner.
  private func checkSubject() throws(LabelError) {
    if (try? DID(uri.string)) != nil { return }
    if let uri = try? ATURI(uri.string), case .did = uri.authority { return }
    throw LabelError(.subject, "the subject of the label is neither a DID nor an AT-URI with a DID")
  }

  /// Whether services should show the label at an instant: it is not a negation and has not expired
  /// ("Label Lifecycle: Negation and Expiration").
  ///
  /// A label whose `exp` is not a datetime is not active.
  public func isActive(at instant: Datetime.Instant) -> Bool {
    guard neg != true else { return false }
    guard let exp else { return true }
    guard let expiry = try? exp.parsed() else { return false }
    return instant < expiry.instant
  }
}
