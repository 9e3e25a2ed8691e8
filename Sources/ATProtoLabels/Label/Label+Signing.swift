public import ATProtoCrypto
import ATProtoData
public import ComAtprotoAPI

// Label specification, "Schema and Data Model" and "Signatures". A signature covers the fields of the
// specification and nothing else, in DRISL:
//
//   label = { "cid"?, "cts", "exp"?, "neg"?, "src", "uri", "val", "ver" }

/// The label object of the specification. Public signatures write out its name.
package typealias Label = ComAtproto.Label.Defs.Label

extension ComAtproto.Label.Defs.Label {
  /// The bytes that a signature covers: the fields of the specification in DRISL, without `sig`, "not
  /// any `$type` field or other un-specified fields".
  ///
  /// An explicit `neg: false` is included as it is, because some labelers sign it.
  public var signedBytes: [UInt8] {
    var label = specified
    label.sig = nil
    return label.cborBytes()
  }

  /// The label without fields that the specification does not define.
  package var specified: Label {
    var label = self
    label.unknownFields = UnknownFields()
    return label
  }

  /// Signs the label, which then has the form in which services exchange labels: version 1, no
  /// unspecified fields, and no `neg` unless it is true ("best practice is to simply not include the
  /// field at all").
  public mutating func sign(with key: PrivateKey) {
    ver = 1
    if neg == false { neg = nil }
    unknownFields = UnknownFields()
    sig = Bytes(key.sign(signedBytes))
  }

  /// Whether the label has a signature by the key: 64 bytes, with s in the lower half of the order.
  public func hasValidSignature(by key: PublicKey) -> Bool {
    guard let sig else { return false }
    return key.isValidSignature(sig.array, for: signedBytes)
  }
}
