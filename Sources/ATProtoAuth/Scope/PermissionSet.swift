public import ATProtoData
public import ATProtoSyntax

/// A published bundle of permissions: a Lexicon document whose main definition is a
/// `permission-set` (Lexicon specification, "Permission Set"; Permission specification, "Permission
/// Sets").
public struct PermissionSet: Hashable, Sendable {
  /// The largest document that is read, in bytes.
  public static let maximumLength = 128 << 10

  static let limits = DataLimits(
    inputSize: maximumLength,
    depth: 16,
    elements: 4096,
    stringLength: 64 << 10,
    keyLength: 512
  )

  /// The NSID of the document.
  public let nsid: NSID
  private let title: LocalizedText
  private let detail: LocalizedText
  private let entries: [PermissionSetEntry]

  /// Reads a Lexicon document in JSON. Throws ``OAuthError/Code/invalidScope``.
  public init(json: [UInt8]) throws(OAuthError) {
    let value: DataValue
    do throws(DataError) {
      value = try DataValue(json: json, limits: Self.limits)
    } catch {
      throw OAuthError(.invalidScope, "the permission set is not valid JSON: \(error)")
    }
    try self.init(document: value)
  }

  /// Reads a Lexicon document, such as the value of a record `com.atproto.lexicon.schema`. Throws
  /// ``OAuthError/Code/invalidScope``.
  ///
  /// Permissions that are not known, or that a set must not contain, are left out: "services must
  /// ignore any individual permission declarations … that describe an unknown resource, or include
  /// unexpected parameter names or values".
  public init(document: DataValue) throws(OAuthError) {
    guard document["lexicon"] == .integer(1),
      let nsid = document["id"]?.string.flatMap({ try? NSID($0) })
    else {
      throw OAuthError(.invalidScope, "the permission set is not a Lexicon document with an id")
    }
    guard let main = document["defs"]?["main"], main["type"] == "permission-set" else {
      throw OAuthError(
        .invalidScope,
        "the main definition of \(nsid.string) is not a permission set"
      )
    }
    guard let permissions = main["permissions"]?.array else {
      throw OAuthError(.invalidScope, "'permissions' of \(nsid.string) is not an array")
    }
    self.nsid = nsid
    title = LocalizedText(main, "title", maximumLength: 100)
    detail = LocalizedText(main, "detail", maximumLength: 600)
    entries = permissions.compactMap { PermissionSetEntry($0, in: nsid) }
  }

  /// The name of the set, without control characters and cut after 100 characters; nil if it does
  /// not have one.
  ///
  /// - Parameter languages: language tags, the most preferred first.
  public func title(in languages: [String] = []) -> String? { title.text(in: languages) }

  /// What the set permits, in words for people, without control characters and cut after 600
  /// characters; nil if the set does not say.
  ///
  /// - Parameter languages: language tags, the most preferred first.
  public func detail(in languages: [String] = []) -> String? { detail.text(in: languages) }

  /// The permissions that the set grants: records and methods in its own namespace group or below.
  ///
  /// - Parameter audience: `aud` of the `include:`, for permissions that inherit it; without it,
  ///   those are left out.
  public func permissions(audience: String?) -> [Permission] {
    entries.compactMap { $0.permission(audience: audience) }
  }
}

/// A permission of a set, of one of the two resources that a set may contain.
enum PermissionSetEntry: Hashable, Sendable {
  case repo(RepoPermission)
  /// To call methods of the service that the `include:` names, or of any service.
  case rpc([NSID], inheritsAudience: Bool)

  /// Returns nil if the permission is to be ignored.
  init?(_ value: DataValue, in set: NSID) {
    guard let fields = value.object, fields["type"] == "permission" else { return nil }
    var keys = Set(fields.keys).subtracting(["type", "resource"])
    func nsids(_ name: String) -> [NSID]? {
      keys.remove(name)
      guard let values = fields[name]?.array, !values.isEmpty else { return nil }
      let nsids = values.compactMap { $0.string.flatMap { try? NSID($0) } }
      // Wildcards are not NSIDs: "not supported in Lexicon schema context".
      let isWithin = nsids.allSatisfy { set.isAuthority(over: $0) }
      return nsids.count == values.count && isWithin ? nsids : nil
    }
    switch fields["resource"]?.string {
    case "repo":
      guard let collections = nsids("collection") else { return nil }
      var actions = RepoAction.allCases
      if let value = fields["action"] {
        keys.remove("action")
        actions = value.array?.compactMap { $0.string.flatMap(RepoAction.init) } ?? []
        guard !actions.isEmpty, actions.count == value.array?.count else { return nil }
      }
      self = .repo(RepoPermission(collections: collections, actions: actions))
    case "rpc":
      guard let methods = nsids("lxm") else { return nil }
      keys.subtract(["aud", "inheritAud"])
      switch (fields["aud"], fields["inheritAud"]) {
      case ("*", nil), ("*", false): self = .rpc(methods, inheritsAudience: false)
      case (nil, true): self = .rpc(methods, inheritsAudience: true)
      default: return nil
      }
    default: return nil
    }
    guard keys.isEmpty else { return nil }
  }

  func permission(audience: String?) -> Permission? {
    switch self {
    case .repo(let permission): return .repo(permission)
    case .rpc(let methods, inheritsAudience: false):
      return .rpc(RPCPermission(methods: methods, audience: nil))
    case .rpc(let methods, inheritsAudience: true):
      guard let audience, ServiceReference.isValid(audience) else { return nil }
      return .rpc(RPCPermission(methods: methods, audience: audience))
    }
  }
}

extension NSID {
  /// "Permission sets can address resources in the same NSID \"group\"; or \"children\"
  /// (sub-domains), recursively deep" ("Namespace Authority").
  fileprivate func isAuthority(over other: NSID) -> Bool {
    other.string.utf8.starts(with: (authority + ".").utf8)
  }
}
