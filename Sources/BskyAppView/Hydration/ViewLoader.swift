import ATProtoSyntax
import AppBskyAPI
import AppView
import ComAtprotoAPI
import LexiconIndex

/// Collects from a snapshot what views need, many records at a time: the number of reads does not
/// depend on the length of a page.
struct ViewLoader {
  let index: IndexState
  var data: ViewData

  /// The most replies of a post in a gated thread that are checked to count them.
  private static let countedReplies = 1_000

  init(_ index: IndexState, viewer: DID?) {
    self.index = index
    data = ViewData(viewer: viewer)
  }

  func post(_ address: RecordAddress) throws -> IndexRecord<Post>? {
    try data.posts.records[address] ?? index.record(Post.self, at: address)
  }

  /// Loads posts with everything that their views show.
  ///
  /// - Parameter withReplyReferences: whether the parent and the root of replies are shown too.
  mutating func loadPosts(
    _ addresses: [RecordAddress],
    withReplyReferences: Bool = false
  ) throws {
    try fetch(addresses)
    var shown = addresses.filter { data.posts.records[$0] != nil }
    if withReplyReferences {
      let references = shown.flatMap { replyReferences(of: $0) }
      try fetch(references)
      shown += references.filter { data.posts.records[$0] != nil }
    }
    shown = Array(Set(shown))
    // A post, the one it quotes, and the one that this one quotes.
    let quoted = try fetchEmbedded(by: shown)
    let nested = try fetchEmbedded(by: quoted)
    let authors = Set((shown + quoted + nested).map(\.did))
    let ancestors = withReplyReferences ? ancestors(of: addresses) : []
    try loadGates(shown + quoted)
    try loadPostgates(of: Set(shown + quoted + nested))
    try loadActors(authors.union(ancestors))
    try loadBlocks((shown + quoted).flatMap { blockPairs(of: $0) })
    try loadCounts(shown + quoted)
    try loadViewerState(shown.map(\.uri))
    try loadEmbedded()
  }

  /// Loads accounts, their profiles, and their relations to the viewer.
  mutating func loadActors(_ dids: Set<DID>) throws {
    let missing = dids.filter { data.actors.accounts[$0] == nil }
    guard !missing.isEmpty else { return }
    data.actors.accounts.merge(try index.accounts(Array(missing))) { _, new in new }
    let stored = try index.records(
      at: missing.flatMap { [.profile(of: $0), .labeler(of: $0)] }
    )
    for (address, record) in stored {
      if address.collection == Collections.profile {
        data.actors.profiles[address.did] = IndexRecord(record)
      } else if record.isValid {
        data.actors.labelers.insert(address.did)
      }
    }
    try loadRelations(to: missing)
  }

  /// The newest record of each of some accounts that links to a target.
  func linkers(
    to target: String,
    _ source: LinkSource,
    among dids: Set<DID>
  ) throws -> [DID: RecordAddress] {
    var found: [DID: RecordAddress] = [:]
    for chunk in Array(dids).chunks(of: 100) {
      var rest = Set(chunk)
      // An account may have many links to one target: every read finds at least one more account.
      while !rest.isEmpty {
        var query = LinkQuery(target: target, source: source, limit: 100)
        query.repos = Array(rest)
        let page = try index.snapshot.links.page(query)
        for link in page.elements where found[link.address.did] == nil {
          found[link.address.did] = link.address
        }
        guard page.next != nil else { break }
        rest.subtract(page.elements.map(\.address.did))
      }
    }
    return found
  }
}

// MARK: Posts

extension ViewLoader {
  mutating func fetch(_ addresses: [RecordAddress]) throws {
    let missing = Set(addresses).filter { data.posts.records[$0] == nil }
    data.posts.records.merge(try index.records(Post.self, at: Array(missing))) { _, new in new }
  }

