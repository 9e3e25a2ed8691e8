import ATProtoSyntax
import AppBskyAPI
import AppView
import LexiconIndex

/// Lists, labelers, and starter packs, which posts can embed.
struct EmbeddedData: Sendable {
  var lists: [RecordAddress: IndexRecord<AppBsky.Graph.List>] = [:]
  var labelers: [RecordAddress: IndexRecord<AppBsky.Labeler.Service>] = [:]
  var starterPacks: [RecordAddress: IndexRecord<AppBsky.Graph.Starterpack>] = [:]
  /// The members of lists.
  var itemCounts: [RecordAddress: Int] = [:]
  /// The likes of feed generators and labelers.
  var likeCounts: [RecordAddress: Int] = [:]
  /// The accounts that signed up through starter packs.
  var joinCounts: [RecordAddress: Int] = [:]
}

extension ViewLoader {
  /// Fetches what posts embed, and returns the posts among it.
  mutating func fetchEmbedded(by posts: [RecordAddress]) throws -> [RecordAddress] {
    let embedded = Set(posts.compactMap { data.posts.records[$0]?.value.embeddedAddress })
    try fetch(embedded.filter(\.isPost))
    let others = embedded.filter { !$0.isPost }
    data.generators.merge(try index.records(Generator.self, at: Array(others))) { _, new in new }
    data.embedded.labelers.merge(
      try index.records(AppBsky.Labeler.Service.self, at: Array(others))
    ) { _, new in new }
    let packs = try index.records(AppBsky.Graph.Starterpack.self, at: Array(others))
    data.embedded.starterPacks.merge(packs) { _, new in new }
    try fetchLists(others.union(packs.values.compactMap { RecordAddress($0.value.list.string) }))
    return embedded.filter { data.posts.records[$0] != nil }
  }

  mutating func fetchLists(_ addresses: Set<RecordAddress>) throws {
    let missing = addresses.filter { data.embedded.lists[$0] == nil }
    data.embedded.lists.merge(
      try index.records(AppBsky.Graph.List.self, at: Array(missing))
    ) { _, new in new }
  }

  /// Loads labelers with everything that their views show.
  mutating func loadLabelers(_ addresses: [RecordAddress]) throws {
    data.embedded.labelers.merge(
      try index.records(AppBsky.Labeler.Service.self, at: addresses)
    ) { _, new in new }
    try loadEmbedded()
  }

  /// Loads feed generators with everything that their views show.
  mutating func loadGenerators(_ addresses: [RecordAddress]) throws {
    data.generators.merge(try index.records(Generator.self, at: addresses)) { _, new in new }
    try loadEmbedded()
  }

  /// Loads what the views of all that was fetched, besides posts, show.
  mutating func loadEmbedded() throws {
    let embedded = data.embedded
    let liked = Array(data.generators.keys) + Array(embedded.labelers.keys)
    let creators = liked + Array(embedded.lists.keys) + Array(embedded.starterPacks.keys)
    try loadActors(Set(creators.map(\.did)))
    try loadViewerState(liked.map(\.uri))
    let likes = try index.backlinkCounts(liked.map { (target: $0.uri, source: .likes) })
    for (address, count) in zip(liked, likes) {
      data.embedded.likeCounts[address] = count.accounts
    }
    for list in embedded.lists.keys where embedded.itemCounts[list] == nil {
      // Only the items of its owner count.
      data.embedded.itemCounts[list] = try index.snapshot.links.count(
        list.uri,
        .listItems,
        repos: [list.did]
      ).records
    }
    let packs = Array(embedded.starterPacks.keys)
    let joins = try index.backlinkCounts(packs.map { (target: $0.uri, source: .joins) })
    for (address, count) in zip(packs, joins) {
      data.embedded.joinCounts[address] = count.accounts
    }
  }
}

// MARK: Postgates

extension ViewLoader {
  /// Loads the gates of posts that say who may quote them: "only a record of the author, under the
  /// post's key, naming the post", like those of threads.
  mutating func loadPostgates(of posts: some Sequence<RecordAddress>) throws {
    let addresses = Dictionary(posts.map { ($0.postgate, $0) }) { first, _ in first }
    for (address, gate) in try index.records(Postgate.self, at: Array(addresses.keys)) {
      guard let post = addresses[address], gate.value.post.string == post.uri else { continue }
      data.posts.postgates[post] = gate
    }
  }
}

extension ViewData {
  /// Whether the author of a post does not let an account quote it.
  func isEmbeddingDisabled(_ post: RecordAddress, for did: DID) -> Bool {
    guard post.did != did, let gate = posts.postgates[post] else { return false }
    return (gate.value.embeddingRules ?? []).contains { rule in
      if case .disableRule = rule { true } else { false }
    }
  }

  /// Whether a rule forbids a quote of a post. It does not concern quotes that are older than the
  /// gate.
  func isForbidden(_ post: RecordAddress, in quote: IndexedRecord) -> Bool {
    guard let gate = posts.postgates[post] else { return false }
    return quote.indexedAt >= gate.indexedAt && isEmbeddingDisabled(post, for: quote.address.did)
  }

  /// Whether the author of a post detached it from one that quotes it, by name or by a rule.
  func isDetached(_ post: RecordAddress, from quote: IndexedRecord) -> Bool {
    let detached = posts.postgates[post]?.value.detachedEmbeddingUris ?? []
    return detached.contains { $0.string == quote.uri } || isForbidden(post, in: quote)
  }
}
