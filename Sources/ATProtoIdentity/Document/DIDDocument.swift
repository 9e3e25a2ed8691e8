public import ATProtoData
public import ATProtoSyntax

/// What the protocol reads of a DID document (DID specification, "DID Documents").
///
/// Read tolerantly: entries of other forms are left out, not a reason to refuse the rest. Used
/// strictly: see ``signingKey(_:)`` and ``endpoint(_:type:)``.
public struct DIDDocument: Hashable, Sendable {
  public struct VerificationMethod: Hashable, Sendable {
    /// The fragment alone: `atproto`.
    public var id: String
    public var type: String
    public var controller: String
    public var publicKeyMultibase: String
  }

  public struct Service: Hashable, Sendable {
    /// The fragment alone: `atproto_pds`.
    public var id: String
    public var type: String
    public var endpoint: String
  }

  public let id: DID
  public let alsoKnownAs: [String]
  public let verificationMethods: [VerificationMethod]
  public let services: [Service]
  /// The document as it came.
  public let value: DataValue

  /// More entries of a kind are left out.
  static let maximumEntries = 100

  /// Throws ``IdentityError/Code/badDocument`` unless the value is an object with a DID as `id`.
  public init(_ value: DataValue) throws(IdentityError) {
    guard let id = value["id"]?.string.flatMap({ try? DID($0) }) else {
      throw IdentityError(.badDocument, "a DID document has a DID as its id")
    }
    self.id = id
    self.value = value
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

  /// Reads a document in JSON that was found for `did`, and whose `id` must say so.
  public init(json: [UInt8], of did: DID) throws(IdentityError) {
    let value: DataValue
    do {
      value = try DataValue(json: json, limits: Self.limits)
    } catch {
      throw IdentityError(.badDocument, "not a DID document: \(error)")
    }
    try self.init(value)
    // "The DID declared in the document should always be verified against what was expected".
    guard id == did else {
      throw IdentityError(.badDocument, "the document of \(did) is that of \(id)")
    }
  }

  private static let limits = DataLimits(inputSize: 1 << 20, depth: 32, elements: 4096)

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
