public import ATProtoCrypto
package import ATProtoData
public import ATProtoSyntax

/// What an operation says of an identity: all that the directory knows at one time but the DID
/// (did:plc specification, "How it works").
public struct PLCData: Hashable, Sendable {
  /// A service and where it is.
  public struct Service: Hashable, Sendable {
    public var type: String
    public var endpoint: String

    public init(type: String, endpoint: String) {
      self.type = type
      self.endpoint = endpoint
    }
  }

  /// Keys as `did:key`, the one with most authority first.
  public var rotationKeys: [String]
  /// Keys as `did:key` by the fragment that names them, without `#`.
  public var verificationMethods: [String: String]
  /// URIs, the preferred one first.
  public var alsoKnownAs: [String]
  /// By the fragment that names them, without `#`.
  public var services: [String: Service]

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
  /// An account of the protocol.
  ///
  /// - Parameter pds: scheme, host and port of the server.
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

  /// The key of commits, `atproto`; nil where there is none of a curve of the protocol.
  public var signingKey: PublicKey? {
    get { verificationMethods["atproto"].flatMap { try? PublicKey(didKey: $0) } }
    set { verificationMethods["atproto"] = newValue?.didKey }
  }

  /// The first alias that is a handle; setting it leaves the others where they are.
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

  /// The endpoint of the Personal Data Server.
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
  /// The handle of an alias: `at://` and the handle, nothing else (DID specification, "DID
  /// Documents").
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

  /// What a directory answers to `/:did/data`.
  package func value(of did: DID) -> DataValue {
    var fields = fields
    fields["did"] = .string(did.string)
    return .object(fields)
  }
}
