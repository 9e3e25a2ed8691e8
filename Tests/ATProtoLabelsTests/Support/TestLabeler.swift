import ATProtoCrypto
import ATProtoData
import ATProtoIdentity
import ATProtoLabels
import ATProtoSyntax
import ComAtprotoAPI

/// A labeler with its own key.
struct TestLabeler: Sendable {
  let did: DID
  var key: PrivateKey

  init(_ name: String = "labeler", _ curve: Curve = .k256) {
    did = try! DID("did:web:\(name).example.com")
    key = PrivateKey(generating: curve)
  }

  /// A signed label, on a post by default.
  func label(
    _ value: String = "spam",
    on subject: String = Sample.post,
    cid: CID? = nil,
    isNegation: Bool = false,
    at time: Datetime = "2026-01-01T00:00:00.000Z",
    until expiry: Datetime? = nil
  ) -> Label {
    var label = Label(
      src: FormatString(did),
      uri: FormatString(subject),
      cid: cid.map { FormatString($0.string) },
      val: value,
      neg: isNegation ? true : nil,
      cts: FormatString(time),
      exp: expiry.map { FormatString($0) }
    )
    label.sign(with: key)
    return label
  }

  /// The DID document, with one key for labels and another for the repository.
  func document(repositoryKey: PublicKey? = nil) -> DIDDocument {
    let keys = [("atproto", repositoryKey), ("atproto_label", key.publicKey)]
    let methods = keys.compactMap { name, key -> DataValue? in
      key.map { Self.method(name, $0, did) }
    }
    return Self.document(did, methods)
  }

  /// A DID document without a key for labels.
  func documentWithoutLabelKey() -> DIDDocument {
    Self.document(did, [Self.method("atproto", key.publicKey, did)])
  }

  private static func method(_ name: String, _ key: PublicKey, _ did: DID) -> DataValue {
    [
      "id": .string("\(did)#\(name)"), "type": "Multikey", "controller": .string(did.string),
      "publicKeyMultibase": .string(key.multikey),
    ]
  }

  private static func document(_ did: DID, _ methods: [DataValue]) -> DIDDocument {
    try! DIDDocument([
      "id": .string(did.string),
      "verificationMethod": .array(methods),
      "service": [
        [
          "id": "#atproto_labeler", "type": "AtprotoLabeler",
          "serviceEndpoint": .string("https://\(did.identifier)"),
        ]
      ],
    ])
  }
}

enum Sample {
  static let author: DID = "did:plc:44ybard66vv44zksje25o7dz"
  static let post = "at://\(author)/app.bsky.feed.post/3jzfcijpj2z2a"

  static func post(_ number: Int) -> String {
    "at://\(author)/app.bsky.feed.post/\(number)"
  }

  static func cid(_ number: UInt8) -> CID {
    CID(codec: .dagCBOR, sha256Digest: [UInt8](repeating: number, count: 32))
  }

  /// A time in the year 2026.
  static func time(_ second: Int) -> Datetime {
    Datetime(Datetime.Instant(seconds: 1_767_225_600 + Int64(second)))!
  }
}
