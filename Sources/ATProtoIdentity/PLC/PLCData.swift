public import ATProtoCrypto
public import ATProtoData
public import ATProtoSyntax

/// The state of a `did:plc` identity: everything that the PLC directory knows about it at one time,
/// except the DID (did:plc specification, "How it works").
public struct PLCData: Hashable, Sendable {
  /// A service and its URL.
  public struct Service: Hashable, Sendable {
    /// The type of the service: `AtprotoPersonalDataServer`, …
    public var type: String
    /// The URL of the service.
    public var endpoint: String

    /// Creates a service.
    public init(type: String, endpoint: String) {
      self.type = type
      self.endpoint = endpoint
    }
  }

  /// The rotation keys as `did:key`, in order of authority, highest first.
  public var rotationKeys: [String]
  /// The keys as `did:key`, by fragment without `#`.
  public var verificationMethods: [String: String]
  /// URIs, such as `at://` followed by the handle, in order of preference.
  public var alsoKnownAs: [String]
  /// The services, by fragment without `#`.
  public var services: [String: Service]

  /// Creates a state.
  public init(
    rotationKeys: [String] = [],
    verificationMethods: [String: String] = [:],
    alsoKnownAs: [String] = [],
    services: [String: Service] = [:]
  ) {
    self.rotationKeys = rotationKeys
    self.verificationMethods = verificationMethods
    self.alsoKnownAs = alsoKnownAs
    self.services = services
  }
}

// "Use with AT Protocol"
extension PLCData {
  /// Creates the state of an AT Protocol account.
  ///
  /// - Parameter pds: the base URL of the account's PDS.
  public init(
    signingKey: PublicKey,
    rotationKeys: [PublicKey],
    handle: Handle,
    pds: String
  ) {
    self.init(rotationKeys: rotationKeys.map(\.didKey))
    self.signingKey = signingKey
    self.handle = handle
    self.pds = pds
  }

  /// The key that signs commits, `atproto`; nil if it is absent or on an unsupported curve.
  public var signingKey: PublicKey? {
    get { verificationMethods["atproto"].flatMap { try? PublicKey(didKey: $0) } }
    set { verificationMethods["atproto"] = newValue?.didKey }
  }

  /// The first alias that is a handle. Setting it keeps the other aliases and their order.
  public var handle: Handle? {
    get { alsoKnownAs.lazy.compactMap(Handle.init(alias:)).first }
    set {
      let index = alsoKnownAs.firstIndex { Handle(alias: $0) != nil }
      switch (index, newValue.map { "at://\($0.normalized)" }) {
      case (let index?, let alias?): alsoKnownAs[index] = alias
      case (let index?, nil): alsoKnownAs.remove(at: index)
      case (nil, let alias?): alsoKnownAs.insert(alias, at: 0)
      case (nil, nil): break
      }
    }
  }

  /// The URL of the account's PDS.
  public var pds: String? {
    get { services["atproto_pds"]?.endpoint }
    set {
      services["atproto_pds"] = newValue.map {
        Service(type: "AtprotoPersonalDataServer", endpoint: $0)
      }
    }
  }
}

extension Handle {
  /// Parses an alias that consists of `at://` and a handle (DID specification, "DID Documents").
  init?(alias: String) {
    guard alias.hasPrefix("at://"), let handle = try? Handle(String(alias.dropFirst(5))) else {
      return nil
    }
    self = handle.normalized
  }
}

extension PLCData {
  /// The fields of an operation.
  package var fields: DataObject {
    var keys = DataObject()
    for (id, key) in verificationMethods { keys[id] = .string(key) }
    var services = DataObject()
    for (id, service) in self.services {
      services[id] = ["type": .string(service.type), "endpoint": .string(service.endpoint)]
    }
    return [
      "rotationKeys": .array(rotationKeys.map { .string($0) }),
      "verificationMethods": .object(keys),
      "alsoKnownAs": .array(alsoKnownAs.map { .string($0) }),
      "services": .object(services),
    ]
  }

  /// The response of a PLC directory to `/:did/data`.
  package func value(of did: DID) -> DataValue {
    var fields = fields
    fields["did"] = .string(did.string)
    return .object(fields)
  }
}

extension PLCData {
  /// Renders the state as a DID document ("Presentation as DID Document").
  public func document(of did: DID) -> DataValue {
    let keys = verificationMethods.sorted { $0.key < $1.key }
    var context = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]
    for (_, key) in keys {
      // No context is known for keys on other curves.
      guard let curve = try? PublicKey(didKey: key).curve else { continue }
      let suite = curve == .k256 ? "secp256k1-2019" : "ecdsa-2019"
      let name = "https://w3id.org/security/suites/\(suite)/v1"
      if !context.contains(name) { context.append(name) }
    }
    return [
      "@context": .array(context.map { .string($0) }),
      "id": .string(did.string),
      "alsoKnownAs": .array(alsoKnownAs.map { .string($0) }),
      "verificationMethod": .array(
        keys.map { id, key in
          [
            "id": .string("\(did)#\(id)"),
            "type": "Multikey",
            "controller": .string(did.string),
            "publicKeyMultibase": .string(
              key.hasPrefix("did:key:") ? String(key.dropFirst(8)) : key
            ),
          ]
        }
      ),
      "service": .array(
        services.sorted { $0.key < $1.key }.map { id, service in
          [
            "id": .string("#\(id)"),
            "type": .string(service.type),
            "serviceEndpoint": .string(service.endpoint),
          ]
        }
      ),
    ]
  }
}
