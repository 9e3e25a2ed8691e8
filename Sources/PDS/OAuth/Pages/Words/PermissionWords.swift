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
    let identity = PermissionSentence(
      kind: .identity,
      text: "Know who you are: your handle, your DID, and your public data"
    )
    return [identity] + PermissionWords(scope.permissions).sentences
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
          text: "Change your identity: your handle, your keys, and the server of your account",
          isDangerous: true
        )
      ]
    }
    return attributes.isEmpty
      ? [] : [PermissionSentence(kind: .account, text: "Change your handle")]
  }

  private var account: [PermissionSentence] {
    var actions: [AccountAttribute: AccountAction] = [:]
    for permission in permissions {
      guard case .account(let account) = permission else { continue }
      if actions[account.attribute] != .manage { actions[account.attribute] = account.action }
    }
    if permissions.contains(.transition(.email)), actions[.email] == nil { actions[.email] = .read }
    return AccountAttribute.allCases.compactMap { attribute in
      switch (attribute, actions[attribute]) {
      case (.email, .read?): PermissionSentence(kind: .email, text: "See your email address")
      case (.email, .manage?):
        PermissionSentence(kind: .email, text: "See and change your email address")
      // Everyone can read a repository.
      case (.repo, .read?): nil
      case (.repo, .manage?):
        PermissionSentence(
          kind: .write,
          text: "Replace all your data with a repository from elsewhere",
          isDangerous: true
        )
      case (_, nil): nil
      }
    }
  }

  private var transitions: [PermissionSentence] {
    guard permissions.contains(.transition(.generic)) else { return [] }
    var sentences = [
      PermissionSentence(
        kind: .write,
        text: "Create, update, and delete all your public data, such as posts, likes, and follows"
      ),
      PermissionSentence(kind: .file, text: "Upload images, videos, and other files"),
      PermissionSentence(
        kind: .call,
        text: "Use other services as you, and read and change your preferences"
      ),
    ]
    if permissions.contains(.transition(.chat)) {
      sentences.append(
        PermissionSentence(kind: .message, text: "Read and send your direct messages")
      )
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
        let sentence = PermissionSentence(
          kind: .write,
          text: "\(Self.verbs(repo.actions)) all your public data, of any kind"
        )
        if !sentences.contains(sentence) { sentences.append(sentence) }
      }
    }
    for (actions, names) in collections.sorted(by: { Self.order($0.key, $1.key) }) {
      let known = names.filter { RecordNames.plural(of: $0) != nil }.sorted()
      let other = names.subtracting(known).sorted()
      if !known.isEmpty {
        let words = known.compactMap(RecordNames.plural(of:))
        sentences.append(
          PermissionSentence(
            kind: .write,
            text: "\(Self.verbs(actions)) your \(DisplayText.list(words))",
            terms: known
          )
        )
      }
      if !other.isEmpty {
        let kinds = other.count == 1 ? "this kind" : "these kinds"
        sentences.append(
          PermissionSentence(
            kind: .write,
            text: "\(Self.verbs(actions)) your records of \(kinds)",
            terms: other
          )
        )
      }
    }
    return sentences
  }

  /// `Create, update, and delete`.
  private static func verbs(_ actions: [RepoAction]) -> String {
    let text = DisplayText.list(actions.map(\.rawValue))
    return text.prefix(1).uppercased() + text.dropFirst()
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
        let service = RecordNames.service(audience)
        let place =
          audience.isEmpty ? "any service" : service ?? "the service \(audience)"
        let names = (methods[audience] ?? []).sorted()
        let isMessages = audience.hasSuffix("#bsky_chat")
        if unlimited.contains(audience) {
          return PermissionSentence(
            kind: isMessages ? .message : .call,
            text: isMessages
              ? "Read and send your direct messages" : "Use \(place) as you, without limits",
            terms: service == nil ? [] : [audience]
          )
        }
        return PermissionSentence(
          kind: isMessages ? .message : .call,
          text: "Make \(names.count == 1 ? "this request" : "these requests") to \(place) as you",
          terms: names + (service == nil ? [] : [audience])
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
      return [PermissionSentence(kind: .file, text: "Upload files of any kind")]
    }
    let words = ["image/*": "images", "video/*": "videos", "audio/*": "sound recordings"]
    let known = types.sorted().compactMap { words[$0] }
    let text =
      known.count == types.count ? DisplayText.list(known) : "files of these kinds"
    return [
      PermissionSentence(
        kind: .file,
        text: "Upload \(text)",
        terms: types.sorted()
      )
    ]
  }
}

extension Sequence<String> {
  fileprivate func union(_ other: Set<String>) -> Set<String> { other.union(self) }
}
