public import ATProtoSyntax

/// The scope of a request, a session, or a client document, read into permissions.
///
///     scope       = scope-token *( SP scope-token )
///     scope-token = 1*( %x21 / %x23-5B / %x5D-7E )        ; RFC 6749, 3.3
///
/// Values are compared by meaning (Permission specification). Values that mean nothing permit
/// nothing; they are not an error, because permissions evolve.
public struct OAuthScope: Hashable, Sendable {
  /// The longest text that is read, in bytes. Room for what permission sets expand to.
  public static let maximumLength = 256 << 10
  /// The most values that are read.
  public static let maximumCount = 4096
  /// The longest scope that a client may declare or ask for, in bytes.
  public static let maximumRequestLength = 16 << 10
  /// The most values that a client may declare or ask for.
  public static let maximumRequestCount = 500

  /// The values as they were given, in order, without duplicates.
  public let values: [String]
  /// The values that mean something by themselves.
  public let permissions: [Permission]
  /// The permission sets that are asked for.
  public let includes: [PermissionSetReference]

  private let transitions: Set<TransitionScope>

  /// Reads a scope. Throws ``OAuthError/Code/invalidScope`` if the text is empty, too long, has too
  /// many values, or does not follow the grammar.
  public init(_ text: String) throws(OAuthError) {
    guard text.utf8.count <= Self.maximumLength else {
      throw OAuthError(.invalidScope, "the scope is longer than \(Self.maximumLength) bytes")
    }
    let values = text.split(separator: " ", omittingEmptySubsequences: false)
    guard values.count <= Self.maximumCount else {
      throw OAuthError(.invalidScope, "the scope has more than \(Self.maximumCount) values")
    }
    for value in values {
      guard !value.isEmpty, value.utf8.allSatisfy(Self.isTokenCharacter) else {
        throw OAuthError(
          .invalidScope,
          "a scope must be values of printable ASCII without quotes and backslashes, separated by "
            + "single spaces"
        )
      }
    }
    self.init(values: values.map(String.init))
  }

  /// - Precondition: every value is a scope token.
  init(values: [String]) {
    var seen: Set<String> = []
    self.values = values.filter { seen.insert($0).inserted }
    permissions = self.values.compactMap { Permission($0) }
    includes = self.values.compactMap { PermissionSetReference($0) }
    transitions = Set(
      permissions.compactMap { if case .transition(let scope) = $0 { scope } else { nil } }
    )
  }

  /// Whether the scope has the value `atproto`, without which a session permits nothing (OAuth
  /// specification, "Authorization Scopes").
  public var hasATProto: Bool { values.contains("atproto") }

  /// Whether the session is permitted what a request needs. An `include:` permits nothing before it
  /// is expanded, and nothing is permitted without `atproto`.
  public func allows(_ need: PermissionNeed) -> Bool {
    guard hasATProto else { return false }
    return permissions.contains { permission in
      if case .transition(let scope) = permission {
        return scope.allows(need, granted: transitions)
      }
      return permission.allows(need)
    }
  }

  /// Whether a value means something: `atproto`, a permission, or an `include:`.
  public static func isMeaningful(_ value: String) -> Bool {
    value == "atproto" || Permission(value) != nil || PermissionSetReference(value) != nil
  }

  /// The values that `isIncluded` selects, in order.
  public func filter(_ isIncluded: (String) -> Bool) -> OAuthScope {
    OAuthScope(values: values.filter(isIncluded))
  }

  /// Whether every value is also one of another scope, compared as text.
  public func isSubset(of other: OAuthScope) -> Bool {
    let others = Set(other.values)
    return values.allSatisfy(others.contains)
  }

  /// Whether both have the same values in the same order.
  public static func == (lhs: OAuthScope, rhs: OAuthScope) -> Bool { lhs.values == rhs.values }

  /// Hashes the values.
  public func hash(into hasher: inout Hasher) { hasher.combine(values) }

  private static func isTokenCharacter(_ byte: UInt8) -> Bool {
    byte == 0x21 || (0x23...0x5B).contains(byte) || (0x5D...0x7E).contains(byte)
  }
}

extension OAuthScope: CustomStringConvertible {
  /// The values, joined by spaces.
  public var description: String { values.joined(separator: " ") }
}

/// A scope value `include:com.example.authBasic?aud=did:web:api.example.com%23service`, which asks
/// for the permissions of a permission set (Permission specification, "Permission Sets").
public struct PermissionSetReference: Hashable, Sendable {
  /// The NSID of the set.
  public var nsid: NSID
  /// The service that permissions of the set inherit as their audience, with its fragment.
  public var audience: String?

  /// Creates a reference.
  public init(nsid: NSID, audience: String? = nil) {
    self.nsid = nsid
    self.audience = audience
  }

  /// Reads a scope value. Returns nil if it is not a reference that means something: in `aud`, a
  /// wildcard or a DID without a fragment is not valid.
  public init?(_ text: String) {
    guard text.hasPrefix("include"), var syntax = ScopeSyntax(text), syntax.resource == "include",
      let nsid = syntax.takeOne("nsid", isPositional: true).flatMap({ try? NSID($0) })
    else { return nil }
    let audience = syntax.takeOne("aud")
    guard syntax.isExhausted, audience.map(ServiceReference.isValid) ?? true else { return nil }
    self.init(nsid: nsid, audience: audience)
  }
}

extension PermissionSetReference: CustomStringConvertible {
  /// The canonical scope text.
  public var description: String {
    ScopeSyntax.text("include", ("nsid", [nsid.string]), ("aud", audience.map { [$0] } ?? []))
  }
}
