import ATProtoData
package import ATProtoSyntax
import HTTPTypes
package import Hummingbird

/// The documents that a service publishes outside of XRPC:
///
/// - `/.well-known/did.json`: the DID document of the service, whose DID is `did:web` of its hostname
/// - `/.well-known/atproto-did`: the DID of the account whose handle is the host of the request
/// - `/`: a line of text for people
package struct WellKnownDocuments: Sendable {
  package static let paths = ["/.well-known/atproto-did", "/.well-known/did.json", "/"]

  /// An entry of a DID document.
  package struct ServiceEntry: Hashable, Sendable {
    /// With its `#`: `#atproto_pds`.
    var id: String
    var type: String

    package init(id: String, type: String) {
      self.id = id
      self.type = type
    }
  }

  /// A public key of a DID document.
  package struct KeyEntry: Hashable, Sendable {
    /// With its `#`: `#atproto_label`.
    var id: String
    /// The key in the form of `publicKeyMultibase`.
    var multikey: String

    package init(id: String, multikey: String) {
      self.id = id
      self.multikey = multikey
    }
  }

  private let did: DID
  private let keys: [KeyEntry]
  private let services: [ServiceEntry]
  private let baseURL: @Sendable () -> String
  private let holder: @Sendable (Handle) async throws -> DID?
  private let greeting: String

  /// - Parameters:
  ///   - keys: the public keys that the DID document lists, all controlled by the DID itself.
  ///   - services: the services that the DID document lists, all at the base URL.
  ///   - baseURL: the URL at which clients currently reach the service.
  ///   - greeting: the line for people.
  ///   - holder: the account that has a handle, or nil; always nil for a service without accounts.
  package init(
    of did: DID,
    keys: [KeyEntry] = [],
    services: [ServiceEntry],
    baseURL: @escaping @Sendable () -> String,
    greeting: String,
    holder: @escaping @Sendable (Handle) async throws -> DID? = { _ in nil }
  ) {
    self.did = did
    self.keys = keys
    self.services = services
    self.baseURL = baseURL
    self.greeting = greeting
    self.holder = holder
  }

  /// Returns nil for any other path.
  package func response(to request: Request) async throws -> Response? {
    switch request.uri.path {
    case "/.well-known/atproto-did":
      // Handle specification, "HTTPS well-known Method": the host is the handle.
      let host = request.head.authority?.split(separator: ":").first.map(String.init)
      guard let host, let handle = try? Handle(host).normalized, let did = try await holder(handle)
      else { return .text("handle not found\n", .notFound) }
      return .text(did.string)
    case "/.well-known/did.json": return .json(document)
    case "/": return .text(greeting + "\n")
    default: return nil
    }
  }

  private var document: DataValue {
    let url = baseURL()
    var document: DataObject = [
      "@context": ["https://www.w3.org/ns/did/v1"],
      "id": .string(did.string),
      "service": .array(
        services.map { service in
          [
            "id": .string(service.id), "type": .string(service.type),
            "serviceEndpoint": .string(url),
          ]
        }
      ),
    ]
    guard !keys.isEmpty else { return .object(document) }
    document["@context"] = [
      "https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1",
    ]
    document["verificationMethod"] = .array(
      keys.map { key in
        [
          "id": .string(did.string + key.id), "type": "Multikey", "controller": .string(did.string),
          "publicKeyMultibase": .string(key.multikey),
        ]
      }
    )
    return .object(document)
  }
}
