public import ATProtoData
public import ATProtoSyntax

/// The parts of a DID document that AT Protocol uses (DID specification, "DID Documents").
///
/// Decoding is tolerant: entries of other forms are skipped. ``signingKey(_:)`` and
/// ``endpoint(_:type:)`` strictly check what they return.
public struct DIDDocument: Hashable, Sendable {
  /// A public key.
  public struct VerificationMethod: Hashable, Sendable {
    /// The fragment without `#`: `atproto`.
    public var id: String
    /// The type of the key: `Multikey`, …
    public var type: String
    /// The DID that controls the key.
    public var controller: String
    /// The encoded key.
    public var publicKeyMultibase: String
  }

  /// A service of the account.
  public struct Service: Hashable, Sendable {
    /// The fragment without `#`: `atproto_pds`.
    public var id: String
    /// The type of the service: `AtprotoPersonalDataServer`, …
    public var type: String
    /// The URL of the service.
    public var endpoint: String
  }

  /// The DID that the document describes.
  public let id: DID
  /// URIs, including the claimed handle as an `at://` URI, in order of preference.
  public let alsoKnownAs: [String]
  /// The public keys, in document order.
  public let verificationMethods: [VerificationMethod]
  /// The services, in document order.
  public let services: [Service]
  /// The whole document as JSON. Decoded, a hostile document takes dozens of times as much memory,
  /// and directories keep many documents of strangers.
  private let json: [UInt8]

  /// The whole document. It is decoded each time, because only the parts that AT Protocol uses are
  /// kept decoded.
  public var value: DataValue {
    (try? DataValue(json: json, limits: Self.ownLimits)) ?? .null
  }

  /// About how much memory the document takes, in bytes.
  package var memory: Int { 512 + 2 * json.count }

  /// Entries of a list beyond this number are skipped.
  static let maximumEntries = 100

  /// Reads a document.
  ///
  /// - Throws: ``IdentityError/Code/badDocument`` unless the value is an object with a DID as `id`.
  public init(_ value: DataValue) throws(IdentityError) {
    guard let id = value["id"]?.string.flatMap({ try? DID($0) }) else {
      throw IdentityError(.badDocument, "the id of the DID document is not a valid DID")
    }
    self.id = id
    json = value.jsonBytes()
    alsoKnownAs = Self.entries(value["alsoKnownAs"]).compactMap(\.string)
    verificationMethods = Self.entries(value["verificationMethod"]).compactMap { entry in
      guard let name = Self.fragment(entry, of: id), let type = entry["type"]?.string,
        let controller = entry["controller"]?.string,
        let key = entry["publicKeyMultibase"]?.string
      else { return nil }
      return VerificationMethod(
        id: name,
        type: type,
        controller: controller,
        publicKeyMultibase: key
      )
    }
    services = Self.entries(value["service"]).compactMap { entry in
      guard let name = Self.fragment(entry, of: id), let type = entry["type"]?.string,
        let endpoint = entry["serviceEndpoint"]?.string
      else { return nil }
      return Service(id: name, type: type, endpoint: endpoint)
    }
  }

  /// Decodes the JSON document of a DID.
  ///
  /// - Throws: ``IdentityError/Code/badDocument`` if it is not valid or its `id` is not `did`.
  public init(json: [UInt8], of did: DID) throws(IdentityError) {
    let value: DataValue
    do {
      value = try DataValue(json: json, limits: Self.limits)
    } catch {
      throw IdentityError(.badDocument, "the DID document of \(did) is not valid JSON: \(error)")
    }
    try self.init(value)
    // "The DID declared in the document should always be verified against what was expected".
    guard id == did else {
      throw IdentityError(.badDocument, "the DID document of \(did) describes \(id) instead")
    }
  }

  private static let limits = DataLimits(inputSize: 1 << 20, depth: 32, elements: 4096)
  /// For JSON that was made from a decoded document.
  private static let ownLimits = DataLimits(inputSize: .max, elements: .max, stringLength: .max)

  private static func entries(_ value: DataValue?) -> ArraySlice<DataValue> {
    value?.array?.prefix(maximumEntries) ?? []
  }

  /// "Implementations should support both relative fragment syntax and fully-qualified syntax".
  private static func fragment(_ entry: DataValue, of did: DID) -> String? {
    guard let id = entry["id"]?.string else { return nil }
    let fragment = id.hasPrefix(did.string) ? id.dropFirst(did.string.count) : id[...]
    return fragment.first == "#" && fragment.count > 1 ? String(fragment.dropFirst()) : nil
  }
}
