import ATProtoCrypto
import ATProtoData
import ATProtoSyntax
import AppBskyAPI
import Hummingbird
import ServiceKit

/// The documents in which a labeler describes itself:
///
/// - `/.well-known/did.json`: its DID document, if its DID is the `did:web` of its public URL
/// - `/.well-known/ozone-metadata.json`: its DID, URL, and key, as the Ozone web app reads them;
///   and the declaration of LABELER_DECLARATION, which `atproto labeler check` compares with the
///   record of the account
struct LabelerDocuments: Sendable {
  static let paths = [didPath, metadataPath]
  private static let didPath = "/.well-known/did.json"
  private static let metadataPath = "/.well-known/ozone-metadata.json"

  let did: DID
  let key: PublicKey
  let url: PublicURL
  /// Nil if the declaration is the record of the account.
  let declaration: AppBsky.Labeler.Service?

  /// Returns nil for any other path, and for a DID document that is not published here.
  func response(to request: Request) async throws -> Response? {
    switch request.uri.path {
    case Self.didPath: return isPublishedHere ? try await document.response(to: request) : nil
    case Self.metadataPath:
      var metadata: DataObject = [
        "did": .string(did.string), "url": .string(url.text), "publicKey": .string(key.didKey),
      ]
      metadata["declaration"] = declaration?.dataValue
      return .json(.object(metadata))
    default: return nil
    }
  }

  private var document: WellKnownDocuments {
    WellKnownDocuments(
      of: did,
      keys: [.init(id: "#\(LabelerIdentity.key)", multikey: key.multikey)],
      services: [
        .init(id: "#\(LabelerIdentity.service)", type: LabelerIdentity.serviceType)
      ],
      baseURL: { [url] in url.text },
      greeting: ""
    )
  }

  /// Whether clients that resolve the DID fetch its document from the public URL.
  private var isPublishedHere: Bool {
    guard did.method == "web", let separator = url.text.firstRange(of: "://") else { return false }
    let authority = url.text[separator.upperBound...].lowercased()
    return did.identifier.lowercased() == authority.replacing(":", with: "%3a")
  }
}
