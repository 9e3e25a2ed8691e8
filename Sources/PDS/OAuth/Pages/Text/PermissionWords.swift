import ATProtoAuth
import ATProtoSyntax

/// Permissions in words that an account owner understands, with the exact names beside them.
struct PermissionWords {
  private var permissions: [Permission]

  init(_ permissions: [Permission]) {
    self.permissions = permissions
  }

  /// What a scope permits, beside its permission sets. Every session may know who the account is.
  static func sentences(of scope: OAuthScope) -> [PermissionSentence] {
    [PermissionSentence(kind: .identity, text: .knowWhoYouAre)]
      + PermissionWords(scope.permissions).sentences
  }

  /// One sentence for each kind of permission, the most far-reaching first.
  var sentences: [PermissionSentence] {
    identity + account + transitions + records + calls + blobs
  }

  // MARK: Identity and account

  private var identity: [PermissionSentence] {
    let attributes = permissions.compactMap { permission -> IdentityAttribute? in
      if case .identity(let attribute) = permission { attribute } else { nil }
    }
    if attributes.contains(.any) {
      return [
        PermissionSentence(
          kind: .account,
          text: .changeIdentity,
          isDangerous: true
        )
      ]
    }
    return attributes.isEmpty
      ? [] : [PermissionSentence(kind: .account, text: .changeHandlePermission)]
  }

  private var account: [PermissionSentence] {
    // As in the reference implementation: apps of the time before permissions expect what they ask for.
    let isOptional = !permissions.contains { if case .transition = $0 { true } else { false } }
    var actions: [AccountAttribute: AccountAction] = [:]
    for permission in permissions {
      guard case .account(let account) = permission else { continue }
      if actions[account.attribute] != .manage { actions[account.attribute] = account.action }
    }
    if permissions.contains(.transition(.email)), actions[.email] == nil { actions[.email] = .read }
    return AccountAttribute.allCases.compactMap { attribute in
      switch (attribute, actions[attribute]) {
      case (.email, .read?):
        PermissionSentence(kind: .email, text: .seeEmail, isOptional: isOptional)
      case (.email, .manage?):
        PermissionSentence(kind: .email, text: .manageEmail, isOptional: isOptional)
      // Everyone can read a repository.
      case (.repo, .read?): nil
      case (.repo, .manage?):
        PermissionSentence(
          kind: .write,
          text: .replaceRepository,
          isDangerous: true
        )
      case (_, nil): nil
      }
    }
  }

  private var transitions: [PermissionSentence] {
    guard permissions.contains(.transition(.generic)) else { return [] }
    var sentences = [
      PermissionSentence(kind: .write, text: .changeEverything),
      PermissionSentence(kind: .file, text: .uploadMedia),
      PermissionSentence(kind: .call, text: .useServices),
    ]
    if permissions.contains(.transition(.chat)) {
      sentences.append(PermissionSentence(kind: .message, text: .directMessages))
    }
    return sentences
  }

  // MARK: Records

  private var records: [PermissionSentence] {
    var collections: [[RepoAction]: Set<String>] = [:]
    var sentences: [PermissionSentence] = []
    for permission in permissions {
      guard case .repo(let repo) = permission else { continue }
      if let names = repo.collections {
        collections[repo.actions, default: []].formUnion(names.map(\.string))
      } else {
        let sentence = PermissionSentence(kind: .write, text: .changeAllRecords(repo.actions))
        if !sentences.contains(sentence) { sentences.append(sentence) }
      }
    }
    for (actions, names) in collections.sorted(by: { Self.order($0.key, $1.key) }) {
      let known = names.sorted().compactMap { RecordName(rawValue: $0) }
      let other = names.filter { RecordName(rawValue: $0) == nil }.sorted()
      if !known.isEmpty {
        sentences.append(
          PermissionSentence(
            kind: .write,
            text: .changeRecords(actions, known),
            terms: known.map(\.rawValue)
          )
        )
      }
      if !other.isEmpty {
        sentences.append(
          PermissionSentence(
            kind: .write,
            text: .changeOtherRecords(actions, isOne: other.count == 1),
            terms: other
          )
        )
      }
    }
    return sentences
  }

  /// Those with more actions first.
  private static func order(_ left: [RepoAction], _ right: [RepoAction]) -> Bool {
    left.count != right.count
      ? left.count > right.count
      : left.map(\.rawValue).lexicographicallyPrecedes(right.map(\.rawValue))
  }

  // MARK: Calls and blobs

  private var calls: [PermissionSentence] {
    var methods: [String: Set<String>] = [:]
    var unlimited: Set<String> = []
    for permission in permissions {
      guard case .rpc(let rpc) = permission else { continue }
      let audience = rpc.audience ?? ""
      if let names = rpc.methods {
        methods[audience, default: []].formUnion(names.map(\.string))
      } else {
        unlimited.insert(audience)
      }
    }
    return methods.keys.filter { !unlimited.contains($0) }.union(unlimited).sorted()
      .map { audience in
        let service = Phrase.Service(audience: audience)
        let isSpelledOut = if case .other = service { true } else { audience.isEmpty }
        let names = (methods[audience] ?? []).sorted()
        let isMessages = audience.hasSuffix("#bsky_chat")
        if unlimited.contains(audience) {
          return PermissionSentence(
            kind: isMessages ? .message : .call,
            text: isMessages ? .directMessages : .callWithoutLimits(service),
            terms: isSpelledOut ? [] : [audience]
          )
        }
        return PermissionSentence(
          kind: isMessages ? .message : .call,
          text: .call(service, isOne: names.count == 1),
          terms: names + (isSpelledOut ? [] : [audience])
        )
      }
  }

  private var blobs: [PermissionSentence] {
    var types: Set<String> = []
    for permission in permissions {
      if case .blob(let blob) = permission { types.formUnion(blob.accept) }
    }
    if types.isEmpty { return [] }
    if types.contains("*/*") {
      return [PermissionSentence(kind: .file, text: .uploadFiles)]
    }
    let kinds = Phrase.MediaKind.allCases.filter { types.contains("\($0.rawValue)/*") }
    return [
      PermissionSentence(
        kind: .file,
        text: kinds.count == types.count ? .uploadKinds(kinds) : .uploadFilesOfTheseKinds,
        terms: types.sorted()
      )
    ]
  }
}

extension Phrase.Service {
  /// - Parameter audience: the service of an `rpc` permission; empty for any.
  fileprivate init(audience: String) {
    switch audience {
    case "": self = .any
    case "did:web:api.bsky.app#bsky_appview": self = .bluesky
    case "did:web:api.bsky.app#bsky_notif": self = .blueskyNotifications
    case "did:web:api.bsky.chat#bsky_chat": self = .blueskyMessages
    default: self = .other(audience)
    }
  }
}

extension Sequence<String> {
  fileprivate func union(_ other: Set<String>) -> Set<String> { other.union(self) }
}