  /// Fetches the posts above some posts, as far as they are of the same account.
  mutating func fetchOwnAncestors(of posts: [RecordAddress]) throws {
    var level = posts
    for _ in 0..<PostThread.maximumHeight where !level.isEmpty {
      let parents = Set(level.compactMap { ownParent(of: $0) })
      let missing = parents.filter { data.posts.records[$0] == nil }
      try fetch(Array(missing))
      level = missing.filter { data.posts.records[$0] != nil }
    }
  }

  private func ownParent(of address: RecordAddress) -> RecordAddress? {
    parent(of: address).flatMap { $0.did == address.did ? $0 : nil }
  }

  /// Whether a post is not a reply, or all posts above it, which were fetched, are of its account.
  func isInOwnThread(_ address: RecordAddress) -> Bool {
    var (address, seen) = (address, Set([address]))
    while let post = data.posts.records[address]?.value {
      guard let reply = post.reply else { return true }
      guard let parent = ownParent(of: address), seen.insert(parent).inserted,
        RecordAddress(reply.root.uri.string)?.did == address.did
      else { return false }
      address = parent
    }
    return false
  }

  private func replyReferences(of address: RecordAddress) -> [RecordAddress] {
    guard let reply = data.posts.records[address]?.value.reply else { return [] }
    return [reply.parent.uri.string, reply.root.uri.string].compactMap { RecordAddress($0) }
      .filter(\.isPost)
  }

  /// The authors of the posts to which some posts reply, and to which these reply.
  private func ancestors(of posts: [RecordAddress]) -> Set<DID> {
    var dids: Set<DID> = []
    for address in posts {
      guard let parent = data.posts.records[address]?.value.parentAddress else { continue }
      dids.insert(parent.did)
      if let above = data.posts.records[parent]?.value.parentAddress { dids.insert(above.did) }
    }
    return dids
  }

  /// Loads the gates of the threads of some posts, and who of their authors may reply. A reply
  /// belongs to the thread of its parent, whatever root it names, so that no reply evades a gate.
  mutating func loadGates(_ posts: [RecordAddress]) throws {
    try fetch(posts.compactMap { parent(of: $0) })
    var authors: [RecordAddress: Set<DID>] = [:]
    for address in posts {
      let roots = roots(of: address)
      data.posts.roots[address] = roots
      for root in roots { authors[root, default: []].insert(address.did) }
    }
    for (root, gate) in try gates(of: Set(authors.keys)) {
      var asked = authors[root] ?? []
      if let viewer = data.viewer { asked.insert(viewer) }
      let permitted = try permitted(by: gate, of: root, among: asked)
      let known = data.posts.gates[root]?.permitted ?? []
      data.posts.gates[root] = ThreadGate(record: gate, permitted: permitted?.union(known))
    }
    try fetchLists(
      Set(data.posts.gates.values.flatMap(\.listURIs).compactMap { RecordAddress($0) })
    )
  }

  private func parent(of address: RecordAddress) -> RecordAddress? {
    data.posts.records[address]?.value.reply
      .flatMap { RecordAddress($0.parent.uri.string) }
      .flatMap { $0.isPost ? $0 : nil }
  }

  private func roots(of address: RecordAddress) -> Set<RecordAddress> {
    guard let reply = data.posts.records[address]?.value.reply else { return [address] }
    var roots: Set<RecordAddress> = []
    if let named = RecordAddress(reply.root.uri.string), named.isPost { roots.insert(named) }
    if let parent = parent(of: address), let record = data.posts.records[parent] {
      if let above = record.value.reply {
        if let root = RecordAddress(above.root.uri.string), root.isPost { roots.insert(root) }
      } else {
        roots.insert(parent)
      }
    }
    return roots
  }

