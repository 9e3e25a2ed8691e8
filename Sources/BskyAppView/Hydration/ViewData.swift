import ATProtoData
import ATProtoLabels
import ATProtoSyntax
import AppBskyAPI
import AppView
import ComAtprotoAPI

/// What the views of a response need: everything is read from one snapshot by ``ViewLoader``, and
/// labels are added afterwards.
struct ViewData: Sendable {
  let viewer: DID?
  var actors = ActorData()
  var posts = PostData()
  var generators: [RecordAddress: IndexRecord<Generator>] = [:]
  var embedded = EmbeddedData()
  /// What the viewer likes and reposts, by the URI of the subject.
  var likes: [String: RecordAddress] = [:]
  var reposts: [String: RecordAddress] = [:]
  /// Pairs of accounts of which one blocks the other.
  var blocks: Set<BlockPair> = []
  /// The versions of other records that decide what is shown: likes, reposts, follows.
  var others: [RecordAddress: CID] = [:]
  /// By the URI of a record, or the DID of an account.
  var labels: [String: SubjectLabels] = [:]

  init(viewer: DID?) {
    self.viewer = viewer
  }
}

/// Accounts, and what the viewer has to do with them.
struct ActorData: Sendable {
  var accounts: [DID: IndexedAccount] = [:]
  var profiles: [DID: IndexRecord<Profile>] = [:]
  var labelers: Set<DID> = []
  var relations: [DID: Relation] = [:]
}

/// Posts, and what belongs to them.
struct PostData: Sendable {
  var records: [RecordAddress: IndexRecord<Post>] = [:]
  var counts: [RecordAddress: PostCounts] = [:]
  /// The gates of threads, by their roots.
  var gates: [RecordAddress: ThreadGate] = [:]
  /// By the posts whose quotes they govern.
  var postgates: [RecordAddress: IndexRecord<Postgate>] = [:]
  /// The root of each post's thread, as its parent knows it.
  var roots: [RecordAddress: Set<RecordAddress>] = [:]
}

/// How the viewer and an account are related: the records that say so.
struct Relation: Hashable, Sendable {
  var following: RecordAddress?
  var followedBy: RecordAddress?
  var blocking: RecordAddress?
  var blockedBy: RecordAddress?
  var isMuted = false

  var isBlocked: Bool { blocking != nil || blockedBy != nil }
}

struct PostCounts: Hashable, Sendable {
  var likes = 0
  var reposts = 0
  var replies = 0
  var quotes = 0
}

/// Two accounts in either order.
struct BlockPair: Hashable, Sendable {
  let first: DID
  let second: DID

  init(_ one: DID, _ other: DID) {
    (first, second) = one.string < other.string ? (one, other) : (other, one)
  }
}

extension ViewData {
  /// Whether the viewer and an account block each other in either direction. Blocks of oneself
  /// count for nothing.
  func isBlocked(_ did: DID) -> Bool {
    did != viewer && actors.relations[did]?.isBlocked == true
  }

  func isMuted(_ did: DID) -> Bool {
    did != viewer && actors.relations[did]?.isMuted == true
  }

  /// Whether one of two accounts blocks the other.
  func hasBlock(_ one: DID, _ other: DID) -> Bool {
    one != other && blocks.contains(BlockPair(one, other))
  }

  /// Whether an account is shown: it is active, and no labeler removes it.
  func isVisible(_ did: DID) -> Bool {
    actors.accounts[did]?.isVisible == true && labels[did.string]?.redactedBy == nil
  }

  /// Whether a labeler removes a record.
  func isRemoved(_ address: RecordAddress) -> Bool {
    labels[address.uri]?.redactedBy != nil
  }

  /// A post that is shown.
  func post(_ address: RecordAddress) -> IndexRecord<Post>? {
    guard let post = posts.records[address], isVisible(address.did), !isRemoved(address) else {
      return nil
    }
    return post
  }

  /// Whether the gate of its thread refuses a reply. The gate of the thread that the reply names
  /// counts, and that of the thread that its parent belongs to.
  func isRefused(_ address: RecordAddress) -> Bool {
    (posts.roots[address] ?? []).contains { root in
      posts.gates[root]?.permits(address.did) == false
    }
  }

  /// The subjects whose labels the views show.
  var subjects: [HydratedSubject] {
    var subjects = actors.accounts.keys.map { HydratedSubject(account: $0) }
    for profile in actors.profiles.values {
      subjects.append(profile.subject(createdAt: profile.value.createdAt))
    }
    for post in posts.records.values {
      subjects.append(post.subject(createdAt: post.value.createdAt))
    }
    for generator in generators.values {
      subjects.append(generator.subject(createdAt: generator.value.createdAt))
    }
    for list in embedded.lists.values {
      subjects.append(list.subject(createdAt: list.value.createdAt))
    }
    for labeler in embedded.labelers.values {
      subjects.append(labeler.subject(createdAt: labeler.value.createdAt))
    }
    for pack in embedded.starterPacks.values {
      subjects.append(pack.subject(createdAt: pack.value.createdAt))
    }
    for (address, cid) in others where posts.records[address] == nil {
      subjects.append(HydratedSubject(uri: address.uri, cid: cid, author: address.did))
    }
    return subjects
  }
}

extension IndexRecord {
  /// The record as the subject of labels, with those that its author put on it.
  func subject(createdAt: FormatString<Datetime>?) -> HydratedSubject {
    HydratedSubject(
      uri: uri,
      cid: cid,
      author: address.did,
      selfLabels: selfLabels(createdAt: createdAt)
    )
  }

  private func selfLabels(
    createdAt: FormatString<Datetime>?
  ) -> [ComAtproto.Label.Defs.Label] {
    guard let record = try? stored.verbatim(), record["labels"] != nil,
      let uri = try? ATURI(self.uri)
    else { return [] }
    return SelfLabels.labels(
      ofRecord: record,
      uri: uri,
      cid: cid,
      author: address.did,
      createdAt: (try? createdAt?.parsed()) ?? Datetime(microseconds: sortAt)
    )
  }
}

extension Datetime {
  /// A time in microseconds since the Unix epoch, with milliseconds; the epoch if it cannot be
  /// written.
  init(microseconds: Int64) {
    let (seconds, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    let isBefore = rest < 0
    let instant = Instant(
      seconds: isBefore ? seconds - 1 : seconds,
      nanoseconds: Int32((isBefore ? rest + 1_000_000 : rest) * 1000)
    )
    self = Datetime(instant) ?? Self.epoch
  }

  private static let epoch: Datetime = {
    guard let epoch = Datetime(Instant(seconds: 0)) else {
      preconditionFailure("the Unix epoch is a valid datetime")
    }
    return epoch
  }()
}

extension FormatString<Datetime> {
  /// A time in microseconds since the Unix epoch.
  init(microseconds: Int64) {
    self.init(Datetime(microseconds: microseconds))
  }
}