  private mutating func loadCounts(_ posts: [RecordAddress]) throws {
    let missing = Array(Set(posts).filter { data.posts.counts[$0] == nil })
    let sources: [LinkSource] = [.likes, .reposts, .replies, .quotes, .quotesWithMedia]
    let counts = try index.backlinkCounts(
      missing.flatMap { address in sources.map { (target: address.uri, source: $0) } }
    )
    guard counts.count == missing.count * sources.count else { return }
    for (number, address) in missing.enumerated() {
      let own = Array(counts[(number * sources.count)..<((number + 1) * sources.count)])
      data.posts.counts[address] = PostCounts(
        likes: own[0].accounts,
        reposts: own[1].accounts,
        replies: try replyCount(of: address, unchecked: own[2].records),
        quotes: own[3].records + own[4].records
      )
    }
  }

  /// The number of replies that the gates of the thread let through.
  private func replyCount(of address: RecordAddress, unchecked count: Int) throws -> Int {
    let gates = (data.posts.roots[address] ?? []).compactMap { root in
      data.posts.gates[root].map { (root, $0.record) }
    }.filter { $0.1.value.allow != nil }
    guard count > 0, !gates.isEmpty else { return count }
    let replies = try index.backlinks(
      of: address.uri,
      from: .replies,
      limit: min(count, Self.countedReplies)
    ).addresses
    var permitted = Set(replies.map(\.did))
    for (root, gate) in gates {
      if let some = try self.permitted(by: gate, of: root, among: permitted) { permitted = some }
    }
    return replies.count { permitted.contains($0.did) }
  }

  /// The pairs of accounts whose blocks decide what is shown of a post: a quote or a reply across a
  /// block is not shown.
  private func blockPairs(of address: RecordAddress) -> [BlockPair] {
    guard let post = data.posts.records[address]?.value else { return [] }
    let (parent, root) = (post.parentAddress?.did, post.rootAddress?.did)
    var pairs = [post.embeddedAddress?.did, parent, root].compactMap { other in
      other.map { BlockPair(address.did, $0) }
    }
    if let parent, let root { pairs.append(BlockPair(parent, root)) }
    return pairs
  }

  /// Finds out which of some pairs of accounts block each other.
  mutating func loadBlocks(_ pairs: [BlockPair]) throws {
    var others: [DID: Set<DID>] = [:]
    for pair in pairs where pair.first != pair.second {
      others[pair.first, default: []].insert(pair.second)
      others[pair.second, default: []].insert(pair.first)
    }
    for (did, targets) in others {
      let blocked = try index.links(from: did, to: targets.map(\.string), .blocks)
      for target in targets where blocked[target.string] != nil {
        data.blocks.insert(BlockPair(did, target))
      }
    }
  }

  /// Notes records whose labels decide what is shown.
  mutating func note(_ records: some Sequence<IndexedRecord>) {
    for record in records { data.others[record.address] = record.cid }
  }
}

// MARK: The viewer

extension ViewLoader {
  private mutating func loadRelations(to dids: Set<DID>) throws {
    guard let viewer = data.viewer else { return }
    let others = dids.subtracting([viewer])
    guard !others.isEmpty else { return }
    let texts = others.map(\.string)
    let following = try index.links(from: viewer, to: texts, .follows)
    let blocking = try index.links(from: viewer, to: texts, .blocks)
    let followedBy = try linkers(to: viewer.string, .follows, among: others)
    let blockedBy = try linkers(to: viewer.string, .blocks, among: others)
    let muted = try index.snapshot.viewers.muted(by: viewer, among: Array(others))
    for did in others {
      data.actors.relations[did] = Relation(
        following: following[did.string],
        followedBy: followedBy[did],
        blocking: blocking[did.string],
        blockedBy: blockedBy[did],
        isMuted: muted.contains(did)
      )
    }
  }

  mutating func loadViewerState(_ uris: [String]) throws {
    guard let viewer = data.viewer else { return }
    try loadActors([viewer])
    data.likes.merge(try index.links(from: viewer, to: uris, .likes)) { _, new in new }
    data.reposts.merge(try index.links(from: viewer, to: uris, .reposts)) { _, new in new }
  }
}
